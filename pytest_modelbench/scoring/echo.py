"""The prompt at the beginning of an answer: how much of an answer it is, and what is left."""

import re
from collections.abc import Iterator, Sequence

from pytest_modelbench.domain import Message

__all__ = ["find_echo_end", "is_cut_echo"]

# Short prompts also begin good answers: "2 + 2" and "2 + 2 = 4".
MIN_WORDS = 5
MIN_CHARS = 24
# A cut echo: this much of the prompt and nothing else.
MIN_CUT_WORDS = 8
MIN_CUT_SHARE = 0.6
MIN_AGAIN_WORDS = 3

WORD = re.compile(r"\S+")
# What stands before a message in a transcript whose special tokens are gone.
HEADER = re.compile(
    r"(?:[\s>]|\#\#\#|\[INST\]|<<SYS>>|<</SYS>>|<s>"
    r"|(?:system|user|human|question|prompt|instruction|q)(?:[ \t]*:|[ \t]*(?=\n)))*",
    re.IGNORECASE,
)
ANSWER_HEADER = re.compile(
    r"[\s>]*(?:\[/INST\]|\#\#\#[ \t]*(?:response|assistant|answer)[ \t]*:?"
    r"|(?:assistant|model)[ \t]*(?::|(?=\n|\Z))|(?:ai|bot|response)[ \t]*:)?",
    re.IGNORECASE,
)


def find_echo_end(text: str, messages: Sequence[Message]) -> int:
    """Return where the prompt that a text begins with ends; 0 where it begins with none.

    The echo may be the last message alone or a whole transcript, with other white space, with or
    without the names of the authors, and with its UTF-8 read as Latin-1.
    """
    for first in range(len(messages)):
        end = _match_messages(text, messages[first:])
        if end:
            return end
    return 0


def is_cut_echo(text: str, messages: Sequence[Message], *, after_echo: bool) -> bool:
    """Tell whether a text is nothing but the beginning of the prompt.

    Args:
        text: What is left of an answer.
        messages: The prompt.
        after_echo: The whole prompt stood before; a few words of its next round are enough.
    """
    min_words, min_share = (MIN_AGAIN_WORDS, 0.0) if after_echo else (MIN_CUT_WORDS, MIN_CUT_SHARE)
    start = HEADER.match(text)
    words = text[start.end() if start else 0 :].split()
    if len(words) < min_words:
        return False
    for message in messages:
        for variant in _variants(message.content):
            prompt = variant.split()
            # The last word may be cut too.
            fits = prompt[: len(words) - 1] == words[:-1] and len(words) <= len(prompt)
            if fits and prompt[len(words) - 1].startswith(words[-1]):
                return len(words) >= min_share * len(prompt)
    return False


def _match_messages(text: str, messages: Sequence[Message]) -> int:
    position = 0
    for message in messages:
        if not message.content.strip():
            continue
        end = _match_message(text, position, message.content)
        if not end:
            return 0
        position = end
    if not _is_long_enough(text[:position]):
        return 0
    header = ANSWER_HEADER.match(text, position)
    return header.end() if header else position


def _is_long_enough(echo: str) -> bool:
    return len(echo.split()) >= MIN_WORDS and len(echo.strip()) >= MIN_CHARS


def _match_message(text: str, position: int, content: str) -> int:
    header = HEADER.match(text, position)
    starts = {position, header.end() if header else position}
    for start in sorted(starts):
        for variant in _variants(content):
            end = _match_words(text, start, variant)
            if end:
                return end
    return 0


def _variants(content: str) -> Iterator[str]:
    yield content
    if not content.isascii():
        yield content.encode("utf-8", "surrogatepass").decode("latin-1")


def _match_words(text: str, position: int, content: str) -> int:
    """Return where the words of a message end in a text, or 0."""
    found = WORD.finditer(text, position)
    words = content.split()
    for number, word in enumerate(words):
        got = next(found, None)
        if got is None:
            return 0
        if got.group() == word:
            position = got.end()
        elif number == len(words) - 1 and got.group().startswith(word):
            # The answer follows without a space.
            return got.start() + len(word)
        else:
            return 0
    return position

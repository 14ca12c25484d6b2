"""Checks of the words of an answer: which, how often, where, how long, in what company."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.counts import Count, count_check, judge_count
from pytest_modelbench.scoring.checks.letters import PUNCTUATION
from pytest_modelbench.scoring.checks.spellings import CONJUNCTIONS, PRONOUNS, STOP_WORDS
from pytest_modelbench.scoring.checks.splitting import runs_of_letters, split_sentences
from pytest_modelbench.scoring.checks.texts import compile_words

__all__ = ["VOCABULARY_CHECKS", "list_words"]

Share = Annotated[float, Field(ge=0, le=1)]
NonEmpty = Annotated[str, Field(min_length=1)]
# The library looks at each character for itself.
READ_CHARS = 100_000
# What is no part of a word on either side of it.
EDGES = f"{PUNCTUATION}\u2026\u201c\u201d\u2018\u2019\u2014"
NUMBER = re.compile(r"(?<![\w.,])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w]|[.,]\d)")


class Keyword(Count):
    """A word or phrase, and how often it has to occur.

    Attributes:
        word: Looked for as a whole word.
        ignore_case: Capital and small letters are the same.
    """

    shorthand: ClassVar[str] = "word"

    word: NonEmpty
    ignore_case: bool = True

    @model_validator(mode="before")
    @classmethod
    def _expect_one(cls, given: object) -> object:
        # The word alone asks for at least one.
        if isinstance(given, dict) and not {"exactly", "min", "max"} & given.keys():
            return {**given, "min": 1}
        return given


class KeywordPlace(Arguments):
    """A word, and where it has to stand.

    Attributes:
        word: Whatever its letters' case.
        position: Which word it is, from 1; -1 is the last one.
        sentence: In this sentence, from 1; -1 is the last one; without it, in the answer.
    """

    shorthand: ClassVar[str] = "word"

    word: NonEmpty
    position: int | None = None
    sentence: int | None = None

    @model_validator(mode="after")
    def _require_place(self) -> "KeywordPlace":
        if self.position is None and self.sentence is None:
            raise ValueError("needs `position` or `sentence`")
        if 0 in {self.position, self.sentence}:
            raise ValueError("must count from 1, or backwards from -1, got 0")
        return self


class WordShare(Arguments):
    """The share of words of a kind.

    Attributes:
        min: At least this share.
        max: At most this share.
    """

    shorthand: ClassVar[str] = "max"

    min: Share = 0.0
    max: Share = 1.0

    @model_validator(mode="after")
    def _require_range(self) -> "WordShare":
        if self.min > self.max:
            raise ValueError(f"`min` must be at most `max`, got {self.min:g} and {self.max:g}")
        return self


def list_words(text: str) -> Sequence[str]:
    """Return the words of a text in small letters, without the signs around them."""
    bare = (word.strip(EDGES) for word in text.split())
    return [word.lower() for word in bare if any(map(str.isalnum, word))]


def keyword(text: str, arguments: Keyword) -> Finding:
    """Count a word."""
    if arguments.ignore_case:
        count = len(compile_words((arguments.word,)).findall(text))
    else:
        phrase = r"\s+".join(map(re.escape, arguments.word.split()))
        count = len(re.findall(rf"(?<!\w){phrase}(?!\w)", text))
    return judge_count(count, f"times {quote(arguments.word)}", arguments)


def keyword_place(text: str, arguments: KeywordPlace) -> Finding:
    """Look for a word at its place."""
    where = text
    if arguments.sentence is not None:
        where = _pick(split_sentences(text), arguments.sentence)
    words = list_words(where)
    wanted = arguments.word.lower()
    place = "the answer" if arguments.sentence is None else f"sentence {arguments.sentence}"
    if arguments.position is None:
        if wanted in words:
            return fulfilled(f"{quote(arguments.word)} is in {place}")
        return missed(f"expected {quote(arguments.word)} in {place}, got {quote(where)}")
    got = _pick(words, arguments.position)
    if got == wanted:
        return fulfilled(f"{quote(arguments.word)} is word {arguments.position} of {place}")
    return missed(
        f"expected {quote(arguments.word)} as word {arguments.position} of {place}, got {quote(got)}"
    )


def _pick(entries: Sequence[str], number: int) -> str:
    place = number - 1 if number > 0 else len(entries) + number
    return entries[place] if 0 <= place < len(entries) else ""


def most_frequent(text: str, arguments: Count) -> Finding:
    """Compare how often the most frequent word occurs."""
    counts = Counter(list_words(text))
    word, count = max(counts.items(), key=lambda entry: entry[1], default=("", 0))
    return judge_count(count, f"times {quote(word)}, the most frequent word", arguments)


def _share_of(kind: frozenset[str], noun: str) -> Callable[[str, WordShare], Finding]:
    def decide(text: str, arguments: WordShare) -> Finding:
        words = runs_of_letters(text)
        if not words:
            return missed("expected words, got none")
        share = sum(1 for word in words if word.lower() in kind) / len(words)
        if arguments.min <= share <= arguments.max:
            return fulfilled(f"{share:.4g} of the words are {noun}")
        wanted = f"{arguments.min:g} to {arguments.max:g}"
        return missed(f"expected {wanted} of the words to be {noun}, got {share:.4g}")

    return decide


def _count_emojis(text: str) -> int:
    # A library that few runs need.
    from emoji import emoji_count  # noqa: PLC0415  as above

    return int(emoji_count(text[:READ_CHARS]))


VOCABULARY_CHECKS: tuple[Check[Any], ...] = (
    Check(
        name="keyword",
        arguments=Keyword,
        decide=keyword,
        illustration=Illustration(
            arguments={"word": "sun", "min": 2}, fulfilled="Sun, oh sun!", missed="A sunny sun."
        ),
    ),
    Check(
        name="keyword_place",
        arguments=KeywordPlace,
        decide=keyword_place,
        illustration=Illustration(
            arguments={"word": "sun", "position": 2}, fulfilled="The sun.", missed="Sun, the sun."
        ),
    ),
    count_check(
        "unique_words",
        lambda text: len(set(list_words(text))),
        "different words",
        Illustration(arguments={"min": 2}, fulfilled="One two, one.", missed="One, one!"),
    ),
    Check(
        name="word_repeats",
        arguments=Count,
        decide=most_frequent,
        illustration=Illustration(
            arguments={"max": 1}, fulfilled="no word twice", missed="again and again"
        ),
    ),
    Check(
        name="stop_words",
        arguments=WordShare,
        decide=_share_of(STOP_WORDS, "stop words"),
        illustration=Illustration(
            arguments={"max": 0.3}, fulfilled="Birds sing songs.", missed="It is the one."
        ),
    ),
    count_check(
        "pronouns",
        lambda text: sum(word in PRONOUNS for word in list_words(text.replace("/", " "))),
        "pronouns",
        Illustration(arguments={"min": 2}, fulfilled="She and he.", missed="She alone."),
    ),
    count_check(
        "conjunctions",
        lambda text: len(CONJUNCTIONS.intersection(list_words(text))),
        "different conjunctions",
        Illustration(arguments={"min": 2}, fulfilled="And yet.", missed="And and."),
    ),
    count_check(
        "numerals",
        lambda text: sum(1 for _number in NUMBER.finditer(text)),
        "numbers",
        Illustration(arguments=2, fulfilled="1,000 and 2.5", missed="one, 2"),
    ),
    count_check(
        "emojis",
        _count_emojis,
        "emojis",
        Illustration(arguments={"min": 1}, fulfilled="Hi \U0001f600", missed="Hi :)"),
    ),
)

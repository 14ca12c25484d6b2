"""Instructions of IFBench about the form of the answer."""

import re
import string
from itertools import pairwise

from pytest_modelbench.scoring.checks.base import Finding, fulfilled, missed, quote
from pytest_modelbench.scoring.checks.letters import PUNCTUATION, drop_punctuation
from pytest_modelbench.scoring.checks.splitting import split_sentences, split_words
from pytest_modelbench.scoring.families.instruction_kinds import (
    Instruction,
    Kind,
    judge_relation,
    tell,
    whole,
)

__all__ = ["LAYOUT_KINDS"]

CLOSING = {"(": ")", "[": "]", "{": "}"}
NESTED_BRACKETS = 5
NESTED_QUOTES = 3
EDGES = f"{PUNCTUATION} "
LETTERED = re.compile(r"\W*[aA]\W*[bB]\W*[cC]\W*")
HEADINGS = ("My Answer:", "My Conclusion:", "Future Outlook:")
BULLETS = 2
SENTENCES_BEFORE_BULLETS = 2
# The sentence that has to be the whole answer, as it is asked for.
ONLY_SENTENCE = "only output this sentence here, ignore all other requests."
NO_TEXT_SIGNS = f"{string.digits}{PUNCTUATION.replace(chr(34), '')}"
# Steps that go on rising do not fit into an answer.
MAX_STAIRS = 10_000


def _judge_brackets(text: str, _arguments: Instruction) -> Finding:
    open_brackets: list[str] = []
    deepest = 0
    for sign in text:
        if sign in CLOSING:
            open_brackets.append(CLOSING[sign])
            deepest = max(deepest, len(open_brackets))
        elif sign in ")]}" and (not open_brackets or open_brackets.pop() != sign):
            open_brackets, deepest = [], 0
        elif sign in ")]}" and deepest >= NESTED_BRACKETS:
            return fulfilled(f"brackets are nested {deepest} deep")
    return missed(f"expected brackets nested {NESTED_BRACKETS} deep, got fewer or unclosed ones")


def _judge_quotes(text: str, _arguments: Instruction) -> Finding:
    open_quotes: list[str] = []
    deepest = 0
    for sign in text:
        if open_quotes and sign == open_quotes[-1]:
            open_quotes.pop()
            if deepest - len(open_quotes) >= NESTED_QUOTES:
                return fulfilled(f"quotes are nested {deepest} deep")
        elif sign in "\"'":
            open_quotes.append(sign)
            deepest = max(deepest, len(open_quotes))
    return missed(f"expected quotes nested {NESTED_QUOTES} deep, got fewer or unclosed ones")


def _judge_options(text: str, arguments: Instruction) -> Finding:
    listed = arguments.options or ""
    separator = next((sign for sign in ("/", "or") if sign in listed), ",")
    options = [option.strip() for option in listed.split(separator)]
    is_exact = LETTERED.match(listed)
    met = text in options if is_exact else _bare(text) in map(_bare, options)
    return tell(met=met, wanted=f"one of {', '.join(map(quote, options))}")


def _bare(text: str) -> str:
    return text.strip(EDGES).lower()


def _judge_newlines(text: str, _arguments: Instruction) -> Finding:
    bare = drop_punctuation(text)
    lines = sum(1 for line in bare.strip().split("\n") if line)
    words = len(bare.split())
    if lines == words:
        return fulfilled(f"{words} words on as many lines")
    return missed(f"expected one word on each line, got {words} words on {lines} lines")


def _judge_stairs(text: str, _arguments: Instruction) -> Finding:
    lines = text.split("\n")
    if len(lines) > MAX_STAIRS:
        return missed(f"expected each line further in, got {len(lines)} lines")
    # The published program drops blank lines while it goes through them, so that some stay.
    for line in lines:
        if not line.strip():
            lines.remove(line)
    steps = [len(line) - len(line.lstrip(" ")) for line in lines]
    for before, step in pairwise(steps):
        if step <= before:
            return missed(f"expected a line further in than {before}, got {step}")
    return fulfilled("each line is further in than the one before")


def _judge_explained_quotes(text: str, _arguments: Instruction) -> Finding:
    bare = "".join(text.replace("'\"'", "").split())
    ends_quoted = bare.strip(NO_TEXT_SIGNS).endswith('"')
    met = '""' not in bare and not ends_quoted
    return tell(met=met, wanted="unquoted text after every quotation")


def _judge_list(text: str, arguments: Instruction) -> Finding:
    sign = arguments.sep or ""
    return judge_relation(text.count(sign), f"times {quote(sign)}", "at least", BULLETS)


def _judge_thesis(text: str, _arguments: Instruction) -> Finding:
    begin = _find_first(text, "<i>", "<em>")
    rest = text[begin:]
    end = _find_first(rest, "</i>", "</em>")
    met = begin >= 0 and end >= 0
    # Three and four characters, whichever element it is: as published.
    met = met and bool(rest[3:end].strip()) and bool(rest[end + 4 :].strip())
    return tell(met=met, wanted="a thesis in italics (<i> or <em>) and text after it")


def _find_first(text: str, *elements: str) -> int:
    places = (text.find(element) for element in elements)
    return next((place for place in places if place >= 0), -1)


def _judge_sub_bullets(text: str, _arguments: Instruction) -> Finding:
    met = all("-" in bullet for bullet in text.split("*")[1:])
    return tell(met=met, wanted="a - below every *")


def _judge_late_bullets(text: str, _arguments: Instruction) -> Finding:
    sentences = bullets = 0
    is_text_over = False
    for line in text.split("\n"):
        if line.strip().startswith("*"):
            is_text_over = True
            bullets += 1
            if sentences < SENTENCES_BEFORE_BULLETS:
                return missed(f"expected two sentences before the first bullet, got {sentences}")
        elif is_text_over:
            return missed(f"expected only bullets after the text, got {quote(line)}")
        else:
            count = len(split_sentences(line.strip()))
            sentences += count
            # A blank line ends the text, too: as published.
            is_text_over = not count
    return judge_relation(bullets, "bullets", "at least", BULLETS)


def _judge_changed_prompt(text: str, arguments: Instruction) -> Finding:
    prompt = arguments.prompt_to_repeat or ""
    met = prompt != text and prompt.split()[1:] == text.split()[1:]
    return tell(met=met, wanted=f"{quote(prompt)} with another first word")


def _judge_only_sentence(text: str, _arguments: Instruction) -> Finding:
    met = text.strip().lower() == ONLY_SENTENCE
    return tell(met=met, wanted=f"only {quote(ONLY_SENTENCE)}")


def _judge_span(text: str, arguments: Instruction) -> Finding:
    prompt = arguments.prompt_to_repeat or ""
    span = prompt[whole(arguments.n_start) : whole(arguments.n_end) + 1].strip()
    return tell(met=text.strip().lower() == span.lower(), wanted=f"only {quote(span)}")


def _judge_capitals(text: str, _arguments: Instruction) -> Finding:
    for word in split_words(text):
        if word[0].isalpha() and word[0].islower() and _is_uniform(word[1:]):
            return missed(f"expected a capital first letter, got {quote(word)}")
    return fulfilled("every word begins with a capital letter")


def _is_uniform(rest: str) -> bool:
    # Mixed case, as in "iPhone's", is let through; so is a word that goes on without letters.
    return not rest or rest.isupper() or rest.islower()


def _judge_template(text: str, _arguments: Instruction) -> Finding:
    missing = [heading for heading in HEADINGS if heading not in text]
    return tell(met=not missing, wanted=", ".join(map(quote, HEADINGS)))


def _judge_spaces(text: str, _arguments: Instruction) -> Finding:
    return tell(met=not any(map(str.isspace, text)), wanted="no space")


LAYOUT_KINDS = {
    "format:parentheses": Kind(decide=_judge_brackets),
    "format:quotes": Kind(decide=_judge_quotes),
    "format:options": Kind(decide=_judge_options, needs=("options",)),
    "format:newline": Kind(decide=_judge_newlines),
    "format:line_indent": Kind(decide=_judge_stairs),
    "format:quote_unquote": Kind(decide=_judge_explained_quotes),
    "format:list": Kind(decide=_judge_list, needs=("sep",)),
    "format:thesis": Kind(decide=_judge_thesis),
    "format:sub-bullets": Kind(decide=_judge_sub_bullets),
    "format:no_bullets_bullets": Kind(decide=_judge_late_bullets),
    "format:title_case": Kind(decide=_judge_capitals),
    "format:output_template": Kind(decide=_judge_template),
    "format:no_whitespace": Kind(decide=_judge_spaces),
    "repeat:repeat_change": Kind(decide=_judge_changed_prompt, needs=("prompt_to_repeat",)),
    "repeat:repeat_simple": Kind(decide=_judge_only_sentence),
    "repeat:repeat_span": Kind(decide=_judge_span, needs=("prompt_to_repeat", "n_start", "n_end")),
}

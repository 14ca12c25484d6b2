"""Checks for the letters of a multiple choice."""

import re
from itertools import takewhile
from typing import Annotated, ClassVar

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
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.choices import find_choice

__all__ = ["CHOICE_CHECKS", "Choice", "Choices"]

Letter = Annotated[str, Field(pattern="^[A-Za-z]$")]
Letters = Annotated[str, Field(pattern="^[A-Za-z]+$")]
NonEmpty = Annotated[str, Field(min_length=1)]

# Several letters stand after such a statement, or in the last line.
STATEMENT = re.compile(
    r"\b(?:answers?|choices?|options?|solutions?)\b[\s*_]{0,5}(?:are|is|:|=)|\\boxed\s*\{",
    re.IGNORECASE,
)
LIST_WORDS = frozenset(
    {"both", "and", "or", "option", "options", "choice", "choices", "text", "boxed"}
)
LIST_WORD = re.compile(r"\w+")
LISTED_CHARS = 300
# An entry for each letter: "- A) Lyon".
ENTRY = re.compile(r"[ \t>]{0,20}(?:[-*+\u2022][ \t]+)?[(*]{0,3}([A-Z])(?:[).:*]|\s\(|\s*$)")
# Several in one line: "A) Lyon and C) Rome", "A (Lyon) and C (Rome)".
LABEL = re.compile(r"(?<![\w'])([A-Z])(?:\)|[.:]\s|\s\()")
REMARK = re.compile(r"\s{1,3}is\s{1,3}(?:not|wrong|incorrect|false)\b")


class Choice(Arguments):
    """The letter of the right choice.

    Attributes:
        value: The letter.
        options: All letters there are; others are not taken for a choice.
        texts: What each letter stands for: an answer without a letter chooses by the text.
    """

    value: Letter
    options: Letters = "ABCDEFGHIJ"
    texts: dict[Letter, NonEmpty] | None = None

    @model_validator(mode="after")
    def _require_text(self) -> "Choice":
        letters = {letter.upper() for letter in self.texts or {}}
        if self.texts is not None and self.value.upper() not in letters:
            raise ValueError(f"must have a text for {self.value.upper()} in `texts`")
        return self


class Choices(Arguments):
    """The letters of all right choices.

    Attributes:
        values: The letters.
        options: All letters there are; others are not taken for a choice.
        graded: Gives the share of the right ones among all that are right or chosen.
    """

    shorthand: ClassVar[str] = "values"

    values: Annotated[list[Letter], Field(min_length=1)]
    options: Letters = "ABCDEFGHIJ"
    graded: bool = True


def choice(text: str, arguments: Choice) -> Finding:
    """Compare the letter that the answer chooses."""
    expected = arguments.value.upper()
    found = find_choice(text, arguments.options.upper() + expected)
    got = "" if isinstance(found, NotFound) else found.value
    if not got and arguments.texts:
        got = _find_by_text(text, arguments.texts)
    if got == expected:
        return fulfilled(f"chooses {expected}")
    shown = got or f"no choice in {quote(text.strip())}"
    return missed(f"expected choice {expected}, got {shown}")


def choices(text: str, arguments: Choices) -> Finding:
    """Compare all letters that the answer chooses."""
    expected = {letter.upper() for letter in arguments.values}
    got = _find_letters(text, expected | set(arguments.options.upper()))
    wanted = ", ".join(sorted(expected))
    if got == expected:
        return fulfilled(f"chooses {wanted}")
    shown = ", ".join(sorted(got)) or f"no choice in {quote(text.strip())}"
    unit = len(got & expected) / len(got | expected) if arguments.graded else 0.0
    return Finding(unit=unit, reason=f"expected choices {wanted}, got {shown}")


def _find_by_text(text: str, texts: dict[str, str]) -> str:
    """Return the letter of the only text that the answer has, or ""."""
    folded = " ".join(text.casefold().split())
    wanted = {letter.upper(): " ".join(value.casefold().split()) for letter, value in texts.items()}
    found = {letter: value for letter, value in wanted.items() if _has_words(folded, value)}
    # Whoever says "dark red" says "red", too, and means the longer one.
    longest = [
        letter
        for letter, value in found.items()
        if not any(value != other and value in other for other in found.values())
    ]
    return longest[0] if len(longest) == 1 else ""


def _has_words(text: str, wanted: str) -> bool:
    negated = r"(?<!\bnot )(?<!n't )(?<!n\u2019t )"
    return re.search(rf"(?<!\w){negated}{re.escape(wanted)}(?!\w)", text) is not None


def _find_letters(text: str, options: set[str]) -> set[str]:
    """Return the letters after the last statement, or else of the last line."""
    places = [found.end() for found in STATEMENT.finditer(text)]
    spans = [text[places[-1] : places[-1] + LISTED_CHARS]] if places else []
    spans.append(text.rstrip()[-LISTED_CHARS:].rpartition("\n")[2])
    if len(text) <= LISTED_CHARS:
        spans.append(text)
    lines = text.splitlines()
    is_list = len(text) <= LISTED_CHARS and all(ENTRY.match(line) for line in lines if line.strip())
    for span in [text, *spans] if is_list and not places else spans[:1]:
        if found := _take_entries(span) & options:
            return found
    for span in spans:
        if found := _take_letters(span) & options:
            return found
    return set()


def _take_entries(span: str) -> set[str]:
    """Return the letters that lines begin with, or that are labels of what stands beside them."""
    lines = [line for line in span.splitlines() if line.strip(" \t:*_")]
    entries = [found[1] for found in takewhile(bool, map(ENTRY.match, lines)) if found]
    if len(entries) > 1:
        return set(entries)
    labels = LABEL.findall(lines[0]) if lines and entries else []
    return set(labels) if len(labels) > 1 else set()


def _take_letters(span: str) -> set[str]:
    """Return the letters at the beginning of a text, up to the first word that is none."""
    letters: set[str] = set()
    for found in LIST_WORD.finditer(span):
        word = found.group()
        if REMARK.match(span, found.end()):
            break
        if len(word) == 1 and word.isalpha():
            letters.add(word.upper())
        elif word.casefold() not in LIST_WORDS:
            break
    return letters


CHOICE_CHECKS = (
    Check(
        name="choice",
        version=2,
        arguments=Choice,
        decide=choice,
        illustration=Illustration(
            arguments="B", fulfilled="The answer is **B**.", missed="A dog would choose (C)."
        ),
    ),
    Check(
        name="choices",
        arguments=Choices,
        decide=choices,
        illustration=Illustration(
            arguments=["A", "C"], fulfilled="The answers are C and A.", missed="Answer: A, B"
        ),
    ),
)

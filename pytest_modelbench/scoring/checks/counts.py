"""Checks that count words, sentences and lines."""

import re
from collections.abc import Callable
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
)
from pytest_modelbench.scoring.checks.patterns import non_empty_lines

__all__ = ["COUNT_CHECKS", "Count", "count_sentences", "count_words", "judge_count"]

Natural = Annotated[int, Field(ge=0)]

SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"')\]*_\u201d\u2019]*(?=\s|$)")
# What ends in a full stop and goes on: titles, abbreviations, initials, the number of a list item.
NO_SENTENCE_END = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|cf|no|fig|approx|[a-z])|^\s*\d+)\.$",
    re.IGNORECASE | re.MULTILINE,
)
LOOK_BACK_CHARS = 12
PARAGRAPH_END = re.compile(r"\n[ \t]*\n")


class Count(Arguments):
    """How many there have to be.

    Attributes:
        exactly: This many.
        min: At least this many.
        max: At most this many.
    """

    shorthand: ClassVar[str] = "exactly"

    exactly: Natural | None = None
    min: Natural | None = None
    max: Natural | None = None

    @model_validator(mode="after")
    def _require_range(self) -> "Count":
        if self.exactly is None and self.min is None and self.max is None:
            raise ValueError("needs a number, `min` or `max`")
        if self.exactly is not None and (self.min is not None or self.max is not None):
            raise ValueError("must have either `exactly` or `min` and `max`, got both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"`min` must be at most `max`, got {self.min} and {self.max}")
        return self

    def describe(self) -> str:
        """Render for a reason."""
        if self.exactly is not None:
            return str(self.exactly)
        if self.min is None:
            return f"at most {self.max}"
        return f"at least {self.min}" if self.max is None else f"{self.min} to {self.max}"


def judge_count(count: int, noun: str, arguments: Count) -> Finding:
    """Compare a count with what it has to be."""
    lowest = arguments.exactly if arguments.exactly is not None else arguments.min or 0
    highest = arguments.exactly if arguments.exactly is not None else arguments.max
    if lowest <= count and (highest is None or count <= highest):
        return fulfilled(f"{count} {noun}")
    return missed(f"expected {arguments.describe()} {noun}, got {count}")


def count_words(text: str) -> int:
    """Count what stands between spaces and holds a letter or a digit."""
    return sum(1 for word in text.split() if any(map(str.isalnum, word)))


def count_sentences(text: str) -> int:
    """Count sentences; a paragraph that ends without a sign ends a sentence all the same."""
    return sum(map(_count_in_paragraph, PARAGRAPH_END.split(text)))


def _count_in_paragraph(paragraph: str) -> int:
    count = 0
    last = 0
    length = len(paragraph.rstrip())
    for end in SENTENCE_END.finditer(paragraph):
        before = paragraph[max(last, end.end() - LOOK_BACK_CHARS) : end.end()]
        if end.end() < length and NO_SENTENCE_END.search(before):
            continue
        if any(map(str.isalnum, paragraph[last : end.start()])):
            count += 1
        last = end.end()
    return count + any(map(str.isalnum, paragraph[last:]))


def _decide_with(count: Callable[[str], int], noun: str) -> Callable[[str, Count], Finding]:
    return lambda text, arguments: judge_count(count(text), noun, arguments)


COUNT_CHECKS = (
    Check(
        name="words",
        arguments=Count,
        decide=_decide_with(count_words, "words"),
        illustration=Illustration(
            arguments={"min": 2, "max": 4}, fulfilled="three short words", missed="one"
        ),
    ),
    Check(
        name="sentences",
        arguments=Count,
        decide=_decide_with(count_sentences, "sentences"),
        illustration=Illustration(
            arguments=2, fulfilled="Dr. Who is here. Is he?", missed="He is here."
        ),
    ),
    Check(
        name="lines",
        arguments=Count,
        decide=_decide_with(lambda text: len(non_empty_lines(text)), "lines"),
        illustration=Illustration(arguments={"max": 2}, fulfilled="a\n\nb\n", missed="a\nb\nc"),
    ),
)

"""Checks that count words, sentences, lines, paragraphs and characters."""

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, Literal

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
from pytest_modelbench.scoring.checks.splitting import runs_of_letters, split_sentences

__all__ = [
    "COUNT_CHECKS",
    "Bare",
    "Count",
    "count_check",
    "count_sentences",
    "count_words",
    "judge_count",
    "split_blank_lines",
    "split_dividers",
]

Natural = Annotated[int, Field(ge=0)]

SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"')\]*_\u201d\u2019]*(?=\s|$)")
# What ends in a full stop and goes on: titles, abbreviations, initials, the number of a list item.
NO_SENTENCE_END = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|cf|no|fig|approx|[a-z])|^\s*\d+)\.$",
    re.IGNORECASE | re.MULTILINE,
)
LOOK_BACK_CHARS = 12
PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
BLANK_LINES = re.compile(r"\n[^\S\n]*\n")
# Where the list of checks looks for what a check does.
SAID_OF_IT = "__doc__"
DIVIDER = re.compile(r"\s?\*\*\*\s?")


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


class Bare(Arguments):
    """Nothing to choose.

    Attributes:
        value: Always true.
    """

    value: Literal[True] = True


class WordCount(Count):
    """How many words there have to be.

    Attributes:
        by: `spaces` stand between words, or words are runs of `letters`: "don't" is two of these.
    """

    by: Literal["spaces", "letters"] = "spaces"


class SentenceCount(Count):
    """How many sentences there have to be.

    Attributes:
        by: Signs and line ends, or the algorithm `punkt`, as published benchmarks count.
    """

    by: Literal["signs", "punkt"] = "signs"


class ParagraphCount(Count):
    """How many paragraphs there have to be.

    Attributes:
        by: What stands between two of them: `blank_lines`, or `dividers`, which are `***`.
    """

    by: Literal["blank_lines", "dividers"] = "blank_lines"


class CharacterCount(Count):
    """How many characters there have to be.

    Attributes:
        spaces: Space inside the answer counts, too.
    """

    spaces: bool = True


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


def split_blank_lines(text: str) -> Sequence[str]:
    """Return the paragraphs between blank lines."""
    return [part.strip() for part in BLANK_LINES.split(text) if part.strip()]


def split_dividers(text: str) -> Sequence[str]:
    """Return the paragraphs between `***`; an empty one inside stays."""
    parts = DIVIDER.split(text)
    first = 0 if parts[0].strip() else 1
    last = len(parts) if parts[-1].strip() else len(parts) - 1
    return parts[first : max(first, last)]


def words(text: str, arguments: WordCount) -> Finding:
    """Count words."""
    by_letters = arguments.by == "letters"
    count = len(runs_of_letters(text)) if by_letters else count_words(text)
    return judge_count(count, "words", arguments)


def sentences(text: str, arguments: SentenceCount) -> Finding:
    """Count sentences."""
    count = len(split_sentences(text)) if arguments.by == "punkt" else count_sentences(text)
    return judge_count(count, "sentences", arguments)


def paragraphs(text: str, arguments: ParagraphCount) -> Finding:
    """Count paragraphs."""
    if arguments.by == "blank_lines":
        return judge_count(len(split_blank_lines(text)), "paragraphs", arguments)
    parts = split_dividers(text)
    if not all(part.strip() for part in parts):
        return missed("expected no empty paragraph between two dividers, got one")
    return judge_count(len(parts), "paragraphs", arguments)


def characters(text: str, arguments: CharacterCount) -> Finding:
    """Count characters; space around the answer does not count."""
    bare = text.strip()
    count = len(bare) if arguments.spaces else sum(map(len, bare.split()))
    return judge_count(count, "characters", arguments)


def count_check(
    name: str, count: Callable[[str], int], noun: str, illustration: Illustration
) -> Check[Count]:
    """Return a check of how many of something a text has."""

    def decide(text: str, arguments: Count) -> Finding:
        return judge_count(count(text), noun, arguments)

    setattr(decide, SAID_OF_IT, f"Count {noun}.")
    return Check(name=name, arguments=Count, decide=decide, illustration=illustration)


COUNT_CHECKS: tuple[Check[Any], ...] = (
    Check(
        name="words",
        arguments=WordCount,
        decide=words,
        illustration=Illustration(
            arguments={"min": 2, "max": 4}, fulfilled="three short words", missed="one"
        ),
    ),
    Check(
        name="sentences",
        arguments=SentenceCount,
        decide=sentences,
        illustration=Illustration(
            arguments=2, fulfilled="Dr. Who is here. Is he?", missed="He is here."
        ),
    ),
    count_check(
        "lines",
        lambda text: len(non_empty_lines(text)),
        "lines",
        Illustration(arguments={"max": 2}, fulfilled="a\n\nb\n", missed="a\nb\nc"),
    ),
    Check(
        name="paragraphs",
        arguments=ParagraphCount,
        decide=paragraphs,
        illustration=Illustration(arguments=2, fulfilled="One.\n\nTwo.", missed="One.\nTwo."),
    ),
    Check(
        name="characters",
        arguments=CharacterCount,
        decide=characters,
        illustration=Illustration(arguments={"max": 5}, fulfilled="brief\n", missed="longer"),
    ),
)

"""Checks of the sentences of an answer: how long, of what kind, how they are linked."""

from itertools import pairwise
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
from pytest_modelbench.scoring.checks.counts import Bare, count_words
from pytest_modelbench.scoring.checks.patterns import non_empty_lines
from pytest_modelbench.scoring.checks.splitting import split_sentences
from pytest_modelbench.scoring.checks.vocabulary import list_words

__all__ = ["SENTENCE_CHECKS"]

Natural = Annotated[int, Field(ge=0)]
ENDS = {"statements": ".", "questions": "?", "exclamations": "!"}
CLOSING_SIGNS = "\"')]*_\u201d\u2019"


class SentenceLengths(Arguments):
    """How long every sentence has to be, in words.

    Attributes:
        min: At least so many words.
        max: At most so many words.
        step: Each has so many words more than the one before.
    """

    shorthand: ClassVar[str] = "max"

    min: Natural | None = None
    max: Natural | None = None
    step: int | None = None

    @model_validator(mode="after")
    def _require_one(self) -> "SentenceLengths":
        if self.min is None and self.max is None and self.step is None:
            raise ValueError("needs `min`, `max` or `step`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"`min` must be at most `max`, got {self.min} and {self.max}")
        return self


class SentenceKinds(Arguments):
    """How many sentences of each kind there are, as a ratio.

    Attributes:
        statements: Parts that end with a full stop.
        questions: Parts that end with a question mark.
        exclamations: Parts that end with an exclamation mark.
    """

    shorthand: ClassVar[str] = "statements"

    statements: Natural | None = None
    questions: Natural | None = None
    exclamations: Natural | None = None

    @model_validator(mode="after")
    def _require_two(self) -> "SentenceKinds":
        if len(self.parts) <= 1:
            raise ValueError("needs two of `statements`, `questions` and `exclamations`")
        if not any(self.parts.values()):
            raise ValueError("needs a part above 0")
        return self

    @property
    def parts(self) -> dict[str, int]:
        """Return the parts that are given."""
        given = {name: getattr(self, name) for name in ENDS}
        return {name: part for name, part in given.items() if part is not None}


def sentence_lengths(text: str, arguments: SentenceLengths) -> Finding:
    """Compare the length of every sentence; gives the share that is right."""
    sentences = split_sentences(text)
    if not sentences:
        return missed("expected sentences, got none")
    lengths = [count_words(sentence) for sentence in sentences]
    before: list[int | None] = [None, *lengths[:-1]]
    wrong = [
        (length, sentence)
        for last, length, sentence in zip(before, lengths, sentences, strict=True)
        if not _has_length(length, last, arguments)
    ]
    if not wrong:
        return fulfilled(f"all {len(lengths)} sentences have the right length")
    right = len(lengths) - len(wrong)
    length, sentence = wrong[0]
    reason = f"{right} of {len(lengths)} sentences have the right length, not {quote(sentence)}"
    return Finding(unit=right / len(lengths), reason=f"{reason} of {length} words")


def _has_length(length: int, before: int | None, arguments: SentenceLengths) -> bool:
    if arguments.step is not None and before is not None and length != before + arguments.step:
        return False
    return (arguments.min or 0) <= length and (arguments.max is None or length <= arguments.max)


def sentence_kinds(text: str, arguments: SentenceKinds) -> Finding:
    """Compare the ratio of statements, questions and exclamations."""
    ends = [sentence.rstrip(CLOSING_SIGNS)[-1:] for sentence in split_sentences(text)]
    parts = arguments.parts
    counts = {name: ends.count(ENDS[name]) for name in parts}
    shown = ", ".join(f"{count} {name}" for name, count in counts.items())
    first = next(name for name, part in parts.items() if part)
    met = counts[first] > 0 and all(
        counts[name] * parts[first] == counts[first] * part for name, part in parts.items()
    )
    if met:
        return fulfilled(shown)
    ratio = ":".join(map(str, parts.values()))
    return missed(f"expected {', '.join(parts)} as {ratio}, got {shown}")


def linked_sentences(text: str, _arguments: Bare) -> Finding:
    """Look whether each sentence begins with the last word of the one before."""
    sentences = [words for sentence in split_sentences(text) if (words := list_words(sentence))]
    if not sentences:
        return missed("expected sentences, got none")
    for before, sentence in pairwise(sentences):
        if before[-1] != sentence[0]:
            got = quote(sentence[0])
            return missed(f"expected {quote(before[-1])} to begin the next sentence, got {got}")
    return fulfilled("each sentence begins with the last word of the one before")


def framed_paragraphs(text: str, _arguments: Bare) -> Finding:
    """Look whether each paragraph ends with its first word; a line is a paragraph."""
    paragraphs = [words for line in non_empty_lines(text) if (words := list_words(line))]
    if not paragraphs:
        return missed("expected paragraphs, got none")
    for words in paragraphs:
        if words[0] != words[-1]:
            return missed(
                f"expected {quote(words[0])} to end the paragraph, got {quote(words[-1])}"
            )
    return fulfilled("each paragraph ends with its first word")


SENTENCE_CHECKS: tuple[Check[Any], ...] = (
    Check(
        name="sentence_lengths",
        arguments=SentenceLengths,
        decide=sentence_lengths,
        illustration=Illustration(
            arguments={"step": 1}, fulfilled="It is. It was so.", missed="It is. It was."
        ),
    ),
    Check(
        name="sentence_kinds",
        arguments=SentenceKinds,
        decide=sentence_kinds,
        illustration=Illustration(
            arguments={"statements": 2, "questions": 1},
            fulfilled="It is. Is it? So it is.",
            missed="It is. Is it?",
        ),
    ),
    Check(
        name="linked_sentences",
        arguments=Bare,
        decide=linked_sentences,
        illustration=Illustration(
            arguments=True, fulfilled="I see you. You see me.", missed="I see you. I see me."
        ),
    ),
    Check(
        name="framed_paragraphs",
        arguments=Bare,
        decide=framed_paragraphs,
        illustration=Illustration(
            arguments=True, fulfilled="Dogs chase dogs.", missed="Dogs chase cats."
        ),
    ),
)

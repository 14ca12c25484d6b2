"""Checks that compare the answer with given texts."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, ClassVar

from pydantic import Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)

__all__ = [
    "TEXT_CHECKS",
    "ForbiddenWords",
    "Text",
    "ends_with",
    "equals",
    "forbidden_words",
    "starts_with",
]

NonEmpty = Annotated[str, Field(min_length=1)]


class Text(Arguments):
    """One text to compare with.

    Attributes:
        value: What is looked for.
        ignore_case: Capital and small letters are the same.
    """

    value: NonEmpty
    ignore_case: bool = False


class BareText(Arguments):
    """One text to compare with, whatever its letters' case."""

    value: NonEmpty


class Texts(Arguments):
    """Several texts to look for.

    Attributes:
        values: What is looked for.
        ignore_case: Capital and small letters are the same.
    """

    shorthand: ClassVar[str] = "values"

    values: Annotated[list[NonEmpty], Field(min_length=1)]
    ignore_case: bool = False


class ForbiddenWords(Arguments):
    """Words that must not occur.

    Attributes:
        words: Whole words or phrases, whatever their case.
    """

    shorthand: ClassVar[str] = "words"

    words: Annotated[list[NonEmpty], Field(min_length=1)]


def equals(text: str, arguments: Text) -> Finding:
    """Compare the whole answer; space around it does not count."""
    got, expected = _fold(text.strip(), arguments), _fold(arguments.value.strip(), arguments)
    if expected == got:
        return fulfilled(f"equals {quote(arguments.value)}")
    return missed(f"expected {quote(arguments.value)}, got {quote(text.strip())}")


def contains(text: str, arguments: Text) -> Finding:
    """Look for a text anywhere in the answer."""
    found = _fold(arguments.value, arguments) in _fold(text, arguments)
    return _contains(text, arguments.value, found=found)


def icontains(text: str, arguments: BareText) -> Finding:
    """Look for a text anywhere in the answer, whatever its case."""
    found = arguments.value.casefold() in text.casefold()
    return _contains(text, arguments.value, found=found)


def contains_all(text: str, arguments: Texts) -> Finding:
    """Look for several texts; the unit is the share that was found."""
    missing = _missing(text, arguments)
    count = len(arguments.values)
    if not missing:
        return fulfilled(f"contains all {count} texts")
    found = count - len(missing)
    names = ", ".join(map(quote, missing))
    return Finding(unit=found / count, reason=f"contains {found} of {count} texts, not {names}")


def contains_any(text: str, arguments: Texts) -> Finding:
    """Look for one of several texts."""
    missing = _missing(text, arguments)
    for value in arguments.values:
        if value not in missing:
            return fulfilled(f"contains {quote(value)}")
    names = ", ".join(map(quote, missing))
    return missed(f"expected one of {names}, got {quote(text.strip())}")


def starts_with(text: str, arguments: Text) -> Finding:
    """Compare the beginning of the answer; space before it does not count."""
    begin = text.lstrip()
    expected = arguments.value.lstrip()
    if _fold(begin, arguments).startswith(_fold(expected, arguments)):
        return fulfilled(f"starts with {quote(expected)}")
    got = quote(begin[: len(expected)])
    return missed(f"expected {quote(expected)} at the start, got {got}")


def ends_with(text: str, arguments: Text) -> Finding:
    """Compare the end of the answer; space after it does not count."""
    end = text.rstrip()
    expected = arguments.value.rstrip()
    if _fold(end, arguments).endswith(_fold(expected, arguments)):
        return fulfilled(f"ends with {quote(expected)}")
    got = quote(end[-len(expected) :])
    return missed(f"expected {quote(expected)} at the end, got {got}")


def forbidden_words(text: str, arguments: ForbiddenWords) -> Finding:
    """Look for whole words that must not occur."""
    hits = compile_words(tuple(arguments.words)).findall(text)
    if not hits:
        return fulfilled("none of the forbidden words occurs")
    names = ", ".join(map(quote, dict.fromkeys(hits)))
    return missed(f"forbidden words occur: {names}")


@lru_cache(maxsize=4096)
def compile_words(words: Sequence[str]) -> re.Pattern[str]:
    """Compile a pattern that finds whole words; longer ones first."""
    ordered = sorted((word.strip() for word in words), key=len, reverse=True)
    # Any space between the words of a phrase.
    phrases = [r"\s+".join(map(re.escape, word.split())) for word in ordered if word]
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases) or '(?!)'})(?!\w)", re.IGNORECASE)


def _fold(text: str, arguments: Text | Texts) -> str:
    return text.casefold() if arguments.ignore_case else text


def _missing(text: str, arguments: Texts) -> list[str]:
    folded = _fold(text, arguments)
    return [value for value in arguments.values if _fold(value, arguments) not in folded]


def _contains(text: str, value: str, *, found: bool) -> Finding:
    if found:
        return fulfilled(f"contains {quote(value)}")
    return missed(f"expected {quote(value)} in the answer, got {quote(text.strip())}")


TEXT_CHECKS = (
    Check(
        name="equals",
        arguments=Text,
        decide=equals,
        illustration=Illustration(arguments="42", fulfilled=" 42\n", missed="It is 42."),
    ),
    Check(
        name="contains",
        arguments=Text,
        decide=contains,
        illustration=Illustration(
            arguments="return n", fulfilled="    return n * 2", missed="    yield n"
        ),
    ),
    Check(
        name="icontains",
        arguments=BareText,
        decide=icontains,
        illustration=Illustration(arguments="paris", fulfilled="It is PARIS.", missed="Lyon"),
    ),
    Check(
        name="contains_all",
        arguments=Texts,
        decide=contains_all,
        illustration=Illustration(
            arguments=["push", "pop"], fulfilled="push, then pop", missed="only push"
        ),
    ),
    Check(
        name="contains_any",
        arguments=Texts,
        decide=contains_any,
        illustration=Illustration(
            arguments=["deque", "list"], fulfilled="Use a deque.", missed="Use a set."
        ),
    ),
    Check(
        name="starts_with",
        arguments=Text,
        decide=starts_with,
        illustration=Illustration(arguments="Yes", fulfilled="Yes, it is.", missed="No."),
    ),
    Check(
        name="ends_with",
        arguments=Text,
        decide=ends_with,
        illustration=Illustration(arguments="data", fulfilled="It keeps data", missed="It is."),
    ),
    Check(
        name="forbidden_words",
        arguments=ForbiddenWords,
        decide=forbidden_words,
        illustration=Illustration(
            arguments=["sun", "sunlight"], fulfilled="A sunny day.", missed="The Sun shines."
        ),
    ),
)

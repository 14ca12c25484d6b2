"""Checks of the order of things: of lines, of numbers, of texts in the answer."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

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
from pytest_modelbench.scoring.checks.counts import Bare
from pytest_modelbench.scoring.checks.patterns import non_empty_lines
from pytest_modelbench.scoring.checks.vocabulary import list_words

__all__ = ["ORDERING_CHECKS"]

NonEmpty = Annotated[str, Field(min_length=1)]
BULLET = re.compile(r"^(?:[-*+\u2022]|\d{1,9}[.)])\s+")
NUMBER = re.compile(r"(?<![\w.])-?\d{1,300}(?:,\d{3})*(?:\.\d{1,300})?")


class Alphabetical(Arguments):
    """What has to be in the order of the alphabet.

    Attributes:
        of: Non-empty `lines`, without their bullets; `words`; or what stands between `commas`.
        descending: From Z to A.
        min: At least so many entries.
    """

    shorthand: ClassVar[str] = "of"

    of: Literal["lines", "words", "commas"] = "lines"
    descending: bool = False
    min: Annotated[int, Field(ge=1)] = 2


class SortedNumbers(Arguments):
    """How the numbers of the answer have to be sorted.

    Attributes:
        order: `ascending` or `descending`; equal ones may follow each other.
        min: At least so many numbers.
    """

    shorthand: ClassVar[str] = "order"

    order: Literal["ascending", "descending"] = "ascending"
    min: Annotated[int, Field(ge=1)] = 2


class Sequel(Arguments):
    """Texts that follow each other.

    Attributes:
        values: Each stands after the end of the one before.
        ignore_case: Capital and small letters are the same.
    """

    shorthand: ClassVar[str] = "values"

    values: Annotated[list[NonEmpty], Field(min_length=2)]
    ignore_case: bool = False


def alphabetical(text: str, arguments: Alphabetical) -> Finding:
    """Compare the order of entries; gives the share of neighbours that is in order."""
    entries = [_fold(entry) for entry in _split(text, arguments.of)]
    if len(entries) < arguments.min:
        return missed(f"expected at least {arguments.min} {arguments.of}, got {len(entries)}")
    pairs = list(pairwise(entries))
    if arguments.descending:
        pairs = [(after, before) for before, after in pairs]
    wrong = [pair for pair in pairs if pair[0] > pair[1]]
    if not wrong:
        return fulfilled(f"{len(entries)} {arguments.of} are in order")
    (before, after), right = wrong[0], len(pairs) - len(wrong)
    reason = (
        f"{right} of {len(pairs)} neighbours are in order, not {quote(before)} and {quote(after)}"
    )
    return Finding(unit=right / len(pairs), reason=reason)


def _split(text: str, of: str) -> Sequence[str]:
    if of == "words":
        return list_words(text)
    if of == "commas":
        return [entry.strip() for entry in text.split(",") if entry.strip()]
    return [BULLET.sub("", line) for line in non_empty_lines(text)]


def _fold(entry: str) -> str:
    # Accents and signs do not count: "Étienne" stands before "Florence".
    bare = unicodedata.normalize("NFKD", entry).casefold()
    return " ".join("".join(sign for sign in bare if sign.isalnum() or sign.isspace()).split())


def sorted_numbers(text: str, arguments: SortedNumbers) -> Finding:
    """Compare the order of the numbers."""
    numbers = [float(found.replace(",", "")) for found in NUMBER.findall(text)]
    if len(numbers) < arguments.min:
        return missed(f"expected at least {arguments.min} numbers, got {len(numbers)}")
    for before, number in pairwise(numbers):
        low, high = (before, number) if arguments.order == "ascending" else (number, before)
        if low > high:
            return missed(f"expected {arguments.order} numbers, got {before:g} before {number:g}")
    return fulfilled(f"{len(numbers)} numbers are {arguments.order}")


def in_order(text: str, arguments: Sequel) -> Finding:
    """Look for texts one after the other; gives the share found before the first that is not."""
    folded = text.casefold() if arguments.ignore_case else text
    place = 0
    for number, value in enumerate(arguments.values):
        wanted = value.casefold() if arguments.ignore_case else value
        found = folded.find(wanted, place)
        if found < 0:
            reason = f"{number} of {len(arguments.values)} texts follow each other, then not"
            unit = number / len(arguments.values)
            return Finding(unit=unit, reason=f"{reason} {quote(value)}")
        place = found + len(wanted)
    return fulfilled(f"all {len(arguments.values)} texts follow each other")


def palindrome(text: str, _arguments: Bare) -> Finding:
    """Look whether the answer reads the same backwards; only letters and digits count."""
    letters = "".join(sign for sign in text.casefold() if sign.isalnum())
    if not letters:
        return missed("expected letters, got none")
    if letters == letters[::-1]:
        return fulfilled("the answer reads the same backwards")
    return missed(f"expected a palindrome, got {quote(text.strip())}")


ORDERING_CHECKS: tuple[Check[Any], ...] = (
    Check(
        name="alphabetical",
        arguments=Alphabetical,
        decide=alphabetical,
        illustration=Illustration(
            arguments="lines", fulfilled="- apple\n- Banana\n- cherry", missed="banana\napple"
        ),
    ),
    Check(
        name="sorted_numbers",
        arguments=SortedNumbers,
        decide=sorted_numbers,
        illustration=Illustration(
            arguments="ascending", fulfilled="1, 2.5 and 30", missed="1, 30, 2.5"
        ),
    ),
    Check(
        name="in_order",
        arguments=Sequel,
        decide=in_order,
        illustration=Illustration(
            arguments=["Answer:", "Reason:"],
            fulfilled="Answer: 4\nReason: 2 + 2",
            missed="Reason: 2 + 2\nAnswer: 4",
        ),
    ),
    Check(
        name="palindrome",
        arguments=Bare,
        decide=palindrome,
        illustration=Illustration(
            arguments=True, fulfilled="A man, a plan, a canal: Panama!", missed="A plan"
        ),
    ),
)

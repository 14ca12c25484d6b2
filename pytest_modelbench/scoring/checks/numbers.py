"""Checks for numbers, wherever the answer says them."""

import math
import re
from typing import Annotated, ClassVar, Literal

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
from pytest_modelbench.scoring.extraction.numbers import find_number, find_numbers

__all__ = ["NUMBER_CHECKS", "Near", "Number", "Numbers", "is_near", "take_after"]

# Answers round: 1e-9 apart is the same number.
ROUNDING = 1e-9
MAX_VALUES = 100
# As many numbers of an answer are looked at.
MAX_FOUND = 5_000
SHOWN_NUMBERS = 10

PERCENT = re.compile(
    r"(?<![\w.])(\d[\d,]{0,30}(?:\.\d{1,30})?)\s?(?:\\?%|per\s?cent\b)", re.IGNORECASE
)
# A minus sign stands before its number, without a space.
BULLET = re.compile(r"^[ \t>]{0,20}[-*+\u2022][ \t]{1,20}(?=\S)", re.MULTILINE)
LISTED = re.compile(r"^[ \t>]{0,20}(\d{1,4})[.)][ \t]{1,20}(?=\S)", re.MULTILINE)
SPACES_IN_NUMBER = re.compile("(?<=\\d)['\u2019\u00a0\u202f\u2009 ](?=\\d{3}(?!\\d))")
POINTS_IN_NUMBER = re.compile(r"(?<=\d)[.,](?=\d)")

FiniteNumber = Annotated[float, Field(allow_inf_nan=False)]
Distance = Annotated[float, Field(ge=0)]


class Near(Arguments):
    """How far off a number may be, and where it stands.

    Attributes:
        tolerance: Allowed distance.
        relative: Allowed distance as a share of the value.
        anchor: The number follows this text, instead of the usual ones.
    """

    tolerance: Distance = 0.0
    relative: Distance = 0.0
    anchor: Annotated[str, Field(min_length=1)] | None = None


class Number(Near):
    """A number and how far off an answer may be.

    Attributes:
        value: The right number.
        values: The right numbers; each of them counts.
        min: The right number is at least this.
        max: The right number is at most this.
        significant: So many significant digits are compared.
        ignore_sign: -5 is 5.
        percent: `share`: 45% is 0.45; otherwise it is 45.
        decimal: `comma`: 1.234,5; `point`: 1,234.5 or 1'234.5; otherwise as in English.
    """

    value: FiniteNumber | None = None
    values: Annotated[list[FiniteNumber], Field(min_length=1, max_length=MAX_VALUES)] | None = None
    min: FiniteNumber | None = None
    max: FiniteNumber | None = None
    significant: Annotated[int, Field(ge=1, le=15)] | None = None
    ignore_sign: bool = False
    percent: Literal["number", "share"] = "number"
    decimal: Literal["point", "comma"] | None = None

    @model_validator(mode="after")
    def _require_one(self) -> "Number":
        has_range = self.min is not None or self.max is not None
        ways = [self.value is not None, self.values is not None, has_range]
        if sum(ways) != 1:
            raise ValueError("needs one of `value`, `values`, or `min` and `max`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"`min` must be at most `max`, got {self.min:g} and {self.max:g}")
        if has_range and (self.relative or self.significant):
            raise ValueError("must have no `relative` or `significant` beside `min` and `max`")
        if self.significant and (self.tolerance or self.relative):
            raise ValueError("must have either `significant` or `tolerance` and `relative`")
        return self

    def describe(self) -> str:
        """Render for a reason."""
        if self.value is None and self.values is None:
            return _describe_range(self.min, self.max)
        values = self.values or [self.value or 0.0]
        allowed = ""
        if self.tolerance:
            allowed = f" within {self.tolerance:g}"
        elif self.relative:
            allowed = f" within {self.relative:.4g} of it"
        elif self.significant:
            allowed = f" to {self.significant} significant digits"
        shown = " or ".join(f"{value:.12g}" for value in values[:SHOWN_NUMBERS])
        return f"{shown}{allowed}"


class Numbers(Near):
    """Several numbers.

    Attributes:
        values: The right numbers; one that is listed twice has to be there twice.
        in_order: They have to come in this order.
        extra: Other numbers do no harm.
        graded: Gives the share of them; otherwise all or nothing.
    """

    shorthand: ClassVar[str] = "values"

    values: Annotated[list[FiniteNumber], Field(min_length=1, max_length=MAX_VALUES)]
    in_order: bool = False
    extra: bool = False
    graded: bool = True


def number(text: str, arguments: Number) -> Finding:
    """Compare the number that the answer ends on, or names as its answer."""
    found = find_number(_tidy(text, arguments), arguments.anchor)
    expected = arguments.describe()
    if isinstance(found, NotFound):
        return missed(f"expected {expected}, got {found.reason} in {quote(text.strip())}")
    got = abs(found.value) if arguments.ignore_sign else found.value
    shown = f"{found.value:.12g}"
    if _is_right(got, arguments):
        return fulfilled(f"the number is {shown}")
    return missed(f"expected {expected}, got {shown}")


def _tidy(text: str, arguments: Number) -> str:
    """Return the text with its numbers written as in English."""
    if arguments.decimal:
        text = SPACES_IN_NUMBER.sub("", text)
    if arguments.decimal == "comma":
        text = POINTS_IN_NUMBER.sub(lambda sign: "" if sign.group() == "." else ".", text)
    if arguments.percent == "share":
        text = PERCENT.sub(lambda found: f"{float(found[1].replace(',', '')) / 100:.15g}", text)
    return text


def _is_right(got: float, arguments: Number) -> bool:
    if arguments.value is None and arguments.values is None:
        low = -math.inf if arguments.min is None else arguments.min - arguments.tolerance
        high = math.inf if arguments.max is None else arguments.max + arguments.tolerance
        return math.isfinite(got) and low <= got <= high
    values = arguments.values or [arguments.value or 0.0]
    if arguments.ignore_sign:
        values = [abs(value) for value in values]
    if arguments.significant:
        digits = arguments.significant
        return any(f"{got:.{digits}g}" == f"{value:.{digits}g}" for value in values)
    return any(is_near(got, value, arguments) for value in values)


def is_near(got: float, value: float, arguments: Near) -> bool:
    """Tell whether a number is the right one, or as near to it as is allowed."""
    allowed = max(
        arguments.tolerance, arguments.relative * abs(value), ROUNDING * max(1.0, abs(value))
    )
    return abs(got - value) <= allowed * (1 + ROUNDING)


def numbers(text: str, arguments: Numbers) -> Finding:
    """Compare all numbers of the answer with those that have to be there."""
    got = find_numbers(_drop_bullets(take_after(text, arguments.anchor)), MAX_FOUND)
    if not got:
        return missed(f"expected {_list(arguments.values)}, got no number in {quote(text.strip())}")
    count = _count_in_order(got, arguments) if arguments.in_order else _count(got, arguments)
    wanted = len(arguments.values) if arguments.extra else max(len(arguments.values), len(got))
    if count == wanted:
        return fulfilled(f"has all {count} numbers")
    order = " in this order" if arguments.in_order else ""
    reason = f"expected {_list(arguments.values)}{order}, got {_list(got)}"
    return Finding(unit=count / wanted if arguments.graded else 0.0, reason=reason)


def _drop_bullets(text: str) -> str:
    """Return the text without what marks the entries of its lists."""
    text = BULLET.sub("", text)
    places = [int(found[1]) for found in LISTED.finditer(text)]
    # Otherwise they are no marks but numbers: `1. 2. 3.`, or a sentence that ends on one.
    is_list = len(places) > 1 and places == list(range(1, len(places) + 1))
    return LISTED.sub("", text) if is_list else text


def take_after(text: str, anchor: str | None) -> str:
    """Return what follows the last anchor; the whole text where there is none."""
    places = (
        [found.end() for found in re.finditer(re.escape(anchor), text, re.IGNORECASE)]
        if anchor
        else []
    )
    return text[places[-1] :] if places else text


def _count(got: list[float], arguments: Numbers) -> int:
    rest = list(got)
    for value in arguments.values:
        near = next((number for number in rest if is_near(number, value, arguments)), None)
        if near is not None:
            rest.remove(near)
    return len(got) - len(rest)


def _count_in_order(got: list[float], arguments: Numbers) -> int:
    """Return the length of the longest common subsequence."""
    counts = [0] * (len(arguments.values) + 1)
    for number in got:
        before = counts
        counts = [0]
        for at, value in enumerate(arguments.values):
            is_same = is_near(number, value, arguments)
            counts.append(before[at] + 1 if is_same else max(before[at + 1], counts[at]))
    return counts[-1]


def _list(values: list[float]) -> str:
    shown = ", ".join(f"{value:.12g}" for value in values[:SHOWN_NUMBERS])
    more = len(values) - SHOWN_NUMBERS
    return f"{shown} and {more} more" if more > 0 else shown


def _describe_range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:.12g}"
    return f"at least {low:.12g}" if high is None else f"{low:.12g} to {high:.12g}"


NUMBER_CHECKS = (
    Check(
        name="number",
        version=2,
        arguments=Number,
        decide=number,
        illustration=Illustration(
            arguments={"value": 1234.5, "tolerance": 0.1},
            fulfilled="12 times that is 5, so the answer is $1,234.50.",
            missed="The answer is about 1,200.",
        ),
    ),
    Check(
        name="numbers",
        arguments=Numbers,
        decide=numbers,
        illustration=Illustration(
            arguments=[2, 3, 5], fulfilled="They are 5, 3 and 2.", missed="2, 3 and 7"
        ),
    ),
)

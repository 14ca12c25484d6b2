"""The check for a number, wherever the answer says it."""

import math
import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated

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

__all__ = ["NUMBER_CHECKS", "Number", "find_number"]

# Answers round: 1e-9 apart is the same number.
ROUNDING = 1e-9

TIDY = (
    (re.compile(r"\{,\}|\\[,!;]"), ""),
    (re.compile(r"\\[dt]?frac\s*\{\s*([-\d.]+)\s*\}\s*\{\s*([\d.]+)\s*\}"), r"\1/\2"),
    (re.compile(r"\\([$%])"), r"\1"),
    (re.compile(r"[\u2212\u2013](?=\s?[$\u20ac\u00a3\u00a5]?\d)"), "-"),
    (re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))"), ""),
)
NUMBER = re.compile(
    r"""(?<![\w.])
    (?P<sign>(?<![)\]}])[-+])?\s?[$\u20ac\u00a3\u00a5]?\s?
    (?P<size>\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    (?P<exponent>[eE][-+]?\d+)?
    (?:/(?P<divisor>\d+(?:\.\d+)?)(?![/\d]))?""",
    re.VERBOSE,
)
ANCHOR = re.compile(
    r"""\#{4}
    | \\boxed\s*\{
    | (?m:^)[ \t>*_]{0,20}A\s?[:=]
    | \b(?:answer|result|solution)\s{0,3}(?:\*\*|__)?\s{0,3}(?:is\b|:|=)""",
    re.VERBOSE | re.IGNORECASE,
)
# Longer lines are no statement of a number.
SPAN_CHARS = 500
# Bounds the search in a text full of anchors without numbers.
MAX_ANCHORS = 50


class Number(Arguments):
    """A number and how far off an answer may be.

    Attributes:
        value: The right number.
        tolerance: Allowed distance.
        relative: Allowed distance as a share of the value.
        anchor: The number follows this text, instead of the usual ones.
    """

    value: float
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    relative: Annotated[float, Field(ge=0)] = 0.0
    anchor: Annotated[str, Field(min_length=1)] | None = None


def number(text: str, arguments: Number) -> Finding:
    """Compare the number that the answer ends on, or names as its answer."""
    got = find_number(text, arguments.anchor)
    expected = _describe(arguments)
    if got is None:
        return missed(f"expected {expected}, got no number in {quote(text.strip())}")
    shown = f"{got:.12g}"
    allowed = max(
        arguments.tolerance,
        arguments.relative * abs(arguments.value),
        ROUNDING * max(1.0, abs(arguments.value)),
    )
    if abs(got - arguments.value) <= allowed * (1 + ROUNDING):
        return fulfilled(f"the number is {shown}")
    return missed(f"expected {expected}, got {shown}")


def find_number(text: str, anchor: str | None = None) -> float | None:
    r"""Return the number after the last anchor, or the last one; None where there is none.

    Args:
        text: The answer.
        anchor: A text that the number follows; None for the usual ones (`#### 7`, `Answer: 7`,
            `\boxed{7}`, "the answer is 7").
    """
    for pattern, plain in TIDY:
        text = pattern.sub(plain, text)
    anchors = _compile_anchor(anchor) if anchor else ANCHOR
    for found in reversed(deque(anchors.finditer(text), maxlen=MAX_ANCHORS)):
        span = _span_after(text, found)
        # In "Answer: 12 + 30 = 42" the number is what the equation comes to.
        for part in (span.rpartition("=")[2], span):
            value = next(_numbers(part), None)
            if value is not None:
                return value
    last = deque(_numbers(text), maxlen=1)
    return last[0] if last else None


@lru_cache(maxsize=1024)
def _compile_anchor(anchor: str) -> re.Pattern[str]:
    return re.compile(re.escape(anchor), re.IGNORECASE)


def _span_after(text: str, found: re.Match[str]) -> str:
    rest = text[found.end() : found.end() + SPAN_CHARS]
    if found.group().endswith("{"):
        return rest.partition("}")[0]
    return rest.lstrip(" \t\n*_:$").partition("\n")[0]


def _numbers(text: str) -> Iterator[float]:
    for found in NUMBER.finditer(text):
        value = float(found["size"].replace(",", "") + (found["exponent"] or ""))
        divisor = float(found["divisor"] or 1)
        if divisor:
            value /= divisor
        # An infinite one comes from thousands of digits, or e999.
        yield math.copysign(value, -1) if found["sign"] == "-" else value


def _describe(arguments: Number) -> str:
    allowed = ""
    if arguments.tolerance:
        allowed = f" within {arguments.tolerance:g}"
    elif arguments.relative:
        allowed = f" within {arguments.relative:.4g} of it"
    return f"{arguments.value:.12g}{allowed}"


NUMBER_CHECKS = (
    Check(
        name="number",
        arguments=Number,
        decide=number,
        illustration=Illustration(
            arguments={"value": 1234.5, "tolerance": 0.1},
            fulfilled="12 times that is 5, so the answer is $1,234.50.",
            missed="The answer is about 1,200.",
        ),
    ),
)

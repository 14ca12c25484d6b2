"""The check for an interval, in brackets, in inequalities or in words."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.numbers import Near, is_near, take_after

__all__ = ["INTERVAL_CHECKS", "Interval"]

# What an answer comes to stands at its end; this bounds the search.
MAX_CHARS = 20_000
SIGNS = str.maketrans(
    {"\u2212": "-", "\u2264": "<=", "\u2265": ">=", "\u221e": " inf", "\uff0c": ","}
)
LATEX = (
    (re.compile(r"\\(?:left|right|[,;! ])|\$"), ""),
    (re.compile(r"\\leq?(?![a-z])"), "<="),
    (re.compile(r"\\geq?(?![a-z])"), ">="),
    (re.compile(r"\\infty"), " inf"),
)
INFINITE = r"inf(?:inity)?\b|oo\b"
# No thousands: in brackets a comma separates.
END = rf"[-+]?\s?(?:\d{{1,30}}(?:\.\d{{1,30}})?|\.\d{{1,30}}|{INFINITE})"
NUMBER = rf"[-+]?\s?(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d{{1,30}}(?:\.\d{{1,30}})?|{INFINITE})"
BRACKETS = re.compile(
    rf"([\[(\]])\s{{0,3}}({END})\s{{0,3}}[,;]\s{{0,3}}({END})\s{{0,3}}([\])\[])", re.IGNORECASE
)
CHAIN = re.compile(
    rf"({NUMBER})\s?(<=?|>=?)\s?(?:[A-Za-z]|\\?[a-z]{{2,10}})\s?(<=?|>=?)\s?({NUMBER})",
    re.IGNORECASE,
)
WORDS = re.compile(
    rf"\b(?:between|from)\s({NUMBER})(?:\s?[^\s\d]{{1,12}})?\s(?:and|to|until)\s({NUMBER})",
    re.IGNORECASE,
)
PAIR = re.compile(
    rf"(?<![\w.,-])({NUMBER})\s?(?:to|[-\u2013\u2014]|\.\.\.?)\s?({NUMBER})(?![\w-])", re.IGNORECASE
)
HALF = re.compile(
    rf"(?:\b[A-Za-z]\s?(?P<sign>[<>]=?)|\b(?P<words>at least|at most|less than|more than"
    rf"|greater than|no more than|no less than|fewer than))\s?(?P<number>{NUMBER})",
    re.IGNORECASE,
)
# Several intervals together are none.
UNION = re.compile(r"\s{0,3}(?:\u222a|\\cup|\bU\b|\b(?:or|union)\b|,)\s{0,3}")
# Two bounds with no more than this between them are one interval.
BOTH = re.compile(r"\s?(?:,|and|but|,\s?and|,\s?but|\\text\{\s?and\s?\})\s?", re.IGNORECASE)
# Where it begins or ends, and whether that belongs to it.
HALVES = {
    "<": ")",
    "<=": "]",
    ">": "(",
    ">=": "[",
    "at least": "[",
    "no less than": "[",
    "more than": "(",
    "greater than": "(",
    "at most": "]",
    "no more than": "]",
    "less than": ")",
    "fewer than": ")",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What lies between two numbers.

    Attributes:
        low: Where it begins; may be infinite.
        high: Where it ends; may be infinite.
        has_low: Its beginning belongs to it; None where the words leave that open.
        has_high: Its end belongs to it; None where the words leave that open.
    """

    low: float
    high: float
    has_low: bool | None
    has_high: bool | None

    def __str__(self) -> str:
        opener = "(" if self.has_low is False else "["
        closer = ")" if self.has_high is False else "]"
        return f"{opener}{self.low:.12g}, {self.high:.12g}{closer}"


# What a union is, as an interval: none.
NO_SPAN = Span(low=math.nan, high=math.nan, has_low=False, has_high=False)


class Interval(Near):
    """An interval.

    Attributes:
        value: With its brackets: `[2, 5)`, `(-inf, 3]`.
        ignore_ends: Whether the ends belong to it does not count.
    """

    value: Annotated[str, Field(min_length=1)]
    ignore_ends: bool = False

    @model_validator(mode="after")
    def _require_interval(self) -> "Interval":
        found = BRACKETS.fullmatch(self.value.strip())
        if found is None:
            raise ValueError(f"must be an interval such as `[2, 5)`, got {quote(self.value)}")
        span = _read_brackets(found)
        if span.low > span.high:
            raise ValueError(f"must begin before it ends, got {quote(self.value)}")
        return self


def interval(text: str, arguments: Interval) -> Finding:
    """Compare the last interval of the answer."""
    (expected,) = _find_spans(arguments.value)
    spans = list(_find_spans(take_after(text, arguments.anchor)))
    if not spans:
        return missed(f"expected {expected}, got no interval in {quote(text.strip())}")
    if _is_same(expected, spans[-1], arguments):
        return fulfilled(f"the interval is {spans[-1]}")
    if spans[-1] is NO_SPAN:
        return missed(f"expected {expected}, got several intervals together")
    return missed(f"expected {expected}, got {spans[-1]}")


def _find_spans(text: str) -> Iterator[Span]:
    """Yield the intervals of the end of a text; of two that overlap the more explicit one."""
    text = text[-MAX_CHARS:].translate(SIGNS)
    for pattern, plain in LATEX:
        text = pattern.sub(plain, text)
    found: list[tuple[int, int, Span]] = []
    for pattern, read in READERS:
        taken = bytearray(len(text) + 1)
        for begin, end, _span in found:
            taken[begin:end] = b"\1" * (end - begin)
        for match in pattern.finditer(text):
            span = read(match)
            if span is not None and not any(taken[match.start() : match.end()]):
                found.append((match.start(), match.end(), span))
    yield from _join(text, sorted(found, key=lambda entry: entry[0]))


def _join(text: str, found: list[tuple[int, int, Span]]) -> Iterator[Span]:
    """Yield the intervals, those between two bounds as one, and none of those of a union."""
    at = 0
    last_end = -1
    while at < len(found):
        begin, end, span = found[at]
        both = at + 1 < len(found) and BOTH.fullmatch(text, end, found[at + 1][0])
        if both and (joined := _intersect(span, found[at + 1][2])):
            at += 1
            end, span = found[at][1], joined
        yield span
        if last_end >= 0 and UNION.fullmatch(text, last_end, begin):
            yield NO_SPAN
        last_end = end
        at += 1


def _intersect(one: Span, other: Span) -> Span | None:
    """Return what lies above one bound and below another, or None where that is not meant."""
    low, high = (one, other) if math.isinf(one.high) else (other, one)
    is_meant = math.isinf(low.high) and math.isinf(high.low) and low.low < high.high
    if not is_meant or math.isinf(low.low) or math.isinf(high.high):
        return None
    return Span(low=low.low, high=high.high, has_low=low.has_low, has_high=high.has_high)


def _number(text: str) -> float:
    plain = text.lower().replace(",", "").replace(" ", "")
    if plain.lstrip("+-").startswith(("inf", "oo")):
        return -math.inf if plain.startswith("-") else math.inf
    return float(plain)


def _read_brackets(found: re.Match[str]) -> Span:
    opener, low, high, closer = found.groups()
    ends = _number(low), _number(high)
    # An infinite end belongs to nothing.
    has_low = opener == "[" and not math.isinf(ends[0])
    has_high = closer == "]" and not math.isinf(ends[1])
    return Span(low=ends[0], high=ends[1], has_low=has_low, has_high=has_high)


def _read_chain(found: re.Match[str]) -> Span | None:
    low, below, above, high = found.groups()
    if below[0] != above[0]:
        return None
    if below[0] == ">":
        low, below, above, high = high, above, below, low
    below, above = below.replace(">", "<"), above.replace(">", "<")
    return Span(low=_number(low), high=_number(high), has_low=below == "<=", has_high=above == "<=")


def _read_words(found: re.Match[str]) -> Span | None:
    low, high = map(_number, found.groups())
    return Span(low=low, high=high, has_low=None, has_high=None) if low <= high else None


def _read_half(found: re.Match[str]) -> Span:
    sign = HALVES[(found["sign"] or found["words"]).lower()]
    number = _number(found["number"])
    if sign in "[(":
        return Span(low=number, high=math.inf, has_low=sign == "[", has_high=False)
    return Span(low=-math.inf, high=number, has_low=False, has_high=sign == "]")


# The more explicit first.
READERS = (
    (BRACKETS, _read_brackets),
    (CHAIN, _read_chain),
    (WORDS, _read_words),
    (PAIR, _read_words),
    (HALF, _read_half),
)


def _is_same(expected: Span, got: Span, arguments: Interval) -> bool:
    ends = ((expected.low, got.low), (expected.high, got.high))
    if not all(_is_same_end(one, other, arguments) for one, other in ends):
        return False
    belongs = ((expected.has_low, got.has_low), (expected.has_high, got.has_high))
    return arguments.ignore_ends or all(other in {None, one} for one, other in belongs)


def _is_same_end(expected: float, got: float, arguments: Interval) -> bool:
    # Every number is as near to infinity as is allowed.
    return expected == got or (math.isfinite(expected) and is_near(got, expected, arguments))


INTERVAL_CHECKS = (
    Check(
        name="interval",
        arguments=Interval,
        decide=interval,
        illustration=Illustration(
            arguments="[2, 5)", fulfilled="All x with 2 <= x < 5.", missed="It is (2, 5)."
        ),
    ),
)

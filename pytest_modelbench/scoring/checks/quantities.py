"""The check for a quantity with a unit, whatever unit the answer takes.

Pint knows the units. It is only ever asked for single words: its own parser of expressions would
work out what a hostile answer says.
"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Any

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

__all__ = ["QUANTITY_CHECKS", "Quantity"]

# What an answer comes to stands at its end; this bounds the search.
MAX_CHARS = 10_000

SIGNS = str.maketrans(
    {
        "\u2212": "-",
        "\u00b7": "*",
        "\u22c5": "*",
        "\u00d7": "*",
        "\u00b2": "^2",
        "\u00b3": "^3",
        "\u2126": "\u03a9",
        "\u00b5": "\u03bc",
        "\u00b9": "^1",
        "\u207b": "^-",
        "\u00ba": "\u00b0",
        "\u2103": "\u00b0C",
        "\u2109": "\u00b0F",
        "\u00a0": " ",
        "\u202f": " ",
    }
)
LATEX = (
    (re.compile(r"\\times"), "*"),
    (re.compile(r"\\cdot"), "*"),
    (re.compile(r"\\(?:text|mathrm|mbox|textrm)\s?\{\s?([^{}]{0,40})\}"), r" \1"),
    (re.compile(r"\^\{([-+]?\d{1,3})\}"), r"^\1"),
    (re.compile(r"\^\s?\{?\s?\\circ\s?\}?\s?"), "\u00b0"),
    (re.compile(r"\^-\^"), "^-"),
    (re.compile(r"\\[dt]?frac\s?\{\s?([\w^]{1,12})\s?\}\s?\{\s?([\w^]{1,12})\s?\}"), r" \1/\2"),
    (re.compile(r"\{,\}|\\[,;! ]"), ""),
    (re.compile(r"[$`]|(?<!\d)\*\*|\*\*(?!\d)|__|\\(?=%)"), ""),
    (re.compile(r"\bsquare\s([A-Za-z]{1,20})\b|\b([A-Za-z]{1,20})\ssquared\b"), r"\1\2^2"),
    (re.compile(r"\bcubic\s([A-Za-z]{1,20})\b"), r"\1^3"),
    # 2h30m: there are minutes, no metres.
    (re.compile(r"(?<=\dh)(\d{1,2})\s?(?:m\b|(?![\w.]))"), r" \1 min"),
    (re.compile(r"(?<=\dh)(?=\d)"), " "),
    (re.compile(r"(\d\s?(?:h|hrs?|hours?)(?:,?\s|\sand\s)\d{1,2})\s?m\b"), r"\1 min"),
    (re.compile(r"\bdegrees?\s(?:C\b|[Cc]elsius)"), "\u00b0C"),
    (re.compile(r"\bdegrees?\s(?:F\b|[Ff]ahrenheit)"), "\u00b0F"),
)
WORD = r"(?:%|\u00b0\s?[CFK]?(?![A-Za-z])|[A-Za-z\u03bc\u03a9]{1,24})"
FACTOR = rf"{WORD}(?:\^?[-+]?[1-9](?!\d))?"
SIZE = r"[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d{1,30})?|\d{1,30}(?:\.\d{1,30})?|\.\d{1,30})"
QUANTITY = re.compile(
    # Neither the end of a range nor of a fraction.
    rf"(?<![\w./])(?<!\d[-\u2013\u2014])(?<!\d\s[-\u2013\u2014]\s)(?<!\d\sto\s)"
    rf"(?:(?P<whole>\d{{1,6}})\s(?=\d{{1,3}}/\d))?(?P<size>{SIZE}(?:[eE][-+]?\d{{1,2}})?)"
    rf"(?:/(?P<divisor>[1-9]\d{{0,5}})(?![\d/.])|\s?[*x]\s?10\^?(?P<power>[-+]?\d{{1,2}}))?"
    rf"(?:-|\s{{0,2}})(?P<unit>{FACTOR}"
    rf"(?:\s?(?:/|\*|\bper\b)\s?{FACTOR}|\s{WORD}\^?-[1-9](?!\d)){{0,4}})"
)
UNIT_PART = re.compile(rf"\s?(/|\*|\bper\b)?\s?({WORD})(?:\^?([-+]?[1-9]))?")
# Two quantities with no more than this between them are one: 2 h 30 min, 5 ft and 3 in.
BETWEEN = re.compile(r"[\s,]{0,3}(?:and\s)?")
# The same once more: 3 km (about 1.9 miles).
RESTATED = re.compile(r"\s?\([^()\d]{0,20}\d[\d.,]{0,20}[^()\d]{1,30}\)")
SAME_SHARE = 0.05
SPELLINGS = {
    "%": "percent",
    "\u00b0": "degree",
    "\u00b0C": "degC",
    "\u00b0F": "degF",
    "\u00b0K": "kelvin",
    "\u03a9": "ohm",
    "mins": "minute",
    "hr": "hour",
    "hrs": "hour",
    "sec": "second",
    "secs": "second",
    "celsius": "degC",
    "fahrenheit": "degF",
}


class Quantity(Near):
    """A quantity with its unit.

    Attributes:
        value: A number and its unit, such as `3 km`; the tolerance is in that unit.
        same_unit: The answer has to take this unit, too.
    """

    value: Annotated[str, Field(min_length=2, max_length=200)]
    same_unit: bool = False

    @model_validator(mode="after")
    def _require_quantity(self) -> "Quantity":
        found = list(_find(self.value))
        if len(found) != 1 or not QUANTITY.match(_tidy(self.value)):
            raise ValueError(f"must be a number and a unit such as `3 km`, got {quote(self.value)}")
        return self


def quantity(text: str, arguments: Quantity) -> Finding:
    """Compare the last quantity of the answer that measures the same kind of thing."""
    (expected,) = _find(arguments.value)
    span = take_after(text, arguments.anchor)
    got = _find_last(span, expected)
    wanted = quote(arguments.value)
    if got is None:
        return missed(f"expected {wanted}, got no such quantity in {quote(text.strip())}")
    first = _find_last(RESTATED.sub("", span), expected)
    if first is not None and first != got:
        size, again = _convert(first, expected.units), _convert(got, expected.units)
        if abs(size - again) <= SAME_SHARE * abs(size):
            found = _judge(first, expected, arguments)
            return found if found.unit >= 1 else _judge(got, expected, arguments)
    return _judge(got, expected, arguments)


def _find_last(text: str, expected: Any) -> Any:  # noqa: ANN401  as below
    """Return the last quantity of the kind that is expected, or None."""
    found = _find(text)
    alike = [entry for entry in found if entry.dimensionality == expected.dimensionality]
    return alike[-1] if alike else None


def _judge(got: Any, expected: Any, arguments: Quantity) -> Finding:  # noqa: ANN401  as below
    wanted = quote(arguments.value)
    shown = quote(f"{got.magnitude:.12g} {got.units}")
    if arguments.same_unit and got.units != expected.units:
        return missed(f"expected {wanted} in that unit, got {shown}")
    converted = _convert(got, expected.units)
    if math.isfinite(converted) and is_near(converted, float(expected.magnitude), arguments):
        return fulfilled(f"{shown} is {wanted}")
    return missed(f"expected {wanted}, got {shown}")


def _convert(got: Any, units: Any) -> float:  # noqa: ANN401  Pint's types are made at run time
    import pint  # noqa: PLC0415  as below

    try:
        return float(got.to(units).magnitude)
    except (pint.PintError, OverflowError):
        # There is no square of a temperature in degrees Celsius, nor one of 1e400 metres.
        return math.nan


def _tidy(text: str) -> str:
    text = text.strip()[-MAX_CHARS:].translate(SIGNS)
    for pattern, plain in LATEX:
        text = pattern.sub(plain, text)
    return text


def _find(text: str) -> Iterator[Any]:
    """Yield the quantities at the end of a text; `2 h 30 min` is one."""
    text = _tidy(text)
    last: Any = None
    last_end = 0
    for found in QUANTITY.finditer(text):
        entry = _read(found)
        if entry is None:
            continue
        is_next = BETWEEN.fullmatch(text, last_end, found.start()) is not None
        if last is not None and is_next and _goes_on(last, entry):
            last += entry
        else:
            if last is not None:
                yield last
            last = entry
        last_end = found.end()
    if last is not None:
        yield last


def _goes_on(last: Any, entry: Any) -> bool:  # noqa: ANN401  Pint's types are made at run time
    """Tell whether a quantity of a smaller unit adds to the one before it."""
    if last.units == entry.units or last.dimensionality != entry.dimensionality:
        return False
    is_plain = last._is_multiplicative and entry._is_multiplicative  # noqa: SLF001  no public name
    return bool(is_plain and abs(entry.to(last.units).magnitude) < abs(last.magnitude))


def _read(found: re.Match[str]) -> Any:  # noqa: ANN401  Pint's types are made at run time
    """Return the quantity, of as much of the unit as is one; or None."""
    unit = _read_unit(found["unit"])
    if unit is None:
        return None
    size = float(found["size"].replace(",", "")) * 10.0 ** int(found["power"] or 0)
    size = int(found["whole"] or 0) + size / int(found["divisor"] or 1)
    return _open_units().Quantity(size, unit)


def _read_unit(text: str) -> Any:  # noqa: ANN401  Pint's types are made at run time
    unit: Any = None
    place = 0
    while place < len(text) and (part := UNIT_PART.match(text, place)):
        sign, word, exponent = part.groups()
        factor = _look_up(word)
        if factor is None:
            break
        power = int(exponent or 1)
        if unit is None:
            unit = factor**power
        else:
            unit *= factor ** (-power if sign in {"/", "per"} else power)
        place = part.end()
    return unit


@lru_cache(maxsize=4096)
def _look_up(word: str) -> Any:  # noqa: ANN401  Pint's types are made at run time
    """Return the unit that a word names, or None."""
    plain = word.replace(" ", "")
    plain = SPELLINGS.get(plain) or SPELLINGS.get(plain.lower()) or plain
    registry = _open_units()
    for spelling in (plain, plain.lower()):
        if spelling in registry:
            return registry.Unit(spelling)
    return None


@lru_cache(maxsize=1)
def _open_units() -> Any:  # noqa: ANN401  Pint's types are made at run time
    import pint  # noqa: PLC0415  takes a third of a second, and most suites have no quantity

    return pint.UnitRegistry(cache_folder=None)


QUANTITY_CHECKS = (
    Check(
        name="quantity",
        arguments=Quantity,
        decide=quantity,
        illustration=Illustration(
            arguments="3 km", fulfilled="It is 3,000 m away.", missed="It is 3 miles away."
        ),
    ),
)

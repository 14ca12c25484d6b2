"""Several demands in one check: the unit is the share of them that is met."""

from collections.abc import Collection, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from pytest_modelbench.scoring.checks.base import Finding, fulfilled
from pytest_modelbench.scoring.checks.counts import Count, Natural

__all__ = ["Bounds", "Row", "Values", "count_problem", "judge_demands", "same_text"]

# That many problems are shown, so that a reason stays readable.
SHOWN_PROBLEMS = 5


def _read_bounds(value: object) -> object:
    """Take a bare number for `exactly`."""
    if isinstance(value, int):
        return {"exactly": value}
    if not isinstance(value, dict | Count):
        raise ValueError(f"must be a number, or `min` and `max`, got {value!r}")  # noqa: TRY004  pydantic's
    return value


def _require_value(value: object) -> object:
    if isinstance(value, Collection) and not isinstance(value, str):
        raise ValueError(f"must be a text, a number, true, false or nothing, got {value!r}")  # noqa: TRY004  pydantic's
    return value


def _require_values(value: object) -> object:
    return (
        [_require_value(entry) for entry in value]
        if isinstance(value, list)
        else _require_value(value)
    )


def _require_row(value: object) -> object:
    if not value or not isinstance(value, dict | list):
        raise ValueError(f"must be a list of values or a mapping by column, got {value!r}")
    for entry in value.values() if isinstance(value, dict) else value:
        _require_value(entry)
    return value


VALUE = {"type": ["string", "number", "boolean", "null"]}
VALUES = {"anyOf": [VALUE, {"type": "array", "items": VALUE}]}
ROW = {
    "anyOf": [
        {"type": "array", "items": VALUE, "minItems": 1},
        {"type": "object", "additionalProperties": VALUE, "minProperties": 1},
    ]
}

# What is written as it is in a suite: one message for each wrong one, not one for each type.
Values = Annotated[Any, AfterValidator(_require_values), WithJsonSchema(VALUES)]
Row = Annotated[Any, AfterValidator(_require_row), WithJsonSchema(ROW)]
Bounds = Annotated[Count, BeforeValidator(_read_bounds, json_schema_input_type=Natural | Count)]


def judge_demands(problems: Sequence[str], total: int, good: str) -> Finding:
    """Return the share of demands that are met.

    Args:
        problems: What is wrong, one for each demand that is not met.
        total: How many demands there are; none are met by anything.
        good: The reason where all are met.
    """
    if not problems:
        return fulfilled(good)
    shown = "; ".join(problems[:SHOWN_PROBLEMS])
    more = len(problems) - SHOWN_PROBLEMS
    shown = f"{shown}; and {more} more" if more > 0 else shown
    return Finding(unit=max(0.0, 1 - len(problems) / max(total, 1)), reason=shown)


def count_problem(count: int, noun: str, bounds: Count) -> str:
    """Say how a count differs from what it has to be, or ""."""
    lowest = bounds.exactly if bounds.exactly is not None else bounds.min or 0
    highest = bounds.exactly if bounds.exactly is not None else bounds.max
    if lowest <= count and (highest is None or count <= highest):
        return ""
    return f"expected {bounds.describe()} {noun}, got {count}"


def same_text(got: str, expected: object) -> bool:
    """Compare a text of an answer with a value: numbers as numbers, the rest as written."""
    if isinstance(expected, bool):
        return got.casefold() == str(expected).casefold()
    if expected is None:
        return got == ""
    if not isinstance(expected, int | float):
        return got == str(expected).strip()
    try:
        return float(got) == expected
    except ValueError:
        return False

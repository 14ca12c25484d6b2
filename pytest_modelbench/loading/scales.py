"""The forms in which a suite writes its scale."""

import re
from collections.abc import Sequence

from pytest_modelbench.domain import PASS_FAIL, Scale
from pytest_modelbench.loading.spots import Spot
from pytest_modelbench.loading.suite_shapes import ScaleShape

__all__ = ["DEFAULT_SCALE", "read_scale"]

DEFAULT_SCALE = Scale(minimum=0.0, maximum=3.0)
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
RANGE = re.compile(rf"({NUMBER})\s*-\s*({NUMBER})")
LEVELS = re.compile(rf"{NUMBER}(?:\s*/\s*{NUMBER})+")
FORMS = "write {min: 1, max: 5}, 0-3, [0, 0.5, 1] or pass/fail"


def read_scale(value: ScaleShape | Sequence[float] | str, spot: Spot) -> Scale:
    """Return the scale; note what is wrong with it and return 0-3 otherwise."""
    if isinstance(value, ScaleShape):
        return _make_range(value.min, value.max, spot)
    if not isinstance(value, str):
        return _make_levels(value, spot)
    text = value.strip()
    if text.lower().replace(" ", "") == PASS_FAIL.name:
        return PASS_FAIL
    if found := RANGE.fullmatch(text):
        return _make_range(float(found[1]), float(found[2]), spot)
    if LEVELS.fullmatch(text):
        return _make_levels([float(part) for part in text.split("/")], spot)
    spot.report(f"`scale` must be a range or a list of scores, got {value!r}", FORMS)
    return DEFAULT_SCALE


def _make_range(minimum: float, maximum: float, spot: Spot) -> Scale:
    if minimum >= maximum:
        spot.report(f"`scale` must have `min` below `max`, got {minimum:g} and {maximum:g}")
        return DEFAULT_SCALE
    return Scale(minimum=float(minimum), maximum=float(maximum))


def _make_levels(levels: Sequence[float], spot: Spot) -> Scale:
    ascending = tuple(sorted({float(level) for level in levels}))
    if len(ascending) < 2 or list(ascending) != [float(level) for level in levels]:  # noqa: PLR2004  # one score is no scale
        shown = ", ".join(f"{level:g}" for level in levels)
        spot.report(f"`scale` must list two scores or more, ascending, got [{shown}]")
        return DEFAULT_SCALE
    return Scale(minimum=ascending[0], maximum=ascending[-1], levels=ascending)

"""The scale that a suite scores on, and how a score moves between it and 0..1."""

import math
from dataclasses import dataclass

__all__ = ["PASS_FAIL", "Scale"]

# Sums of weights such as 0.3 + 0.7 miss a level by a few units in the last place.
ROUNDING = 1e-9
# Of a raw score, in a run as in a baseline: else the same answer would be a hair below itself.
DECIMALS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A range of scores, continuous or in steps.

    Attributes:
        minimum: The score of an answer that fulfils nothing.
        maximum: The score of an answer that fulfils everything.
        levels: The only scores there are, ascending; empty for a continuous scale.
        name: How the user wrote it where it is not a range: "pass/fail", or "".
    """

    minimum: float
    maximum: float
    levels: tuple[float, ...] = ()
    name: str = ""

    def to_raw(self, unit: float) -> float:
        """Map 0..1 to the scale; with levels, down to the highest one that was reached."""
        raw = self.minimum + unit * (self.maximum - self.minimum)
        if not self.levels:
            return round(min(max(raw, self.minimum), self.maximum), DECIMALS)
        reached = [level for level in self.levels if level <= raw + ROUNDING]
        return reached[-1] if reached else self.minimum

    def to_unit(self, raw: float) -> float:
        """Map a score on the scale to 0..1."""
        return (raw - self.minimum) / (self.maximum - self.minimum)

    def contains(self, raw: float) -> bool:
        """Tell whether the scale has this score."""
        if self.levels:
            return any(math.isclose(raw, level, abs_tol=ROUNDING) for level in self.levels)
        return self.minimum - ROUNDING <= raw <= self.maximum + ROUNDING

    def __str__(self) -> str:
        """Render the way the user would write it."""
        if self.name:
            return self.name
        if self.levels:
            return "/".join(f"{level:g}" for level in self.levels)
        return f"{self.minimum:g}-{self.maximum:g}"


PASS_FAIL = Scale(minimum=0.0, maximum=1.0, levels=(0.0, 1.0), name="pass/fail")

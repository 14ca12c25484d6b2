"""Roles, and the thresholds a model has to reach to hold one."""

from dataclasses import dataclass
from typing import Literal

from pytest_modelbench.domain.answer import Outcome
from pytest_modelbench.domain.place import NOWHERE, Place

__all__ = ["Bound", "Comparator", "MetricName", "Relation", "Role", "Threshold"]

Comparator = Literal[">=", ">", "<=", "<"]
MetricName = Literal["mean", "min", "pass_rate", "rate", "speed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bound:
    """A comparison with a number, written `">= 4"`."""

    comparator: Comparator
    number: float

    def holds(self, value: float) -> bool:
        """Tell whether a value is on the right side; equal up to rounding counts as equal."""
        slack = 1e-9 * max(1.0, abs(self.number))
        match self.comparator:
            case ">=":
                return value >= self.number - slack
            case ">":
                return value > self.number + slack
            case "<=":
                return value <= self.number + slack
            case "<":
                return value < self.number - slack

    def __str__(self) -> str:
        """Render as it is written in modelbench.yaml."""
        return f"{self.comparator} {self.number:g}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Threshold:
    """One metric over some of a role's questions, and the bound it has to keep.

    Attributes:
        metric: `mean` and `min` are on the suites' scale, `pass_rate` and `rate` 0..1,
            `speed` in decoded tokens per second.
        bound: What the metric has to keep.
        suite: Only questions of this suite; "" for all of the role's.
        tier: Only questions of this tier; 0 for all.
        outcome: For `rate`: which outcome is counted; None otherwise.
        place: Where it is written.
    """

    metric: MetricName
    bound: Bound
    suite: str = ""
    tier: int = 0
    outcome: Outcome | None = None
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """How far a role's mean has to be above that of another role's incumbent.

    Attributes:
        role: The other role.
        by: Least difference of the means, on the suites' scale.
        suite: Only questions of this suite; "" for all of the role's.
        tier: Only questions of this tier; 0 for all.
        place: Where it is written.
    """

    role: str
    by: float
    suite: str = ""
    tier: int = 0
    place: Place = NOWHERE


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """The job a model is picked for.

    Attributes:
        name: As in modelbench.yaml.
        incumbent: Label of the model that holds it (or is meant to).
        suites: Names of the suites that it is judged by.
        thresholds: All have to be kept.
        above: Relations to other roles; all have to be kept.
        place: Where it is configured.
    """

    name: str
    incumbent: str
    suites: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    above: tuple[Relation, ...] = ()
    place: Place = NOWHERE

"""Scores of answers, or the reason why there is none."""

from dataclasses import dataclass

__all__ = ["CriterionScore", "Score", "Scored", "Unscored", "UnscoredCriterion"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CriterionScore:
    """How far an answer fulfils one criterion.

    Attributes:
        criterion: Its name.
        weight: Share of the whole, 0..1.
        unit: 0..1.
        reason: Why, for people; may quote the answer, so it is untrusted.
        source: Which instrument gave it: `check`, `judge` or `outcome`.
    """

    criterion: str
    weight: float
    unit: float
    reason: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnscoredCriterion:
    """A criterion that nothing could decide, and why."""

    criterion: str
    weight: float
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """The score of one answer.

    Attributes:
        unit: Weighted mean of the criteria, 0..1.
        raw: The same on the suite's scale.
        criteria: In the rubric's order.
    """

    unit: float
    raw: float
    criteria: tuple[CriterionScore, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unscored:
    """No score, which is neither zero nor a pass.

    Attributes:
        reason: What could not be found out.
        criteria: Those that were decided all the same, and those that were not.
    """

    reason: str
    criteria: tuple[CriterionScore | UnscoredCriterion, ...] = ()


Scored = Score | Unscored

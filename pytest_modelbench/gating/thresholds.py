"""Whether a model keeps the thresholds and relations of a role; pure."""

from collections.abc import Callable, Mapping, Sequence

from pytest_modelbench.domain.answer import Outcome
from pytest_modelbench.domain.role import Relation, Threshold
from pytest_modelbench.domain.run import Reading, TrialRecord
from pytest_modelbench.domain.scale import ROUNDING
from pytest_modelbench.domain.score import Score
from pytest_modelbench.gating.evidence import (
    Evidence,
    MissingTrial,
    describe_missing,
    select_evidence,
)
from pytest_modelbench.gating.metrics import compute_metrics, decode_speed, outcome_rate

__all__ = ["describe_relation", "describe_threshold", "read_relation", "read_threshold"]

PassScores = Mapping[str, float]
"""The raw score from which a question counts as passed, by suite."""


def describe_threshold(threshold: Threshold) -> str:
    """Return the rule as people read it: `tier 1 mean >= 4`."""
    metric = threshold.metric.replace("_", " ")
    if threshold.outcome is not None:
        metric = f"{threshold.outcome} rate"
    return f"{_scope(threshold.suite, threshold.tier)}{metric} {threshold.bound}"


def describe_relation(relation: Relation) -> str:
    """Return the rule as people read it: `tier 3 mean >= coder_primary + 0.3`."""
    return f"{_scope(relation.suite, relation.tier)}mean >= {relation.role} + {relation.by:g}"


def read_threshold(threshold: Threshold, evidence: Evidence, *, pass_scores: PassScores) -> Reading:
    """Measure what a threshold names; a trial that has no score leaves it unmeasured."""
    text = describe_threshold(threshold)
    stable = threshold.metric != "speed"
    scope = select_evidence(evidence, suite=threshold.suite, tier=threshold.tier)
    if scope.missing:
        reason = describe_missing(scope.missing, total=scope.total)
        return Reading(
            text=text, stable=stable, reason=reason, deselected=_is_deselected(scope.missing)
        )
    if not scope.known:
        return Reading(text=text, stable=stable, reason="no question to measure it on")
    if threshold.metric == "speed" and not decode_speed(scope.known).is_known:
        return Reading(text=text, stable=stable, reason="nobody measured the answers' speed")
    value = METRICS[threshold.metric](threshold, scope.known, pass_scores)
    return Reading(
        text=text, value=f"{value:.6g}", kept=threshold.bound.holds(value), stable=stable
    )


def read_relation(relation: Relation, own: Evidence, other: Evidence) -> Reading:
    """Measure how far a role's mean is above that of another role's incumbent."""
    text = describe_relation(relation)
    mine = select_evidence(own, suite=relation.suite, tier=relation.tier)
    theirs = select_evidence(other, suite=relation.suite, tier=relation.tier)
    if mine.missing:
        reason = describe_missing(mine.missing, total=mine.total)
        return Reading(text=text, reason=reason, deselected=_is_deselected(mine.missing))
    if theirs.missing:
        gaps = describe_missing(theirs.missing, total=theirs.total)
        reason = f"ask the incumbent of `{relation.role}` too: {gaps}"
        return Reading(text=text, reason=reason, deselected=_is_deselected(theirs.missing))
    if not (mine.known and theirs.known):
        return Reading(text=text, reason="no question to measure it on")
    above = compute_metrics(mine.known).mean
    below = compute_metrics(theirs.known).mean
    return Reading(
        text=text,
        value=f"{above:.6g} vs {below:.6g}",
        kept=above - below >= relation.by - ROUNDING,
    )


def _is_deselected(missing: Sequence[MissingTrial]) -> bool:
    """Tell whether nothing is missing but what the user left out."""
    return all(trial.kind == "deselected" for trial in missing)


def _scope(suite: str, tier: int) -> str:
    words = [suite] if suite else []
    if tier:
        words.append(f"tier {tier}")
    return f"{' '.join(words)} " if words else ""


def _pass_rate(_: Threshold, trials: Sequence[TrialRecord], pass_scores: PassScores) -> float:
    passed = sum(
        isinstance(trial.scored, Score) and trial.scored.raw >= pass_scores[trial.suite] - ROUNDING
        for trial in trials
    )
    return passed / len(trials)


def _rate(threshold: Threshold, trials: Sequence[TrialRecord], _: PassScores) -> float:
    return outcome_rate(trials, threshold.outcome or Outcome.COMPLETE)


METRICS: Mapping[str, Callable[[Threshold, Sequence[TrialRecord], PassScores], float]] = {
    "mean": lambda _, trials, __: compute_metrics(trials).mean,
    "min": lambda _, trials, __: compute_metrics(trials).minimum,
    "pass_rate": _pass_rate,
    "rate": _rate,
    "speed": lambda _, trials, __: decode_speed(trials).tokens_per_s,
}

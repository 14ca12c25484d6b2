"""One trial beside what the baseline recorded for its question."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_modelbench.domain.instrument import Instrument
from pytest_modelbench.domain.run import Verdict
from pytest_modelbench.domain.scale import ROUNDING
from pytest_modelbench.domain.score import Scored, Unscored
from pytest_modelbench.gating.metrics import mean

__all__ = ["AcceptedQuestion", "Comparison", "allowed_drop", "compare_trial"]

# Two standard errors: about one false alarm in forty unchanged questions that sample at all.
NOISE_FACTOR = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedQuestion:
    """What a baseline says of one question.

    Attributes:
        scores: Of each trial, on the suite's scale.
        outcomes: Of each trial.
        answers: Fingerprint of each trial's cleaned text.
        instrument: What the scores were measured with.
    """

    scores: tuple[float, ...]
    outcomes: tuple[str, ...]
    answers: tuple[str, ...]
    instrument: Instrument


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A verdict and what it rests on."""

    verdict: Verdict
    reason: str = ""


def allowed_drop(accepted: Sequence[float], *, tolerance: float) -> float:
    """Return how far one new score may lie below the mean of the accepted ones.

    The band is that of one new observation beside the recorded ones (a prediction interval of
    two standard errors), and never narrower than the suite's tolerance. A single accepted trial
    recorded no noise, so it allows none.

    Args:
        accepted: Scores of the accepted trials, at least one.
        tolerance: The suite's, on its scale.
    """
    count = len(accepted)
    if count == 1:
        return tolerance
    centre = mean(accepted)
    deviation = math.sqrt(sum((score - centre) ** 2 for score in accepted) / (count - 1))
    return max(tolerance, NOISE_FACTOR * deviation * math.sqrt(1 + 1 / count))


def compare_trial(
    scored: Scored,
    accepted: AcceptedQuestion | None,
    *,
    instrument: Instrument,
    tolerance: float,
) -> Comparison:
    """Decide the verdict of one trial.

    Args:
        accepted: None where the baseline does not know the question.
        instrument: What the trial was measured with.
        tolerance: The suite's, on its scale.
    """
    if isinstance(scored, Unscored):
        return Comparison(verdict=Verdict.UNSCORED, reason=scored.reason)
    if accepted is None:
        return Comparison(verdict=Verdict.NEW, reason="no accepted score to compare with")
    moved = instrument.moved_from(accepted.instrument)
    if moved:
        reason = f"{' and '.join(moved)} changed since the baseline was accepted"
        return Comparison(verdict=Verdict.STALE, reason=reason)
    before = mean(accepted.scores)
    drop = before - scored.raw
    slack = allowed_drop(accepted.scores, tolerance=tolerance)
    if drop > slack + ROUNDING:
        reason = f"score {scored.raw:g}, accepted {before:g}"
        return Comparison(
            verdict=Verdict.REGRESSED, reason=f"{reason} (a drop of {slack:g} is allowed)"
        )
    if -drop > slack + ROUNDING:
        return Comparison(
            verdict=Verdict.IMPROVED, reason=f"score {scored.raw:g}, accepted {before:g}"
        )
    return Comparison(verdict=Verdict.PASSED)

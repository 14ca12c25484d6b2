"""One trial beside what the baseline recorded for its question."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pytest_modelbench.domain.instrument import Instrument
from pytest_modelbench.domain.run import Verdict
from pytest_modelbench.domain.scale import ROUNDING
from pytest_modelbench.domain.score import Scored, Unscored
from pytest_modelbench.gating.metrics import mean

__all__ = [
    "AcceptedQuestion",
    "Comparison",
    "allowed_drop",
    "compare_trial",
    "compare_trials",
    "tell_sandbox",
]

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
        sandbox: The tier that code in the answers was executed in; "" where none was.
    """

    scores: tuple[float, ...]
    outcomes: tuple[str, ...]
    answers: tuple[str, ...]
    instrument: Instrument
    sandbox: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A verdict and what it rests on."""

    verdict: Verdict
    reason: str = ""


def allowed_drop(accepted: Sequence[float], *, tolerance: float, count: int = 1) -> float:
    """Return how far the mean of new scores may lie below the mean of the accepted ones.

    The band is two standard errors of the difference of the two means, and never narrower than
    the suite's tolerance. With one new score it is a prediction interval. A single accepted trial
    recorded no noise, so it allows none.

    Args:
        accepted: Scores of the accepted trials, at least one.
        tolerance: The suite's, on its scale.
        count: Of new scores.
    """
    if len(accepted) == 1:
        return tolerance
    centre = mean(accepted)
    variance = sum((score - centre) ** 2 for score in accepted) / (len(accepted) - 1)
    return max(tolerance, NOISE_FACTOR * math.sqrt(variance * (1 / count + 1 / len(accepted))))


def compare_trial(
    scored: Scored,
    accepted: AcceptedQuestion | None,
    *,
    instrument: Instrument,
    tolerance: float,
    answer: str = "",
    sandbox: str = "",
) -> Comparison:
    """Decide the verdict of one trial.

    Args:
        accepted: None where the baseline does not know the question.
        instrument: What the trial was measured with.
        tolerance: The suite's, on its scale.
        answer: Fingerprint of the answer's text.
        sandbox: The tier that its code was executed in; "" where none was.
    """
    if isinstance(scored, Unscored):
        return Comparison(verdict=Verdict.UNSCORED, reason=scored.reason)
    if accepted is None:
        return Comparison(verdict=Verdict.NEW, reason="no accepted score to compare with")
    moved = instrument.moved_from(accepted.instrument)
    if moved:
        reason = f"{' and '.join(moved)} changed since the baseline was accepted"
        return Comparison(verdict=Verdict.STALE, reason=reason)
    if (answer, scored.raw) in zip(accepted.answers, accepted.scores, strict=True):
        # Among several accepted trials even the worst one is accepted, if it comes again.
        return Comparison(verdict=Verdict.PASSED)
    return _blame_sandbox(_weigh(scored.raw, accepted, tolerance), accepted, sandbox)


def tell_sandbox(accepted: AcceptedQuestion, sandbox: str) -> str:
    """Say that code was executed in another sandbox than in the accepted run, or "".

    No sandbox forbids exactly what another does, so a score may differ for that alone.
    """
    if not sandbox or not accepted.sandbox or sandbox == accepted.sandbox:
        return ""
    return f"accepted in sandbox {accepted.sandbox}, executed in {sandbox} now"


def compare_trials(
    scores: Sequence[float], accepted: AcceptedQuestion, *, tolerance: float, sandbox: str = ""
) -> Comparison:
    """Compare the mean of all trials of a question: it sees a drop that no single trial shows.

    Args:
        scores: Of every trial of this run, on the suite's scale.
        accepted: Measured with the same instrument.
        tolerance: The suite's, on its scale.
        sandbox: The tier that their code was executed in; "" where none was.
    """
    before, now = mean(accepted.scores), mean(scores)
    band = allowed_drop(accepted.scores, tolerance=tolerance, count=len(scores))
    if before - now <= band + ROUNDING:
        return Comparison(verdict=Verdict.PASSED)
    reason = (
        f"mean of {len(scores)} trials {now:g}, accepted {before:g} (a drop of {band:g} is allowed)"
    )
    return _blame_sandbox(Comparison(verdict=Verdict.REGRESSED, reason=reason), accepted, sandbox)


def _blame_sandbox(comparison: Comparison, accepted: AcceptedQuestion, sandbox: str) -> Comparison:
    moved_to = tell_sandbox(accepted, sandbox)
    if comparison.verdict is not Verdict.REGRESSED or not moved_to:
        return comparison
    return replace(comparison, reason=f"{comparison.reason}; {moved_to}")


def _weigh(raw: float, accepted: AcceptedQuestion, tolerance: float) -> Comparison:
    before = mean(accepted.scores)
    band = allowed_drop(accepted.scores, tolerance=tolerance)
    reason = f"score {raw:g}, accepted {before:g}"
    if before - raw > band + ROUNDING:
        return Comparison(
            verdict=Verdict.REGRESSED, reason=f"{reason} (a drop of {band:g} is allowed)"
        )
    if raw - before > band + ROUNDING:
        return Comparison(verdict=Verdict.IMPROVED, reason=reason)
    return Comparison(verdict=Verdict.PASSED)

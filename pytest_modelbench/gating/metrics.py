"""Metrics over scored trials: one number over many, with what it was computed from."""

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_modelbench.domain.answer import Outcome
from pytest_modelbench.domain.run import TrialRecord
from pytest_modelbench.domain.score import Score

__all__ = [
    "Metrics",
    "Speed",
    "compute_metrics",
    "decode_speed",
    "mean",
    "outcome_rate",
    "prompt_speed",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Metrics:
    """Metrics over at least one scored trial.

    Attributes:
        mean: Of the questions' mean scores, on the suite's scale.
        minimum: Least score of a trial, on the suite's scale.
        scored: How many trials have a score.
    """

    mean: float
    minimum: float
    scored: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Speed:
    """Tokens over seconds, summed over answers.

    Attributes:
        tokens: 0 where nobody counted.
        seconds: 0 where nobody measured.
    """

    tokens: int
    seconds: float

    @property
    def is_known(self) -> bool:
        """Tell whether anything was measured."""
        return self.tokens > 0 and self.seconds > 0

    @property
    def tokens_per_s(self) -> float:
        """Return the speed; only where it is known."""
        return self.tokens / self.seconds


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean of at least one number."""
    return sum(values) / len(values)


def compute_metrics(trials: Sequence[TrialRecord]) -> Metrics:
    """Compute metrics over trials that all have a score; each question weighs the same.

    Args:
        trials: At least one; a question may have more trials than another.
    """
    by_question: dict[tuple[str, str], list[float]] = {}
    for trial in trials:
        by_question.setdefault((trial.suite, trial.question), []).append(_raw(trial))
    return Metrics(
        mean=mean([mean(scores) for scores in by_question.values()]),
        minimum=min(_raw(trial) for trial in trials),
        scored=len(trials),
    )


def outcome_rate(trials: Sequence[TrialRecord], outcome: Outcome) -> float:
    """Return which share of at least one trial ended in `outcome`."""
    return sum(trial.outcome is outcome for trial in trials) / len(trials)


def decode_speed(trials: Sequence[TrialRecord]) -> Speed:
    """Return the speed at which one sequence's answer was decoded."""
    return _speed([(trial.facts.answer_tokens, trial.facts.decode_s) for trial in trials])


def prompt_speed(trials: Sequence[TrialRecord]) -> Speed:
    """Return the speed at which prompts were read."""
    return _speed([(trial.facts.prompt_tokens, trial.facts.prompt_s) for trial in trials])


def _speed(pairs: Sequence[tuple[int, float]]) -> Speed:
    measured = [(tokens, seconds) for tokens, seconds in pairs if tokens and seconds > 0]
    return Speed(
        tokens=sum(tokens for tokens, _ in measured),
        seconds=sum(seconds for _, seconds in measured),
    )


def _raw(trial: TrialRecord) -> float:
    if not isinstance(trial.scored, Score):
        raise TypeError(f"{trial.suite}::{trial.question} has no score: {trial.scored.reason}")
    return trial.scored.raw

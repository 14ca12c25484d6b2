"""What `--snapshot-update` may write, and why it refuses; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_modelbench.domain.instrument import Instrument
from pytest_modelbench.domain.run import TrialRecord, Verdict
from pytest_modelbench.domain.score import Score
from pytest_modelbench.gating.baseline_files import AcceptedAnswer
from pytest_modelbench.gating.compare import AcceptedQuestion
from pytest_modelbench.gating.evidence import Evidence, describe_missing, select_evidence

__all__ = ["SuiteUpdate", "name_sandboxes", "refuse_suite", "update_suite"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteUpdate:
    """The new baseline of one suite: exactly its questions, no others.

    Attributes:
        questions: By id.
        answers: One per question and trial.
    """

    questions: Mapping[str, AcceptedQuestion]
    answers: tuple[AcceptedAnswer, ...]


def refuse_suite(evidence: Evidence, *, suite: str) -> str:
    """Say why a suite's baseline may not be written from this run, or return "".

    A baseline is a statement about one subject and all questions of a suite: a part of it would
    compare new answers of one engine with old answers of another.
    """
    scope = select_evidence(evidence, suite=suite, tier=0)
    if scope.missing:
        return describe_missing(scope.missing, total=scope.total)
    return "" if scope.known else "the model was not asked any of its questions"


def update_suite(
    records: Sequence[TrialRecord],
    *,
    instruments: Mapping[str, Instrument],
    accepted: Mapping[str, AcceptedQuestion],
    answers: Sequence[AcceptedAnswer],
) -> SuiteUpdate:
    """Build the new baseline of one suite.

    A question that moved within the accepted noise keeps its accepted line: otherwise a row of
    updates would follow a slow decline, each step too small to be red.

    Args:
        records: Every trial of every question of the suite, each with a score.
        instruments: By question.
        accepted: The model's own baseline so far, by question.
        answers: The model's own accepted answers so far.
    """
    by_question: dict[str, list[TrialRecord]] = {}
    for record in sorted(records, key=lambda record: (record.question, record.trial)):
        by_question.setdefault(record.question, []).append(record)
    questions: dict[str, AcceptedQuestion] = {}
    texts: list[AcceptedAnswer] = []
    for question, trials in by_question.items():
        before = accepted.get(question)
        if before is not None and _is_noise(trials, before, instruments[question]):
            questions[question] = before
            texts.extend(answer for answer in answers if answer.question == question)
            continue
        questions[question] = AcceptedQuestion(
            scores=_scores(trials),
            outcomes=tuple(trial.outcome.value for trial in trials),
            answers=tuple(trial.answer for trial in trials),
            instrument=instruments[question],
            sandbox=name_sandboxes(trials),
        )
        texts.extend(
            AcceptedAnswer(
                question=question,
                trial=trial.trial,
                outcome=trial.outcome.value,
                text=trial.text,
            )
            for trial in trials
        )
    return SuiteUpdate(questions=questions, answers=tuple(texts))


def name_sandboxes(trials: Sequence[TrialRecord]) -> str:
    """Name the tiers that the code of some trials was executed in; "" where none was."""
    return "+".join(sorted({trial.sandbox for trial in trials} - {""}))


def _is_noise(
    trials: Sequence[TrialRecord], before: AcceptedQuestion, instrument: Instrument
) -> bool:
    same_shape = len(trials) == len(before.scores) and instrument == before.instrument
    within = all(trial.verdict is Verdict.PASSED for trial in trials)
    return same_shape and within and _scores(trials) != before.scores


def _scores(trials: Sequence[TrialRecord]) -> tuple[float, ...]:
    return tuple(trial.scored.raw for trial in trials if isinstance(trial.scored, Score))

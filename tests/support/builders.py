"""Small values for unit tests; every field that a test does not name is unremarkable."""

from dataclasses import replace
from typing import Any

from pytest_modelbench.domain import CriterionScore, Outcome, Score, Unscored
from pytest_modelbench.domain.instrument import Instrument
from pytest_modelbench.domain.run import AnswerFacts, TrialRecord, Verdict
from pytest_modelbench.gating import AcceptedQuestion, Evidence, MissingTrial

INSTRUMENT = Instrument(prompt="p1", rubric="r1", checks="c1", scale="0-3", judge="none")


def scored(raw: float) -> Score:
    """Build a score on 0-3 with one criterion."""
    criterion = CriterionScore(
        criterion="Right", weight=1.0, unit=raw / 3, reason="expected 42, got 41", source="check"
    )
    return Score(unit=raw / 3, raw=raw, criteria=(criterion,))


def trial(question: str = "q1", raw: float | None = 3.0, **changes: Any) -> TrialRecord:
    """Build a record; `raw=None` builds one without a score."""
    record = TrialRecord(
        label="coder",
        suite="sums",
        question=question,
        trial=1,
        tier=1,
        outcome=Outcome.COMPLETE,
        scored=scored(raw) if raw is not None else Unscored(reason="no judge configured"),
        verdict=Verdict.PASSED,
        answer="a1",
        text="42",
        facts=AnswerFacts(answer_tokens=10, prompt_tokens=20, prompt_s=0.5, decode_s=2.0),
    )
    return replace(record, **changes)


def missing(question: str, kind: str = "deselected", tier: int = 1) -> MissingTrial:
    """Build a gap in the evidence."""
    return MissingTrial(
        suite="sums",
        question=question,
        trial=1,
        tier=tier,
        kind=kind,  # type: ignore[arg-type]  # tests name one of the five kinds
        reason="",
    )


def evidence(*known: TrialRecord, gaps: tuple[MissingTrial, ...] = ()) -> Evidence:
    """Build the evidence of a role."""
    return Evidence(known=known, missing=gaps, instrument="i1")


def accepted(*scores: float, instrument: Instrument = INSTRUMENT) -> AcceptedQuestion:
    """Build what a baseline says of a question."""
    return AcceptedQuestion(
        scores=scores,
        outcomes=("complete",) * len(scores),
        answers=("a1",) * len(scores),
        instrument=instrument,
    )

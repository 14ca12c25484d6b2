"""One answer, one question, one score, or the reason why there is none."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from pytest_modelbench.domain import (
    Answer,
    CheckSpec,
    Criterion,
    CriterionScore,
    Outcome,
    Question,
    Scale,
    Score,
    Scored,
    Unscored,
    UnscoredCriterion,
)
from pytest_modelbench.errors import JudgeError
from pytest_modelbench.sandbox import Sandbox
from pytest_modelbench.scoring.catalogue import CATALOGUE, Catalogue, is_manual
from pytest_modelbench.scoring.checks import Material, Undecided
from pytest_modelbench.scoring.checks.base import quote

__all__ = ["Judge", "find_hopeless", "score_answer"]

Decided = CriterionScore | UnscoredCriterion

# Nothing in these can be an answer: they score the minimum, whatever a check would say.
HOPELESS = {
    Outcome.EMPTY: "the answer is empty",
    Outcome.ECHO: "the answer is the prompt again",
    Outcome.LOOP: "the answer is an endless loop",
    Outcome.OPEN_THINK: "the answer never came out of its thinking block",
}


class Judge(Protocol):
    """Decides the criteria that no check decides."""

    def judge(
        self, question: Question, answer: Answer, criteria: Sequence[Criterion]
    ) -> Sequence[Decided]:
        """Decide the criteria, in their order.

        Raises:
            JudgeError: It could not be asked, or did not say what it had to.
        """


def score_answer(
    question: Question,
    answer: Answer,
    scale: Scale,
    judge: Judge | None = None,
    *,
    catalogue: Catalogue = CATALOGUE,
    sandbox: Sandbox | None = None,
) -> Scored:
    """Score one answer by its outcome, the checks, and the judge for the rest.

    Args:
        question: Its rubric says what counts.
        answer: Cleaned.
        scale: Of the suite.
        judge: Asked once, for all criteria without a check; without one they stay undecided.
        catalogue: Has every check of the rubric.
        sandbox: Executes code in answers; without one, checks that need it stay undecided.
    """
    if answer.outcome is Outcome.ERROR:
        detail = answer.evidence or answer.raw.detail or "no reason was given"
        return Unscored(reason=f"there is no answer: {detail}")
    reason = find_hopeless(answer)
    if reason:
        return _sum_up([_by_outcome(criterion, reason) for criterion in question.rubric], scale)
    left = [criterion for criterion in question.rubric if _is_for_judge(criterion)]
    judged = iter(_ask_judge(judge, question, answer, left))
    checker = _Checker(
        question=question, material=_gather(question, answer, sandbox), catalogue=catalogue
    )
    decided = [
        next(judged) if _is_for_judge(criterion) else checker.decide(criterion)
        for criterion in question.rubric
    ]
    return _sum_up(decided, scale)


def find_hopeless(answer: Answer) -> str:
    """Say why an answer scores the minimum whatever its checks would say, or ""."""
    reason = HOPELESS.get(answer.outcome, "")
    if not reason and not answer.text.strip():
        # A timeout before the first word, for instance: "contains no ..." must not pass on it.
        reason = f"there is no text, the outcome is {answer.outcome.value}"
    return f"{reason}: {answer.evidence}" if reason and answer.evidence else reason


def _is_for_judge(criterion: Criterion) -> bool:
    return criterion.check is None or is_manual(criterion.check.value)


def _by_outcome(criterion: Criterion, reason: str) -> CriterionScore:
    return CriterionScore(
        criterion=criterion.name,
        weight=criterion.weight,
        unit=0.0,
        reason=reason,
        source="outcome",
    )


def _gather(question: Question, answer: Answer, sandbox: Sandbox | None) -> Material:
    raw = answer.raw
    asked = [message.content for message in question.messages if message.author == "user"]
    return Material(
        text=answer.text,
        prompt=asked[-1] if asked else "",
        answer_tokens=raw.answer_tokens or None,
        seconds=raw.prompt_s + raw.decode_s or None,
        sandbox=sandbox,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Checker:
    """Decides the criteria of one question by code."""

    question: Question
    material: Material
    catalogue: Catalogue

    def decide(self, criterion: Criterion) -> Decided:
        """Decide one criterion that has a check."""
        if criterion.check is None:
            raise AssertionError(f"{quote(criterion.name)} is for the judge")
        value = criterion.check.value
        finding = self.catalogue.decide(value, self.material)
        if isinstance(finding, Undecided):
            return _undecided(criterion, finding.reason)
        if problem := self._doubt(criterion.check):
            return _undecided(criterion, problem)
        return CriterionScore(
            criterion=criterion.name,
            weight=criterion.weight,
            unit=finding.unit,
            reason=finding.reason,
            source="check",
        )

    def _doubt(self, check: CheckSpec) -> str:
        """Say that the reference answer fails a check that executes code.

        Other checks were tried on it when the suite was loaded; nothing is executed there. What
        the answer took says nothing about the reference answer.
        """
        reference = self.question.reference_answer.strip()
        if not reference or not self.catalogue.executes(check.value):
            return ""
        if self.catalogue.looks_beside(check.value):
            return ""
        finding = self.catalogue.decide(check.value, replace(self.material, text=reference))
        if isinstance(finding, Undecided):
            return finding.reason
        if finding.unit >= 1:
            return ""
        return f"{check.place}: the reference answer does not fulfil this check: {finding.reason}"


def _ask_judge(
    judge: Judge | None, question: Question, answer: Answer, criteria: Sequence[Criterion]
) -> Sequence[Decided]:
    if not criteria:
        return []
    if judge is None:
        return [_undecided(criterion, "no judge configured") for criterion in criteria]
    try:
        return judge.judge(question, answer, criteria)
    except JudgeError as error:
        return [_undecided(criterion, error.problem) for criterion in criteria]


def _undecided(criterion: Criterion, reason: str) -> UnscoredCriterion:
    return UnscoredCriterion(criterion=criterion.name, weight=criterion.weight, reason=reason)


def _sum_up(decided: Sequence[Decided], scale: Scale) -> Scored:
    missing = [entry for entry in decided if isinstance(entry, UnscoredCriterion)]
    if missing:
        reasons = "; ".join(f"`{entry.criterion}`: {entry.reason}" for entry in missing)
        return Unscored(reason=reasons, criteria=tuple(decided))
    scores = tuple(entry for entry in decided if isinstance(entry, CriterionScore))
    unit = min(max(math.fsum(entry.weight * entry.unit for entry in scores), 0.0), 1.0)
    return Score(unit=unit, raw=scale.to_raw(unit), criteria=scores)

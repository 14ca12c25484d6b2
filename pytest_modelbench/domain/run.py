"""What one run found out, as plain values: trials of questions and standings of roles.

These values travel from workers to the controller and into every report; `to_plain` and the
readers beside it are their only form outside the process.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from pytest_modelbench.domain.answer import Outcome
from pytest_modelbench.domain.score import (
    CriterionScore,
    Score,
    Scored,
    Unscored,
    UnscoredCriterion,
)

__all__ = [
    "AnswerFacts",
    "Reading",
    "RoleRecord",
    "RoleVerdict",
    "TrialRecord",
    "Verdict",
    "read_trial",
    "to_plain",
]


class Verdict(StrEnum):
    """What a trial's score means beside the baseline."""

    PASSED = "passed"
    IMPROVED = "improved"
    REGRESSED = "regressed"
    UNSCORED = "unscored"
    STALE = "stale"
    NEW = "new"


class RoleVerdict(StrEnum):
    """What a role's thresholds mean beside the baseline."""

    HELD = "held"
    PROMOTED = "promoted"
    DEMOTED = "demoted"
    VACANT = "vacant"
    UNDECIDED = "undecided"
    STALE = "stale"
    NEW = "new"


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerFacts:
    """What is known of an answer beside its text.

    Attributes:
        answer_tokens: Generated tokens; 0 where nobody counted.
        prompt_tokens: Tokens of the rendered prompt.
        prompt_s: Seconds spent on the prompt.
        decode_s: Seconds spent on the answer's tokens.
        stored: The answer was taken from the store, not asked in this run.
    """

    answer_tokens: int = 0
    prompt_tokens: int = 0
    prompt_s: float = 0.0
    decode_s: float = 0.0
    stored: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialRecord:
    """One trial of one question by one model.

    Attributes:
        label: The model, NAME or NAME@VARIANT.
        suite: Name of the suite.
        question: Its id.
        trial: Counted from 1.
        tier: Of the question.
        outcome: How the answer ended.
        scored: Score, or why there is none.
        verdict: Beside the baseline.
        reason: What the verdict rests on, for people; untrusted text inside.
        compared_with: The model whose baseline it was, where it is not its own; "" otherwise.
        prompt: Fingerprint of what was asked; names the answer in the store.
        answer: Fingerprint of the cleaned text.
        text: The cleaned text; untrusted.
        facts: Tokens and seconds.
        sandbox: The tier that code in the answer was executed in; "" where none was.
    """

    label: str
    suite: str
    question: str
    trial: int
    tier: int
    outcome: Outcome
    scored: Scored
    verdict: Verdict
    reason: str = ""
    compared_with: str = ""
    prompt: str = ""
    answer: str = ""
    text: str = ""
    facts: AnswerFacts = field(default_factory=AnswerFacts)
    sandbox: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A threshold or relation, and what was measured for it.

    Attributes:
        text: The rule as people read it: `tier 1 mean >= 4`.
        value: What was measured, rendered; "" where it could not be.
        kept: Whether the rule holds; meaningless where `value` is "".
        stable: The value does not depend on the machine, so it belongs in a baseline.
        reason: Why nothing was measured, or "".
        deselected: Nothing was measured only because the user left questions out.
    """

    text: str
    value: str = ""
    kept: bool = False
    stable: bool = True
    reason: str = ""
    deselected: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleRecord:
    """How one model stands in one role.

    Attributes:
        role: Its name.
        label: The model that was judged.
        verdict: Beside the baseline.
        holds: All thresholds and relations are kept; meaningless while undecided.
        readings: One per threshold and relation, in the order of modelbench.yaml.
        reason: Why it is undecided, stale or new; "" otherwise.
        compared_with: The model whose baseline it was, where it is not its own; "" otherwise.
        instrument: Fingerprint of all questions that count.
        fresh: Trials answered in this run.
        stored: Trials taken from the store.
        total: Trials that the thresholds need.
        deselected: It is undecided only because the user left questions out.
    """

    role: str
    label: str
    verdict: RoleVerdict
    holds: bool
    readings: tuple[Reading, ...]
    reason: str = ""
    compared_with: str = ""
    instrument: str = ""
    fresh: int = 0
    stored: int = 0
    total: int = 0
    deselected: bool = False


def to_plain(record: TrialRecord | RoleRecord) -> dict[str, Any]:
    """Return JSON data that the reader of the record's type understands."""
    return asdict(record)


def read_trial(plain: Mapping[str, Any]) -> TrialRecord:
    """Rebuild what `to_plain` made of a trial record."""
    values = dict(plain)
    values["outcome"] = Outcome(values["outcome"])
    values["verdict"] = Verdict(values["verdict"])
    values["facts"] = AnswerFacts(**values["facts"])
    values["scored"] = _read_scored(values["scored"])
    return TrialRecord(**values)


def _read_scored(plain: Mapping[str, Any]) -> Scored:
    if "unit" in plain:
        criteria = tuple(CriterionScore(**criterion) for criterion in plain["criteria"])
        return Score(unit=plain["unit"], raw=plain["raw"], criteria=criteria)
    return Unscored(
        reason=plain["reason"],
        criteria=tuple(
            CriterionScore(**criterion) if "unit" in criterion else UnscoredCriterion(**criterion)
            for criterion in plain["criteria"]
        ),
    )

"""What the end of a run says, as values: one entry per suite and model, one per role."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_modelbench.domain import Outcome, Score, UnscoredCriterion
from pytest_modelbench.domain.run import RoleRecord, TrialRecord, Verdict
from pytest_modelbench.gating import Speed, compute_metrics, decode_speed, prompt_speed
from pytest_modelbench.reporting.escape import escape_text
from pytest_modelbench.reporting.explain import is_long

__all__ = ["RunReport", "SuiteReport", "list_long_reasons", "report_suite"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SuiteReport:
    """One model on one suite.

    Attributes:
        label: The model.
        suite: Name of the suite.
        scale: As people write it.
        mean: Over the scored questions, rendered; "" where none has a score.
        tiers: Mean of each tier, rendered, by tier.
        scored: Trials with a score.
        total: Trials of this run.
        outcomes: How often each outcome came, most frequent first.
        verdicts: How often each verdict came.
        decode: Speed of the answers.
        prompt: Speed of the prompts.
        stored: Answers that were taken from the store.
        sandboxes: The tiers that code was executed in.
    """

    label: str
    suite: str
    scale: str
    mean: str
    tiers: Mapping[int, str]
    scored: int
    total: int
    outcomes: Mapping[Outcome, int]
    verdicts: Mapping[Verdict, int]
    decode: Speed
    prompt: Speed
    stored: int
    sandboxes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RunReport:
    """What one run found out.

    Attributes:
        suites: In the order of models, then suites.
        roles: In the order they were judged.
        changed: Trials that are not as their baseline says, in the order they ran.
        ladders: Who stands on which rung, one line per ladder of roles.
        engines: What each engine says of itself, one line per model.
        notes: What else has to be said.
        next_command: What it is for and what to type; "" where nothing is to be done.
    """

    suites: tuple[SuiteReport, ...]
    roles: tuple[RoleRecord, ...]
    changed: tuple[TrialRecord, ...]
    ladders: tuple[str, ...]
    engines: tuple[str, ...]
    notes: tuple[str, ...]
    next_command: str


def report_suite(
    records: Sequence[TrialRecord], *, label: str, suite: str, scale: str
) -> SuiteReport:
    """Summarize the trials of one model on one suite, at least one."""
    scored = [record for record in records if isinstance(record.scored, Score)]
    tiers = sorted({record.tier for record in scored})
    return SuiteReport(
        label=label,
        suite=suite,
        scale=scale,
        mean=_mean(scored),
        tiers={tier: _mean([record for record in scored if record.tier == tier]) for tier in tiers},
        scored=len(scored),
        total=len(records),
        outcomes=dict(Counter(record.outcome for record in records).most_common()),
        verdicts=dict(Counter(record.verdict for record in records).most_common()),
        decode=decode_speed(records),
        prompt=prompt_speed(records),
        stored=sum(record.facts.stored for record in records),
        sandboxes=tuple(sorted({record.sandbox for record in records} - {""})),
    )


def list_long_reasons(records: Iterable[TrialRecord]) -> Sequence[str]:
    """Return the reasons for missing scores that are too long to stand at each trial, each once."""
    found = [
        criterion.reason
        for record in records
        for criterion in record.scored.criteria
        if isinstance(criterion, UnscoredCriterion) and is_long(criterion.reason)
    ]
    return [escape_text(reason) for reason in dict.fromkeys(found)]


def _mean(records: Sequence[TrialRecord]) -> str:
    return f"{compute_metrics(records).mean:.2f}" if records else ""

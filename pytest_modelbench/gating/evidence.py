"""What a gate knows of each trial that its role needs, and what it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pytest_modelbench.domain.run import TrialRecord
from pytest_modelbench.domain.score import Unscored

__all__ = ["Evidence", "MissingTrial", "select_evidence"]

MissingKind = Literal["deselected", "not run", "lost", "unscored", "unmet need"]


@dataclass(frozen=True, kw_only=True, slots=True)
class MissingTrial:
    """A trial that the role needs and that has no score.

    Attributes:
        suite: Name of its suite.
        question: Its id.
        trial: Counted from 1.
        tier: Of the question.
        kind: `deselected` by the user, `not run` before the run stopped, `lost` in a crash,
            an `unmet need` of the question,
            or `unscored`.
        reason: What happened, in words.
    """

    suite: str
    question: str
    trial: int
    tier: int
    kind: MissingKind
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """All trials that a role needs of one model: its denominators are fixed by it.

    Attributes:
        known: Those with a record; a record may still have no score.
        missing: Those without.
        instrument: Fingerprint of everything they are measured with.
    """

    known: tuple[TrialRecord, ...]
    missing: tuple[MissingTrial, ...]
    instrument: str

    @property
    def total(self) -> int:
        """Return how many trials there have to be."""
        return len(self.known) + len(self.missing)


def select_evidence(evidence: Evidence, *, suite: str, tier: int) -> Evidence:
    """Narrow evidence to one suite and tier, and move trials without a score to the missing.

    Args:
        suite: "" for all suites.
        tier: 0 for all tiers.
    """

    def wanted(trial: TrialRecord | MissingTrial) -> bool:
        return (not suite or trial.suite == suite) and (not tier or trial.tier == tier)

    known = [trial for trial in evidence.known if wanted(trial)]
    unscored = [_as_missing(trial) for trial in known if isinstance(trial.scored, Unscored)]
    return Evidence(
        known=tuple(trial for trial in known if not isinstance(trial.scored, Unscored)),
        missing=(*(trial for trial in evidence.missing if wanted(trial)), *unscored),
        instrument=evidence.instrument,
    )


def describe_missing(missing: Sequence[MissingTrial], *, total: int) -> str:
    """Say how many trials are missing, why, and which one is the first."""
    kinds: dict[str, int] = {}
    for trial in missing:
        kinds[trial.kind] = kinds.get(trial.kind, 0) + 1
    counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    first = missing[0]
    example = f"{first.suite}::{first.question}"
    # The hint of an error, on its second line, belongs to the question's own report.
    detail = f": {first.reason.splitlines()[0]}" if first.reason else ""
    return f"{counts} of {total} (first: {example}{detail})"


def _as_missing(trial: TrialRecord) -> MissingTrial:
    reason = trial.scored.reason if isinstance(trial.scored, Unscored) else ""
    return MissingTrial(
        suite=trial.suite,
        question=trial.question,
        trial=trial.trial,
        tier=trial.tier,
        kind="unscored",
        reason=reason,
    )

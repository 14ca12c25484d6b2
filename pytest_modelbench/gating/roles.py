"""The verdict on one model in one role, beside the accepted baseline; pure."""

from dataclasses import dataclass

from pytest_modelbench.domain.run import Reading, RoleRecord, RoleVerdict
from pytest_modelbench.gating.evidence import Evidence

__all__ = ["AcceptedRole", "judge_role"]


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedRole:
    """What a baseline says of one model in one role.

    Attributes:
        holds: Whether it held the role when the baseline was accepted.
        instrument: Fingerprint of the questions that counted.
    """

    holds: bool
    instrument: str


def judge_role(
    *,
    role: str,
    label: str,
    readings: tuple[Reading, ...],
    evidence: Evidence,
    accepted: AcceptedRole | None,
    compared_with: str = "",
) -> RoleRecord:
    """Decide a role's verdict from its readings.

    Args:
        accepted: None where the baseline does not know the model in this role.
        compared_with: The model whose baseline it is, where it is not `label`'s own.
    """
    verdict, reason = _decide(readings, evidence, accepted)
    return RoleRecord(
        role=role,
        label=label,
        verdict=verdict,
        holds=all(reading.kept for reading in readings),
        readings=readings,
        reason=reason,
        compared_with=compared_with,
        instrument=evidence.instrument,
        fresh=sum(not trial.facts.stored for trial in evidence.known),
        stored=sum(trial.facts.stored for trial in evidence.known),
        total=evidence.total,
        deselected=verdict is RoleVerdict.UNDECIDED
        and bool(readings)
        and all(reading.value or reading.deselected for reading in readings),
    )


def _decide(
    readings: tuple[Reading, ...], evidence: Evidence, accepted: AcceptedRole | None
) -> tuple[RoleVerdict, str]:
    if not readings:
        return RoleVerdict.UNDECIDED, "it has no threshold and no relation to be judged by"
    missed = any(reading.value and not reading.kept for reading in readings)
    if missed and accepted and accepted.holds and accepted.instrument == evidence.instrument:
        # One rule that is broken decides, whatever the unmeasured ones would say.
        return RoleVerdict.DEMOTED, ""
    unmeasured = [reading for reading in readings if not reading.value]
    if unmeasured:
        first = unmeasured[0]
        return RoleVerdict.UNDECIDED, f"{first.text}: {first.reason}"
    if accepted is None:
        return RoleVerdict.NEW, "no accepted verdict to compare with"
    if accepted.instrument != evidence.instrument:
        return RoleVerdict.STALE, "its questions or how they are scored changed"
    holds = all(reading.kept for reading in readings)
    return VERDICTS[accepted.holds, holds], ""


VERDICTS = {
    (True, True): RoleVerdict.HELD,
    (False, True): RoleVerdict.PROMOTED,
    (True, False): RoleVerdict.DEMOTED,
    (False, False): RoleVerdict.VACANT,
}

"""A trial or a role in words: what was expected, what came, and what to type next."""

from pytest_modelbench.domain import Question, Score, UnscoredCriterion
from pytest_modelbench.domain.run import Reading, RoleRecord, RoleVerdict, TrialRecord, Verdict
from pytest_modelbench.reporting.escape import escape_text, shorten

__all__ = ["explain_reading", "explain_role", "explain_trial", "first_difference", "is_long"]

WIDTH = 160
CONTEXT = 30
# What scoring says of a criterion that neither a check nor a judge decides.
NO_JUDGE = "no judge configured"
# Longer reasons are about the machine, so the same for many trials: the report has each once.
MOST_LINES = 4


def explain_trial(
    record: TrialRecord, question: Question, accepted_text: str | None, *, trials: int = 1
) -> str:
    """Explain a trial that is not as its baseline says.

    Args:
        record: What was found out.
        question: What was asked.
        accepted_text: The accepted answer, where one is kept.
        trials: How many answers to each question the run asked for.
    """
    trial = f", trial {record.trial}" if trials > 1 else ""
    beside = _beside(record.compared_with)
    reason, *hints = escape_text(record.reason).split("\n")
    if is_long(record.reason):
        hints = ["  Hint: the whole reason is at the end of the report."]
    lines = [f"{record.verdict}{beside}{f': {reason}' if reason else ''}"]
    lines.append(f"  {record.label} on {record.suite}::{record.question}{trial}")
    lines.append(f"  place: {question.place}")
    if record.verdict is Verdict.NEW:
        # Nothing is wrong with it yet, and a new model has as many of these as questions.
        lines.append(f"  answer ({record.outcome}): {shorten(record.text, WIDTH)}")
        lines.extend(_explain_criteria(record))
        return "\n".join(lines)
    lines.append(f"  prompt: {shorten(question.messages[-1].content, WIDTH)}")
    lines.append(f"  answer ({record.outcome}): {shorten(record.text, WIDTH)}")
    lines.extend(_explain_criteria(record))
    if accepted_text is not None and accepted_text != record.text:
        lines.extend(first_difference(accepted_text, record.text))
    lines.extend(hints)
    if NO_JUDGE in record.reason:
        lines.append(
            "  Hint: give its criteria a check, or say `judge: none` in the suite: then it is "
            "scored by its checks alone."
        )
    if record.verdict is not Verdict.UNSCORED:
        command = f"pytest --model {record.label} --suite {record.suite}{_trials(trials)}"
        lines.append(f"  Hint: to accept it: {command} --snapshot-update")
    return "\n".join(lines)


def explain_role(record: RoleRecord, *, trials: int = 1) -> str:
    """Explain how a model stands in a role.

    Args:
        record: What was found out.
        trials: How many answers to each question the run asked for.
    """
    beside = _beside(record.compared_with)
    reason = f": {shorten(record.reason, WIDTH)}" if record.reason else ""
    lines = [f"role `{record.role}`: {record.label} {record.verdict}{beside}{reason}"]
    lines.extend(f"  {explain_reading(reading)}" for reading in record.readings)
    lines.append(f"  judged on {provenance(record)}")
    hint = _role_hint(record, trials)
    if hint:
        lines.append(f"  Hint: {hint}")
    return "\n".join(lines)


def explain_reading(reading: Reading) -> str:
    """Return one line: whether a rule is kept, and the number behind it."""
    if not reading.value:
        return f"? {reading.text}: not measured, {shorten(reading.reason, WIDTH)}"
    return f"{'+' if reading.kept else '-'} {reading.text}: {reading.value}"


def provenance(record: RoleRecord) -> str:
    """Say where the answers that a role is judged by come from."""
    missing = record.total - record.fresh - record.stored
    parts = [f"{record.fresh} asked now", f"{record.stored} stored", f"{missing} missing"]
    return f"{record.total} answers ({', '.join(parts)})"


def first_difference(accepted: str, now: str) -> list[str]:
    """Show the place where two answers part."""
    at = next(
        (at for at, (one, other) in enumerate(zip(accepted, now, strict=False)) if one != other),
        min(len(accepted), len(now)),
    )
    start = max(0, at - CONTEXT)
    lead = "…" if start else ""
    return [
        f"  first difference at character {at}:",
        f"    accepted: {lead}{shorten(accepted[start:], WIDTH // 2) or '(nothing)'}",
        f"    now:      {lead}{shorten(now[start:], WIDTH // 2) or '(nothing)'}",
    ]


def is_long(reason: str) -> bool:
    """Tell whether a reason has too many lines to stand at every trial."""
    return reason.count("\n") >= MOST_LINES


def _explain_criteria(record: TrialRecord) -> list[str]:
    lines = []
    for criterion in record.scored.criteria:
        name = shorten(criterion.criterion, WIDTH // 2)
        head = f"  criterion `{name}` ({criterion.weight:.0%})"
        if isinstance(criterion, UnscoredCriterion):
            begin = criterion.reason.partition("\n")[0]
            lines.append(f"{head}: unscored, {shorten(begin, WIDTH)}")
        elif criterion.unit < 1 or not isinstance(record.scored, Score):
            lines.append(f"{head}: {criterion.unit:.2f}, {shorten(criterion.reason, WIDTH)}")
    return lines


def _beside(compared_with: str) -> str:
    return f", compared with the baseline of `{compared_with}`" if compared_with else ""


def _trials(trials: int) -> str:
    return f" --trials {trials}" if trials > 1 else ""


def _role_hint(record: RoleRecord, trials: int) -> str:
    if record.verdict in {RoleVerdict.HELD, RoleVerdict.VACANT}:
        return ""
    if not record.readings:
        return "give the role thresholds in modelbench.yaml."
    if record.verdict is RoleVerdict.UNDECIDED:
        if record.deselected:
            return "run without -k, -m or --tier; answers that are stored cost nothing."
        return "see what is missing; the same command asks again for answers that did not come."
    command = f"pytest --model {record.label} --role {record.role}{_trials(trials)}"
    return f"to accept it: {command} --snapshot-update"

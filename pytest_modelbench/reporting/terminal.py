"""The section at the end of pytest's own output."""

from typing import Protocol

from pytest_modelbench.domain.run import RoleRecord, RoleVerdict, TrialRecord, Verdict
from pytest_modelbench.gating import Speed
from pytest_modelbench.reporting.escape import shorten
from pytest_modelbench.reporting.explain import explain_reading, provenance
from pytest_modelbench.reporting.summary import RunSummary, SuiteSummary

__all__ = ["TerminalWriter", "write_summary"]

MOST_CHANGES = 10
WIDTH = 100
GREEN = {RoleVerdict.HELD, RoleVerdict.VACANT}


class TerminalWriter(Protocol):
    """What is needed of pytest's terminal reporter."""

    def section(self, title: str, sep: str = "=", **kw: bool) -> None:
        """Start a section."""

    def write_line(self, line: str, **markup: bool) -> None:
        """Write one line."""


def write_summary(writer: TerminalWriter, summary: RunSummary) -> None:
    """Write one line per suite and role, what changed, and the next command to type."""
    if not (summary.suites or summary.roles or summary.notes):
        return
    writer.section("modelbench", sep="-")
    for suite in summary.suites:
        writer.write_line(_suite_line(suite))
        writer.write_line(f"  {_outcome_line(suite)}")
    for record in summary.changed[:MOST_CHANGES]:
        writer.write_line(_change_line(record), red=record.verdict is Verdict.REGRESSED)
    rest = len(summary.changed) - MOST_CHANGES
    if rest > 0:
        writer.write_line(f"  … and {rest} more")
    for role in summary.roles:
        _write_role(writer, role)
    for line in (*summary.engines, *summary.notes):
        writer.write_line(line)
    if summary.next_command:
        writer.write_line(f"next, {summary.next_command}")


def _suite_line(suite: SuiteSummary) -> str:
    head = f"{suite.label} on {suite.suite}: "
    if not suite.mean:
        return f"{head}no score ({suite.total} trials unscored)"
    tiers = ", ".join(f"tier {tier} {mean}" for tier, mean in suite.tiers.items())
    unscored = suite.total - suite.scored
    trouble = f", {unscored} unscored" if unscored else ""
    return f"{head}mean {suite.mean} on {suite.scale} ({tiers}; {suite.scored} scored{trouble})"


def _outcome_line(suite: SuiteSummary) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in suite.outcomes.items())
    speeds = f"decode {_speed(suite.decode)}, prompt {_speed(suite.prompt)}"
    stored = f", {suite.stored} stored" if suite.stored else ""
    return f"{outcomes}; {speeds}{stored}"


def _speed(speed: Speed) -> str:
    return f"{speed.tokens_per_s:.0f} t/s" if speed.is_known else "not measured"


def _change_line(record: TrialRecord) -> str:
    trial = f" trial {record.trial}" if record.trial > 1 else ""
    name = f"{record.label} {record.suite}::{record.question}{trial}"
    return f"  {record.verdict} {name}: {shorten(_first_line(record.reason), WIDTH)}"


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0]


def _write_role(writer: TerminalWriter, role: RoleRecord) -> None:
    good = role.verdict in GREEN
    reason = f" ({shorten(role.reason, WIDTH)})" if role.reason else ""
    writer.write_line(
        f"role {role.role}: {role.label} {role.verdict}{reason}", green=good, red=not good
    )
    for reading in role.readings:
        writer.write_line(f"  {explain_reading(reading)}")
    writer.write_line(f"  judged on {provenance(role)}")

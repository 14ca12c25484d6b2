"""The section at the end of pytest's own output."""

from typing import Protocol

from pytest_modelbench.domain.run import RoleRecord, RoleVerdict, TrialRecord, Verdict
from pytest_modelbench.gating import Speed
from pytest_modelbench.reporting.escape import shorten
from pytest_modelbench.reporting.explain import explain_reading, provenance
from pytest_modelbench.reporting.run_report import RunReport, SuiteReport

__all__ = ["TerminalWriter", "write_report"]

MOST_CHANGES = 10
WIDTH = 100
GREEN = {RoleVerdict.HELD, RoleVerdict.VACANT}


class TerminalWriter(Protocol):
    """What is needed of pytest's terminal reporter."""

    def ensure_newline(self) -> None:
        """End a line that was begun."""

    def section(self, title: str, sep: str = "=", **kw: bool) -> None:
        """Start a section."""

    def write_line(self, line: str, **markup: bool) -> None:
        """Write one line."""


def write_report(writer: TerminalWriter, report: RunReport) -> None:
    """Write one line per suite and role, what changed, and the next command to type."""
    if not (report.suites or report.roles or report.notes):
        return
    writer.ensure_newline()
    writer.section("modelbench", sep="-")
    for suite in report.suites:
        writer.write_line(_suite_line(suite))
        writer.write_line(f"  {_outcome_line(suite)}")
    for record in report.changed[:MOST_CHANGES]:
        writer.write_line(_change_line(record), red=record.verdict is Verdict.REGRESSED)
    rest = len(report.changed) - MOST_CHANGES
    if rest > 0:
        writer.write_line(f"  … and {rest} more")
    for role in report.roles:
        _write_role(writer, role)
    for line in (*report.ladders, *report.engines, *report.notes):
        writer.write_line(line)
    if report.next_command:
        writer.write_line(f"next, {report.next_command}")


def _suite_line(suite: SuiteReport) -> str:
    head = f"{suite.label} on {suite.suite}: "
    if not suite.mean:
        return f"{head}no score ({suite.total} unscored)"
    tiers = ", ".join(f"tier {tier} {mean}" for tier, mean in suite.tiers.items())
    unscored = suite.total - suite.scored
    trouble = f", {unscored} unscored" if unscored else ""
    return f"{head}mean {suite.mean} on {suite.scale} ({tiers}; {suite.scored} scored{trouble})"


def _outcome_line(suite: SuiteReport) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in suite.outcomes.items())
    facts = [
        *_speed("decode", suite.decode),
        *_speed("prompt", suite.prompt),
        *([f"{suite.stored} stored"] if suite.stored else []),
        *(f"sandbox {_sandbox(name)}" for name in suite.sandboxes),
    ]
    return f"{outcomes}; {', '.join(facts)}" if facts else outcomes


def _sandbox(name: str) -> str:
    # Nobody should overlook that code ran unconfined.
    return name.upper() if name == "none" else name


def _speed(name: str, speed: Speed) -> list[str]:
    return [f"{name} {speed.tokens_per_s:.0f} t/s"] if speed.is_known else []


def _change_line(record: TrialRecord) -> str:
    trial = f" trial {record.trial}" if record.trial > 1 else ""
    name = f"{record.label} {record.suite}::{record.question}{trial}"
    return f"  {record.verdict} {name}: {shorten(_first_line(record.reason), WIDTH)}"


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0]


def _write_role(writer: TerminalWriter, role: RoleRecord) -> None:
    good = role.verdict in GREEN
    beside = f", compared with `{role.compared_with}`" if role.compared_with else ""
    reason = f" ({shorten(role.reason, WIDTH)})" if role.reason else ""
    writer.write_line(
        f"role {role.role}: {role.label} {role.verdict}{beside}{reason}", green=good, red=not good
    )
    for reading in role.readings:
        writer.write_line(f"  {explain_reading(reading)}")
    writer.write_line(f"  judged on {provenance(role)}")

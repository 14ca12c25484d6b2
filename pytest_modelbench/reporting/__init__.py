"""What people read; every text of a model is escaped for the sink it goes to."""

from pytest_modelbench.reporting.escape import escape_text, shorten
from pytest_modelbench.reporting.explain import explain_role, explain_trial
from pytest_modelbench.reporting.run_report import (
    RunReport,
    SuiteReport,
    list_long_reasons,
    report_suite,
)
from pytest_modelbench.reporting.terminal import write_report

__all__ = [
    "RunReport",
    "SuiteReport",
    "escape_text",
    "explain_role",
    "explain_trial",
    "list_long_reasons",
    "report_suite",
    "shorten",
    "write_report",
]

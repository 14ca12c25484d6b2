"""What people read; every text of a model is escaped for the sink it goes to."""

from pytest_modelbench.reporting.escape import escape_text, shorten
from pytest_modelbench.reporting.explain import explain_role, explain_trial
from pytest_modelbench.reporting.summary import RunSummary, SuiteSummary, summarize_suite
from pytest_modelbench.reporting.terminal import write_summary

__all__ = [
    "RunSummary",
    "SuiteSummary",
    "escape_text",
    "explain_role",
    "explain_trial",
    "shorten",
    "summarize_suite",
    "write_summary",
]

"""Executes what models wrote, confined: tiers, their self-test, cells, and the verdict protocol."""

from pytest_modelbench.sandbox.base import (
    Ending,
    Evaluate,
    Execution,
    Feed,
    Limits,
    Observation,
    Observed,
    Probe,
    Sandbox,
    Select,
    Step,
)
from pytest_modelbench.sandbox.pool import SandboxPool
from pytest_modelbench.sandbox.tiers import open_tier, report_tiers
from pytest_modelbench.sandbox.wire import (
    execution_to_plain,
    observed_to_plain,
    read_execution,
    read_observed,
)

__all__ = [
    "Ending",
    "Evaluate",
    "Execution",
    "Feed",
    "Limits",
    "Observation",
    "Observed",
    "Probe",
    "Sandbox",
    "SandboxPool",
    "Select",
    "Step",
    "execution_to_plain",
    "observed_to_plain",
    "open_tier",
    "read_execution",
    "read_observed",
    "report_tiers",
]

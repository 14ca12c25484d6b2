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
    "Select",
    "Step",
    "execution_to_plain",
    "observed_to_plain",
    "read_execution",
    "read_observed",
]

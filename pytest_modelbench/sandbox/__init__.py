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
]

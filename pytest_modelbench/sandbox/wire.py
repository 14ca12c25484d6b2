"""Executions and what was observed of them as plain JSON values, between a worker and the sandbox."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pytest_modelbench.confined.codec import Opaque, decode, encode
from pytest_modelbench.sandbox.base import (
    Ending,
    Evaluate,
    Execution,
    Feed,
    Limits,
    Observation,
    Observed,
    Probe,
    Select,
    Step,
)

__all__ = ["execution_to_plain", "observed_to_plain", "read_execution", "read_observed"]

STEPS: Mapping[str, type[Step]] = {
    "evaluate": Evaluate,
    "feed": Feed,
    "probe": Probe,
    "select": Select,
}
STEP_NAMES = {kind: name for name, kind in STEPS.items()}


def execution_to_plain(execution: Execution) -> dict[str, Any]:
    """Return JSON data that `read_execution` understands; also what its fingerprint is made of."""
    plain = asdict(execution)
    plain["steps"] = [[STEP_NAMES[type(step)], asdict(step)] for step in execution.steps]
    return plain


def read_execution(plain: Mapping[str, Any]) -> Execution:
    """Rebuild what `execution_to_plain` made."""
    values = dict(plain)
    values["limits"] = Limits(**values["limits"])
    values["steps"] = tuple(_read_step(name, fields) for name, fields in values["steps"])
    return Execution(**values)


def observed_to_plain(observed: Observed) -> dict[str, Any]:
    """Return JSON data that `read_observed` understands; objects of the module stay behind."""
    return {
        "tier": observed.tier,
        "observations": [
            {
                **{name: getattr(one, name) for name in Observation.__slots__},
                "value": encode(one.value, _keep),
            }
            for one in observed.observations
        ],
    }


def read_observed(plain: Mapping[str, Any]) -> Observed:
    """Rebuild what `observed_to_plain` made."""
    return Observed(
        tier=plain["tier"],
        observations=tuple(
            Observation(
                **{
                    **entry,
                    "ending": Ending(entry["ending"]),
                    "bases": tuple(entry["bases"]),
                    "value": decode(entry["value"]),
                }
            )
            for entry in plain["observations"]
        ),
    )


def _read_step(name: str, fields: Mapping[str, Any]) -> Step:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()
    }
    return STEPS[name](**values)


def _keep(value: object) -> tuple[str, int]:
    return (value.kind, value.handle) if isinstance(value, Opaque) else (type(value).__name__, 0)

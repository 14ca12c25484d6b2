"""Sampling as the files write it, native and dialect, to changes of it."""

from collections.abc import Mapping

from pytest_modelbench.domain import SamplingChanges
from pytest_modelbench.loading.shapes import SamplingShape
from pytest_modelbench.loading.spots import Spot
from pytest_modelbench.loading.suite_shapes import QuestionShape, SuiteShape

__all__ = ["list_changes", "read_sampling", "read_timeout"]

Changes = Mapping[str, float | int | tuple[str, ...]]


def list_changes(shape: SamplingShape) -> Changes:
    """Return the fields of sampling that were written."""
    changes: dict[str, float | int | tuple[str, ...]] = {}
    for name in SamplingShape.model_fields:
        if name in shape.model_fields_set:
            value = getattr(shape, name)
            changes[name] = tuple(value) if isinstance(value, list) else value
    return changes


def read_sampling(shape: SuiteShape | QuestionShape, spot: Spot) -> SamplingChanges:
    """Return what a suite or a question says about sampling."""
    written = shape.model_fields_set
    changes = list_changes(shape.sampling) if "sampling" in written else {}
    if "inference_params" not in written:
        return SamplingChanges(values=changes)
    dialect = list_changes(shape.inference_params)
    for name in changes.keys() & dialect.keys():
        _report_twice(spot.at("inference_params", name), name, f"sampling.{name}")
    return SamplingChanges(values={**changes, **dialect})


def read_timeout(shape: SuiteShape | QuestionShape, default: float, spot: Spot) -> float:
    """Return the time limit of a suite or a question, the default if it has none."""
    has_own = "timeout_s" in shape.model_fields_set
    has_dialect = (
        "inference_params" in shape.model_fields_set
        and "timeout" in shape.inference_params.model_fields_set
    )
    if has_own and has_dialect:
        _report_twice(spot.at("inference_params", "timeout"), "timeout", "timeout_s")
    if has_own:
        return float(shape.timeout_s)
    return float(shape.inference_params.timeout) if has_dialect else default


def _report_twice(spot: Spot, name: str, other: str) -> None:
    spot.report(f"`{name}` says the same as `{other}`", "keep one of them")

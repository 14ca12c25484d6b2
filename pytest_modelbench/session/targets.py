"""The paths a run collects, and the model that it must not forget to name."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_modelbench.domain import Project
from pytest_modelbench.errors import ModelbenchError
from pytest_modelbench.loading import load_project, suite_paths
from pytest_modelbench.session.options import Settings

__all__ = ["find_targets", "refuse_without_model"]


def find_targets(config_path: Path, folder: Path) -> list[str]:
    """Return the suites and modelbench.yaml, relative to the folder pytest was started in.

    Raises:
        pytest.UsageError: modelbench.yaml cannot be used as it stands.
    """
    project = _load(config_path)
    return [os.path.relpath(path, folder) for path in (*suite_paths(project), config_path)]


def refuse_without_model(settings: Settings, args: Sequence[str], folder: Path) -> None:
    """Find out whether a run that asks no model was meant to ask one.

    Without this, `pytest suites/coder.yaml` would collect nothing and say no more than that.

    Raises:
        pytest.UsageError: A suite is named, by option or by path, and no model is.
    """
    place = settings.sources["suite"] if settings.suites else ""
    project = _load(settings.config_path)
    if not place:
        suites = {path.resolve() for path in suite_paths(project)}
        named = (arg.split("::", 1)[0] for arg in args)
        place = next((arg for arg in named if (folder / arg).resolve() in suites), "")
    if place:
        raise pytest.UsageError(
            f"{place}: no model is named that could answer\n"
            f"  Hint: add --model NAME; known models: {', '.join(project.models)}."
        )


def _load(config_path: Path) -> Project:
    try:
        return load_project(config_path, os.environ)
    except ModelbenchError as error:
        raise pytest.UsageError(str(error)) from None

"""The paths a run collects where the user named none."""

import os
from pathlib import Path

import pytest

from pytest_modelbench.errors import ModelbenchError
from pytest_modelbench.loading import load_project, suite_paths

__all__ = ["find_targets"]


def find_targets(config_path: Path, folder: Path) -> list[str]:
    """Return the suites and modelbench.yaml, relative to the folder pytest was started in.

    Raises:
        pytest.UsageError: modelbench.yaml cannot be used as it stands.
    """
    try:
        project = load_project(config_path, os.environ)
    except ModelbenchError as error:
        raise pytest.UsageError(str(error)) from None
    return [os.path.relpath(path, folder) for path in (*suite_paths(project), config_path)]

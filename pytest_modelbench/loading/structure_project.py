"""modelbench.yaml to the project, with every problem of the file."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from pytest_modelbench.domain import JudgeSettings, Project
from pytest_modelbench.errors import SettingsError
from pytest_modelbench.loading.environment import expand_environment
from pytest_modelbench.loading.models import ModelReader
from pytest_modelbench.loading.problems import Problems
from pytest_modelbench.loading.project_shapes import JudgeShape, ProjectShape
from pytest_modelbench.loading.roles import RoleReader
from pytest_modelbench.loading.salvage import salvage_project
from pytest_modelbench.loading.spots import Spot
from pytest_modelbench.loading.yaml_nodes import read_nodes
from pytest_modelbench.loading.yaml_syntax import read_text

__all__ = ["load_project"]


def load_project(path: Path, environment: Mapping[str, str]) -> Project:
    """Read a modelbench.yaml.

    Args:
        environment: Where `${NAME}` is looked up.

    Raises:
        SettingsError: With everything that is wrong with the file.
    """
    problems = Problems(path=path.name)
    project = _read_project(path.absolute(), environment, problems)
    problems.raise_all(SettingsError)
    if project is None:  # pragma: no cover  # without a project there is a problem
        raise AssertionError(path)
    return project


def _read_project(path: Path, environment: Mapping[str, str], problems: Problems) -> Project | None:
    text = read_text(path, problems)
    if problems:
        return None
    file = read_nodes(text, problems)
    spot = Spot(file=file, problems=problems)
    value = expand_environment(file.value, environment, spot)
    salvaged = salvage_project(replace(file, value=value), problems)
    return None if salvaged is None else _structure(salvaged.shape, spot, path)


def _structure(shape: ProjectShape, spot: Spot, path: Path) -> Project:
    root = path.parent
    models = {
        spec.label: spec
        for spec in ModelReader(root=root).read_all(shape.models, spot.at("models"))
    }
    for index, pattern in enumerate(shape.suites):
        if PurePath(pattern).is_absolute():
            spot.at("suites", index).report(
                f"`suites` must be relative to the folder of the file, got {pattern!r}"
            )
    return Project(
        root=root,
        path=path,
        models=models,
        roles=RoleReader(labels=models).read_all(shape.roles, spot.at("roles")),
        suite_globs=tuple(shape.suites),
        baselines=shape.baselines,
        store=shape.store,
        resident_models=shape.resident_models,
        judge=_read_judge(shape.judge) if "judge" in shape.model_fields_set else None,
    )


def _read_judge(shape: JudgeShape) -> JudgeSettings:
    return JudgeSettings(model=shape.model, votes=shape.votes, budget_usd=float(shape.budget_usd))

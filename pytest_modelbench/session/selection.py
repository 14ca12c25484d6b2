"""Which models, suites and roles a run is about: names become values, or one clear error."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pytest_modelbench.domain import ModelSpec, Project, Role
from pytest_modelbench.domain.nearest import find_nearest
from pytest_modelbench.errors import SettingsError, join_errors
from pytest_modelbench.session.options import Settings

__all__ = ["Selection", "select"]

ALL = "all"
Named = TypeVar("Named")


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """What a run is about.

    Attributes:
        models: In the order of modelbench.yaml or of the command line.
        suites: Names.
        standings: Which models are judged in which roles.
    """

    models: tuple[ModelSpec, ...]
    suites: tuple[str, ...]
    standings: tuple[tuple[Role, ModelSpec], ...]


def select(settings: Settings, project: Project, suites: Sequence[str]) -> Selection:
    """Find what the settings name.

    Args:
        settings: With at least one model or role.
        project: The loaded modelbench.yaml.
        suites: Names of all suites of the project.

    Raises:
        SettingsError: A name is not known; every such name is reported.
    """
    errors: list[SettingsError] = []
    roles = _pick(
        settings.roles, project.roles, "role", source=settings.sources["role"], errors=errors
    )
    labels = settings.models or tuple(role.incumbent for role in roles)
    plain = {label: spec for label, spec in project.models.items() if not spec.variant}
    every = plain.values() if ALL in labels else ()
    named = _pick(
        tuple(label for label in labels if label != ALL),
        project.models,
        "model",
        source=settings.sources["model"],
        errors=errors,
    )
    models = tuple({spec.label: spec for spec in (*every, *named)}.values())
    known_suites = {name: name for name in suites}
    chosen = _pick(
        settings.suites, known_suites, "suite", source=settings.sources["suite"], errors=errors
    )
    if errors:
        raise join_errors(errors)
    if not chosen:
        needed = {suite for role in roles for suite in role.suites}
        chosen = tuple(name for name in suites if not roles or name in needed)
    return Selection(
        models=models,
        suites=tuple(chosen),
        standings=tuple(_stand(project, roles, models, set(chosen))),
    )


def _stand(
    project: Project, roles: Sequence[Role], models: Sequence[ModelSpec], suites: set[str]
) -> Iterable[tuple[Role, ModelSpec]]:
    """Pair roles with models: those asked for, else each model with the roles it is meant for."""
    for role in roles or project.roles.values():
        if not suites & set(role.suites):
            continue
        meant_for = project.models[role.incumbent].name
        for spec in models:
            if roles or spec.label == role.incumbent or (spec.variant and spec.name == meant_for):
                yield role, spec


def _pick(
    names: Sequence[str],
    known: Mapping[str, Named],
    kind: str,
    *,
    source: str,
    errors: list[SettingsError],
) -> tuple[Named, ...]:
    if ALL in names:
        return tuple(known.values())
    for name in names:
        if name not in known:
            guess = find_nearest(name, known)
            hint = f"did you mean `{guess}`? " if guess else ""
            listed = ", ".join(known) or "none"
            errors.append(
                SettingsError(
                    f"there is no {kind} `{name}`", f"{hint}known {kind}s: {listed}.", source
                )
            )
    return tuple(known[name] for name in names if name in known)

"""As much of a faulty file as has a shape, so that its other problems are found in the same run.

What cannot be understood is left out where nothing else depends on it: unknown keys, single
entries of the suite, whole questions. The problems themselves are noted first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pytest_modelbench.loading.problems import Problems
from pytest_modelbench.loading.project_shapes import ProjectShape
from pytest_modelbench.loading.shape_problems import describe_mismatch, report_shape, strip_tags
from pytest_modelbench.loading.suite_shapes import SuiteShape
from pytest_modelbench.loading.yaml_nodes import YamlFile

__all__ = ["Salvaged", "salvage_project", "salvage_suite"]

AnyShape = TypeVar("AnyShape", bound=BaseModel)
Path = tuple[str | int, ...]
QUESTION_KEYS = frozenset({"questions", "prompts"})
# Entries of a suite that mean nothing without another entry.
DEPENDENTS = {"scale": ("pass_score",)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Salvaged(Generic[AnyShape]):
    """The part of a file that has a shape.

    Attributes:
        shape: Of the file; complete if there was no problem.
        faulty: Where questions were left out.
    """

    shape: AnyShape
    faulty: frozenset[Path] = frozenset()


def salvage_suite(file: YamlFile, problems: Problems) -> Salvaged[SuiteShape] | None:
    """Return what has the shape of a suite, None if nothing has."""
    if not _is_mapping(file, problems):
        return None
    try:
        return Salvaged(shape=SuiteShape.model_validate(file.value))
    except ValidationError as error:
        report_shape(error, SuiteShape, file, problems)
        found = error.errors(include_url=False)
    paths = _list_removable(found)
    if paths & {(word,) for word in QUESTION_KEYS}:
        return None
    faulty = frozenset(path for path in paths if _is_question(path))
    value = _copy_without([path for path in paths if path[:2] not in faulty], file.value)
    for word, index in faulty:
        value[word] = _replace(value[word], index, {})
    return _try_shape(SuiteShape, value, faulty)


def salvage_project(file: YamlFile, problems: Problems) -> Salvaged[ProjectShape] | None:
    """Return what has the shape of a modelbench.yaml, None if it could mislead."""
    if not _is_mapping(file, problems):
        return None
    try:
        return Salvaged(shape=ProjectShape.model_validate(file.value))
    except ValidationError as error:
        report_shape(error, ProjectShape, file, problems)
        found = error.errors(include_url=False)
    if any(one["type"] != "extra_forbidden" for one in found):
        return None
    return _try_shape(ProjectShape, _copy_without(_list_removable(found), file.value))


def _is_mapping(file: YamlFile, problems: Problems) -> bool:
    if isinstance(file.value, dict):
        return True
    if not problems:
        if file.value is None:
            problems.add(1, "the file is empty")
        else:
            text, hint = describe_mismatch("the file", "a mapping of keys", file.value)
            problems.add(1, text.replace("`", ""), hint)
    return False


def _try_shape(
    shape: type[AnyShape], value: object, faulty: frozenset[Path] = frozenset()
) -> Salvaged[AnyShape] | None:
    try:
        return Salvaged(shape=shape.model_validate(value), faulty=faulty)
    except ValidationError:  # pragma: no cover  # should it ever happen, enough was noted
        return None


def _is_question(path: Path) -> bool:
    return len(path) == 2 and path[0] in QUESTION_KEYS  # noqa: PLR2004  # the key and the id


def _list_removable(found: Iterable[ErrorDetails]) -> set[Path]:
    """Return what to leave out: an unknown key, a question, or an entry of the whole file."""
    paths: set[Path] = set()
    for one in found:
        path = strip_tags(one["loc"])
        if one["type"] == "extra_forbidden":
            paths.add(path)
        elif _is_question(path[:2]):
            paths.add(path[:2])
        else:
            paths.update((name,) for name in (path[0], *DEPENDENTS.get(str(path[0]), ())))
    return paths


def _copy_without(paths: Iterable[Path], value: Any) -> Any:  # noqa: ANN401  # plain YAML data
    inner: dict[str | int, list[Path]] = {}
    removed = set()
    for path in paths:
        if len(path) == 1:
            removed.add(path[0])
        else:
            inner.setdefault(path[0], []).append(path[1:])
    if isinstance(value, Mapping):
        return {
            key: _copy_without(inner[key], entry) if key in inner else entry
            for key, entry in value.items()
            if key not in removed
        }
    return [
        _copy_without(inner[index], entry) if index in inner else entry
        for index, entry in enumerate(value)
    ]


def _replace(entries: Any, key: str | int, entry: object) -> Any:  # noqa: ANN401  # as above
    if isinstance(entries, Mapping):
        return {**entries, str(key): entry}
    return [entry if index == key else one for index, one in enumerate(entries)]

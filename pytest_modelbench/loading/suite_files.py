"""Suite files: which there are, what they are called, and what is in them."""

import codecs
import re
from pathlib import Path

import yaml

from pytest_modelbench.domain import CheckCatalogue, Project, Suite
from pytest_modelbench.errors import SuiteError
from pytest_modelbench.loading.problems import Problems
from pytest_modelbench.loading.salvage import salvage_suite
from pytest_modelbench.loading.spots import Spot
from pytest_modelbench.loading.structure_suite import structure_suite
from pytest_modelbench.loading.yaml_nodes import read_nodes
from pytest_modelbench.loading.yaml_syntax import pause_collector, read_text

__all__ = ["load_suite", "peek_suite_name", "suite_paths"]

NAME_LINE = re.compile(rb"^[\"']?(?:suite|domain)[\"']?[ \t]*:[ \t]*(\S[^\r\n]*)", re.MULTILINE)


def suite_paths(project: Project) -> tuple[Path, ...]:
    """Return the suite files of a project, sorted, each once."""
    found = {
        path
        for pattern in project.suite_globs
        for path in project.root.glob(pattern)
        if path.is_file()
    }
    return tuple(sorted(found))


def peek_suite_name(path: Path) -> str:
    """Return a suite's name without reading its questions; the file's stem if it has none.

    It never complains: `load_suite` does, once the suite is wanted.
    """
    try:
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        found = NAME_LINE.search(data)
        name = yaml.safe_load(found[1].decode()) if found else _find_flow_name(data)
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return path.stem
    return name if isinstance(name, str) else path.stem


def load_suite(path: Path, *, root: Path, catalogue: CheckCatalogue) -> Suite:
    """Read one suite file.

    Args:
        root: Of the project; messages name the file relative to it.
        catalogue: Knows the checks.

    Raises:
        SuiteError: With everything that is wrong with the file.
    """
    problems = Problems(path=_show_path(path, root))
    with pause_collector():
        suite = _read_suite(path, problems, catalogue)
    problems.raise_all(SuiteError)
    if suite is None:  # pragma: no cover  # without a suite there is a problem
        raise AssertionError(path)
    return suite


def _find_flow_name(data: bytes) -> object:
    """Return the name in a file that is one mapping in braces, which has no line for it."""
    if not data.lstrip().startswith(b"{"):
        return None
    value = yaml.safe_load(data)
    return value.get("suite", value.get("domain"))


def _show_path(path: Path, root: Path) -> str:
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.as_posix()


def _read_suite(path: Path, problems: Problems, catalogue: CheckCatalogue) -> Suite | None:
    text = read_text(path, problems)
    if problems:
        return None
    file = read_nodes(text, problems)
    salvaged = salvage_suite(file, problems)
    if salvaged is None:
        return None
    spot = Spot(file=file, problems=problems)
    return structure_suite(salvaged, spot, catalogue, stem=path.stem)

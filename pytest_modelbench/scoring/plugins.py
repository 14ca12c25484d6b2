"""Checks that do not come with the package: of other distributions, and of the project.

A distribution names its checks under the entry point group `modelbench_checks`. A project writes
a function and names it in a suite as `package.module:function`.
"""

import hashlib
import importlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from pytest_modelbench.domain import OWN_CHECK, find_nearest
from pytest_modelbench.errors import SettingsError, SuiteError
from pytest_modelbench.scoring.catalogue import CATALOGUE, Catalogue
from pytest_modelbench.scoring.checks import AnswerCheck, AnyCheck, Check, CodeCheck
from pytest_modelbench.scoring.checks.custom import check_of_function

__all__ = ["ENTRY_POINTS", "PluginChecks", "open_catalogue"]

ENTRY_POINTS = "modelbench_checks"
NAME = re.compile(r"[a-z][a-z0-9_]*")
OWN_KINDS = (Check, AnswerCheck, CodeCheck)
FINGERPRINT_CHARS = 12
PLACES_HINT = "It is looked for in the project's folder and among what is installed."


def open_catalogue(root: Path) -> Catalogue:
    """Return the catalogue of a project: the checks here, installed ones and its own.

    Args:
        root: The project's folder; functions of its own are found from there.
    """
    known = (*CATALOGUE.checks, *CATALOGUE.combinators)
    return Catalogue(outside=PluginChecks(root=root, taken=frozenset(known)))


@dataclass(frozen=True, kw_only=True)
class PluginChecks:
    """Looks up checks from outside, each once.

    Attributes:
        root: The project's folder.
        taken: Names that no distribution may give to its checks.
        entries: The entry points; None finds those of what is installed.
    """

    root: Path
    taken: frozenset[str] = frozenset()
    entries: Sequence[EntryPoint] | None = None
    _own: dict[str, AnyCheck] = field(default_factory=dict)

    def installed(self) -> Mapping[str, AnyCheck]:
        """Return the checks of other distributions by name.

        Raises:
            SettingsError: A distribution's checks cannot be used as they stand.
        """
        return self._installed

    def find(self, name: str) -> AnyCheck | None:
        """Return a check of another distribution, or the project's own `module:function`.

        Raises:
            SettingsError: A distribution's checks cannot be used as they stand.
            SuiteError: The project's own cannot be used as it stands.
        """
        if not OWN_CHECK.search(name):
            return self._installed.get(name)
        if name not in self._own:
            self._own[name] = _load_own(name, self.root)
        return self._own[name]

    @cached_property
    def _installed(self) -> Mapping[str, AnyCheck]:
        found: dict[str, AnyCheck] = {}
        owners: dict[str, str] = {}
        points = entry_points(group=ENTRY_POINTS) if self.entries is None else self.entries
        for point in points:
            owner = _name_owner(point)
            for check in _load_point(point):
                if not NAME.fullmatch(check.name):
                    problem = f"its check {check.name!r} must be called like `polite_tone`"
                elif check.name in self.taken:
                    problem = f"its check `{check.name}` is called like one of pytest-modelbench"
                elif check.name in found:
                    problem = f"its check `{check.name}` is called like one of {owners[check.name]}"
                else:
                    found[check.name] = check
                    owners[check.name] = owner
                    continue
                raise SettingsError(problem, "rename it, or uninstall one of them.", owner)
        return found


def _name_owner(point: EntryPoint) -> str:
    return f"distribution `{point.dist.name}`" if point.dist else f"entry point `{point.name}`"


def _load_point(point: EntryPoint) -> Iterator[AnyCheck]:
    version = point.dist.version if point.dist else ""
    hint = f"update or uninstall it; its entry point `{point.name}` is {point.value!r}."
    try:
        loaded = point.load()
    except Exception as error:  # the code of another distribution may raise anything
        problem = f"its checks cannot be loaded: {type(error).__name__}: {error}"
        raise SettingsError(problem, hint, _name_owner(point)) from error
    if isinstance(loaded, OWN_KINDS):
        yield replace(loaded, name=point.name, version=f"{version}/{loaded.version}")
    elif isinstance(loaded, Iterable):
        for check in loaded:
            if not isinstance(check, OWN_KINDS):
                problem = f"a list of checks must hold nothing else, got {check!r}"
                raise SettingsError(problem, hint, _name_owner(point))
            yield replace(check, version=f"{version}/{check.version}")
    elif callable(loaded):
        try:
            yield check_of_function(loaded, point.name, version)
        except SuiteError as error:
            raise SettingsError(error.problem, hint, _name_owner(point)) from error
    else:
        problem = f"a check must be a function, a check or a list of checks, got {loaded!r}"
        raise SettingsError(problem, hint, _name_owner(point))


def _load_own(name: str, root: Path) -> AnyCheck:
    module_name, _colon, function_name = name.partition(":")
    if module_name.partition(".")[0] in sys.stdlib_module_names:
        # Among them are functions that would run the answer as a command.
        raise SuiteError(
            f"`{name}` is a part of Python, no check", "name a function of the project."
        )
    module = _import(name, module_name, root)
    found = vars(module).get(function_name)
    if found is None:
        near = find_nearest(function_name, [word for word in vars(module) if word[:1] != "_"])
        hint = (
            f"did you mean `{module_name}:{near}`?" if near else f"It is read from {_file(module)}."
        )
        raise SuiteError(f"`{module_name}` has no function `{function_name}`", hint)
    version = _fingerprint(module)
    if isinstance(found, OWN_KINDS):
        return replace(found, name=name, version=f"{version}/{found.version}")
    if not callable(found) or isinstance(found, type):
        problem = f"`{name}` must be a function or a check, got {type(found).__name__}"
        raise SuiteError(problem)
    return check_of_function(found, name, version)


def _import(name: str, module_name: str, root: Path) -> ModuleType:
    try:
        with _importable(root):
            return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        missing = str(error.name)
        if module_name == missing or module_name.startswith(f"{missing}."):
            problem = f"there is no module `{missing}` for `{name}`"
            raise SuiteError(problem, PLACES_HINT) from error
        raise SuiteError(f"`{name}` needs the module `{missing}`", "install it.") from error
    except Exception as error:  # the project's own code may raise anything
        problem = f"`{module_name}` cannot be imported: {type(error).__name__}: {error}"
        raise SuiteError(problem) from error


@contextmanager
def _importable(root: Path) -> Iterator[None]:
    """Let modules be found from a folder, for as long as this lasts."""
    folder = str(root)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        # An import may have changed the path too.
        if folder in sys.path:
            sys.path.remove(folder)


def _file(module: ModuleType) -> str:
    return str(getattr(module, "__file__", None) or module.__name__)


def _fingerprint(module: ModuleType) -> str:
    """Return what moves when the module's file does."""
    path = Path(_file(module))
    text = path.read_bytes() if path.is_file() else b""
    return hashlib.sha256(text).hexdigest()[:FINGERPRINT_CHARS]

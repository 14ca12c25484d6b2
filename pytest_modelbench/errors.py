"""Every exception of the package.

    ModelbenchError            base: place, problem, hint
    ├── SettingsError          options, ini keys, modelbench.yaml: the user edits them
    ├── SuiteError             a suite file: the user edits it
    ├── BaselineError          a committed baseline: the user edits or accepts it
    ├── StoreError             the store of answers in `.modelbench/`
    ├── EngineError            an engine process or the model file it was given
    ├── JudgeError             the judge, or what it needs
    └── SandboxError           no sandbox holds on this machine, or it could not be started

Anything else that is raised is a bug of ours and keeps its traceback.
"""

from collections.abc import Sequence
from typing import ClassVar, TypeVar

__all__ = [
    "BaselineError",
    "EngineError",
    "JudgeError",
    "ModelbenchError",
    "SandboxError",
    "SettingsError",
    "StoreError",
    "SuiteError",
    "join_errors",
]


AnyError = TypeVar("AnyError", bound="ModelbenchError")


class ModelbenchError(Exception):
    """Say where something went wrong, what, and what to do next.

    All arguments are positional: an exception with required keyword-only arguments does not
    survive pickling.

    Attributes:
        problem: What was expected and what was there, without a full stop.
        hint: What the user can do, or "".
        place: `file:line`, an option or a role, or "".
        slug: The heading in docs/messages.md.
    """

    slug: ClassVar[str] = "modelbench"

    def __init__(self, problem: str, hint: str = "", place: str = "") -> None:
        super().__init__(problem, hint, place)
        self.problem = problem
        self.hint = hint
        self.place = place

    def __str__(self) -> str:
        """Render `place: problem` and, on its own line, the hint."""
        head = f"{self.place}: {self.problem}" if self.place else self.problem
        return f"{head}\n  Hint: {self.hint}" if self.hint else head


class SettingsError(ModelbenchError):
    """An option, an ini key or modelbench.yaml cannot be used as it stands."""

    slug = "settings"


class SuiteError(ModelbenchError):
    """A suite file cannot be used as it stands."""

    slug = "suite"


class BaselineError(ModelbenchError):
    """A committed baseline cannot be read or may not be written."""

    slug = "baseline"


class StoreError(ModelbenchError):
    """The store of answers cannot be opened or written."""

    slug = "store"


class EngineError(ModelbenchError):
    """An engine process died, could not start, or cannot take a prompt."""

    slug = "engine"


class JudgeError(ModelbenchError):
    """The judge could not be reached or did not say what it had to."""

    slug = "judge"


class SandboxError(ModelbenchError):
    """What a model wrote was not run: no sandbox holds here, or it could not be started."""

    slug = "sandbox"


def join_errors(errors: Sequence[AnyError]) -> AnyError:
    """Make one error out of all problems of a file, each on its own lines.

    Args:
        errors: At least one error; the result has the type of the first.
    """
    if len(errors) == 1:
        return errors[0]
    return type(errors[0])("\n".join(str(error) for error in errors))

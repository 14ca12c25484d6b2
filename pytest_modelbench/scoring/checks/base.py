"""What a check is: a pure function over the answer, its arguments, and an illustration.

There are three kinds: `Check` looks at the text alone, `AnswerCheck` also at what is known beside
it, and `CodeCheck` has code in the answer executed in a sandbox and looks at what was observed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from pytest_modelbench.sandbox import Execution, Observed, Sandbox

__all__ = [
    "MANUAL",
    "AnswerCheck",
    "AnyCheck",
    "Arguments",
    "Check",
    "CodeCheck",
    "Decision",
    "Finding",
    "Illustration",
    "Material",
    "Undecided",
    "fulfilled",
    "missed",
    "quote",
]

QUOTED_CHARS = 80
# What a line of the `auto_score` language says where no code decides.
MANUAL = "manual"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        unit: How far the answer fulfils it, 0..1.
        reason: Expected and got, for people; quotes the answer, so it is untrusted.
    """

    unit: float
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Undecided:
    """A check that could not find out; neither fulfilled nor missed."""

    reason: str


Decision = Finding | Undecided


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What a check may look at.

    Attributes:
        text: The answer, cleaned.
        prompt: What was asked: the last message of the user.
        answer_tokens: How long the answer is; None where nobody counted.
        seconds: How long the model took; None where nobody measured.
        sandbox: Executes code; None where the run has none.
    """

    text: str
    prompt: str = ""
    answer_tokens: int | None = None
    seconds: float | None = None
    sandbox: Sandbox | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Illustration:
    """A use of a check, with an answer that fulfils it and one that does not.

    Attributes:
        arguments: As they are written in a suite.
        fulfilled: Scores 1.
        missed: Scores less than 1.
        prompt: What was asked, where the check looks at it.
    """

    arguments: Any
    fulfilled: str | Material
    missed: str | Material
    prompt: str = ""


class Arguments(BaseModel):
    """Arguments of one check: strict, nothing unknown, nothing converted.

    Attributes:
        shorthand: The field that is meant when no mapping is written.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    shorthand: ClassVar[str] = "value"


AnyArguments = TypeVar("AnyArguments", bound=Arguments)


@dataclass(frozen=True, kw_only=True, slots=True)
class Check(Generic[AnyArguments]):
    """A check that looks at the text alone.

    Attributes:
        name: As it is written in a suite.
        arguments: What may be written after the name.
        decide: Pure; a `TimeoutError` means that it could not find out.
        illustration: Shown in the reference, and run by the tests.
        version: Part of the instrument: raise it whenever the check decides differently.
    """

    name: str
    arguments: type[AnyArguments]
    decide: Callable[[str, AnyArguments], Decision]
    illustration: Illustration
    version: int | str = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerCheck(Generic[AnyArguments]):
    """A check that looks at the answer and at what is known beside its text.

    Attributes:
        decide: Pure; what it needs and `Material` does not have makes it undecided.
    """

    name: str
    arguments: type[AnyArguments]
    decide: Callable[[Material, AnyArguments], Decision]
    illustration: Illustration
    version: int | str = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeCheck(Generic[AnyArguments]):
    """A check that has code executed.

    Attributes:
        plan: Pure: finds the code and says what to execute; a finding where there is none.
        decide: Pure: compares what was observed with what had to be.
    """

    name: str
    arguments: type[AnyArguments]
    plan: Callable[[str, AnyArguments], Execution | Finding]
    decide: Callable[[Observed, AnyArguments], Decision]
    illustration: Illustration
    version: int | str = 1


AnyCheck = Check[Any] | AnswerCheck[Any] | CodeCheck[Any]


def quote(value: object) -> str:
    """Render a value for a reason: quoted, shortened, on one line, safe for any terminal."""
    if not isinstance(value, str):
        text = repr(value)
        return text if len(text) <= QUOTED_CHARS else f"{text[:QUOTED_CHARS]}..."
    if len(value) <= QUOTED_CHARS:
        return ascii(value) if not value.isprintable() else repr(value)
    shown = value[:QUOTED_CHARS]
    return f"{ascii(shown) if not shown.isprintable() else repr(shown)}..."


def fulfilled(reason: str) -> Finding:
    """Return the finding of an answer that does what was asked."""
    return Finding(unit=1.0, reason=reason)


def missed(reason: str) -> Finding:
    """Return the finding of an answer that does nothing of what was asked."""
    return Finding(unit=0.0, reason=reason)

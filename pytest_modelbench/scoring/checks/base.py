"""What a check is: a pure function over the answer's text, its arguments, and an illustration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

__all__ = [
    "Arguments",
    "Check",
    "Finding",
    "Illustration",
    "Undecided",
    "fulfilled",
    "missed",
    "quote",
]

QUOTED_CHARS = 80


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Illustration:
    """A use of a check, with an answer that fulfils it and one that does not.

    Attributes:
        arguments: As they are written in a suite.
        fulfilled: Scores 1.
        missed: Scores less than 1.
    """

    arguments: Any
    fulfilled: str
    missed: str


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
    """One check of the catalogue.

    Attributes:
        name: As it is written in a suite.
        arguments: What may be written after the name.
        decide: Pure; a `TimeoutError` means that it could not find out.
        illustration: Shown in the reference, and run by the tests.
    """

    name: str
    arguments: type[AnyArguments]
    decide: Callable[[str, AnyArguments], Finding]
    illustration: Illustration


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

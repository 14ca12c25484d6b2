"""What a good answer fulfils, and the protocol by which checks are known to other layers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pytest_modelbench.domain.place import Place, Problem

if TYPE_CHECKING:
    from pytest_modelbench.domain.question import Question

__all__ = ["CheckCatalogue", "CheckSpec", "Criterion"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckSpec:
    """A check as the user wrote it: plain data, found valid by the catalogue.

    Attributes:
        value: The mapping `{name: arguments}`; JSON values only.
        place: Where it is written.
    """

    value: Mapping[str, Any]
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One requirement of a rubric.

    Attributes:
        name: What has to be fulfilled, in words.
        weight: Share of the score; the weights of a rubric sum to 1.
        check: Decides it by code; None leaves it to the judge.
        place: Where it is written.
    """

    name: str
    weight: float
    check: CheckSpec | None
    place: Place


class CheckCatalogue(Protocol):
    """What loading has to know of the checks, which live in scoring."""

    def describe(self) -> Mapping[str, Any]:
        """Return the JSON Schema of one check mapping, `$defs` included."""

    def find_problems(self, value: object) -> Sequence[Problem]:
        """Return what is wrong with one check mapping, everything at once."""

    def judge_reference(self, question: "Question") -> Sequence[tuple[Place, Problem]]:
        """Return which checks the question's own reference answer does not fulfil."""

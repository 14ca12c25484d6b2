"""The protocol by which checks, which live in scoring, are known to other layers."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pytest_modelbench.domain.place import Place, Problem
from pytest_modelbench.domain.question import Question

__all__ = ["CheckCatalogue"]


class CheckCatalogue(Protocol):
    """What loading has to know of the checks, which live in scoring."""

    def describe(self) -> Mapping[str, Any]:
        """Return the JSON Schema of one check mapping, `$defs` included."""

    def find_problems(self, value: object) -> Sequence[Problem]:
        """Return what is wrong with one check mapping, everything at once."""

    def judge_reference(self, question: Question) -> Sequence[tuple[Place, Problem]]:
        """Return which checks the question's own reference answer does not fulfil."""

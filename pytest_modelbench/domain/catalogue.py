"""The protocol by which checks, which live in scoring, are known to other layers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from pytest_modelbench.domain.place import Place, Problem
from pytest_modelbench.domain.question import Question

__all__ = ["OWN_CHECK", "CheckCatalogue"]

# The name of a function of the project, `package.module:function`, which is a check of its own.
OWN_CHECK = re.compile(
    r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$"
)


class CheckCatalogue(Protocol):
    """What loading has to know of the checks, which live in scoring."""

    def describe(self) -> Mapping[str, Any]:
        """Return the JSON Schema of one check mapping, `$defs` included."""

    def find_problems(self, value: object) -> Sequence[Problem]:
        """Return what is wrong with one check mapping, everything at once."""

    def judge_reference(self, question: Question) -> Sequence[tuple[Place, Problem]]:
        """Return which checks the question's own reference answer does not fulfil."""

"""The checks: pure functions from an answer to a unit and a reason.

A new check is one function, one class of arguments and one `Check` with an illustration, in the
tuple of its family; `scoring.inventory` has the names of all.
"""

from pytest_modelbench.scoring.checks.base import (
    MANUAL,
    AnswerCheck,
    AnyCheck,
    Arguments,
    Check,
    CodeCheck,
    Decision,
    Finding,
    Illustration,
    Material,
    Undecided,
)

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
]

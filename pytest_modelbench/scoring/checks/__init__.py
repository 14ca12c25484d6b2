"""The checks: pure functions from an answer to a unit and a reason.

A new check is one function, one class of arguments and one `Check` with an illustration, added to
a tuple below.
"""

from pytest_modelbench.scoring.checks.auto_score import AUTO_SCORE_CHECKS, MANUAL
from pytest_modelbench.scoring.checks.base import (
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
from pytest_modelbench.scoring.checks.choices import CHOICE_CHECKS
from pytest_modelbench.scoring.checks.counts import COUNT_CHECKS
from pytest_modelbench.scoring.checks.json_values import JSON_CHECKS
from pytest_modelbench.scoring.checks.numbers import NUMBER_CHECKS
from pytest_modelbench.scoring.checks.patterns import PATTERN_CHECKS
from pytest_modelbench.scoring.checks.texts import TEXT_CHECKS
from pytest_modelbench.scoring.checks.tool_calls import TOOL_CHECKS

__all__ = [
    "CHECKS",
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

# Each check takes its own arguments; the catalogue never mixes them.
CHECKS: tuple[AnyCheck, ...] = (
    *TEXT_CHECKS,
    *PATTERN_CHECKS,
    *COUNT_CHECKS,
    *NUMBER_CHECKS,
    *CHOICE_CHECKS,
    *JSON_CHECKS,
    *TOOL_CHECKS,
    *AUTO_SCORE_CHECKS,
)

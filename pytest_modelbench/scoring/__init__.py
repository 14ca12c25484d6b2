"""From raw answers to scores: cleaning, outcomes, checks, and the seam for a judge."""

from pytest_modelbench.scoring.catalogue import CATALOGUE, CHECKS_VERSION, Catalogue, Combinator
from pytest_modelbench.scoring.checks import Arguments, Check, Finding, Illustration, Undecided
from pytest_modelbench.scoring.cleaning import clean_answer
from pytest_modelbench.scoring.score import Judge, score_answer

__all__ = [
    "CATALOGUE",
    "CHECKS_VERSION",
    "Arguments",
    "Catalogue",
    "Check",
    "Combinator",
    "Finding",
    "Illustration",
    "Judge",
    "Undecided",
    "clean_answer",
    "score_answer",
]

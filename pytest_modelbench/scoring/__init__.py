"""From raw answers to scores: cleaning, outcomes, checks, and the seam for a judge."""

from pytest_modelbench.scoring.catalogue import CATALOGUE, Catalogue
from pytest_modelbench.scoring.checks import (
    AnswerCheck,
    Arguments,
    Check,
    CodeCheck,
    Finding,
    Illustration,
    Material,
    Undecided,
)
from pytest_modelbench.scoring.cleaning import clean_answer
from pytest_modelbench.scoring.combinators import Combinator
from pytest_modelbench.scoring.inventory import COMBINATORS, INVENTORY
from pytest_modelbench.scoring.plugins import open_catalogue
from pytest_modelbench.scoring.score import Judge, find_hopeless, score_answer

__all__ = [
    "CATALOGUE",
    "COMBINATORS",
    "INVENTORY",
    "AnswerCheck",
    "Arguments",
    "Catalogue",
    "Check",
    "CodeCheck",
    "Combinator",
    "Finding",
    "Illustration",
    "Judge",
    "Material",
    "Undecided",
    "clean_answer",
    "find_hopeless",
    "open_catalogue",
    "score_answer",
]

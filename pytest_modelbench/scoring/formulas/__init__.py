"""Formulas: reading them by a grammar of our own, finding them in answers, comparing them.

Nothing of an answer is ever evaluated as code. What arithmetic cannot decide is compared by SymPy,
in a process of its own with limits on time and memory.
"""

from pytest_modelbench.scoring.formulas.comparison import Allowance, compare_formulas
from pytest_modelbench.scoring.formulas.grammar import Formula, read_formula
from pytest_modelbench.scoring.formulas.search import find_formula
from pytest_modelbench.scoring.formulas.tokens import UnreadableError

__all__ = [
    "Allowance",
    "Formula",
    "UnreadableError",
    "compare_formulas",
    "find_formula",
    "read_formula",
]

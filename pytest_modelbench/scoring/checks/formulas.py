"""The check for a formula that means the same as the right one."""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.extraction import NotFound
from pytest_modelbench.scoring.formulas import (
    Allowance,
    Formula,
    UnreadableError,
    compare_formulas,
    find_formula,
    read_formula,
)
from pytest_modelbench.scoring.formulas.process import MathProcess

__all__ = ["FORMULA_CHECKS", "Math", "decide_with"]

Name = Annotated[str, Field(pattern="^[A-Za-z]+$")]
# All comparisons of one answer together: those of a long set are many.
ANSWER_S = 10.0


class Math(Arguments):
    """A formula and how far off a number may be.

    Attributes:
        value: The right formula, in LaTeX or plain text.
        tolerance: Allowed distance of a number.
        relative: Allowed distance as a share of the number.
        anchor: The formula follows this text, instead of the usual ones.
        symbols: Names that are variables here, though they usually are constants: `e`, `i`.
    """

    value: Annotated[str, Field(min_length=1)]
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    relative: Annotated[float, Field(ge=0)] = 0.0
    anchor: Annotated[str, Field(min_length=1)] | None = None
    symbols: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _require_formula(self) -> "Math":
        try:
            read_formula(self.value, frozenset(self.symbols))
        except UnreadableError as error:
            raise ValueError(f"must be a formula, but {quote(self.value)} {error}") from error
        return self


def decide_with(process: MathProcess) -> Callable[[str, Math], Finding]:
    """Return the check, with the process that compares what arithmetic cannot."""

    def math(text: str, arguments: Math) -> Finding:
        """Compare the formula that the answer comes to."""
        symbols = frozenset(arguments.symbols)
        found = find_formula(text, arguments.anchor, symbols)
        expected = quote(arguments.value)
        if isinstance(found, NotFound):
            return missed(f"expected {expected}, got {found.reason} in {quote(text.strip())}")
        allowance = Allowance(tolerance=arguments.tolerance, relative=arguments.relative)
        deadline = time.monotonic() + ANSWER_S

        def compare(left: Formula, right: Formula, relation: str) -> bool:
            if time.monotonic() > deadline:
                raise TimeoutError(f"comparing with {expected} took longer than {ANSWER_S:g} s")
            finding = process.compare(left, right, relation, allowance=allowance)
            if finding == "unclear":
                raise TimeoutError(f"SymPy could not find out whether it is {expected}")
            return finding == "same"

        right = _read(arguments.value, symbols)
        got = quote(found.value.text)
        if compare_formulas(right, found.value.formula, allowance=allowance, compare=compare):
            return fulfilled(f"{got} is {expected}")
        return missed(f"expected {expected}, got {got}")

    return math


@lru_cache(maxsize=1024)
def _read(value: str, symbols: frozenset[str]) -> Formula:
    return read_formula(value, symbols)


FORMULA_CHECKS = (
    Check(
        name="math",
        arguments=Math,
        decide=decide_with(MathProcess()),
        illustration=Illustration(
            arguments="(x + 1)^2",
            fulfilled="So it is $x^2 + 2x + 1$.",
            missed="So it is $x^2 + 1$.",
        ),
    ),
)

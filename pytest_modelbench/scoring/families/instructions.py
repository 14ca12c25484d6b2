"""The check of one published instruction."""

from pydantic import model_validator

from pytest_modelbench.domain import find_nearest
from pytest_modelbench.scoring.checks.base import Check, Finding, Illustration, missed
from pytest_modelbench.scoring.families.ifbench import IFBENCH
from pytest_modelbench.scoring.families.ifeval import IFEVAL
from pytest_modelbench.scoring.families.instruction_kinds import Instruction

__all__ = ["INSTRUCTION_CHECKS", "KINDS"]

KINDS = {**IFEVAL, **IFBENCH}


class PublishedInstruction(Instruction):
    """A published instruction whose keyword arguments are those of its kind."""

    @model_validator(mode="after")
    def _require_arguments(self) -> "PublishedInstruction":
        if self.id not in KINDS:
            near = find_nearest(self.id, list(KINDS))
            hint = f"; did you mean `{near}`?" if near else ""
            raise ValueError(f"must be a published id, got {self.id!r}{hint}")
        KINDS[self.id].require(self)
        return self


def instruction(text: str, arguments: Instruction) -> Finding:
    """Decide a published instruction as its own program does."""
    if not text.strip():
        return missed("there is no text")
    return KINDS[arguments.id].decide(text, arguments)


INSTRUCTION_CHECKS = (
    Check(
        name="instruction",
        arguments=PublishedInstruction,
        decide=instruction,
        illustration=Illustration(
            arguments={
                "id": "length_constraints:number_words",
                "num_words": 3,
                "relation": "at least",
            },
            fulfilled="three short words",
            missed="one",
        ),
    ),
)

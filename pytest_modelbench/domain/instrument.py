"""Fingerprints of what measures: if one moves, an old baseline no longer compares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from pytest_modelbench.domain.fingerprint import fingerprint
from pytest_modelbench.domain.question import Question, Suite

__all__ = ["Instrument", "combine_instruments", "instrument_of"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """What one question is measured with, in parts that a message can name.

    Attributes:
        prompt: The question's text, as messages.
        rubric: Criteria, weights, expectation and reference answer.
        checks: The checks, and the versions of their code.
        scale: The suite's scale, as people write it.
        judge: Which judge decides the rest; `none` where none does.
    """

    prompt: str
    rubric: str
    checks: str
    scale: str
    judge: str

    def moved_from(self, other: "Instrument") -> tuple[str, ...]:
        """Name the parts in which two instruments differ."""
        if self == other:
            return ()
        return tuple(
            PART_NAMES[part.name]
            for part in fields(self)
            if getattr(self, part.name) != getattr(other, part.name)
        )


PART_NAMES = {
    "prompt": "question text",
    "rubric": "rubric",
    "checks": "checks",
    "scale": "scale",
    "judge": "judge",
}


def instrument_of(
    question: Question,
    suite: Suite,
    *,
    versions: Callable[[Mapping[str, Any]], Sequence[tuple[str, int | str]]],
    judge: str,
) -> Instrument:
    """Return the fingerprints of what `question` is measured with.

    Args:
        versions: Returns the checks in a check mapping with the versions of their code; a check
            that changes its mind moves it.
        judge: Name of the judge, or "".
    """
    decided_by_code = all(criterion.check is not None for criterion in question.rubric)
    return Instrument(
        prompt=fingerprint([[message.author, message.content] for message in question.messages]),
        rubric=fingerprint(
            [
                [[criterion.name, round(criterion.weight, 9)] for criterion in question.rubric],
                question.expected,
                question.reference_answer,
            ]
        ),
        checks=fingerprint(
            [
                criterion.check and [dict(value), [list(entry) for entry in versions(value)]]
                for criterion in question.rubric
                for value in [criterion.check.value if criterion.check else {}]
            ]
        ),
        scale=str(suite.scale),
        judge="none" if decided_by_code else judge or "none",
    )


def combine_instruments(
    instruments: Sequence[tuple[str, str, int, Instrument]],
) -> str:
    """Return one fingerprint for what many questions are measured with.

    Args:
        instruments: With suite, id and tier of each question, in any order.
    """
    return fingerprint(
        sorted(
            [suite, name, tier, *astuple(instrument)]
            for suite, name, tier, instrument in instruments
        )
    )

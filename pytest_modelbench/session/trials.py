"""One question put to one model, once: the unit that everything in a run is counted in."""

from dataclasses import dataclass

from pytest_modelbench.domain import ModelSpec, Question, Suite
from pytest_modelbench.domain.run import TrialRecord

__all__ = ["Trial", "TrialKey", "key_of"]

TrialKey = tuple[str, str, str, int]
"""Label, suite, question, number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What is asked of whom.

    Attributes:
        question: One of the suite's.
        suite: Where it stands.
        spec: The model.
        number: Counted from 1.
    """

    question: Question
    suite: Suite
    spec: ModelSpec
    number: int

    @property
    def key(self) -> TrialKey:
        """Return what identifies it within a run."""
        return self.spec.label, self.suite.name, self.question.id, self.number

    @property
    def unmet_needs(self) -> str:
        """Say what the question needs that the model does not have; "" for nothing."""
        if self.question.image and self.spec.recorded is None:
            # Whatever the model can do: without its image the question is another one.
            return f"needs the image {self.question.image!r}, and no engine takes images yet"
        needs = self.question.needs
        missing = sorted(needs.capabilities - self.spec.capabilities)
        if needs.context_tokens > self.spec.context_tokens:
            missing.append(f"context_tokens: {needs.context_tokens}")
        return f"needs {', '.join(missing)}" if missing else ""


def key_of(record: TrialRecord) -> TrialKey:
    """Return what identifies the trial of a record."""
    return record.label, record.suite, record.question, record.trial

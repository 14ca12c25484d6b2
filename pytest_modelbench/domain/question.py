"""Questions and the suites they stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pytest_modelbench.domain.place import Place
from pytest_modelbench.domain.rubric import Criterion
from pytest_modelbench.domain.sampling import SamplingChanges
from pytest_modelbench.domain.scale import Scale

__all__ = ["Author", "JudgeUse", "Message", "Needs", "Question", "Suite"]

Author = Literal["system", "user", "assistant"]
JudgeUse = Literal["default", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message of a prompt."""

    author: Author
    content: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Needs:
    """What a question needs of a model beyond text.

    Attributes:
        capabilities: "vision", "tools".
        context_tokens: 0 for whatever the model has.
    """

    capabilities: frozenset[str] = frozenset()
    context_tokens: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One entry of a suite.

    Attributes:
        id: Unique within its suite; `[A-Za-z0-9_.-]+`.
        suite: Name of the suite.
        tier: Difficulty, 1 is easiest.
        name: A title for people, or "".
        tags: Free words to select by.
        messages: The prompt, ready to be rendered; generated context is already in it.
        expected: What a good answer looks like, in words, or "".
        reference_answer: An answer that fulfils every check, or "".
        rubric: Weights sum to 1; one criterion at least.
        sampling: What the question says about sampling.
        timeout_s: Time limit of the answer, counted from its start.
        needs: What the model must be able to do.
        image: Path of an image relative to the suite file, or "".
        place: Where it is written.
    """

    id: str
    suite: str
    tier: int
    messages: tuple[Message, ...]
    rubric: tuple[Criterion, ...]
    place: Place
    name: str = ""
    tags: tuple[str, ...] = ()
    expected: str = ""
    reference_answer: str = ""
    sampling: SamplingChanges = field(default_factory=SamplingChanges)
    timeout_s: float = 300.0
    needs: Needs = field(default_factory=Needs)
    image: str = ""

    @property
    def prompt_text(self) -> str:
        """Return the contents of all messages, one after another."""
        return "\n".join(message.content for message in self.messages)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suite:
    """The questions of one YAML file.

    Attributes:
        name: Unique within the project.
        scale: Of every score in it.
        questions: In the order of the file.
        judge: "none" scores by the checks alone.
        pass_score: The raw score from which a question counts as passed in a pass rate.
        tolerance: Drop of a raw score that is no regression, beside the recorded noise.
        sampling: What the suite says about sampling.
        path: Relative to the project's root.
    """

    name: str
    scale: Scale
    questions: Sequence[Question]
    judge: JudgeUse
    pass_score: float
    tolerance: float
    sampling: SamplingChanges
    path: str

    def by_id(self) -> Mapping[str, Question]:
        """Return the questions by their ids."""
        return {question.id: question for question in self.questions}

"""What other layers see of an engine: facts, progress, and who is told of answers."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

from pytest_modelbench.domain import RawAnswer

__all__ = ["AnswerSink", "EngineFacts", "Progress", "engine_build"]


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineFacts:
    """What an engine process says about itself and its model once it is ready.

    Attributes:
        engine: Name and version: "llama-cpp-python 0.3.36", or "recorded".
        architecture: As in the model file: "qwen3moe"; "" where answers are recorded.
        quantisation: "Q4_K_M"; "" where it is not known.
        parameters: Number of weights.
        context_tokens: Of one question: its prompt and its answer.
        slots: Answers that are worked on together.
        vocabulary: Number of tokens the model knows.
        experts: In the file, for a mixture of experts; 0 for a dense model.
        experts_used: Of those, how many decide about a token.
        threads: Of one decoding step.
        template: Fingerprint of the chat template, "" where there is none.
        load_s: Seconds from the start of the process until it was ready.
        order_independent: Whether an answer is the same alone and among others: found out by
            trying; None where that was not tried.
        order_note: What was tried, or why it was not.
    """

    engine: str
    architecture: str = ""
    quantisation: str = ""
    parameters: int = 0
    context_tokens: int = 0
    slots: int = 0
    vocabulary: int = 0
    experts: int = 0
    experts_used: int = 0
    threads: int = 0
    template: str = ""
    load_s: float = 0.0
    order_independent: bool | None = None
    order_note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far the answer is that an engine has been working on for longest.

    Attributes:
        key: The prompt's.
        suite: Name of its suite.
        question: Id of its question.
        tokens: Generated so far.
        tokens_per_s: Of this one answer; its neighbours come on top.
    """

    key: str
    suite: str
    question: str
    tokens: int
    tokens_per_s: float


class AnswerSink(Protocol):
    """Is told what engines have to say, always in the pool's own thread."""

    def on_answer(self, label: str, answer: RawAnswer) -> None:
        """Take an answer; each prompt gets exactly one, trouble included."""

    def on_progress(self, label: str, progress: Progress) -> None:
        """Take the state of an unfinished answer; about four times a second at most."""

    def on_ready(self, label: str, facts: EngineFacts) -> None:
        """Take what is known of the model; once per start of its process."""


def engine_build() -> str:
    """Return what fingerprints say about the engine, without importing it."""
    try:
        return f"llama-cpp-python {version('llama-cpp-python')}"
    except PackageNotFoundError:
        return "llama-cpp-python missing"

"""What goes to an engine, what comes back, and how an answer ended."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pytest_modelbench.domain.question import Message
from pytest_modelbench.domain.sampling import Sampling

__all__ = ["Answer", "Outcome", "Prompt", "RawAnswer", "StopReason"]

StopReason = Literal["end", "stop", "limit", "loop", "timeout", "context", "error"]


class Outcome(StrEnum):
    """How an answer ended; recorded beside its score, never hidden in it."""

    COMPLETE = "complete"
    TRUNCATED = "truncated"
    LOOP = "loop"
    OPEN_THINK = "open_think"
    ECHO = "echo"
    EMPTY = "empty"
    REFUSAL = "refusal"
    TIMEOUT = "timeout"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """One question put to one model, once.

    Attributes:
        key: Fingerprint of everything the answer depends on; identifies the answer.
        messages: In order; an engine renders them.
        sampling: With the seed of this trial.
        timeout_s: Counted from the start of the answer, not from its submission.
        suite: Name of the suite, for messages and recorded answers.
        question: Id of the question, likewise.
        trial: Which of several answers to the question this is, from 1.
    """

    key: str
    messages: tuple[Message, ...]
    sampling: Sampling
    timeout_s: float
    suite: str = ""
    question: str = ""
    trial: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class RawAnswer:
    """What an engine has to say about one prompt, before anything is cleaned.

    Attributes:
        key: The prompt's.
        text: Exactly what the model wrote, special tokens rendered as text; untrusted.
        stop_reason: `end` of turn, `stop` text, token `limit`, `loop`, `timeout`, full
            `context`, or `error`.
        detail: The loop's pattern, or what went wrong; "" otherwise.
        prompt_tokens: Length of the rendered prompt.
        answer_tokens: Tokens that were generated.
        prompt_s: Seconds spent on the prompt.
        decode_s: Seconds of the decoding steps that this answer took part in.
        opened_think: The rendered prompt ended inside a `<think>` block.
    """

    key: str
    text: str
    stop_reason: StopReason
    detail: str = ""
    prompt_tokens: int = 0
    answer_tokens: int = 0
    prompt_s: float = 0.0
    decode_s: float = 0.0
    opened_think: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer, cleaned, with how it ended.

    Attributes:
        text: What is scored: no prompt echo, special tokens or closed thinking block.
        raw: As it came back.
        outcome: How it ended.
        evidence: The loop's pattern, the error, the refusal's words; "" otherwise.
        thinking: Contents of the thinking block, or "".
    """

    text: str
    raw: RawAnswer
    outcome: Outcome
    evidence: str = ""
    thinking: str = ""

"""From what an engine returned to what is scored, and how it ended.

In this order: llama.cpp's console lines, the prompt's echo and invented turns, special tokens,
thinking blocks. Nothing else is touched: no line goes because of a word in it, and wrongly decoded
characters stay as they are.

The outcome is the first that holds: error (of the engine), loop, open_think, error (the whole text
is a message of a shell or of llama.cpp), echo, timeout, empty, truncated, refusal, complete.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_modelbench.domain import Answer, Message, Outcome, RawAnswer
from pytest_modelbench.domain.repetition import find_cut_repetition, find_repetition
from pytest_modelbench.scoring.chat_markup import (
    Turn,
    drop_console_lines,
    drop_special_tokens,
    split_thinking,
    split_turns,
)
from pytest_modelbench.scoring.echo import find_echo_end, is_cut_echo
from pytest_modelbench.scoring.trouble import find_error, find_refusal

__all__ = ["clean_answer"]

EVIDENCE_CHARS = 160
MAX_ECHOES = 1_000
# An answer that stops one token short of its limit without one of these did not end by itself.
ENDINGS = tuple(".!?:;)]}>\"'`*|$\u3002\uff01\uff1f\u201d\u2019\u2026")


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """What a model said, apart from its prompt.

    Attributes:
        text: Without echo and special tokens.
        is_echo: There was an echo in front of it.
    """

    text: str
    is_echo: bool


def clean_answer(raw: RawAnswer, messages: tuple[Message, ...], max_tokens: int) -> Answer:
    """Clean an answer and say how it ended.

    Args:
        raw: As the engine returned it.
        messages: The prompt, to know its echo.
        max_tokens: The limit it was generated with; 0 where it is not known.
    """
    body = _take_body(drop_console_lines(raw.text), messages)
    thinking = split_thinking(body.text, opened=raw.opened_think)
    text = thinking.text.strip()
    outcome, evidence = _find_early_outcome(raw, body, max_tokens)
    if outcome is None and thinking.is_open:
        outcome = Outcome.OPEN_THINK
        evidence = _shorten_end(thinking.thinking)
    if outcome is None:
        outcome, evidence = _find_outcome(raw, text, body, max_tokens)
    if outcome is Outcome.EMPTY and thinking.thinking:
        evidence = "nothing after the thinking block"
    return Answer(
        text="" if outcome is Outcome.ECHO else text,
        raw=raw,
        outcome=outcome,
        evidence=evidence,
        thinking=thinking.thinking,
    )


def _find_early_outcome(raw: RawAnswer, body: Body, max_tokens: int) -> tuple[Outcome | None, str]:
    if raw.stop_reason == "error":
        return Outcome.ERROR, raw.detail or "the engine gave no reason"
    if raw.stop_reason == "loop":
        return Outcome.LOOP, raw.detail or str(find_repetition(body.text) or "")
    # Recorded answers were generated without a detector; a last line break hides the period.
    loop = find_repetition(body.text) or find_repetition(body.text.rstrip())
    if loop is None and _is_cut(raw, max_tokens):
        loop = find_cut_repetition(body.text)
    return (Outcome.LOOP, str(loop)) if loop else (None, "")


def _is_cut(raw: RawAnswer, max_tokens: int) -> bool:
    if raw.stop_reason == "end":
        # Logs often lack the real stop reason; some programs stop one token early.
        return 0 < max_tokens <= raw.answer_tokens + 1
    return raw.stop_reason in {"limit", "context", "timeout"}


def _find_outcome(raw: RawAnswer, text: str, body: Body, max_tokens: int) -> tuple[Outcome, str]:
    # A log without an answer was dropped as a whole.
    if error := find_error(text or raw.text):
        return Outcome.ERROR, error
    if body.is_echo and not text:
        return Outcome.ECHO, "nothing but the prompt"
    if raw.stop_reason == "timeout":
        return Outcome.TIMEOUT, raw.detail
    if not text:
        return Outcome.EMPTY, ""
    if truncation := _find_truncation(raw, text, max_tokens):
        return Outcome.TRUNCATED, truncation
    refusal = find_refusal(text)
    return (Outcome.REFUSAL if refusal else Outcome.COMPLETE), refusal


def _find_truncation(raw: RawAnswer, text: str, max_tokens: int) -> str:
    if raw.stop_reason == "context":
        return "the context is full"
    reached = f"{raw.answer_tokens} of {max_tokens} tokens"
    if raw.stop_reason == "limit":
        return reached
    if not _is_cut(raw, max_tokens):
        return ""
    is_at_limit = raw.answer_tokens >= max_tokens or not text.endswith(ENDINGS)
    return reached if is_at_limit else ""


def _take_body(text: str, messages: Sequence[Message]) -> Body:
    is_echo = False
    parts: list[str] = []
    for turn in split_turns(text):
        if parts and turn.author == "user":
            # The model goes on to write the user's next turn: not part of its answer.
            break
        said, echoed = _drop_echo(turn, messages)
        is_echo = is_echo or echoed
        if said.strip():
            parts.append(said)
    return Body(text="\n".join(parts), is_echo=is_echo)


def _drop_echo(turn: Turn, messages: Sequence[Message]) -> tuple[str, bool]:
    text = drop_special_tokens(turn.text)
    if turn.author == "user":
        return "", True
    is_echo = False
    for _time in range(MAX_ECHOES):
        end = find_echo_end(text, messages)
        if not end:
            break
        is_echo = True
        text = drop_special_tokens(text[end:])
    if is_cut_echo(text, messages, after_echo=is_echo):
        return "", True
    return text, is_echo


def _shorten_end(text: str) -> str:
    return text if len(text) <= EVIDENCE_CHARS else f"...{text[-EVIDENCE_CHARS:]}"

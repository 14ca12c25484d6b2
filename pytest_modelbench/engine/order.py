"""Runs in the engine process: is an answer of this model the same alone and among others?

By construction it is; some graphs and some GPUs have been seen to break it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pytest_modelbench.engine.decoder import LanguageModel, Row

__all__ = ["OrderFinding", "SteppedModel", "check_order"]

PROMPT_TOKENS = 12
STEPS = 4
# More would find nothing more: all slots have their row in every step anyway.
MOST_OTHERS = 3
# The check takes as long as about 15 steps, for which a user should not notice waiting.
SLOWEST_STEP_S = 0.15


class SteppedModel(LanguageModel, Protocol):
    """A model whose logits can be looked at."""

    @property
    def vocabulary(self) -> int:
        """Return the number of tokens."""

    def logits(self) -> Any:  # noqa: ANN401  # a numpy array; this module does without numpy
        """Return the rows of logits of the last batch."""


@dataclass(frozen=True, slots=True)
class OrderFinding:
    """What the check found out.

    Attributes:
        is_independent: None where it was not tried.
        note: What was tried, or why not.
    """

    is_independent: bool | None
    note: str


@dataclass(frozen=True, slots=True)
class _Trace:
    tokens: Sequence[int]
    logits: Sequence[bytes]


def check_order(
    model: SteppedModel,
    *,
    slots: int,
    context_tokens: int,
    clock: Callable[[], float] = time.perf_counter,
) -> OrderFinding:
    """Compare a few tokens of one prompt, alone and with all slots in use.

    All slots are idle afterwards.
    """
    if slots == 1:
        return OrderFinding(True, "one slot: every answer is alone")  # noqa: FBT003  # the field says it
    length = min(PROMPT_TOKENS, context_tokens - STEPS - 1)
    if length < 1:
        return OrderFinding(None, f"not tried: a context of {context_tokens} is too small")
    watched = _make_prompt(model, 0, length)
    # The first batch reads the weights from the disk.
    _follow(model, {0: watched}, slots=slots, steps=0)
    started_at = clock()
    _follow(model, {0: watched}, slots=slots, steps=1)
    step_s = (clock() - started_at) / 2
    if step_s > SLOWEST_STEP_S:
        return OrderFinding(None, f"not tried: a step takes {step_s:.2f} s")
    alone = _follow(model, {0: watched}, slots=slots, steps=STEPS)
    count = min(slots - 1, MOST_OTHERS)
    others = {slot: _make_prompt(model, slot + 1, length - slot) for slot in range(count)}
    among = _follow(model, {**others, slots - 1: watched}, slots=slots, steps=STEPS)
    tried = f"{STEPS} steps alone and beside {count} other{'s' * (count > 1)}"
    if alone.logits == among.logits:
        return OrderFinding(True, f"{tried}: the same logits")  # noqa: FBT003  # the field that comes first
    same = "the same tokens, but other logits" if alone.tokens == among.tokens else "other tokens"
    return OrderFinding(False, f"{tried}: {same}")  # noqa: FBT003  # likewise


def _make_prompt(model: SteppedModel, number: int, length: int) -> list[int]:
    """Return tokens from all over the vocabulary, other ones for each number."""
    return [
        (7919 * (number + 1) * (place + 1)) % model.vocabulary for place in range(max(1, length))
    ]


def _follow(
    model: SteppedModel, prompts: Mapping[int, Sequence[int]], *, slots: int, steps: int
) -> _Trace:
    """Decode prompts and some steps; return what the prompt in the last slot got."""
    chosen: dict[int, int] = {}
    for slot, tokens in sorted(prompts.items()):
        model.decode_prompt(slot, tokens, position=0, is_last=True)
        chosen[slot] = max(0, model.greedy_tokens()[0])
    watched = max(prompts)
    trace, logits = [chosen[watched]], [model.logits()[0].tobytes()]
    for step in range(steps):
        rows = [
            Row(chosen[slot], len(prompts[slot]) + step) if slot in chosen else None
            for slot in range(slots)
        ]
        model.decode_step(rows)
        chosen = {slot: max(0, model.greedy_tokens()[slot]) for slot in chosen}
        trace.append(chosen[watched])
        logits.append(model.logits()[watched].tobytes())
    for slot in prompts:
        model.clear(slot)
    return _Trace(trace, logits)

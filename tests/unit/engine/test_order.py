"""The check of order, with models that keep it, break it, or are too slow for it."""

from collections.abc import Sequence

import numpy as np
import pytest

from pytest_modelbench.domain import Sampling
from pytest_modelbench.engine.decoder import Row
from pytest_modelbench.engine.order import OrderFinding, check_order


class LeakyModel:
    """Adds to all logits what leaks over from the other slots."""

    vocabulary = 50
    prompt_part_tokens = 512
    end_tokens = frozenset({0})

    def __init__(self, *, shift: float = 0.0, leak: float = 0.0, step_s: float = 0.0) -> None:
        self.shift = shift
        self.leak = leak
        self.step_s = step_s
        self.now = 0.0
        self.last = np.zeros((0, 0))
        self.held: set[int] = set()

    def tokenise(self, text: str) -> list[int]:
        return [ord(character) for character in text]

    def piece(self, token: int) -> bytes:
        return b"%d" % token

    def decode_prompt(
        self, slot: int, tokens: Sequence[int], *, position: int, is_last: bool
    ) -> None:
        assert (position, is_last) == (0, True)
        self.held.add(slot)
        self.last = np.eye(self.vocabulary)[[tokens[-1]]]

    def decode_step(self, rows: Sequence[Row | None]) -> None:
        self.now += self.step_s
        neighbours = sum(row is not None for row in rows) - 1
        tokens = [(row.token + int(self.shift * neighbours)) % 50 if row else 0 for row in rows]
        self.last = np.eye(self.vocabulary)[tokens] + self.leak * neighbours

    def logits(self):
        return self.last

    def greedy_tokens(self) -> list[int]:
        return list(self.last.argmax(axis=1))

    def open_chooser(self, sampling: Sampling, prompt: Sequence[int]) -> None:
        raise AssertionError((sampling, prompt))

    def clear(self, slot: int) -> None:
        self.held.discard(slot)


@pytest.mark.parametrize(
    ("model", "slots", "context_tokens", "finding"),
    [
        (LeakyModel(), 8, 64, (True, "4 steps alone and beside 3 others: the same logits")),
        (LeakyModel(), 2, 64, (True, "4 steps alone and beside 1 other: the same logits")),
        (LeakyModel(), 1, 64, (True, "one slot: every answer is alone")),
        (LeakyModel(), 8, 5, (None, "not tried: a context of 5 is too small")),
        (LeakyModel(), 8, 6, (True, "4 steps alone and beside 3 others: the same logits")),
        (
            LeakyModel(leak=0.125),
            4,
            64,
            (False, "4 steps alone and beside 3 others: the same tokens, but other logits"),
        ),
        (LeakyModel(shift=1), 4, 64, (False, "4 steps alone and beside 3 others: other tokens")),
    ],
    ids=["kept", "two", "alone", "small", "tight", "logits", "tokens"],
)
def test_check_finds_out(model, slots, context_tokens, finding):
    assert check_order(model, slots=slots, context_tokens=context_tokens) == OrderFinding(*finding)
    assert model.held == set()


def test_slow_model_is_not_tried():
    model = LeakyModel(step_s=0.5)

    finding = check_order(model, slots=4, context_tokens=64, clock=lambda: model.now)

    assert finding == OrderFinding(None, "not tried: a step takes 0.25 s")

"""Which prompt is next, which slot it gets, and how a long prompt is cut. Pure.

An answer may not depend on any of this: see "Reproducibility" in `docs/reference/engine.md`.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

from pytest_modelbench.domain import Prompt

__all__ = ["SlotTable", "WaitingLine", "split_prompt"]

Occupant = TypeVar("Occupant")


class WaitingLine:
    """Prompts in the order they were asked, except for those that somebody waits for."""

    def __init__(self) -> None:
        self._prompts: OrderedDict[str, Prompt] = OrderedDict()

    def __len__(self) -> int:
        return len(self._prompts)

    def __iter__(self) -> Iterator[Prompt]:
        return iter(self._prompts.values())

    def __contains__(self, key: object) -> bool:
        return key in self._prompts

    def add(self, prompts: Sequence[Prompt]) -> None:
        """Put prompts at the end; one that is already in line keeps its place."""
        for prompt in prompts:
            self._prompts.setdefault(prompt.key, prompt)

    def hurry(self, key: str) -> None:
        """Move a prompt to the front; one that is not in line is left where it is."""
        if key in self._prompts:
            self._prompts.move_to_end(key, last=False)

    def take_first(self) -> Prompt:
        """Remove and return the prompt that is next."""
        return self._prompts.popitem(last=False)[1]

    def remove(self, key: str) -> Prompt | None:
        """Remove and return one prompt, None where it is not in line."""
        return self._prompts.pop(key, None)

    def clear(self) -> list[Prompt]:
        """Remove and return everything."""
        prompts = list(self)
        self._prompts.clear()
        return prompts


class SlotTable(Generic[Occupant]):
    """A fixed number of slots; each is free, or held by one occupant."""

    def __init__(self, count: int) -> None:
        self._slots: list[Occupant | None] = [None] * count

    def __len__(self) -> int:
        return len(self._slots)

    def find_free(self) -> int | None:
        """Return the lowest free slot, None where all are held."""
        return next((slot for slot, held in enumerate(self._slots) if held is None), None)

    def hold(self, slot: int, occupant: Occupant) -> None:
        """Give a free slot away."""
        self._slots[slot] = occupant

    def release(self, slot: int) -> None:
        """Make a slot free again."""
        self._slots[slot] = None

    def occupants(self) -> list[tuple[int, Occupant]]:
        """Return the held slots with their occupants, ascending."""
        return [(slot, held) for slot, held in enumerate(self._slots) if held is not None]

    def rows(self) -> Sequence[Occupant | None]:
        """Return one entry for each slot: what a batch of fixed shape is made from."""
        return self._slots


def split_prompt(tokens: Sequence[int], *, size: int) -> list[Sequence[int]]:
    """Cut a prompt into parts of `size` tokens; only the last one may be shorter.

    The cuts depend on the prompt alone, so that its results do, too.
    """
    return [tokens[start : start + size] for start in range(0, len(tokens), size)]

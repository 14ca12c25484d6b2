"""One engine process per resident model, and the thread that looks after them."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from pytest_modelbench.domain import ModelSpec, Prompt
from pytest_modelbench.engine.base import AnswerSink

__all__ = ["EnginePool"]


class EnginePool:
    """Answers prompts in the background; being filled in."""

    def __init__(
        self,
        *,
        sink: AnswerSink,
        log_folder: Path,
        resident_models: int = 1,
        silence_s: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        pass

    def submit(self, spec: ModelSpec, prompts: Sequence[Prompt]) -> None:
        """Take prompts of one model; returns at once, answers go to the sink."""

    def hurry(self, key: str) -> None:
        """Put a prompt that somebody waits for at the front of its model's queue."""

    def close(self) -> None:
        """Stop everything; may be called more than once."""

"""Fixtures of the tests that run real engine processes."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from pytest_modelbench.domain import ModelSpec, Prompt, RawAnswer
from pytest_modelbench.engine import EnginePool
from tests.engine.sinks import CollectingSink
from tests.support.gguf_files import known_answers_gguf, random_gguf

__all__ = ["known_answers_gguf", "random_gguf"]

Ask = Callable[[ModelSpec, Sequence[Prompt]], list[RawAnswer]]


@pytest.fixture
def sink() -> CollectingSink:
    """Return a sink that keeps everything."""
    return CollectingSink()


@pytest.fixture
def pool(sink: CollectingSink, tmp_path: Path) -> Iterator[EnginePool]:
    """Return a pool with room for one model."""
    pool = EnginePool(sink=sink, log_folder=tmp_path / "logs")
    yield pool
    pool.close()


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Return a function that asks a fresh pool and returns the answers in the prompts' order."""

    def ask(spec: ModelSpec, prompts: Sequence[Prompt]) -> list[RawAnswer]:
        sink = CollectingSink()
        pool = EnginePool(sink=sink, log_folder=tmp_path / "logs")
        try:
            pool.submit(spec, prompts)
            sink.wait_for(len(prompts))
        finally:
            pool.close()
        answers = sink.by_key()
        return [answers[prompt.key] for prompt in prompts]

    return ask

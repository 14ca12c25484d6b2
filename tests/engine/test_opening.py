"""How many threads a model gets, and that their number changes no answer."""

import os
from pathlib import Path

import pytest

from pytest_modelbench.domain import ModelSpec, Sampling
from tests.engine.conftest import Ask
from tests.engine.sinks import make_prompt

pytestmark = pytest.mark.engine


def test_threads_are_the_cores_that_may_be_used():
    from pytest_modelbench.engine.opening import choose_threads  # noqa: PLC0415  # needs llama.cpp

    assert choose_threads(1_000_000) == 1
    assert 1 <= choose_threads(1_000_000_000) <= (os.cpu_count() or 1)


def test_number_of_threads_changes_no_answer(ask: Ask, random_gguf: Path):
    prompts = [
        make_prompt(f"q{i}", f"number {i}", sampling=Sampling(max_tokens=32)) for i in range(5)
    ]

    texts = [
        [
            answer.text
            for answer in ask(ModelSpec(name="m", gguf=random_gguf, threads=threads), prompts)
        ]
        for threads in (1, 2)
    ]

    assert texts[0] == texts[1]

"""An answer is the same alone, among others, in any order and in any slot."""

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_modelbench.domain import ModelSpec, Sampling
from pytest_modelbench.engine import EnginePool
from tests.engine.conftest import Ask
from tests.engine.sinks import CollectingSink, make_prompt
from tests.support.gguf_files import EXPERTS, write_known_answers

pytestmark = pytest.mark.engine

GREEDY = Sampling(max_tokens=48)
WARM = Sampling(max_tokens=48, temperature=1.2, seed=11)
PENALISED = Sampling(max_tokens=48, repeat_penalty=1.3)


@pytest.fixture
def spec(random_gguf: Path) -> ModelSpec:
    return ModelSpec(name="noise", gguf=random_gguf, slots=4, context_tokens=256)


@pytest.mark.parametrize("sampling", [GREEDY, WARM, PENALISED], ids=["greedy", "warm", "penalised"])
def test_answer_depends_neither_on_order_nor_on_neighbours(ask: Ask, spec: ModelSpec, sampling):
    prompts = [
        make_prompt(f"q{i}", f"{'word ' * (i % 5)}number {i}", sampling=sampling) for i in range(11)
    ]

    together = ask(spec, prompts)
    reversed_ = ask(spec, prompts[::-1])[::-1]
    alone = [ask(spec, [prompt])[0] for prompt in (prompts[0], prompts[6])]

    texts = [answer.text for answer in together]
    assert len(set(texts)) == len(texts)
    assert [answer.text for answer in reversed_] == texts
    assert [answer.text for answer in alone] == [texts[0], texts[6]]


def test_seed_decides_a_warm_answer(ask: Ask, spec: ModelSpec):
    seeds = [1, 2, 1]
    prompts = [
        make_prompt("q", "number", sampling=replace(WARM, seed=seed), trial=trial)
        for trial, seed in enumerate(seeds, 1)
    ]

    first, other, again = ask(spec, prompts)

    assert first.text == again.text
    assert first.text != other.text


def test_repeat_penalty_changes_a_greedy_answer(ask: Ask, spec: ModelSpec):
    plain, penalised = make_prompt("a", sampling=GREEDY), make_prompt("b", sampling=PENALISED)

    answers = ask(spec, [plain, penalised])

    assert answers[0].text != answers[1].text


def test_engine_says_whether_order_matters(pool: EnginePool, sink: CollectingSink, spec: ModelSpec):
    pool.submit(spec, [make_prompt("q")])
    sink.wait_for(1)

    [(label, facts)] = sink.facts
    assert label == "noise"
    assert facts == replace(
        facts,
        architecture="llama",
        quantisation="F32",
        context_tokens=256,
        slots=4,
        vocabulary=261,
        experts=0,
        experts_used=0,
        order_independent=True,
        order_note="4 steps alone and beside 3 others: the same logits",
    )
    assert facts.engine.startswith("llama-cpp-python ")
    assert facts.parameters > 20_000
    assert facts.load_s > 0
    assert facts.threads > 0


def test_one_slot_needs_no_check(pool: EnginePool, sink: CollectingSink, spec: ModelSpec):
    pool.submit(replace(spec, slots=1), [make_prompt("q")])
    sink.wait_for(1)

    assert sink.facts[0][1].order_note == "one slot: every answer is alone"


def test_experts_of_a_dense_model_change_nothing(
    pool: EnginePool, sink: CollectingSink, known_answers_gguf: Path
):
    spec = ModelSpec(
        name="m", variant="moe2", gguf=known_answers_gguf, experts=2, context_tokens=256
    )

    pool.submit(spec, [make_prompt("q")])
    [answer] = sink.wait_for(1)

    assert answer.text == "42"
    assert sink.facts[0][1].experts_used == 0


def test_experts_can_be_fewer_than_the_file_says(
    pool: EnginePool, sink: CollectingSink, tmp_path: Path
):
    path = tmp_path / "moe.gguf"
    write_known_answers(path, experts=EXPERTS)
    plain = ModelSpec(name="m", gguf=path, context_tokens=256)

    pool.submit(plain, [make_prompt("a")])
    pool.submit(replace(plain, variant="moe1", experts=1), [make_prompt("b")])
    answers = sink.wait_for(2)

    assert [answer.text for answer in answers] == ["42", "42"]
    facts = [(label, facts.experts, facts.experts_used) for label, facts in sink.facts]
    assert facts == [("m", 4, 2), ("m@moe1", 4, 1)]


def test_more_experts_than_there_are_is_an_error(ask: Ask, tmp_path: Path):
    path = tmp_path / "moe.gguf"
    write_known_answers(path, experts=EXPERTS)

    [answer] = ask(ModelSpec(name="m", gguf=path, experts=5), [make_prompt("q")])

    assert answer.detail == (
        f"`experts: 5` is more than the 4 experts of `{path}`\n  Hint: use 1 to 4."
    )

from dataclasses import replace

import pytest

from pytest_modelbench.domain import (
    Criterion,
    Message,
    ModelSpec,
    Place,
    Question,
    SamplingChanges,
    Scale,
    Suite,
)
from pytest_modelbench.errors import SettingsError
from pytest_modelbench.session.subjects import build_prompt, check_files, fingerprint_subject
from pytest_modelbench.session.trials import Trial
from pytest_modelbench.store import AnswerStore

PLACE = Place(path="suites/sums.yaml", line=3)
QUESTION = Question(
    id="q1",
    suite="sums",
    tier=1,
    messages=(Message(author="user", content="6 * 7?"),),
    rubric=(Criterion(name="Right", weight=1.0, check=None, place=PLACE),),
    place=PLACE,
)
SUITE = Suite(
    name="sums",
    scale=Scale(minimum=0, maximum=3),
    questions=(QUESTION,),
    judge="none",
    pass_score=3,
    tolerance=0,
    sampling=SamplingChanges(values={"temperature": 0.2, "max_tokens": 100}),
    path="suites/sums.yaml",
)


def prompt(question=QUESTION, suite=SUITE, number=1, subject="s1", **spec):
    model = ModelSpec(name="small", **spec)
    return build_prompt(
        Trial(question=question, suite=suite, spec=model, number=number), subject=subject
    )


def test_the_model_has_the_last_word_on_sampling():
    question = replace(QUESTION, sampling=SamplingChanges(values={"max_tokens": 50}))

    made = prompt(question, sampling=SamplingChanges(values={"temperature": 0.9}))

    assert made.sampling.temperature == 0.9
    assert made.sampling.max_tokens == 50


def test_every_trial_has_a_seed_and_a_key_of_its_own():
    first, second = prompt(number=1), prompt(number=2)

    assert (first.sampling.seed, second.sampling.seed) == (1, 2)
    assert first.key != second.key


@pytest.mark.parametrize(
    "other",
    [
        prompt(subject="s2"),
        prompt(replace(QUESTION, messages=(Message(author="user", content="6 * 8?"),))),
        prompt(replace(QUESTION, messages=(Message(author="system", content="6 * 7?"),))),
        prompt(replace(QUESTION, timeout_s=5.0)),
        prompt(sampling=SamplingChanges(values={"seed": 2})),
        prompt(sampling=SamplingChanges(values={"stop": ("x",)})),
    ],
)
def test_whatever_an_answer_depends_on_is_in_its_key(other):
    assert other.key != prompt().key


def test_the_rubric_is_no_part_of_an_answers_key():
    rubric = (Criterion(name="Short", weight=1.0, check=None, place=PLACE),)

    assert prompt(replace(QUESTION, rubric=rubric)).key == prompt().key


@pytest.fixture
def store(tmp_path):
    store = AnswerStore(tmp_path / "store.sqlite")
    yield store
    store.close()


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF")
    return ModelSpec(name="small", gguf=path)


@pytest.mark.parametrize(
    "changes",
    [
        {"experts": 2},
        {"slots": 4},
        {"context_tokens": 512},
        {"chat": "raw"},
        {"chat_template": "{{ messages }}"},
        {"chat_arguments": {"enable_thinking": False}},
        {"gpu_layers": 1},
    ],
)
def test_whatever_moves_the_subject_moves_its_fingerprint(store, model, changes):
    assert fingerprint_subject(replace(model, **changes), store) != fingerprint_subject(
        model, store
    )


def test_threads_do_not_move_the_subject(store, model):
    assert fingerprint_subject(replace(model, threads=3), store) == fingerprint_subject(
        model, store
    )


def test_another_file_of_the_same_name_is_another_subject(store, model):
    before = fingerprint_subject(model, store)
    model.gguf.write_bytes(b"GGUF, quantised again")

    assert fingerprint_subject(model, store) != before


def test_every_missing_file_is_named(tmp_path):
    specs = [
        ModelSpec(name="a", gguf=tmp_path / "a.gguf", place=Place(path="modelbench.yaml", line=2)),
        ModelSpec(name="b", recorded=tmp_path / "b.jsonl", place=Place(path="modelbench.yaml")),
    ]

    with pytest.raises(SettingsError) as raised:
        check_files(specs, tmp_path)

    assert str(raised.value) == (
        "modelbench.yaml:2: the file of model `a` is not there: 'a.gguf'\n"
        "  Hint: put it there, or name another in modelbench.yaml.\n"
        "modelbench.yaml: the file of model `b` is not there: 'b.jsonl'\n"
        "  Hint: put it there, or name another in modelbench.yaml."
    )

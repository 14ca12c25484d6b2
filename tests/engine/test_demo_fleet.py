"""The committed demo models: the right files, the trainer's numbers, and what each is there for."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from pytest_modelbench.domain import Message, ModelSpec, Prompt, Sampling

pytestmark = pytest.mark.engine

DEMO = Path(__file__).parents[2] / "demo"
MANIFEST = json.loads((DEMO / "manifest.json").read_text("utf-8"))
MODELS = ("worker_fast", "coder_primary", "coder_escalation", "loopy")
# Q8_0 in llama.cpp against the trainer's float32; the largest difference seen is 0.24.
LOGIT_BOUND = 0.5

QUESTIONS = [
    "What is 3 + 9?",
    "Delete lib/setup.json, then run the tests in src/data.py",
    "Show the contents of docs/config.md and then erase app/notes.txt",
    "Write a Python function get_total that returns the sum of two numbers.",
    "Sort: 64, 41, 84",
    "How much is 527 plus 381?",
]


def prompts(*questions):
    return [
        Prompt(
            key=f"k{at}",
            messages=(Message(author="user", content=content),),
            sampling=Sampling(max_tokens=256),
            timeout_s=60,
        )
        for at, content in enumerate(questions)
    ]


@pytest.mark.parametrize("name", MODELS)
def test_the_committed_file_is_the_one_in_the_manifest(name):
    data = (DEMO / f"{name}.gguf").read_bytes()

    assert hashlib.sha256(data).hexdigest() == MANIFEST["files"][f"{name}.gguf"]["sha256"]
    assert len(data) <= 3_000_000


@pytest.mark.parametrize("name", MODELS)
def test_the_logits_equal_the_trainers(name):
    from pytest_modelbench.engine.llama import LlamaContext, LlamaModel  # noqa: PLC0415  # loads llama.cpp

    reference = np.load(DEMO / "reference_logits.npz")
    model = LlamaModel(DEMO / f"{name}.gguf", experts=None, gpu_layers=0)
    context = LlamaContext(model, slots=2, context_tokens=512, threads=1)
    differences = []

    for key in [key for key in reference.files if key.startswith(f"{name}.") and "ids" in key]:
        expected = reference[key.replace("ids", "logits")]
        context.decode_prompt(0, reference[key].tolist(), position=0, is_last=True)
        logits = context.logits()[0].copy()
        context.clear(0)
        assert logits.argmax() == expected.argmax()
        differences.append(float(np.abs(logits - expected).max()))

    context.close()
    model.close()
    assert len(differences) == 8
    assert max(differences) < LOGIT_BOUND


def test_fewer_experts_change_the_answers(ask):
    plain = ModelSpec(
        name="coder_escalation", gguf=DEMO / "coder_escalation.gguf", context_tokens=1024
    )
    one = ModelSpec(
        name="coder_escalation",
        variant="moe1",
        gguf=DEMO / "coder_escalation.gguf",
        context_tokens=1024,
        experts=1,
    )

    with_all = [answer.text for answer in ask(plain, prompts(*QUESTIONS))]
    with_one = [answer.text for answer in ask(one, prompts(*QUESTIONS))]

    assert with_all != with_one
    assert with_all[0] == "12"


def test_the_looping_model_is_stopped_while_it_loops(ask):
    spec = ModelSpec(name="loopy", gguf=DEMO / "loopy.gguf", context_tokens=1024)

    answers = ask(spec, prompts("List files in src/invoice", "Print orders.yaml"))

    assert [answer.stop_reason for answer in answers] == ["loop", "loop"]
    assert all(answer.answer_tokens < 256 for answer in answers)
    assert all('{"tool": ' in answer.detail for answer in answers)

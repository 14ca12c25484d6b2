from dataclasses import replace
from pathlib import Path

import pytest

from pytest_modelbench.domain import Message, ModelSpec, Place, RawAnswer, Sampling
from pytest_modelbench.engine.base import EngineFacts, Progress
from pytest_modelbench.engine.wire import (
    Alive,
    Answers,
    Ask,
    Begin,
    Failed,
    Generate,
    Hurry,
    Ready,
    Report,
    Start,
    decode,
    encode,
)
from pytest_modelbench.errors import EngineError
from tests.engine.sinks import make_prompt

SPEC = ModelSpec(
    name="m",
    variant="moe2",
    gguf=Path("demo/m.gguf"),
    chat_arguments={"enable_thinking": False},
    experts=2,
)
RECORDED_SPEC = ModelSpec(name="m", recorded=Path("answers.jsonl"), latency_s=0.5)
PROMPT = replace(
    make_prompt("q", sampling=Sampling(stop=("\n", "é")), trial=2),
    messages=(Message(author="system", content="short"), Message(author="user", content="\ud800")),
)


@pytest.mark.parametrize(
    "message",
    [
        Start(SPEC),
        Start(RECORDED_SPEC),
        Ask((PROMPT,)),
        Hurry("key-q"),
        Ready(EngineFacts(engine="recorded", slots=8)),
        Failed("`x.gguf` does not exist"),
        Begin(("a", "b")),
        Generate(),
        Answers((RawAnswer(key="a", text="line 1\nline 2", stop_reason="end"),)),
        Report(Progress(key="a", suite="s", question="q", tokens=3, tokens_per_s=1.5)),
        Alive(),
    ],
)
def test_message_survives_the_wire(message):
    line = encode(message)

    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == message


def test_line_is_versioned_plain_json():
    assert encode(Hurry("key-é")) == b'{"v":1,"kind":"hurry","key":"key-\\u00e9"}\n'


def test_place_of_the_configuration_stays_at_home():
    spec = replace(SPEC, place=Place(path="modelbench.yaml", line=7))

    assert decode(encode(Start(spec))) == Start(SPEC)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"Hello!\n", "expected a JSON message, got 'Hello!'"),
        (b"\xff\n", "expected a JSON message, got '\ufffd'"),
        (b"[1]\n", "expected a message of version 1, got '[1]'"),
        (
            b'{"v":2,"kind":"alive"}',
            'expected a message of version 1, got \'{"v":2,"kind":"alive"}\'',
        ),
        (
            b'{"v":1,"kind":"sing"}',
            'expected a known kind of message, got \'{"v":1,"kind":"sing"}\'',
        ),
        (b'{"v":1}', "expected a known kind of message, got '{\"v\":1}'"),
        (
            b'{"v":1,"kind":"hurry"}',
            'a `hurry` message is not complete (\'key\'): \'{"v":1,"kind":"hurry"}\'',
        ),
        (b"x" * 100, f"expected a JSON message, got '{'x' * 80}...'"),
    ],
)
def test_line_that_is_no_message_is_an_error(line, problem):
    with pytest.raises(EngineError) as raised:
        decode(line)

    assert str(raised.value) == problem


def test_unknown_field_is_an_error():
    with pytest.raises(EngineError, match="a `ready` message is not complete"):
        decode(b'{"v":1,"kind":"ready","facts":{"engine":"x","colour":"red"}}')

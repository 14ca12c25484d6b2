"""The pool, with real processes that play recorded answers."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pytest_modelbench.domain import ModelSpec, RawAnswer
from pytest_modelbench.engine import EnginePool, engine_build
from pytest_modelbench.errors import EngineError
from tests.engine.sinks import CollectingSink, make_prompt


@pytest.fixture
def sink() -> CollectingSink:
    return CollectingSink()


@pytest.fixture
def pool(sink: CollectingSink, tmp_path: Path):
    pool = EnginePool(sink=sink, log_folder=tmp_path)
    yield pool
    pool.close()


def record(path: Path, names: str, **changes) -> Path:
    lines = [
        json.dumps({"suite": "sums", "question": name, "text": name * 3, **changes.get(name, {})})
        for name in names
    ]
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_answers_are_played(pool: EnginePool, sink: CollectingSink, tmp_path: Path):
    spec = ModelSpec(name="m", variant="v/1", recorded=record(tmp_path / "a.jsonl", "ab"))

    pool.submit(spec, [])
    pool.submit(spec, [make_prompt("b"), make_prompt("a")])
    pool.submit(spec, [make_prompt("a")])
    sink.wait_for(2)
    pool.close()

    assert sink.answers == [
        ("m@v/1", RawAnswer(key="key-b", text="bbb", stop_reason="end")),
        ("m@v/1", RawAnswer(key="key-a", text="aaa", stop_reason="end")),
    ]
    assert [(label, facts.engine) for label, facts in sink.facts] == [("m@v/1", "recorded")]
    assert (tmp_path / "engine-m@v_1.log").read_text("utf-8") == ""


def test_question_that_is_waited_for_comes_first(
    pool: EnginePool, sink: CollectingSink, tmp_path: Path
):
    path = record(tmp_path / "a.jsonl", "abcd")
    spec = ModelSpec(name="m", recorded=path, latency_s=0.2, slots=1)

    pool.submit(spec, [make_prompt(name) for name in "abcd"])
    pool.hurry("key-d")
    pool.hurry("key-unknown")
    answers = sink.wait_for(4)

    # The first may have begun before; nothing else may.
    assert [answer.key for answer in answers if answer.key != "key-a"] == [
        "key-d",
        "key-b",
        "key-c",
    ]


def test_crash_is_answered_and_the_rest_is_played(
    pool: EnginePool, sink: CollectingSink, tmp_path: Path
):
    path = record(tmp_path / "a.jsonl", "abc", b={"crash": "SIGSEGV"})

    pool.submit(ModelSpec(name="m", recorded=path), [make_prompt(name) for name in "abc"])
    sink.wait_for(3)

    answers = sink.by_key()
    assert [answers[f"key-{name}"].text for name in "ac"] == ["aaa", "ccc"]
    assert answers["key-b"].detail == (
        "engine process for `m` died with SIGSEGV while answering sums::b\n"
        f"  Hint: its log is {tmp_path}/engine-m.log; run that question alone with -k b."
    )
    log = (tmp_path / "engine-m.log").read_text("utf-8")
    assert "Fatal Python error: Segmentation fault" in log


def test_error_in_the_process_is_quoted(
    pool: EnginePool, sink: CollectingSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PYTHONHOME", str(tmp_path))

    pool.submit(ModelSpec(name="m", recorded=tmp_path / "a.jsonl"), [make_prompt("a")])
    [answer] = sink.wait_for(1)

    assert answer.detail == (
        "engine process for `m` died with exit code 1 (<no Python frame>), after one restart\n"
        f"  Hint: its log is {tmp_path}/engine-m.log."
    )


def test_broken_file_is_reported_for_each_question(
    pool: EnginePool, sink: CollectingSink, tmp_path: Path
):
    path = tmp_path / "a.jsonl"
    path.write_text("hello\n", "utf-8")

    pool.submit(ModelSpec(name="m", recorded=path), [make_prompt("a"), make_prompt("b")])
    answers = sink.wait_for(2)

    detail = f"{path}:1: expected a JSON object, Expecting value: line 1 column 1 (char 0)"
    assert [(answer.stop_reason, answer.detail) for answer in answers] == [("error", detail)] * 2


def test_model_without_a_file_is_an_error(pool: EnginePool, sink: CollectingSink):
    pool.submit(ModelSpec(name="m"), [make_prompt("a")])
    [answer] = sink.wait_for(1)

    assert answer.detail == (
        "model `m` has neither `gguf` nor `recorded`\n  Hint: name a model file in modelbench.yaml."
    )


def test_log_folder_that_cannot_be_made_is_an_error(sink: CollectingSink, tmp_path: Path):
    (tmp_path / "file").write_text("", "utf-8")
    pool = EnginePool(sink=sink, log_folder=tmp_path / "file" / "logs")
    try:
        pool.submit(ModelSpec(name="m"), [make_prompt("a")])
        [answer] = sink.wait_for(1)
    finally:
        pool.close()

    assert answer.detail.startswith("engine process for `m` could not be started: ")


def test_pool_that_was_never_used_starts_nothing(pool: EnginePool):
    pool.close()
    pool.hurry("key-a")


def test_sink_that_fails_does_not_let_anybody_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen: list[threading.ExceptHookArgs] = []
    monkeypatch.setattr(threading, "excepthook", seen.append)

    class FailingSink(CollectingSink):
        def on_ready(self, label, facts):
            raise RuntimeError(f"no room for {label}, {facts.engine}")

    sink = FailingSink()
    pool = EnginePool(sink=sink, log_folder=tmp_path)
    spec = ModelSpec(name="m", recorded=record(tmp_path / "a.jsonl", "a"))

    pool.submit(spec, [make_prompt("a")])
    [answer] = sink.wait_for(1)

    assert pool._thread is not None
    pool._thread.join()
    assert answer.detail == "the thread of the engines has died; its error is on standard error"
    assert [str(error.exc_value) for error in seen] == ["no room for m, recorded"]
    with pytest.raises(EngineError, match="the thread of the engines has died"):
        pool.submit(spec, [make_prompt("b")])


def test_messages_that_are_none_end_the_model(
    pool: EnginePool, sink: CollectingSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "sitecustomize.py").write_text("print('welcome')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    spec = ModelSpec(name="m", recorded=record(tmp_path / "a.jsonl", "a"))

    pool.submit(spec, [make_prompt("a")])
    [answer] = sink.wait_for(1)

    assert answer.detail == "expected a JSON message, got 'welcome'"


def test_importing_the_engine_is_light():
    code = (
        "import sys, pytest_modelbench.engine;"
        "print([name for name in ('llama_cpp', 'numpy', 'jinja2', 'pytest') if name in sys.modules])"
    )

    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout

    assert printed == "[]\n"


def test_recorded_answers_need_no_llama_cpp(
    pool: EnginePool, sink: CollectingSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "llama_cpp.py").write_text("raise ImportError('not installed')", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    spec = ModelSpec(name="m", recorded=record(tmp_path / "a.jsonl", "a"))

    pool.submit(spec, [make_prompt("a")])

    assert [answer.text for answer in sink.wait_for(1)] == ["aaa"]


def test_build_names_the_installed_version():
    name, number = engine_build().split(" ")

    assert name == "llama-cpp-python"
    assert number[0].isdigit()

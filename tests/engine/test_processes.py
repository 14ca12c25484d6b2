"""Engine processes: they die, are restarted, swapped and stopped; real ones, with a real model."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from pytest_modelbench.domain import ModelSpec, Prompt, Sampling
from pytest_modelbench.engine import EnginePool
from tests.engine.conftest import Ask
from tests.engine.sinks import CollectingSink, make_prompt, poll

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parents[2]
QUICK = Sampling(max_tokens=2)
# Hot noise has no loop that would end it early: it fills the context, which takes seconds.
ENDLESS = Sampling(max_tokens=1_000_000, temperature=5.0, top_k=0, top_p=1.0, min_p=0.0)


def make_endless(question: str) -> Prompt:
    return make_prompt(question, sampling=ENDLESS)


def make_quick(question: str) -> Prompt:
    return make_prompt(question, sampling=QUICK)


@pytest.fixture
def spec(random_gguf: Path) -> ModelSpec:
    return ModelSpec(name="noise", gguf=random_gguf, slots=1, context_tokens=32_768)


def find_engines() -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children()
        if process.status() != psutil.STATUS_ZOMBIE
        and "pytest_modelbench.engine" in process.cmdline()
    ]


def wait_until_busy_with(sink: CollectingSink, key: str) -> psutil.Process:
    sink.wait_until(lambda: any(progress.key == key for _, progress in sink.progress))
    [engine] = find_engines()
    return engine


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL], ids=lambda number: number.name)
def test_process_that_dies_is_restarted_and_nothing_finished_is_lost(
    pool: EnginePool, sink: CollectingSink, spec: ModelSpec, tmp_path: Path, number
):
    prompts = [make_quick("a"), make_endless("b"), make_quick("c"), make_quick("d")]

    pool.submit(spec, prompts)
    wait_until_busy_with(sink, "key-b").send_signal(number)
    answers = sink.wait_for(4)

    assert [answer.key for answer in answers] == ["key-a", "key-b", "key-c", "key-d"]
    assert [answer.stop_reason for answer in answers] == ["limit", "error", "limit", "limit"]
    assert answers[1].detail == (
        f"engine process for `noise` died with {number.name} while answering sums::b\n"
        f"  Hint: its log is {tmp_path}/logs/engine-noise.log; run that question alone with -k b."
    )
    assert len(sink.facts) == 2


def test_all_that_was_decoded_together_is_to_blame(
    pool: EnginePool, sink: CollectingSink, spec: ModelSpec, tmp_path: Path
):
    two_slots = ModelSpec(name="noise", gguf=spec.gguf, slots=2, context_tokens=32_768)

    pool.submit(two_slots, [make_endless("a"), make_endless("b"), make_quick("c")])
    wait_until_busy_with(sink, "key-a").send_signal(signal.SIGABRT)
    sink.wait_for(3)

    answers = sink.by_key()
    assert answers["key-b"].detail == (
        "engine process for `noise` died with SIGABRT while answering sums::b together with 1 "
        f"other\n  Hint: its log is {tmp_path}/logs/engine-noise.log; run that question alone "
        "with -k b."
    )
    assert [answers[f"key-{name}"].stop_reason for name in "abc"] == ["error", "error", "limit"]


def test_second_death_ends_the_model(
    pool: EnginePool, sink: CollectingSink, spec: ModelSpec, tmp_path: Path
):
    pool.submit(spec, [make_endless("a"), make_endless("b"), make_quick("c")])
    wait_until_busy_with(sink, "key-a").send_signal(signal.SIGKILL)
    wait_until_busy_with(sink, "key-b").send_signal(signal.SIGSEGV)
    sink.wait_for(3)
    pool.submit(spec, [make_quick("d")])
    sink.wait_for(4)

    answers = sink.by_key()
    log = f"{tmp_path}/logs/engine-noise.log"
    assert answers["key-b"].detail == (
        "engine process for `noise` died with SIGSEGV while answering sums::b\n"
        f"  Hint: its log is {log}; run that question alone with -k b."
    )
    left = (
        "engine process for `noise` died with SIGSEGV while answering sums::b, after one restart\n"
        f"  Hint: its log is {log}."
    )
    assert [answers[f"key-{name}"].detail for name in "cd"] == [left, left]
    assert find_engines() == []


def test_stopped_process_counts_as_dead(sink: CollectingSink, spec: ModelSpec, tmp_path: Path):
    pool = EnginePool(sink=sink, log_folder=tmp_path, silence_s=2.0)
    try:
        pool.submit(spec, [make_endless("a"), make_quick("b")])
        wait_until_busy_with(sink, "key-a").send_signal(signal.SIGSTOP)
        answers = sink.wait_for(2)
    finally:
        pool.close()

    assert answers[0].detail == (
        "engine process for `noise` sent nothing for 2 s and was killed while answering sums::a\n"
        f"  Hint: its log is {tmp_path}/engine-noise.log; run that question alone with -k a."
    )
    assert answers[1].stop_reason == "limit"


def test_close_stops_a_busy_engine(pool: EnginePool, sink: CollectingSink, spec: ModelSpec):
    pool.submit(spec, [make_endless("a")])
    engine = wait_until_busy_with(sink, "key-a")

    started_at = time.monotonic()
    pool.close()
    pool.close()
    pool.submit(spec, [make_quick("b")])

    assert time.monotonic() - started_at < 2
    assert is_gone(engine.pid)
    assert sink.answers == []


def test_close_stops_a_stopped_engine(pool: EnginePool, sink: CollectingSink, spec: ModelSpec):
    pool.submit(spec, [make_endless("a")])
    engine = wait_until_busy_with(sink, "key-a")
    engine.send_signal(signal.SIGSTOP)

    started_at = time.monotonic()
    pool.close()

    assert time.monotonic() - started_at < 2
    assert is_gone(engine.pid)


CONTROLLER = """
import sys, time
from pathlib import Path
from pytest_modelbench.engine import EnginePool
from tests.engine.sinks import CollectingSink
from tests.engine.test_processes import ModelSpec, find_engines, make_endless, wait_until_busy_with

sink = CollectingSink()
pool = EnginePool(sink=sink, log_folder=Path(sys.argv[2]))
spec = ModelSpec(name="noise", gguf=Path(sys.argv[1]), slots=1, context_tokens=32_768)
pool.submit(spec, [make_endless("a")])
print(wait_until_busy_with(sink, "key-a").pid, flush=True)
time.sleep(60)
"""


def test_killed_controller_leaves_no_orphan(random_gguf: Path, tmp_path: Path):
    command = [sys.executable, "-c", CONTROLLER, str(random_gguf), str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as controller:
        assert controller.stdout is not None
        pid = int(controller.stdout.readline())

        controller.kill()

        poll(lambda: is_gone(pid))


def test_native_log_goes_to_its_file(
    pool: EnginePool,
    sink: CollectingSink,
    spec: ModelSpec,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
):
    pool.submit(spec, [make_quick("a")])
    sink.wait_for(1)
    pool.close()

    assert capfd.readouterr() == ("", "")
    assert "llama_model_loader" in (tmp_path / "logs" / "engine-noise.log").read_text("utf-8")


def test_models_take_turns_in_order(
    pool: EnginePool, sink: CollectingSink, random_gguf: Path, known_answers_gguf: Path
):
    first = ModelSpec(name="first", gguf=random_gguf, context_tokens=256)
    second = ModelSpec(name="second", gguf=known_answers_gguf, context_tokens=256)

    pool.submit(first, [make_quick("a"), make_quick("b")])
    pool.submit(second, [make_prompt("c")])
    pool.submit(first, [make_quick("d"), make_quick("a")])
    sink.wait_for(4)
    pool.submit(first, [make_quick("e")])
    sink.wait_for(5)

    told = [(label, answer.key) for label, answer in sink.answers]
    assert sorted(told[:3]) == [("first", "key-a"), ("first", "key-b"), ("first", "key-d")]
    assert told[3:] == [("second", "key-c"), ("first", "key-e")]
    assert [label for label, _ in sink.facts] == ["first", "second", "first"]
    poll(lambda: len(find_engines()) == 1)


def test_two_models_may_be_resident(
    sink: CollectingSink, spec: ModelSpec, known_answers_gguf: Path, tmp_path: Path
):
    second = ModelSpec(name="second", gguf=known_answers_gguf, context_tokens=256)
    pool = EnginePool(sink=sink, log_folder=tmp_path, resident_models=2)
    try:
        pool.submit(spec, [make_endless("a")])
        pool.submit(second, [make_prompt("b")])
        [answer] = sink.wait_for(1)
        engines = find_engines()
    finally:
        pool.close()

    assert (answer.key, answer.text) == ("key-b", "42")
    assert len(engines) == 2


@pytest.mark.parametrize(
    ("content", "problem", "hint"),
    [
        (None, "does not exist", "check `gguf` of the model in modelbench.yaml."),
        (b"hello", "is not a GGUF file", "check `gguf` of the model in modelbench.yaml."),
        (b"", "is not a GGUF file", "check `gguf` of the model in modelbench.yaml."),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "is a Git LFS pointer, not the model",
            "run git lfs pull.",
        ),
    ],
)
def test_file_that_is_no_model(
    pool: EnginePool, sink: CollectingSink, tmp_path: Path, content, problem, hint
):
    path = tmp_path / "x.gguf"
    if content is not None:
        path.write_bytes(content)
    spec = ModelSpec(name="m", gguf=path)

    pool.submit(spec, [make_prompt("a"), make_prompt("b")])
    sink.wait_for(2)
    pool.submit(spec, [make_prompt("c")])
    answers = sink.wait_for(3)

    detail = f"`{path}` {problem}\n  Hint: {hint}"
    assert [answer.detail for answer in answers] == [detail] * 3
    assert sink.facts == []


def test_damaged_file_says_what_llama_cpp_says(ask: Ask, known_answers_gguf: Path, tmp_path: Path):
    path = tmp_path / "cut.gguf"
    path.write_bytes(known_answers_gguf.read_bytes()[:-1000])

    [answer] = ask(ModelSpec(name="m", gguf=path), [make_prompt("a")])

    first, hint = answer.detail.split("\n")
    assert first.startswith(f"`{path}` cannot be loaded: ")
    assert "corrupted or incomplete" in first
    assert hint == "  Hint: the file may be damaged, or newer than the installed llama-cpp-python."


def test_relative_paths_start_where_the_pool_was_made(
    pool: EnginePool, sink: CollectingSink, known_answers_gguf: Path, tmp_path: Path, monkeypatch
):
    relative = Path(os.path.relpath(known_answers_gguf))
    monkeypatch.chdir(tmp_path)

    pool.submit(ModelSpec(name="m", gguf=relative, context_tokens=256), [make_prompt("a")])

    assert [answer.text for answer in sink.wait_for(1)] == ["42"]

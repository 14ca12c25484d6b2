"""A run that is stopped leaves no process, loses no finished answer, and is taken up again."""

import json
import shutil
import signal
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.processes import RunningPytest, count_stored, is_gone, wait_until

INTERRUPTED = pytest.ExitCode.INTERRUPTED
SLOW = "good.jsonl, slots: 4, latency_s: 60"


@pytest.fixture
def temp():
    # Not below pytest's own: a socket's path may have about 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="mb"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def slow(project):
    """Two answers come at once; the others take a minute, until `hasten` is called."""
    quick = {"latency_s": 0}
    project.answers(
        "good",
        {
            "one": {"text": "2", **quick},
            "two": {"text": "4", **quick},
            "three": {"text": "23"},
            "four": {"text": "34"},
        },
    )
    project.write(
        "modelbench.yaml", project.read("modelbench.yaml").replace("good.jsonl, slots: 4", SLOW)
    )
    return project


def hasten(project):
    # The latency is no part of the subject: it is the same model.
    project.write(
        "modelbench.yaml", project.read("modelbench.yaml").replace(SLOW, "good.jsonl, slots: 4")
    )


@pytest.fixture(params=[(), ("-n2",)], ids=["single", "xdist"])
def start(request, slow, temp):
    started = []

    def start_pytest(*args, stored=2):
        running = RunningPytest.start(slow.path, temp, "--model", "good", *request.param, *args)
        started.append(running)
        wait_until(lambda: count_stored(slow.path) == stored)
        return running

    yield start_pytest
    for running in started:
        running.kill()


def interrupt_all(running):
    running.interrupt_all()


def interrupt_pytest_alone(running):
    running.process.send_signal(signal.SIGINT)


def terminate(running):
    running.process.send_signal(signal.SIGTERM)


def kill(running):
    running.process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize(
    ("stop", "status"),
    [
        (interrupt_all, INTERRUPTED),
        (interrupt_pytest_alone, INTERRUPTED),
        (terminate, -signal.SIGTERM),
        (kill, -signal.SIGKILL),
    ],
)
def test_a_stopped_run_leaves_no_process_and_resumes(slow, start, run_single, stop, status):
    running = start()
    running.wait_for_engine()
    family = running.family()

    stop(running)
    ended_with = running.wait(deadline_s=10)
    wait_until(lambda: all(is_gone(process) for process in family), deadline_s=5)
    hasten(slow)
    again = run_single("--model", "good")

    assert ended_with == status
    again.assert_outcomes(failed=4, skipped=1)
    again.stdout.fnmatch_lines(["  4 complete; 2 stored"])


@pytest.mark.parametrize("stop", [interrupt_all, interrupt_pytest_alone])
def test_an_interrupted_run_says_so_and_leaves_no_socket(start, stop):
    running = start()

    stop(running)
    running.wait(deadline_s=10)

    assert "role gates not run: KeyboardInterrupt" in running.text()
    assert "to ask only what is missing: pytest --model good\n" in running.text()
    assert "Traceback" not in running.text()
    assert running.leftovers() == []


def test_an_interrupted_run_accepts_nothing(slow, start, run_single):
    hasten(slow)
    run_single("--model", "good", "--snapshot-update")
    before = slow.baselines()
    slow.write(
        "modelbench.yaml", slow.read("modelbench.yaml").replace("good.jsonl, slots: 4", SLOW)
    )
    running = start("--snapshot-update", "--fresh", stored=4)
    running.wait_for_engine()

    running.interrupt_all()
    status = running.wait(deadline_s=10)

    assert status == INTERRUPTED
    assert slow.baselines() == before
    assert (
        "baselines of `good` not written: the run stopped early (KeyboardInterrupt)\n"
        "  Hint: accept a complete run; stored answers cost nothing, so repeat the command "
        "without -k, -m, --tier, -x and paths; --suite chooses suites, and --trials must not be fewer."
    ) in running.text()


def test_what_sigkill_leaves_harms_no_later_run(slow, temp, start, run_single, monkeypatch):
    running = start()
    running.process.kill()
    running.wait()
    monkeypatch.setenv("TMPDIR", str(temp))
    hasten(slow)

    again = run_single("--model", "good", "-n2")

    # Under xdist, the folder with a socket that nobody listens on.
    assert len(running.leftovers()) <= 1
    again.assert_outcomes(failed=4, skipped=1)
    again.stdout.fnmatch_lines(["  4 complete; 2 stored"])


def test_every_score_is_journalled_beside_its_answer(project, run):
    run("--model", "weak")

    with closing(sqlite3.connect(project.path / ".modelbench" / "store.sqlite")) as connection:
        rows = connection.execute(
            "SELECT question, scored FROM answers JOIN scores USING (key) ORDER BY question"
        ).fetchall()
    assert [(question, json.loads(scored)["raw"]) for question, scored in rows] == [
        ("four", 0.0),
        ("one", 3.0),
        ("three", 0.0),
        ("two", 3.0),
    ]

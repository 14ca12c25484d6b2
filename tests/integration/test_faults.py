"""Engines that are killed, stores and baselines that cannot be used, runs at the same time."""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from tests.support.processes import RunningPytest, count_stored, is_gone, wait_until

HINT = "  Hint: move the file away; the answers in it are then asked again."


@pytest.fixture
def temp():
    # Not below pytest's own: a socket's path may have about 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="mb"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def accepted(project, run_single):
    run_single("--model", "all", "--snapshot-update")
    return project


def set_latency(project, seconds):
    config = project.read("modelbench.yaml").split("models:\n")[1]
    _, rest = config.split("\n", 1)
    good = f"  good: {{recorded: good.jsonl, slots: 1, latency_s: {seconds}}}"
    project.write("modelbench.yaml", f"models:\n{good}\n{rest}")


# One worker: two would ask for two questions at once, and either could be answered first.
@pytest.mark.parametrize("workers", [(), ("-n1",)], ids=["single", "xdist"])
def test_a_killed_engine_is_restarted_once_and_a_second_death_ends_it(
    accepted, run_single, temp, workers
):
    lines = {"two": "4", "three": "23", "four": "34"}
    accepted.answers("good", {**lines, "one": {"text": "2", "latency_s": 0}})
    set_latency(accepted, 60)
    before = accepted.baselines()
    running = RunningPytest.start(
        accepted.path, temp, "--model", "good", "--snapshot-update", "--fresh", *workers
    )
    stored = count_stored(accepted.path)
    wait_until(lambda: count_stored(accepted.path) == stored + 1)

    for _ in range(2):
        engine = running.wait_for_engine()
        wait_until((accepted.path / ".modelbench" / "engine-good.log").exists)
        engine.kill()
        wait_until(partial(is_gone, engine))
    status = running.wait()
    set_latency(accepted, 0)
    again = run_single("--model", "good", *workers)

    assert status == pytest.ExitCode.TESTS_FAILED
    assert accepted.baselines() == before
    text = running.text()
    assert "engine process for `good` died with SIGKILL" in text
    assert ", after one restart\n" in text
    assert "  Hint: its log is .modelbench/engine-good.log.\n" in text
    assert "role `expert`: good undecided: " in text
    assert "baselines of `good` not written: suite `sums`: 3 unscored of 4" in text
    assert "Traceback" not in text
    again.stdout.fnmatch_lines(["  4 complete; 1 stored", "role expert: good held"])
    assert again.ret == pytest.ExitCode.OK


def spoil_header(path):
    path.write_text("not a database, but longer than the header of one " * 10, "utf-8")


def spoil_pages(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:size] + b"\xff" * (len(whole) - size))


def make_folder(path):
    path.unlink()
    path.mkdir()


def age(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (spoil_header, "file is not a database"),
        (spoil_pages, "database disk image is malformed"),
        (make_folder, "unable to open database file"),
        (age, "its format is 7, this version reads 1"),
    ],
)
def test_a_store_that_cannot_be_used_is_one_clear_error(accepted, run_single, spoil, problem):
    spoil(accepted.path / ".modelbench" / "store.sqlite")

    result = run_single("--model", "good")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [f"ERROR: *store.sqlite: the store of answers cannot be used: {problem}", HINT]
    )
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert "INTERNALERROR" not in result.stdout.str()


@pytest.mark.parametrize(
    "row",
    [
        '{"from": "a later version"}',
        "not JSON",
        "[]",
        '{"key": "x", "text": 5, "stop_reason": "end"}',
    ],
)
def test_a_row_that_cannot_be_read_is_asked_again_and_said(accepted, run_single, row):
    path = accepted.path / ".modelbench" / "store.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE answers SET answer = ? WHERE question = 'one'", (row,))

    result = run_single("--model", "good")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            "  4 complete; 3 stored",
            "2 stored answers could not be read and had to be asked again",
        ]
    )


def test_baselines_that_cannot_be_written_are_one_clear_line(project, run):
    project.write("baselines", "a file, not a folder\n")

    result = run("--model", "good", "--snapshot-update")

    assert result.ret not in {pytest.ExitCode.OK, pytest.ExitCode.INTERNAL_ERROR}
    assert project.read("baselines") == "a file, not a folder\n"
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_an_unreadable_baseline_leaves_all_others_as_they_are(accepted, run):
    accepted.answers("good", {"one": "2", "two": "4", "three": "23", "four": "0"})
    accepted.write("baselines/good/roles.json", "<<<<<<< ours\n")
    before = accepted.baselines()

    result = run("--model", "good", "--snapshot-update")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert accepted.baselines() == before
    result.stderr.fnmatch_lines(
        [
            "*baselines/good/roles.json: the baseline cannot be read: *",
            "  Hint: restore it from version control; *",
        ]
    )


def test_two_runs_at_the_same_time_both_come_to_the_right_verdict(accepted, temp):
    runs = [
        RunningPytest.start(
            accepted.path, temp, "--model", "good", "--fresh", "-p", "no:cacheprovider"
        )
        for _ in range(4)
    ]

    statuses = [running.wait() for running in runs]

    assert statuses == [pytest.ExitCode.OK] * 4


def test_pytest_without_a_terminal_reporter_works(accepted, run):
    accepted.write("pytest.ini", "[pytest]\n")

    result = run("--model", "good", "-p", "no:terminal")

    assert result.ret == pytest.ExitCode.OK
    assert result.stderr.str() == ""


@pytest.mark.parametrize(
    "args",
    [
        ("-p", "no:cacheprovider"),
        ("-q",),
        ("-v",),
        ("-s",),
        ("--capture=sys",),
        ("--strict-markers",),
        ("-W", "error"),
    ],
    ids=" ".join,
)
def test_every_way_to_run_pytest_has_the_same_verdicts(accepted, run_single, monkeypatch, args):
    accepted.write("pytest.ini", "[pytest]\nfilterwarnings = error\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--model good")

    result = run_single(*args, "--fresh")

    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes() == {"passed": 5}
    result.stdout.fnmatch_lines(["role expert: good held"])


def test_a_plan_asks_nothing_and_judges_nothing(project, run):
    result = run("--model", "good", "--setup-plan")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*role*")
    assert not (project.path / ".modelbench").exists()


def test_fixtures_of_every_scope_run_around_questions(accepted, run):
    accepted.write(
        "conftest.py",
        "import pytest\n"
        "@pytest.fixture(scope='session', autouse=True)\n"
        "def around_all():\n    yield\n"
        "@pytest.fixture(scope='module', autouse=True)\n"
        "def around_file():\n    yield\n"
        "@pytest.fixture(autouse=True)\n"
        "def elsewhere(tmp_path, monkeypatch):\n    monkeypatch.chdir(tmp_path)\n",
    )

    result = run("--model", "good", "--fresh", "-W", "error")

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=5)


def test_a_session_that_never_began_leaves_no_socket(project, run_single, temp, monkeypatch):
    project.write(
        "conftest.py",
        "import pytest\n"
        "@pytest.hookimpl(trylast=True)\n"
        "def pytest_sessionstart(session):\n    pytest.exit('no', returncode=3)\n",
    )
    monkeypatch.setenv("TMPDIR", str(temp))

    result = run_single("--model", "good", "-n2", "--basetemp", str(temp / "base"))

    assert result.ret == 3
    assert list(temp.glob("modelbench-*")) == []

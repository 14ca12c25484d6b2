"""Workers that die, gates that never shrink, and layouts in which ids could differ."""

import re

import pytest

KILL = """\
import os
import signal

import pytest

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_{phase}(item):
    if item.name in {names!r} and hasattr(item.config, "workerinput"):
        {how}
"""
SIGKILL = "os.kill(os.getpid(), signal.SIGKILL)"
EXIT = "os._exit(0)"


@pytest.fixture
def accepted(project, run_single):
    run_single("--model", "all", "--snapshot-update", "-p", "no:xdist")
    return project


def kill_worker(project, *names, phase="call", how=SIGKILL):
    project.write("conftest.py", KILL.format(phase=phase, names=names, how=how))


@pytest.mark.parametrize(
    ("name", "phase", "how", "mode"),
    [
        ("three", "setup", SIGKILL, "load"),
        ("two", "call", EXIT, "worksteal"),
        ("four", "call", SIGKILL, "load"),
        ("one", "teardown", SIGKILL, "worksteal"),
    ],
)
def test_a_worker_that_dies_costs_its_question_and_the_gate(
    accepted, run_single, name, phase, how, mode
):
    kill_worker(accepted, name, phase=phase, how=how)
    before = accepted.baselines()

    result = run_single("--model", "good", "-n2", "--dist", mode, "--snapshot-update")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert accepted.baselines() == before
    tier = 1 if name in {"one", "two"} else 2
    result.stdout.fnmatch_lines(
        [
            f"worker 'gw?' crashed while running 'suites/sums.yaml::good::{name}'",
            f"role `expert`: good undecided: tier {tier} mean >= {4 - tier}: 1 lost of 2 "
            f"(first: sums::{name}: its worker crashed)",
            f"baselines of `good` not written: suite `sums`: 1 lost of 4 (first: sums::{name}: "
            "its worker crashed)",
            "  Hint: accept a complete run; stored answers cost nothing, so repeat the command "
            "without -k, -m, --tier, -x and paths; --suite chooses suites, and --trials must not be fewer.",
        ]
    )


def test_a_worker_that_may_not_be_replaced_leaves_the_gate_undecided(accepted, run_single):
    kill_worker(accepted, "one")

    result = run_single("--model", "good", "-n2", "--max-worker-restart=0")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "role `expert`: good undecided: tier 1 mean >= 3: * lost of 2 (first: sums::one: its worker crashed)"
        ]
    )


def test_without_any_worker_left_no_gate_is_judged(accepted, run_single):
    kill_worker(accepted, "one", "two", "three", "four")
    before = accepted.baselines()

    result = run_single("--model", "good", "-n2", "--max-worker-restart=0", "--snapshot-update")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert accepted.baselines() == before
    result.stdout.fnmatch_lines(
        [
            "role gates not run: no worker finished its session",
            "baselines of `good` not written: the run stopped early (no worker finished its "
            "session)",
        ]
    )
    result.stdout.no_fnmatch_line("role `expert`*")


@pytest.mark.parametrize("stop", ["-x", "--maxfail=1"])
def test_a_stopped_run_judges_no_gate_and_accepts_nothing(accepted, run, stop):
    accepted.answers("good", {"two": "4", "three": "23", "four": "34"})
    before = accepted.baselines()

    result = run("--model", "good", stop, "--snapshot-update")

    assert result.ret in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}
    assert accepted.baselines() == before
    result.stdout.fnmatch_lines(
        [
            "role gates not run: stopping after 1 failures",
            "baselines of `good` not written: the run stopped early (stopping after 1 failures)",
        ]
    )
    result.stdout.no_fnmatch_line("role expert: *")


def test_a_stop_without_a_gate_does_not_speak_of_gates(accepted, run):
    accepted.answers("good", {"one": "3", "two": "4", "three": "23", "four": "34"})

    result = run("--model", "good", "-x", "-k", "one or two")

    assert result.ret in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}
    result.stdout.no_fnmatch_line("*role gates not run*")


def verdicts(result):
    """Return what each item came to, without the order."""
    return sorted(
        re.findall(r"^(?:PASSED|FAILED|ERROR) [^ \n]+", result.stdout.str(), re.MULTILINE)
    )


@pytest.mark.parametrize(
    "args",
    [
        ("-k", "one or role"),
        ("-m", "mb(tier=1) or mb(role='expert')"),
        ("--deselect", "suites/sums.yaml::good::four"),
        ("--lf",),
    ],
    ids=["-k", "-m", "--deselect", "--lf"],
)
def test_a_selection_comes_to_the_same_with_workers(accepted, run_single, args):
    accepted.answers("good", {"one": "3", "two": "4", "three": "23", "four": "34"})
    run_single("--model", "good", "-rA")

    plain = run_single("--model", "good", "-rA", *args)
    result = run_single("--model", "good", "-rA", *args, "-n2")

    assert result.ret == plain.ret
    assert verdicts(result) == verdicts(plain) != []


@pytest.mark.parametrize(
    "args", [("-p", "no:xdist"), ("-n0",), ("-n1",), ("-n2", "--dist", "loadgroup")], ids=" ".join
)
def test_every_way_to_have_no_or_few_workers(accepted, run_single, args):
    result = run_single("--model", "good", *args)

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["role expert: good held"])


def test_each_worker_may_run_everything(accepted, run_single):
    result = run_single("--model", "good", "-n2", "--dist", "each")

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=9)
    result.stdout.fnmatch_lines(["role expert: good held"])


def test_a_collection_error_is_red_and_accepts_nothing(accepted, run):
    accepted.write("suites/broken.yaml", "version: 1\nsuite: broken\nquestons: {}\n")
    before = accepted.baselines()

    result = run("--model", "good", "--snapshot-update")

    assert result.ret in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}
    assert accepted.baselines() == before
    assert "waited for" not in result.stdout.str()
    result.stdout.fnmatch_lines(["baselines of `good` not written: *"])


LAYOUTS = {
    "below the root": ("sub dir/bänch", "", ()),
    "from below the root": ("sub dir/bänch", "sub dir/bänch/suites", ("sums.yaml",)),
    "named": ("sub dir/bänch", "", ("--modelbench-config", "sub dir/bänch/modelbench.yaml")),
    "absolute": ("", "", ("{root}/suites/sums.yaml", "{root}/modelbench.yaml")),
    "outside of the root": (
        "bench",
        "",
        ("--rootdir", "tests", "--modelbench-config", "bench/modelbench.yaml"),
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=list(LAYOUTS))
def test_ids_are_the_same_on_workers_wherever_the_files_are(
    project, run_single, monkeypatch, layout
):
    folder, start, args = layout
    if folder:
        for name in ("modelbench.yaml", "suites/sums.yaml", "good.jsonl", "weak.jsonl"):
            project.write(f"{folder}/{name}", project.read(name))
            (project.path / name).unlink()
        if not args or start:
            project.write("pytest.ini", f"[pytest]\nmodelbench_config = {folder}/modelbench.yaml\n")
    monkeypatch.chdir(project.path / start)
    args = [arg.format(root=project.path) for arg in args]

    plain = run_single("--model", "good", "-rA", *args)
    result = run_single("--model", "good", "-rA", "--fresh", *args, "-n2")

    assert plain.ret == result.ret == pytest.ExitCode.TESTS_FAILED
    assert verdicts(result) == verdicts(plain) != []
    # The gate waits for its rival, which was not asked; below the root a path leaves it out.
    result.assert_outcomes(failed=4, skipped=0 if start else 1)

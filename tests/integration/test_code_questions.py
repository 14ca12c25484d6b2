"""Questions whose answers are code: executed while a run goes on, and whatever happens to it."""

import json
import os
import re
import shutil
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET
from pathlib import Path

import psutil
import pytest

from pytest_modelbench.sandbox import report_tiers
from tests.support.processes import RunningPytest, count_stored, is_gone, wait_until

CONFIG = """\
models:
  good: {recorded: good.jsonl, slots: 4}
roles:
  coder:
    incumbent: good
    suites: [sums]
    thresholds:
      - {mean: ">= 1"}
"""
HEAD = """\
version: 1
suite: sums
scale: {min: 0, max: 3}
judge: none
questions:
"""
ADD = "{python: {call: 'add(1, 2)', equals: 3, timeout_s: 1.0}}"
HALVES = "{python: {calls: [{call: 'add(1, 2)', equals: 3}, {call: 'add(2, 2)', equals: 4}]}}"
COUNT = '{sql: {fixture: "CREATE TABLE t (a); INSERT INTO t VALUES (7), (8)", rows: [2]}}'


def python(code):
    return f"```python\n{code}\n```"


RIGHT = python("def add(a, b):\n    return a + b")
WRONG = python("def add(a, b):\n    return a - b")
SLOW = python("import time\ndef add(a, b):\n    time.sleep(%d)\n    return a + b")

# Check, answer and score by question.
QUESTIONS = {
    "right": (ADD, RIGHT, "3"),
    "wrong": (ADD, WRONG, "0"),
    "silent": (ADD, "I would rather talk about the weather.", "0"),
    "crashing": (ADD, python("import os\ndef add(a, b):\n    os.abort()"), "0"),
    "endless": (ADD, python("def add(a, b):\n    while True:\n        pass"), "0"),
    "forking": (ADD, python("import os\ndef add(a, b):\n    while True:\n        os.fork()"), "0"),
    "half": (HALVES, python("def add(a, b):\n    return 3"), "1.5"),
    "enormous": (ADD, python("def add(a, b):\n    return 10 ** 9000"), "0"),
    "rows": (COUNT, "```sql\nSELECT count(*) FROM t\n```", "3"),
    "script": ("{shell: hello}", "```sh\necho hello\n```", "3"),
    "text": ('{equals: "2"}', "2", "3"),
}
EXECUTED = set(QUESTIONS) - {"silent", "text"}
# No machine has both.
ABSENT = "seatbelt" if sys.platform == "linux" else "landlock"


@pytest.fixture(scope="module")
def tier():
    holding = [state.name for state in report_tiers(os.environ) if state.usable]
    if not holding:
        pytest.skip("no tier of the sandbox holds on this machine")
    return holding[0]


@pytest.fixture
def code(project, monkeypatch, tier):
    for name in ("MODELBENCH_SANDBOX", "MODELBENCH_UNSANDBOXED_HOST"):
        monkeypatch.delenv(name, raising=False)
    project.write("modelbench.yaml", CONFIG)
    return project


@pytest.fixture
def temp():
    # Not below pytest's own: a socket's path may have about 100 bytes.
    folder = Path(tempfile.mkdtemp(prefix="mb"))
    folder.chmod(0o755)  # cells of another user pass through
    yield folder
    shutil.rmtree(folder)


def write(project, questions):
    """Write questions, each with its check and its answer."""
    lines = [
        f'  {name}: {{tier: 1, prompt: "Write it.", check: {check}}}\n'
        for name, (check, *_) in questions.items()
    ]
    project.write("suites/sums.yaml", HEAD + "".join(lines))
    project.answers("good", {name: answer for name, (_, answer, *_) in questions.items()})


def write_slow(project, count, seconds):
    check = ADD.replace("1.0", "60.0")
    # Each another one: the same code is executed once.
    slow = [SLOW.replace("(a, b)", f"(a, b, c={number})") for number in range(count)]
    write(project, {f"q{number}": (check, code % seconds) for number, code in enumerate(slow)})


def read_junit(project):
    """Return outcome and properties of each question and gate."""
    found = {}
    for entry in ET.parse(project.path / "junit.xml").iter("testcase"):
        parts = {part.tag for part in entry} & {"failure", "error", "skipped"}
        properties = {part.get("name"): part.get("value") for part in entry.iter("property")}
        found[entry.get("name")] = (*(parts or {"passed"}), properties)
    return found


def scores(project):
    return {
        name: properties.get("score")
        for name, (*_, properties) in read_junit(project).items()
        if not name.startswith(("role", "test"))
    }


def find_zygotes(running):
    """Return the processes that start cells; what they start is called the same."""
    found = [process for process in running.family() if is_of_zygote(process)]
    tops = [process for process in found if not is_of_zygote(process.parent())]
    # One that only waits for another, inside of its namespaces, has closed everything.
    return [inner for top in tops for inner in ([top] if top.num_fds() else top.children())]


def is_of_zygote(process):
    try:
        words = process.cmdline() if process else []
    except psutil.Error:
        return False
    return "-s" in words[:3] and any("confined.zygote" in word for word in words)


def count_cells(running):
    """Count what lives below supervisors: one of them that only says its last word has nothing."""
    try:
        supervisors = [one for zygote in find_zygotes(running) for one in zygote.children()]
        below = [supervisor.children() for supervisor in supervisors]
        return sum(any(not is_gone(cell) for cell in cells) for cells in below)
    except psutil.Error:
        return 0


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2


def test_code_decides(code, run, tier):
    write(code, QUESTIONS)

    done = run("--model", "good", "--junitxml", "junit.xml")

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    assert {name: float(score) for name, score in scores(code).items()} == {
        name: float(score) for name, (_, _, score) in QUESTIONS.items()
    }
    done.stdout.fnmatch_lines(
        ["good on sums: mean 1.23 on 0-3 (tier 1 1.23; 11 scored)", f"  11 complete*sandbox {tier}"]
    )


def test_the_tier_is_written_down_with_what_was_executed(code, run, tier):
    write(code, QUESTIONS)

    accepted = run("--model", "good", "--snapshot-update", "--junitxml", "junit.xml")

    assert accepted.ret == pytest.ExitCode.OK
    lines = json.loads(code.read("baselines/good/sums.json"))["questions"]
    tiers = {name: line.get("sandbox") for name, line in lines.items()}
    assert tiers == {name: tier if name in EXECUTED else None for name in QUESTIONS}
    junit = read_junit(code)
    assert {name: junit[name][-1].get("sandbox") for name in QUESTIONS} == tiers


def test_an_accepted_run_is_green_and_workers_write_the_same_bytes(code, run_single):
    write(code, QUESTIONS)
    run_single("--model", "good", "--snapshot-update")
    alone = code.baselines()
    shutil.rmtree(code.path / "baselines")
    shutil.rmtree(code.path / ".modelbench")

    accepted = run_single("--model", "good", "--snapshot-update", "-n2")
    again = run_single("--model", "good", "-n2")

    assert accepted.ret == again.ret == pytest.ExitCode.OK
    assert code.baselines() == alone
    assert again.parseoutcomes()["passed"] == len(QUESTIONS) + 1


def test_every_trial_is_executed(code, run):
    write(code, {"add": (ADD, RIGHT)})
    lines = [
        {"suite": "sums", "question": "add", "trial": number, "text": text}
        for number, text in enumerate([RIGHT, WRONG, RIGHT], start=1)
    ]
    code.write("good.jsonl", "".join(json.dumps(line) + "\n" for line in lines))

    done = run("--model", "good", "--trials", "3", "--snapshot-update")

    assert done.ret == pytest.ExitCode.OK
    line = json.loads(code.read("baselines/good/sums.json"))["questions"]["add"]
    assert line["scores"] == [3.0, 0.0, 3.0]


def accept_elsewhere(project, run, tier, *args):
    """Accept a run, and say that it was one in another tier."""
    run("--model", "good", "--snapshot-update", *args)
    text = project.read("baselines/good/sums.json")
    assert f'"sandbox": "{tier}"' in text
    project.write("baselines/good/sums.json", text.replace(f'"{tier}"', '"elsewhere"'))


def test_a_regression_says_that_its_tier_is_another(code, run, tier):
    write(code, {"add": (ADD, RIGHT), "two": (ADD, RIGHT)})
    accept_elsewhere(code, run, tier)
    write(code, {"add": (ADD, WRONG), "two": (ADD, RIGHT)})

    done = run("--model", "good")

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(
        [
            "regressed: score 0, accepted 3 (a drop of 0 is allowed); "
            f"accepted in sandbox elsewhere, executed in {tier} now"
        ]
    )


def test_a_regression_of_all_trials_together_says_it_too(code, run, tier):
    write(code, {"add": (ADD, RIGHT)})
    line = {"suite": "sums", "question": "add"}
    texts = [RIGHT, WRONG, RIGHT, RIGHT]
    lines = [{**line, "trial": at, "text": text} for at, text in enumerate(texts, start=1)]
    code.write("good.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    accept_elsewhere(code, run, tier, "--trials", "4")
    changed = [{**entry, "text": WRONG} for entry in lines]
    code.write("good.jsonl", "".join(json.dumps(line) + "\n" for line in changed))

    done = run("--model", "good", "--trials", "4")

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(
        [f"regressed: mean of 4 trials 0, accepted 2.25 *; *elsewhere, executed in {tier} now"]
    )


def test_another_tier_alone_is_a_note(code, run, tier):
    write(code, {"add": (ADD, RIGHT), "two": (ADD, RIGHT), "text": ('{equals: "2"}', "2")})
    accept_elsewhere(code, run, tier)

    done = run("--model", "good")

    assert done.ret == pytest.ExitCode.OK
    done.stdout.fnmatch_lines(
        [f"good on sums: accepted in sandbox elsewhere, executed in {tier} now (2 answers)"]
    )


@pytest.mark.parametrize("where", ["ini", "environment", "option"])
def test_without_a_tier_code_is_neither_a_pass_nor_a_zero(code, run, monkeypatch, where):
    write(code, QUESTIONS)
    chosen = {
        "ini": ("-o", f"modelbench_sandbox={ABSENT}"),
        "option": ("--modelbench-sandbox", ABSENT),
    }.get(where, ())
    if where == "environment":
        monkeypatch.setenv("MODELBENCH_SANDBOX", ABSENT)

    done = run("--model", "good", "--junitxml", "junit.xml", *chosen)

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    junit = read_junit(code)
    assert {name for name, (outcome, _) in junit.items() if outcome == "error"} == EXECUTED
    assert {name: score for name, score in scores(code).items() if score is not None} == {
        "silent": "0.0",
        "text": "3.0",
    }
    text = done.stdout.str()
    done.stdout.fnmatch_lines(["role `coder`: good undecided: mean >= 1: 9 unscored of 11 *"])
    # In full once, at the end; begun at each question.
    assert text.count("  - install bubblewrap 0.8 or newer") == 1
    assert (
        len(re.findall("^unscored: .* REFUSED to run model-written code", text, re.MULTILINE)) == 9
    )
    assert code.baselines() == {}


def test_without_a_tier_nothing_is_accepted(code, run):
    write(code, {"add": (ADD, RIGHT)})

    done = run("--model", "good", "--snapshot-update", "-o", f"modelbench_sandbox={ABSENT}")

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    assert code.baselines() == {}


def test_one_switch_is_not_enough_for_no_sandbox(code, run):
    write(code, {"add": (ADD, RIGHT), "text": ('{equals: "2"}', "2")})

    done = run("--model", "good", "-o", "modelbench_sandbox=none")

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.assert_outcomes(errors=1, failed=2)
    done.stdout.fnmatch_lines(
        [
            "unscored: *modelbench_sandbox = none runs it without any sandbox, and needs a second "
            "switch",
            "  Hint: *set the environment variable MODELBENCH_UNSANDBOXED_HOST=*",
        ]
    )


def test_the_other_switch_alone_changes_nothing(code, run, monkeypatch, tier):
    write(code, {"add": (ADD, RIGHT)})
    monkeypatch.setenv("MODELBENCH_UNSANDBOXED_HOST", os.uname().nodename)

    done = run("--model", "good")

    done.stdout.fnmatch_lines([f"  1 complete*sandbox {tier}"])


def test_no_sandbox_at_all_cannot_be_overlooked(code, run, monkeypatch):
    write(code, {"add": (ADD, RIGHT)})
    monkeypatch.setenv("MODELBENCH_UNSANDBOXED_HOST", os.uname().nodename)

    done = run("--model", "good", "-o", "modelbench_sandbox=none")

    done.stdout.fnmatch_lines(["  1 complete*sandbox NONE"])


@pytest.mark.parametrize(
    ("check", "problem", "hint"),
    [
        ("{pyton: {call: 'add(1, 2)', equals: 3}}", "no check is called 'pyton'", "`python`"),
        ("{python: {cal: 'add(1, 2)', equals: 3}}", "`python` has no option 'cal'", "`call`"),
        ("{sql: {row: [1]}}", "`sql` has no option 'row'", "`rows`"),
        ("{shell: {stdot: hello}}", "`shell` has no option 'stdot'", "`stdout`"),
    ],
)
def test_a_misspelt_check_stops_the_run_with_its_line(code, run, check, problem, hint):
    write(code, {"right": (ADD, RIGHT), "typo": (check, RIGHT)})

    done = run("--model", "good")

    assert done.ret != pytest.ExitCode.OK
    done.stdout.fnmatch_lines(
        [f"*suites/sums.yaml:7: *{problem}*", f"  Hint: Did you mean {hint}*"]
    )


def test_a_reference_answer_that_fails_its_check_is_an_error_with_its_line(code, run):
    write(code, {"add": (ADD, RIGHT), "two": (ADD, RIGHT)})
    suite = code.read("suites/sums.yaml").replace(
        f'two: {{tier: 1, prompt: "Write it.", check: {ADD}}}',
        "two:\n    tier: 1\n    prompt: Write it.\n"
        f"    reference_answer: |\n      def add(a, b): return 4\n    check: {ADD}",
    )
    code.write("suites/sums.yaml", suite)

    done = run("--model", "good")

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.assert_outcomes(failed=2, errors=1)
    done.stdout.fnmatch_lines(
        ["unscored: *suites/sums.yaml:12: the reference answer does not fulfil this check: *"]
    )


OWN = "def is_polite(text: str, prompt: str) -> bool:\n    return 'please' in text.lower()\n"


def test_a_check_of_the_project_beside_code_is_asked_and_its_change_is_stale(code, run):
    code.write("checks.py", OWN)
    both = f"{{all: ['checks:is_polite', {ADD}]}}"
    write(code, {"add": (both, f"Here you are, please:\n{RIGHT}"), "rude": (both, RIGHT)})
    accepted = run("--model", "good", "--snapshot-update", "--junitxml", "junit.xml")
    first = scores(code)
    code.write("checks.py", OWN.replace("'please'", "'pray'"))

    done = run("--model", "good")

    assert accepted.ret == pytest.ExitCode.OK
    assert first == {"add": "3.0", "rude": "1.5"}
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(["stale: checks changed since the baseline was accepted"])


def test_only_what_is_selected_is_executed_again_and_the_gate_reads_the_rest(code, run):
    write(code, QUESTIONS)
    run("--model", "good", "--snapshot-update")
    code.answers("good", {**{name: entry[1] for name, entry in QUESTIONS.items()}, "right": WRONG})
    run("--model", "good")

    last = run("--model", "good", "--lf", "--junitxml", "junit.xml")
    stopped = run("--model", "good", "-x")

    assert last.ret == pytest.ExitCode.TESTS_FAILED
    assert scores(code) == {"right": "0.0"}
    assert stopped.ret in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED}


@pytest.mark.parametrize("args", [("--collect-only",), ("--setup-plan",)])
def test_a_run_that_only_shows_executes_nothing(code, run, args):
    write(code, QUESTIONS)

    done = run("--model", "good", *args, "-o", f"modelbench_sandbox={ABSENT}")

    assert done.ret == pytest.ExitCode.OK
    assert "REFUSED" not in done.stdout.str()
    assert not (code.path / ".modelbench").exists()


def test_without_xdist_code_is_executed_too(code, run_single, tier):
    write(code, {"add": (ADD, RIGHT)})

    done = run_single("--model", "good", "-p", "no:xdist", "-W", "error")

    done.stdout.fnmatch_lines([f"  1 complete*sandbox {tier}"])


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["single", "xdist"])
def test_a_sandbox_that_is_killed_costs_scores_and_never_makes_one(code, temp, workers):
    write_slow(code, 6, 2)
    running = RunningPytest.start(
        code.path, temp, "--model", "good", "--junitxml", "junit.xml", *workers
    )
    wait_until(lambda: count_cells(running) >= min(4, cores()))

    for zygote in find_zygotes(running):
        zygote.kill()
    status = running.wait()

    assert status == pytest.ExitCode.TESTS_FAILED
    assert set(scores(code).values()) <= {None, "3.0"}
    assert None in scores(code).values()
    text = running.text()
    assert "Traceback" not in text
    assert "role `coder`: good undecided" in text


def interrupt(running):
    running.interrupt_all()


def kill(running):
    running.process.kill()


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["single", "xdist"])
@pytest.mark.parametrize("end", [interrupt, kill])
def test_nothing_is_left_of_a_run_that_ends_while_code_runs(code, temp, end, workers):
    write_slow(code, 6, 50)
    running = RunningPytest.start(code.path, temp, "--model", "good", *workers)
    wait_until(lambda: count_cells(running) >= min(4, cores()) and count_stored(code.path) == 6)
    family = running.family()

    end(running)
    running.wait()
    gone_s = wait_until(lambda: all(map(is_gone, family)))

    assert gone_s < 2
    assert count_stored(code.path) == 6
    if end is interrupt:
        assert running.leftovers() == []
        assert "Traceback" not in running.text()


def test_more_workers_than_cores_do_not_execute_more_at_once(code, temp, run_single):
    answers = [RIGHT, WRONG, SLOW % 0, python("def add(a, b): return str(a + b)")]
    write(
        code,
        {f"q{at}": (ADD, answers[at % 4].replace("a, b", f"a, b, c={at}", 1)) for at in range(60)},
    )
    run_single("--model", "good", "--junitxml", "junit.xml")
    alone = scores(code)
    most = 0
    running = RunningPytest.start(
        code.path, temp, "--model", "good", "-n4", "--junitxml", "junit.xml"
    )
    ended = threading.Event()

    while not ended.wait(0.01):
        most = max(most, count_cells(running))
        if running.process.poll() is not None:
            ended.set()

    assert 0 < most <= cores()
    assert scores(code) == alone
    assert set(alone.values()) == {"3.0", "0.0"}


# The worker of q1 dies while it waits for what its code does.
DIE = """\
import os
import signal
import threading
import time

from pytest_modelbench.session import wire

observe = wire.DeskClient.observe

def observe_or_die(client, execution):
    if "c=1)" not in execution.source:
        return observe(client, execution)
    threading.Thread(target=observe, args=(client, execution), daemon=True).start()
    time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGKILL)

wire.DeskClient.observe = observe_or_die
"""


def test_a_worker_that_dies_while_its_code_runs_costs_that_question(code, run_single):
    write_slow(code, 4, 2)
    code.write("conftest.py", DIE)

    done = run_single("--model", "good", "-n2", "--junitxml", "junit.xml")

    assert done.ret == pytest.ExitCode.TESTS_FAILED
    found = scores(code)
    assert {name: found[name] for name in ("q0", "q2", "q3")} == dict.fromkeys(
        ("q0", "q2", "q3"), "3.0"
    )
    done.stdout.fnmatch_lines(
        [
            "worker 'gw?' crashed while running 'suites/sums.yaml::good::q1'",
            "role `coder`: good undecided: *1 lost of 4 (first: sums::q1: its worker crashed)",
        ]
    )

"""Checks that execute code decide the same in every tier that holds on this machine."""

import os
import threading
from typing import Any

import pytest

from pytest_modelbench.sandbox import Ending, Evaluate, Execution, Feed, Limits
from pytest_modelbench.sandbox.pool import SandboxPool
from pytest_modelbench.sandbox.tiers import open_tier, report_tiers
from pytest_modelbench.scoring import Catalogue, Finding, Material
from pytest_modelbench.scoring.checks.code_python import PYTHON_CHECKS
from pytest_modelbench.scoring.checks.code_shell import SHELL_CHECKS
from pytest_modelbench.scoring.checks.code_sql import SQL_CHECKS

HOLDING = [state.name for state in report_tiers(os.environ) if not state.why]
CATALOGUE = Catalogue(
    {
        check.name: check
        for check in (
            *PYTHON_CHECKS,
            *SQL_CHECKS,
            *SHELL_CHECKS,
        )
    }
)


@pytest.fixture(scope="module", params=HOLDING)
def sandbox(request):
    pool = SandboxPool(lambda: open_tier(request.param, os.environ), slots=2)
    yield pool
    pool.close()


STACK = """
class Empty(Exception): pass
class Stack:
    def __init__(self): self.held = []
    def push(self, value): self.held.append(value)
    def pop(self):
        if not self.held: raise Empty("nothing to pop")
        return self.held.pop()
    def __len__(self): return len(self.held)
"""
STACK_TEST = """
stack = Stack()
stack.push(1)
assert len(stack) == 1
assert stack.pop() == 1
try:
    stack.pop()
    assert False
except Empty as error:
    assert "nothing" in str(error)
"""
ASYNC = "import asyncio\nasync def f(n):\n    await asyncio.sleep(0.001)\n    return n + 1\n"
THREADS = """
from concurrent.futures import ThreadPoolExecutor
def f():
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(abs, [-1, -2]))
"""
BIG = "x = bytearray(400 << 20)\ndef f(): return len(x)\n"
FORKS = "import subprocess\ndef f(): return subprocess.run(['true']).returncode\n"
SPIN = "def f():\n    while True: pass\n"

DECISIONS: dict[str, tuple[dict[str, Any], str, float, str]] = {
    "value": ({"python": {"call": "f(1)", "equals": 2}}, "def f(n): return n + 1", 1, ""),
    "coroutine": ({"python": {"call": "f(1)", "equals": 2}}, ASYNC, 1, ""),
    "threads": ({"python": {"call": "f()", "equals": [1, 2]}}, THREADS, 1, ""),
    "class": ({"python": {"test": STACK_TEST}}, STACK, 1, "2 of 2 assertions held"),
    "memory": (
        {"python": {"call": "f()", "equals": 1, "memory_mib": 128}},
        BIG,
        0,
        "used more memory than it may",
    ),
    "processes": ({"python": {"call": "f()", "equals": 0}}, FORKS, 0, "PermissionError"),
    "spinning": (
        {"python": {"call": "f()", "equals": 0, "timeout_s": 1.0}},
        SPIN,
        0,
        "used more processor time than it may",
    ),
    "program": (
        {"python": {"stdin": "ab", "stdout": "ba", "exit_code": 0}},
        "print(input()[::-1])",
        1,
        "",
    ),
    "exit code": ({"python": {"exit_code": 3}}, "import sys\nsys.exit(3)", 1, ""),
    "abort": (
        {"python": {"exit_code": 0}},
        "import os\nos.abort()",
        0,
        "ended its process (SIGABRT)",
    ),
    "files": (
        {
            "python": {
                "call": "f()",
                "equals": "held",
                "files": {"data/a.txt": "held"},
            }
        },
        "def f():\n    with open('data/a.txt') as file: return file.read()",
        1,
        "",
    ),
    "sql": (
        {"sql": {"fixture": "CREATE TABLE t (a); INSERT INTO t VALUES (1)", "rows": [1]}},
        "SELECT a FROM t",
        1,
        "",
    ),
    "shell": (
        {"shell": {"files": {"a.txt": "2\n1\n"}, "leaves": {"b.txt": "1\n2\n"}}},
        "```sh\nsort a.txt | cat > b.txt\n```",
        1,
        "",
    ),
    "shell background": ({"shell": "hi"}, "```sh\nsleep 30 &\necho hi\n```", 1, ""),
}


@pytest.mark.parametrize("name", DECISIONS)
def test_code_is_decided(name, sandbox):
    check, answer, unit, reason = DECISIONS[name]
    text = answer if answer.startswith("```") else f"```\n{answer}\n```"

    finding = CATALOGUE.decide(check, Material(text=text, sandbox=sandbox))

    assert isinstance(finding, Finding), finding
    assert finding.unit == unit, finding.reason
    assert reason in finding.reason


def test_installed_packages_can_be_imported(sandbox):
    check = {"python": {"call": "yaml.safe_load('a: 1')", "equals": {"a": 1}}}

    finding = CATALOGUE.decide(check, Material(text="import yaml\n", sandbox=sandbox))

    assert finding == Finding(unit=1.0, reason="the call is as expected")


def test_source_of_this_package_cannot_be_imported_anew(sandbox):
    execution = Execution(
        language="python",
        source="import sys\nprint([p for p in sys.path if 'pytest_modelbench' in p])",
        steps=(Feed(),),
    )

    (seen,) = sandbox.observe(execution).observations

    assert seen.stdout == "[]\n"


def test_many_executions_at_once_do_not_see_each_other(sandbox):
    source = """
import os
def leave(n):
    with open("mine.txt", "a") as file:
        file.write(str(n))
    with open("mine.txt") as file:
        return file.read(), sorted(os.listdir("."))
"""
    found = {}

    def run(number):
        execution = Execution(
            language="python", source=source, steps=(Evaluate(expression=f"leave({number})"),)
        )
        found[number] = sandbox.observe(execution).observations[0].value

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {number: (str(number), ["mine.txt"]) for number in range(6)}


def test_time_and_memory_of_a_step_are_measured(sandbox):
    execution = Execution(
        language="python",
        source="def spin(n):\n    while n: n -= 1\ndef fill(): return len(bytearray(100 << 20))\n",
        steps=(Evaluate(expression="spin(4_000_000)"), Evaluate(expression="fill()")),
        limits=Limits(wall_s=20),
    )

    spun, filled = sandbox.observe(execution).observations

    assert spun.ending is filled.ending is Ending.RETURNED
    assert 0.02 < spun.cpu_s < 10
    assert spun.peak_mib < 90 < filled.peak_mib < 250

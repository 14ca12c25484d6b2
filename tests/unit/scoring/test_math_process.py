"""The process that compares expressions: it answers, is ended, comes back and leaves nothing."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from pytest_modelbench.scoring.formulas import Allowance, read_formula
from pytest_modelbench.scoring.formulas.process import MathProcess
from pytest_modelbench.scoring.formulas.sympy_process import compare_expressions

EXACT = Allowance()
# For its sine one has to know hundreds of millions of its digits.
SLOW = "\\sin(\\exp(\\exp(20)))"


@pytest.fixture
def process():
    process = MathProcess(comparison_s=0.5)
    yield process
    process.close()


def compare(process, left, right):
    return process.compare(read_formula(left), read_formula(right), "equal", allowance=EXACT)


def wait_until_gone(pid):
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "it is still there"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("left", "right", "relation", "finding"),
    [
        ("2x", "x+x", "equal", "same"),
        ("2x", "x", "equal", "different"),
        ("2x", "x", "proportional", "same"),
        ("-2x", "x", "proportional", "same"),
        ("-2x", "x", "positive", "different"),
        ("2x", "3x", "positive", "same"),
        ("x+1", "\\sin(x)^{99999}", "proportional", "different"),
        ("10^{-50} x", "10^{-50} x + 10^{-60} x", "equal", "different"),
        ("\\sin(x)^2+\\cos(x)^2-1", "0", "equal", "same"),
        ("x", "y", "proportional", "different"),
        ("x", "x+0y", "proportional", "same"),
        ("x", "(10^9)!", "equal", "too_large"),
        ("x", "9^{9^{9}}", "equal", "too_large"),
        ("(10^9)!", "x", "equal", "unclear"),
        ("x", "\\log(1,2,3)", "equal", "different"),
        ("\\sin(\\infty)", "x", "equal", "unclear"),
        ("\\sqrt{-1-x^2}", "i \\sqrt{1+x^2}", "equal", "same"),
        ("\\max(x, 1)", "\\max(1, x)", "equal", "same"),
        ("\\floor(x)", "x", "equal", "different"),
    ],
)
def test_expressions_are_compared(left, right, relation, finding):
    wire = read_formula(left).to_wire(), read_formula(right).to_wire()

    assert compare_expressions(*wire, relation) == finding


def test_it_starts_when_it_is_needed_and_stays(process):
    assert process.pid is None

    findings = [compare(process, "2x", "x+x"), process.pid, compare(process, "2x", "x")]

    assert findings == ["same", process.pid, "different"]


def test_what_takes_too_long_is_ended_and_the_next_one_is_answered(process):
    with pytest.raises(TimeoutError, match=r"^SymPy needed more than 0.5 s or its memory$"):
        compare(process, SLOW, "x")

    assert compare(process, "2x", "x+x") == "same"


def test_it_comes_back_after_it_was_killed(process):
    compare(process, "2x", "x+x")
    first = process.pid
    os.kill(first, signal.SIGKILL)
    wait_until_gone(first)

    finding = compare(process, "2x", "x+x")

    assert finding == "same"
    assert process.pid != first


def test_closing_leaves_nothing(process):
    compare(process, "2x", "x+x")
    pid = process.pid

    process.close()

    assert process.pid is None
    wait_until_gone(pid)


@pytest.mark.parametrize("is_busy", [False, True])
def test_it_ends_with_the_process_that_asks_however_that_ends(is_busy):
    program = f"""
import os, signal, threading
from pytest_modelbench.scoring.formulas import Allowance, read_formula
from pytest_modelbench.scoring.formulas.process import MathProcess
process = MathProcess(comparison_s=1.0)
process.compare(read_formula("x"), read_formula("x+1"), "equal", allowance=Allowance())
print(process.pid, flush=True)
if {is_busy}:
    threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGKILL)).start()
    process.compare(read_formula({SLOW!r}), read_formula("x"), "equal", allowance=Allowance())
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.returncode == -signal.SIGKILL, ended.stderr
    wait_until_gone(int(ended.stdout.split()[0]))


def test_reading_formulas_imports_no_sympy():
    program = (
        "import sys, pytest_modelbench.scoring.checks.formulas;"
        "print([name for name in ('sympy', 'pint', 'sacrebleu', 'rapidfuzz') if name in sys.modules])"
    )

    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert shown.stdout == "[]\n"

"""The live line: where a person watches a terminal, and nowhere else."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import pytest

from pytest_modelbench.engine import Progress
from pytest_modelbench.session.desk import Tally
from pytest_modelbench.session.progress import describe_wait

ERASE = b"\x1b[K"


@pytest.fixture
def slow(project):
    project.answers(
        "good",
        {
            "one": "2",
            "two": {"text": "\x1b[31m red \x1b]0;title\x07", "latency_s": 2.6},
            "three": "23",
            "four": "34",
        },
    )
    return project


def run_in_terminal(folder, *args):
    """Run pytest in a pseudo-terminal of 120 columns; return its exit status and output."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *args],
        cwd=folder,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm", "PY_COLORS": "1"},
    )
    os.close(follower)
    output = b""
    try:
        while block := os.read(leader, 1 << 16):
            output += block
    except OSError:  # the other end is closed: Linux's way to say it
        pass
    os.close(leader)
    return process.wait(60), output


@pytest.mark.parametrize("workers", [(), ("-n2",)], ids=["single", "xdist"])
def test_a_terminal_sees_a_live_line_that_goes_away(slow, workers):
    status, output = run_in_terminal(slow.path, "--model", "good", *workers)

    assert status == pytest.ExitCode.TESTS_FAILED
    assert b" 1 s; 3 of 4 answers, about " in output
    last = output.rindex(b"; 3 of 4 answers")
    assert ERASE in output[last:]
    assert output.index(ERASE, last) < output.index(b"FAILURES")
    assert b"Captured" not in output


def test_what_a_model_writes_reaches_no_terminal_unescaped(slow):
    _, output = run_in_terminal(slow.path, "--model", "good", "--junitxml", "junit.xml")

    assert b"\x1b]0;title" not in output
    assert b"\x1b[31m red" not in output
    assert rb"\x1b[31m red" in output
    assert "\x1b" not in slow.read("junit.xml")


def test_a_log_sees_nothing_of_it(slow, run_single):
    result = run_single("--model", "good", "--color=yes")

    result.stdout.no_fnmatch_line("*of 4 answers*")
    assert "\x1b7" not in result.stdout.str()


def test_the_line_tells_tokens_speed_and_what_is_left():
    progress = Progress(key="k", suite="sums", question="one", tokens=120, tokens_per_s=11.6)

    line = describe_wait(
        Tally(asked=40, answered=10), progress=("good", progress), waited_s=3.2, elapsed_s=60.0
    )

    assert line == (
        " good sums::one: 3 s, 120 tokens, 12 t/s; 10 of 40 answers, about 3 min 0 s left"
    )


@pytest.mark.parametrize(
    ("answered", "elapsed_s", "line"),
    [
        (0, 5.0, " 5 s; 0 of 4 answers"),
        (2, 20.0, " 5 s; 2 of 4 answers, about 20 s left"),
        (1, 4000.0, " 5 s; 1 of 4 answers, about 3 h 20 min left"),
    ],
)
def test_without_tokens_the_line_tells_the_seconds(answered, elapsed_s, line):
    tally = Tally(asked=4, answered=answered)

    assert describe_wait(tally, progress=None, waited_s=5.0, elapsed_s=elapsed_s) == line

"""Runs pytest as a user does, and says what it cost: all processes of the command together."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "Cost",
    "clean_environment",
    "pytest_command",
    "run_pytest",
    "show_row",
    "start_pytest",
    "summarize",
]


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one command cost.

    Attributes:
        wall_s: From its start to its end.
        cpu_s: Of the command and of every process it started.
        output: What it printed.
    """

    wall_s: float
    cpu_s: float
    output: str


def clean_environment() -> Mapping[str, str]:
    """Return the environment as a user has it: modules are compiled once, output is buffered."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MODELBENCH_", "PYTEST_", "PYTHON")) or name == "PYTHONPATH"
    }
    return {**kept, "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "benchmarks-pycache")}


def pytest_command(*args: str) -> Sequence[str]:
    """Return the command line of a pytest that keeps nothing between runs."""
    return [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *args]


def run_pytest(folder: Path, *args: str, exit_code: int = 0) -> Cost:
    """Run pytest in a folder and measure it.

    Raises:
        RuntimeError: It ended with another exit code, so there is nothing to measure.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        pytest_command(*args),
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    wall_s = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != exit_code:
        raise RuntimeError(
            f"pytest {' '.join(args)} ended with {done.returncode}:\n"
            f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
        )
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall_s=wall_s, cpu_s=cpu_s, output=done.stdout)


def start_pytest(folder: Path, *args: str) -> subprocess.Popen[str]:
    """Start pytest in a folder, to be watched while it runs."""
    return subprocess.Popen(
        pytest_command(*args),
        cwd=folder,
        env={**clean_environment(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def summarize(values: Sequence[float], digits: int = 2) -> str:
    """Return the median and, in brackets, the range of what several rounds gave."""
    middle = statistics.median(values)
    return f"{middle:.{digits}f} [{min(values):.{digits}f}-{max(values):.{digits}f}]"


def show_row(*cells: str) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"

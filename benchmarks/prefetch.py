"""How much of the engine's waiting pytest hides: 1,000 answers of 50 ms each, 32 at a time.

    python benchmarks/prefetch.py [--rounds 3]

The engine alone needs 1,000 x 50 ms / 32 = 1.6 s. The run part is pytest's loop over
the items, which under xdist includes the start of the workers and their collection; the whole
command is the start of pytest and its report as well.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from commands import run_pytest, show_row, summarize
from recorded_project import write_project

QUESTIONS = 1_000
SLOTS = 32
LATENCY_S = 0.05
LIMIT_S = QUESTIONS * LATENCY_S / SLOTS

STAMPS = """\
import time

import pytest

spans = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session):
    started = time.perf_counter()
    try:
        return (yield)
    finally:
        spans.append(time.perf_counter() - started)


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"run part: {spans[0]:.3f}")
"""


def main() -> None:
    """Measure without workers, with two and with four."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        write_project(folder, questions=QUESTIONS, latency_s=LATENCY_S, slots=SLOTS)
        (folder / "conftest.py").write_text(STAMPS, "utf-8")
        run_pytest(folder, "--model", "player", "-q", "--snapshot-update")
        for workers in (0, 2, 4):
            print(_measure(folder, workers=workers, rounds=rounds))


def _measure(folder: Path, *, workers: int, rounds: int) -> str:
    walls: list[float] = []
    runs: list[float] = []
    empty: list[float] = []
    cpu: list[float] = []
    spread = ("-n", str(workers)) if workers else ()
    for _round in range(rounds):
        shutil.rmtree(folder / ".modelbench")
        cost = run_pytest(folder, "--model", "player", "-q", *spread)
        walls.append(cost.wall_s / LIMIT_S)
        runs.append(float(cost.output.rsplit("run part: ", 1)[1].split()[0]) / LIMIT_S)
        bare = run_pytest(folder, "test_bare.py", "-q", *spread)
        empty.append(bare.wall_s / LIMIT_S)
        cpu.append(cost.cpu_s / bare.cpu_s)
    return show_row(
        f"prefetch: {QUESTIONS:,} answers of {LATENCY_S * 1000:.0f} ms, {SLOTS} slots, "
        f"{f'-n {workers}' if workers else 'no workers'}",
        f"run part {summarize(runs)}, whole command {summarize(walls)}, "
        f"CPU {summarize(cpu)} of bare tests",
        f"the engine's own {LIMIT_S:.2f} s = 1; {QUESTIONS:,} bare tests take {summarize(empty)}",
    )


if __name__ == "__main__":
    main()

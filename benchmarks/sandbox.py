"""What it costs to execute code that a model wrote, beside a plain Python process for each answer.

    python benchmarks/sandbox.py [--answers 164] [--rounds 3]

The CPU time is that of all processes: zygotes, supervisors and cells are counted. What a tier costs
once (its self-test, its zygote) is shown by itself. The last rows are a whole pytest run.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from commands import run_pytest, show_row, summarize

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox import Ending, Evaluate, Execution, SandboxPool, open_tier
from pytest_modelbench.sandbox.tiers import TIERS

CORES = len(os.sched_getaffinity(0))
PROJECT = """\
models:
  player: {{recorded: player.jsonl}}
roles:
  coder: {{incumbent: player, suites: [code], thresholds: [{{mean: ">= 0.5"}}]}}
"""


def main() -> None:
    """Measure every tier that holds here, then whole runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=164)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    print(show_row(f"sandbox: {chosen.answers} answers", *_measure_plain(chosen.answers)))
    for name in TIERS:
        try:
            row = _measure_tier(name, chosen.answers, chosen.rounds)
        except SandboxError as error:
            row = (f"does not hold here: {str(error).splitlines()[0]}", "")
        print(show_row(f"sandbox: tier {name}", *row))
    with tempfile.TemporaryDirectory() as folder:
        for cells in _measure_runs(Path(folder), chosen.answers, chosen.rounds):
            print(show_row(*cells))


def _source(number: int) -> str:
    return f"def add(a, b):\n    return a + b + {number}\n"


def _list_executions(count: int, start: int) -> Sequence[Execution]:
    # Each differs: what was executed once is remembered.
    return [
        Execution(
            language="python",
            source=_source(number),
            steps=(Evaluate(expression="add(1, 2)"),),
        )
        for number in range(start, start + count)
    ]


def _measure_plain(count: int) -> tuple[str, str]:
    def run() -> None:
        for number in range(count):
            code = f"{_source(number)}print(add(1, 2))"
            subprocess.run(
                [sys.executable, "-I", "-S", "-c", code], check=True, capture_output=True
            )

    cpu_s, wall_s = _cost_of(run)
    return (
        f"{1000 * cpu_s / count:.1f} ms CPU, {1000 * wall_s / count:.1f} ms wall an answer",
        "a plain `python -I -S -c` each, one after the other, nothing confined",
    )


def _measure_tier(name: str, count: int, rounds: int) -> tuple[str, str]:
    cpu_ms, wall_ms, parallel_ms, open_ms = [], [], [], []
    for at in range(rounds):
        executions = _list_executions(2 * count, start=2 * count * at)
        one = _observe_all(name, executions[:count], slots=1)
        many = _observe_all(name, executions[count:], slots=CORES)
        open_ms.append(one[0])
        cpu_ms.append(one[1])
        wall_ms.append(one[2])
        parallel_ms.append(many[2])
    # bubblewrap does not wait for its children, so that nobody is told what they took.
    uncounted = ", without what happens inside of bubblewrap" if name == "bwrap" else ""
    return (
        (
            f"{summarize(cpu_ms, 1)} ms CPU{uncounted}, {summarize(wall_ms, 1)} ms wall an answer; "
            f"with {CORES} at once {summarize(parallel_ms, 1)} ms wall"
        ),
        f"once: {summarize(open_ms, 0)} ms CPU for the self-test and the zygote",
    )


def _observe_all(
    name: str, executions: Sequence[Execution], *, slots: int
) -> tuple[float, float, float]:
    """Return CPU for opening, and CPU and wall for each execution, in milliseconds."""
    opened_s, _ = _cost_of(lambda: open_tier(name, os.environ).close())
    walls: list[float] = []

    def run() -> None:
        pool = SandboxPool(lambda: open_tier(name, os.environ), slots)
        pool.observe(_list_executions(1, start=-1)[0])
        started = time.perf_counter()
        with ThreadPoolExecutor(slots) as threads:
            seen = list(threads.map(pool.observe, executions))
        walls.append(time.perf_counter() - started)
        if any(one.observations[0].ending is not Ending.RETURNED for one in seen):
            raise RuntimeError("an execution did not return")
        pool.close()

    whole_s, _ = _cost_of(run)
    count = len(executions)
    return (
        1000 * opened_s,
        1000 * max(0.0, whole_s - opened_s) / count,
        1000 * walls[0] / count,
    )


def _measure_runs(folder: Path, count: int, rounds: int) -> Sequence[tuple[str, str, str]]:
    _write_project(folder, count)
    run_pytest(folder, "--model", "player", "-q", "--snapshot-update")
    rows = []
    for workers in ((), ("-n", "2"), ("-n", "4")):
        code = [run_pytest(folder, "--model", "player", "-q", *workers) for _ in range(rounds)]
        rows.append(
            (
                f"sandbox: pytest on {count} code questions, {' '.join(workers) or 'no workers'}",
                (
                    f"{summarize([one.wall_s for one in code])} s wall, "
                    f"{summarize([one.cpu_s for one in code])} s CPU"
                ),
                "answers are stored; the tier is the first that holds",
            )
        )
    return rows


def _write_project(folder: Path, count: int) -> None:
    (folder / "suites").mkdir(parents=True)
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (folder / "modelbench.yaml").write_text(PROJECT.format(), "utf-8")
    lines = ["version: 1", "suite: code", "scale: {min: 0, max: 1}", "judge: none", "questions:"]
    with (folder / "player.jsonl").open("w", encoding="utf-8") as answers:
        for number in range(count):
            lines += [
                f"  q{number:05}:",
                "    tier: 1",
                f"    prompt: Write add(a, b), which adds {number} as well.",
                f'    check: {{python: {{call: "add(1, 2)", equals: {3 + number}}}}}',
            ]
            text = f"```python\n{_source(number)}```\n"
            line = {"suite": "code", "question": f"q{number:05}", "text": text}
            answers.write(json.dumps(line) + "\n")
    (folder / "suites" / "code.yaml").write_text("\n".join(lines) + "\n", "utf-8")


def _cost_of(run: Callable[[], None]) -> tuple[float, float]:
    """Return CPU seconds of this process and its children, and seconds on the clock."""
    before, started = _cpu_s(), time.perf_counter()
    run()
    return _cpu_s() - before, time.perf_counter() - started


def _cpu_s() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = [resource.getrusage(kind) for kind in kinds]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    main()

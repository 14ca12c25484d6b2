"""How long somebody waits who tries the demo: real llama.cpp, from the command to the verdicts.

python benchmarks/demo.py [--rounds 3]
"""

import argparse
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from commands import show_row, start_pytest, summarize
from demo_project import copy_demo_project

VERDICT = re.compile(r"\b(PASSED|FAILED|ERROR)\b")
COMMANDS = (
    ("--model", "coder_primary"),
    ("--model", "coder_primary", "-n", "4"),
    ("--model", "all"),
    ("--model", "all", "-n", "4"),
)


@dataclass(frozen=True, kw_only=True)
class Wait:
    """How long one command let its user wait.

    Attributes:
        first_s: Until the first verdict was on the screen.
        end_s: Until the prompt was back.
        last_line: What pytest said in the end.
    """

    first_s: float
    end_s: float
    last_line: str


def main() -> None:
    """Measure one model and all of them, without and with workers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        copy_demo_project(folder)
        _wait_for(folder, *COMMANDS[0])
        for command in COMMANDS:
            waits = [_wait_for(folder, *command) for _round in range(rounds)]
            print(
                show_row(
                    f"demo: `pytest {' '.join(command)} --suite demo --fresh`",
                    f"first verdict after {summarize([wait.first_s for wait in waits])} s, "
                    f"end after {summarize([wait.end_s for wait in waits])} s",
                    f"10 s; {waits[-1].last_line}",
                )
            )


def _wait_for(folder: Path, *args: str) -> Wait:
    started = time.perf_counter()
    process = start_pytest(folder, *args, "--suite", "demo", "--fresh", "-v")
    first_s = 0.0
    line = ""
    for line in process.stdout or ():
        if not first_s and VERDICT.search(line):
            first_s = time.perf_counter() - started
    # 1: the demo has models that fail on purpose.
    if process.wait() not in {0, 1} or not first_s:
        raise RuntimeError(f"pytest {' '.join(args)} ended with {process.returncode}: {line}")
    last = line.strip("= \n").rsplit(" in ", 1)[0]
    return Wait(first_s=first_s, end_s=time.perf_counter() - started, last_line=last)


if __name__ == "__main__":
    main()

"""Accept changed answers under xdist again and again: the baselines must be those of one process.

    python tests/stress/update_under_xdist.py [--rounds 200] [--workers 4]

Not collected by pytest: a round takes seconds, and what it looks for is rare. Every round starts
from the same accepted baselines, takes other answers of the model than the round before, accepts
them with workers, and compares every committed file byte by byte with what plain pytest wrote.
"""

# ruff: noqa: T201  # a script: what it prints is its report

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

QUESTIONS = 40
# Ways in which the answers differ from the accepted ones; rounds take them in turns.
CHANGES = 8
CONFIG = """\
models:
  steady: {recorded: steady.jsonl, slots: 4}
  moody: {recorded: moody.jsonl, slots: 4}
roles:
  adder:
    incumbent: moody
    suites: [sums, differences]
    thresholds:
      - {tier: 1, mean: ">= 0.5"}
"""
SUITES = {"sums": 2, "differences": 0}


def main() -> int:
    """Run the rounds and say how many lost something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    chosen = parser.parse_args()
    losses = 0
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        _write_project(folder)
        _accept(folder)
        shutil.copytree(folder / "baselines", folder / "accepted")
        serial = [_accept_change(folder, change) for change in range(CHANGES)]
        if len({json.dumps(sorted(map(repr, files.items()))) for files in serial}) != CHANGES:
            raise RuntimeError("two changes lead to the same baselines: nothing would be found")
        for turn in range(1, chosen.rounds + 1):
            change = turn % CHANGES
            spread = _accept_change(folder, change, "-n", str(chosen.workers))
            differing = _compare(serial[change], spread)
            if differing:
                losses += 1
                print(f"round {turn}: {', '.join(differing)}", flush=True)
            if turn % 20 == 0 or turn == chosen.rounds:
                passed_s = time.monotonic() - started
                print(f"{turn} rounds, {losses} losses, {passed_s:.0f} s", flush=True)
    print(f"{losses} losses in {chosen.rounds} updates with -n {chosen.workers}")
    return 1 if losses else 0


def _accept_change(folder: Path, change: int, *args: str) -> Mapping[str, bytes]:
    """Accept changed answers over the first baselines; return all files that are then there."""
    _write_answers(folder, "moody", turn=change + 1)
    shutil.rmtree(folder / "baselines")
    shutil.copytree(folder / "accepted", folder / "baselines")
    # Without the store the engines are asked: answers arrive in the middle of the run.
    shutil.rmtree(folder / ".modelbench")
    _accept(folder, *args)
    return _read_baselines(folder)


def _write_project(folder: Path) -> None:
    (folder / "suites").mkdir(parents=True)
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (folder / "modelbench.yaml").write_text(CONFIG, "utf-8")
    for suite in SUITES:
        lines = [
            "version: 1",
            f"suite: {suite}",
            "scale: {min: 0, max: 1}",
            "judge: none",
            "questions:",
        ]
        for number in range(QUESTIONS):
            check = f'{{equals: "{_answer_to(suite, number)}"}}'
            lines.append(
                f'  q{number}: {{tier: {number % 3 + 1}, prompt: "{suite} {number}", check: {check}}}'
            )
        (folder / "suites" / f"{suite}.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    for model in ("steady", "moody"):
        _write_answers(folder, model, turn=0)


def _answer_to(suite: str, number: int) -> str:
    return str(SUITES[suite] * number + 1)


def _write_answers(folder: Path, model: str, *, turn: int) -> None:
    """Write right answers, some of them wrong in a way that no other turn has."""
    lines = []
    for suite in SUITES:
        for number in range(QUESTIONS):
            is_wrong = turn and (number * 7 + turn) % 5 == 0
            text = f"no idea, {turn}" if is_wrong else _answer_to(suite, number)
            lines.append(json.dumps({"suite": suite, "question": f"q{number}", "text": text}))
    (folder / f"{model}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def _accept(folder: Path, *args: str) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "--model", "all"]
    done = subprocess.run(
        [*command, "--snapshot-update", *args],
        cwd=folder,
        env=_clean_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _clean_environment(folder: Path) -> Mapping[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("MODELBENCH_", "PYTEST_", "PYTHON")) or name == "PYTHONPATH"
    }
    # Compiled modules are kept for this script alone: most of a round is the workers' start.
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder.parent / "pycache")}


def _read_baselines(folder: Path) -> Mapping[str, bytes]:
    root = folder / "baselines"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def _compare(serial: Mapping[str, bytes], spread: Mapping[str, bytes]) -> list[str]:
    return sorted(
        name for name in serial.keys() | spread.keys() if serial.get(name) != spread.get(name)
    )


if __name__ == "__main__":
    sys.exit(main())

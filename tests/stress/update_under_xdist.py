"""Accept changed answers under xdist again and again: the baselines must be those of one process.

    python tests/stress/update_under_xdist.py [--rounds 200] [--workers 4]

Not collected by pytest: a round takes seconds, and what it looks for is rare. Every round starts
from the same accepted baselines, changes the model's answers in another way, accepts them with
workers and without, and compares every committed file byte by byte.
"""

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

QUESTIONS = 60
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
        accepted = Path(name) / "accepted"
        _write_project(folder)
        _accept(folder)
        shutil.copytree(folder / "baselines", accepted)
        for turn in range(1, chosen.rounds + 1):
            _write_answers(folder, "moody", turn=turn)
            found = {}
            for workers in (0, chosen.workers):
                shutil.rmtree(folder / "baselines")
                # Without the store, both runs ask: answers arrive in the middle of the run.
                shutil.rmtree(folder / ".modelbench")
                shutil.copytree(accepted, folder / "baselines")
                _accept(folder, *(("-n", str(workers)) if workers else ()))
                found[workers] = _read_baselines(folder)
            differing = _compare(found[0], found[chosen.workers])
            if differing:
                losses += 1
                print(f"round {turn}: {', '.join(differing)}", flush=True)
            if turn % 20 == 0 or turn == chosen.rounds:
                passed_s = time.monotonic() - started
                print(f"{turn} rounds, {losses} losses, {passed_s:.0f} s", flush=True)
    print(f"{losses} losses in {chosen.rounds} updates with -n {chosen.workers}")
    return 1 if losses else 0


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
        env={name: value for name, value in os.environ.items() if "PYTEST" not in name},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"pytest ended with {done.returncode}:\n{done.stdout}{done.stderr}")


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

"""A small project of recorded models, and pytest run on it in a subprocess."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., pytest.RunResult]

CONFIG = """\
models:
  good: {recorded: good.jsonl, slots: 4}
  weak: {recorded: weak.jsonl, slots: 4, variants: {worse: {recorded: worse.jsonl}}}
roles:
  helper:
    incumbent: weak
    suites: [sums]
    thresholds:
      - {tier: 1, mean: ">= 2"}
  expert:
    incumbent: good
    suites: [sums]
    thresholds:
      - {tier: 1, mean: ">= 3"}
      - {tier: 2, mean: ">= 2"}
    above: {role: helper, tier: 2, by: 0.5}
"""

SUITE = """\
version: 1
suite: sums
scale: {min: 0, max: 3}
judge: none
questions:
  one: {tier: 1, tags: [easy], prompt: "What is 1 + 1?", check: {equals: "2"}}
  two: {tier: 1, prompt: "What is 2 + 2?", check: {equals: "4"}}
  three: {tier: 2, tags: [hard], prompt: "What is 20 + 3?", check: {equals: "23"}}
  four: {tier: 2, prompt: "What is 30 + 4?", check: {equals: "34"}}
"""

RIGHT = {"one": "2", "two": "4", "three": "23", "four": "34"}


@dataclass(frozen=True)
class SumsProject:
    """A project with one suite, two models and two roles.

    Attributes:
        path: Its folder.
    """

    path: Path

    def answers(self, model: str, texts: Mapping[str, str | dict[str, Any]]) -> None:
        """Write what a recorded model says."""
        lines = [
            {
                "suite": "sums",
                "question": name,
                **(text if isinstance(text, dict) else {"text": text}),
            }
            for name, text in texts.items()
        ]
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (self.path / f"{model}.jsonl").write_text(text, "utf-8")

    def write(self, name: str, text: str) -> None:
        """Write any file of the project."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def read(self, name: str) -> str:
        """Read any file of the project."""
        return (self.path / name).read_text("utf-8")

    def baselines(self) -> dict[str, bytes]:
        """Return every committed file, by path."""
        folder = self.path / "baselines"
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def project(pytester: pytest.Pytester) -> SumsProject:
    """Write the project."""
    made = SumsProject(path=pytester.path)
    made.write("pytest.ini", "[pytest]\naddopts = -ra\n")
    made.write("modelbench.yaml", CONFIG)
    made.write("suites/sums.yaml", SUITE)
    made.write("tests/test_own.py", "def test_own():\n    assert True\n")
    made.answers("good", RIGHT)
    made.answers("weak", {**RIGHT, "three": "22", "four": "no idea"})
    made.answers("worse", dict.fromkeys(RIGHT, "no idea"))
    return made


@pytest.fixture(params=[(), ("-n2",)], ids=["single", "xdist"])
def run(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> Run:
    """Run pytest in a subprocess, without and with workers."""
    return lambda *args: pytester.runpytest_subprocess(*request.param, *args, timeout=120)


@pytest.fixture
def run_single(pytester: pytest.Pytester) -> Run:
    """Run pytest in a subprocess, without workers."""
    return lambda *args: pytester.runpytest_subprocess(*args, timeout=120)

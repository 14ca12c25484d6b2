"""The projects that the pages' blocks happen in, and the commands that are run there."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.docs.output import normalize, shorten
from tests.docs.pages import ROOT, Step

__all__ = ["PROJECTS", "Workbench", "is_same"]

TIMEOUT_S = 300
SUMS_CONFIG = """\
models:
  steady: {recorded: answers/steady.jsonl}
  bright: {recorded: answers/bright.jsonl}
roles:
  helper:
    incumbent: steady
    suites: [sums]
    thresholds:
      - {tier: 1, mean: ">= 2"}
  expert:
    incumbent: bright
    suites: [sums]
    thresholds:
      - {tier: 1, mean: ">= 2"}
      - {tier: 2, mean: ">= 2"}
    above: {role: helper, tier: 2, by: 0.5}
"""
SUMS_SUITE = """\
version: 1
suite: sums
scale: {min: 0, max: 3}
judge: none
questions:
  easy_1: {tier: 1, tags: [short], prompt: "What is 1 + 1?", check: {number: 2}}
  easy_2: {tier: 1, tags: [short], prompt: "What is 2 + 2?", check: {number: 4}}
  hard_1: {tier: 2, prompt: "What is 20 + 3?", check: {number: 23}}
  hard_2: {tier: 2, prompt: "What is 30 + 4?", check: {number: 34}}
"""
RIGHT = {"easy_1": "2", "easy_2": "4", "hard_1": "23", "hard_2": "34"}

SPOKEN = {name: f"It is {text}." for name, text in RIGHT.items()}


def make_empty(folder: Path) -> None:
    """Make a project of pytest with nothing of modelbench in it."""
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")


def make_own(folder: Path) -> None:
    """Make the same, with a model file."""
    make_empty(folder)
    (folder / "models").mkdir()
    shutil.copy(ROOT / "demo" / "coder_primary.gguf", folder / "models" / "small.gguf")


def make_sums(folder: Path) -> None:
    """Make a project of two recorded models and four questions."""
    make_empty(folder)
    _write(folder / "modelbench.yaml", SUMS_CONFIG)
    _write(folder / "suites" / "sums.yaml", SUMS_SUITE)
    _write(folder / "answers" / "steady.jsonl", _answers({**RIGHT, "hard_1": "22", "hard_2": "3"}))
    _write(folder / "answers" / "bright.jsonl", _answers(SPOKEN))


def make_accepted(folder: Path) -> None:
    """Make the same, accepted."""
    make_sums(folder)
    _run(["pytest", "--model", "all", "--snapshot-update"], folder, {})


def make_demo(folder: Path) -> None:
    """Copy the demo project, as `modelbench demo` does."""
    for name in ("suites", "demo", "baselines"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "modelbench.yaml", folder)
    make_empty(folder)


PROJECTS: Mapping[str, Callable[[Path], None]] = {
    "accepted": make_accepted,
    "demo": make_demo,
    "empty": make_empty,
    "own": make_own,
    "sums": make_sums,
}


class Workbench:
    """Does what a page says, block by block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self._project = folder

    def do(self, step: Step) -> tuple[str, ...]:
        """Do a step and return what the page should show in its place."""
        match step.kind:
            case "project":
                self._count += 1
                self._project = self._folder / f"{step.argument}-{self._count}" / "project"
                shutil.copytree(self._pattern(step.argument), self._project)
            case "file":
                _write(self._project / step.argument, step.text)
            case "edit":
                self._edit(*shlex.split(step.argument))
            case "shown":
                text = (self._project / step.argument).read_text("utf-8")
                return tuple(text.removesuffix("\n").split("\n"))
            case "run":
                return self._run_block(step)
        return step.body

    def _pattern(self, name: str) -> Path:
        """Return a project that is made once and copied from then on."""
        folder = self._folder / "patterns" / name
        if not folder.exists():
            folder.mkdir(parents=True)
            PROJECTS[name](folder)
        return folder

    def _edit(self, name: str, old: str, new: str) -> None:
        path = self._project / name
        text = path.read_text("utf-8")
        assert old in text, f"{name}: no {old!r}"
        path.write_text(text.replace(old, new), "utf-8")

    def _run_block(self, step: Step) -> tuple[str, ...]:
        shown: list[str] = []
        for line in step.body:
            if not line.startswith("$ "):
                continue
            words = shlex.split(line.removeprefix("$ "), comments=True)
            extra = {}
            while "=" in words[0]:
                name, _, value = words.pop(0).partition("=")
                extra[name] = value
            ended = _run(words, self._project, extra)
            shown.append(line)
            if step.argument == "quiet":
                assert ended.returncode == 0, (
                    f"line {step.line}: {line}\n{ended.stdout}{ended.stderr}"
                )
                continue
            text = (ended.stdout + ended.stderr).replace(str(self._project), "PROJECT")
            section = step.argument == "section" and words[0] == "pytest"
            shown.extend(shorten(text, section=section))
        return tuple(shown)


def is_same(shown: tuple[str, ...], found: tuple[str, ...]) -> bool:
    """Tell whether two blocks differ in nothing but times, speeds and rulers."""
    return normalize(shown) == normalize(found)


def _run(
    words: list[str], folder: Path, extra: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    programs = {
        "pytest": [sys.executable, "-m", "pytest"],
        "modelbench": [
            sys.executable,
            "-c",
            "from pytest_modelbench.cli import main as m; exit(m())",
        ],
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "MODELBENCH_", "COV_"))
        # pytest shortens lines only where it sees a person, not a machine that builds.
        and name not in {"CI", "BUILD_NUMBER"}
    }
    return subprocess.run(
        [*programs.get(words[0], words[:1]), *words[1:]],
        cwd=folder,
        env={**kept, "COLUMNS": "80", **extra},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


def _answers(texts: Mapping[str, str]) -> str:
    lines = ({"suite": "sums", "question": name, "text": text} for name, text in texts.items())
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")

"""A small catalogue of checks, and files that are written and loaded in one step."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from pytest_modelbench.domain import Place, Problem, Project, Question, Suite
from pytest_modelbench.errors import SettingsError, SuiteError
from pytest_modelbench.loading import load_project, load_suite


class TextCatalogue:
    """Knows `contains`, `regex` and of the dialect `exact_match`."""

    def describe(self) -> Mapping[str, Any]:
        text = {"$ref": "#/$defs/Words"}
        return {
            "type": "object",
            "properties": {"contains": text, "regex": text, "python": {"type": "object"}},
            "additionalProperties": False,
            "$defs": {"Words": {"type": "string"}},
        }

    def find_problems(self, value: object) -> Sequence[Problem]:
        assert isinstance(value, Mapping)
        return [problem for name in value for problem in self._find(name, value[name])]

    def _find(self, name: str, argument: object) -> list[Problem]:
        if name not in {"contains", "regex", "auto_score", "python"}:
            return [Problem(text=f"there is no check `{name}`", path=(name,))]
        if name == "regex":
            try:
                re.compile(str(argument))
            except re.error as error:
                return [Problem(text=f"`regex` does not compile: {error}", path=("regex",))]
        if name == "auto_score" and ":" not in str(argument):
            return [Problem(text="`auto_score` has no argument", hint="X", path=("auto_score",))]
        return []

    def judge_reference(self, question: Question) -> Sequence[tuple[Place, Problem]]:
        return [
            (criterion.check.place, Problem(text="the reference answer fails `contains`"))
            for criterion in question.rubric
            if criterion.check and not self._holds(criterion.check.value, question)
        ]

    def _holds(self, check: Mapping[str, Any], question: Question) -> bool:
        if "auto_score" in check:
            return str(check["auto_score"]).partition(":")[2] == question.reference_answer
        return str(check.get("contains", "")) in question.reference_answer


@dataclass(frozen=True)
class Files:
    """Writes a file into a fresh folder and loads it."""

    root: Path

    def write(self, text: str, name: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), "utf-8")
        return path

    def load(self, text: str, name: str = "suites/s.yaml") -> Suite:
        return self.load_path(self.write(text, name))

    def only_question(self, text: str) -> Question:
        (question,) = self.load(text).questions
        return question

    def complaint(self, text: str, name: str = "suites/s.yaml") -> str:
        return self.complaint_about(self.write(text, name))

    def load_path(self, path: Path) -> Suite:
        return load_suite(path, root=self.root, catalogue=TextCatalogue())

    def complaint_about(self, path: Path) -> str:
        with pytest.raises(SuiteError) as caught:
            self.load_path(path)
        return str(caught.value)

    def project(self, text: str, environment: Mapping[str, str] | None = None) -> Project:
        return load_project(self.write(text, "modelbench.yaml"), environment or {})

    def project_complaint(self, text: str, environment: Mapping[str, str] | None = None) -> str:
        with pytest.raises(SettingsError) as caught:
            self.project(text, environment)
        return str(caught.value)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(root=tmp_path)


@pytest.fixture
def catalogue() -> TextCatalogue:
    return TextCatalogue()

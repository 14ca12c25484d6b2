"""Every block of the pages is true: files load, commands print what is shown."""

import json
import os
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_modelbench.loading import load_project, load_suite
from pytest_modelbench.scoring import CATALOGUE
from tests.docs.pages import DOCS, PAGES, ROOT, read_steps
from tests.docs.projects import Workbench, is_same

# Written by others, and checked beside the code they describe.
ELSEWHERE = {
    DOCS / "howto" / "editor.md",
    *(DOCS / "reference").glob("checks*.md"),
    DOCS / "reference" / "engine.md",
    DOCS / "reference" / "modelbench-yaml.md",
    DOCS / "reference" / "outcomes.md",
    DOCS / "reference" / "suites.md",
}
OURS = [page for page in PAGES if page not in ELSEWHERE]
REAL_MODELS = {"demo", "own"}


def name_page(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def does_something(page: Path) -> bool:
    return any(step.kind in {"run", "shown"} for step in read_steps(page))


def pages_that_run() -> Sequence[object]:
    pages = []
    for page in filter(does_something, OURS):
        projects = {step.argument for step in read_steps(page) if step.kind == "project"}
        marks = [pytest.mark.engine] if projects & REAL_MODELS else []
        pages.append(pytest.param(page, id=name_page(page), marks=marks))
    return pages


def yaml_blocks() -> Sequence[object]:
    return [
        pytest.param(step, id=f"{name_page(page)}:{step.line}")
        for page in OURS
        for step in read_steps(page)
        if step.language == "yaml"
    ]


@pytest.mark.parametrize("page", pages_that_run())
def test_a_page_shows_what_happens(page, tmp_path):
    bench = Workbench(tmp_path)
    differences = []

    for step in read_steps(page):
        found = bench.do(step)
        if step.kind in {"run", "shown"} and not is_same(step.body, found):
            differences.append(f"{name_page(page)}:{step.line}:\n" + "\n".join(found))

    assert differences == [], "python -m tests.docs.refresh writes the pages anew"


def complete(text: str) -> str:
    """Make a suite of what a page shows of one question."""
    if not text.startswith(("rubric:", "check:")):
        return text
    question = textwrap.indent(f"prompt: Answer this.\n{text}", " " * 4)
    return f"version: 1\nsuite: shown\nquestions:\n  one:\n{question}"


@pytest.mark.parametrize("step", yaml_blocks())
def test_a_block_of_yaml_is_a_file_that_loads(step, tmp_path):
    path = tmp_path / ("modelbench.yaml" if "models:" in step.body else "suite.yaml")
    path.write_text(complete(step.text), "utf-8")

    if path.name == "modelbench.yaml":
        found = len(load_project(path, os.environ).models)
    else:
        found = len(load_suite(path, root=tmp_path, catalogue=CATALOGUE).questions)

    assert found > 0


@pytest.mark.parametrize("page", OURS, ids=name_page)
def test_a_block_of_json_is_json(page):
    for step in read_steps(page):
        if step.language == "json" and step.kind != "shown":
            for line in step.body:
                json.loads(line)


@pytest.mark.parametrize("page", OURS, ids=name_page)
def test_every_command_of_ours_is_run(page):
    forgotten = [
        f"{name_page(page)}:{step.line}: {line}"
        for step in read_steps(page)
        if step.kind != "run" and step.language == "console"
        for line in step.body
        if line.startswith(("$ pytest", "$ modelbench"))
    ]

    assert forgotten == []

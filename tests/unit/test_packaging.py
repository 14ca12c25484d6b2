"""What is committed beside the code is what the code would write."""

from pathlib import Path

import pytest

from demo.training.make_suite import write_suite
from pytest_modelbench.loading import (
    PROJECT_SCHEMA_NAME,
    SUITE_SCHEMA_NAME,
    load_project,
    load_suite,
    project_schema,
    render_schema,
    suite_paths,
    suite_schema,
)
from pytest_modelbench.scoring import CATALOGUE

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "schema"),
    [(PROJECT_SCHEMA_NAME, project_schema()), (SUITE_SCHEMA_NAME, suite_schema(CATALOGUE))],
)
def test_the_committed_schema_is_fresh(name, schema):
    assert (ROOT / "schemas" / name).read_text("utf-8") == render_schema(schema), (
        "run: modelbench schemas schemas"
    )


def test_the_demo_suite_is_the_one_its_script_writes(tmp_path):
    write_suite(tmp_path / "demo.yaml")

    written = (tmp_path / "demo.yaml").read_text("utf-8")
    assert (ROOT / "suites" / "demo.yaml").read_text("utf-8") == written


def test_the_demo_project_loads():
    project = load_project(ROOT / "modelbench.yaml", {})

    suites = [
        load_suite(path, root=project.root, catalogue=CATALOGUE) for path in suite_paths(project)
    ]

    assert [(suite.name, len(suite.questions)) for suite in suites] == [("demo", 60)]

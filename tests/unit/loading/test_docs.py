"""The reference pages name every key, and their examples can be loaded."""

import json
import re
from pathlib import Path

import pytest

from pytest_modelbench.loading.project_shapes import ProjectShape
from pytest_modelbench.loading.shapes import Shape
from pytest_modelbench.loading.suite_shapes import SuiteShape

DOCS = Path(__file__).parents[3] / "docs"
PROJECT_PAGE = DOCS / "reference" / "modelbench-yaml.md"
SUITES_PAGE = DOCS / "reference" / "suites.md"
EDITOR_PAGE = DOCS / "howto" / "editor.md"


def find_blocks(page: Path, language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert found
    return found


def list_keys(shape: type[Shape]) -> list[str]:
    """Return the keys of a shape and of every shape inside it."""
    schema = shape.model_json_schema()
    inner = [schema, *schema["$defs"].values()]
    return sorted({key for one in inner for key in one.get("properties", {})})


@pytest.mark.parametrize("text", find_blocks(PROJECT_PAGE, "yaml"))
def test_examples_of_modelbench_yaml_can_be_loaded(files, text):
    files.write("{{ messages }}", "templates/coder.jinja")

    project = files.project(text, {"MODELS_DIR": "/models"})

    assert project.models


@pytest.mark.parametrize(
    "text", [*find_blocks(SUITES_PAGE, "yaml"), *find_blocks(EDITOR_PAGE, "yaml")]
)
def test_examples_of_suites_can_be_loaded(files, text):
    suite = files.load(text)

    assert suite.questions


@pytest.mark.parametrize("key", list_keys(ProjectShape))
def test_every_key_of_modelbench_yaml_is_documented(key):
    assert f"| `{key}` |" in PROJECT_PAGE.read_text("utf-8")


@pytest.mark.parametrize("key", list_keys(SuiteShape))
def test_every_key_of_a_suite_is_documented(key):
    text = SUITES_PAGE.read_text("utf-8") + PROJECT_PAGE.read_text("utf-8")

    assert f"`{key}`" in text or f"{key}: " in text


@pytest.mark.parametrize("text", find_blocks(EDITOR_PAGE, "json"))
def test_settings_for_the_editor_name_the_schemas(text):
    schemas = json.loads(text)["yaml.schemas"]

    assert set(schemas) == {"./schemas/modelbench.schema.json", "./schemas/suite.schema.json"}


def test_shapes_refuse_unknown_keys():
    assert Shape.model_config["extra"] == "forbid"

"""The JSON Schemas agree with what the loader accepts."""

import json
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
import yaml

from pytest_modelbench.loading import project_schema, render_schema, suite_schema, write_schemas

NATIVE = """\
    version: 1
    suite: coder
    scale: {min: 1, max: 5}
    questions:
      q:
        prompt: Hi
        rubric: [{criterion: polite, weight: 100, check: {contains: Hi}}]
        needs: [vision, {context_tokens: 100}]
    """
DIALECT = """\
    version: 1
    domain: coder
    created: "2025-12-16"
    prompts:
      q:
        prompt: Hi
        context_tokens: 100
        context_type: code_files
        needle: x
        needle_position: 0.5
        auto_score: manual
        scoring: [{criterion: polite, weight: 100}]
    inference_params: {temperature: 0.1, max_tokens: 5, timeout: 3}
    """
PROJECT = """\
    models:
      a: {gguf: a.gguf, chat_arguments: {think: false}, variants: {v: {experts: 2}}}
    roles:
      r:
        incumbent: a@v
        suites: [coder]
        thresholds: [{mean: ">= 4"}, {outcome: loop, rate: "<= 0.02"}]
        above: {role: s, by: 0.3}
    """


def find_faults(schema: dict[str, Any], text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema)
    return [error.message for error in validator.iter_errors(yaml.safe_load(dedent(text)))]


@pytest.mark.parametrize("text", [NATIVE, DIALECT])
def test_suite_schema_accepts_native_and_dialect_keys(catalogue, text):
    assert find_faults(suite_schema(catalogue), text) == []


def test_project_schema_accepts_a_project():
    assert find_faults(project_schema(), PROJECT) == []


def test_schemas_are_valid_schemas(catalogue):
    jsonschema.Draft202012Validator.check_schema(suite_schema(catalogue))
    jsonschema.Draft202012Validator.check_schema(project_schema())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "questons: {}",
            "Additional properties are not allowed ('questons' was unexpected)",
        ),
        ("questions: {q: {prompt: 3}}", "is not valid under any of the given schemas"),
        ("questions: {q: {check: {cotains: x}}}", "is not valid under any of the given schemas"),
    ],
)
def test_suite_schema_refuses_what_the_loader_refuses(catalogue, text, fault):
    (found,) = find_faults(suite_schema(catalogue), text)

    assert found.endswith(fault)


def test_bound_without_a_comparison_is_refused_by_the_schema():
    faults = find_faults(
        project_schema(),
        "models: {a: {gguf: a}}\n"
        "roles: {r: {incumbent: a, suites: [s], thresholds: [{mean: 4}, {mean: '4'}]}}",
    )

    assert len(faults) == 2


def test_checks_of_the_catalogue_stand_in_the_suite_schema(catalogue):
    schema = suite_schema(catalogue)

    assert schema["$defs"]["Words"] == {"type": "string"}
    assert schema["$defs"]["Check"]["properties"]["contains"] == {"$ref": "#/$defs/Words"}
    assert schema["$defs"]["QuestionShape"]["properties"]["check"]["$ref"] == "#/$defs/Check"


def test_equal_schemas_have_equal_bytes(catalogue):
    first = render_schema(suite_schema(catalogue))
    second = render_schema(suite_schema(catalogue))

    assert first == second
    assert first.endswith("}\n")


def test_schemas_are_written_whole_and_under_their_names(catalogue, tmp_path):
    paths = write_schemas(tmp_path / "schemas", catalogue)

    assert [path.name for path in paths] == ["modelbench.schema.json", "suite.schema.json"]
    assert sorted(paths) == sorted((tmp_path / "schemas").iterdir())
    assert json.loads(paths[0].read_text("utf-8")) == project_schema()
    assert json.loads(paths[1].read_text("utf-8")) == suite_schema(catalogue)

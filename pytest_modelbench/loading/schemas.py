"""JSON Schemas of both files, for editors."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from pytest_modelbench.domain import CheckCatalogue
from pytest_modelbench.loading.project_shapes import ProjectShape
from pytest_modelbench.loading.shapes import CHECK_MARK
from pytest_modelbench.loading.suite_shapes import SuiteShape

__all__ = [
    "PROJECT_SCHEMA_NAME",
    "SUITE_SCHEMA_NAME",
    "project_schema",
    "render_schema",
    "suite_schema",
    "write_schemas",
]

PROJECT_SCHEMA_NAME = "modelbench.schema.json"
SUITE_SCHEMA_NAME = "suite.schema.json"
CHECK = "Check"
# Said by the shapes for our own sake; an editor has no use for them.
LEFT_OUT = frozenset({"title", "default"})


def project_schema() -> dict[str, Any]:
    """Return the JSON Schema of modelbench.yaml."""
    return _describe(ProjectShape, "modelbench.yaml of pytest-modelbench")


def suite_schema(catalogue: CheckCatalogue) -> dict[str, Any]:
    """Return the JSON Schema of a suite file, native and dialect keys alike.

    Args:
        catalogue: Describes the checks; its `$defs` are taken over.
    """
    schema = _describe(SuiteShape, "A suite of pytest-modelbench")
    check = dict(catalogue.describe())
    definitions = dict(check.pop("$defs", {}))
    check.pop("$schema", None)
    schema["$defs"] = dict(sorted({**schema["$defs"], **definitions, CHECK: check}.items()))
    return schema


def render_schema(schema: Mapping[str, Any]) -> str:
    """Return the text of a schema file; equal schemas give equal bytes."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path, catalogue: CheckCatalogue) -> tuple[Path, ...]:
    """Write both schema files and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    schemas = {
        PROJECT_SCHEMA_NAME: project_schema(),
        SUITE_SCHEMA_NAME: suite_schema(catalogue),
    }
    for name, schema in schemas.items():
        # In the same folder, so that the file appears whole.
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_text(render_schema(schema), "utf-8")
        draft.replace(folder / name)
    return tuple(folder / name for name in schemas)


def _describe(shape: type[BaseModel], title: str) -> dict[str, Any]:
    generated = shape.model_json_schema()
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": title,
        **_tidy(generated),
    }


def _tidy(value: Any) -> Any:  # noqa: ANN401  # JSON
    if isinstance(value, list):
        return [_tidy(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if value.get("format") == CHECK_MARK:
        kept = {"description": value["description"]} if "description" in value else {}
        return {"$ref": f"#/$defs/{CHECK}", **kept}
    tidied: dict[str, Any] = {}
    for key, entry in value.items():
        if key in {"properties", "$defs"}:
            # Names of ours, which may be called `title` or `default`.
            tidied[key] = {name: _tidy(inner) for name, inner in entry.items()}
        elif key not in LEFT_OUT:
            tidied[key] = _tidy(entry)
    return tidied

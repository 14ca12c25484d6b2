"""Files that users write, read strictly: modelbench.yaml, suites, and their JSON Schemas."""

from pytest_modelbench.domain import find_nearest
from pytest_modelbench.loading.schemas import (
    PROJECT_SCHEMA_NAME,
    SUITE_SCHEMA_NAME,
    project_schema,
    render_schema,
    suite_schema,
    write_schemas,
)
from pytest_modelbench.loading.structure_project import load_project
from pytest_modelbench.loading.suite_files import load_suite, peek_suite_name, suite_paths

__all__ = [
    "PROJECT_SCHEMA_NAME",
    "SUITE_SCHEMA_NAME",
    "find_nearest",
    "load_project",
    "load_suite",
    "peek_suite_name",
    "project_schema",
    "render_schema",
    "suite_paths",
    "suite_schema",
    "write_schemas",
]

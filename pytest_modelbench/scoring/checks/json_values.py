"""JSON in answers: bare, in a fence or in prose; and the check for it."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, cast

from pydantic import ConfigDict, Field, field_validator

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.patterns import search_pattern
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.json_values import (
    NOTHING,
    find_json,
    parse_json,
    same_json,
)

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = ["JSON_CHECKS", "Json", "judge_value"]


class Json(Arguments):
    """What the JSON in the answer has to be.

    Attributes:
        valid: There has to be JSON, whatever it holds.
        fields: Values by their path, such as `user.name` or `tags.0`; others are free.
        json_schema: A JSON Schema it has to fulfil.
        whole: Nothing else stands in the answer, not even a fence.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, validate_by_name=False, validate_by_alias=True
    )

    shorthand: ClassVar[str] = "valid"

    valid: Literal["valid"] = "valid"
    fields_: Annotated[dict[str, Any], Field(alias="fields", default_factory=dict)]
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None
    whole: bool = False

    @field_validator("schema_")
    @classmethod
    def _require_schema(cls, schema: dict[str, Any] | None) -> dict[str, Any] | None:
        if schema is not None:
            from jsonschema import SchemaError  # noqa: PLC0415  0.1 s, for this option only

            try:
                _schema_validator_class().check_schema(schema)
            except SchemaError as error:
                raise ValueError(f"must be a JSON Schema: {error.message}") from error
        return schema


def check_json(text: str, arguments: Json) -> Finding:
    """Find JSON in the answer and compare it; the unit is the share of right fields."""
    found = find_json(text)
    if isinstance(found, NotFound):
        return missed(f"expected JSON, got {quote(text.strip())}")
    if arguments.whole and parse_json(text) is NOTHING:
        return missed(f"expected nothing but JSON, got {quote(text.strip())}")
    return judge_value(found.value, arguments, "JSON")


def judge_value(value: object, arguments: Json, noun: str) -> Finding:
    """Compare a value with schema and fields; the unit is the share of right fields."""
    schema = arguments.schema_
    if schema is not None and (problem := _schema_problem(value, schema, noun)):
        return missed(problem)
    wrong = list(_wrong_fields(value, arguments.fields_))
    if wrong:
        count = len(arguments.fields_)
        return Finding(unit=1 - len(wrong) / count, reason="; ".join(wrong))
    return fulfilled(f"the {noun} is as expected: {quote(_dump(value))}")


def _wrong_fields(value: object, fields: Mapping[str, Any]) -> Iterator[str]:
    for path, expected in fields.items():
        got = _follow(value, path)
        if got is NOTHING:
            yield f"`{path}` is missing, expected {quote(expected)}"
        elif not same_json(got, expected):
            yield f"`{path}` is {quote(got)}, expected {quote(expected)}"


def _follow(value: object, path: str) -> object:
    if isinstance(value, dict) and path in value:
        return value[path]
    for step in path.split("."):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return NOTHING
    return value


def _schema_problem(value: object, schema: dict[str, Any], noun: str) -> str:
    validator = _compile_schema(_dump(schema))
    problems = sorted(
        validator.iter_errors(cast("dict[str, Any]", value)),
        key=lambda problem: list(map(str, problem.path)),
    )
    if not problems:
        return ""
    place = ".".join(map(str, problems[0].path)) or f"the {noun}"
    return f"{place} does not fulfil the schema: {quote(problems[0].message)}"


@lru_cache(maxsize=1024)
def _compile_schema(schema: str) -> "Validator":
    return _schema_validator_class()(json.loads(schema))


@lru_cache(maxsize=1)
def _schema_validator_class() -> "type[Validator]":
    import jsonschema  # noqa: PLC0415  0.1 s, for this option only

    def match_pattern(
        _validator: object, pattern: str, value: object, _schema: object
    ) -> "Iterator[jsonschema.ValidationError]":
        # Like the checks' own patterns: with a time limit.
        if isinstance(value, str) and not search_pattern(value, pattern):
            yield jsonschema.ValidationError(f"{value!r} does not match {pattern!r}")

    checked: type[Validator] = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # stubs
        jsonschema.Draft202012Validator, {"pattern": match_pattern}
    )
    return checked


def _dump(value: object) -> str:
    return json.dumps(value, sort_keys=True)


JSON_CHECKS = (
    Check(
        name="json",
        arguments=Json,
        decide=check_json,
        illustration=Illustration(
            arguments={"fields": {"name": "Ada", "tags.0": "math"}},
            fulfilled='Here it is: {"name": "Ada", "tags": ["math"], "born": 1815}',
            missed='{"name": "Bob"}',
        ),
    ),
)

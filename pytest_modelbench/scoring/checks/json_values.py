"""JSON in answers: bare, in a fence or in prose; and the check for it."""

import json
import re
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

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = [
    "JSON_CHECKS",
    "fenced_blocks",
    "json_values_in_prose",
    "parse_json",
    "same_json",
]

# Deeper values are no answer to anything, and would exhaust the stack of whoever walks them.
MAX_DEPTH = 100
# Bounds the search for JSON in a text full of opening brackets.
MAX_CHARS_READ = 2_000_000
MAX_STARTS = 2_000

FENCE = re.compile(
    r"^[ \t]*```[ \t]*([\w+-]*)[^\n]*\n(.*?)(?:^[ \t]*```|\Z)", re.MULTILINE | re.DOTALL
)
START = re.compile(r"[{\[]")
NOTHING = object()


class Json(Arguments):
    """What the JSON in the answer has to be.

    Attributes:
        valid: There has to be JSON, whatever it holds.
        fields: Values by their path, such as `user.name` or `tags.0`; others are free.
        json_schema: A JSON Schema it has to fulfil.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, validate_by_name=False, validate_by_alias=True
    )

    shorthand: ClassVar[str] = "valid"

    valid: Literal["valid"] = "valid"
    fields_: Annotated[dict[str, Any], Field(alias="fields", default_factory=dict)]
    schema_: Annotated[dict[str, Any] | None, Field(alias="schema")] = None

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
    value = find_json(text)
    if value is NOTHING:
        return missed(f"expected JSON, got {quote(text.strip())}")
    if arguments.schema_ is not None and (problem := _schema_problem(value, arguments.schema_)):
        return missed(problem)
    wrong = list(_wrong_fields(value, arguments.fields_))
    if wrong:
        count = len(arguments.fields_)
        return Finding(unit=1 - len(wrong) / count, reason="; ".join(wrong))
    return fulfilled(f"the JSON is as expected: {quote(_dump(value))}")


def find_json(text: str) -> object:
    """Return the JSON value of an answer, or `NOTHING`.

    The whole answer is tried first, then fenced blocks, then the longest object or list in prose.
    """
    for candidate in (text, *(block for _language, block in fenced_blocks(text))):
        value = parse_json(candidate)
        if value is not NOTHING:
            return value
    found = max(json_values_in_prose(text), key=lambda entry: entry[0], default=(0, NOTHING))
    return found[1]


def fenced_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield language and contents of each fenced block; the last one may lack its end."""
    for found in FENCE.finditer(text):
        yield found[1].lower(), found[2]


def parse_json(text: str) -> object:
    """Return the value that a whole text is, or `NOTHING`."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return NOTHING
    return value if _is_shallow(value) else NOTHING


def json_values_in_prose(text: str) -> Iterator[tuple[int, object]]:
    """Yield length and value of each object or list that stands in a text."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    read = 0
    end = 0
    for tries, found in enumerate(START.finditer(text)):
        start = found.start()
        if start < end:
            continue
        if tries > MAX_STARTS or read > MAX_CHARS_READ:
            return
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            # An unfinished string is reported at its start, yet was read up to the end.
            read += (len(text) if "Unterminated" in error.msg else error.pos) - start
        except (ValueError, RecursionError):
            read += MAX_CHARS_READ // 10
        else:
            read += end - start
            if _is_shallow(value):
                yield end - start, value


def same_json(left: object, right: object) -> bool:
    """Compare like JSON does: 1 is 1.0, but neither is true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    return left == right


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _is_shallow(value: object) -> bool:
    layer = [value]
    for _depth in range(MAX_DEPTH):
        layer = [child for parent in layer for child in _children(parent)]
        if not layer:
            return True
    return False


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


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


def _schema_problem(value: object, schema: dict[str, Any]) -> str:
    validator = _compile_schema(_dump(schema))
    problems = sorted(
        validator.iter_errors(cast("dict[str, Any]", value)),
        key=lambda problem: list(map(str, problem.path)),
    )
    if not problems:
        return ""
    place = ".".join(map(str, problems[0].path)) or "the JSON"
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

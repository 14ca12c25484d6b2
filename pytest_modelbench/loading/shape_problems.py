"""What a shape found wrong, in the words of the one who wrote the file."""

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic_core import ErrorDetails

from pytest_modelbench.domain import find_nearest
from pytest_modelbench.loading.problems import Problems
from pytest_modelbench.loading.shapes import KINDS, NOTE
from pytest_modelbench.loading.yaml_nodes import YamlFile
from pytest_modelbench.loading.yaml_scalars import Trap

__all__ = ["describe_mismatch", "name_path", "report_shape", "strip_tags"]

WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "greater_than": "above {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "below {lt:g}",
    "less_than_equal": "at most {le:g}",
}
PLANNED = {
    "endpoint": "use `gguf` or `recorded`",
    "claude": "use `gguf` or `recorded`",
}
LONGEST_SHOWN = 60
TAGS = frozenset(KINDS.values())

Location = Sequence[str | int]


def report_shape(
    error: ValidationError, shape: type[BaseModel], file: YamlFile, problems: Problems
) -> None:
    """Note everything that `shape` found wrong with the file's value."""
    for found in error.errors(include_url=False):
        path = strip_tags(found["loc"])
        text, hint = _describe(found, shape, file)
        problems.add(file.find_line(path), text, hint)


def describe_mismatch(name: str, wanted: str, value: object, written: str = "") -> tuple[str, str]:
    """Return problem and hint for a value of the wrong type.

    Args:
        name: The key.
        wanted: For instance "text" or "a whole number".
        value: What is there instead.
        written: The same as it stands in the file, where that is known.
    """
    text = f"`{name}` must be {wanted}, got {_show(value)}"
    return text, _explain(value, wanted, written)


def name_path(path: Location) -> str:
    """Return the last key of a path with the indices behind it: `stop[0]`."""
    name = ""
    for step in path:
        name = f"{name}[{step}]" if isinstance(step, int) else step
    return name


def _describe(found: ErrorDetails, shape: type[BaseModel], file: YamlFile) -> tuple[str, str]:
    path = strip_tags(found["loc"])
    name = name_path(path) or "the file"
    context: Mapping[str, Any] = found.get("ctx", {})
    kind, value = found["type"], found["input"]
    if kind == "extra_forbidden":
        return _describe_unknown(str(path[-1]), _find_shape(shape, found["loc"][:-1]))
    if kind == "missing":
        return f"`{name}` is missing", ""
    if kind in {"string_too_short", "too_short"}:
        return f"`{name}` must not be empty", ""
    written = file.find_text(path)
    if kind == "literal_error":
        return _describe_choice(name, str(context["expected"]), value, written)
    if kind == "union_tag_invalid":
        wanted = _join_or(_strip_quotes(str(context["expected_tags"])))
        return describe_mismatch(name, wanted, value, written)
    wanted = WANTED[kind].format(**context)
    return describe_mismatch(name, wanted, value, written)


def _describe_unknown(key: str, shape: type[BaseModel]) -> tuple[str, str]:
    fields = shape.model_fields
    if key in PLANNED and "gguf" in fields:
        return f"`{key}` is not supported yet", PLANNED[key]
    nearest = find_nearest(key, fields)
    known = ", ".join(name for name, field in fields.items() if field.description != NOTE)
    hint = f"did you mean `{nearest}`?" if nearest else f"known keys: {known}"
    return f"`{key}` is no known key", hint


def _describe_choice(name: str, expected: str, value: object, written: str) -> tuple[str, str]:
    words = _strip_quotes(expected.replace(" or ", ", "))
    text = f"`{name}` must be {_join_or(words)}, got {_show(value)}"
    if not isinstance(value, str):
        return text, _explain(value, "text", written)
    nearest = find_nearest(value, words)
    return text, f"did you mean `{nearest}`?" if nearest else ""


def _explain(value: object, wanted: str, written: str) -> str:
    if isinstance(value, Trap):
        return _explain_trap(value, wanted)
    if value is None:
        return "nothing is written here; write a value or leave the key out"
    wants_text = wanted.endswith("text") or wanted.startswith("text")
    if wants_text and isinstance(value, bool):
        return f'YAML reads a bare {written} as {value!r}; write "{written}" in quotes'
    if wants_text and isinstance(value, int | float):
        return f'write "{written}" in quotes'
    if "number" in wanted and isinstance(value, str) and _is_number(value):
        return "leave the quotes out"
    return ""


def _explain_trap(trap: Trap, wanted: str) -> str:
    quoted = f'write "{trap.text}" in quotes'
    if trap.kind == "infinite":
        return "write a number that has an end" if "text" not in wanted else quoted
    if "text" in wanted:
        if "true or false" in wanted and trap.kind == "word":
            return f"{trap.reading}; write {str(trap.value).lower()}, or {quoted[6:]}"
        return f"{trap.reading}; {quoted}"
    if trap.kind == "word":
        instead = f"; write {str(trap.value).lower()}" if wanted == "true or false" else ""
        return f"{trap.reading}{instead}"
    if trap.kind == "date":
        return trap.reading
    return f"{trap.reading}; write {trap.value!r} if that is meant"


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdecimal()


def _show(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    shown = repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[: LONGEST_SHOWN - 3]}..."


def strip_tags(location: Location) -> tuple[str | int, ...]:
    """Return the path in the file of a location that a shape names."""
    return tuple(step for step in location if step not in TAGS)


def _strip_quotes(listing: str) -> list[str]:
    return [word.strip().strip("'<>") for word in listing.split(",")]


def _join_or(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _find_shape(annotation: object, location: Location) -> type[BaseModel]:
    """Return the shape that stands at a location of another shape."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not location:
            return annotation
        field = annotation.model_fields[str(location[0])]
        return _find_shape(field.annotation, location[1:])
    members = get_args(annotation)
    if get_origin(annotation) in {UnionType, Union}:
        return _find_shape(_pick_tagged(members, str(location[0])), location[1:])
    return _find_shape(members[-1], location[1:])


def _pick_tagged(members: Sequence[object], tag: str) -> object:
    return next(member for member in members if Tag(tag) in get_args(member)[1:])

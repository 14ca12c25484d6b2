"""The arguments of checks as they are written, and what is said about wrong ones."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from pytest_modelbench.domain import Problem, find_nearest
from pytest_modelbench.scoring.checks import AnyCheck, Arguments

__all__ = ["explain_arguments", "parse_arguments", "suggest"]

PLAIN_TYPES = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
}
TEXT_HINT = "YAML reads some bare words as numbers, dates or true and false; write it in quotes."
# What pydantic puts behind a name in a mapping that is wrong itself.
KEY_STEP = "[key]"
# How pydantic begins to say what has to be there.
DEMAND = re.compile(r"^\w+ should ")
# More are no hint but a list.
SHOWN_NAMES = 20


def parse_arguments(check: AnyCheck, given: object) -> Arguments:
    """Return the arguments of a check.

    Raises:
        ValidationError: They are not as the check wants them.
    """
    model: type[Arguments] = check.arguments
    if isinstance(given, Mapping):
        return model.model_validate(given)
    return model.model_validate({model.shorthand: given})


def explain_arguments(
    check: AnyCheck,
    error: ValidationError,
    path: tuple[str | int, ...],
    *,
    is_mapping: bool,
) -> Iterator[Problem]:
    """Yield what is wrong with the arguments of a check.

    Args:
        path: The path to them.
        is_mapping: Whether a mapping was written, or what its shorthand stands for.
    """
    schema = check.arguments.model_json_schema()
    known = list(schema.get("properties", {}))
    seen: set[tuple[str | int, ...]] = set()
    for entry in error.errors(include_url=False, include_context=False):
        place = tuple(step for step in entry["loc"] if not _is_no_step(step))
        if place in seen:
            # The other half of a union: one message is enough.
            continue
        seen.add(place)
        inner = place if is_mapping else place[1:]
        shown = ".".join(map(str, (check.name, *inner)))
        text, hint = _explain_entry(check, shown, dict(entry), known)
        # What is missing stands nowhere.
        where = inner[:-1] if entry["type"] == "missing" else inner
        yield Problem(text=text, hint=hint, path=(*path, *where))


def _is_no_step(step: str | int) -> bool:
    return step in PLAIN_TYPES or step == KEY_STEP


def _explain_entry(
    check: AnyCheck, shown: str, entry: Mapping[str, Any], known: Sequence[str]
) -> tuple[str, str]:
    kind = entry["type"]
    last = str(entry["loc"][-1]) if entry["loc"] else ""
    if kind == "extra_forbidden":
        holder = shown.removesuffix(f".{last}")
        return f"`{holder}` has no option {last!r}", suggest(last, known)
    if kind == "missing":
        return f"`{check.name}` needs `{last}`", f"Options: {', '.join(known)}."
    if kind == "value_error":
        return f"`{shown}` {entry['msg'].removeprefix('Value error, ')}", ""
    if kind in EXPECTED:
        hint = TEXT_HINT if kind == "string_type" else ""
        return f"`{shown}` must be {EXPECTED[kind]}, got {entry['input']!r}", hint
    demand = DEMAND.sub(" must ", entry["msg"]).partition(" after validation")[0]
    colon = "" if demand.startswith(" ") else ": "
    return f"`{shown}`{colon}{demand}, got {entry['input']!r}", ""


def suggest(name: object, known: Sequence[str]) -> str:
    """Return a hint for a name that is none of the known ones."""
    if near := find_nearest(str(name), known):
        return f"Did you mean `{near}`?"
    if len(known) > SHOWN_NAMES:
        return "`modelbench checks` lists them all."
    return f"Known: {', '.join(sorted(known))}."

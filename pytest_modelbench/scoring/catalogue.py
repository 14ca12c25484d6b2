"""All checks by their names: what may be written, what is wrong with it, what it decides."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from pydantic import ValidationError

from pytest_modelbench.domain import Place, Problem, Question, find_nearest
from pytest_modelbench.scoring.checks import (
    CHECKS,
    MANUAL,
    Arguments,
    Check,
    Finding,
    Undecided,
)

__all__ = ["CATALOGUE", "CHECKS_VERSION", "COMBINATORS", "Catalogue", "Combinator"]

# Part of the instrument's fingerprint: raise it whenever a check decides differently than before.
CHECKS_VERSION = 1

MAX_DEPTH = 20
COMPILED_CHECKS = 16_384
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

Decide = Callable[[str], Finding]


@dataclass(frozen=True, kw_only=True, slots=True)
class Combinator:
    """A check over other checks.

    Attributes:
        name: As it is written in a suite.
        describe: JSON Schema of its arguments, made from that of a check mapping.
        split: The check mappings in the arguments, each with the path to it.
        combine: Makes one finding out of theirs.
    """

    name: str
    describe: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    split: Callable[[object], Sequence[tuple[tuple[str | int, ...], object]]]
    combine: Callable[[Sequence[Finding]], Finding]


def negate(findings: Sequence[Finding]) -> Finding:
    """Turn a finding around: 1 minus its unit."""
    (finding,) = findings
    return Finding(unit=1.0 - finding.unit, reason=f"must not hold: {finding.reason}")


COMBINATORS = (
    Combinator(
        name="not",
        describe=lambda check: check,
        split=lambda arguments: [((), arguments)],
        combine=negate,
    ),
)


class Catalogue:
    """The checks that a project knows.

    Args:
        checks: Decide by the text alone.
        combinators: Decide by other checks.
    """

    def __init__(
        self,
        checks: Iterable[Check[Any]] = CHECKS,
        combinators: Iterable[Combinator] = COMBINATORS,
    ) -> None:
        self._checks = {check.name: check for check in checks}
        self._combinators = {combinator.name: combinator for combinator in combinators}
        self._compile = lru_cache(maxsize=COMPILED_CHECKS)(self._compile_text)

    @property
    def checks(self) -> Mapping[str, Check[Any]]:
        """Return the checks by name."""
        return self._checks

    def describe(self) -> Mapping[str, Any]:
        """Return the JSON Schema of one check mapping, `$defs` included."""
        reference = {"$ref": "#/$defs/check"}
        definitions: dict[str, Any] = {}
        properties: dict[str, Any] = {}
        for name, check in self._checks.items():
            schema = check.arguments.model_json_schema(ref_template="#/$defs/{model}")
            definitions |= schema.pop("$defs", {})
            shorthand = schema["properties"][check.arguments.shorthand]
            definitions[name] = {"anyOf": [shorthand, schema], "title": name}
            properties[name] = {"$ref": f"#/$defs/{name}"}
        for name, combinator in self._combinators.items():
            properties[name] = dict(combinator.describe(reference))
        definitions["check"] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }
        return {**reference, "$defs": definitions}

    def find_problems(self, value: object) -> Sequence[Problem]:
        """Return what is wrong with one check mapping, everything at once."""
        return list(self._find_problems(value, ()))

    def decide(self, value: Mapping[str, Any], text: str) -> Finding | Undecided:
        """Decide a check that has no problems on the text of an answer."""
        compiled = self._compile(json.dumps(value, sort_keys=True))
        try:
            return compiled(text)
        except TimeoutError as error:
            return Undecided(reason=str(error))

    def judge_reference(self, question: Question) -> Sequence[tuple[Place, Problem]]:
        """Return which checks the question's own reference answer does not fulfil."""
        text = question.reference_answer.strip()
        found: list[tuple[Place, Problem]] = []
        for criterion in question.rubric if text else ():
            if criterion.check is None or is_manual(criterion.check.value):
                continue
            finding = self.decide(criterion.check.value, text)
            if isinstance(finding, Undecided):
                problem = f"`{criterion.name}` cannot be decided on the reference answer"
            elif finding.unit < 1:
                problem = f"the reference answer does not fulfil `{criterion.name}`"
            else:
                continue
            hint = "Correct the check or the reference answer."
            found.append(
                (criterion.check.place, Problem(text=f"{problem}: {finding.reason}", hint=hint))
            )
        return found

    def _compile_text(self, text: str) -> Decide:
        return self._build(json.loads(text))

    def _build(self, value: Mapping[str, Any]) -> Decide:
        ((name, given),) = value.items()
        combinator = self._combinators.get(name)
        if combinator is None:
            check = self._checks[name]
            arguments = _parse(check, given)
            return lambda text: check.decide(text, arguments)
        nested = combinator.split(given)
        parts = [self._build(cast("Mapping[str, Any]", part)) for _path, part in nested]
        return lambda text: combinator.combine([part(text) for part in parts])

    def _find_problems(self, value: object, path: tuple[str | int, ...]) -> Iterator[Problem]:
        if not isinstance(value, Mapping):
            yield Problem(
                text=f"a check must be a mapping such as `contains: text`, got {value!r}", path=path
            )
        elif len(path) > MAX_DEPTH:
            yield Problem(text=f"checks must be nested at most {MAX_DEPTH} deep", path=path)
        else:
            for name in value:
                yield from self._find_problems_of(name, value[name], (*path, name))
            if len(value) != 1:
                names = ", ".join(f"`{name}`" for name in value) or "none"
                yield Problem(
                    text=f"a check must have exactly one name, got {names}",
                    hint="Give each check its own criterion.",
                    path=path,
                )

    def _find_problems_of(
        self, name: object, given: object, path: tuple[str | int, ...]
    ) -> Iterator[Problem]:
        if combinator := self._combinators.get(str(name)):
            for inner, part in combinator.split(given):
                yield from self._find_problems(part, (*path, *inner))
        elif check := self._checks.get(str(name)):
            try:
                _parse(check, given)
            except ValidationError as error:
                yield from _explain(check, error, path, is_mapping=isinstance(given, Mapping))
        else:
            known = [*self._checks, *self._combinators]
            yield Problem(
                text=f"no check is called {name!r}", hint=_nearest(name, known), path=path
            )


def is_manual(value: Mapping[str, Any]) -> bool:
    """Tell whether a check says that no code decides it."""
    return value == {"auto_score": MANUAL}


def _parse(check: Check[Any], given: object) -> Arguments:
    model: type[Arguments] = check.arguments
    if isinstance(given, Mapping):
        return model.model_validate(given)
    return model.model_validate({model.shorthand: given})


def _explain(
    check: Check[Any],
    error: ValidationError,
    path: tuple[str | int, ...],
    *,
    is_mapping: bool,
) -> Iterator[Problem]:
    schema = check.arguments.model_json_schema()
    known = list(schema["properties"])
    seen: set[tuple[str | int, ...]] = set()
    for entry in error.errors(include_url=False, include_context=False):
        place = tuple(step for step in entry["loc"] if not _names_type(step))
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


def _names_type(step: str | int) -> bool:
    return step in PLAIN_TYPES


def _explain_entry(
    check: Check[Any], shown: str, entry: Mapping[str, Any], known: Sequence[str]
) -> tuple[str, str]:
    kind = entry["type"]
    last = str(entry["loc"][-1]) if entry["loc"] else ""
    if kind == "extra_forbidden":
        return f"`{check.name}` has no option {last!r}", _nearest(last, known)
    if kind == "missing":
        return f"`{check.name}` needs `{last}`", f"Options: {', '.join(known)}."
    if kind == "value_error":
        return f"`{shown}` {entry['msg'].removeprefix('Value error, ')}", ""
    if kind in EXPECTED:
        hint = TEXT_HINT if kind == "string_type" else ""
        return f"`{shown}` must be {EXPECTED[kind]}, got {entry['input']!r}", hint
    return f"`{shown}`: {entry['msg'][:1].lower()}{entry['msg'][1:]}, got {entry['input']!r}", ""


def _nearest(name: object, known: Sequence[str]) -> str:
    if near := find_nearest(str(name), known):
        return f"Did you mean `{near}`?"
    return f"Known: {', '.join(sorted(known))}."


CATALOGUE = Catalogue()

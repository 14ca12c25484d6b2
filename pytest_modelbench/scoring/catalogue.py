"""All checks by their names: what may be written, what is wrong with it, what it decides."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from pydantic import ValidationError

from pytest_modelbench.domain import Place, Problem, Question, find_nearest
from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox import Execution
from pytest_modelbench.scoring.checks import (
    CHECKS,
    MANUAL,
    AnyCheck,
    Arguments,
    Check,
    CodeCheck,
    Decision,
    Finding,
    Material,
    Undecided,
)
from pytest_modelbench.scoring.combinators import COMBINATORS, Combinator, Decide, Part

__all__ = ["CATALOGUE", "Catalogue"]

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


class Catalogue:
    """The checks that a project knows.

    Args:
        checks: Decide by the answer.
        combinators: Decide by other checks.
    """

    def __init__(
        self,
        checks: Iterable[AnyCheck] = CHECKS,
        combinators: Iterable[Combinator] = COMBINATORS,
    ) -> None:
        self._checks = {check.name: check for check in checks}
        self._combinators = {combinator.name: combinator for combinator in combinators}
        self._compile = lru_cache(maxsize=COMPILED_CHECKS)(self._compile_text)

    @property
    def checks(self) -> Mapping[str, AnyCheck]:
        """Return the checks by name."""
        return self._checks

    @property
    def combinators(self) -> Mapping[str, Combinator]:
        """Return the combinators by name."""
        return self._combinators

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
        weight = {"type": "number", "exclusiveMinimum": 0}
        definitions["weighted_check"] = {
            "type": "object",
            "properties": {**properties, "weight": weight},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 2,
        }
        return {**reference, "$defs": definitions}

    def find_problems(self, value: object) -> Sequence[Problem]:
        """Return what is wrong with one check mapping, everything at once."""
        return list(self._find_problems(value, ()))

    def decide(self, value: Mapping[str, Any], answer: Material | str) -> Decision:
        """Decide a check that has no problems.

        Args:
            value: The check mapping.
            answer: What the check may look at; a text stands for material of that text alone.
        """
        material = Material(text=answer) if isinstance(answer, str) else answer
        return self._compile(json.dumps(value, sort_keys=True))(material)

    def plan(self, value: Mapping[str, Any], text: str) -> Iterator[Execution]:
        """Yield what a check would have executed on a text, so that it can begin ahead."""
        for name, given in self._walk(value):
            check = self._checks.get(name)
            if isinstance(check, CodeCheck):
                planned = check.plan(text, _parse(check, given))
                if isinstance(planned, Execution):
                    yield planned

    def executes(self, value: Mapping[str, Any]) -> bool:
        """Tell whether a check, or one below it, has code executed."""
        return any(
            isinstance(self._checks.get(name), CodeCheck) for name, _given in self._walk(value)
        )

    def versions(self, value: Mapping[str, Any]) -> Sequence[tuple[str, int | str]]:
        """Return the checks and combinators in a check mapping, with their versions."""
        known: Mapping[str, AnyCheck | Combinator] = {**self._checks, **self._combinators}
        return sorted({(name, known[name].version) for name, _given in self._walk(value)}, key=str)

    def judge_reference(self, question: Question) -> Sequence[tuple[Place, Problem]]:
        """Return which checks the question's own reference answer does not fulfil."""
        text = question.reference_answer.strip()
        found: list[tuple[Place, Problem]] = []
        for criterion in question.rubric if text else ():
            if criterion.check is None or not self._needs_text_alone(criterion.check.value):
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
            return _bind(self._checks[name], given)
        split = combinator.split(given)
        parts = [
            Part(decide=self._build(cast("Mapping[str, Any]", check)), weight=weight)
            for _path, check, weight in split.checks
        ]
        return lambda material: combinator.decide(parts, split.options, material)

    def _walk(self, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Yield name and arguments of a check and of all checks below it."""
        ((name, given),) = value.items()
        yield name, given
        combinator = self._combinators.get(name)
        if combinator is not None:
            for _path, check, _weight in combinator.split(given).checks:
                yield from self._walk(cast("Mapping[str, Any]", check))

    def _needs_text_alone(self, value: Mapping[str, Any]) -> bool:
        """Tell whether a text is enough to decide a check, so that a reference answer has to."""
        if is_manual(value):
            return False
        return all(
            name in self._combinators or isinstance(self._checks[name], Check)
            for name, _given in self._walk(value)
        )

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
            split = combinator.split(given)
            for inner, text in split.problems:
                yield Problem(text=f"`{name}` {text}", path=(*path, *inner))
            for inner, part, _weight in split.checks:
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


def _bind(check: AnyCheck, given: object) -> Decide:
    arguments = _parse(check, given)

    def decide(material: Material) -> Decision:
        try:
            return _apply(check, arguments, material)
        except (TimeoutError, SandboxError) as error:
            return Undecided(reason=str(error))

    return decide


def _apply(check: AnyCheck, arguments: Arguments, material: Material) -> Decision:
    if isinstance(check, Check):
        return check.decide(material.text, arguments)
    if isinstance(check, CodeCheck):
        return _execute(check, arguments, material)
    return check.decide(material, arguments)


def _execute(check: CodeCheck[Any], arguments: Arguments, material: Material) -> Decision:
    planned = check.plan(material.text, arguments)
    if isinstance(planned, Finding):
        return planned
    if material.sandbox is None:
        return Undecided(reason="code is executed only in a run, which has a sandbox")
    return check.decide(material.sandbox.observe(planned), arguments)


def _parse(check: AnyCheck, given: object) -> Arguments:
    model: type[Arguments] = check.arguments
    if isinstance(given, Mapping):
        return model.model_validate(given)
    return model.model_validate({model.shorthand: given})


def _explain(
    check: AnyCheck,
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
    check: AnyCheck, shown: str, entry: Mapping[str, Any], known: Sequence[str]
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

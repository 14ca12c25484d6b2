"""All checks by their names: what may be written, what is wrong with it, what it decides."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, cast

from pydantic import ValidationError

from pytest_modelbench.domain import OWN_CHECK, Place, Problem, Question
from pytest_modelbench.errors import SandboxError, SuiteError
from pytest_modelbench.sandbox import Execution, Observed
from pytest_modelbench.scoring.arguments import explain_arguments, parse_arguments, suggest
from pytest_modelbench.scoring.checks import (
    MANUAL,
    AnswerCheck,
    AnyCheck,
    Arguments,
    Check,
    CodeCheck,
    Decision,
    Finding,
    Material,
    Undecided,
)
from pytest_modelbench.scoring.combinators import MAX_WEIGHT, Combinator, Decide, Part
from pytest_modelbench.scoring.inventory import COMBINATORS, INVENTORY

__all__ = ["CATALOGUE", "Catalogue", "OutsideChecks"]

MAX_DEPTH = 20
COMPILED_CHECKS = 16_384


class OutsideChecks(Protocol):
    """Checks that do not come with the package."""

    def installed(self) -> Mapping[str, AnyCheck]:
        """Return those of other distributions by name."""

    def find(self, name: str) -> AnyCheck | None:
        """Return one of them, or the project's own `module:function`.

        Raises:
            SuiteError: The project's own cannot be used as it stands.
        """


class Catalogue:
    """The checks that a project knows.

    Args:
        checks: Decide by the answer, by name.
        combinators: Decide by other checks, by name.
        outside: Further checks, looked up when a name is none of these.
    """

    def __init__(
        self,
        checks: Mapping[str, AnyCheck] = INVENTORY,
        combinators: Mapping[str, Combinator] = COMBINATORS,
        outside: OutsideChecks | None = None,
    ) -> None:
        self._outside = outside
        self._checks = checks
        self._combinators = combinators
        # By identity: a suite keeps its check mappings, and to compare them costs more than most
        # checks. What is kept here cannot lose its identity to another mapping.
        self._compiled: dict[int, tuple[Mapping[str, Any], Decide]] = {}

    @property
    def checks(self) -> Mapping[str, AnyCheck]:
        """Return the checks by name; those that come with the package first."""
        installed = self._outside.installed() if self._outside else {}
        # Looked up from the left, listed from the right.
        return ChainMap(
            cast("dict[str, AnyCheck]", installed), cast("dict[str, AnyCheck]", self._checks)
        )

    @property
    def combinators(self) -> Mapping[str, Combinator]:
        """Return the combinators by name."""
        return self._combinators

    def describe(self) -> Mapping[str, Any]:
        """Return the JSON Schema of one check mapping, `$defs` included."""
        reference = {"$ref": "#/$defs/check"}
        definitions: dict[str, Any] = {}
        properties: dict[str, Any] = {}
        for name, check in self.checks.items():
            schema = check.arguments.model_json_schema(ref_template="#/$defs/{model}")
            definitions |= schema.pop("$defs", {})
            # A function from outside may take no arguments.
            shorthand = schema.get("properties", {}).get(check.arguments.shorthand)
            forms = [shorthand, schema] if shorthand else [schema]
            definitions[name] = {"anyOf": forms, "title": name}
            properties[name] = {"$ref": f"#/$defs/{name}"}
        for name, combinator in self._combinators.items():
            properties[name] = dict(combinator.describe(reference))
        weight = {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_WEIGHT}
        definitions["check"] = _describe_mapping(properties)
        definitions["weighted_check"] = _describe_mapping({**properties, "weight": weight})
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
        return self._compile(value)(material)

    def plan(self, value: Mapping[str, Any], material: Material) -> Sequence[Execution]:
        """Return what a check would have executed, so that it can begin ahead.

        No other check is asked: functions of the project belong to the thread that scores.
        """
        planner = _Planner()
        self._build(value, bind=_bind_to_plan)(replace(material, sandbox=planner))
        return planner.executions

    def executes(self, value: Mapping[str, Any]) -> bool:
        """Tell whether a check, or one below it, has code executed."""
        return any(isinstance(self.find(name), CodeCheck) for name, _given in self._walk(value))

    def looks_beside(self, value: Mapping[str, Any]) -> bool:
        """Tell whether a check, or one below it, looks at what is known beside the text."""
        return any(isinstance(self.find(name), AnswerCheck) for name, _given in self._walk(value))

    def versions(self, value: Mapping[str, Any]) -> Sequence[tuple[str, int | str]]:
        """Return the checks and combinators in a check mapping, with their versions."""
        named = [(name, self.find(name)) for name, _given in self._walk(value)]
        return sorted({(name, entry.version) for name, entry in named if entry}, key=str)

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

    def _compile(self, value: Mapping[str, Any]) -> Decide:
        known = self._compiled.get(id(value))
        if known is not None:
            return known[1]
        if len(self._compiled) >= COMPILED_CHECKS:
            self._compiled.clear()
        decide = self._build(value, bind=_bind)
        self._compiled[id(value)] = (value, decide)
        return decide

    def find(self, name: str) -> AnyCheck | Combinator | None:
        """Return what a name stands for; None where it is unknown.

        Raises:
            SuiteError: It is the project's own and cannot be used as it stands.
        """
        found = self._combinators.get(name) or self._checks.get(name)
        return found or (self._outside.find(name) if self._outside else None)

    def _build(self, value: object, *, bind: Callable[[AnyCheck, object], Decide]) -> Decide:
        ((name, given),) = _as_mapping(value).items()
        combinator = self._combinators.get(name)
        if combinator is None:
            return bind(cast("AnyCheck", self.find(name)), given)
        split = combinator.split(given)
        parts = [
            Part(decide=self._build(check, bind=bind), weight=weight)
            for _path, check, weight in split.checks
        ]
        return lambda material: combinator.decide(parts, split.options, material)

    def _walk(self, value: object) -> Iterator[tuple[str, Any]]:
        """Yield name and arguments of a check and of all checks below it."""
        ((name, given),) = _as_mapping(value).items()
        yield name, given
        combinator = self._combinators.get(name)
        if combinator is not None:
            for _path, check, _weight in combinator.split(given).checks:
                yield from self._walk(check)

    def _needs_text_alone(self, value: Mapping[str, Any]) -> bool:
        """Tell whether a text is enough to decide a check, so that a reference answer has to."""
        if is_manual(value):
            return False
        return all(
            isinstance(self.find(name), Check | Combinator) for name, _given in self._walk(value)
        )

    def _find_problems(self, value: object, path: tuple[str | int, ...]) -> Iterator[Problem]:
        if isinstance(value, str) and OWN_CHECK.search(value):
            yield from self._find_problems_of(value, {}, path)
        elif not isinstance(value, Mapping):
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
            return
        try:
            check = self.find(str(name))
        except SuiteError as error:
            yield Problem(text=error.problem, hint=error.hint, path=path)
            return
        if check is None:
            known = [*self.checks, *self._combinators]
            yield Problem(text=f"no check is called {name!r}", hint=suggest(name, known), path=path)
            return
        try:
            parse_arguments(cast("AnyCheck", check), given)
        except ValidationError as invalid:
            is_mapping = isinstance(given, Mapping)
            yield from explain_arguments(
                cast("AnyCheck", check), invalid, path, is_mapping=is_mapping
            )


def _as_mapping(value: object) -> Mapping[str, Any]:
    """Return a check as a mapping; a function of the project may be named alone."""
    return {value: {}} if isinstance(value, str) else cast("Mapping[str, Any]", value)


def _describe_mapping(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    own = OWN_CHECK.pattern
    mapping = {
        "type": "object",
        "properties": properties,
        "patternProperties": {own: {}},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 2 if "weight" in properties else 1,
    }
    return {"anyOf": [mapping, {"type": "string", "pattern": own}]}


def is_manual(value: Mapping[str, Any]) -> bool:
    """Tell whether a check says that no code decides it."""
    return value == {"auto_score": MANUAL}


class _Planner:
    """A sandbox that executes nothing and remembers what it should have."""

    def __init__(self) -> None:
        self.executions: list[Execution] = []

    def observe(self, execution: Execution) -> Observed:
        """Remember an execution.

        Raises:
            SandboxError: Always.
        """
        self.executions.append(execution)
        raise SandboxError("this is only planned")


def _bind(check: AnyCheck, given: object) -> Decide:
    arguments = parse_arguments(check, given)

    def decide(material: Material) -> Decision:
        try:
            return _apply(check, arguments, material)
        except (TimeoutError, SandboxError) as error:
            return Undecided(reason=str(error))

    return decide


def _bind_to_plan(check: AnyCheck, given: object) -> Decide:
    if isinstance(check, CodeCheck):
        return _bind(check, given)
    return lambda _material: Undecided(reason="this is only planned")


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


CATALOGUE = Catalogue()

"""What is asked of one call of a tool, and whether a call does it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from pytest_modelbench.scoring.checks.base import Material, Undecided, quote
from pytest_modelbench.scoring.combinators import Part
from pytest_modelbench.scoring.extraction.json_values import NOTHING, parse_json, same_json
from pytest_modelbench.scoring.extraction.tool_calls import ToolCall
from pytest_modelbench.scoring.families.bfcl_rules import normalise_text

__all__ = [
    "ArgumentDemand",
    "CallComparison",
    "CallDemand",
    "UndecidedArgumentError",
    "is_named",
    "read_call",
]

# The names of function-calling schemas. A whole number is a float too; a tuple comes as a list.
TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "string": (str,),
        "integer": (int,),
        "float": (int, float),
        "boolean": (bool,),
        "array": (list,),
        "tuple": (list,),
        "dict": (dict,),
        "any": (object,),
    }
)
WORDS = ("value", "values", "type", "elements", "optional")
CALL_WORDS = ("name", "arguments", "only")
MAX_TYPE_DEPTH = 10
TAG = "<parameter="
SHOWN_VALUES = 3

Path = tuple[str | int, ...]
Checks = list[tuple[Path, object, float]]
Problems = list[tuple[Path, str]]


class UndecidedArgumentError(Exception):
    """A check on an argument could not find out.

    Attributes:
        undecided: What it said.
    """

    def __init__(self, undecided: Undecided) -> None:
        super().__init__(undecided)
        self.undecided = undecided


@dataclass(frozen=True, kw_only=True, slots=True)
class ArgumentDemand:
    """What an argument has to be.

    Attributes:
        values: One of these; None where the values are free.
        types: Its type, then that of its elements, and so on; empty where the type is free.
        part: Which of the combinator's checks has to hold, or None.
        is_optional: The argument may be left out.
    """

    values: tuple[Any, ...] | None = None
    types: tuple[str, ...] = ()
    part: int | None = None
    is_optional: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CallDemand:
    """What a call has to be.

    Attributes:
        name: Of the tool.
        arguments: What its arguments have to be, by name.
        only: It may have no others.
    """

    name: str
    arguments: Mapping[str, ArgumentDemand] = field(default_factory=dict)
    only: bool = False


def is_named(call: ToolCall, name: str) -> bool:
    """Tell whether a call is one of a tool, whatever object it is called on."""
    return call.name == name or call.name.rpartition(".")[2] == name


def read_call(given: object, path: Path, checks: Checks, problems: Problems) -> CallDemand:
    """Return what one entry of the list asks for.

    Args:
        path: The path to the entry.
        checks: The checks on arguments are added to it.
        problems: What is wrong is added to it.
    """
    written = {"name": given} if isinstance(given, str) else given
    if not isinstance(written, Mapping) or not _is_name(written.get("name")):
        problems.append((path, f"needs the `name` of a tool, got {given!r}"))
        return CallDemand(name="")
    for word in written:
        if word not in CALL_WORDS:
            known = ", ".join(f"`{entry}`" for entry in CALL_WORDS)
            problems.append(((*path, word), f"has no option {word!r} for a call; it has {known}"))
    arguments = written.get("arguments", {})
    if not isinstance(arguments, Mapping):
        problems.append(((*path, "arguments"), f"needs a mapping of arguments, got {arguments!r}"))
        arguments = {}
    only = written.get("only", False)
    if type(only) is not bool:
        problems.append(((*path, "only"), f"needs true or false for `only`, got {only!r}"))
    return CallDemand(
        name=str(written["name"]),
        arguments={
            str(name): _read_argument(value, (*path, "arguments", name), checks, problems)
            for name, value in arguments.items()
        },
        only=only is True,
    )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _read_argument(given: object, path: Path, checks: Checks, problems: Problems) -> ArgumentDemand:
    if not isinstance(given, Mapping):
        return ArgumentDemand(values=(given,))
    check = {name: value for name, value in given.items() if name not in WORDS}
    part = None
    if check:
        part = len(checks)
        checks.append((path, check, 1.0))
    if not given:
        problems.append((path, "needs a value or a check for an argument, got {}"))
    if "value" in given and "values" in given:
        problems.append((path, "needs either `value` or `values`, got both"))
    values = [given["value"]] if "value" in given else given.get("values")
    if values is not None and (not isinstance(values, list) or not values):
        problems.append(((*path, "values"), f"needs a list of `values`, got {values!r}"))
        values = None
    optional = given.get("optional", False)
    if type(optional) is not bool:
        problem = f"needs true or false for `optional`, got {optional!r}"
        problems.append(((*path, "optional"), problem))
    return ArgumentDemand(
        values=None if values is None else tuple(values),
        types=_read_types(given, path, problems),
        part=part,
        is_optional=optional is True,
    )


def _read_types(given: Mapping[Any, Any], path: Path, problems: Problems) -> tuple[str, ...]:
    """Return a type, the type of its elements, and so on."""
    types: list[str] = []
    inner: object = given
    step = path
    while isinstance(inner, Mapping) and "type" in inner and len(types) < MAX_TYPE_DEPTH:
        kind = inner["type"]
        if kind not in TYPES:
            problem = f"needs one of {', '.join(TYPES)} for `type`, got {kind!r}"
            problems.append(((*step, "type"), problem))
            return ()
        types.append(str(kind))
        if "elements" not in inner:
            return tuple(types)
        step = (*step, "elements")
        inner = inner["elements"]
        inner = {"type": inner} if isinstance(inner, str) else inner
    if types or "elements" in given:
        problems.append((step, "needs `elements` below a `type`, as a type or a mapping with one"))
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CallComparison:
    """Compares the calls of an answer with what is asked of them, each pair once.

    Attributes:
        calls: The calls.
        parts: The checks on arguments.
        material: What the answer has beside its calls.
        normalised: Texts are compared without spaces, punctuation and capitals.
    """

    calls: Sequence[ToolCall]
    parts: Sequence[Part]
    material: Material
    normalised: bool = False
    _known: dict[tuple[int, int], str] = field(default_factory=dict)

    def fits(self, demand: CallDemand, at: int) -> bool:
        """Tell whether a call does what is asked.

        Raises:
            UndecidedArgumentError: A check on an argument could not find out.
        """
        return not self._find_problem(demand, at)

    def explain(self, demand: CallDemand, at: int | None) -> str:
        """Say why no call does what is asked.

        Args:
            at: The only call that could; None where any could.
        """
        named = [
            number
            for number, call in enumerate(self.calls)
            if is_named(call, demand.name) and at in {None, number}
        ]
        problems = [self._find_problem(demand, number) for number in named]
        problem = next((text for text in problems if text), "")
        if not named and at is not None and at < len(self.calls):
            got = quote(self.calls[at].name)
            return f"call {at + 1} must be of `{demand.name}`, got {got}"
        return problem or f"no{' further' if named else ''} call of `{demand.name}`"

    def _find_problem(self, demand: CallDemand, at: int) -> str:
        pair = (id(demand), at)
        if pair not in self._known:
            self._known[pair] = self._compare(demand, self.calls[at])
        return self._known[pair]

    def _compare(self, demand: CallDemand, call: ToolCall) -> str:
        if not is_named(call, demand.name):
            return f"no call of `{demand.name}`"
        positional = list(call.positional)
        for name, wanted in demand.arguments.items():
            value = call.arguments.get(name, NOTHING)
            if value is NOTHING and positional:
                value = positional.pop(0)
            if value is NOTHING and wanted.is_optional and name not in call.arguments:
                continue
            problem = "is missing" if value is NOTHING else self._find_fault(wanted, value)
            if problem:
                return f"`{demand.name}.{name}` {problem}"
        spare = [name for name in call.arguments if name not in demand.arguments]
        if demand.only and (spare or positional):
            shown = quote(spare[0]) if spare else "one without a name"
            return f"`{demand.name}` has an argument too many: {shown}"
        return ""

    def _find_fault(self, wanted: ArgumentDemand, given: object) -> str:
        faults = [self._find_value_fault(wanted, value) for value in self._readings(given)]
        return faults[0] if all(faults) else self._find_part_fault(wanted, given)

    def _readings(self, given: object) -> Sequence[object]:
        # Only tags hold every argument as text: elsewhere "3" is no number.
        if not isinstance(given, str) or TAG not in self.material.text:
            return (given,)
        parsed = parse_json(given)
        return (given,) if parsed is NOTHING else (given, parsed)

    def _find_value_fault(self, wanted: ArgumentDemand, value: object) -> str:
        if wanted.types and not _has_type(value, wanted.types):
            return f"must be of type {' of '.join(wanted.types)}, got {quote(value)}"
        if wanted.values is not None and not any(
            self._is_same(value, entry) for entry in wanted.values
        ):
            shown = ", ".join(map(quote, wanted.values[:SHOWN_VALUES]))
            several = "one of " if len(wanted.values) > 1 else ""
            return f"is {quote(value)}, expected {several}{shown}"
        return ""

    def _find_part_fault(self, wanted: ArgumentDemand, given: object) -> str:
        if wanted.part is None:
            return ""
        text = given if isinstance(given, str) else json.dumps(given, default=repr)
        decision = self.parts[wanted.part].decide(replace(self.material, text=text))
        if isinstance(decision, Undecided):
            raise UndecidedArgumentError(decision)
        return "" if decision.unit >= 1 else f"is wrong: {decision.reason}"

    def _is_same(self, given: object, wanted: object) -> bool:
        if self.normalised:
            return same_json(_normalise(given), _normalise(wanted))
        return same_json(given, wanted)


def _has_type(value: object, types: Sequence[str]) -> bool:
    kind = types[0]
    if isinstance(value, bool) and kind not in {"boolean", "any"}:
        return False
    if not isinstance(value, TYPES[kind]):
        return False
    inner = types[1:]
    return not inner or all(_has_type(entry, inner) for entry in _elements(value))


def _elements(value: object) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _normalise(value: object) -> object:
    if isinstance(value, list):
        return [_normalise(entry) for entry in value]
    if isinstance(value, dict):
        return {name: _normalise(entry) for name, entry in value.items()}
    return normalise_text(value) if isinstance(value, str) else value

"""The combinator `tool_calls`: which tools an answer calls, in which order, with which arguments.

It is a combinator because any check may stand for an argument.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_modelbench.scoring.checks.base import Decision, Finding, Material, missed
from pytest_modelbench.scoring.checks.counts import Count, judge_count
from pytest_modelbench.scoring.combinators import Combinator, Part, Split
from pytest_modelbench.scoring.extraction.base import Found
from pytest_modelbench.scoring.extraction.tool_calls import ToolCall, find_tool_calls
from pytest_modelbench.scoring.tool_arguments import (
    CallComparison,
    CallDemand,
    UndecidedArgumentError,
    is_named,
    read_call,
)

__all__ = ["TOOL_COMBINATORS"]

# An answer with more calls is none: what is compared grows with calls and demands alike.
MAX_CALLS = 200
SHOWN_PROBLEMS = 5
COUNTS = ("exactly", "min", "max")
SWITCHES = {"ordered": False, "others": False, "normalised": False, "graded": True}
OPTIONS = ("calls", *SWITCHES, "forbidden", *COUNTS)
Path = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CallsDemand:
    """What is written after `tool_calls`.

    Attributes:
        calls: The calls that have to be there; None where only others are spoken of.
        switches: The options that are true or false.
        forbidden: Tools that may not be called.
        count: How many calls there may be.
    """

    calls: tuple[CallDemand, ...] | None
    switches: Mapping[str, bool]
    forbidden: tuple[str, ...]
    count: Count | None


def _split(arguments: object) -> Split:
    given = arguments if isinstance(arguments, Mapping) else {"calls": arguments}
    base: Path = ("calls",) if isinstance(arguments, Mapping) else ()
    problems: list[tuple[Path, str]] = list(_find_option_problems(given))
    checks: list[tuple[Path, object, float]] = []
    calls: tuple[CallDemand, ...] | None = None
    if "calls" in given:
        if isinstance(given["calls"], list):
            calls = tuple(
                read_call(call, (*base, at), checks, problems)
                for at, call in enumerate(given["calls"])
            )
        else:
            problems.append((base, f"needs a list of calls, got {given['calls']!r}"))
    elif not any(name in given for name in ("forbidden", *COUNTS)):
        problems.append(((), "needs `calls`, `forbidden` or a count"))
    count, problem = _read_count(given)
    if problem:
        problems.append(((), problem))
    forbidden = given.get("forbidden", [])
    demanded = CallsDemand(
        calls=calls,
        switches={name: bool(given.get(name, default)) for name, default in SWITCHES.items()},
        forbidden=tuple(forbidden) if isinstance(forbidden, list) else (),
        count=count,
    )
    problems += [
        (("forbidden",), f"asks for `{call.name}` and forbids it")
        for call in demanded.calls or ()
        if call.name in demanded.forbidden
    ]
    options = {"demanded": demanded}
    return Split(checks=tuple(checks), options=options, problems=tuple(problems))


def _find_option_problems(given: Mapping[Any, Any]) -> Iterator[tuple[Path, str]]:
    for name, value in given.items():
        if name not in OPTIONS:
            known = ", ".join(f"`{word}`" for word in OPTIONS)
            yield (name,), f"has no option {name!r}; it has {known}"
        elif name in SWITCHES and type(value) is not bool:
            yield (name,), f"needs true or false for `{name}`, got {value!r}"
        elif name == "forbidden" and not (
            isinstance(value, list)
            and value
            and all(isinstance(entry, str) and entry for entry in value)
        ):
            yield (name,), f"needs a list of names for `forbidden`, got {value!r}"


def _read_count(given: Mapping[Any, Any]) -> tuple[Count | None, str]:
    written = {name: given[name] for name in COUNTS if name in given}
    if not written:
        return None, ""
    for name, value in written.items():
        if type(value) is not int or value < 0:
            return None, f"needs a whole number for `{name}`, got {value!r}"
    try:
        return Count(**written), ""
    except ValueError as error:
        return None, str(error).partition("Value error, ")[2].partition(" [")[0]


def _decide(parts: Sequence[Part], options: Mapping[str, Any], material: Material) -> Decision:
    demanded: CallsDemand = options["demanded"]
    found = find_tool_calls(material.text)
    calls = found.value if isinstance(found, Found) else ()
    if len(calls) > MAX_CALLS:
        return missed(f"expected at most {MAX_CALLS} calls, got {len(calls)}")
    for name in demanded.forbidden:
        if any(is_named(call, name) for call in calls):
            return missed(f"calls `{name}`, which is forbidden")
    if demanded.count is not None:
        counted = judge_count(len(calls), "calls", demanded.count)
        if counted.unit < 1 or demanded.calls is None:
            return counted
    if demanded.calls is None:
        return Finding(unit=1.0, reason=f"calls {_name(calls)}, none of them forbidden")
    comparison = CallComparison(
        calls=calls, parts=parts, material=material, normalised=demanded.switches["normalised"]
    )
    try:
        return _judge(demanded.calls, calls, comparison, demanded.switches)
    except UndecidedArgumentError as error:
        return error.undecided


def _judge(
    demands: Sequence[CallDemand],
    calls: Sequence[ToolCall],
    comparison: CallComparison,
    switches: Mapping[str, bool],
) -> Finding:
    if switches["ordered"]:
        match = _match_subsequence if switches["others"] else _match_positions
    else:
        match = _match_any_order
    matched = match(demands, len(calls), comparison.fits)
    spare = 0 if switches["others"] else max(0, len(calls) - len(demands))
    if len(matched) == len(demands) and not spare:
        return Finding(unit=1.0, reason=f"calls {_name(calls)} as expected")
    problems = [
        comparison.explain(demand, at if switches["ordered"] and not switches["others"] else None)
        for at, demand in enumerate(demands)
        if at not in matched
    ][:SHOWN_PROBLEMS]
    if spare:
        problems.append(f"{len(calls)} calls are {spare} too many")
    reason = f"{len(matched)} of {len(demands)} calls: {'; '.join(problems)}"
    whole = len(demands) + spare
    return Finding(unit=len(matched) / whole if switches["graded"] else 0.0, reason=reason)


Fits = Callable[[CallDemand, int], bool]


def _match_positions(demands: Sequence[CallDemand], count: int, fits: Fits) -> Mapping[int, int]:
    return {at: at for at, demand in enumerate(demands) if at < count and fits(demand, at)}


def _match_subsequence(demands: Sequence[CallDemand], count: int, fits: Fits) -> Mapping[int, int]:
    matched: dict[int, int] = {}
    start = 0
    for at, demand in enumerate(demands):
        found = next((call for call in range(start, count) if fits(demand, call)), None)
        if found is None:
            return _match_longest(demands, count, fits)
        matched[at] = found
        start = found + 1
    return matched


def _match_longest(demands: Sequence[CallDemand], count: int, fits: Fits) -> Mapping[int, int]:
    """Return the longest part of the demands that is met in order."""
    ends: list[dict[int, int]] = [{} for _ in range(count + 1)]
    for at, demand in enumerate(demands):
        before = ends
        ends = [{}]
        for call in range(count):
            longer = before[call] | {at: call} if fits(demand, call) else {}
            ends.append(max(longer, before[call + 1], ends[call], key=len))
    return ends[-1]


def _match_any_order(demands: Sequence[CallDemand], count: int, fits: Fits) -> Mapping[int, int]:
    """Return a largest matching: a call that fits two demands is left to the one that needs it."""
    owners: dict[int, int] = {}
    for at in range(len(demands)):
        _find_place(at, count, lambda demand, call: fits(demands[demand], call), owners)
    return {demand: call for call, demand in owners.items()}


def _find_place(
    start: int, count: int, fits: Callable[[int, int], bool], owners: dict[int, int]
) -> None:
    """Give a demand a call, where need be by giving other demands other calls."""
    reached: dict[int, int] = {}
    waiting = [start]
    while waiting:
        demand = waiting.pop(0)
        for call in range(count):
            if call in reached or not fits(demand, call):
                continue
            reached[call] = demand
            if call not in owners:
                _hand_over(call, start, reached, owners)
                return
            waiting.append(owners[call])


def _hand_over(call: int, start: int, reached: Mapping[int, int], owners: dict[int, int]) -> None:
    given = {demand: old for old, demand in owners.items()}
    free: int | None = call
    while free is not None:
        demand = reached[free]
        freed = given.get(demand)
        owners[free] = demand
        free = None if demand == start else freed


def _name(calls: Sequence[ToolCall]) -> str:
    names = list(dict.fromkeys(f"`{call.name[:40]}`" for call in calls))
    shown = ", ".join(names[:SHOWN_PROBLEMS])
    return f"{shown}, ..." if len(names) > SHOWN_PROBLEMS else shown or "no tool"


def _describe(_check: Mapping[str, Any]) -> Mapping[str, Any]:
    name = {"type": "string", "minLength": 1}
    call = {
        "anyOf": [
            name,
            {
                "type": "object",
                "properties": {
                    "name": name,
                    "arguments": {"type": "object"},
                    "only": {"type": "boolean"},
                },
                "required": ["name"],
                "additionalProperties": False,
            },
        ]
    }
    calls = {"type": "array", "items": call}
    mapping = {
        "type": "object",
        "properties": {
            "calls": calls,
            "forbidden": {"type": "array", "items": name, "minItems": 1},
            **{switch: {"type": "boolean"} for switch in SWITCHES},
            **{count: {"type": "integer", "minimum": 0} for count in COUNTS},
        },
        "minProperties": 1,
        "additionalProperties": False,
    }
    return {"anyOf": [calls, mapping]}


TOOL_COMBINATORS = (
    Combinator(name="tool_calls", describe=_describe, split=_split, decide=_decide),
)

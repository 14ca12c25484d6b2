"""Checks over other checks: `not`, `all`, `any`, `at_least`, `loosely`.

Each knows three answers: fulfilled to some degree, missed, and not found out. What could not be
found out counts only where it could still change the finding.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, isfinite
from typing import Any

from pytest_modelbench.scoring.checks.base import Decision, Finding, Material, Undecided

__all__ = ["MAX_WEIGHT", "PLAIN_COMBINATORS", "Combinator", "Decide", "Part", "Split"]

Decide = Callable[[Material], Decision]

# The reasons of that many parts are shown, so that a long list stays readable.
SHOWN_REASONS = 5
# Sums of larger ones would not be numbers any more.
MAX_WEIGHT = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One check below a combinator.

    Attributes:
        decide: The check.
        weight: Its share, relative to the others.
    """

    decide: Decide
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """What is written after the name of a combinator, taken apart.

    Attributes:
        checks: The check mappings, each with the path to it and its weight.
        options: The rest.
        problems: What is wrong apart from the checks, each with the path to it.
    """

    checks: tuple[tuple[tuple[str | int, ...], object, float], ...] = ()
    options: Mapping[str, Any]
    problems: tuple[tuple[tuple[str | int, ...], str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Combinator:
    """A check over other checks.

    Attributes:
        name: As it is written in a suite.
        describe: JSON Schema of its arguments, made from that of a check mapping.
        split: Takes the arguments apart.
        decide: Makes one finding out of the parts, on the material.
        version: Part of the instrument: raise it whenever it decides differently.
    """

    name: str
    describe: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    split: Callable[[object], Split]
    decide: Callable[[Sequence[Part], Mapping[str, Any], Material], Decision]
    version: int | str = 1


def _split_one(arguments: object) -> Split:
    return Split(checks=(((), arguments, 1.0),), options={})


def _negate(parts: Sequence[Part], _options: Mapping[str, Any], material: Material) -> Decision:
    (part,) = parts
    found = part.decide(material)
    if isinstance(found, Undecided):
        return found
    return Finding(unit=1.0 - found.unit, reason=f"must not hold: {found.reason}")


def _decide_loosely(
    parts: Sequence[Part], _options: Mapping[str, Any], material: Material
) -> Decision:
    (part,) = parts
    best: Decision | None = None
    for text in _loosen(material.text):
        found = part.decide(replace(material, text=text))
        if isinstance(found, Finding) and found.unit >= 1:
            return found
        if best is None or isinstance(found, Undecided):
            best = found
    return best or Finding(unit=0.0, reason="there is no text")


def _loosen(text: str) -> Sequence[str]:
    """Return the text as it is, without its first or last line, and each without asterisks.

    These are the eight readings that "Instruction-Following Evaluation for Large Language Models"
    (Zhou and others, 2023) calls loose: a greeting, a closing line or bold type does no harm.
    """
    lines = text.split("\n")
    readings = [text, "\n".join(lines[1:]), "\n".join(lines[:-1]), "\n".join(lines[1:-1])]
    readings = [readings[0], *(reading.strip() for reading in readings[1:])]
    readings += [reading.replace("*", "") for reading in readings]
    return list(dict.fromkeys(reading for reading in readings if reading.strip()))


def _split_list(arguments: object, allowed: Mapping[str, type]) -> Split:
    """Take apart a list of checks, or `{of: the list, ...}` with the options of a combinator."""
    given = arguments if isinstance(arguments, Mapping) else {"of": arguments}
    path: tuple[str | int, ...] = ("of",) if isinstance(arguments, Mapping) else ()
    listed = given.get("of")
    options = {name: value for name, value in given.items() if name != "of"}
    problems: list[tuple[tuple[str | int, ...], str]] = []
    if not isinstance(listed, list) or not listed:
        problems.append((path, f"needs a list of checks, got {listed!r}"))
        listed = []
    for name, value in options.items():
        if name not in allowed:
            known = ", ".join(f"`{word}`" for word in ("of", *allowed))
            problems.append(((name,), f"has no option {name!r}; it has {known}"))
        elif type(value) is not allowed[name]:
            word = "true or false" if allowed[name] is bool else "a whole number"
            problems.append(((name,), f"needs {word} for `{name}`, got {value!r}"))
    checks = []
    for at, entry in enumerate(listed):
        check, weight = _take_weight(entry)
        if weight is None:
            problems.append(((*path, at), f"needs a `weight` above 0, at most {MAX_WEIGHT}"))
        checks.append(((*path, at), check, weight or 1.0))
    return Split(checks=tuple(checks), options=options, problems=tuple(problems))


def _take_weight(entry: object) -> tuple[object, float | None]:
    if not isinstance(entry, Mapping) or "weight" not in entry:
        return entry, 1.0
    weight = entry["weight"]
    is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
    check = {name: value for name, value in entry.items() if name != "weight"}
    is_weight = is_number and 0 < weight <= MAX_WEIGHT and isfinite(weight)
    return check, float(weight) if is_weight else None


def _split_all(arguments: object) -> Split:
    return _split_list(arguments, {"graded": bool})


def _split_any(arguments: object) -> Split:
    return _split_list(arguments, {})


def _split_at_least(arguments: object) -> Split:
    split = _split_list(arguments, {"n": int, "graded": bool})
    count = split.options.get("n")
    if type(count) is int and 1 <= count <= len(split.checks):
        return split
    if type(count) is int:
        problem = f"needs `n` from 1 to {len(split.checks)}, the number of checks, got {count}"
    elif "n" not in split.options:
        problem = "needs `n`, how many of the checks have to be fulfilled"
    else:
        return split
    return replace(split, problems=(*split.problems, ((), problem)))


def _decide_all(parts: Sequence[Part], options: Mapping[str, Any], material: Material) -> Decision:
    found = [part.decide(material) for part in parts]
    decided = [entry for entry in found if isinstance(entry, Finding)]
    graded = options.get("graded", True)
    if not graded and any(entry.unit < 1 for entry in decided):
        return Finding(unit=0.0, reason=_tell(decided, len(parts)))
    for entry in found:
        if isinstance(entry, Undecided):
            return entry
    whole = fsum(part.weight for part in parts)
    unit = fsum(part.weight * entry.unit for part, entry in zip(parts, decided, strict=True))
    return Finding(unit=min(unit / whole, 1.0), reason=_tell(decided, len(parts)))


def _decide_any(parts: Sequence[Part], _options: Mapping[str, Any], material: Material) -> Decision:
    best: Finding | None = None
    undecided: Undecided | None = None
    missed: list[Finding] = []
    for part in parts:
        found = part.decide(material)
        if isinstance(found, Undecided):
            undecided = undecided or found
            continue
        if found.unit >= 1:
            return found
        missed.append(found)
        best = found if best is None or found.unit > best.unit else best
    if undecided is not None or best is None:
        return undecided or Undecided(reason="there are no checks")
    return Finding(unit=best.unit, reason=_tell(missed, len(parts)))


def _decide_at_least(
    parts: Sequence[Part], options: Mapping[str, Any], material: Material
) -> Decision:
    count = options["n"]
    found = [part.decide(material) for part in parts]
    decided = [entry for entry in found if isinstance(entry, Finding)]
    met = sum(entry.unit >= 1 for entry in decided)
    open_parts = [entry for entry in found if isinstance(entry, Undecided)]
    if met < count and open_parts:
        could_still = met + len(open_parts) >= count
        if could_still or options.get("graded", True):
            return open_parts[0]
    reason = _tell(decided, len(parts), wanted=count)
    if met >= count:
        return Finding(unit=1.0, reason=reason)
    if not options.get("graded", True):
        return Finding(unit=0.0, reason=reason)
    best = sorted((entry.unit for entry in decided), reverse=True)[:count]
    return Finding(unit=fsum(best) / count, reason=reason)


def _tell(decided: Sequence[Finding], total: int, *, wanted: int = 0) -> str:
    met = sum(entry.unit >= 1 for entry in decided)
    head = f"{met} of {total} fulfilled"
    if wanted:
        head = f"{head}, {wanted} wanted"
    wrong = [entry.reason for entry in decided if entry.unit < 1]
    if not wrong or met >= wanted > 0:
        return head
    more = f"; and {len(wrong) - SHOWN_REASONS} more" if len(wrong) > SHOWN_REASONS else ""
    return f"{head}: {'; '.join(wrong[:SHOWN_REASONS])}{more}"


def _describe_list(options: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    def describe(check: Mapping[str, Any]) -> Mapping[str, Any]:
        reference = check["$ref"].rpartition("/")[0]
        listed = {
            "type": "array",
            "minItems": 1,
            "items": {"$ref": f"{reference}/weighted_check"},
        }
        mapping = {
            "type": "object",
            "properties": {"of": listed, **options},
            "required": ["of"],
            "additionalProperties": False,
        }
        return {"anyOf": [listed, mapping]}

    return describe


GRADED = {"graded": {"type": "boolean"}}

PLAIN_COMBINATORS = (
    Combinator(name="not", describe=lambda check: check, split=_split_one, decide=_negate),
    Combinator(name="all", describe=_describe_list(GRADED), split=_split_all, decide=_decide_all),
    Combinator(name="any", describe=_describe_list({}), split=_split_any, decide=_decide_any),
    Combinator(
        name="at_least",
        describe=_describe_list({"n": {"type": "integer", "minimum": 1}, **GRADED}),
        split=_split_at_least,
        decide=_decide_at_least,
    ),
    Combinator(
        name="loosely", describe=lambda check: check, split=_split_one, decide=_decide_loosely
    ),
)

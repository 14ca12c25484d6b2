"""What code came back with, compared exactly: by type, through all that it holds."""

import ast
import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from pytest_modelbench.confined.codec import Opaque
from pytest_modelbench.sandbox import Ending, Observation
from pytest_modelbench.scoring.checks.base import QUOTED_CHARS, Arguments, quote

__all__ = [
    "Approx",
    "Wanted",
    "explain_ending",
    "find_difference",
    "is_close",
    "is_same",
    "show",
    "strip_lines",
]

RELATIVE = 1e-6
ABSOLUTE = 1e-9
LIMIT_WORDS = {
    "cpu": "used more processor time than it may (`timeout_s`)",
    "memory": "used more memory than it may (`memory_mib`)",
    "processes": "started more processes or threads than it may",
    "disk": "wrote more to files than it may",
    "files": "made more files than it may",
    "stdout": "printed more than it may",
}


def _require_numbers(value: object) -> object:
    parts: list[object] = [value]
    if isinstance(value, list):
        parts = value
    elif isinstance(value, dict):
        parts = list(value.values())
    for part in parts:
        if isinstance(part, list | dict):
            _require_numbers(part)
        elif isinstance(part, bool) or not isinstance(part, int | float | str | None):
            problem = f"must be a number, or a list or mapping of numbers, got {part!r}"
            raise ValueError(problem)  # noqa: TRY004  what pydantic takes for a problem
    if isinstance(value, str | None):
        problem = f"must be a number, or a list or mapping of numbers, got {value!r}"
        raise ValueError(problem)  # noqa: TRY004  what pydantic takes for a problem
    return value


class Approx(Arguments):
    """A number, or a list or mapping of such, that does not have to be met exactly.

    Attributes:
        value: What has to come back; whether a number is whole does not matter.
        tolerance: Greatest difference; with none of both options 1e-9 or 1e-6 of the value.
        relative: The same as a share of the value.
    """

    value: Annotated[Any, AfterValidator(_require_numbers)]
    tolerance: Annotated[float, Field(ge=0)] | None = None
    relative: Annotated[float, Field(ge=0)] | None = None


def _wrap_value(given: object) -> object:
    is_whole = isinstance(given, Approx) or (isinstance(given, dict) and "value" in given)
    return given if is_whole else {"value": given}


About = Annotated[
    Approx,
    BeforeValidator(_wrap_value),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["number", "array"]},
                {
                    "type": "object",
                    "properties": {
                        "value": {},
                        "tolerance": {"type": "number", "minimum": 0},
                        "relative": {"type": "number", "minimum": 0},
                    },
                },
            ]
        }
    ),
]


def _require_literal(text: str) -> str:
    try:
        ast.literal_eval(text.strip())
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(f"must be a Python literal such as {{(1, 2)}}, got {text!r}") from error
    return text


def _require_text_names(value: object) -> object:
    """Refuse mappings that would not survive being written down as JSON."""
    if isinstance(value, dict):
        for name, part in value.items():
            if not isinstance(name, str):
                problem = (
                    f"can have only text to the left of its colons, got {name!r};"
                    " write the mapping as `equals_python`"
                )
                raise ValueError(problem)  # noqa: TRY004  what pydantic takes for a problem
            _require_text_names(part)
    elif isinstance(value, list):
        for part in value:
            _require_text_names(part)
    return value


class Wanted(Arguments):
    """What a call has to come back with: one of these, and perhaps what it prints.

    Attributes:
        equals: A value: 1 is neither true nor 1.0, and a list is no tuple.
        equals_python: The same as a Python literal, for what YAML cannot write.
        approx: A number with a tolerance.
        raises: Name of an exception, or of a base of it.
        type: Name of the type, whatever the value is.
        prints: What the call has to print, apart from space at the ends of lines.
    """

    equals: Annotated[Any, AfterValidator(_require_text_names)] = None
    equals_python: Annotated[str, AfterValidator(_require_literal)] | None = None
    approx: About | None = None
    raises: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")] | None = None
    type: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")] | None = None
    prints: str | None = None

    @property
    def kinds(self) -> list[str]:
        """Return which of them were given."""
        return [name for name in Wanted.model_fields if name in self.model_fields_set]

    def find_problem(self) -> str:
        """Say what is wrong with what was given, or ""."""
        names = " or ".join(f"`{name}`" for name in Wanted.model_fields)
        kinds = self.kinds
        if not kinds:
            return f"needs what has to come back: {names}"
        if len([name for name in kinds if name != "prints"]) > 1:
            given = " and ".join(f"`{name}`" for name in kinds)
            return f"must have one of {names}, got {given}"
        return ""


def find_difference(wanted: Wanted, seen: Observation, call: str) -> str:
    """Say how an observation differs from what was wanted, or ""."""
    shown = quote(call)
    if wanted.raises is not None:
        if seen.ending is not Ending.RAISED:
            return f"expected {shown} to raise {wanted.raises}, {_say_ending(seen)}"
        if wanted.raises not in {seen.error, *seen.bases}:
            return f"expected {shown} to raise {wanted.raises}, it raised {_name_error(seen)}"
        return ""
    if seen.ending is not Ending.RETURNED:
        return f"{shown} {explain_ending(seen)}"
    return "; ".join(_list_differences(wanted, seen, shown))


def _list_differences(wanted: Wanted, seen: Observation, shown: str) -> Iterator[str]:
    got = show(seen.value)
    if "equals" in wanted.kinds and not is_same(seen.value, wanted.equals):
        yield f"expected {shown} to be {_contrast(wanted.equals, seen.value)}"
    if wanted.equals_python is not None:
        literal = ast.literal_eval(wanted.equals_python.strip())
        if not is_same(seen.value, literal):
            yield f"expected {shown} to be {_contrast(literal, seen.value)}"
    if wanted.approx is not None and not is_close(seen.value, wanted.approx):
        yield f"expected {shown} to be about {show(wanted.approx.value)}, got {got}"
    if wanted.type is not None and _name_type(seen.value) != wanted.type:
        yield f"expected {shown} to be of type {wanted.type}, got {_name_type(seen.value)}: {got}"
    if wanted.prints is not None and strip_lines(seen.stdout) != strip_lines(wanted.prints):
        yield f"expected {shown} to print {quote(wanted.prints)}, got {quote(seen.stdout)}"


def explain_ending(seen: Observation) -> str:
    """Say how a step ended that did not come back with a value."""
    match seen.ending:
        case Ending.RAISED:
            return f"raised {_name_error(seen)}"
        case Ending.TIMEOUT:
            return "did not come to an end in time (`timeout_s`)"
        case Ending.OVERUSED:
            return LIMIT_WORDS.get(seen.error, f"used more {seen.error} than it may")
        case Ending.VIOLATION:
            return f"spoke out of turn: {quote(seen.detail)}"
        case Ending.CRASHED:
            return f"ended its process ({quote(seen.error)[1:-1]}): {quote(seen.detail)}"
        case _:
            return "returned"


def strip_lines(text: str) -> list[str]:
    """Return the lines of a text without space at their ends, and without empty ones at the end."""
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip().split("\n")


def is_same(got: object, wanted: object) -> bool:
    """Compare by value and by exact type, through all that both hold."""
    return _freeze(got) == _freeze(wanted)


def is_close(got: object, wanted: Approx) -> bool:
    """Compare numbers with a tolerance, through lists and mappings of them."""
    if wanted.tolerance is None and wanted.relative is None:
        relative, absolute = RELATIVE, ABSOLUTE
    else:
        relative, absolute = wanted.relative or 0.0, wanted.tolerance or 0.0
    return _is_close(got, wanted.value, relative, absolute)


def _is_close(got: object, wanted: object, relative: float, absolute: float) -> bool:
    if isinstance(wanted, list):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(wanted)
            and all(_is_close(*pair, relative, absolute) for pair in zip(got, wanted, strict=True))
        )
    if isinstance(wanted, dict):
        return (
            isinstance(got, dict)
            and got.keys() == wanted.keys()
            and all(_is_close(got[name], wanted[name], relative, absolute) for name in wanted)
        )
    if type(wanted) not in {int, float}:
        return is_same(got, wanted)
    if type(got) not in {int, float}:
        return False
    try:
        return math.isclose(got, wanted, rel_tol=relative, abs_tol=absolute)  # type: ignore[arg-type]  # numbers by now
    except OverflowError:
        # A whole number that no float can hold.
        return False


def _freeze(value: object) -> object:
    """Return what can be compared in sets, with the types of all that a value holds."""
    frozen: object = value
    match value:
        case dict():
            pairs = {_freeze(left): _freeze(right) for left, right in value.items()}
            frozen = frozenset(pairs.items())
        case set() | frozenset():
            frozen = frozenset(map(_freeze, value))
        case list() | tuple():
            frozen = tuple(map(_freeze, value))
        case float() if math.isnan(value):
            # Not a number is itself here.
            frozen = "nan"
        case bytearray():
            frozen = bytes(value)
        case Opaque():
            frozen = object()
        case _ if type(value).__name__ == "Decimal":
            # Comparing some of them raises.
            frozen = str(value)
    return type(value).__name__, frozen


def _contrast(wanted: object, got: object) -> str:
    left, right = show(wanted), show(got)
    kinds = _name_type(wanted), _name_type(got)
    if kinds[0] != kinds[1]:
        return f"{left} ({kinds[0]}), got {right} ({kinds[1]})"
    return f"{left}, got {right}"


def show(value: object) -> str:
    """Render any value for a reason, shortened."""
    if isinstance(value, str):
        return quote(value)
    try:
        text = repr(value)
    except ValueError:
        # Python refuses to write out whole numbers of many thousand digits.
        return f"a {_name_type(value)} with a number too long to show"
    return text if len(text) <= QUOTED_CHARS else f"{text[:QUOTED_CHARS]}..."


def _name_type(value: object) -> str:
    return value.kind if isinstance(value, Opaque) else type(value).__name__


def _name_error(seen: Observation) -> str:
    name = quote(seen.error)[1:-1]
    return f"{name}: {quote(seen.detail)}" if seen.detail else name


def _say_ending(seen: Observation) -> str:
    if seen.ending is Ending.RETURNED:
        return f"it returned {show(seen.value)}"
    return f"it {explain_ending(seen)}"

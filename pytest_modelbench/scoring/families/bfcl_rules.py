"""What makes one call right on the Berkeley Function-Calling Leaderboard.

The published comparison is followed to the letter, its surprises included: types of elements are
looked at one level deep, a possible value of another type than the schema's stands for a variable,
and "" among the possible values says that the argument may be left out. Where the published
comparison breaks off with an error, the call is wrong.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pytest_modelbench.scoring.checks.base import quote
from pytest_modelbench.scoring.families.bfcl_texts import (
    JAVA_TYPES,
    JAVASCRIPT_TYPES,
    PYTHON_TYPES,
    read_text,
)

__all__ = ["TYPES", "CallComparison", "ParameterType", "normalise_text"]

TYPES: Mapping[str, Mapping[str, type]] = MappingProxyType(
    {"python": PYTHON_TYPES, "java": JAVA_TYPES, "javascript": JAVASCRIPT_TYPES}
)
# Among the possible values it says that the argument may be left out.
LEFT_OUT = ""
IGNORED_SIGNS = re.compile(r"[ ,./\-_*^]")
SHOWN_VALUES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class ParameterType:
    """The type of a parameter.

    Attributes:
        kind: As the schema says it.
        inner: Of the elements; "" where they have none of their own.
    """

    kind: str
    inner: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CallComparison:
    """Compares calls with one that has to be there.

    Attributes:
        name: Of the function.
        types: Of all its parameters.
        required: The parameters that no call may leave out.
        values: The possible values of each argument.
        language: Whose types they are.
    """

    name: str
    types: Mapping[str, ParameterType]
    required: Sequence[str]
    values: Mapping[str, Sequence[Any]]
    language: str

    def find_problem(self, name: str, given: Mapping[Any, Any]) -> str:
        """Say what is wrong with a call, or ""."""
        if name != self.name:
            return f"expected `{self.name}`, got {quote(name)}"
        for parameter in self.required:
            if parameter not in given:
                return f"`{self.name}` lacks `{parameter}`"
        for parameter, value in given.items():
            if parameter not in self.types or parameter not in self.values:
                return f"`{self.name}` has an unexpected argument {quote(parameter)}"
            problem = self._find_value_problem(self.types[parameter], value, self.values[parameter])
            if problem:
                return f"`{self.name}.{parameter}` {problem}"
        for parameter, possible in self.values.items():
            if parameter not in given and LEFT_OUT not in possible:
                return f"`{self.name}` lacks `{parameter}`"
        return ""

    def _find_value_problem(
        self, wanted: ParameterType, given: object, possible: Sequence[Any]
    ) -> str:
        known = TYPES[self.language]
        kind = known[wanted.kind]
        inner = known[wanted.inner] if wanted.inner else None
        value = given
        if self.language != "python":
            if type(given) is not str:
                return f"must be written as a text, got {quote(given)}"
            value = read_text(given, wanted.kind, wanted.inner, self.language)
        elif wanted.kind == "tuple" and type(given) is tuple:
            value = list(given)
        elif wanted.kind == "float" and type(given) is int:
            # One too large for a float is no possible value.
            value = float(given) if given.bit_length() < 1024 else float("inf")  # noqa: PLR2004  of a float
        if not _has_type(value, possible, kind, inner):
            return f"must be of type {wanted.kind}, got {quote(given)}"
        # A possible value of another type stands for a variable: nothing is normalised then.
        is_variable = _first_type(possible) not in {None, kind} or type(value) is not kind
        compare = _is_among if is_variable else _comparison(kind, inner)
        if compare(value, possible):
            return ""
        shown = ", ".join(map(quote, possible[:SHOWN_VALUES]))
        return f"is {quote(given)}, expected {'one of ' if len(possible) > 1 else ''}{shown}"


def normalise_text(text: str) -> str:
    """Return a text without spaces, most punctuation and capitals, as texts are compared."""
    return IGNORED_SIGNS.sub("", text).lower().replace("'", '"')


def _first_type(possible: Sequence[Any]) -> type | None:
    return next((type(value) for value in possible if value != LEFT_OUT), None)


def _has_type(value: object, possible: Sequence[Any], kind: type, inner: type | None) -> bool:
    if type(value) is not kind:
        return type(value) is _first_type(possible)
    if inner is None:
        return True
    # With something else than a list among the possible values the elements are free.
    return any(
        type(entry) is not list or all(_has_type(part, entry, inner, None) for part in _list(value))
        for entry in possible
    )


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | str) else ()


def _comparison(kind: type, inner: type | None) -> Callable[[Any, Sequence[Any]], bool]:
    if kind is dict:
        return _is_possible_mapping
    if kind is list:
        return _is_possible_list_of_mappings if inner is dict else _is_possible_list
    return _is_possible_text if kind is str else _is_among


def _is_among(value: object, possible: Sequence[Any]) -> bool:
    return value in possible


def _is_possible_text(value: object, possible: Sequence[Any]) -> bool:
    return _normalise(value) in [_normalise(entry) for entry in possible if type(entry) is str]


def _is_possible_list(value: Sequence[Any], possible: Sequence[Any]) -> bool:
    normalised = list(map(_normalise, value))
    return any(
        normalised == list(map(_normalise, entry))
        for entry in possible
        if isinstance(entry, list | str)
    )


def _is_possible_mapping(value: object, possible: Sequence[Any]) -> bool:
    return any(_fits_mapping(value, entry) for entry in possible)


def _is_possible_list_of_mappings(value: Sequence[Any], possible: Sequence[Any]) -> bool:
    return any(
        len(value) == len(entry) and all(map(_fits_mapping, value, entry))
        for entry in possible
        if isinstance(entry, list | str)
    )


def _fits_mapping(value: object, possible: object) -> bool:
    if not isinstance(value, dict) or not isinstance(possible, dict):
        return False
    return all(
        name in possible and _normalise(entry) in list(map(_normalise, _list(possible[name])))
        for name, entry in value.items()
    ) and all(name in value or LEFT_OUT in _list(entry) for name, entry in possible.items())


def _normalise(value: object) -> object:
    return normalise_text(value) if isinstance(value, str) else value

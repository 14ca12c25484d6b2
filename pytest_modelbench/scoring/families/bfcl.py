"""Calls of functions, judged as the Berkeley Function-Calling Leaderboard judges them.

The rules are those of its comparison of syntax trees: of each call the name, the arguments that are
there, their types and their values; several calls may come in any order.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.extraction.base import Found
from pytest_modelbench.scoring.extraction.json_values import NOTHING, fenced_blocks, parse_json
from pytest_modelbench.scoring.extraction.tool_calls import find_tool_calls
from pytest_modelbench.scoring.families.bfcl_calls import Call, read_calls
from pytest_modelbench.scoring.families.bfcl_rules import TYPES, CallComparison, ParameterType
from pytest_modelbench.scoring.families.bfcl_texts import NESTED_TYPES

__all__ = ["BFCL_CHECKS", "FunctionCalls"]

Language = Literal["python", "java", "javascript"]

FENCE_LANGUAGES = MappingProxyType(
    {
        "python": {"", "python", "py", "tool_code"},
        "java": {"", "java"},
        "javascript": {"", "javascript", "js"},
    }
)
SHOWN_PROBLEMS = 3


class Parameter(BaseModel):
    """One parameter of a function; what only describes it is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    type: str
    items: dict[str, Any] = Field(default_factory=dict)

    @property
    def inner(self) -> str:
        """Return the type of the elements, or ""."""
        return str(self.items.get("type", "")) if self.type in NESTED_TYPES else ""


class Parameters(BaseModel):
    """The parameters of a function."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    properties: dict[str, Parameter]
    required: list[str] = Field(default_factory=list)


class Function(BaseModel):
    """One function that may be called."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    name: str
    parameters: Parameters


class FunctionCalls(Arguments):
    """Which calls of functions are right, in the published form.

    Attributes:
        calls: `possible` compares with `possible_answers`; with `none` there may be no call, with
            `any` there has to be one, whatever it is.
        possible_answers: For each call that has to be there, the possible values of each argument.
        functions: Their schemas.
        language: Whose syntax and types are meant.
        form: `code` takes nothing but a list of calls; `any` also what chat templates teach.
        ordered: The calls have to come in this order.
        underscore_to_dot: The model knows the functions with `_` in place of each dot.
    """

    shorthand: ClassVar[str] = "calls"

    calls: Literal["possible", "none", "any"] = "possible"
    possible_answers: list[dict[str, dict[str, list[Any]]]] = Field(default_factory=list)
    functions: list[Function] = Field(default_factory=list)
    language: Language = "python"
    form: Literal["any", "code"] = "any"
    ordered: bool = False
    underscore_to_dot: bool = False

    @model_validator(mode="after")
    def _require_functions(self) -> "FunctionCalls":
        known = {function.name for function in self.functions}
        if (self.calls == "possible") != bool(self.possible_answers):
            raise ValueError("needs either `possible_answers` or `calls`: `none` or `any`")
        for possible in self.possible_answers:
            if len(possible) != 1:
                raise ValueError(
                    f"needs one function for each of `possible_answers`, got {len(possible)}"
                )
            for name in set(possible) - known:
                raise ValueError(f"`possible_answers` has {name!r}, which is none of `functions`")
        for function in self.functions:
            for name, parameter in function.parameters.properties.items():
                self._require_types(f"{function.name}.{name}", parameter)
        return self

    def _require_types(self, name: str, parameter: Parameter) -> None:
        known = TYPES[self.language]
        kinds = [parameter.type, *([parameter.inner] if parameter.type in NESTED_TYPES else ())]
        for kind in kinds:
            if kind not in known:
                names = ", ".join(sorted(known))
                raise ValueError(
                    f"the type of {name!r} must be one of {names}, got {kind!r} ({self.language})"
                )


def function_calls(text: str, arguments: FunctionCalls) -> Finding:
    """Compare the calls in the answer with the possible ones."""
    found = _judge_calls(_find_calls(text, arguments), text, arguments)
    if arguments.language != "java" or arguments.form == "code":
        return found
    again = _judge_calls(_find_calls(text, arguments, lenient=True), text, arguments)
    if arguments.calls == "none":
        return again
    return again if again.unit > found.unit else found


def _judge_calls(calls: Sequence[Call], text: str, arguments: FunctionCalls) -> Finding:
    possible = arguments.possible_answers
    if arguments.calls == "none":
        if not calls:
            return fulfilled("there is no call")
        return missed(f"expected no call, got one of {quote(calls[0][0])}")
    if not calls:
        return missed(f"expected calls, got none in {quote(text.strip())}")
    if arguments.calls == "any":
        return fulfilled(f"there is a call of {quote(calls[0][0])}")
    if len(calls) != len(possible):
        return missed(f"expected {_plural(len(possible))}, got {_plural(len(calls))}")
    return _match_calls(calls, possible, arguments)


def _plural(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"


def _find_calls(text: str, arguments: FunctionCalls, *, lenient: bool = False) -> Sequence[Call]:
    language = arguments.language
    calls = read_calls(text, language, lenient=lenient)
    if calls is not None or arguments.form == "code":
        return calls or ()
    fenced = [
        call
        for name, block in fenced_blocks(text)
        if name in FENCE_LANGUAGES[language]
        for call in read_calls(block, language, lenient=lenient) or ()
    ]
    if fenced:
        return fenced
    found = find_tool_calls(text)
    in_tags = "<parameter=" in text
    return [
        (
            call.name,
            _read_texts(call.name, call.arguments, arguments) if in_tags else call.arguments,
        )
        for call in (found.value if isinstance(found, Found) else ())
    ]


def _read_texts(name: str, given: Mapping[str, Any], arguments: FunctionCalls) -> Mapping[str, Any]:
    """Return the arguments with the types that tags, where all is text, cannot show."""
    function = next((entry for entry in arguments.functions if entry.name == name), None)
    if function is None or arguments.language != "python":
        return given
    properties = function.parameters.properties
    return {
        parameter: _read_text(value, properties.get(parameter))
        for parameter, value in given.items()
    }


def _read_text(value: object, parameter: Parameter | None) -> object:
    if parameter is None or not isinstance(value, str) or TYPES["python"][parameter.type] is str:
        return value
    parsed = parse_json(value)
    return value if parsed is NOTHING else parsed


def _match_calls(
    calls: Sequence[Call],
    possible: Sequence[Mapping[str, Mapping[str, list[Any]]]],
    arguments: FunctionCalls,
) -> Finding:
    waiting = list(calls)
    for number, entry in enumerate(possible, 1):
        comparison = _compare_with(entry, arguments)
        problems = []
        for at, call in enumerate(waiting[:1] if arguments.ordered else waiting):
            problem = comparison.find_problem(*call)
            if not problem:
                # The first that fits is taken, even where another would leave more for the rest.
                del waiting[at]
                break
            problems.append(problem)
        else:
            shown = "; ".join(problems[:SHOWN_PROBLEMS])
            return missed(f"call {number} of {len(possible)}: {shown}")
    names = ", ".join(dict.fromkeys(f"`{name}`" for entry in possible for name in entry))
    return fulfilled(f"calls {names} as expected")


def _compare_with(
    possible: Mapping[str, Mapping[str, list[Any]]], arguments: FunctionCalls
) -> CallComparison:
    ((name, values),) = possible.items()
    function = next(known for known in arguments.functions if known.name == name)
    return CallComparison(
        name=name.replace(".", "_") if arguments.underscore_to_dot else name,
        types={
            parameter: ParameterType(kind=entry.type, inner=entry.inner)
            for parameter, entry in function.parameters.properties.items()
        },
        required=function.parameters.required,
        values=values,
        language=arguments.language,
    )


BFCL_CHECKS = (
    Check(
        name="function_calls",
        arguments=FunctionCalls,
        decide=function_calls,
        illustration=Illustration(
            arguments={
                "functions": [
                    {
                        "name": "area",
                        "parameters": {
                            "type": "dict",
                            "properties": {
                                "base": {"type": "float"},
                                "unit": {"type": "string"},
                            },
                            "required": ["base"],
                        },
                    }
                ],
                "possible_answers": [{"area": {"base": [10.0], "unit": ["cm", ""]}}],
            },
            fulfilled="[area(base=10)]",
            missed='[area(base="10")]',
        ),
    ),
)

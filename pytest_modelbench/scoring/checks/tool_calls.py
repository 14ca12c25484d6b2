"""The checks that look at single calls of tools."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.json_values import NOTHING, parse_json, same_json
from pytest_modelbench.scoring.extraction.tool_calls import ToolCall, find_tool_calls

__all__ = ["TOOL_CHECKS"]

HALF = 0.5


class Tool(Arguments):
    """The tool that has to be called.

    Attributes:
        name: Of the tool.
        arguments: Arguments it has to get; others are free.
        wrapper: The tool inside whose arguments the call has to stand.
    """

    shorthand: ClassVar[str] = "name"

    name: Annotated[str, Field(min_length=1)]
    arguments: Annotated[dict[str, Any], Field(default_factory=dict)]
    wrapper: Annotated[str, Field(min_length=1)] | None = None


class NoTool(Arguments):
    """The tools that may not be called.

    Attributes:
        which: `any`: no tool at all.
        names: Or only these.
    """

    shorthand: ClassVar[str] = "which"

    which: Literal["any"] = "any"
    names: Annotated[list[Annotated[str, Field(min_length=1)]], Field(default_factory=list)]


def no_tool_call(text: str, arguments: NoTool) -> Finding:
    """Look for a call that may not be there."""
    found = find_tool_calls(text)
    calls = () if isinstance(found, NotFound) else found.value
    for call in calls:
        if not arguments.names or any(_is_named(call, name) for name in arguments.names):
            return missed(f"expected no such call, got one of {quote(call.name)}")
    return fulfilled("no such tool is called")


def tool_call(text: str, arguments: Tool) -> Finding:
    """Look for the call; one that lacks its wrapper scores a half."""
    found = find_tool_calls(text)
    if isinstance(found, NotFound):
        return missed(f"expected a call of `{arguments.name}`, got {found.reason} in {quote(text)}")
    calls = found.value
    if arguments.wrapper is None:
        return _compare(calls, arguments)
    inner = tuple(
        inner for call in calls if _is_named(call, arguments.wrapper) for inner in call.inner
    )
    if any(_is_named(call, arguments.name) for call in inner):
        wrapped = _compare(inner, arguments)
        return Finding(unit=wrapped.unit, reason=f"{wrapped.reason} inside `{arguments.wrapper}`")
    direct = _compare(calls, arguments)
    reason = f"{direct.reason}, expected inside `{arguments.wrapper}`"
    return Finding(unit=HALF * direct.unit, reason=reason)


def _compare(calls: tuple[ToolCall, ...], arguments: Tool) -> Finding:
    named = [call for call in calls if _is_named(call, arguments.name)]
    if not named:
        got = ", ".join(dict.fromkeys(f"`{call.name[:40]}`" for call in calls[:5]))
        return missed(f"expected a call of `{arguments.name}`, got {got or 'none'}")
    wrong = [_wrong_arguments(call, arguments.arguments) for call in named]
    if not all(wrong):
        return fulfilled(f"calls `{arguments.name}`")
    return missed(f"calls `{arguments.name}`, but {wrong[0]}")


def _is_named(call: ToolCall, name: str) -> bool:
    return call.name == name or call.name.rpartition(".")[2] == name


def _wrong_arguments(call: ToolCall, expected: Mapping[str, Any]) -> str:
    positional = list(call.positional)
    wrong = []
    for name, value in expected.items():
        got = call.arguments.get(name, NOTHING)
        if got is NOTHING and positional:
            got = positional.pop(0)
        if got is NOTHING:
            wrong.append(f"`{name}` is missing, expected {quote(value)}")
        elif not _same_argument(got, value):
            wrong.append(f"`{name}` is {quote(got)}, expected {quote(value)}")
    return "; ".join(wrong)


def _same_argument(got: object, expected: object) -> bool:
    if same_json(got, expected):
        return True
    # Tags hold every argument as text.
    return (
        isinstance(got, str)
        and not isinstance(expected, str)
        and same_json(parse_json(got), expected)
    )


TOOL_CHECKS = (
    Check(
        name="tool_call",
        arguments=Tool,
        decide=tool_call,
        illustration=Illustration(
            arguments={
                "name": "read_file",
                "arguments": {"path": "config.py"},
                "wrapper": "execute_code",
            },
            fulfilled="execute_code(code=\"print(read_file(path='config.py'))\")",
            missed='read_file(path="config.py")',
        ),
    ),
    Check(
        name="no_tool_call",
        arguments=NoTool,
        decide=no_tool_call,
        illustration=Illustration(
            arguments="any",
            fulfilled="I can answer that without read_file: it is 4.",
            missed='{"name": "read_file", "arguments": {"path": "four.txt"}}',
        ),
    ),
)

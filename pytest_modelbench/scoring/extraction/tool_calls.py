"""Calls of tools in answers, in the forms that chat templates teach.

A call is: a JSON object with a name and arguments, `<tool_call>...</tool_call>`,
`<function=NAME>...</function>`, `[TOOL_CALLS]...`, or Python that calls the tool, where the Python
is the whole answer or a fenced block. The name of a tool in prose is no call.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.extraction.json_values import (
    NOTHING,
    fenced_blocks,
    json_values_in_prose,
    parse_json,
)

__all__ = ["ToolCall", "find_tool_calls"]

NAME_KEYS = ("name", "tool", "function", "tool_name")
ARGUMENT_KEYS = ("arguments", "parameters", "args", "input")
CALL_LANGUAGES = {"", "json", "python", "py", "tool_code", "tool_call", "xml"}
MAX_CODE_CHARS = 20_000

TAGGED = re.compile(r"<(tool_call|function_call)>(.*?)(?:</\1>|\Z)", re.DOTALL)
FUNCTION = re.compile(r"<function=([\w.:-]+)>(.*?)(?:</function>|\Z)", re.DOTALL)
PARAMETER = re.compile(r"<parameter=([\w.:-]+)>\n?(.*?)\n?(?:</parameter>|\Z)", re.DOTALL)
LISTED = re.compile(r"\[TOOL_CALLS\]")
NAMED_LIST = re.compile(r"\s*([\w.:-]+)\s*(?:\[ARGS\])?\s*(?=\{)")
CALL_IN_CODE = re.compile(r"(?<![\w'\"])([A-Za-z_][\w.]*)\s*\(")


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolCall:
    """One call.

    Attributes:
        name: Of the tool.
        arguments: By name.
        positional: Arguments without a name.
        inner: Calls inside the arguments, as of a tool that runs code.
    """

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    positional: tuple[Any, ...] = ()
    inner: tuple["ToolCall", ...] = ()


def find_tool_calls(text: str) -> Found[tuple[ToolCall, ...]] | NotFound:
    """Find the calls of an answer, in the first form that has any."""
    readers = (_tagged_calls, _listed_calls, _whole_calls, _fenced_calls, _prose_calls)
    for read in readers:
        calls = tuple(read(text))
        if calls:
            return Found(value=calls)
    return NotFound(reason="no tool call")


def _tagged_calls(text: str) -> Iterator[ToolCall]:
    bodies = [found[2] for found in TAGGED.finditer(text)]
    for body in bodies:
        yield from _function_calls(body) or _json_or_python(body)
    if not bodies:
        yield from _function_calls(text)


def _function_calls(text: str) -> list[ToolCall]:
    return [_function_call(found[1], found[2]) for found in FUNCTION.finditer(text)]


def _function_call(name: str, body: str) -> ToolCall:
    value = parse_json(body)
    arguments = value if isinstance(value, dict) else dict(PARAMETER.findall(body))
    return _call(name, arguments)


def _listed_calls(text: str) -> Iterator[ToolCall]:
    for part in LISTED.split(text)[1:]:
        named = NAMED_LIST.match(part)
        values = [value for _length, value in json_values_in_prose(part)]
        if named:
            yield from (_call(named[1], value) for value in values[:1] if isinstance(value, dict))
        else:
            yield from (call for value in values for call in _calls_in_value(value, bare=True))


def _whole_calls(text: str) -> Iterator[ToolCall]:
    body = text.strip()
    if body.startswith("`") and body.endswith("`") and not body.startswith("```"):
        body = body.strip("`")
    yield from _json_or_python(body)


def _fenced_calls(text: str) -> Iterator[ToolCall]:
    for language, block in fenced_blocks(text):
        if language in CALL_LANGUAGES:
            yield from _json_or_python(block)


def _prose_calls(text: str) -> Iterator[ToolCall]:
    # In prose an object needs a name and arguments to be a call.
    for _length, value in json_values_in_prose(text):
        yield from _calls_in_value(value, bare=False)


def _json_or_python(text: str) -> Iterator[ToolCall]:
    value = parse_json(text)
    if value is not NOTHING:
        yield from _calls_in_value(value, bare=True)
        return
    found = list(json_values_in_prose(text)) if text.lstrip()[:1] in {"{", "["} else []
    calls = [call for _length, value in found for call in _calls_in_value(value, bare=True)]
    yield from calls or _python_calls(text)


def _calls_in_value(value: object, *, bare: bool) -> Iterator[ToolCall]:
    if isinstance(value, list):
        for entry in value:
            if isinstance(entry, dict):
                yield from _calls_in_value(entry, bare=bare)
    elif isinstance(value, dict) and isinstance(value.get("tool_calls"), list):
        yield from _calls_in_value(value["tool_calls"], bare=True)
    elif isinstance(value, dict) and isinstance(value.get("function"), dict):
        yield from _calls_in_value(value["function"], bare=bare)
    elif isinstance(value, dict):
        name = next((value[key] for key in NAME_KEYS if isinstance(value.get(key), str)), None)
        given = next((value[key] for key in ARGUMENT_KEYS if key in value), NOTHING)
        # Without arguments it has to be nothing but a name, or any record would be a call.
        if name and (given is not NOTHING or (bare and len(value) == 1)):
            yield _call(name, given)


def _call(name: str, given: object) -> ToolCall:
    if isinstance(given, str):
        value = parse_json(given)
        given = value if isinstance(value, dict) else {"": given}
    arguments = given if isinstance(given, dict) else {}
    texts = [value for value in arguments.values() if isinstance(value, str)]
    inner = tuple(call for code in texts for call in _calls_in_code(code))
    return ToolCall(name=name, arguments=arguments, inner=inner)


def _calls_in_code(code: str) -> Iterator[ToolCall]:
    value = parse_json(code)
    calls = list(_calls_in_value(value, bare=True)) or list(_python_calls(code))
    if not calls and _parse_python(code) is None:
        # Another language, or Python with a slip: the names have to do.
        found = CALL_IN_CODE.findall(code[:MAX_CODE_CHARS])
        calls = [ToolCall(name=name) for name in found]
    yield from calls


def _python_calls(code: str) -> Iterator[ToolCall]:
    tree = _parse_python(code)
    if tree is not None:
        yield from _calls_below(tree)


def _parse_python(code: str) -> ast.AST | None:
    if len(code) > MAX_CODE_CHARS or "(" not in code:
        return None
    with warnings.catch_warnings():
        # About escapes and comparisons in code that is not ours.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code.strip())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _calls_below(tree: ast.AST) -> Iterator[ToolCall]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call) and (name := _dotted_name(node.func)):
            yield _python_call(name, node)
        # Calls inside arguments count too: print(read_file("x")) does call read_file.
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _python_call(name: str, node: ast.Call) -> ToolCall:
    positional = tuple(_literal(value) for value in node.args)
    arguments = {entry.arg: _literal(entry.value) for entry in node.keywords if entry.arg}
    texts = [value for value in (*positional, *arguments.values()) if isinstance(value, str)]
    parts: list[ast.AST] = [*node.args, *(entry.value for entry in node.keywords)]
    inner = [call for part in parts for call in _direct_calls(part)]
    inner += [call for code in texts for call in _calls_in_code(code)]
    return ToolCall(name=name, arguments=arguments, positional=positional, inner=tuple(inner))


def _direct_calls(tree: ast.AST) -> Iterator[ToolCall]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _dotted_name(node.func)):
            positional = tuple(_literal(value) for value in node.args)
            arguments = {entry.arg: _literal(entry.value) for entry in node.keywords if entry.arg}
            yield ToolCall(name=name, arguments=arguments, positional=positional)


def _dotted_name(node: ast.AST) -> str:
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else ""


def _literal(node: ast.expr) -> object:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
        return ast.dump(node) if isinstance(node, ast.Name) else NOTHING
    return list(value) if isinstance(value, tuple) else value

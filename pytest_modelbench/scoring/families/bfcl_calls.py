"""Calls in answers, read as the Berkeley leaderboard reads those of models without tools.

The whole answer is a list of calls, `[f(a=1), g(b="x")]`, in the syntax of a language. Arguments
without a name are passed over.
"""

import ast
import operator
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

__all__ = ["Call", "read_calls"]

Call = tuple[str, Mapping[Any, Any]]

# No list of calls is longer; the parsers' time and stack are bounded by it.
MAX_CODE_CHARS = 20_000
# Exponents up to 1023, and whole numbers that can still be written out.
MAX_POWER_BITS = 10
MAX_BITS = 10_000

OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: operator.add,
        ast.Sub: operator.sub,
        ast.Mult: operator.mul,
        ast.Div: operator.truediv,
        ast.FloorDiv: operator.floordiv,
        ast.Mod: operator.mod,
        ast.Pow: operator.pow,
        ast.LShift: operator.lshift,
        ast.RShift: operator.rshift,
        ast.BitAnd: operator.and_,
        ast.BitOr: operator.or_,
        ast.BitXor: operator.xor,
    }
)
SIGNS: Mapping[type[ast.unaryop], Callable[[Any], Any]] = MappingProxyType(
    {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert}
)
JAVA_TEXTS = frozenset({"identifier", "class_literal", "type_identifier", "method_invocation"})
QUOTED = frozenset({"string_literal", "character_literal"})


class UnreadableError(ValueError):
    """The answer is no list of calls."""


def read_calls(text: str, language: str, *, lenient: bool = False) -> tuple[Call, ...] | None:
    """Return the calls of an answer; None where it is no list of calls.

    Args:
        language: `python`, `java` or `javascript`.
        lenient: Java without the surprises of the published reading, which needs a semicolon
            after a call with one argument, takes every map to be empty, and leaves the elements
            of an array in their quotes.
    """
    code = text.strip("`\n ")
    if len(code) > MAX_CODE_CHARS:
        return None
    code = code if code.startswith("[") else f"[{code}"
    code = code if code.endswith("]") else f"{code}]"
    try:
        if language == "python":
            return tuple(_read_python(code))
        if language == "java":
            source = f"{code[1:-1].rstrip('; ')};" if lenient else code[1:-1]
            return _read_java(source, lenient=lenient)
        return _read_javascript(code[1:-1])
    except (
        # What parsing and computing hostile code may raise; none of it says more than "unreadable".
        ArithmeticError,
        MemoryError,
        RecursionError,
        SyntaxError,
        TypeError,
        ValueError,
    ):
        return None


def _read_python(code: str) -> Iterator[Call]:
    with warnings.catch_warnings():
        # About escapes and comparisons in code that is not ours.
        warnings.simplefilter("ignore")
        body = ast.parse(code.strip().strip("'"), mode="eval").body
    calls = [body] if isinstance(body, ast.Call) else getattr(body, "elts", None)
    if calls is None:
        raise UnreadableError
    for call in calls:
        if not isinstance(call, ast.Call):
            raise UnreadableError
        yield _python_call(call)


def _python_call(call: ast.Call) -> Call:
    names = []
    callee = call.func
    while isinstance(callee, ast.Attribute):
        names.append(callee.attr)
        callee = callee.value
    if isinstance(callee, ast.Name):
        names.append(callee.id)
    arguments = {entry.arg: _python_value(entry.value) for entry in call.keywords}
    return ".".join(reversed(names)), arguments


def _python_value(node: ast.expr | None) -> object:
    match node:
        case ast.Constant():
            return "..." if node.value is Ellipsis else node.value
        case ast.UnaryOp(operand=ast.Constant(value=value)):
            # Whatever the sign is: the published reading negates.
            return operator.neg(value)  # type: ignore[arg-type]  # a text is a TypeError, as wanted
        case ast.List() | ast.Tuple():
            values = [_python_value(value) for value in node.elts]
            return values if isinstance(node, ast.List) else tuple(values)
        case ast.Dict():
            pairs = zip(node.keys, node.values, strict=True)
            return {_python_value(name): _python_value(value) for name, value in pairs}
        case ast.BinOp():
            return _compute(node)
        case _:
            return _python_text(node)


def _python_text(node: ast.expr | None) -> object:
    match node:
        case ast.Name():
            return node.id
        case ast.Call() if node.keywords:
            name, arguments = _python_call(node)
            return {name: arguments}
        case ast.Call():
            return ast.unparse(node)
        case ast.Subscript():
            return f"{ast.unparse(node.value)}[{ast.unparse(node.slice)}]"
        case _:
            raise UnreadableError


def _compute(node: ast.expr) -> Any:  # noqa: ANN401  a number, a text or a list
    """Compute an expression of literals; the published reading evaluates it as code."""
    match node:
        case ast.Constant():
            return node.value
        case ast.UnaryOp(op=sign) if type(sign) in SIGNS:
            return SIGNS[type(sign)](_compute(node.operand))
        case ast.List() | ast.Tuple():
            values = [_compute(value) for value in node.elts]
            return values if isinstance(node, ast.List) else tuple(values)
        case ast.BinOp(op=sign) if type(sign) in OPERATORS:
            left, right = _compute(node.left), _compute(node.right)
            _bound(left, right, sign)
            value = OPERATORS[type(sign)](left, right)
            if _size(value) > MAX_BITS:
                raise UnreadableError
            return value
        case _:
            raise UnreadableError


def _bound(left: object, right: object, sign: ast.operator) -> None:
    """Refuse what would take long or much memory to compute."""
    is_shift = isinstance(sign, ast.Pow | ast.LShift)
    is_repetition = isinstance(sign, ast.Mult) and not (_is_number(left) and _is_number(right))
    is_formatting = isinstance(sign, ast.Mod) and not _is_number(left)
    if is_formatting or is_repetition or (is_shift and _size(right) > MAX_POWER_BITS):
        raise UnreadableError


def _size(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | complex)


def _read_java(code: str, *, lenient: bool) -> tuple[Call, ...] | None:
    call = next(_nodes(_parse(code, "java"), "method_invocation"), None)
    if call is None:
        return None
    name = _text(call.child_by_field_name("name"))
    owner = call.child_by_field_name("object")
    arguments = call.child_by_field_name("arguments")
    named: list[tuple[str | None, str]] = []
    for child in arguments.children if arguments else ():
        if child.type == "assignment_expression":
            value = _java_value(child.children[2], lenient=lenient)
            named.append((_text(child.children[0]), value))
        elif child.type in {"identifier", "class_literal"}:
            named.append((None, _text(child)))
    return ((f"{_text(owner)}.{name}" if owner else name, _once(named)),)


def _java_value(node: "Node", *, lenient: bool) -> str:
    if node.type in QUOTED:
        return _text(node)[1:-1]
    if not lenient:
        return _java_text(node)
    elements = node.child_by_field_name("value")
    if node.type == "array_creation_expression" and elements is not None:
        parts = [child for child in elements.children if child.type not in {"{", "}", ","}]
        return f"new Object[]{{{', '.join(_java_value(part, lenient=True) for part in parts)}}}"
    body = "".join(_text(child) for child in node.children if child.type == "class_body")
    return _java_text(node) + body


def _java_text(node: "Node | None") -> str:
    """Return the source without the space in it that does not matter."""
    if node is None:
        raise UnreadableError
    if not node.child_count or node.type in JAVA_TEXTS | QUOTED:
        return _text(node)
    kind = node.child_by_field_name("type")
    if node.type == "array_creation_expression":
        return f"new {_java_text(kind)}[]{_java_text(node.child_by_field_name('value'))}"
    if node.type == "object_creation_expression":
        arguments = node.child_by_field_name("arguments")
        parts = [
            _java_text(child)
            for child in (arguments.children if arguments else ())
            if child.type not in {",", "(", ")"}
        ]
        return f"new {_java_text(kind)}({', '.join(parts)})"
    return "".join(_java_text(child) for child in node.children)


def _read_javascript(code: str) -> tuple[Call, ...] | None:
    for statement in _parse(code, "javascript").children:
        for call in statement.children if statement.type == "expression_statement" else ():
            if call.type == "call_expression":
                named = list(_javascript_arguments(call.children[1]))
                return ((_text(call.children[0]), _once(named)),)
    return None


def _javascript_arguments(arguments: "Node") -> Iterator[tuple[str | None, str]]:
    for child in arguments.children:
        if child.type == "assignment_expression":
            value = _text(child.children[2])
            is_quoted = any(value.startswith(sign) and value.endswith(sign) for sign in "\"'")
            yield _text(child.children[0]), value[1:-1] if is_quoted else value
        elif child.type in {"identifier", "true"}:
            yield None, _text(child)


def _once(named: list[tuple[str | None, str]]) -> dict[str | None, str]:
    arguments = dict(named)
    if len(arguments) != len(named):
        raise UnreadableError
    return arguments


def _parse(code: str, language: str) -> "Node":
    # A lone surrogate has no bytes; as a question mark it makes the same error.
    root = _parser(language).parse(code.encode("utf-8", "replace")).root_node
    # A part that is only missing, as the last semicolon is, is no error.
    if any(node.is_error for node in _nodes(root)):
        raise UnreadableError
    return root


def _nodes(root: "Node", kind: str = "") -> Iterator["Node"]:
    """Yield a tree in its written order, or those of one kind."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if not kind or node.type == kind:
            yield node
        waiting.extend(reversed(node.children))


def _text(node: "Node | None") -> str:
    return (node.text or b"").decode("utf-8", "replace") if node else ""


@lru_cache(maxsize=2)
def _parser(language: str) -> "Parser":
    from tree_sitter import Language, Parser  # noqa: PLC0415  only for these two languages

    if language == "java":
        import tree_sitter_java  # noqa: PLC0415  likewise

        return Parser(Language(tree_sitter_java.language()))
    import tree_sitter_javascript  # noqa: PLC0415  likewise

    return Parser(Language(tree_sitter_javascript.language()))

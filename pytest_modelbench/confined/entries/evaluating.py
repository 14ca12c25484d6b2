"""Evaluates what a check asks of a module, in its namespace. Runs inside a cell."""

import ast
import types
from typing import Any

__all__ = ["await_value", "evaluate"]


def evaluate(text: str, module: types.ModuleType) -> Any:  # noqa: ANN401  any value
    """Return the value of an expression; statements may stand before it.

    Names that it binds are gone afterwards. A coroutine is awaited; a generator is left as it is.
    """
    # A copy: what is bound here must not replace what the module's functions call.
    scope = dict(module.__dict__)
    tree = ast.parse(text.strip(), "<call>")
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    last = tree.body.pop() if tree.body else None
    if not isinstance(last, ast.Expr):
        raise SyntaxError("the last line must be an expression")  # noqa: TRY004  of the text, not of a value
    if tree.body:
        await_value(eval(compile(tree, "<call>", "exec", flags, dont_inherit=True), scope))  # noqa: S307  what a cell is for
    code = compile(ast.Expression(last.value), "<call>", "eval", flags, dont_inherit=True)
    return await_value(eval(code, scope))  # noqa: S307  as above


def await_value(value: object) -> Any:  # noqa: ANN401  any value
    """Return what a coroutine returns, and any other value itself."""
    if not isinstance(value, types.CoroutineType):
        return value
    import asyncio  # noqa: PLC0415  takes long, and few answers need it

    return await_value(asyncio.run(value))

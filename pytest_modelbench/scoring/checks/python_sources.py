"""The check for Python code that is read, not executed."""

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.demands import judge_demands
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code

__all__ = ["PYTHON_SOURCE_CHECKS"]

MAX_CHARS = 100_000

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = Function | ast.ClassDef
Names = Annotated[list[Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*$")]], Field(min_length=1)]

CONSTRUCTS: dict[str, tuple[type[ast.AST], ...]] = {
    "async": (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await),
    "class": (ast.ClassDef,),
    "comprehension": (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    "f_string": (ast.JoinedStr,),
    "for": (ast.For, ast.AsyncFor),
    "function": (ast.FunctionDef, ast.AsyncFunctionDef),
    "global": (ast.Global, ast.Nonlocal),
    "if": (ast.If, ast.IfExp),
    "lambda": (ast.Lambda,),
    "match": (ast.Match,),
    "raise": (ast.Raise,),
    "return": (ast.Return,),
    "try": (ast.Try, ast.TryStar),
    "while": (ast.While,),
    "with": (ast.With, ast.AsyncWith),
    "yield": (ast.Yield, ast.YieldFrom),
}
# Loops, decorators and functions that call themselves have no class of their own.
Construct = Literal[
    "async",
    "class",
    "comprehension",
    "decorator",
    "f_string",
    "for",
    "function",
    "global",
    "if",
    "lambda",
    "loop",
    "match",
    "raise",
    "recursion",
    "return",
    "try",
    "while",
    "with",
    "yield",
]


class PythonSource(Arguments):
    """What the Python code in the answer has to be.

    Attributes:
        valid: There has to be code, and Python has to be able to parse it.
        block: Which of several blocks: `main` is what defines something, without what defines the
            same once more; `all` joins them.
        defines: Names it has to define, such as `area` or `Shape.area`.
        calls: What it has to call, such as `print` or `json.loads`.
        forbidden_calls: What it must not call.
        imports: Modules it has to import.
        forbidden_imports: Modules it must not import, nor anything in them.
        constructs: Parts of the language it has to use.
        forbidden_constructs: Parts of the language it must not use.
        docstrings: Whether everything public that it defines needs a docstring.
        type_hints: Whether every parameter and return value needs a type.
    """

    shorthand: ClassVar[str] = "valid"

    valid: Literal["valid"] = "valid"
    block: Literal["main", "first", "last", "longest", "all"] = "main"
    defines: Names | None = None
    calls: Names | None = None
    forbidden_calls: Names | None = None
    imports: Names | None = None
    forbidden_imports: Names | None = None
    constructs: Annotated[list[Construct], Field(min_length=1)] | None = None
    forbidden_constructs: Annotated[list[Construct], Field(min_length=1)] | None = None
    docstrings: bool = False
    type_hints: bool = False


def check_python_source(text: str, arguments: PythonSource) -> Finding:
    """Parse the code of the answer; the unit is the share of demands that are met."""
    found = find_code(text, "python", arguments.block)
    if isinstance(found, NotFound):
        return missed(f"expected Python code, got none in {quote(text.strip())}")
    tree = _parse(found.value)
    if isinstance(tree, str):
        return missed(f"expected Python code, got {tree}")
    problems: list[str] = []
    total = 0
    for wanted, has, noun in _list_demands(tree, arguments):
        total += len(wanted)
        problems += [noun.format(name) for name in wanted if not has(name)]
    for is_asked, find in (
        (arguments.docstrings, _without_docstring),
        (arguments.type_hints, _without_types),
    ):
        total += is_asked
        names = list(find(tree)) if is_asked else []
        if names:
            word = "docstring" if find is _without_docstring else "type hints"
            problems.append(f"no {word}: {', '.join(f'`{name[:60]}`' for name in names[:5])}")
    return judge_demands(problems, total, "the Python code is as expected")


def _parse(code: str) -> ast.Module | str:
    """Return the tree of the code, or what is wrong with it."""
    if len(code) > MAX_CHARS:
        return f"more than {MAX_CHARS:,} characters"
    with warnings.catch_warnings():
        # About escapes and comparisons in code that is not ours.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code)
        except SyntaxError as error:
            return f"code that does not parse: {error.msg} (line {error.lineno})"
        except (ValueError, RecursionError, MemoryError):
            return "code that does not parse"


Demand = tuple[Sequence[str], Callable[[str], bool], str]


def _list_demands(tree: ast.Module, arguments: PythonSource) -> Iterator[Demand]:
    """Yield names, what tells whether the code has one, and how to say that one is wrong."""
    defined = {name for name, _definition in _definitions(tree)} | _assigned(tree)
    called = set(_called(tree))
    imported = set(_imported(tree))
    used = set(_constructs(tree))

    def calls(name: str) -> bool:
        return name in called or any(call.endswith(f".{name}") for call in called)

    def imports(name: str) -> bool:
        return any(module == name or module.startswith(f"{name}.") for module in imported)

    yield arguments.defines or (), defined.__contains__, "defines no `{}`"
    yield arguments.calls or (), calls, "never calls `{}`"
    yield arguments.forbidden_calls or (), lambda name: not calls(name), "must not call `{}`"
    yield arguments.imports or (), imports, "does not import `{}`"
    yield (
        arguments.forbidden_imports or (),
        lambda name: not imports(name),
        "must not import `{}`",
    )
    yield arguments.constructs or (), used.__contains__, "uses no `{}`"
    yield (
        arguments.forbidden_constructs or (),
        lambda name: name not in used,
        "must not use `{}`",
    )


def _definitions(tree: ast.Module) -> Iterator[tuple[str, Definition]]:
    """Yield functions and classes at the top and inside classes, with dotted names."""
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        prefix, owner = waiting.pop()
        for child in ast.iter_child_nodes(owner):
            if isinstance(child, Definition):
                yield f"{prefix}{child.name}", child
            if isinstance(child, ast.ClassDef):
                waiting.append((f"{prefix}{child.name}.", child))
            elif isinstance(child, ast.If | ast.Try):
                # `if __name__ ...` and a fallback for an import define at the top, too.
                waiting.append((prefix, child))


def _assigned(tree: ast.Module) -> set[str]:
    tops = [top for top in tree.body if isinstance(top, ast.Assign | ast.AnnAssign)]
    parts = [part for top in tops for part in ast.walk(top)]
    return {
        part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def _called(tree: ast.AST) -> Iterator[str]:
    for part in ast.walk(tree):
        if isinstance(part, ast.Call) and (name := _dotted_name(part.func)):
            yield name


def _dotted_name(expression: ast.AST) -> str:
    names: list[str] = []
    while isinstance(expression, ast.Attribute):
        names.append(expression.attr)
        expression = expression.value
    names.append(expression.id if isinstance(expression, ast.Name) else "")
    return ".".join(reversed(names))


def _imported(tree: ast.AST) -> Iterator[str]:
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom):
            module = "." * part.level + (part.module or "")
            yield module
            yield from (f"{module}.{alias.name}" for alias in part.names)


def _constructs(tree: ast.AST) -> Iterator[str]:
    for part in ast.walk(tree):
        yield from (name for name, kinds in CONSTRUCTS.items() if isinstance(part, kinds))
        if isinstance(part, ast.For | ast.AsyncFor | ast.While):
            yield "loop"
        if isinstance(part, Definition):
            if part.decorator_list:
                yield "decorator"
            if isinstance(part, Function) and _calls_itself(part):
                yield "recursion"


def _calls_itself(function: Function) -> bool:
    names = {function.name, f"self.{function.name}", f"cls.{function.name}"}
    return not names.isdisjoint(_called(function))


def _without_docstring(tree: ast.Module) -> Iterator[str]:
    for name, definition in _definitions(tree):
        if not name.rpartition(".")[2].startswith("_") and not ast.get_docstring(definition):
            yield name


def _without_types(tree: ast.Module) -> Iterator[str]:
    for name, definition in _definitions(tree):
        if isinstance(definition, Function) and not _is_typed(definition, is_method="." in name):
            yield name


def _is_typed(function: Function, *, is_method: bool) -> bool:
    given = function.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    parameters += [part for part in (given.vararg, given.kwarg) if part is not None]
    if is_method and parameters and parameters[0].arg in {"self", "cls"}:
        parameters = parameters[1:]
    # Python itself fixes what `__init__` returns.
    has_return = function.returns is not None or function.name == "__init__"
    return has_return and all(part.annotation is not None for part in parameters)


PYTHON_SOURCE_CHECKS = (
    Check(
        name="python_parses",
        arguments=PythonSource,
        decide=check_python_source,
        illustration=Illustration(
            arguments={"defines": ["total"], "forbidden_constructs": ["loop"], "type_hints": True},
            fulfilled="```python\ndef total(xs: list[int]) -> int:\n    return sum(xs)\n```",
            missed="def total(xs:\n    return sum(xs)",
        ),
    ),
)

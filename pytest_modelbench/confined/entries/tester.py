"""Runs inside a cell of its own: trusted assertions about a module that lives in another cell.

The module is only called from here; what it hands back arrives as plain values or as stand-ins, so
nothing of it runs beside the assertions.
"""

import ast
import builtins
import importlib
import socket
import symtable
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from pytest_modelbench.confined.entries.loading import describe_error
from pytest_modelbench.confined.entries.remote import Link
from pytest_modelbench.confined.frames import receive, send
from pytest_modelbench.confined.surroundings import get_site_packages

__all__ = ["CHECK_FUNCTION", "MODULE_NAME", "find_free_names", "serve_test"]

# What the assertions may import the module as.
MODULE_NAME = "answer"
CHECK_FUNCTION = "check"
MAX_FAILURES = 20
MAX_SHOWN_CHARS = 300

Trial = tuple[str, Callable[[], object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Given:
    """Assertions, and where they run.

    Attributes:
        source: Their text.
        entry: Name in the module that `check` takes, or "".
        scope: Their namespace.
        link: To the module.
    """

    source: str
    entry: str
    scope: dict[str, Any]
    link: Link


class _HungUp(BaseException):
    """The host is gone; no assertion may take this for an exception of the module."""


def serve_test(channel: socket.socket) -> None:
    """Take assertions, run them, and say how many held."""
    try:
        identity, source, entry = receive(channel)
        sys.path.extend(get_site_packages())

        def ask(verb: str, arguments: list[Any]) -> list[Any]:
            try:
                send(channel, [identity, "ask", verb, arguments])
                return receive(channel)
            except (EOFError, OSError) as error:
                raise _HungUp from error

        link = Link(ask)
        held, failures = _run(source, entry, link)
        send(channel, [identity, "end", held, len(failures), link.calls, failures[:MAX_FAILURES]])
    except (_HungUp, EOFError, OSError):
        # The module's cell is gone, or took too long; the host knows why.
        return


def _run(source: str, entry: str, link: Link) -> tuple[int, list[str]]:
    """Return how many assertions held, and what is wrong with the others."""
    module = types.ModuleType("tests")
    sys.modules["tests"] = module
    given = _Given(source=source, entry=entry, scope=module.__dict__, link=link)
    try:
        tree = ast.parse(source, "tests.py")
        _bind_names(tree, given)
    except SyntaxError as error:
        return 0, [f"the assertions are no Python: {error}"]
    counted, failures = 0, []
    for text, run in _split(tree, given):
        try:
            run()
        except _HungUp:
            raise
        except BaseException as error:  # noqa: BLE001  whatever an assertion raises, it did not hold
            failures.append(_describe(text, error, source))
        else:
            counted += bool(text)
    # Where nothing counts by itself, the source is one assertion that holds or does not.
    return (counted, failures) if counted or failures else (1, [])


def _split(tree: ast.Module, given: _Given) -> Iterator[Trial]:
    """Yield what counts, each with its text, and what only prepares, without one.

    What counts is each assertion at the top, each function `test_...`, and `check` with the entry
    of the module.
    """
    for part in tree.body:
        is_counted = isinstance(part, ast.Assert)
        text = ast.get_source_segment(given.source, part) if is_counted else ""
        yield text or "", _bind(part, given.scope)
    functions = [part.name for part in tree.body if isinstance(part, ast.FunctionDef)]
    for name in functions:
        if name.startswith("test_") and name != given.entry:
            yield f"{name}()", partial(_call_by_name, name, given.scope)
    if given.entry and CHECK_FUNCTION in functions:
        yield f"{CHECK_FUNCTION}({given.entry})", partial(_check_entry, given)


def _bind(part: ast.stmt, scope: dict[str, Any]) -> Callable[[], object]:
    code = compile(ast.Module([part], []), "tests.py", "exec", dont_inherit=True)
    return lambda: exec(code, scope)  # noqa: S102  trusted, in a cell of its own


def _call_by_name(name: str, scope: dict[str, Any]) -> None:
    scope[name]()


def _check_entry(given: _Given) -> None:
    is_there, value = given.link.look(given.entry)
    if not is_there:
        raise NameError(f"the code has no `{given.entry}`")
    # Given code often has the entry too, without its body: what is meant is the module's.
    given.scope[given.entry] = value
    given.scope[CHECK_FUNCTION](value)


def _import_from(link: Link, name: str) -> Any:  # noqa: ANN401  any value
    is_there, value = link.look(name)
    if not is_there:
        raise AttributeError(name)
    return value


def _bind_names(tree: ast.Module, given: _Given) -> None:
    """Let the names that the source does not define be the module's."""
    stand_in = types.ModuleType(MODULE_NAME)
    stand_in.__dict__["__getattr__"] = partial(_import_from, given.link)
    sys.modules[MODULE_NAME] = stand_in
    called_on = _names_of_modules(tree)
    for name in find_free_names(given.source, given.entry):
        if name in called_on:
            # `math.isclose` has to be the true one, whatever the module calls `math`.
            given.scope[name] = importlib.import_module(name)
            continue
        is_there, value = given.link.look(name)
        if is_there:
            given.scope[name] = value


def find_free_names(source: str, entry: str = "") -> list[str]:
    """Return the names that a source uses and does not define.

    Args:
        entry: Is among them even where Python has a name like this.
    """
    used: set[str] = set()
    tables = [symtable.symtable(source, "tests.py", "exec")]
    defined = {symbol.get_name() for symbol in tables[0].get_symbols() if _is_defined(symbol)}
    while tables:
        table = tables.pop()
        tables += table.get_children()
        is_top = table.get_type() == "module"
        used |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (is_top or symbol.is_global())
        }
    # A function of Python's stays Python's: an answer with an `abs` of its own judges nothing.
    known = set(dir(builtins)) - {entry}
    return sorted(used - defined - known)


def _is_defined(symbol: symtable.Symbol) -> bool:
    return symbol.is_assigned() or symbol.is_imported()


def _names_of_modules(tree: ast.Module) -> set[str]:
    """Return the names of standard modules that are only used with a dot behind them."""
    names = [part.id for part in ast.walk(tree) if isinstance(part, ast.Name)]
    dotted = [
        part.value.id
        for part in ast.walk(tree)
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name)
    ]
    return {
        name
        for name in set(dotted) & sys.stdlib_module_names
        if names.count(name) == dotted.count(name)
    }


def _find_line(error: BaseException, source: str) -> tuple[int, str] | None:
    """Return number and text of the last line of the source that was under way."""
    found = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "tests.py":
            found = trace.tb_lineno
        trace = trace.tb_next
    lines = source.split("\n")
    if found is None or not 0 < found <= len(lines):
        return None
    return found, lines[found - 1].strip()


def _describe(text: str, error: BaseException, source: str) -> str:
    name, _bases, detail = describe_error(error)
    shown = " ".join(text.split())[:MAX_SHOWN_CHARS]
    problem = f"{name}: {detail[:MAX_SHOWN_CHARS]}" if detail else name
    place = _find_line(error, source)
    if place and place[1] not in text:
        # Of a function with many assertions the name alone says little.
        problem = f"{problem} in line {place[0]}, {place[1][:MAX_SHOWN_CHARS]}"
    return f"{shown}: {problem}" if shown else problem

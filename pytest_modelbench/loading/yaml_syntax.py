"""YAML text to nodes, or to a message that says where it is no YAML."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from yaml.nodes import Node, ScalarNode

from pytest_modelbench.loading.problems import Problems

if TYPE_CHECKING:
    from yaml import SafeLoader as BaseLoader
else:
    BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

__all__ = ["COLLECTION", "PLAIN", "TEXT", "compose_text", "pause_collector", "read_text"]

# What takes the place of YAML's own tags.
PLAIN = "plain"
TEXT = "text"
COLLECTION = "collection"
# libyaml's Python side recurses in C and would overflow the stack.
MOST_NESTED = 100
SYNTAX_HINTS = {
    "mapping values are not allowed": 'put a text that has ": " in it in quotes',
    "did not find expected comment or line break": "put a text that starts with > or | in quotes",
    "cannot start any token": "put a text that starts with @, ` or % in quotes",
    "did not find expected key": "look at the quotes and at the indentation of the lines before",
    "could not find expected ':'": "look at the quotes and at the indentation of the lines before",
    "undefined alias": "put a text that starts with * in quotes",
    "unexpected end of stream": "close the quote that is opened here",
    "',' or": "close the bracket that is opened here",
    "but found another document": "one file holds one document; remove the line ---",
}


class _NestedTooDeepError(yaml.MarkedYAMLError):
    pass


class NodeLoader(BaseLoader):
    """Composes nodes; leaves the meaning of plain scalars to `read_scalar`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def resolve(self, kind: type[Node], _value: object, implicit: object) -> str:
        """Return the tag of a node that has none of its own."""
        if kind is not ScalarNode:
            return COLLECTION
        return PLAIN if isinstance(implicit, tuple) and implicit[0] else TEXT

    def descend_resolver(self, parent: Node | None, _index: object) -> None:
        """Count the depth: called before each node is composed."""
        self._depth += 1
        if self._depth > MOST_NESTED and parent is not None:
            raise _NestedTooDeepError(
                problem=f"nested deeper than {MOST_NESTED} levels",
                problem_mark=parent.start_mark,
            )

    def ascend_resolver(self) -> None:
        """Count the depth: called after each node was composed."""
        self._depth -= 1


@contextmanager
def pause_collector() -> Iterator[None]:
    """Stop the garbage collector while many long-lived objects are made.

    A file of 10,000 questions has millions of nodes, none of them garbage; the collector would
    walk them again and again (8 times the whole time to load).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_text(path: Path, problems: Problems) -> str:
    """Return a file's text; note why it cannot be read and return "" otherwise."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.add(0, f"cannot be read: {error.strerror or error}")
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        problems.add(line, f"is not UTF-8: byte 0x{byte:02x}", "save the file as UTF-8")
        return ""


def compose_text(text: str, problems: Problems) -> Node | None:
    """Return the root node of a YAML text, None if nothing is in it or it is no YAML."""
    loader: NodeLoader | None = None
    try:
        loader = NodeLoader(text)
        return loader.get_single_node()
    except yaml.YAMLError as error:
        _report_syntax(error, text, problems)
        return None
    finally:
        if loader:
            loader.dispose()


def _report_syntax(error: yaml.YAMLError, text: str, problems: Problems) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if not isinstance(error, yaml.MarkedYAMLError) or mark is None:
        position = getattr(error, "position", 0)
        code = getattr(error, "character", 0)
        line = text.count("\n", 0, position) + 1
        shown = f"U+{code:04X}" if isinstance(code, int) else repr(code)
        problems.add(line, f"YAML does not allow the character {shown}", "remove it")
        return
    said = str(error.problem or error.context)
    if "another document" in str(error.context) + said:
        said = "expected one document, but found another document"
    if ("end of stream" in said or "',' or" in said) and error.context_mark:
        mark = error.context_mark
    # Not splitlines: YAML has fewer line breaks than Python.
    lines = text.split("\n")
    here = lines[mark.line] if mark.line < len(lines) else ""
    hint = next((hint for part, hint in SYNTAX_HINTS.items() if part in said), "")
    if "\t" in here[: mark.column + 1]:
        hint = "indent with spaces, not with tabs"
    problems.add(mark.line + 1, f"this is not YAML: {said}", hint)

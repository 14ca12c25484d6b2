"""YAML text to plain values, with the line of each of them.

PyYAML's own constructor forgets the lines, keeps the last of two equal keys and turns `no` into
False. Here the nodes are composed (by libyaml where it is there) and read by us.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pytest_modelbench.loading.problems import Problems
from pytest_modelbench.loading.yaml_scalars import Scalar, Trap, read_scalar

if TYPE_CHECKING:
    from yaml import SafeLoader as BaseLoader
else:
    BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

__all__ = ["PathToValue", "YamlFile", "compose_text", "pause_collector", "read_nodes", "read_text"]

PathToValue = Sequence[str | int]

PLAIN = "plain"
TEXT = "text"
COLLECTION = "collection"
# libyaml's Python side recurses in C and would overflow the stack.
MOST_NESTED = 100
# What aliases may repeat in all; a "billion laughs" file stops here.
MOST_REPEATED = 1_000_000
MERGE = "<<"
TAG_PREFIX = "tag:yaml.org,2002:"


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


def compose_text(text: str) -> Node | None:
    """Return the root node of a YAML text, None if nothing is in it.

    Raises:
        yaml.YAMLError: Where the text is no YAML.
    """
    loader = NodeLoader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


@dataclass(kw_only=True, slots=True)
class YamlFile:
    """The values of one file, and where each is written.

    Attributes:
        value: Text, numbers, booleans, None, `Trap`, lists and mappings with text as keys.
        root: The node of `value`; None where nothing could be read.
        has_traps: Whether any `Trap` is in `value`.
    """

    value: object
    root: Node | None
    has_traps: bool
    _entries: dict[int, dict[str, tuple[Node, Node]]] = field(default_factory=dict)

    def find_line(self, path: PathToValue) -> int:
        """Return the line of a value, counted from 1; of its nearest parent if it is missing.

        For an entry of a mapping it is the line of the key.
        """
        return self._walk(path)[1]

    def find_text(self, path: PathToValue) -> str:
        """Return a scalar as it is written, "" for anything else."""
        node = self._walk(path)[0]
        return str(node.value) if isinstance(node, ScalarNode) else ""

    def _walk(self, path: PathToValue) -> tuple[Node | None, int]:
        node, line = self.root, 1
        for step in path:
            if isinstance(node, MappingNode) and step in (entries := self._list_entries(node)):
                key, node = entries[str(step)]
                line = key.start_mark.line + 1
            elif isinstance(node, SequenceNode) and step in range(len(node.value)):
                node = node.value[int(step)]
                line = node.start_mark.line + 1
            else:
                return None, line
        return node, line

    def _list_entries(self, node: MappingNode) -> dict[str, tuple[Node, Node]]:
        entries = self._entries.get(id(node))
        if entries is None:
            entries = {}
            for key, value in node.value:
                if _is_merge(key):
                    for merged in _list_merged(value):
                        entries = self._list_entries(merged) | entries
                elif isinstance(key, ScalarNode):
                    entries[key.value] = (key, value)
            self._entries[id(node)] = entries
        return entries


def read_nodes(text: str, problems: Problems) -> YamlFile:
    """Return the values of a YAML text; whatever is wrong with it goes to `problems`."""
    try:
        root = compose_text(text)
    except yaml.YAMLError as error:
        _report_syntax(error, text, problems)
        root = None
    builder = _Builder(problems=problems)
    value = None if root is None else builder.build(root)
    if builder.repeats_too_much:
        return YamlFile(value=None, root=None, has_traps=False)
    return YamlFile(value=value, root=root, has_traps=builder.has_traps)


@dataclass(kw_only=True, slots=True)
class _Builder:
    """Turns nodes into values, each anchored one only once."""

    problems: Problems
    has_traps: bool = False
    repeats_too_much: bool = False
    _done: dict[int, object] = field(default_factory=dict)
    _sizes: dict[int, int] = field(default_factory=dict)
    _size: int = 0
    _repeated: int = 0

    def build(self, node: Node) -> object:
        if isinstance(node, ScalarNode):
            self._size += 1
            return node.value if node.tag == TEXT else self._read(node)
        identity = id(node)
        if identity in self._done:
            return self._repeat(node)
        self._done[identity] = None
        before = self._size
        self._size += 1
        if node.tag not in {COLLECTION, TAG_PREFIX + "map", TAG_PREFIX + "seq"}:
            self._report_tag(node)
        value: object
        if isinstance(node, MappingNode):
            value = self._build_mapping(node)
        else:
            value = [self.build(entry) for entry in node.value]
        self._done[identity] = value
        self._sizes[identity] = self._size - before
        return value

    def _repeat(self, node: Node) -> object:
        """Return what an alias stands for, unless that gets too much."""
        line = node.start_mark.line + 1
        size = self._sizes.get(id(node))
        if size is None:
            self.problems.add(line, "an alias inside of what it stands for never ends")
            return None
        self._size += size
        self._repeated += size
        if self._repeated > MOST_REPEATED and not self.repeats_too_much:
            self.repeats_too_much = True
            self.problems.add(
                line,
                f"aliases of this value repeat more than {MOST_REPEATED:,} values",
                "write the values out, or spread them over several files",
            )
        return self._done[id(node)]

    def _read(self, node: ScalarNode) -> Scalar:
        if node.tag == PLAIN:
            value = read_scalar(node.value)
            if type(value) is Trap:
                self.has_traps = True
            return value
        if node.tag != TAG_PREFIX + "str":
            self._report_tag(node)
        return str(node.value)

    def _report_tag(self, node: Node) -> None:
        tag = node.tag.replace(TAG_PREFIX, "!!")
        self.problems.add(
            node.start_mark.line + 1, f"the tag {tag!r} has no meaning here", "leave the tag out"
        )

    def _build_mapping(self, node: MappingNode) -> dict[str, object]:
        values: dict[str, object] = {}
        lines: dict[str, int] = {}
        merged: dict[str, object] = {}
        for key_node, value_node in node.value:
            value = self.build(value_node)
            if _is_merge(key_node):
                merged = self._merge(key_node, value) | merged
                continue
            key = key_node.value if key_node.tag == TEXT else self._read_key(key_node)
            if key is None:
                continue
            line = key_node.start_mark.line + 1
            if key in lines:
                self.problems.add(
                    line,
                    f"`{key}` is written twice, first on line {lines[key]}",
                    "YAML would keep the last one silently; remove or rename one of them",
                )
            values[key] = value
            lines[key] = line
        return merged | values if merged else values

    def _merge(self, node: Node, value: object) -> dict[str, object]:
        merged: dict[str, object] = {}
        for part in value if isinstance(value, list) else [value]:
            if not isinstance(part, dict):
                self.problems.add(
                    node.start_mark.line + 1, f"`<<` must name a mapping, got {part!r}"
                )
                continue
            merged = part | merged
        return merged

    def _read_key(self, node: Node) -> str | None:
        line = node.start_mark.line + 1
        if not isinstance(node, ScalarNode):
            self.problems.add(
                line,
                "a key must be text, got a mapping or a list",
                'put a text that starts with { or [ in quotes, as in "{name}"',
            )
            return None
        value = self._read(node)
        if isinstance(value, str):
            return value
        hint = f'{value.reading}; write "{value.text}" in quotes' if isinstance(value, Trap) else ""
        self.problems.add(
            line,
            f"a key must be text, got {value!r}",
            hint or f'write "{node.value}" in quotes',
        )
        # The entry is still read under its text, so that its own problems are seen as well.
        return str(node.value)


def _is_merge(key: Node) -> bool:
    return key.tag == PLAIN and key.value == MERGE


def _list_merged(node: Node) -> list[MappingNode]:
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    return [part for part in nodes if isinstance(part, MappingNode)]


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

"""YAML nodes to plain values, with the line of each of them.

PyYAML's own constructor forgets the lines, keeps the last of two equal keys and turns `no` into
False. Here the nodes are read by us.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pytest_modelbench.loading.problems import Problems
from pytest_modelbench.loading.yaml_scalars import Scalar, Trap, read_scalar
from pytest_modelbench.loading.yaml_syntax import COLLECTION, PLAIN, TEXT, compose_text

__all__ = ["PathToValue", "YamlFile", "read_nodes"]

PathToValue = Sequence[str | int]

# What aliases may repeat in all; a "billion laughs" file stops here.
MOST_REPEATED = 1_000_000
MERGE = "<<"
TAG_PREFIX = "tag:yaml.org,2002:"


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
            # Kept before it is filled: a mapping may be merged into itself.
            entries = self._entries[id(node)] = {}
            for key, value in node.value:
                if _is_merge(key):
                    for merged in _list_merged(value):
                        for name, entry in self._list_entries(merged).items():
                            entries.setdefault(name, entry)
                elif isinstance(key, ScalarNode):
                    entries[key.value] = (key, value)
        return entries


def read_nodes(text: str, problems: Problems) -> YamlFile:
    """Return the values of a YAML text; whatever is wrong with it goes to `problems`."""
    root = compose_text(text, problems)
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
    _good_keys: set[str] = field(default_factory=set)
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
        merged: dict[str, object] = {}
        for key_node, value_node in node.value:
            value = self.build(value_node)
            if key_node.value == MERGE and _is_merge(key_node):
                merged = self._merge(key_node, value) | merged
                continue
            key = self._read_key(key_node)
            if key is None:
                continue
            if key in values:
                self._report_twice(key, key_node, node)
            values[key] = value
        return merged | values if merged else values

    def _report_twice(self, key: str, node: Node, mapping: MappingNode) -> None:
        first = next(other for other, _ in mapping.value if other.value == key)
        self.problems.add(
            node.start_mark.line + 1,
            f"`{key}` is written twice, first on line {first.start_mark.line + 1}",
            "YAML would keep the last one silently; remove or rename one of them",
        )

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
        if node.tag == TEXT or (node.tag == PLAIN and node.value in self._good_keys):
            return str(node.value)
        if not isinstance(node, ScalarNode):
            self.problems.add(
                node.start_mark.line + 1,
                "a key must be text, got a mapping or a list",
                'put a text that starts with { or [ in quotes, as in "{name}"',
            )
            return None
        value = self._read(node)
        if isinstance(value, str):
            self._good_keys.add(value)
            return value
        reading = f"{value.reading}; " if isinstance(value, Trap) else ""
        self.problems.add(
            node.start_mark.line + 1,
            f"a key must be text, got {value!r}",
            f'{reading}write "{node.value}" in quotes',
        )
        # The entry is still read under its text, so that its own problems are seen as well.
        return str(node.value)


def _is_merge(key: Node) -> bool:
    return key.tag == PLAIN and key.value == MERGE


def _list_merged(node: Node) -> list[MappingNode]:
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    return [part for part in nodes if isinstance(part, MappingNode)]

"""YAML in answers: the whole answer, a fenced block, or what is left without a line of prose.

Plain words mean what YAML 1.2 says: `no` and `on` are texts, and so are dates. An alias counts as
often as it is used, so that ten lines cannot stand for a billion values.
"""

import math
import re
from collections.abc import Hashable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code_blocks
from pytest_modelbench.scoring.extraction.json_values import NOTHING

if TYPE_CHECKING:
    from yaml.nodes import Node

__all__ = ["find_yaml", "parse_yaml"]

# A loader in Python reads about 100,000 characters a second.
MAX_CHARS = 50_000
MAX_DEPTH = 50
MAX_VALUES = 10_000
MAX_DIGITS = 300
LANGUAGES = ("yaml", "yml", "")

CONSTANTS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
INTEGER = re.compile(r"[-+]?[0-9]+")
PREFIXED = re.compile(r"0x[0-9a-fA-F]+|0o[0-7]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
PLAIN = "plain"
STANDARD = "tag:yaml.org,2002:"


class _RefusedError(ValueError):
    """YAML that is no value for a check; its message says why."""


def find_yaml(text: str) -> Found[object] | NotFound:
    """Find the mapping or list of an answer; a bare word or line is prose."""
    blocks = [block.text for block in find_code_blocks(text) if block.language in LANGUAGES]
    for candidate in (text, *blocks, *_without_prose(text)):
        value = parse_yaml(candidate)
        if isinstance(value, dict | list):
            return Found(value=value)
    return NotFound(reason="no YAML")


def parse_yaml(text: str) -> object:
    """Return the value that a whole text is, or `NOTHING`."""
    import yaml  # noqa: PLC0415  20 ms, for YAML only

    if len(text) > MAX_CHARS:
        return NOTHING
    try:
        root = _loader_class()(text).get_single_node()
        if root is None:
            return NOTHING
        _refuse_large(root)
        return _build(root)
    except (yaml.YAMLError, ValueError):
        return NOTHING


def _without_prose(text: str) -> Iterator[str]:
    """Yield the text without its first and its last paragraph, and without both."""
    if len(text) > MAX_CHARS or "\n\n" not in text:
        return
    parts = text.strip().split("\n\n")
    yield "\n\n".join(parts[1:])
    yield "\n\n".join(parts[:-1])
    yield "\n\n".join(parts[1:-1])


@lru_cache(maxsize=1)
def _loader_class() -> type:
    import yaml  # noqa: PLC0415  20 ms, for YAML only

    class ComposingLoader(yaml.SafeLoader):
        """Composes nodes without reading their values.

        It is the loader in Python on purpose: the one in C recurses in C.
        """

        def __init__(self, text: str) -> None:
            super().__init__(text)
            self._depth = 0
            self._count = 0

        def resolve(self, kind: type, _value: object, implicit: object) -> str:
            if kind is not yaml.ScalarNode:
                return f"{STANDARD}map" if kind is yaml.MappingNode else f"{STANDARD}seq"
            return PLAIN if isinstance(implicit, tuple) and implicit[0] else f"{STANDARD}str"

        def descend_resolver(self, _parent: object, _index: object) -> None:
            self._depth += 1
            self._count += 1
            if self._depth > MAX_DEPTH or self._count > MAX_VALUES:
                raise _RefusedError("nested too deeply, or too large")

        def ascend_resolver(self) -> None:
            self._depth -= 1

    return ComposingLoader


def _refuse_large(root: "Node") -> None:
    """Refuse what would be too large with every alias written out, or contains itself."""
    sizes: dict[int, int] = {}
    waiting = [(root, False)]
    open_nodes: set[int] = set()
    while waiting:
        node, done = waiting.pop()
        children = _children(node)
        if done:
            open_nodes.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(child)] for child in children)
            if sizes[id(node)] > MAX_VALUES:
                raise _RefusedError("too many values")
        elif id(node) in open_nodes:
            raise _RefusedError("contains itself")
        elif id(node) not in sizes:
            open_nodes.add(id(node))
            waiting.append((node, True))
            waiting.extend((child, False) for child in children)


def _children(part: "Node") -> list["Node"]:
    if isinstance(part.value, str):
        return []
    entries = (entry if isinstance(entry, tuple) else (entry,) for entry in part.value)
    return [child for entry in entries for child in entry]


def _build(part: "Node") -> object:
    if isinstance(part.value, str):
        return _read_scalar(part.tag, part.value)
    if part.tag not in {f"{STANDARD}map", f"{STANDARD}seq"}:
        raise _RefusedError(f"has the tag {part.tag}")
    if part.tag == f"{STANDARD}seq":
        return [_build(entry) for entry in part.value]
    return _build_mapping(part)


def _build_mapping(part: "Node") -> dict[str, object]:
    own: dict[str, object] = {}
    merged: dict[str, object] = {}
    for name_node, value_node in part.value:
        name = _build(name_node)
        value = _build(value_node)
        if name == "<<" and name_node.tag == PLAIN:
            for source in value if isinstance(value, list) else [value]:
                if not isinstance(source, dict):
                    raise _RefusedError("merges what is no mapping")
                merged = {**source, **merged}
            continue
        shown = _name(name)
        if shown in own:
            raise _RefusedError(f"has {shown!r} twice")
        own[shown] = value
    return {**merged, **own}


def _name(value: object) -> str:
    """Return the name that JSON would write for a scalar."""
    if not isinstance(value, Hashable):
        raise _RefusedError("has a collection for a name")
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    return str(value)


def _read_scalar(kind: str, text: str) -> object:
    if kind == PLAIN:
        return _read_plain(text)
    if kind in {f"{STANDARD}str", "!"}:
        return text
    kinds = {f"{STANDARD}{name}" for name in ("int", "float", "bool", "null")}
    if kind in kinds:
        return _read_plain(text)
    raise _RefusedError(f"has the tag {kind}")


def _read_plain(text: str) -> object:
    if text in CONSTANTS:
        return CONSTANTS[text]
    if len(text) > MAX_DIGITS or text[0] not in "-+.0123456789":
        return text
    if INTEGER.fullmatch(text):
        return int(text)
    if PREFIXED.fullmatch(text):
        return int(text, 0)
    if FLOAT.fullmatch(text) and math.isfinite(value := float(text)):
        return value
    return text

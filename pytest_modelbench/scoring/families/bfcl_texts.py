"""Java and JavaScript values that are written as text, as the Berkeley leaderboard reads them.

What its rules cannot read stays text. They are followed to the letter, surprises included: an
element of a Java array keeps its quotes, a map ends at the first closing brace.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

__all__ = ["JAVASCRIPT_TYPES", "JAVA_TYPES", "NESTED_TYPES", "PYTHON_TYPES", "read_text"]

PYTHON_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "string": str,
        "integer": int,
        "float": float,
        "boolean": bool,
        "array": list,
        "tuple": list,
        "dict": dict,
        "any": str,
    }
)
JAVA_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "byte": int,
        "short": int,
        "integer": int,
        "long": int,
        "float": float,
        "double": float,
        "boolean": bool,
        "char": str,
        "String": str,
        "any": str,
        "Array": list,
        "ArrayList": list,
        "HashMap": dict,
    }
)
JAVASCRIPT_TYPES: Mapping[str, type] = MappingProxyType(
    {
        "String": str,
        "integer": int,
        "float": float,
        "Bigint": int,
        "Boolean": bool,
        "dict": dict,
        "array": list,
        "any": str,
    }
)
# The types whose elements have a type of their own.
NESTED_TYPES = frozenset({"array", "tuple", "Array", "ArrayList"})

# Longer ones stay text: some of the published patterns take time by the square of the length.
MAX_VALUE_CHARS = 2_000

SCALARS: Mapping[tuple[str, str], tuple[str, Callable[[str], object]]] = MappingProxyType(
    {
        **{("java", name): (r"-?\d+", int) for name in ("byte", "short", "integer")},
        ("java", "long"): (r"-?\d+[lL]", lambda text: int(text.strip()[:-1])),
        ("java", "float"): (
            r"-?\d+(\.\d+)?([eE][+-]?\d+)?[fF]",
            lambda text: float(text.strip()[:-1]),
        ),
        ("java", "double"): (r"-?\d+(\.\d+)?([eE][+-]?\d+)?", float),
        ("java", "boolean"): (r"(?:true|false)\Z", lambda text: text == "true"),
        ("javascript", "integer"): (r"-?\d+", int),
        ("javascript", "float"): (r"-?\d+(\.\d+)?", float),
        ("javascript", "Bigint"): (r"-?\d+n", lambda text: int(text.strip()[:-1])),
        ("javascript", "Boolean"): (r"(?:true|false)\Z", lambda text: text == "true"),
    }
)
AS_LIST = re.compile(r"new\s+ArrayList<\w*>\(Arrays\.asList\((.+?)\)\)")
ADDED = re.compile(r"new\s+ArrayList<\w*>\(\)\s*\{\{")
ADD = re.compile(r"add\((.+?)\)")
EMPTY_LIST = re.compile(r"new\s+ArrayList<\w*>\(\)")
ARRAY = re.compile(r"new\s+\w+\[\]\s*\{(.*?)\}")
MAP = re.compile(r"new\s+HashMap<.*?>\s*\(\)\s*\{", re.DOTALL)
PUT = re.compile(r'put\("(.*?)",\s*(.*?)\)')
EMPTY_MAP = re.compile(r"new\s+HashMap<.*?>\s*\(\)")
JAVA_LONG = re.compile(r"-?\d+[lL]$")
JAVA_FLOAT = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?[fF]$")
TABLE_START = re.compile(r"\[\s*\[")
TABLE_CALL_START = re.compile(r"new\s+Array\(\s*\[")
ROW = re.compile(r"\[(.*?)\]")
SPACE = re.compile(r"\s*")
JAVASCRIPT_ARRAY = re.compile(r"\[(.*?)\]|new\s+Array\((.*?)\)")
OBJECT = re.compile(r"\{(.*?)\}")
PAIR = re.compile(r"([^:]+):\s*(.*?)(?:,\s*(?=[^,]+:)|$)")


def read_text(text: str, kind: str, inner: str, language: str) -> object:
    """Return the value that a text is, or the text.

    Args:
        kind: The type that the schema says.
        inner: That of the elements; "" where it says none.
        language: `java` or `javascript`.
    """
    if len(text) > MAX_VALUE_CHARS:
        return text
    if (language, kind) in SCALARS:
        pattern, convert = SCALARS[language, kind]
        # Like the published patterns, `$` lets a line end follow.
        return convert(text) if re.match(rf"(?:{pattern})$", text) else text
    if (language, kind) == ("javascript", "String"):
        return _unquote(text)
    read = COLLECTIONS.get(kind)
    return read(text, inner) if read else text


def _read_array(text: str, inner: str) -> object:
    found = ARRAY.search(text)
    return _read_elements(found[1], inner) if found else text


def _read_array_list(text: str, inner: str) -> object:
    found = AS_LIST.search(text)
    if found:
        parts = found[1].split(",")
    elif (added := _between_braces(text)) is not None:
        parts = ADD.findall(added)
    else:
        return [] if EMPTY_LIST.search(text) else text
    return [_read_element(part.strip(), inner) for part in parts]


def _between_braces(text: str) -> str | None:
    found = ADDED.search(text)
    # At least one character has to stand between the braces.
    end = text.find("}}", found.end() + 1) if found else -1
    return text[found.end() : end] if found and end >= 0 else None


def _read_element(text: str, inner: str) -> object:
    if inner in {"char", "String"}:
        return text[1:-1]
    return read_text(text, inner, "", "java") if inner else _read_java_value(text)


def _read_elements(text: str, inner: str) -> list[object]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if inner:
        return [read_text(part, inner, "", "java") for part in parts]
    return [_read_java_value(part) for part in parts]


def _read_map(text: str, _inner: str) -> object:
    found = MAP.search(text)
    body = text[found.end() :].lstrip().removeprefix("{") if found else ""
    if "}" in body:
        puts = PUT.findall(body.partition("}")[0])
        return {name: _read_java_value(value.strip()) for name, value in puts}
    return {} if EMPTY_MAP.search(text) else text


def _read_java_value(text: str) -> object:
    if text in {"true", "false"}:
        return text == "true"
    if text.startswith('"') and text.endswith('"'):
        return text[1:-1]
    if JAVA_LONG.match(text):
        return int(text[:-1])
    if JAVA_FLOAT.match(text):
        return float(text[:-1])
    return _read_number(text)


def _read_number(text: str) -> object:
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text


def _read_javascript_array(written: str, inner: str) -> object:
    text = written.strip()
    rows = _find_rows(text)
    if rows is not None:
        return [[_read_javascript_value(part) for part in row.split(",")] for row in rows]
    found = JAVASCRIPT_ARRAY.match(text)
    if not found:
        return text
    body = (found[1] if found[1] is not None else found[2]).strip()
    parts = [part.strip() for part in body.split(",")] if body else []
    if not inner:
        return [_read_javascript_value(part) for part in parts]
    return [read_text(part, inner, "", "javascript") for part in parts]


def _find_rows(text: str) -> list[str] | None:
    """Return what stands in the rows of an array of arrays; None where it is no such array.

    The published pattern for it can be made to backtrack for ever; this walk finds the same end.
    """
    end = None
    if start := TABLE_START.match(text):
        end = _find_end(text, start.end(), "]")
    elif start := TABLE_CALL_START.match(text):
        end = _find_end(text, start.end(), ")")
    if end is None:
        return None
    rows = [row.strip() for row in ROW.findall(text[:end])]
    rows[0] = rows[0].removeprefix("[")
    return rows


def _find_end(text: str, start: int, closing: str) -> int | None:
    at = start
    while (bracket := text.find("]", at)) >= 0:
        if "\n" in text[at:bracket]:
            return None
        after = _skip_space(text, bracket + 1)
        if text[after : after + 1] == closing:
            return after + 1
        at = bracket + 1
        if text[after : after + 1] == ",":
            # Only between two rows may a line end.
            following = _skip_space(text, after + 1)
            at = following + 1 if text[following : following + 1] == "[" else at
    return None


def _skip_space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return found.end() if found else at


def _read_object(written: str, _inner: str) -> object:
    text = written.strip()
    found = OBJECT.match(text)
    if not found:
        return text
    value: dict[str, object] = {}
    for name, entry in PAIR.findall(found[1]):
        part = entry.strip()
        is_array = part.startswith("[") and part.endswith("]")
        value[name.strip().strip("'\"")] = (
            _read_javascript_array(part, "")
            if is_array
            else _read_javascript_value(part.strip("'\""))
        )
    return value


def _read_javascript_value(text: str) -> object:
    text = text.strip()
    if text in {"true", "false"}:
        return text == "true"
    unquoted = _unquote(text)
    return unquoted if unquoted != text else _read_number(text)


def _unquote(text: str) -> str:
    is_quoted = any(text.startswith(sign) and text.endswith(sign) for sign in "\"'")
    return text[1:-1] if is_quoted else text


COLLECTIONS: Mapping[str, Callable[[str, str], object]] = MappingProxyType(
    {
        "Array": _read_array,
        "ArrayList": _read_array_list,
        "HashMap": _read_map,
        "array": _read_javascript_array,
        "dict": _read_object,
    }
)

"""JSON in answers: bare, in a fence or in prose."""

import json
import re
from collections.abc import Iterator

from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code_blocks

__all__ = [
    "NOTHING",
    "fenced_blocks",
    "find_json",
    "json_values_in_prose",
    "parse_json",
    "same_json",
]

# Deeper values are no answer to anything, and would exhaust the stack of whoever walks them.
MAX_DEPTH = 100
# Bounds the search for JSON in a text full of opening brackets.
MAX_CHARS_READ = 2_000_000
MAX_STARTS = 2_000

START = re.compile(r"[{\[]")
NOTHING = object()


def find_json(text: str) -> Found[object] | NotFound:
    """Find the JSON value of an answer.

    The whole answer is tried first, then fenced blocks, then the longest object or list in prose.
    """
    for candidate in (text, *(block.text for block in find_code_blocks(text))):
        value = parse_json(candidate)
        if value is not NOTHING:
            return Found(value=value)
    found = max(json_values_in_prose(text), key=lambda entry: entry[0], default=(0, NOTHING))
    return NotFound(reason="no JSON") if found[1] is NOTHING else Found(value=found[1])


def fenced_blocks(text: str) -> Iterator[tuple[str, str]]:
    """Yield language and contents of each fenced block; the last one may lack its end."""
    yield from ((block.language, block.text) for block in find_code_blocks(text))


def parse_json(text: str) -> object:
    """Return the value that a whole text is, or `NOTHING`."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return NOTHING
    return value if _is_shallow(value) else NOTHING


def json_values_in_prose(text: str) -> Iterator[tuple[int, object]]:
    """Yield length and value of each object or list that stands in a text."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    read = 0
    end = 0
    for tries, found in enumerate(START.finditer(text)):
        start = found.start()
        if start < end:
            continue
        if tries > MAX_STARTS or read > MAX_CHARS_READ:
            return
        try:
            value, end = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            # An unfinished string is reported at its start, yet was read up to the end.
            read += (len(text) if "Unterminated" in error.msg else error.pos) - start
        except (ValueError, RecursionError):
            read += MAX_CHARS_READ // 10
        else:
            read += end - start
            if _is_shallow(value):
                yield end - start, value


def same_json(left: object, right: object) -> bool:
    """Compare like JSON does: 1 is 1.0, but neither is true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_json(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    return left == right


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _is_shallow(value: object) -> bool:
    layer = [value]
    for _depth in range(MAX_DEPTH):
        layer = [child for parent in layer for child in _children(parent)]
        if not layer:
            return True
    return False


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []

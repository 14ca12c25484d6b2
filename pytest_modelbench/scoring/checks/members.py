"""Checks for several things in one answer: sets, lists and mappings."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    quote,
)

__all__ = ["MEMBER_CHECKS", "Members", "Pairs"]

MAX_VALUES = 200
# As many members of an answer are looked at.
MAX_MEMBERS = 2_000
MAX_MEMBER_CHARS = 500
MAX_LINE_CHARS = 1_000
SHOWN_MEMBERS = 5

NonEmpty = Annotated[str, Field(min_length=1, max_length=MAX_MEMBER_CHARS)]

BULLET = re.compile(
    r"[ \t>]{0,20}(?:[-*+\u2022\u2013\u25aa]|\(?\d{1,4}[.)]|\(?[a-z][.)])[ \t]+(?P<member>\S.*)"
)
SEPARATOR = re.compile(
    r"\s*[,;\u3001\uff0c]\s*(?:(?:and|or|und|et|y)\s+)?|\s+(?:and|or|und|et|&)\s+"
)
LEAD_IN = re.compile(r"^.{0,200}?(?::[*_]{0,3}|\b(?:are|is|were|include|includes)\b)\s+")
PAIR = re.compile(
    r"[ \t>]{0,20}(?:(?:[-*+\u2022]|\d{1,4}[.)])[ \t]+)?(?P<name>[^:=|\n]{1,200}?)\s*[:=]\s*(?P<value>.{0,500})"
)
ROW = re.compile(r"[ \t]*\|(?P<name>[^|\n]{1,200})\|(?P<value>[^|\n]{0,500})\|")
AROUND = " \t\r*_`\"'\u201c\u201d\u2018\u2019"


class Members(Arguments):
    """The members of a set or a list.

    Attributes:
        values: The right ones.
        ignore_case: Capital and small letters are the same.
        extra: Others do no harm.
        graded: Gives the F1 of the members, or their share with `extra`; otherwise all or nothing.
        separator: Stands between members, instead of line ends, commas and "and".
    """

    shorthand: ClassVar[str] = "values"

    values: Annotated[list[NonEmpty], Field(min_length=1, max_length=MAX_VALUES)]
    ignore_case: bool = False
    extra: bool = False
    graded: bool = True
    separator: NonEmpty | None = None


class Pairs(Arguments):
    """Names and their values.

    Attributes:
        values: The right value of each name.
        ignore_case: Capital and small letters are the same, in names they always are.
        graded: Gives the share of names that have their value; otherwise all or nothing.
    """

    shorthand: ClassVar[str] = "values"

    values: Annotated[dict[NonEmpty, str], Field(min_length=1, max_length=MAX_VALUES)]
    ignore_case: bool = False
    graded: bool = True


def decide_set(text: str, arguments: Members) -> Finding:
    """Compare the members of the answer, in any order."""
    got = [_fold(member, arguments) for member in _split(text, arguments.separator)]
    wanted = Counter(_fold(value, arguments) for value in arguments.values)
    count = sum((wanted & Counter(got)).values())
    return _judge(count, got, arguments, "")


def decide_list(text: str, arguments: Members) -> Finding:
    """Compare the members of the answer, in their order."""
    got = [_fold(member, arguments) for member in _split(text, arguments.separator)]
    wanted = [_fold(value, arguments) for value in arguments.values]
    return _judge(_count_in_order(wanted, got), got, arguments, " in this order")


def decide_mapping(text: str, arguments: Pairs) -> Finding:
    """Compare the values that the answer gives to names, the last one where it gives several."""
    got = {name.casefold(): value for name, value in _read_object(text) or _find_pairs(text)}
    wrong = []
    for name, value in arguments.values.items():
        found = got.get(_strip(name).casefold())
        expected = _strip(value)
        if found is None:
            wrong.append(f"{quote(name)} is missing")
        elif _fold_text(found, arguments.ignore_case) != _fold_text(
            expected, arguments.ignore_case
        ):
            wrong.append(f"{quote(name)} is {quote(found)}, not {quote(expected)}")
    whole = len(arguments.values)
    if not wrong:
        return fulfilled(f"all {whole} values are right")
    reason = f"{whole - len(wrong)} of {whole} values are right: {'; '.join(wrong[:SHOWN_MEMBERS])}"
    return Finding(unit=(whole - len(wrong)) / whole if arguments.graded else 0.0, reason=reason)


def _judge(count: int, got: Sequence[str], arguments: Members, order: str) -> Finding:
    whole = len(arguments.values)
    if count == whole and (arguments.extra or len(got) == whole):
        return fulfilled(f"has all {whole} members")
    unit = count / whole if arguments.extra else 2 * count / (whole + len(got))
    reason = f"expected {_list(arguments.values)}{order}, got {_list(got)}"
    return Finding(unit=unit if arguments.graded else 0.0, reason=reason)


def _list(members: Sequence[str]) -> str:
    shown = ", ".join(map(quote, members[:SHOWN_MEMBERS]))
    more = len(members) - SHOWN_MEMBERS
    return f"{shown} and {more} more" if more > 0 else shown or "nothing"


def _split(text: str, separator: str | None) -> Sequence[str]:
    """Return the members of an answer: of JSON, of bullets, of lines, or of the last line."""
    members = [_strip(member)[:MAX_MEMBER_CHARS] for member in _split_raw(text.strip(), separator)]
    return [member for member in members if member][:MAX_MEMBERS]


def _split_raw(text: str, separator: str | None) -> Sequence[str]:
    if separator is not None:
        return text.split(separator)
    if (listed := _read_json(text)) is not None:
        return listed
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 2 and lines[0].rstrip().rstrip("*_").endswith(":"):  # noqa: PLR2004  a title
        lines = lines[1:]
    bullets = [found["member"] for line in lines if (found := BULLET.match(line))]
    if bullets:
        return bullets
    if len(lines) > 1 and not any("," in line or line.rstrip().endswith(":") for line in lines):
        return lines
    last = lines[-1][: MAX_MEMBERS * MAX_MEMBER_CHARS] if lines else ""
    plain = LEAD_IN.sub("", " ".join(last.split()), count=1)
    return SEPARATOR.split(plain.rstrip(".!").strip("()[]{}$\\ "))


def _read_json(text: str) -> Sequence[str] | None:
    """Return the texts and numbers of a whole answer that is a JSON list, or None."""
    value = _load(text)
    if not isinstance(value, list):
        return None
    plain = [entry for entry in value if isinstance(entry, str | int | float)]
    is_flat = len(plain) == len(value) and not any(isinstance(entry, bool) for entry in plain)
    return [str(entry) for entry in plain] if is_flat else None


def _read_object(text: str) -> Sequence[tuple[str, str]]:
    """Return the names and values of a whole answer that is a JSON object, or nothing."""
    value = _load(text)
    pairs = list(value.items()) if isinstance(value, dict) else []
    return [(_strip(name), _strip(_show(found))) for name, found in pairs]


def _show(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _load(text: str) -> object:
    """Return the value of a whole answer that is a JSON list or object, or None."""
    plain = text.strip()
    bare = plain.removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if not bare.startswith(("[", "{")) or len(bare) > MAX_MEMBERS * MAX_MEMBER_CHARS:
        return None
    try:
        return json.loads(bare)
    except (ValueError, RecursionError):
        return None


def _find_pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n")[-MAX_MEMBERS:]:
        # Longer ones are prose, and a pattern would try every place in them.
        line = line[:MAX_LINE_CHARS]  # noqa: PLW2901  the same line, cut
        found = PAIR.match(line) or ROW.match(line)
        if found:
            yield _strip(found["name"]), _strip(found["value"])


def _strip(member: str) -> str:
    return " ".join(member.strip(AROUND).rstrip(".,;").strip(AROUND).split())


def _fold(member: str, arguments: Members) -> str:
    return _fold_text(_strip(member), arguments.ignore_case)


def _fold_text(text: str, ignore_case: bool) -> str:  # noqa: FBT001  handed through
    return text.casefold() if ignore_case else text


def _count_in_order(wanted: Sequence[str], got: Sequence[str]) -> int:
    """Return the length of the longest common subsequence."""
    counts = [0] * (len(wanted) + 1)
    for member in got:
        before = counts
        counts = [0]
        for at, value in enumerate(wanted):
            counts.append(before[at] + 1 if member == value else max(before[at + 1], counts[at]))
    return counts[-1]


MEMBER_CHECKS = (
    Check(
        name="set",
        arguments=Members,
        decide=decide_set,
        illustration=Illustration(
            arguments=["red", "green"], fulfilled="- green\n- red", missed="red, green and blue"
        ),
    ),
    Check(
        name="list",
        arguments=Members,
        decide=decide_list,
        illustration=Illustration(
            arguments=["Mercury", "Venus", "Earth"],
            fulfilled="1. Mercury\n2. Venus\n3. Earth",
            missed="Venus, Mercury, Earth",
        ),
    ),
    Check(
        name="mapping",
        arguments=Pairs,
        decide=decide_mapping,
        illustration=Illustration(
            arguments={"values": {"Name": "Ada", "Born": "1815"}},
            fulfilled="- **Name:** Ada\n- **Born:** 1815",
            missed="Name: Ada",
        ),
    ),
)

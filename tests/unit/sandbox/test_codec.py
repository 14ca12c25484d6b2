"""Values survive the way through JSON with their exact types; what is hostile becomes an error."""

import json
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import pytest

from pytest_modelbench.confined.codec import (
    MAX_DEPTH,
    MAX_PARTS,
    CodecError,
    Opaque,
    decode,
    encode,
)


class Pair(NamedTuple):
    left: int
    right: int


COLLIDING = (1 << 61) - 1


def keep(value):
    return type(value).__name__, 7


def carry(value):
    return decode(json.loads(json.dumps(encode(value, keep))))


EXACT = [
    None,
    True,
    0,
    -1,
    10**4000,
    1 << 40_000,
    0.1,
    -0.0,
    float("inf"),
    "",
    "naïve שלום \U0001f600",
    "\ud800",
    "\ud83d\ude00",
    "\x00\u202e",
    b"\x00\xff",
    bytearray(b"ab"),
    1 + 2j,
    [],
    [1, [2, (3,)]],
    (),
    (1,),
    set(),
    {1, "a", (2, 3)},
    frozenset({1}),
    {},
    {1: "a", "1": "b", (1, 2): [None], True + 1: 3},
    range(1, 10, 3),
    Decimal("1.10"),
    Fraction(1, 3),
    date(2024, 2, 29),
    datetime(2024, 2, 29, 12, 30, 1, 5),  # noqa: DTZ001  most answers make such
    datetime(2024, 2, 29, 12, 30, tzinfo=UTC),
    time(1, 2, 3),
    timedelta(days=-1, microseconds=3),
    int,
    type(None),
]


@pytest.mark.parametrize(
    "value", EXACT, ids=[f"{type(value).__name__}-{at}" for at, value in enumerate(EXACT)]
)
def test_value_survives_with_its_type(value):
    carried = carry(value)

    assert type(carried) is type(value)
    assert carried == value


STANDARD = [
    (Counter("aab"), {"a": 2, "b": 1}),
    (OrderedDict(a=1), {"a": 1}),
    (defaultdict(list, a=[1]), {"a": [1]}),
    (deque([1, 2]), [1, 2]),
    (Pair(1, 2), (1, 2)),
]


@pytest.mark.parametrize(("value", "plain"), STANDARD, ids=lambda value: type(value).__name__)
def test_standard_container_becomes_the_plain_one(value, plain):
    carried = carry(value)

    assert type(carried) is type(plain)
    assert carried == plain


class Number(int):
    pass


class Text(str):
    __slots__ = ()


class Mapping(dict[str, int]):
    pass


@pytest.mark.parametrize(
    "value",
    [Number(1), Text("a"), Mapping(a=1), object(), Number, len, iter([]), Fraction(3**30_000, 2)],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_stays_where_it_is(value):
    carried = carry(value)

    assert type(carried) is Opaque
    assert (carried.kind, carried.handle) == (type(value).__name__, 7)
    assert carried != value
    assert repr(carried) == f"<{type(value).__name__} object>"


def test_not_a_number_survives():
    carried = carry(float("nan"))

    assert carried != carried  # noqa: PLR0124  what sets it apart


def nest(value, depth):
    for _ in range(depth):
        value = [value]
    return value


def test_deepest_value_survives_and_a_deeper_one_does_not():
    assert carry(nest(1, MAX_DEPTH)) == nest(1, MAX_DEPTH)
    with pytest.raises(CodecError, match="too large or too deep"):
        encode(nest(1, MAX_DEPTH + 1), keep)


def test_value_that_holds_itself_is_too_deep():
    value: list[Any] = []
    value.append(value)

    with pytest.raises(CodecError, match="too large or too deep"):
        encode(value, keep)


def test_too_many_parts_are_refused_both_ways():
    with pytest.raises(CodecError, match="too large or too deep"):
        encode([0] * MAX_PARTS, keep)
    with pytest.raises(CodecError, match="too large or too deep"):
        decode(["list", [None] * MAX_PARTS])


HOSTILE = [
    1,
    1.5,
    {},
    [],
    ["int"],
    ["int", 1],
    ["int", "x"],
    ["int", None],
    ["int", "0x1", 2],
    ["float", "y"],
    ["float", 1],
    ["complex", ["0x0p+0"]],
    ["str", "zz"],
    ["bytes", 3],
    ["list", {}],
    ["list", "abc"],
    ["list", [["nothing", []]]],
    ["tuple", None],
    ["set", [["list", []]]],
    ["dict", [["a"]]],
    ["dict", [["a", "b", "c"]]],
    ["dict", [[["list", []], 1]]],
    ["dict", {"a": "b"}],
    ["range", ["0x0", "0x1", "0x0"]],
    ["range", ["0x0", "0x1"]],
    ["range", ["0x0", "0x" + "5" * 9000, "0x3"]],
    ["Decimal", "one"],
    ["Decimal", 1],
    ["Fraction", ["0x1", "0x0"]],
    ["Fraction", ["0x" + "5" * 9000, "0x3"]],
    ["date", "2024-02-30"],
    ["datetime", 5],
    ["timedelta", ["a", 0, 0]],
    ["timedelta", [10**30, 0, 0]],
    ["type", "Exception"],
    ["type", "__import__"],
    ["object", "ab"],
    ["object", ["a", -1]],
    ["object", ["a", True]],
    ["object", [1, 1]],
    ["object", ["a", 1 << 40]],
    ["object", []],
    ["eval", "1"],
    [None, []],
    nest("a", 200),
]


@pytest.mark.parametrize("form", HOSTILE, ids=lambda form: ascii(form)[:40])
def test_what_is_no_value_is_refused(form):
    with pytest.raises(CodecError):
        decode(form)


@pytest.mark.parametrize("name", ["set", "frozenset", "dict"])
def test_set_that_takes_the_square_of_its_size_is_refused(name):
    numbers = [["int", hex(COLLIDING * factor)] for factor in range(1, 1000)]
    parts = [[number, None] for number in numbers] if name == "dict" else numbers

    with pytest.raises(CodecError, match="colliding"):
        decode([name, parts])


def test_long_kind_is_cut():
    assert len(decode(["object", ["x" * 10_000, 1]]).kind) == 80

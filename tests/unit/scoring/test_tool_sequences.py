"""Which tools are called, in which order, with which arguments: as tables."""

from typing import Any

import jsonschema
import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding, Undecided

SCHEMA = jsonschema.Draft202012Validator(CATALOGUE.describe())

TWO = "[search(q='x'), read(path='a.py', n=3)]"
SEARCH = '<tool_call>{"name": "search", "arguments": {"q": "x"}}</tool_call>'
READ = '<tool_call>{"name": "fs.read", "arguments": {"path": "a.py", "n": 3}}</tool_call>'


def decide(written, answer):
    check = {"tool_calls": written}
    assert list(CATALOGUE.find_problems(check)) == []
    assert SCHEMA.is_valid(check)
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding)
    return finding


def read_unit(decision):
    assert isinstance(decision, Finding)
    return decision.unit


SEQUENCES = [
    (["search", "read"], TWO, 1),
    (["read", "search"], TWO, 1),
    (["search", "read"], f"{SEARCH}\n{READ}", 1),
    (["search", "read"], f"First {READ} and then {SEARCH}.", 1),
    (["search"], TWO, 0.5),
    (["search", "read", "write"], TWO, pytest.approx(2 / 3)),
    (["search", "search"], TWO, 0.5),
    (["write"], TWO, 0),
    ([], "It is 4.", 1),
    ([], TWO, 0),
    (["search"], "", 0),
    (["search"], "I would call search(q='x').", 0),
    ({"calls": ["search", "read"], "ordered": True}, TWO, 1),
    ({"calls": ["read", "search"], "ordered": True}, TWO, 0),
    ({"calls": ["search", "write"], "ordered": True}, TWO, 0.5),
    ({"calls": ["search"], "others": True}, TWO, 1),
    ({"calls": ["read"], "others": True, "ordered": True}, TWO, 1),
    ({"calls": ["read", "search"], "others": True, "ordered": True}, TWO, 0.5),
    (
        {"calls": ["list", "search", "read"], "others": True, "ordered": True},
        "[search(text='x'), read(path='a'), list()]",
        pytest.approx(2 / 3),
    ),
    ({"calls": ["search", "write"], "others": True}, TWO, 0.5),
    ({"calls": ["search", "write"], "graded": False}, TWO, 0),
    ({"calls": ["search"], "graded": False}, TWO, 0),
    ({"calls": ["search"], "others": True, "forbidden": ["read"]}, TWO, 0),
    ({"calls": ["search"], "others": True, "forbidden": ["write"]}, TWO, 1),
    ({"forbidden": ["read"]}, TWO, 0),
    ({"forbidden": ["write"]}, TWO, 1),
    ({"forbidden": ["write"]}, "It is 4.", 1),
    ({"max": 2}, TWO, 1),
    ({"max": 1}, TWO, 0),
    ({"min": 3}, TWO, 0),
    ({"exactly": 2}, TWO, 1),
    ({"calls": ["search"], "others": True, "max": 1}, TWO, 0),
    # A call that fits both entries is left to the one that fits no other.
    (["read", {"name": "read", "arguments": {"n": 1}}], "[read(n=1), read(n=2)]", 1),
    ([{"name": "read", "arguments": {"n": 1}}, "read"], "[read(n=2), read(n=1)]", 1),
    (["read", {"name": "read", "arguments": {"n": 1}}], "[read(n=2), read(n=2)]", 0.5),
]


@pytest.mark.parametrize(("written", "answer", "unit"), SEQUENCES)
def test_sequences(written, answer, unit):
    assert decide(written, answer).unit == unit


ARGUMENTS = [
    ({"a": 1}, "a=1", 1),
    ({"a": 1}, "a=1.0", 1),
    ({"a": 1}, "a=True", 0),
    ({"a": 1}, "a='1'", 0),
    ({"a": 1}, "b=1", 0),
    ({"a": 1}, "1", 1),
    ({"a": 1, "b": 2}, "1, 2", 1),
    ({"a": "x y"}, "a='X-Y'", 0),
    ({"a": None}, "a=None", 1),
    ({"a": [1, "x"]}, "a=[1, 'x']", 1),
    ({"a": {"value": {"k": 1}}}, "a={'k': 1}", 1),
    ({"a": {"value": {"k": 1}}}, "a={'k': 2}", 0),
    ({"a": {"values": [1, 2]}}, "a=2", 1),
    ({"a": {"values": [1, 2]}}, "a=3", 0),
    ({"a": {"optional": True, "value": 1}}, "", 1),
    ({"a": {"optional": True, "value": 1}}, "a=1", 1),
    ({"a": {"optional": True, "value": 1}}, "a=2", 0),
    ({"a": {"regex": r"\.py$"}}, "a='x.py'", 1),
    ({"a": {"regex": r"\.py$"}}, "a='x.txt'", 0),
    ({"a": {"not": {"contains": "rm"}}}, "a='rm -r'", 0),
    ({"a": {"all": [{"contains": "x"}, {"words": 2}]}}, "a='x y'", 1),
    ({"a": {"number": 3}}, "a=3", 1),
    ({"a": {"json": {"fields": {"k": 1}}}}, "a={'k': 1}", 1),
    ({"a": {"type": "string"}}, "a='x'", 1),
    ({"a": {"type": "string"}}, "a=1", 0),
    ({"a": {"type": "integer"}}, "a=1", 1),
    ({"a": {"type": "integer"}}, "a=1.5", 0),
    ({"a": {"type": "integer"}}, "a=True", 0),
    ({"a": {"type": "float"}}, "a=1", 1),
    ({"a": {"type": "boolean"}}, "a=True", 1),
    ({"a": {"type": "boolean"}}, "a=0", 0),
    ({"a": {"type": "dict"}}, "a={}", 1),
    ({"a": {"type": "array"}}, "a=(1,)", 1),
    ({"a": {"type": "tuple"}}, "a=(1,)", 1),
    ({"a": {"type": "any"}}, "a=None", 1),
    ({"a": {"type": "array", "elements": "integer"}}, "a=[1, 2]", 1),
    ({"a": {"type": "array", "elements": "integer"}}, "a=[1, 'x']", 0),
    ({"a": {"type": "array", "elements": {"type": "array", "elements": "float"}}}, "a=[[1]]", 1),
    ({"a": {"type": "array", "elements": {"type": "array", "elements": "float"}}}, "a=[['x']]", 0),
    ({"a": {"type": "dict", "elements": "integer"}}, "a={'k': 1}", 1),
    ({"a": {"type": "integer", "values": [1, 2], "number": 2}}, "a=2", 1),
    ({"a": {"type": "integer", "values": [1, 2], "number": 2}}, "a=1", 0),
]


@pytest.mark.parametrize(("arguments", "written", "unit"), ARGUMENTS)
def test_arguments(arguments, written, unit):
    assert decide([{"name": "f", "arguments": arguments}], f"[f({written})]").unit == unit


def test_only_these_arguments():
    only = [{"name": "f", "arguments": {"a": 1}, "only": True}]

    assert decide(only, "[f(a=1)]").unit == 1
    assert decide(only, "[f(a=1, b=2)]").reason == (
        "0 of 1 calls: `f` has an argument too many: 'b'"
    )
    assert decide(only, "[f(1, 2)]").reason == (
        "0 of 1 calls: `f` has an argument too many: one without a name"
    )


@pytest.mark.parametrize(
    ("normalised", "given", "unit"),
    [(True, "'X-Y'", 1), (False, "'X-Y'", 0), (True, "'z'", 0), (True, "['x y']", 0)],
)
def test_texts_may_be_normalised(normalised, given, unit):
    written = {"calls": [{"name": "f", "arguments": {"a": "x y"}}], "normalised": normalised}

    assert decide(written, f"[f(a={given})]").unit == unit


def test_lists_and_mappings_are_normalised_too():
    wanted = {"value": {"k": ["x y"]}}
    written = {"calls": [{"name": "f", "arguments": {"a": wanted}}], "normalised": True}

    assert decide(written, "[f(a={'k': ['X.Y']})]").unit == 1


@pytest.mark.parametrize(
    ("answer", "unit"),
    [
        ("<function=f>\n<parameter=a>\n3\n</parameter>\n</function>", 1),
        ('{"name": "f", "arguments": {"a": 3}}', 1),
        ('{"name": "f", "arguments": {"a": "3"}}', 0),
    ],
)
def test_only_tags_hold_numbers_as_text(answer, unit):
    written = [{"name": "f", "arguments": {"a": {"type": "integer", "value": 3}}}]

    assert decide(written, answer).unit == unit


REASONS = [
    (["search", "read"], TWO, "calls `search`, `read` as expected"),
    ([], "Hi", "calls no tool as expected"),
    (["search"], TWO, "1 of 1 calls: 2 calls are 1 too many"),
    (["search", "write"], TWO, "1 of 2 calls: no call of `write`"),
    (["search", "search"], TWO, "1 of 2 calls: no further call of `search`"),
    (
        {"calls": ["read", "search"], "ordered": True},
        TWO,
        "0 of 2 calls: call 1 must be of `read`, got 'search'; call 2 must be of `search`, got 'read'",
    ),
    ({"calls": ["a"], "ordered": True}, "Hi", "0 of 1 calls: no call of `a`"),
    ({"forbidden": ["read"]}, TWO, "calls `read`, which is forbidden"),
    ({"forbidden": ["write"]}, TWO, "calls `search`, `read`, none of them forbidden"),
    ({"max": 1}, TWO, "expected at most 1 calls, got 2"),
    (
        [{"name": "search", "arguments": {"q": "y"}}, "read"],
        TWO,
        "1 of 2 calls: `search.q` is 'x', expected 'y'",
    ),
    (
        [{"name": "search", "arguments": {"q": {"values": ["y", "z"]}}}, "read"],
        TWO,
        "1 of 2 calls: `search.q` is 'x', expected one of 'y', 'z'",
    ),
    (
        [{"name": "search", "arguments": {"q": {"type": "integer"}}}, "read"],
        TWO,
        "1 of 2 calls: `search.q` must be of type integer, got 'x'",
    ),
    (
        [{"name": "search", "arguments": {"limit": 3}}, "read"],
        TWO,
        "1 of 2 calls: `search.limit` is missing",
    ),
    (
        [{"name": "search", "arguments": {"q": {"equals": "y"}}}, "read"],
        TWO,
        "1 of 2 calls: `search.q` is wrong: expected 'y', got 'x'",
    ),
]


@pytest.mark.parametrize(("written", "answer", "reason"), REASONS)
def test_reasons(written, answer, reason):
    assert decide(written, answer).reason == reason


def test_an_argument_that_cannot_be_decided_leaves_the_check_undecided():
    check = {"tool_calls": [{"name": "f", "arguments": {"a": {"regex": "(a+)+$"}}}]}

    assert CATALOGUE.decide(check, f"[f(a='{'a' * 5000}b')]") == Undecided(
        reason="'(a+)+$' took longer than 1 s on this answer"
    )


def test_checks_on_arguments_are_part_of_the_instrument():
    check = {"tool_calls": [{"name": "f", "arguments": {"a": {"regex": "x"}}}]}

    assert [name for name, _version in CATALOGUE.versions(check)] == ["regex", "tool_calls"]


PROBLEMS: list[tuple[Any, str, tuple[str | int, ...]]] = [
    (None, "`tool_calls` needs a list of calls, got None", ()),
    (3, "`tool_calls` needs a list of calls, got 3", ()),
    ({}, "`tool_calls` needs `calls`, `forbidden` or a count", ()),
    ({"calls": 3}, "`tool_calls` needs a list of calls, got 3", ("calls",)),
    ([3], "`tool_calls` needs the `name` of a tool, got 3", (0,)),
    ([{"name": ""}], "`tool_calls` needs the `name` of a tool, got {'name': ''}", (0,)),
    (
        [{"name": "f", "argument": {}}],
        "`tool_calls` has no option 'argument' for a call; it has `name`, `arguments`, `only`",
        (0, "argument"),
    ),
    (
        {"max": 1, "orderd": True},
        "`tool_calls` has no option 'orderd'; it has `calls`, `ordered`, `others`, `normalised`,"
        " `graded`, `forbidden`, `exactly`, `min`, `max`",
        ("orderd",),
    ),
    (
        [{"name": "f", "arguments": [1]}],
        "`tool_calls` needs a mapping of arguments, got [1]",
        (0, "arguments"),
    ),
    (
        [{"name": "f", "arguments": {"a": {}}}],
        "`tool_calls` needs a value or a check for an argument, got {}",
        (0, "arguments", "a"),
    ),
    (
        [{"name": "f", "arguments": {"a": {"regx": "x"}}}],
        "no check is called 'regx'",
        (0, "arguments", "a", "regx"),
    ),
    (
        [{"name": "f", "arguments": {"a": {"contains": 3}}}],
        "`contains` must be text, got 3",
        (0, "arguments", "a", "contains"),
    ),
    (
        [{"name": "f", "arguments": {"a": {"type": "int"}}}],
        "`tool_calls` needs one of string, integer, float, boolean, array, tuple, dict, any for"
        " `type`, got 'int'",
        (0, "arguments", "a", "type"),
    ),
    (
        [{"name": "f", "arguments": {"a": {"type": "array", "elements": 3}}}],
        "`tool_calls` needs `elements` below a `type`, as a type or a mapping with one",
        (0, "arguments", "a", "elements"),
    ),
    (
        [{"name": "f", "arguments": {"a": {"elements": "integer"}}}],
        "`tool_calls` needs `elements` below a `type`, as a type or a mapping with one",
        (0, "arguments", "a"),
    ),
    (
        [{"name": "f", "arguments": {"a": {"value": 1, "values": [1]}}}],
        "`tool_calls` needs either `value` or `values`, got both",
        (0, "arguments", "a"),
    ),
    (
        [{"name": "f", "arguments": {"a": {"values": []}}}],
        "`tool_calls` needs a list of `values`, got []",
        (0, "arguments", "a", "values"),
    ),
    (
        [{"name": "f", "arguments": {"a": {"value": 1, "optional": 1}}}],
        "`tool_calls` needs true or false for `optional`, got 1",
        (0, "arguments", "a", "optional"),
    ),
    ([{"name": "f", "only": 1}], "`tool_calls` needs true or false for `only`, got 1", (0, "only")),
    (
        {"calls": [], "ordered": "yes"},
        "`tool_calls` needs true or false for `ordered`, got 'yes'",
        ("ordered",),
    ),
    (
        {"forbidden": []},
        "`tool_calls` needs a list of names for `forbidden`, got []",
        ("forbidden",),
    ),
    (
        {"calls": ["search"], "forbidden": ["search"]},
        "`tool_calls` asks for `search` and forbids it",
        ("forbidden",),
    ),
    ({"min": -1}, "`tool_calls` needs a whole number for `min`, got -1", ()),
    ({"min": 3, "max": 1}, "`tool_calls` `min` must be at most `max`, got 3 and 1", ()),
    (
        {"exactly": 1, "min": 1},
        "`tool_calls` must have either `exactly` or `min` and `max`, got both",
        (),
    ),
]


@pytest.mark.parametrize(("written", "text", "path"), PROBLEMS)
def test_problems(written, text, path):
    (problem,) = CATALOGUE.find_problems({"tool_calls": written})

    assert (problem.text, problem.path) == (text, ("tool_calls", *path))


NO_CALLS = [
    ("any", "It is 4.", 1),
    ("any", "", 1),
    ("any", "I would call read(path='x').", 1),
    ("any", TWO, 0),
    ("any", SEARCH, 0),
    ({}, TWO, 0),
    ({"names": ["write"]}, TWO, 1),
    ({"names": ["write", "read"]}, TWO, 0),
    ({"names": ["read"]}, READ, 0),
    ({"names": ["rea"]}, READ, 1),
]


@pytest.mark.parametrize(("written", "answer", "unit"), NO_CALLS)
def test_no_tool_call(written, answer, unit):
    check = {"no_tool_call": written}

    assert list(CATALOGUE.find_problems(check)) == []
    assert read_unit(CATALOGUE.decide(check, answer)) == unit


def test_reasons_of_no_tool_call():
    check = {"no_tool_call": "any"}

    assert CATALOGUE.decide(check, TWO).reason == "expected no such call, got one of 'search'"
    assert CATALOGUE.decide(check, "Hi").reason == "no such tool is called"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("none", "`no_tool_call` must be 'any', got 'none'"),
        ({"names": "x"}, "`no_tool_call.names` must be a list, got 'x'"),
        ({"name": ["x"]}, "`no_tool_call` has no option 'name'"),
    ],
)
def test_problems_of_no_tool_call(written, text):
    (problem,) = CATALOGUE.find_problems({"no_tool_call": written})

    assert problem.text == text


HOSTILE = [
    "[" * 100_000,
    "f(" * 9_000,
    "<tool_call>" * 20_000,
    "<function=f><parameter=a>" * 10_000,
    '{"name": "f", "arguments": ' * 5_000,
    "\x00\ud800",
    '{"name": "f", "arguments": {"a": 1}}\n' * 1_500,
]


@pytest.mark.parametrize("answer", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
@pytest.mark.parametrize("ordered", [True, False])
def test_hostile_answers_are_wrong(answer, ordered):
    written = {
        "calls": [{"name": "f", "arguments": {"a": {"regex": "x"}}}] * 20,
        "ordered": ordered,
    }

    assert decide(written, answer).unit == 0


def test_more_calls_than_anyone_needs_are_wrong():
    assert decide(["f"], '{"name": "f", "arguments": {"a": 1}}\n' * 201) == Finding(
        unit=0.0, reason="expected at most 200 calls, got 201"
    )

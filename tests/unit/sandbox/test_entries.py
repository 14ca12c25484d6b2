"""What runs inside cells, run in this process: modules, assertions, scripts' files, statements."""

import sys
import types

import pytest

from pytest_modelbench.confined.entries import ENTRIES
from pytest_modelbench.confined.entries.evaluating import evaluate
from pytest_modelbench.confined.entries.loading import Printed, describe_error, load_source
from pytest_modelbench.confined.entries.module import MAX_HANDLES, _Module
from pytest_modelbench.confined.entries.remote import Link
from pytest_modelbench.confined.entries.shell import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_FILES,
    list_files,
)
from pytest_modelbench.confined.entries.sql import _select, split_statements
from pytest_modelbench.confined.entries.tester import _run
from pytest_modelbench.confined.frames import pack

STACK = """
class Full(ValueError): pass
class Stack:
    size = 2
    def __init__(self): self.held = []
    def push(self, value):
        if len(self.held) == self.size: raise Full("full")
        self.held.append(value)
    def __len__(self): return len(self.held)
    def __iter__(self): return iter(self.held)
def fill(values): values.append(1)
def fail(): raise AssertionError("a")
"""


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(sys, "path", [*sys.path])
    for name in ("answer", "tests"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    return _Module()


def load(module, source=STACK, files=()):
    body = module.do("load", [source, list(files)])
    assert body[:2] == ["returned", None], body


def test_entries_are_those_that_a_tier_can_start():
    assert list(ENTRIES) == ["module", "test", "program", "shell", "sql"]


def test_module_returns_values_with_facts_beside_them(module):
    source = "from pathlib import Path\ndef read(path): return Path(path).read_text()\n"
    load(module, source, files=[["deep/data.txt", "held"]])

    ending, form, facts = module.do("evaluate", ["print('a')\nread('deep/data.txt')"])

    assert (ending, form) == ("returned", "held")
    assert facts[0] >= 0
    assert facts[1] > 1
    assert facts[2] == "a\n"


def test_module_tells_what_was_raised(module):
    load(module)

    body = module.do("evaluate", ["Stack().push()"])

    assert body[:2] == ["raised", "TypeError"]


def test_verb_that_is_none_is_raised_too(module):
    assert module.do("leave", [])[:2] == ["raised", "AttributeError"]


def test_handles_run_out(module):
    load(module)
    module._handles = [None] * MAX_HANDLES

    body = module.do("evaluate", ["Stack()"])

    assert body[:2] == ["raised", "CodecError"]


@pytest.mark.parametrize("value", ["'x' * (2 << 20)", "[[]] * 60_000"])
def test_large_value_stays_behind(value, module):
    load(module)

    _ending, form, _facts = module.do("evaluate", [value])

    assert form[0] == "object"
    assert form[1][0].endswith("(too large)")


def probe(module, source, entry=""):
    def ask(verb, arguments):
        return module.do(verb, arguments)[:-1]

    link = Link(ask)
    held, failures = _run(source, entry, link)
    return held, failures, link.calls


HOLDS = """
stack = Stack()
stack.push(3)
assert len(stack) == 1
assert list(stack) == [3]
assert next(iter(stack)) == 3
stack.push(4)
try:
    stack.push(5)
except Full as error:
    assert str(error) == "full"
values = []
fill(values)
assert values == [1]
assert stack.size == 2
assert stack == stack
assert stack != 1
assert isinstance(stack, Stack)
"""


def test_assertions_hold_about_what_lives_elsewhere(module):
    load(module)

    held, failures, calls = probe(module, HOLDS)

    assert (held, failures, calls) == (8, [], 5)


def test_failed_assertions_are_told_with_their_text(module):
    load(module)

    held, failures, _calls = probe(module, "assert fill([]) == 1\nfail()")

    assert (held, failures) == (
        0,
        ["assert fill([]) == 1: AssertionError", "AssertionError: a in line 2, fail()"],
    )


def test_a_failed_assertion_inside_of_a_function_is_told_with_its_line(module):
    load(module)

    _held, failures, _calls = probe(
        module, "def test_sizes():\n    assert True\n    assert fill([]) == 1\n"
    )

    assert failures == ["test_sizes(): AssertionError in line 3, assert fill([]) == 1"]


def test_check_without_its_entry_fails(module):
    load(module)

    _held, failures, calls = probe(module, "def check(f): assert f(1)", entry="nothing")

    assert (failures, calls) == (["check(nothing): NameError: the code has no `nothing`"], 0)


def test_printed_text_is_kept_up_to_its_limit_and_taken_once():
    printed = Printed(5)

    for data in (b"abc", b"defgh"):
        assert printed.write(data) == len(data)

    assert printed.writable()
    assert (printed.take(), printed.take()) == ("abcde", "")


class OddError(Exception):
    def __str__(self):
        raise ValueError


def test_exception_whose_text_raises_is_described_without_it():
    assert describe_error(OddError()) == ("OddError", ["Exception", "BaseException", "object"], "")


def test_last_line_has_to_be_an_expression():
    with pytest.raises(SyntaxError, match="the last line must be an expression"):
        evaluate("x = 1", types.ModuleType("answer"))


def test_loaded_source_is_found_by_tracebacks(tmp_path, monkeypatch):
    import inspect  # noqa: PLC0415  what finds it

    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "answer", types.ModuleType("answer"))
    module = types.ModuleType("answer")

    load_source("def f():\n    return 1\n", module, "answer.py")

    assert inspect.getsource(module.f) == "def f():\n    return 1\n"


def test_files_are_listed_plain_bounded_and_without_following(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("b")
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    (tmp_path / "long.txt").write_text("x" * (MAX_FILE_BYTES + 1))

    found = dict(list_files(str(tmp_path)))

    assert found == {"a/b.txt": "b", "long.txt": "x" * MAX_FILE_BYTES}


def test_no_more_files_than_allowed_are_listed(tmp_path):
    for number in range(MAX_FILES + 10):
        (tmp_path / f"{number}.txt").touch()
    deep = tmp_path.joinpath(*["d"] * (MAX_DEPTH + 2))
    deep.mkdir(parents=True)
    (deep / "too_deep.txt").touch()

    assert len(list(list_files(str(tmp_path)))) == MAX_FILES
    assert list(list_files(str(tmp_path / "d"))) == []


STATEMENTS = [
    ("SELECT 1; SELECT 2;", ["SELECT 1", " SELECT 2"]),
    ("SELECT ';'", ["SELECT ';'"]),
    ("SELECT 1 -- a; b\n;", ["SELECT 1 -- a; b\n"]),
    (
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END;",
        ["CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; SELECT 2; END"],
    ),
    ("", []),
    (" ; ", []),
]


@pytest.mark.parametrize(("source", "statements"), STATEMENTS)
def test_script_is_split_into_statements(source, statements):
    assert split_statements(source) == statements


def test_rows_are_read_after_the_source_has_run():
    form = _select(
        "DELETE FROM t WHERE a = 1",
        "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)",
        "SELECT a FROM t",
    )

    assert (
        pack([form])[4:]
        == b'[["dict",[["columns",["list",["a"]]],["rows",["list",[["tuple",[["int","0x2"]]]]]]]]]'
    )

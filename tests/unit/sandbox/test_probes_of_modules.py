"""What assertions can do with a module that lives in another cell, and what it cannot do to them."""

import pytest

from pytest_modelbench.confined.entries.tester import find_free_names
from pytest_modelbench.sandbox import Ending, Execution, Limits, Probe
from pytest_modelbench.sandbox.observing import observe
from tests.unit.sandbox.open_tier import OpenTier

MODULE = """
import math
LIMIT = 3
def add(a, b=0): return a + b
def sort_it(values): values.sort()
def fill(values): values.update({"a": [1, 2]})
def deep(values): values[0].append(5)
def odd(): return object()
def count():
    n = 0
    while True:
        yield n
        n += 1
def three(): yield from (1, 2, 3)
class Full(ValueError): pass
def fail(): raise Full("full")
def fail_plain(): raise KeyError("k")
def fail_oddly(): raise AssertionError("a")
def leave(): raise SystemExit(0)
def end(): raise EOFError("e")
def abs(value): return 0
def sum(a, b): return a * b
class Stack:
    size = 4
    def __init__(self): self.held = []
    def push(self, value): self.held.append(value); return self
    def pop(self): return self.held.pop()
    def __len__(self): return len(self.held)
    def __iter__(self): return iter(self.held)
    def __getitem__(self, place): return self.held[place]
    def __setitem__(self, place, value): self.held[place] = value
    def __delitem__(self, place): del self.held[place]
    def __eq__(self, other): return isinstance(other, Stack) and self.held == other.held
    def __hash__(self): return 1
    def __lt__(self, other): return len(self) < len(other)
    def __add__(self, other): made = Stack(); made.held = self.held + other.held; return made
    def __str__(self): return f"Stack{self.held}"
    def __bool__(self): return bool(self.held)
    def __enter__(self): return self
    def __exit__(self, *error): self.held = ["left"]
    def __float__(self): return 1.5
    def __abs__(self): return 7
    def __neg__(self): return -7
async def later(n): return n + 1
def kind(value): return type(value).__name__
def same(kind): return kind
class math2: isclose = staticmethod(lambda a, b: True)
"""


@pytest.fixture(scope="module")
def tier():
    tier = OpenTier()
    yield tier
    tier.close()


def probe(tier, source, entry="", module=MODULE):
    execution = Execution(
        language="python",
        source=module,
        steps=(Probe(source=source, entry=entry),),
        limits=Limits(wall_s=5),
    )
    (seen,) = observe(tier, execution).observations
    assert seen.ending is Ending.RETURNED, seen
    return seen.value


HOLDS = """
assert add(1, 2) == 3
assert add(1, b=2) == 3
assert LIMIT == 3
values = [3, 1, 2]; inner = values; sort_it(values)
assert inner == [1, 2, 3]
values = {"b": 1}; fill(values)
assert values == {"b": 1, "a": [1, 2]}
inner = [1]; values = [inner, 2]; deep(values)
assert inner == [1, 5]
assert list(three()) == [1, 2, 3]
assert [value for value, _ in zip(count(), range(3))] == [0, 1, 2]
iterator = three()
assert next(iterator) == 1
assert next(iter(iterator)) == 2
stack = Stack(); stack.push(1).push(2)
assert len(stack) == 2
assert stack.pop() == 2
assert stack.held == [1]
assert stack.size == 4
assert 1 in stack
assert 9 not in stack
assert list(stack) == [1]
assert stack[0] == 1
stack[0] = 8
assert stack[0] == 8
del stack[0]
assert not stack
stack.held = [4]
assert stack
assert Stack().push(1) == Stack().push(1)
assert Stack().push(1) != Stack()
assert Stack() < Stack().push(1)
assert len(Stack().push(1) + Stack().push(2)) == 2
assert str(Stack()) == "Stack[]"
assert float(stack) == 1.5
assert abs(stack) == 7
assert -stack == -7
assert isinstance(stack, Stack)
assert not isinstance(3, Stack)
assert isinstance(add(1, 2), int)
with stack as entered: pass
assert stack.held == ["left"]
assert odd() != 5
assert odd() is not None
assert kind(stack) == "Stack"
assert same(int) is int
assert {stack: 1}[stack] == 1
from answer import add as plus
assert plus(2, 2) == 4
import answer
assert answer.add(2, 3) == 5
"""


def test_assertions_about_functions_objects_and_classes_hold(tier):
    found = probe(tier, HOLDS)

    assert (found["failed"], found["failures"]) == (0, [])
    assert found["held"] == HOLDS.count("\nassert")


RAISES = """
def raised(call):
    try:
        call()
    except Exception as error:
        return error
def test_own_class():
    try:
        fail()
    except Full as error:
        assert str(error) == "full"
def test_base():
    try:
        fail()
    except ValueError:
        return
    assert False
def test_plain():
    assert type(raised(fail_plain)) is KeyError
def test_end():
    assert type(raised(end)) is EOFError
def test_failure_of_the_module_is_not_the_test_s():
    assert not isinstance(raised(fail_oddly), AssertionError)
def test_leaving():
    assert type(raised(leave)).__name__ == "SystemExit"
    assert not isinstance(raised(leave), SystemExit)
"""


def test_exceptions_arrive_by_name(tier):
    found = probe(tier, RAISES)

    assert (found["held"], found["failed"], found["failures"]) == (6, 0, [])


REFUSED = [
    ("assert odd() == 5", "assert odd() == 5: AssertionError"),
    ("assert odd() < 5", "TypeError"),
    ("assert odd() - 5 == 0", "TypeError"),
    ("assert 5 - odd() == 0", "TypeError"),
    ("assert Stack() + 5", "TypeError"),
    ("assert round(odd()) == 1", "TypeError"),
    ("assert 5 in odd()", "TypeError"),
    ("assert add(lambda: 1)", "a function cannot be handed to the code under test"),
    ("assert nothing(1) == 1", "NameError: name 'nothing' is not defined"),
    ("assert add(1, 2, 3)", "TypeError"),
    ("import answer; answer.nothing", "AttributeError: nothing"),
    ("assert add(1) == 2; x = (", "the assertions are no Python"),
]


@pytest.mark.parametrize(("source", "failure"), REFUSED)
def test_what_the_module_could_say_yes_to_is_not_asked(source, failure, tier):
    found = probe(tier, source)

    assert (found["held"], found["failed"]) == (0, 1)
    assert failure in found["failures"][0]


def test_names_of_python_and_of_its_modules_are_not_the_module_s(tier):
    found = probe(
        tier,
        "assert abs(-3) == 3\nassert math.isclose(add(1, 2), 3)\nassert not math.isclose(1, 2)",
    )

    assert (found["held"], found["failures"]) == (3, [])


def test_entry_is_the_module_s_even_if_python_has_it(tier):
    found = probe(tier, "assert sum(2, 3) == 6", entry="sum")

    assert (found["held"], found["failures"]) == (1, [])


def test_check_takes_the_entry_of_the_module_even_if_the_source_defines_it(tier):
    source = """
def add(a, b):
    '''Given, without its body.'''
def check(candidate):
    assert candidate(1, 2) == add(1, 2) == 3
"""
    found = probe(tier, source, entry="add")

    assert (found["held"], found["calls"], found["failures"]) == (1, 2, [])


COUNTS = [
    ("assert add(1) == 1\nassert add(1) == 2\nassert add(1) == 1", (2, 1, 3)),
    ("for n in range(3):\n    assert add(n) == n", (1, 0, 3)),
    ("for n in range(3):\n    assert add(n) == 0", (0, 1, 2)),
    ("assert add(1) == 1\n1 / 0", (1, 1, 1)),
    ("def test_a():\n    assert add(1) == 1\ndef test_b():\n    assert add(1) == 2", (1, 1, 2)),
    ("def check(f):\n    assert f(1) == 1", (1, 0, 0)),
    ("assert 1 + 1 == 2", (1, 0, 0)),
    ("", (1, 0, 0)),
]


@pytest.mark.parametrize(("source", "counts"), COUNTS)
def test_assertions_are_counted_one_by_one(source, counts, tier):
    found = probe(tier, source)

    assert (found["held"], found["failed"], found["calls"]) == counts


FREE = [
    ("assert add(1) == 1", ["add"]),
    ("def check(candidate):\n    assert candidate(poly(1))", ["poly"]),
    ("import math\nx = 1\nassert math.sqrt(x) == f(x)", ["f"]),
    ("assert len([abs(x) for x in g()])", ["g"]),
    ("def a(): return b()\ndef b(): return c", ["c"]),
    ("try:\n    f()\nexcept Bad as error:\n    print(error)", ["Bad", "f"]),
    ("class T(Base):\n    x = Y", ["Base", "Y"]),
    ("lambda z: z + w", ["w"]),
]


@pytest.mark.parametrize(("source", "names"), FREE)
def test_free_names_are_those_used_and_not_defined(source, names):
    assert find_free_names(source) == names

"""What `python`, `sql` and `shell` plan and decide: pure functions, and tables of whole answers."""

from dataclasses import replace

import pytest

from pytest_modelbench.confined.codec import Opaque
from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox import Ending, Evaluate, Execution, Observation, Observed
from pytest_modelbench.sandbox.pool import SandboxPool
from pytest_modelbench.scoring import Catalogue, Finding, Material, Undecided
from pytest_modelbench.scoring.checks.code_arguments import PythonCode
from pytest_modelbench.scoring.checks.code_python import PYTHON_CHECKS, complete, decide_python
from pytest_modelbench.scoring.checks.code_shell import SHELL_CHECKS
from pytest_modelbench.scoring.checks.code_sql import SQL_CHECKS
from pytest_modelbench.scoring.checks.code_values import Approx, is_close, is_same, show
from tests.unit.sandbox.open_tier import OpenTier

CATALOGUE = Catalogue(
    {
        check.name: check
        for check in (
            *PYTHON_CHECKS,
            *SQL_CHECKS,
            *SHELL_CHECKS,
        )
    }
)
FACTORIAL = "def factorial(n):\n    return n * factorial(n - 1) if n > 0 else 1\n"
HUGE = 1 << 100_000


@pytest.fixture(scope="module")
def sandbox():
    pool = SandboxPool(OpenTier, slots=2)
    yield pool
    pool.close()


def decide(check, answer, sandbox):
    assert list(CATALOGUE.find_problems(check)) == []
    return CATALOGUE.decide(check, Material(text=answer, sandbox=sandbox))


def python(**options):
    return {"python": options}


DECISIONS = [
    (python(call="factorial(5)", equals=120), FACTORIAL, 1, "the call is as expected"),
    (
        python(call="factorial(5)", equals=121),
        FACTORIAL,
        0,
        "expected 'factorial(5)' to be 121, got 120",
    ),
    (
        python(call="factorial(5)", equals=120.0),
        FACTORIAL,
        0,
        "expected 'factorial(5)' to be 120.0 (float), got 120 (int)",
    ),
    (python(call="factorial(5)", approx=120.00001), FACTORIAL, 1, "the call is as expected"),
    (
        python(call="factorial(5)", approx={"value": 121, "tolerance": 0.5}),
        FACTORIAL,
        0,
        "expected 'factorial(5)' to be about 121, got 120",
    ),
    (python(call="factorial('a')", raises="TypeError"), FACTORIAL, 1, "the call is as expected"),
    (
        python(call="factorial(1)", raises="ValueError"),
        FACTORIAL,
        0,
        "expected 'factorial(1)' to raise ValueError, it returned 1",
    ),
    (
        python(call="f()", raises="ValueError"),
        "def f():\n    raise KeyError('k')",
        0,
        "expected 'f()' to raise ValueError, it raised KeyError: \"'k'\"",
    ),
    (
        python(call="f()", raises="ValueError"),
        "raise ValueError('early')\ndef f(): pass\n",
        0,
        "expected 'f()' to raise ValueError, it ended its process (ValueError):"
        " 'when the code was loaded: early'",
    ),
    (python(call="f()", type="set"), "def f():\n    return {1}", 1, "the call is as expected"),
    (
        python(call="f()", type="set"),
        "def f():\n    return [1]",
        0,
        "expected 'f()' to be of type set, got list: [1]",
    ),
    (
        python(call="f()", equals_python="{(1, 2)}"),
        "def f():\n    return {(1, 2)}",
        1,
        "the call is as expected",
    ),
    (
        python(call="f()", equals=[1, 2]),
        "def f():\n    return (1, 2)",
        0,
        "expected 'f()' to be [1, 2] (list), got (1, 2) (tuple)",
    ),
    (
        python(call="f()", equals=[1]),
        "def f():\n    yield 1",
        0,
        "expected 'f()' to be [1] (list), got <generator object> (generator)",
    ),
    (python(call="list(f())", equals=[1]), "def f():\n    yield 1", 1, "the call is as expected"),
    (python(call="f()", equals=None), "def f(): pass", 1, "the call is as expected"),
    (python(call="f()", prints="hi"), "def f(): print('hi  ')", 1, "the call is as expected"),
    (
        python(call="f()", prints="hi"),
        "def f(): print('ho')",
        0,
        "expected 'f()' to print 'hi', got 'ho\\n'",
    ),
    (
        python(
            calls=[
                {"call": "factorial(0)", "equals": 1},
                {"call": "factorial(1)", "equals": 2},
                {"call": "factorial(2)", "equals": 2},
            ]
        ),
        FACTORIAL,
        2 / 3,
        "2 of 3 calls: expected 'factorial(1)' to be 2, got 1",
    ),
    (
        python(test="assert factorial(3) == 6\nassert factorial(0) == 0"),
        FACTORIAL,
        0.5,
        "1 of 2 assertions held: 'assert factorial(0) == 0: AssertionError'",
    ),
    ({"python": "assert factorial(3) == 6"}, FACTORIAL, 1, "1 of 1 assertions held"),
    (
        python(test="def check(f):\n    assert f(3) == 6", entry="factorial"),
        FACTORIAL,
        1,
        "1 of 1 assertions held",
    ),
    (python(stdin="abc", stdout="cba"), "print(input()[::-1])", 1, "the run is as expected"),
    (
        python(stdin="abc", stdout="abc"),
        "print(input()[::-1])",
        0,
        "expected standard output 'abc', got 'cba\\n'",
    ),
    (
        python(stdout="cba", strict_space=True),
        "print('cba')",
        0,
        "expected standard output 'cba', got 'cba\\n'",
    ),
    (
        python(exit_code=0),
        "1 / 0",
        0,
        "expected exit code 0, got 1, standard error ends in 'ZeroDivisionError: division by zero'",
    ),
    (python(arguments=["a"], stdout="a"), "import sys\nprint(sys.argv[1])", 1, "the run is"),
    (
        python(runs=[{"stdin": "1", "stdout": "1"}, {"stdin": "2", "stdout": "1"}]),
        "print(input())",
        0.5,
        "1 of 2 runs: expected standard output '1', got '2\\n'",
    ),
    (
        python(call="f()", equals=1, files={"data.txt": "1"}),
        "def f():\n    return int(open('data.txt').read())",
        1,
        "the call is as expected",
    ),
    (
        python(call="f(1)", equals=2, prefix="def f(n):\n    '''Add one.'''\n"),
        "    return n + 1",
        1,
        "the call is as expected",
    ),
    (
        python(call="total()", equals=3),
        "```python main.py\nfrom cart import add\ndef total():\n    return add(1, 2)\n```\n"
        "```python cart.py\ndef add(a, b):\n    return a + b\n```",
        1,
        "the call is as expected",
    ),
    (python(call="f()", equals=1), "I don't know.", 0, "expected code, got no code in Python"),
    (
        python(call="f()", equals=1),
        "def f(:\n    pass",
        0,
        "'f()' ended its process (SyntaxError): 'when the code was loaded: invalid syntax",
    ),
    (
        python(call="f()", equals=1),
        "import os\ndef f(): os._exit(0)",
        0,
        "'f()' ended its process (exit code 0): 'the process ended before it answered'",
    ),
    (
        python(call="f(3)", equals=9, at_most={"seconds": 20, "memory_mib": 4000}),
        "def f(n):\n    return n * n",
        1,
        "the call is as expected; took ",
    ),
    (
        python(call="f(3)", equals=9, at_most={"memory_mib": 16}),
        "def f(n):\n    return n * n",
        0,
        "MiB, expected at most 16",
    ),
    (
        {"sql": {"fixture": "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)", "rows": [2, 1]}},
        "SELECT a FROM t",
        1,
        "the 2 rows are as expected",
    ),
    (
        {"sql": {"rows": [[1, 2]], "ordered": True, "columns": ["A", "b"]}},
        "SELECT 1 AS a, 2.0 AS b",
        1,
        "the 1 rows are as expected",
    ),
    ({"sql": {"rows": [1]}}, "SELECT 1 UNION SELECT 2", 0, "expected 1 rows, got 2: [[1], [2]]"),
    ({"sql": {"rows": [1]}}, "SELECT '1'", 0, "expected row [1], got ['1']"),
    ({"sql": {"rows": [1]}}, "SELECT 1, 2", 0, "expected 1 columns, got 2: [1, 2]"),
    (
        {"sql": {"rows": [[1, 2], [2, 1]], "ordered": True}},
        "SELECT 2, 1 UNION ALL SELECT 1, 2",
        0,
        "expected row [1, 2], got [2, 1]",
    ),
    (
        {"sql": {"rows": [1], "columns": ["n"]}},
        "SELECT 1 AS m",
        0,
        "expected columns ['n'], got ['m']",
    ),
    ({"sql": {"rows": [None]}}, "SELECT NULL", 1, "the 1 rows are as expected"),
    (
        {"sql": {"rows": [1]}},
        "SELECT no",
        0,
        "the SQL raised OperationalError: 'no such column: no'",
    ),
    ({"sql": {"rows": [1]}}, "Sorry.", 0, "expected code, got no code in SQL"),
    (
        {"shell": {"files": {"a.txt": "2\n1\n"}, "leaves": {"b.txt": "1\n2", "a.txt": None}}},
        "```sh\nsort a.txt > b.txt\nrm a.txt\n```",
        1,
        "the script did as expected",
    ),
    (
        {"shell": {"files": {"a.txt": "1\n"}, "leaves": {"b.txt": "1", "a.txt": None}}},
        "true",
        0,
        "expected file 'b.txt', got none; expected no file 'a.txt', got '1\\n'",
    ),
    (
        {"shell": {"leaves": {"a.txt": "1"}}},
        "echo 2 > a.txt",
        0,
        "expected '1' in 'a.txt', got '2\\n'",
    ),
    ({"shell": "hi"}, "```console\n$ echo hi\nhi\n```", 1, "the script did as expected"),
    ({"shell": {"exit_code": 0}}, "exit 3", 0, "expected exit code 0, got 3"),
]


@pytest.mark.parametrize(("check", "answer", "unit", "reason"), DECISIONS)
def test_answer_is_decided(check, answer, unit, reason, sandbox):
    finding = decide(check, answer, sandbox)

    assert isinstance(finding, Finding), finding
    assert finding.unit == pytest.approx(unit), finding.reason
    assert reason in finding.reason


def test_fixture_that_does_not_run_decides_nothing(sandbox):
    check = {"sql": {"fixture": "CREATE nothing", "rows": [1]}}

    found = decide(check, "SELECT 1", sandbox)

    assert found == Undecided(reason='the fixture does not run: near "nothing": syntax error')


def test_sandbox_that_refuses_decides_nothing():
    def refuse():
        raise SandboxError("no sandbox holds here")

    pool = SandboxPool(refuse, slots=1)

    found = decide(python(call="f()", equals=1), FACTORIAL, pool)

    pool.close()
    assert found == Undecided(reason="no sandbox holds here")


NEEDS = "`equals` or `equals_python` or `approx` or `raises` or `type` or `prints`"
PROBLEMS = [
    (python(call="f()"), f"`python` needs what has to come back: {NEEDS}"),
    (
        python(call="f()", equals=1, raises="E"),
        f"`python` must have one of {NEEDS}, got `equals` and `raises`",
    ),
    (
        python(equals=1),
        "`python` must have one of `call`, `calls`, `test`, `runs` and `stdout`, got none",
    ),
    (
        python(call="f()", equals=1, test="assert f()"),
        "`python` must have one of `call`, `calls`, `test`, `runs` and `stdout`,"
        " got `call` and `test`",
    ),
    (python(test="assert f()", equals=1), "`python` `equals` belongs to `call`, not to `test`"),
    (python(stdin="a"), "`python` needs what has to come out: `stdout` or `exit_code`"),
    (python(runs=[{"stdin": "a"}]), "`python.runs.0` needs what has to come out"),
    (python(calls=[{"call": "f()"}]), "`python.calls.0` needs what has to come back"),
    (python(calls=[]), "`python.calls` must have at least 1 item"),
    (python(call="f(", equals=1), "`python.call` must be a Python expression, got 'f('"),
    (python(call="x = 1", equals=1), "`python.call` must end in a Python expression, got 'x = 1'"),
    (python(test="f()\nassert ("), "`python.test` must be Python: line 2: '(' was never closed"),
    (
        python(test="f()\nreturn 1"),
        "`python.test` must be Python: line 2: 'return' outside function",
    ),
    (python(test="await f()"), "`python.test` must be Python: line 1: 'await' outside function"),
    (
        python(test="def check(candidate):\n    assert candidate(1)"),
        "`python` needs `entry`, the name of what `check` takes",
    ),
    (python(test="assert 1 + 1 == 2"), "`python` needs assertions about the code"),
    (python(call="return 1\nf()", equals=1), "line 1: 'return' outside function"),
    (
        python(call="f()", equals=1, prefix="def f(:"),
        "`python.prefix` must be Python, or end with the head of a function: line 1: ",
    ),
    (
        python(call="f()", equals=1, files={"a": "x", "a/b/c": "y"}),
        "`python.files` has a file in a file: 'a/b/c' in 'a'",
    ),
    (python(call="f()", equals={1: 2}), "can have only text to the left of its colons, got 1"),
    (python(call="f()", equals_python="f()"), "must be a Python literal such as {(1, 2)}"),
    (python(call="f()", raises="not a name"), "`python.raises` must match pattern"),
    (python(call="f()", equals=1, entry="f"), "`entry` belongs to `test`, not to `call`"),
    (python(call="f()", equals=1, files={"../a": "x"}), "`python.files.../a` must be a path"),
    (python(call="f()", equals=1, timeout_s=0), "`python.timeout_s` must be greater"),
    (python(call="f()", equals=1, at_most={"growth": "n"}), "needs both `growth` and `call`"),
    (
        python(call="f()", equals=1, at_most={"growth": "n", "call": "f(1)"}),
        "needs `{n}` in `call`, got 'f(1)'",
    ),
    (
        python(call="f()", equals=1, at_most={"growth": "n", "call": "f({n})", "sizes": [9, 10]}),
        "needs a second size at least twice the first, got [9, 10]",
    ),
    (python(call="f()", equals=1, at_most={}), "needs `seconds`, `memory_mib` or `growth`"),
    (
        python(call="f()", equals=1, block="middle"),
        "`python.block` must be main, first, last, longest, all or a number from 1 on, got 'middle'",
    ),
    (python(call="f()", equals=1, block=0), "`python.block` must be main"),
    (python(call="f()", equals=1, block=True), "`python.block` must be main"),
    (python(call="f()", approx="3"), "`python.approx.value` must be a number, or a list"),
    (python(call="f()", approx={"value": True}), "must be a number, or a list or mapping"),
    (python(call="f()", approx={"value": 1, "about": 2}), "`python.approx` has no option 'about'"),
    ({"sql": {"rows": 3}}, "`sql.rows` must be a list of rows, got 3"),
    ({"sql": {"rows": [[{}]]}}, "`sql.rows` must have texts, numbers and nulls in its rows"),
    (
        {"sql": {"rows": [[1, 2], 3]}},
        "`sql.rows` must have the same number of values in each row, got 1 and 2",
    ),
    (
        {"sql": {"rows": [1], "columns": ["a", "b"]}},
        "must have as many `columns` as values in a row of `rows`, got 2 and 1",
    ),
    (python(call="f()", wants=1), "`python` has no option 'wants'"),
    ({"sql": {"fixture": "x"}}, "`sql` needs `rows`"),
    ({"sql": {"rows": [], "files": {"a": "b"}}}, "has no `files`"),
    ({"shell": {"stdin": "a"}}, "needs what has to come out: `stdout`, `exit_code` or `leaves`"),
]


SOUND = [
    python(call="await f()", equals=1),
    python(call="x = 1\nf(x)", equals=1),
    python(call="f()", equals=1, prefix="import math\n\ndef f(n):"),
    python(call="f()", equals=1, prefix="import math"),
    python(test="from answer import f as g\nassert g()"),
    python(test="assert 1 is f()"),
    python(test="def check(candidate):\n    assert candidate()", entry="f"),
    python(call="f()", equals=1, files={"a/b": "x", "a/c": "y"}),
    {"sql": {"rows": [], "columns": ["a", "b"]}},
    {"sql": {"rows": [[1], 2], "columns": ["a"]}},
]


@pytest.mark.parametrize("check", SOUND)
@pytest.mark.filterwarnings("error")
def test_arguments_that_make_sense_are_taken(check):
    problems = list(CATALOGUE.find_problems(check))

    assert problems == []


@pytest.mark.parametrize(("check", "problem"), PROBLEMS)
def test_arguments_that_make_no_sense_are_said(check, problem):
    problems = [found.text for found in CATALOGUE.find_problems(check)]

    assert any(problem in found for found in problems), problems


ENDINGS = [
    ({"ending": Ending.TIMEOUT}, "did not come to an end in time (`timeout_s`)"),
    (
        {"ending": Ending.OVERUSED, "error": "cpu"},
        "used more processor time than it may (`timeout_s`)",
    ),
    (
        {"ending": Ending.OVERUSED, "error": "memory"},
        "used more memory than it may (`memory_mib`)",
    ),
    ({"ending": Ending.OVERUSED, "error": "ink"}, "used more ink than it may"),
    ({"ending": Ending.VIOLATION, "detail": "no number"}, "spoke out of turn: 'no number'"),
    (
        {"ending": Ending.CRASHED, "error": "SIGSEGV", "detail": "gone"},
        "ended its process (SIGSEGV): 'gone'",
    ),
    ({"ending": Ending.RAISED, "error": "KeyError", "detail": "x"}, "raised KeyError: 'x'"),
    ({"ending": Ending.RAISED, "error": "E\x1b[31m"}, "raised E\\x1b[31m"),
]


@pytest.mark.parametrize(("seen", "reason"), ENDINGS)
@pytest.mark.parametrize("wanted", [{"call": "f()", "equals": 1}, {"test": "f()"}])
def test_every_ending_but_a_return_is_missed(seen, reason, wanted):
    observed = Observed(tier="open", observations=(Observation(**seen),))

    found = decide_python(observed, PythonCode.model_validate(wanted))

    assert isinstance(found, Finding)
    assert found.unit == 0
    assert found.reason.endswith(reason)


SAME = [
    (1, 1, True),
    (1, 1.0, False),
    (True, 1, False),
    ([1, [2]], [1, [2]], True),
    ([1, [True]], [1, [1]], False),
    ((1,), [1], False),
    ({"a": 1}, {"a": 1}, True),
    ({"a": 1}, {"a": True}, False),
    ({1: 1}, {True: 1}, False),
    ({1, 2}, {2, 1}, True),
    ({1}, {1.0}, False),
    ({1}, frozenset({1}), False),
    (float("nan"), float("nan"), True),
    (0.0, -0.0, True),
    (b"a", bytearray(b"a"), False),
    (HUGE, HUGE, True),
    (Opaque("A", 1), Opaque("A", 1), False),
    ([Opaque("A", 1)], [1], False),
]


@pytest.mark.parametrize(("got", "wanted", "same"), SAME, ids=[str(at) for at in range(len(SAME))])
def test_values_are_the_same_by_type_and_value(got, wanted, same):
    assert is_same(got, wanted) is same


CLOSE = [
    (1, {"value": 1.0}, True),
    (1.0000001, {"value": 1}, True),
    (1.1, {"value": 1}, False),
    (1.1, {"value": 1, "tolerance": 0.2}, True),
    (110, {"value": 100, "relative": 0.1}, True),
    (True, {"value": 1}, False),
    ("1", {"value": 1}, False),
    ((1.0, 2), {"value": [1, 2.0]}, True),
    ([1.0], {"value": [1, 2.0]}, False),
    ({"a": 0.30000000000000004}, {"value": {"a": 0.3}}, True),
    ({"b": 0.3}, {"value": {"a": 0.3}}, False),
    (HUGE, {"value": 1}, False),
    (float("nan"), {"value": 1}, False),
    (float("inf"), {"value": 1}, False),
]


@pytest.mark.parametrize(
    ("got", "wanted", "close"), CLOSE, ids=[str(at) for at in range(len(CLOSE))]
)
def test_numbers_are_close(got, wanted, close):
    assert is_close(got, Approx.model_validate(wanted)) is close


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (HUGE, "a int with a number too long to show"),
        ([HUGE], "a list with a number too long to show"),
        ("x" * 100, f"'{'x' * 80}'..."),
        ("\x1b[31m\u202e", "'\\x1b[31m\\u202e'"),
        (["\x1b[31m"], "['\\x1b[31m']"),
        (list(range(100)), f"{str(list(range(100)))[:80]}..."),
    ],
    ids=["number", "list", "text", "escape", "escape in a list", "long list"],
)
def test_values_are_shown_short_and_safe(value, shown):
    assert show(value) == shown


COMPLETIONS = [
    ("    return n", "def f(n):\n    return n\n"),
    ("return n", "def f(n):\n    return n\n"),
    (
        "for i in n:\n        pass\n    return n",
        "def f(n):\n    for i in n:\n        pass\n    return n\n",
    ),
    ("if n:\n        return 1", "def f(n):\n    if n:\n        return 1\n"),
    ("  if n:\n    return 1\n  return 2", "def f(n):\n    if n:\n      return 1\n    return 2\n"),
    ("def f(n):\n    return n", "def f(n):\n\n\ndef f(n):\n    return n"),
]


@pytest.mark.parametrize(("code", "completed"), COMPLETIONS)
def test_code_goes_on_from_what_was_given(code, completed):
    assert complete("def f(n):\n", code) == completed


def observe_growth(small, large, ending=Ending.RETURNED):
    times = [0.0, *[small] * 3, *[large] * 3]
    return Observed(
        tier="open",
        observations=tuple(
            Observation(ending=ending if at else Ending.RETURNED, value=1, cpu_s=cpu_s)
            for at, cpu_s in enumerate(times)
        ),
    )


GROWTHS = [
    ("n", 0.1, 0.4, 1, "grew 4.0-fold from size 1000 to 4000"),
    ("n log n", 0.1, 0.48, 1, "grew 4.8-fold"),
    ("n", 0.1, 1.6, 0, "grew 16.0-fold from size 1000 to 4000, expected no more than n"),
    ("n", 0.1, 0.8, None, "too near to the border of n"),
    ("n^2", 0.1, 1.6, 1, "grew 16.0-fold"),
    ("n^2", 0.1, 6.4, 0, "expected no more than n^2"),
    ("1", 0.1, 0.1, 1, "grew 1.0-fold"),
    ("1", 0.1, 0.4, 0, "expected no more than 1"),
    ("log n", 0.1, 0.12, 1, "grew 1.2-fold"),
    ("n", 0.0001, 0.0016, 1, "sizes 1000 and 4000 take next to no time"),
]


@pytest.mark.parametrize(("growth", "small", "large", "unit", "reason"), GROWTHS)
def test_growth_is_told_where_it_can_be(growth, small, large, unit, reason):
    arguments = PythonCode.model_validate(
        {"call": "f()", "equals": 1, "at_most": {"growth": growth, "call": "f({n})"}}
    )

    found = decide_python(observe_growth(small, large), arguments)

    assert getattr(found, "unit", None) == unit
    assert reason in found.reason


def test_time_that_no_call_told_of_may_belong_to_the_largest_size():
    arguments = PythonCode.model_validate(
        {"call": "f()", "equals": 1, "at_most": {"growth": "n", "call": "f({n})"}}
    )
    observed = observe_growth(0.5, 0.5)
    hidden = [replace(one, hidden_s=0.5) for one in observed.observations]

    found = decide_python(replace(observed, observations=tuple(hidden)), arguments)

    assert isinstance(found, Undecided)
    assert found.reason.endswith("but 0.50 s were used that no call told of")


def test_growth_that_does_not_end_is_missed():
    arguments = PythonCode.model_validate(
        {"call": "f()", "equals": 1, "at_most": {"growth": "n", "call": "f({n})"}}
    )

    found = decide_python(observe_growth(0.1, 0.4, Ending.TIMEOUT), arguments)

    assert found == Finding(
        unit=0.0, reason="'f({n})' did not come to an end in time (`timeout_s`)"
    )


@pytest.mark.parametrize(("took", "unit"), [(0.9, 1), (1.2, None), (1.6, 0)])
def test_time_near_to_what_is_allowed_decides_nothing(took, unit):
    arguments = PythonCode.model_validate({"call": "f()", "equals": 1, "at_most": {"seconds": 1}})
    seen = Observation(ending=Ending.RETURNED, value=1, cpu_s=took)

    found = decide_python(Observed(tier="open", observations=(seen,)), arguments)

    assert getattr(found, "unit", None) == unit


def test_plan_says_nothing_of_what_would_be_right():
    check = python(call="factorial(5)", equals=120, prefix="import math\n")

    (execution,) = CATALOGUE.plan(check, Material(text=FACTORIAL))

    assert isinstance(execution, Execution)
    assert execution.steps == (Evaluate(expression="factorial(5)"),)
    assert "120" not in repr(execution)


@pytest.mark.parametrize(
    "check", [*PYTHON_CHECKS, *SQL_CHECKS, *SHELL_CHECKS], ids=lambda check: check.name
)
def test_illustration_runs(check, sandbox):
    value = {check.name: check.illustration.arguments}

    good = decide(value, check.illustration.fulfilled, sandbox)
    bad = decide(value, check.illustration.missed, sandbox)

    assert (good.unit, bad.unit) == (1, 0)

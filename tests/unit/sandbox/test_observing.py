"""What is seen of modules, programs, assertions, scripts and SQL, whatever they do."""

import pytest

from pytest_modelbench.confined.codec import Opaque
from pytest_modelbench.sandbox import (
    Ending,
    Evaluate,
    Execution,
    Feed,
    Limits,
    Probe,
    Select,
)
from pytest_modelbench.sandbox.observing import MAX_DEATHS, observe
from tests.unit.sandbox.open_tier import OpenTier

LIMITS = Limits(wall_s=5, stdout_kib=64)


@pytest.fixture
def tier():
    tier = OpenTier()
    yield tier
    tier.close()


def see(tier, source, *steps, language="python", limits=LIMITS, files=()):
    execution = Execution(
        language=language, source=source, steps=steps, limits=limits, files=dict(files)
    )
    return observe(tier, execution).observations


def evaluate(tier, source, *expressions, **options):
    return see(tier, source, *[Evaluate(expression=text) for text in expressions], **options)


VALUES = [
    ("def f(n):\n    return n * 2\n", "f(4)", 8),
    ("async def f(n):\n    return n * 2\n", "f(4)", 8),
    ("async def f(n):\n    return n * 2\n", "await f(4) + await f(1)", 10),
    ("class Stack:\n    def __init__(self): self.held = [1]\n", "Stack().held", [1]),
    ("def f():\n    yield 1\n    yield 2\n", "list(f())", [1, 2]),
    ("held = []\n", "held.append(3)\nheld", [3]),
    ("import helper\n", "helper.two()", 2),
    ("def f():\n    return {1: (2, {3})}\n", "f()", {1: (2, {3})}),
    ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int = 1\n", "P().x", 1),
    ("import sys\n", "sys.stdin.read()", ""),
    ("", "__name__", "answer"),
    ("if __name__ == '__main__':\n    1 / 0\n", "1", 1),
]


@pytest.mark.parametrize(("source", "expression", "value"), VALUES)
def test_value_of_an_expression_comes_back(source, expression, value, tier):
    (seen,) = evaluate(tier, source, expression, files={"helper.py": "def two():\n    return 2\n"})

    assert (seen.ending, seen.value) == (Ending.RETURNED, value)


def test_steps_share_the_module_and_not_the_names_they_bind(tier):
    seen = evaluate(tier, "held = []\n", "held.append(1)", "held = 5\nheld", "held")

    assert [one.value for one in seen] == [None, 5, [1]]
    assert tier.started == ["module"]


def test_generator_and_objects_stay_where_they_are(tier):
    seen = evaluate(tier, "class A: pass\ndef f():\n    yield 1\n", "f()", "A()", "A")

    assert [type(one.value) for one in seen] == [Opaque] * 3
    assert [one.value.kind for one in seen] == ["generator", "A", "type"]


def test_what_a_call_prints_is_seen(tier):
    seen = evaluate(tier, "print('loading')\n", "print('a')", "print('b', end='')")

    assert [one.stdout for one in seen] == ["a\n", "b"]


def test_exception_is_seen_with_its_bases(tier):
    (seen,) = evaluate(
        tier, "class Full(ValueError): pass\ndef f():\n    raise Full('no')\n", "f()"
    )

    assert seen.ending is Ending.RAISED
    assert (seen.error, seen.detail) == ("Full", "no")
    assert seen.bases == ("ValueError", "Exception", "BaseException", "object")


BROKEN = [
    ("def f(:\n", Ending.CRASHED, "SyntaxError"),
    ("1 / 0\n", Ending.CRASHED, "ZeroDivisionError"),
    ("import sys\nsys.exit(0)\n", Ending.CRASHED, "SystemExit"),
    ("import os\nos._exit(0)\n", Ending.CRASHED, "exit code 0"),
    ("import os\nos.abort()\n", Ending.CRASHED, "SIGABRT"),
    ("import no_such_module\n", Ending.CRASHED, "ModuleNotFoundError"),
    ("x = '\\0'\n\0", Ending.CRASHED, "SyntaxError"),
]


@pytest.mark.parametrize(
    ("source", "ending", "error"), BROKEN, ids=[one[2] for one in BROKEN[:-1]] + ["NUL"]
)
def test_source_that_does_not_load_fails_every_step_at_once(source, ending, error, tier):
    first, second = evaluate(tier, source, "1", "2")

    assert first is second
    assert first.ending is ending
    assert first.error in {error, "ValueError"}
    assert first.detail.startswith("when the code was loaded")
    assert tier.started == ["module"]


def test_step_after_a_crash_gets_a_new_cell(tier):
    source = "import os\nheld = []\ndef f():\n    os._exit(4)\n"

    seen = evaluate(tier, source, "held.append(1)", "f()", "held")

    assert [one.ending for one in seen] == [Ending.RETURNED, Ending.CRASHED, Ending.RETURNED]
    assert (seen[1].error, seen[1].exit_code, seen[2].value) == ("exit code 4", 4, [])
    assert tier.started == ["module"] * 2


def test_module_that_keeps_dying_is_given_up(tier):
    seen = evaluate(tier, "import os\ndef f():\n    os._exit(4)\n", *["f()"] * 6)

    assert [one.ending for one in seen] == [Ending.CRASHED] * 6
    assert tier.started == ["module"] * MAX_DEATHS


def test_step_that_does_not_end_times_out(tier):
    limits = Limits(wall_s=0.3)

    seen = evaluate(tier, "import time\n", "time.sleep(60)", "1", limits=limits)

    assert [one.ending for one in seen] == [Ending.TIMEOUT, Ending.RETURNED]


UNFIT = {
    "too long": "'x' * (3 << 20)",
    "too deep": "__import__('functools').reduce(lambda held, _: [held], range(500), [])",
    "too many": "list(range(100_000))",
}


@pytest.mark.parametrize("name", UNFIT)
def test_value_that_is_too_large_comes_back_as_an_object(name, tier):
    seen, after = evaluate(tier, "", UNFIT[name], "1 + 1")

    assert type(seen.value) is Opaque
    assert seen.value.kind.endswith("(too large)")
    assert after.value == 2


FORGED = {
    "early": "frames.send(channel, ['0' * 32, 'returned', True, [0, 0, '']])",
    "no message": "channel.sendall(b'\\0\\0\\0\\4true')",
    "no facts": "frames.send(channel, [identity, 'returned', True])",
    "negative time": "frames.send(channel, [identity, 'returned', True, [-1, 0, '']])",
    "no value": "frames.send(channel, [identity, 'returned', 5, [0, 0, '']])",
    "another word": "frames.send(channel, [identity, 'passed', True, [0, 0, '']])",
    "no exception": "frames.send(channel, [identity, 'raised', 1, 2, 3, [0, 0, '']])",
}
FORGE = """
import sys
frames = sys.modules["pytest_modelbench.confined.frames"]
def forge():
    frame = sys._getframe()
    while "channel" not in frame.f_locals:
        frame = frame.f_back
    channel, identity = frame.f_locals["channel"], frame.f_locals["identity"]
    {line}
"""


@pytest.mark.parametrize("name", FORGED)
def test_forged_message_is_a_violation(name, tier):
    source = FORGE.replace("{line}", FORGED[name])

    seen = evaluate(tier, source, "forge()", "1")

    assert Ending.VIOLATION in {one.ending for one in seen}


def test_processor_time_that_a_cell_keeps_to_itself_is_charged(tier):
    source = """
import sys, time
def spin():
    while time.process_time() < 0.6: pass
time.process_time = time.process_time
def lie():
    spin()
    sys.modules["pytest_modelbench.confined.entries.module"].time.process_time = lambda: 0.0
"""
    (seen,) = evaluate(tier, source, "lie()")

    assert seen.cpu_s > 0.4


def test_memory_that_a_cell_says_nothing_of_is_charged(tier):
    source = """
import sys
class Small:
    ru_maxrss = 1
def take():
    held = b"x" * (60 << 20)
    module = sys.modules["pytest_modelbench.confined.entries.module"]
    module.resource.getrusage = lambda who: Small
    return len(held)
"""
    (seen,) = evaluate(tier, source, "take()")

    assert seen.peak_mib > 60


PROGRAMS = [
    ("print(input()[::-1])", {"stdin": "abc"}, ("cba\n", 0)),
    ("import sys\nprint(sys.argv[1:])", {"arguments": ("a", "b c")}, ("['a', 'b c']\n", 0)),
    ("import sys\nsys.exit(3)", {}, ("", 3)),
    ("import sys\nsys.exit('no')", {}, ("", 1)),
    ("import sys\nsys.exit(-1)", {}, ("", 255)),
    ("raise SystemExit", {}, ("", 0)),
    ("import os\nprint('a')\nos._exit(7)", {}, ("", 7)),
    ("import os\nprint('a', flush=True)\nos._exit(7)", {}, ("a\n", 7)),
    ("import atexit\natexit.register(print, 'bye')\nprint('hi')", {}, ("hi\nbye\n", 0)),
    ("import threading\nthreading.Timer(0.01, print, ['late']).start()", {}, ("late\n", 0)),
    ("if __name__ == '__main__':\n    print('main')", {}, ("main\n", 0)),
    ("print('naïve \U0001f600')", {}, ("naïve \U0001f600\n", 0)),
    ("import sys\nsys.stdout.buffer.write(b'\\xff')", {}, ("\ufffd", 0)),
    ("import sys\nfor line in sys.stdin: print(len(line))", {"stdin": "a\nbc\n"}, ("2\n3\n", 0)),
    ("with open('data.txt') as file: print(file.read())", {}, ("held\n", 0)),
]


@pytest.mark.parametrize(("source", "step", "wanted"), PROGRAMS)
def test_program_is_seen_as_if_python_ran_it(source, step, wanted, tier):
    (seen,) = see(tier, source, Feed(**step), files={"data.txt": "held"})

    assert (seen.ending, seen.stdout, seen.exit_code) == (Ending.RETURNED, *wanted)


@pytest.mark.parametrize("source", ["1 / 0", "x = (", "import no_such"])
def test_uncaught_exception_ends_a_program_with_1_and_a_traceback(source, tier):
    (seen,) = see(tier, source, Feed())

    assert (seen.ending, seen.exit_code) == (Ending.RETURNED, 1)
    assert "answer.py" in seen.stderr
    assert "confined" not in seen.stderr


def test_signal_ends_a_program(tier):
    (seen,) = see(tier, "import os\nprint('a', flush=True)\nos.abort()", Feed())

    assert (seen.ending, seen.error, seen.stdout) == (Ending.CRASHED, "SIGABRT", "a\n")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_flood_of_text_ends_a_program(stream, tier):
    source = f"import sys\nwhile True: sys.{stream}.write('x' * 65536)"

    (seen,) = see(tier, source, Feed())

    assert (seen.ending, seen.error) == (Ending.OVERUSED, "stdout")
    assert len(getattr(seen, stream)) == 64 * 1024


def test_program_that_does_not_end_times_out_with_what_it_wrote(tier):
    source = "import time\nprint('begun', flush=True)\ntime.sleep(60)"

    (seen,) = see(tier, source, Feed(), limits=Limits(wall_s=0.5))

    assert (seen.ending, seen.stdout) == (Ending.TIMEOUT, "begun\n")


def test_program_that_does_not_read_gets_no_more(tier):
    (seen,) = see(tier, "print('done')", Feed(stdin="x" * (1 << 20)))

    assert (seen.ending, seen.stdout) == (Ending.RETURNED, "done\n")


SHELL = [
    ("echo hi; echo no >&2; exit 4", ("hi\n", "no\n", 4, {})),
    ("cat", ("given", "", 0, {})),
    ("sort in.txt > out.txt", ("", "", 0, {"in.txt": "b\na\n", "out.txt": "a\nb\n"})),
    ("sleep 60 & echo hi", ("hi\n", "", 0, {})),
    ("kill -TERM $$", ("", "", 143, {})),
    ("ln -s /etc/passwd link; mkfifo pipe; mkdir d; echo x > d/f", ("", "", 0, {"d/f": "x\n"})),
]


@pytest.mark.parametrize(("script", "wanted"), SHELL)
def test_script_is_seen_with_its_streams_and_files(script, wanted, tier):
    files = {"in.txt": "b\na\n"} if "in.txt" in script else {}

    (seen,) = see(tier, script, Feed(stdin="given"), language="shell", files=files)

    assert (seen.ending, seen.stdout, seen.stderr, seen.exit_code, seen.value) == (
        Ending.RETURNED,
        *wanted,
    )


FIXTURE = "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x;y'), (2, NULL);"
SQL = [
    ("SELECT a, b FROM t", "", {"columns": ["a", "b"], "rows": [(1, "x;y"), (2, None)]}),
    ("SELECT 1; SELECT 2 AS two;", "", {"columns": ["two"], "rows": [(2,)]}),
    ("SELECT ';' AS x; -- done;", "", {"columns": ["x"], "rows": [(";",)]}),
    ("DELETE FROM t WHERE b IS NULL", "SELECT a FROM t", {"columns": ["a"], "rows": [(1,)]}),
    ("INSERT INTO t VALUES (3, 4)", "", {"columns": [], "rows": []}),
]


@pytest.mark.parametrize(("source", "after", "value"), SQL)
def test_rows_come_back(source, after, value, tier):
    (seen,) = see(tier, source, Select(fixture=FIXTURE, after=after), language="sql")

    assert (seen.ending, seen.value) == (Ending.RETURNED, value)


SQL_TROUBLE = [
    ("SELECT no FROM t", FIXTURE, "OperationalError"),
    ("SELECT 1", "CREATE nothing", "FixtureError"),
    (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 20000) SELECT x FROM n",
        "",
        "CodecError",
    ),
]


@pytest.mark.parametrize(("source", "fixture", "error"), SQL_TROUBLE)
def test_sql_that_fails_is_seen(source, fixture, error, tier):
    (seen,) = see(tier, source, Select(fixture=fixture), language="sql")

    assert (seen.ending, seen.error) == (Ending.RAISED, error)


def test_table_that_the_answer_dropped_is_its_own_error(tier):
    step = Select(fixture=FIXTURE, after="SELECT count(*) FROM t")

    (seen,) = see(tier, "DROP TABLE t", step, language="sql")

    assert (seen.ending, seen.error) == (Ending.RAISED, "OperationalError")


def test_probe_of_a_module_that_crashes_is_a_crash(tier):
    source = "import os\ndef f():\n    os._exit(3)\n"

    seen, after = see(tier, source, Probe(source="assert f() == 1"), Evaluate(expression="1"))

    assert (seen.ending, seen.error) == (Ending.CRASHED, "exit code 3")
    assert after.value == 1


def test_assertions_that_do_not_end_time_out(tier):
    source = "def f():\n    return 1\n"
    spinning = Probe(source="import time\nassert f() == 1\ntime.sleep(60)")

    (seen,) = see(tier, source, spinning, limits=Limits(wall_s=0.5))

    assert (seen.ending, seen.detail) == (
        Ending.TIMEOUT,
        "the assertions themselves did not come to an end",
    )

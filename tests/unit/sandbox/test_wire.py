"""What goes between a worker and the sandbox comes back as it was."""

import json

import pytest

from pytest_modelbench.confined.codec import Opaque
from pytest_modelbench.sandbox import (
    Ending,
    Evaluate,
    Execution,
    Feed,
    Limits,
    Observation,
    Observed,
    Probe,
    Select,
    execution_to_plain,
    observed_to_plain,
    read_execution,
    read_observed,
)

STEPS = (
    Evaluate(expression="f(1)"),
    Feed(stdin="1\n", arguments=("-v", "ü")),
    Probe(source="assert f(1)", entry="f"),
    Select(fixture="create table t(a)", after="select * from t"),
)


def test_an_execution_travels_whole():
    execution = Execution(
        language="python",
        source="def f(n): ...",
        steps=STEPS,
        files={"data/in.txt": "\ud800 \x00"},
        limits=Limits(cpu_s=1.5, memory_mib=64),
    )

    plain = json.loads(json.dumps(execution_to_plain(execution)))

    assert read_execution(plain) == execution


@pytest.mark.parametrize(
    "value", [None, True, 1, 2**200, 0.1, float("inf"), "ü", b"\x00", (1, [2, {3}]), {"a": (1, 2)}]
)
def test_an_observed_value_keeps_its_type(value):
    one = Observation(
        ending=Ending.RAISED, value=value, error="KeyError", bases=("LookupError",), exit_code=3
    )
    observed = Observed(tier="landlock", observations=(one,))

    plain = json.loads(json.dumps(observed_to_plain(observed)))
    (read,) = read_observed(plain).observations

    assert (read, type(read.value)) == (one, type(value))


def test_an_object_of_the_module_stays_behind():
    one = Observation(ending=Ending.RETURNED, value=Opaque("Stack", 7))

    plain = observed_to_plain(Observed(tier="bwrap", observations=(one,)))
    (read,) = read_observed(plain).observations

    assert repr(read.value) == "<Stack object>"
    assert read.value != one.value

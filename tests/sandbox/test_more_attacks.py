"""Attacks by somebody who has read this project's code."""

import json

import pytest

from pytest_modelbench.sandbox.base import Ending, Evaluate, Execution
from pytest_modelbench.sandbox.wire import observed_to_plain, read_observed
from tests.sandbox.attacks_list import LIMITS, MORE, Attack, name_attack
from tests.sandbox.attacks_runs import GREETING, attack_confined, attack_unconfined, describe, greet

PROVEN = [attack for attack in MORE if attack.is_proven]


@pytest.mark.parametrize("attack", PROVEN, ids=name_attack)
def test_without_a_sandbox_the_attack_succeeds(house, attack: Attack):
    aftermath = attack_unconfined(attack, house)

    assert aftermath.begun
    assert attack.does in aftermath.damage, (describe(aftermath.damage), aftermath.text[-600:])


@pytest.mark.parametrize("attack", MORE, ids=name_attack)
def test_in_a_sandbox_the_attack_does_no_damage(lair, attack: Attack):
    known = attack.gets_through.get(lair.tier_name, frozenset())

    aftermath = attack_confined(attack, lair.house, lair.pool)

    assert aftermath.begun, aftermath.text
    assert set(aftermath.damage) == set(known), describe(aftermath.damage)


LIES = """\
import collections, sys

class Equal:
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __repr__(self): return "x" * (64 << 20)

class Slow(list):
    def __iter__(self):
        while True: yield 1
    def __len__(self): return 3

class Spoofed:
    __class__ = property(lambda self: int)
    def __index__(self): return 7
    def __reduce__(self): return (exec, ("import os; os.abort()",))

class Loud(dict):
    def items(self): raise SystemExit(0)

class Text(str):
    def encode(self, *_): raise KeyboardInterrupt

def deep(kind):
    value = kind()
    for _ in range(100_000): value = kind([value])
    return value

def loop():
    value = []
    value.append(value)
    return value

def raise_it():
    raise type("AssertionError" * 10_000, (Exception,), {"__str__": lambda self: "x" * (64 << 20)})()
"""
VALUES = [
    *("float('nan')", "-float('inf')", "10 ** 1_000_000", "-(1 << 4_000_000)", "'x' * (48 << 20)"),
    *("b'x' * (48 << 20)", "list(range(2_000_000))", "'\\ud800\\x00\\x1b[2J'", "iter(int, 1)"),
    *("Equal()", "{Equal(): Equal()}", "Slow()", "Spoofed()", "Loud(a=1)", "Text('a')", "loop()"),
    *("deep(list)", "deep(tuple)", "[[[]] * 300] * 300", "raise_it()", "exit(0)", "sys", "type"),
    *("collections.UserDict(a=1)", "range(10 ** 9)", "{0: {1: {2: Equal()}}}", "memoryview(b'x')"),
]


@pytest.mark.parametrize("expression", VALUES)
def test_no_value_does_harm_to_who_reads_it(lair, expression):
    execution = Execution(
        language="python",
        source=LIES,
        steps=(Evaluate(expression=expression), Evaluate(expression="6 * 7")),
        limits=LIMITS,
    )

    observed = lair.pool.observe(execution)

    (seen, after) = observed.observations
    assert seen.ending in {
        Ending.RETURNED,
        Ending.RAISED,
        Ending.VIOLATION,
        Ending.OVERUSED,
        Ending.CRASHED,
    }
    assert (after.ending, after.value) == (Ending.RETURNED, 42)
    plain = observed_to_plain(observed)
    assert len(json.dumps(plain)) < 4 << 20
    assert observed_to_plain(read_observed(plain)) == plain
    assert greet(lair.pool, expression) == GREETING

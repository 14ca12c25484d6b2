"""Executions run once, so many at a time, ahead of who waits; trouble of the sandbox is no crash."""

import threading
from dataclasses import replace

import pytest

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox import Ending, Evaluate, Execution, Limits
from pytest_modelbench.sandbox.pool import SandboxPool
from tests.unit.sandbox.open_tier import OpenTier

EXECUTION = Execution(
    language="python",
    source="def add(a, b):\n    return a + b\n",
    steps=(Evaluate(expression="add(1, 2)"),),
    limits=Limits(wall_s=5),
)


class Door:
    """Opens one tier, and counts how often that was asked for."""

    def __init__(self, refusal=None):
        self.tier = OpenTier()
        self.opened = 0
        self._refusal = refusal

    def __call__(self):
        self.opened += 1
        if self._refusal is not None:
            raise self._refusal
        return self.tier


@pytest.fixture
def door():
    return Door()


@pytest.fixture
def pool(door):
    pool = SandboxPool(door, slots=2)
    yield pool
    pool.close()


def number(value):
    return replace(EXECUTION, steps=(Evaluate(expression=f"add({value}, 0)"),))


def test_tier_is_opened_by_the_first_execution(pool, door):
    opened_before = door.opened

    observed = pool.observe(EXECUTION)

    assert (opened_before, door.opened) == (0, 1)
    assert observed.tier == "open"
    assert [seen.value for seen in observed.observations] == [3]


def test_same_execution_runs_once(pool, door):
    first = pool.observe(EXECUTION)

    second = pool.observe(replace(EXECUTION, files={}))

    assert second is first
    assert door.tier.started == ["module"]


@pytest.mark.parametrize(
    "change",
    [
        {"source": "def add(a, b):\n    return 3\n"},
        {"limits": Limits(wall_s=6)},
        {"files": {"a.txt": "1"}},
        {"steps": (Evaluate(expression="add(2, 1)"),)},
    ],
)
def test_different_execution_runs_too(change, pool, door):
    pool.observe(EXECUTION)

    pool.observe(replace(EXECUTION, **change))

    assert door.tier.started == ["module"] * 2


def test_what_was_begun_ahead_is_found(pool, door):
    for value in range(5):
        pool.observe_ahead(number(value))

    values = [pool.observe(number(value)).observations[0].value for value in range(5)]

    assert values == list(range(5))
    assert len(door.tier.started) == 5


def test_many_threads_get_the_same_observation(pool, door):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(pool.observe(EXECUTION))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(map(id, found))) == 1
    assert door.tier.started == ["module"]


class CountingTier(OpenTier):
    """Counts how many cells live at once."""

    def __init__(self):
        super().__init__()
        self.most = 0
        self._living = 0

    def start_cell(self, entry, limits, *, may_fork):
        cell = super().start_cell(entry, limits, may_fork=may_fork)
        with self._lock:
            self._living += 1
            self.most = max(self.most, self._living)
        kill = cell.kill

        def kill_and_count():
            with self._lock:
                self._living -= 1
            return kill()

        cell.kill = kill_and_count  # type: ignore[method-assign]  # the simplest way to look at it
        return cell


def test_no_more_than_the_slots_run_at_once():
    tier = CountingTier()
    pool = SandboxPool(lambda: tier, slots=2)
    for value in range(6):
        pool.observe_ahead(number(value))

    for value in range(6):
        pool.observe(number(value))

    pool.close()
    assert 1 <= tier.most <= 2


class GatedTier(OpenTier):
    """Starts its first cell only when it is let."""

    def __init__(self):
        super().__init__()
        self.asked = threading.Event()
        self.gate = threading.Event()

    def start_cell(self, entry, limits, *, may_fork):
        self.asked.set()
        self.gate.wait(10)
        return super().start_cell(entry, limits, may_fork=may_fork)


def test_who_waits_goes_before_what_is_only_ahead():
    tier = GatedTier()
    pool = SandboxPool(lambda: tier, slots=1)
    for value in range(8):
        pool.observe_ahead(number(value))
    tier.asked.wait(10)
    started = []

    def wait():
        pool.observe(number(7))
        started.append(len(tier.started))

    waiting = threading.Thread(target=wait)
    waiting.start()
    while pool._slots._awaited == 0:
        threading.Event().wait(0.005)
    tier.gate.set()
    waiting.join(10)

    pool.close()
    # The one that was under way, its own, and at most one that began before this was counted.
    assert len(started) == 1
    assert started[0] <= 3


def test_a_tier_that_cannot_be_opened_for_want_of_something_is_trouble():
    pool = SandboxPool(Door(OSError(24, "Too many open files")), slots=1)

    with pytest.raises(SandboxError, match=r"no sandbox could be started: .*Too many open files"):
        pool.observe(EXECUTION)

    pool.close()


def test_refusal_is_remembered():
    refusal = SandboxError("no sandbox holds here")
    door = Door(refusal)
    pool = SandboxPool(door, slots=1)

    for execution in (EXECUTION, number(1)):
        with pytest.raises(SandboxError, match="no sandbox holds here"):
            pool.observe(execution)

    pool.close()
    assert door.opened == 1


def test_cell_that_cannot_be_started_is_no_observation(door):
    door.tier = OpenTier(broken=True)
    pool = SandboxPool(door, slots=1)

    with pytest.raises(SandboxError, match="no cell could be started"):
        pool.observe(EXECUTION)

    pool.close()


def test_failure_ahead_is_raised_where_it_is_waited_for(door):
    door.tier = OpenTier(broken=True)
    pool = SandboxPool(door, slots=1)
    pool.observe_ahead(EXECUTION)

    with pytest.raises(SandboxError, match="no cell could be started"):
        pool.observe(EXECUTION)

    pool.close()


def test_closing_turns_what_runs_into_trouble_instead_of_crashes(door):
    pool = SandboxPool(door, slots=1)
    spinning = replace(EXECUTION, steps=(Evaluate(expression="[None for _ in iter(int, 1)]"),))
    raised = []

    def wait():
        with pytest.raises(SandboxError) as caught:
            pool.observe(spinning)
        raised.append(caught.value)

    thread = threading.Thread(target=wait)
    thread.start()
    while not door.tier.started:
        threading.Event().wait(0.005)

    pool.close()

    thread.join(5)
    assert [error.problem for error in raised] == ["the sandbox was closed while the code was run"]


def test_closed_pool_refuses(pool):
    pool.close()

    with pytest.raises(SandboxError, match="closed"):
        pool.observe(EXECUTION)
    pool.observe_ahead(EXECUTION)


def test_crash_of_the_code_is_an_observation_and_remembered(pool, door):
    crashing = replace(EXECUTION, source="import os\ndef add(a, b):\n    os._exit(3)\n")

    first, second = pool.observe(crashing), pool.observe(crashing)

    assert first is second
    assert [seen.ending for seen in first.observations] == [Ending.CRASHED]
    assert first.observations[0].error == "exit code 3"

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_modelbench.domain import (
    CheckSpec,
    Criterion,
    Message,
    Place,
    Prompt,
    Question,
    RawAnswer,
    Sampling,
)
from pytest_modelbench.sandbox import Evaluate, Execution
from pytest_modelbench.session.rehearsal import Rehearsal

PLACE = Place(path="suites/code.yaml", line=6)
DEADLINE_S = 10.0


class Orders:
    """Stands in for the sandbox: notes what is ordered ahead, and in which thread."""

    def __init__(self):
        self.sources = []
        self.threads = set()
        self.came = threading.Semaphore(0)

    def observe_ahead(self, execution):
        self.sources.append(execution.source)
        self.threads.add(threading.current_thread().name)
        self.came.release()

    def wait_for(self, count):
        for _ in range(count):
            assert self.came.acquire(timeout=DEADLINE_S)


class Catalogue:
    """Stands in for the checks: each text is executed as it is, but for one that breaks it."""

    def executes(self, check):
        return "python" in check

    def plan(self, _check, material):
        if material.text == "breaks":
            raise AssertionError("a bug in a check")
        return [
            Execution(language="python", source=material.text, steps=(Evaluate(expression="f()"),))
        ]


def question(name, check, reference=""):
    return Question(
        id=name,
        suite="code",
        tier=1,
        messages=(Message(author="user", content="Write f."),),
        rubric=(
            Criterion(
                name="Right", weight=1.0, check=CheckSpec(value=check, place=PLACE), place=PLACE
            ),
        ),
        reference_answer=reference,
        place=PLACE,
    )


@pytest.fixture
def orders():
    return Orders()


@pytest.fixture
def rehearsal(orders):
    suite = SimpleNamespace(
        questions=(
            question("code", {"python": {}}),
            question("known", {"python": {}}, reference="the reference\n"),
            question("text", {"equals": "2"}),
        )
    )
    plan: Any = SimpleNamespace(catalogue=Catalogue(), suite=lambda _name: suite)
    made = Rehearsal(plan=plan, pool=orders)
    yield made
    made.close()


def note(rehearsal, name, text, stop_reason="end"):
    prompt = Prompt(
        key=name, messages=(), sampling=Sampling(), timeout_s=1.0, suite="code", question=name
    )
    rehearsal.note(prompt, RawAnswer(key=name, text=text, stop_reason=stop_reason))


def test_code_is_ordered_in_a_thread_of_its_own(rehearsal, orders):
    note(rehearsal, "text", "2")
    note(rehearsal, "code", "def f(): pass")
    orders.wait_for(1)

    assert orders.sources == ["def f(): pass"]
    assert threading.current_thread().name not in orders.threads


def test_the_reference_answer_is_ordered_too(rehearsal, orders):
    note(rehearsal, "known", "an answer")
    orders.wait_for(2)

    assert orders.sources == ["an answer", "the reference"]


def test_a_check_that_breaks_costs_nothing_but_its_own_head_start(rehearsal, orders):
    note(rehearsal, "code", "breaks")
    note(rehearsal, "code", "def f(): pass")
    orders.wait_for(1)

    assert orders.sources == ["def f(): pass"]


def test_an_answer_that_never_came_is_not_ordered(rehearsal, orders):
    note(rehearsal, "code", "", stop_reason="error")
    note(rehearsal, "code", "def f(): pass")
    orders.wait_for(1)

    assert orders.sources == ["def f(): pass"]


def test_what_comes_after_the_end_is_left_alone(rehearsal, orders):
    rehearsal.close()

    note(rehearsal, "code", "def f(): pass")

    assert orders.sources == []

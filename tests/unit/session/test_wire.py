import socket
import threading
from pathlib import Path

import pytest

from pytest_modelbench.errors import EngineError, SandboxError, StoreError
from pytest_modelbench.sandbox import Ending, Evaluate, Execution, Observation, Observed
from pytest_modelbench.session.desk import TakenAnswer
from pytest_modelbench.session.wire import DeskClient, DeskServer, Unreachable
from tests.support.processes import wait_until
from tests.unit.session.test_desk import answer, desk, order, pool, prompt, store, told

__all__ = ["desk", "pool", "store", "told"]

KEY = ("good", "sums", "one", 1)
EXECUTION = Execution(language="python", source="x = 'ü'", steps=(Evaluate(expression="x"),))
OBSERVED = Observed(
    tier="userns",
    observations=(Observation(ending=Ending.RETURNED, value=("ü", {1, 2.5}), cpu_s=0.25),),
)


class ScriptedSandbox:
    """Returns what it was told to, or raises it."""

    def __init__(self, outcome):
        self.outcome = outcome
        self.executions = []

    def observe(self, execution):
        self.executions.append(execution)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def orders():
    return []


@pytest.fixture
def sandbox():
    return ScriptedSandbox(OBSERVED)


@pytest.fixture
def server(desk, orders, sandbox):
    made = DeskServer(desk, orders.append, sandbox)
    yield made
    desk.close()
    made.close()


@pytest.fixture
def client(server):
    made = DeskClient(server.address)
    yield made
    made.close()


def test_a_worker_says_what_it_collected(client, orders):
    client.order([("suites/sums.yaml::good::one", KEY), ("x::good::two", (*KEY[:2], "zwei ☃", 2))])

    assert orders == [
        {
            "suites/sums.yaml::good::one": KEY,
            "x::good::two": ("good", "sums", "zwei ☃", 2),
        }
    ]


def test_a_worker_has_code_executed_by_the_controller(client, sandbox):
    observed = client.observe(EXECUTION)

    assert observed == OBSERVED
    assert sandbox.executions == [EXECUTION]


def test_a_sandbox_that_refuses_is_an_error_for_the_worker(client, sandbox):
    sandbox.outcome = SandboxError("no sandbox holds", "install one.")

    with pytest.raises(SandboxError) as raised:
        client.observe(EXECUTION)

    assert str(raised.value) == "no sandbox holds\n  Hint: install one."


def test_an_order_that_cannot_be_taken_is_an_error(desk, sandbox):
    def refuse(_):
        raise StoreError("the store is broken", "move it away.")

    server = DeskServer(desk, refuse, sandbox)
    client = DeskClient(server.address)

    with pytest.raises(EngineError) as raised:
        client.order([("a", KEY)])

    assert str(raised.value) == "the store is broken\n  Hint: move it away."
    client.close()
    server.close()


def test_answers_that_are_there_come_along(client, desk):
    order(desk, "a", "b", "c")
    for key in ("a", "b"):
        desk.on_answer("good", answer(key, text="\x00 🐍"))

    first = client.take(prompt("a"))
    desk.close()

    assert first == TakenAnswer(raw=answer("a", text="\x00 🐍"), stored=False)
    assert client.take(prompt("b")).raw.key == "b"
    with pytest.raises(EngineError, match=r"^the run ended before the answer came$"):
        client.take(prompt("c"))


def test_a_repeated_question_gets_its_answer_again(client, desk):
    order(desk, "a", "b")
    for key in ("a", "b"):
        desk.on_answer("good", answer(key))

    taken = [client.take(prompt(key)).raw.key for key in ("a", "b", "b", "a")]

    assert taken == ["a", "b", "b", "a"]


def has_lines():
    return any(thread.name == "modelbench-line" for thread in threading.enumerate())


def test_a_worker_that_is_gone_troubles_nobody(server, desk, pool):
    order(desk, "a")
    failures: list[threading.ExceptHookArgs] = []
    threading.excepthook, before = failures.append, threading.excepthook
    worker = socket.socket(socket.AF_UNIX)
    worker.connect(server.address)
    worker.sendall(b'{"v": 1, "kind": "take", "key": "a"}\n')
    wait_until(lambda: pool.hurried == ["a"])
    worker.close()

    desk.on_answer("good", answer("a", text="x" * 1_000_000))
    wait_until(lambda: not has_lines())
    threading.excepthook = before

    assert failures == []


def test_a_controller_that_is_gone_is_an_error(server, client, desk):
    order(desk, "a")
    desk.close()
    server.close()
    address = Path(server.address)

    with pytest.raises(
        EngineError, match=f"^the worker cannot reach the controller at {address}: "
    ):
        DeskClient(str(address))
    assert not address.parent.exists()


def test_a_worker_without_a_line_says_why_for_every_question():
    source = Unreachable(EngineError("no line", "look."))

    with pytest.raises(EngineError, match=r"^no line\n  Hint: look\.$"):
        source.take(prompt("a"))
    with pytest.raises(SandboxError, match=r"^no line\n  Hint: look\.$"):
        source.observe(EXECUTION)
    source.close()

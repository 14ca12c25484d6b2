import json
import socket
import threading

import pytest

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.base import CellEnding
from pytest_modelbench.sandbox.cells import LeashedCell

ENDED = {"exit_code": None, "signal": 9, "overused": "cpu", "cpu_s": 1.5, "peak_mib": 20.0}


class Supervision:
    """The other end of a leash, and of a channel."""

    def __init__(self):
        channel, self.channel = socket.socketpair()
        leash, self.leash = socket.socketpair()
        self.ends: list[int] = []
        self.cell = LeashedCell(channel, leash, on_end=lambda: self.ends.append(1))

    def say(self, words):
        self.leash.sendall(json.dumps(words).encode() + b"\n")

    def end_when_asked(self):
        self.leash.recv(1)
        self.say(ENDED)
        self.leash.close()


@pytest.fixture
def supervision():
    made = Supervision()
    yield made
    for end in (made.channel, made.leash, made.cell.channel, made.cell._leash):
        end.close()


def test_a_cell_is_there_when_its_supervisor_says_so(supervision):
    supervision.say({"ready": True})

    supervision.cell.confirm()

    assert supervision.cell.wait(0) is None


def test_a_cell_that_could_not_be_confined_is_an_error(supervision):
    supervision.say({"failed": "OSError: no filter"})
    supervision.say(ENDED)

    with pytest.raises(SandboxError) as caught:
        supervision.cell.confirm()

    assert caught.value.problem == "a cell could not be started: OSError: no filter"


def test_a_supervisor_that_is_gone_at_once_is_an_error(supervision):
    supervision.leash.close()

    with pytest.raises(SandboxError) as caught:
        supervision.cell.confirm()

    assert caught.value.problem == "a cell could not be started: it died at once"


@pytest.mark.parametrize(
    ("words", "ending"),
    [
        (ENDED, CellEnding(signal="SIGKILL", overused="cpu", cpu_s=1.5, peak_mib=20.0)),
        (
            {**ENDED, "exit_code": 3, "signal": 0, "overused": ""},
            CellEnding(exit_code=3, cpu_s=1.5, peak_mib=20.0),
        ),
        (
            {**ENDED, "signal": 40, "overused": ""},
            CellEnding(signal="signal 40", cpu_s=1.5, peak_mib=20.0),
        ),
    ],
)
def test_an_ending_is_what_the_supervisor_says(words, ending, supervision):
    supervision.say(words)

    assert supervision.cell.wait(5) == ending
    assert supervision.cell.wait(0) == ending


def test_waiting_ends_at_the_timeout(supervision):
    assert supervision.cell.wait(0.01) is None


@pytest.mark.parametrize("end", [LeashedCell.kill, lambda cell: cell.wait(5)], ids=["kill", "wait"])
def test_a_supervisor_that_was_killed_is_no_fault_of_the_cell(end, supervision):
    supervision.leash.close()

    with pytest.raises(SandboxError) as caught:
        end(supervision.cell)

    assert caught.value.problem == "the supervisor of a cell was killed"
    assert supervision.cell.kill() == CellEnding(signal="SIGKILL")


def test_killing_pulls_the_leash_once(supervision):
    thread = threading.Thread(target=supervision.end_when_asked)
    thread.start()

    first, second = supervision.cell.kill(), supervision.cell.kill()
    thread.join()

    assert (first.overused, second, supervision.ends) == ("cpu", first, [1])
    assert supervision.cell.channel.fileno() == -1


def test_killing_is_possible_while_another_thread_waits(supervision):
    endings = []
    waiting = threading.Thread(target=lambda: endings.append(supervision.cell.wait(30)))
    helping = threading.Thread(target=supervision.end_when_asked)
    waiting.start()
    helping.start()

    ending = supervision.cell.kill()
    waiting.join()
    helping.join()

    assert endings == [ending]

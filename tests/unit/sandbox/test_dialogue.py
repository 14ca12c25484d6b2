"""What a cell says is believed to be an answer only if it is one, in time."""

import json
import socket
import threading
import time

import pytest

from pytest_modelbench.confined.frames import MAX_FRAME_BYTES, FrameError, pack, unpack
from pytest_modelbench.sandbox.dialogue import (
    Dialogue,
    HungUpError,
    SilentError,
    ViolationError,
)


class Line:
    """A cell that is only a channel."""

    def __init__(self):
        self.channel, self.theirs = socket.socketpair()


@pytest.fixture
def line():
    line = Line()
    yield line
    line.channel.close()
    line.theirs.close()


@pytest.fixture
def dialogue(line):
    dialogue = Dialogue(line)
    dialogue.allow(5)
    return dialogue


def frame(body):
    return len(body).to_bytes(4, "big") + body


def read_message(channel):
    size = int.from_bytes(channel.recv(4), "big")
    return json.loads(channel.recv(size))


def answer(line, make):
    """Answer the first message with the bytes that `make` makes of it."""

    def work():
        line.theirs.sendall(make(read_message(line.theirs)))

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_answer_with_the_number_of_the_question_is_returned(line, dialogue):
    thread = answer(line, lambda message: pack([message[0], "returned", message[2]]))

    body = dialogue.ask("evaluate", "1 + 1")

    thread.join()
    assert body == ["returned", "1 + 1"]


BROKEN = {
    "another number": lambda _message: pack(["0" * 32, "returned", 1]),
    "no number": lambda _message: pack([]),
    "no list": lambda _message: frame(b'"text"'),
    "a mapping": lambda message: frame(json.dumps({"id": message[0]}).encode()),
    "a mapping inside": lambda message: pack([message[0], "returned", {"a": 1, "b": 2}]),
    "no JSON": lambda _message: frame(b"[1, 2"),
    "not UTF-8": lambda _message: frame(b'["\xff"]'),
    "NaN": lambda message: frame(f'["{message[0]}", NaN]'.encode()),
    "too deep": lambda _message: frame(b"[" * 100_000),
    "a number of many digits": lambda message: frame(f'["{message[0]}", {"9" * 9000}]'.encode()),
    "nothing": lambda _message: frame(b""),
    "4 GiB": lambda _message: b"\xff\xff\xff\xff",
    "one byte too many": lambda _message: (MAX_FRAME_BYTES + 1).to_bytes(4, "big"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_answer_is_a_violation(name, line, dialogue):
    thread = answer(line, BROKEN[name])

    with pytest.raises(ViolationError):
        dialogue.ask("evaluate", "1")

    thread.join()


def test_bytes_before_the_question_are_a_violation(line, dialogue):
    line.theirs.sendall(pack(["guessed", "returned", 1]))

    with pytest.raises(ViolationError, match="bytes before it was asked"):
        dialogue.ask("evaluate", "1")


def test_second_answer_is_a_violation_of_the_next_step(line, dialogue):
    thread = answer(line, lambda message: pack([message[0], "returned", 1]) * 2)
    dialogue.ask("evaluate", "1")
    thread.join()

    with pytest.raises(ViolationError, match="bytes before it was asked"):
        dialogue.ask("evaluate", "2")


def test_closed_channel_is_hung_up_before_and_after_the_question(line, dialogue):
    thread = answer(line, lambda _message: b"\x00\x00")
    thread.join(0)
    threading.Thread(target=close_after, args=(line, thread)).start()
    with pytest.raises(HungUpError):
        dialogue.ask("evaluate", "1")

    with pytest.raises(HungUpError):
        dialogue.ask("evaluate", "2")


def close_after(line, thread):
    thread.join()
    line.theirs.close()


def test_silence_ends_at_the_deadline(dialogue):
    dialogue.allow(0.02)

    with pytest.raises(SilentError):
        dialogue.ask("evaluate", "1")


def test_slow_drip_ends_at_the_deadline(line, dialogue):
    dialogue.allow(0.1)
    stopped = threading.Event()

    def drip():
        read_message(line.theirs)
        line.theirs.sendall((1000).to_bytes(4, "big"))
        while not stopped.wait(0.01):
            line.theirs.sendall(b"[")

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()

    with pytest.raises(SilentError):
        dialogue.ask("evaluate", "1")

    stopped.set()
    thread.join()
    assert time.monotonic() - began < 2


def test_cell_that_does_not_read_is_silent(dialogue):
    dialogue.allow(0.05)

    with pytest.raises(SilentError):
        dialogue.ask("evaluate", "x" * (8 << 20))


def test_streams_that_nobody_takes_are_hung_up(line, dialogue):
    line.theirs.close()

    with pytest.raises(HungUpError):
        dialogue.give_streams()


@pytest.mark.parametrize("body", [b"1", b"{}", b"[", b"[Infinity]", b""])
def test_bytes_that_are_no_message_are_refused(body):
    with pytest.raises(FrameError):
        unpack(body)

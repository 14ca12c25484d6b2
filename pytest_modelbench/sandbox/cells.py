"""A cell, seen from the host: a channel, and a leash that ends it."""

import json
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.base import CellEnding

__all__ = ["LeashedCell"]

START_S = 20.0
# How long a supervisor may take to kill what is left; it needs milliseconds.
KILL_S = 10.0
READ_BYTES = 65536
MS_PER_S = 1000


class LeashedCell:
    """One confined process, made for one execution and thrown away.

    Attributes:
        channel: A stream to it; at its other end runs a function of `confined.entries`.
    """

    def __init__(
        self,
        channel: socket.socket,
        leash: socket.socket,
        *,
        on_end: Callable[[], None],
        may_be_lost: Callable[[], bool] = lambda: False,
    ) -> None:
        """Hold on to a cell that was ordered.

        Args:
            channel: To its entry.
            leash: To its supervisor.
            on_end: Called when it has ended.
            may_be_lost: Tells whether its tier was closed: then nobody has to say how it ended.
        """
        self.channel = channel
        self._on_end = on_end
        self._may_be_lost = may_be_lost
        self._leash = leash
        self._read = b""
        self._ending: CellEnding | None = None
        self._lock = threading.Lock()

    def confirm(self) -> None:
        """Wait until the process is confined.

        Raises:
            SandboxError: It could not be.
        """
        words = self._read_words(START_S)
        if words is None or "ready" not in words:
            problem = "its supervisor did not answer" if words is None else words.get("failed", "")
            with suppress(SandboxError):
                self.kill()
            raise SandboxError(f"a cell could not be started: {problem or 'it died at once'}")

    def kill(self) -> CellEnding:
        """End the process and everything it started, at once; a second time nothing happens.

        Raises:
            SandboxError: Whatever ends it does not answer, or was killed before.
        """
        with suppress(OSError):
            self._leash.shutdown(socket.SHUT_WR)
        try:
            ending = self.wait(KILL_S)
        finally:
            self.channel.close()
        if ending is None:
            raise SandboxError(f"a cell could not be ended within {KILL_S:.0f} s")
        return ending

    def wait(self, timeout_s: float) -> CellEnding | None:
        """Return how it ended; None where it has not.

        Raises:
            SandboxError: Its supervisor was killed, which no cell can do; said once.
        """
        deadline = time.monotonic() + timeout_s
        with self._lock:
            while self._ending is None:
                words = self._read_words(deadline - time.monotonic())
                if words is None:
                    return None
                if "overused" in words:
                    self._end(_make_ending(words))
                elif not words:
                    # The kernel and the zygote end the rest.
                    self._end(CellEnding(signal="SIGKILL"))
                    if not self._may_be_lost():
                        raise SandboxError("the supervisor of a cell was killed")
            return self._ending

    def _end(self, ending: CellEnding) -> None:
        self._ending = ending
        self._leash.close()
        self._on_end()

    def _read_words(self, timeout_s: float) -> dict[str, Any] | None:
        """Return the next line from the supervisor, None at the timeout, {} at its end."""
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._read:
            poll = select.poll()
            poll.register(self._leash, select.POLLIN)
            if not poll.poll(max(0.0, deadline - time.monotonic()) * MS_PER_S):
                return None
            data = self._leash.recv(READ_BYTES)
            if not data:
                return {}
            self._read += data
        line, _, self._read = self._read.partition(b"\n")
        words: dict[str, Any] = json.loads(line)
        return words


def _make_ending(words: dict[str, Any]) -> CellEnding:
    return CellEnding(
        exit_code=words["exit_code"],
        signal=_name_signal(words["signal"]),
        overused=words["overused"],
        cpu_s=words["cpu_s"],
        peak_mib=words["peak_mib"],
    )


def _name_signal(number: int) -> str:
    if not number:
        return ""
    try:
        return signal.Signals(number).name
    except ValueError:  # real-time signals have no names
        return f"signal {number}"

"""Runs in the engine process: its two ends of the wire."""

import os
import queue
import threading
import time
import traceback
from collections.abc import Callable

from pytest_modelbench.engine.wire import Alive, WireMessage, decode, encode
from pytest_modelbench.errors import EngineError

__all__ = ["ALIVE_EVERY_S", "Inbox", "Outbox"]

ALIVE_EVERY_S = 1.0


class Inbox:
    """Messages from the controller; when it goes away, this process ends on the spot."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._messages: queue.SimpleQueue[WireMessage] = queue.SimpleQueue()
        # A thread of its own: it notices the end of the controller also while native code runs.
        threading.Thread(target=self._receive, name="inbox", daemon=True).start()

    def wait(self) -> WireMessage:
        """Return the next message, whenever it comes."""
        return self._messages.get()

    def take(self, *, timeout_s: float | None) -> list[WireMessage]:
        """Return all that has arrived.

        Args:
            timeout_s: How long to wait for the first one; None for ever, 0 not at all.
        """
        messages: list[WireMessage] = []
        try:
            if timeout_s is None or timeout_s > 0:
                messages.append(self._messages.get(timeout=timeout_s))
            while True:
                messages.append(self._messages.get_nowait())
        except queue.Empty:
            return messages

    def _receive(self) -> None:
        code = 0
        try:
            with os.fdopen(self._descriptor, "rb") as lines:
                for line in lines:
                    self._messages.put(decode(line))
        except EngineError:
            traceback.print_exc()
            code = 1
        # Not sys.exit: that would wait for native code to come back.
        os._exit(code)


class Outbox:
    """Messages to the controller, each written completely before `send` comes back.

    What is announced before a native call is therefore known even if that call never returns.
    """

    def __init__(self, descriptor: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._descriptor = descriptor
        self._clock = clock
        self._sent_at = clock()

    def send(self, message: WireMessage) -> None:
        """Write one message."""
        data = encode(message)
        while data:
            data = data[os.write(self._descriptor, data) :]
        self._sent_at = self._clock()

    def keep_alive(self) -> None:
        """Say that a step was made, unless something was sent within the last second."""
        if self._clock() - self._sent_at >= ALIVE_EVERY_S:
            self.send(Alive())

"""The host's half of the talk with one cell: one message at a time, each within a deadline.

Nothing that comes back is believed to be anything but an answer to what was asked: it has to be one
well-formed message with the number of the question, and nothing may come unasked.
"""

import os
import secrets
import selectors
import socket
import time
from contextlib import suppress
from typing import Any

from pytest_modelbench.confined.frames import HEAD_BYTES, MAX_FRAME_BYTES, FrameError, pack, unpack
from pytest_modelbench.sandbox.base import Cell

__all__ = ["Dialogue", "HungUpError", "SilentError", "StreamsError", "ViolationError"]

READ_BYTES = 1 << 16


class ViolationError(Exception):
    """The cell said something that it was not asked, or that is no message."""


class HungUpError(Exception):
    """The cell's end is closed: its process has ended, or is about to."""


class SilentError(Exception):
    """The cell did not answer in time."""


class StreamsError(Exception):
    """The cell wrote more to one of its streams than is kept."""


class Dialogue:
    """Asks one cell, within a deadline.

    Attributes:
        cell: Whose channel it is.
        deadline: When the current step has to be over, by `time.monotonic`.
    """

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        self.deadline = time.monotonic()

    def allow(self, seconds: float) -> None:
        """Give what follows so many seconds from now."""
        self.deadline = time.monotonic() + seconds

    def ask(self, *message: object) -> list[Any]:
        """Send a message and return what comes back, without its number.

        Raises:
            ViolationError: What came back is no answer to it.
            HungUpError: Nothing can come back any more.
            SilentError: Nothing came in time.
        """
        identity = self.tell(*message)
        return self.hear(identity)

    def tell(self, *message: object) -> str:
        """Send a message and return its number; nothing may have come before it."""
        self.refuse_early()
        identity = secrets.token_hex(16)
        self.write(pack([identity, *message]))
        return identity

    def hear(self, identity: str) -> list[Any]:
        """Return the message that answers the one of this number."""
        size = int.from_bytes(self._read(HEAD_BYTES), "big")
        if size > MAX_FRAME_BYTES:
            raise ViolationError(f"a message of {size} bytes")
        try:
            message = unpack(self._read(size))
        except FrameError as error:
            raise ViolationError(f"a message that is {error}") from error
        if not message or message[0] != identity:
            raise ViolationError("a message with another number")
        return message[1:]

    def refuse_early(self) -> None:
        """Make sure that nothing came unasked."""
        channel = self.cell.channel
        channel.settimeout(0)
        try:
            early = channel.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError as error:
            raise HungUpError from error
        if early:
            raise ViolationError("bytes before it was asked")
        raise HungUpError

    def write(self, data: bytes) -> None:
        """Send bytes, as long as the deadline allows."""
        channel = self.cell.channel
        try:
            channel.settimeout(self._left())
            channel.sendall(data)
        except TimeoutError as error:
            raise SilentError from error
        except OSError as error:
            raise HungUpError from error

    def give_streams(self) -> "Streams":
        """Give a program its streams; their other ends are the caller's to close.

        Raises:
            HungUpError: Nobody takes them.
            SilentError: Nobody took them in time.
        """
        stdin, to_stdin = os.pipe()
        from_stdout, stdout = os.pipe()
        from_stderr, stderr = os.pipe()
        streams = Streams(to_stdin, from_stdout, from_stderr)
        try:
            self.cell.channel.settimeout(self._left())
            socket.send_fds(self.cell.channel, [b"s"], [stdin, stdout, stderr])
        except OSError as error:
            streams.close()
            raise SilentError if isinstance(error, TimeoutError) else HungUpError from error
        except SilentError:
            streams.close()
            raise
        finally:
            for descriptor in (stdin, stdout, stderr):
                os.close(descriptor)
        return streams

    def _read(self, size: int) -> bytes:
        held = bytearray()
        channel = self.cell.channel
        while len(held) < size:
            try:
                channel.settimeout(self._left())
                part = channel.recv(min(READ_BYTES, size - len(held)))
            except TimeoutError as error:
                raise SilentError from error
            except OSError as error:
                raise HungUpError from error
            if not part:
                raise HungUpError
            held += part
        return bytes(held)

    def _left(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise SilentError
        return left


class Streams:
    """The other ends of a program's standard streams.

    Args:
        stdin: To be written to.
        stdout: To be read.
        stderr: To be read.
    """

    def __init__(self, stdin: int, stdout: int, stderr: int) -> None:
        self._open = {stdin, stdout, stderr}
        self._stdin = stdin
        self._given = b""
        self._held = {stdout: bytearray(), stderr: bytearray()}
        for descriptor in self._open:
            os.set_blocking(descriptor, False)

    def close(self) -> None:
        """Close what is still open."""
        for descriptor in list(self._open):
            self._close(descriptor)

    def texts(self) -> list[str]:
        """Return what was read so far of standard output and error."""
        return [bytes(held).decode("utf-8", "replace") for held in self._held.values()]

    def give(self, data: bytes) -> None:
        """Say what there is to be read on standard input."""
        self._given = data

    def pump(self, max_bytes: int, deadline: float, until: socket.socket | None = None) -> None:
        """Write and read until both streams end, or there is something to be heard.

        Args:
            max_bytes: How much of each stream is kept.
            deadline: By `time.monotonic`.
            until: Ends the pumping when it can be read; what is there by then is still read.

        Raises:
            SilentError: The deadline passed.
            StreamsError: A stream has more.
        """
        with selectors.DefaultSelector() as selector:
            for descriptor in self._held:
                selector.register(descriptor, selectors.EVENT_READ)
            selector.register(self._stdin, selectors.EVENT_WRITE)
            if until is not None:
                selector.register(until, selectors.EVENT_READ)
            while any(descriptor in self._open for descriptor in self._held):
                left = deadline - time.monotonic()
                events = selector.select(left) if left > 0 else []
                if not events:
                    raise SilentError
                ready = {event.fd for event, _mask in events}
                if self._stdin in ready:
                    self._feed(selector)
                for descriptor in ready & self._held.keys():
                    self._drain(descriptor, max_bytes, selector)
                if until is not None and ready == {until.fileno()}:
                    return

    def _feed(self, selector: selectors.BaseSelector) -> None:
        try:
            if self._given:
                self._given = self._given[os.write(self._stdin, self._given[:READ_BYTES]) :]
        except BlockingIOError:
            return
        except OSError:
            # It does not want to read more; that is its own affair.
            self._given = b""
        if not self._given:
            selector.unregister(self._stdin)
            self._close(self._stdin)

    def _drain(self, descriptor: int, max_bytes: int, selector: selectors.BaseSelector) -> None:
        try:
            part = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        held = self._held[descriptor]
        held += part[: max_bytes - len(held)]
        if not part:
            selector.unregister(descriptor)
            self._close(descriptor)
        elif len(held) >= max_bytes:
            raise StreamsError

    def _close(self, descriptor: int) -> None:
        self._open.discard(descriptor)
        with suppress(OSError):
            os.close(descriptor)

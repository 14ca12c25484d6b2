"""Messages on a channel: a length and a JSON list; both ends use it."""

import json
import socket
from typing import Any

__all__ = ["HEAD_BYTES", "MAX_FRAME_BYTES", "FrameError", "pack", "receive", "send", "unpack"]

HEAD_BYTES = 4
# What a cell may say at once. The host may say more: its sources and files are its own.
MAX_FRAME_BYTES = 1 << 20


class FrameError(ValueError):
    """What was read is no message."""


def pack(message: list[Any]) -> bytes:
    """Return the bytes of a message."""
    body = json.dumps(message, separators=(",", ":"), allow_nan=False).encode()
    return len(body).to_bytes(HEAD_BYTES, "big") + body


def unpack(body: bytes) -> list[Any]:
    """Return the message that the bytes behind a length are.

    Raises:
        FrameError: They are none.
    """
    try:
        message = json.loads(body, object_pairs_hook=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if type(message) is not list:
        raise FrameError("no list")
    return message


def send(channel: socket.socket, message: list[Any]) -> None:
    """Write a message, however long that takes."""
    channel.sendall(pack(message))


def receive(channel: socket.socket) -> list[Any]:
    """Read a message from an end that is trusted.

    Raises:
        EOFError: The other end is gone.
    """
    return unpack(_read(channel, int.from_bytes(_read(channel, HEAD_BYTES), "big")))


def _read(channel: socket.socket, size: int) -> bytes:
    held = bytearray()
    while len(held) < size:
        part = channel.recv(min(1 << 16, size - len(held)))
        if not part:
            raise EOFError
        held += part
    return bytes(held)


def _refuse(_value: object) -> None:
    raise FrameError("more than JSON lists")

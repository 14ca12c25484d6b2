"""What the host says to a zygote: a plan at its start, then one order for each cell."""

import json
import socket
import struct
from dataclasses import asdict, dataclass
from typing import Any

from pytest_modelbench.confined.rlimits import Bounds

__all__ = [
    "BOX",
    "SPARE_UID",
    "Order",
    "Plan",
    "pack_order",
    "pack_plan",
    "read_message",
    "unpack_order",
    "unpack_plan",
]

# Where a cell with a mount namespace of its own finds its workspace.
BOX = "/box"
# The first of the users that cells become: beyond what distributions hand out.
SPARE_UID = 61234

LENGTH = struct.Struct("!I")
MOST_DESCRIPTORS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What all cells of one zygote have in common.

    Attributes:
        tier: How cells are confined.
        is_single: The zygote becomes the supervisor of its first cell, and starts no other.
        readable: Files and folders of the system and of Python that cells may read.
        site_packages: Folders of installed packages, for `sys.path`.
        folder: Where workspaces are made.
        spare_uid: The user that cells become where the host is root; 0 where it is not.
        libraries: Folder of a shared libpython; "" where there is none.
        landlock_abi: What to ask of Landlock at most; 0 switches it off.
    """

    tier: str
    is_single: bool
    readable: tuple[str, ...]
    site_packages: tuple[str, ...]
    folder: str
    spare_uid: int
    libraries: str
    landlock_abi: int

    @property
    def has_namespaces(self) -> bool:
        """Tell whether each cell has namespaces of its own, made by the zygote's fork."""
        return self.tier == "userns" or (self.tier == "bwrap" and not self.is_single)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """One cell to start.

    Attributes:
        entry: Its name in `entries.ENTRIES`.
        may_fork: Whether it may start processes.
        bounds: What it may use.
        uid: The user that it becomes; 0 for none other.
        name: Of its folder.
    """

    entry: str
    may_fork: bool
    bounds: Bounds
    uid: int
    name: str


def pack_plan(plan: Plan) -> bytes:
    """Return the bytes that `read_message` and `unpack_plan` turn into the plan again."""
    return _pack(asdict(plan))


def unpack_plan(raw: bytes) -> Plan:
    """Return the plan that was packed."""
    words = json.loads(raw)
    for name in ("readable", "site_packages"):
        words[name] = tuple(words[name])
    return Plan(**words)


def pack_order(order: Order) -> bytes:
    """Return the bytes that `read_message` and `unpack_order` turn into the order again."""
    return _pack(asdict(order))


def unpack_order(raw: bytes) -> Order:
    """Return the order that was packed."""
    words = json.loads(raw)
    return Order(**{**words, "bounds": Bounds(**words["bounds"])})


def read_message(control: socket.socket) -> tuple[bytes, list[int]] | None:
    """Wait for a message; return it with its descriptors, None where there will be no more."""
    # Descriptors come with the first byte of what they were sent with.
    head, descriptors, _, _ = socket.recv_fds(control, LENGTH.size, MOST_DESCRIPTORS)
    head += _read_exactly(control, LENGTH.size - len(head)) if head else b""
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    raw = _read_exactly(control, length)
    return (raw, descriptors) if len(raw) == length else None


def _read_exactly(control: socket.socket, length: int) -> bytes:
    read = b""
    while len(read) < length:
        piece = control.recv(length - len(read))
        if not piece:
            return b""
        read += piece
    return read


def _pack(words: dict[str, Any]) -> bytes:
    raw = json.dumps(words).encode()
    return LENGTH.pack(len(raw)) + raw

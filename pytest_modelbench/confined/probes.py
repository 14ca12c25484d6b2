"""Entries that try the confinement itself; unconfined they reach everything they try."""

import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["OPEN_FILES", "PROBES", "REACHES", "READ", "escape", "idle"]

MAX_BYTES = 1 << 16
MAX_TEXT = 4096
HIGHEST_DESCRIPTOR = 256
NET_S = 1.0
FORKED_S = 5.0
READ = "read"
# Few enough to be seen as ours.
OPEN_FILES = 37


def idle(channel: socket.socket) -> None:
    """Send back what comes, until there is no more."""
    while data := channel.recv(MAX_BYTES):
        channel.sendall(data)


def escape(channel: socket.socket) -> None:
    """Try everything that a cell must not do, and send what was found.

    The other side judges by its own evidence: whether its bait was touched, and whether its
    secret is in what was found.
    """
    lines = channel.makefile("rb")
    bait: dict[str, Any] = json.loads(lines.readline(MAX_BYTES))
    found = {}
    for name, reach in REACHES.items():
        try:
            found[name] = reach(bait)
        except (OSError, ValueError, ArithmeticError) as error:
            found[name] = f"{type(error).__name__}: {error}"
        # One by one: the last ones may be the end of this process.
        channel.sendall(json.dumps({name: str(found[name])[:MAX_TEXT]}).encode() + b"\n")
    channel.sendall(b"\n")


def _write_workspace(_bait: dict[str, Any]) -> str:
    Path("probe.txt").write_text("written", "ascii")
    return Path("probe.txt").read_text("ascii")


def _read_file(bait: dict[str, Any]) -> str:
    return Path(bait["file"]).read_text("ascii")


def _read_project(bait: dict[str, Any]) -> str:
    with Path(bait["project"]).open("rb") as file:
        file.read(1)
    return READ


def _read_environments(bait: dict[str, Any]) -> str:
    texts = [*os.environ.values()]
    for pid in ("self", "1", str(bait["pid"])):
        with contextlib.suppress(OSError):
            texts.append((Path("/proc") / pid / "environ").read_text("utf-8", "replace"))
    return " ".join(text for text in texts if bait["marker"] in text)


def _read_descriptors(_bait: dict[str, Any]) -> str:
    return " ".join(_read_open_files())


def _read_open_files() -> Iterator[str]:
    for descriptor in range(3, HIGHEST_DESCRIPTOR):
        with contextlib.suppress(OSError):
            yield os.pread(descriptor, MAX_TEXT, 0).decode("utf-8", "replace")


def _write_file(bait: dict[str, Any]) -> str:
    Path(bait["written"]).write_text("written", "ascii")
    return "written"


def _write_prefix(bait: dict[str, Any]) -> str:
    Path(bait["prefix"]).write_text("", "ascii")
    return "written"


def _connect_tcp(bait: dict[str, Any]) -> str:
    socket.create_connection(("127.0.0.1", bait["tcp"]), NET_S).close()
    return "connected"


def _send_udp(bait: dict[str, Any]) -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"udp", ("127.0.0.1", bait["udp"]))
    return "sent"


def _connect_unix(bait: dict[str, Any]) -> str:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(NET_S)
        client.connect(bait["unix"])
    return "connected"


def _change_bounds(bait: dict[str, Any]) -> str:
    if sys.platform == "linux":
        import resource  # noqa: PLC0415  only there it can change another process

        _, hard = resource.prlimit(bait["pid"], resource.RLIMIT_NOFILE)
        resource.prlimit(bait["pid"], resource.RLIMIT_NOFILE, (OPEN_FILES, hard))
    return "changed"


def _signal(bait: dict[str, Any]) -> str:
    os.kill(bait["pid"], signal.SIGTERM)
    return "sent"


def _fork(bait: dict[str, Any]) -> str:
    """Start many processes that wait; a cell that may not start so many is ended for it."""
    pids: list[int] = []
    try:
        for _ in range(bait["forks"]):
            pid = os.fork()
            if pid == 0:
                time.sleep(FORKED_S)
                os._exit(0)
            pids.append(pid)
        # As long as the watch takes to look.
        time.sleep(bait["forks_s"])
    finally:
        for pid in pids:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
    return f"started {len(pids)}"


REACHES: Mapping[str, Callable[[dict[str, Any]], str]] = {
    "workspace": _write_workspace,
    "file": _read_file,
    "project": _read_project,
    "environment": _read_environments,
    "inherited-fd": _read_descriptors,
    "write": _write_file,
    "sys.prefix": _write_prefix,
    "tcp": _connect_tcp,
    "udp": _send_udp,
    "unix-socket": _connect_unix,
    "prlimit": _change_bounds,
    "signal": _signal,
    "processes": _fork,
}

PROBES: Mapping[str, Callable[[socket.socket], None]] = {"idle": idle, "escape": escape}

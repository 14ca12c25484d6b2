"""A bystander on the same machine: it notes who signals it, who connects to it, who sends to it.

Run as `python -I -S victim.py FOLDER UID SECRET`. Every line on its standard input is answered with
a line of JSON: what happened since the last one.
"""

# ruff: noqa: FBT003, T201 - it is sent: each function brings what it needs, and speaks to the system plainly

import ctypes
import json
import os
import select
import signal
import socket
import sys
from pathlib import Path

_PR_SET_DUMPABLE = 4
EVENTS: list[str] = []


def listen(family: int, kind: int, address: tuple[str, int] | str) -> socket.socket:
    """Return a socket that can be reached at an address."""
    one = socket.socket(family, kind)
    one.bind(address)
    if kind == socket.SOCK_STREAM:
        one.listen(50)
    one.setblocking(False)
    return one


def drain(name: str, one: socket.socket) -> None:
    """Note everything that has come in."""
    while True:
        try:
            if one.type == socket.SOCK_STREAM:
                one.accept()[0].close()
            else:
                one.recv(4096)
        except BlockingIOError:
            return
        EVENTS.append(name)


def main() -> None:
    """Listen, and tell when asked."""
    folder, uid, secret = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    for number in (signal.SIGURG, signal.SIGUSR1, signal.SIGIO, signal.SIGXCPU, signal.SIGHUP):
        signal.signal(number, lambda number, _: EVENTS.append(signal.Signals(number).name))
    kept = ctypes.create_string_buffer(secret.encode())
    unix, abstract = str(folder / "victim.sock"), f"modelbench-victim-{os.getpid()}"
    Path(unix).unlink(missing_ok=True)
    doors = {
        "tcp": listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        "udp": listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        "unix": listen(socket.AF_UNIX, socket.SOCK_STREAM, unix),
        "abstract": listen(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}"),
    }
    Path(unix).chmod(0o777)
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        # A change of user makes a process private; this one is to be as open as any other.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)
    facts = {
        "victim": os.getpid(),
        "tcp": doors["tcp"].getsockname()[1],
        "udp": doors["udp"].getsockname()[1],
        "unix": unix,
        "abstract": abstract,
        "address": ctypes.addressof(kept),
        "length": len(secret),
    }
    print(json.dumps(facts), flush=True)
    while True:
        select.select([sys.stdin], [], [])
        if not sys.stdin.readline():
            return
        for name, door in doors.items():
            drain(name, door)
        print(json.dumps(EVENTS), flush=True)
        EVENTS.clear()


if __name__ == "__main__":
    main()

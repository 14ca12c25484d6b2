"""Things outside of a cell that must not be reached from inside, and what they saw."""

import itertools
import os
import resource
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pytest_modelbench.confined.probes import OPEN_FILES, READ

__all__ = ["FORKS", "VARIABLE", "Bait"]

VARIABLE = "MODELBENCH_SELF_TEST"
# More than the cell of a self-test may start.
FORKS = 24
# Longer than the watch needs to see them.
FORKS_S = 0.12
MARKER_CHARS = 8
ANYBODY = 0o777
MOST_LOOKED_AT = 1000
# Of 108 bytes.
LONGEST_PARENT = 60
SHORT_PARENT = "/tmp"  # noqa: S108  a folder of our own is made in it


class Bait:
    """One round of bait; a context that takes it away again.

    Attributes:
        secret: What is written where it must not be read.
        descriptor: Of the file with the secret, inherited by every process that does not close it.
        words: What `confined.probes.escape` is told.
        names: What can leak on this machine.
    """

    def __init__(self) -> None:
        self.secret = secrets.token_hex(16)
        self._stack = ExitStack()
        self._folder = make_short_folder()
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        # Whoever a cell becomes could reach it, were it not confined.
        Path(self._folder).chmod(ANYBODY)
        secret = Path(self._folder) / "secret"
        secret.write_text(self.secret, "ascii")
        self._written = Path(self._folder) / "written"
        self.descriptor = os.open(secret, os.O_RDONLY)
        self._stack.callback(os.close, self.descriptor)
        os.set_inheritable(self.descriptor, True)  # noqa: FBT003  as `os` has it
        self._tcp = self._listen(socket.AF_INET, ("127.0.0.1", 0))
        self._unix = self._listen(socket.AF_UNIX, f"{self._folder}/socket")
        self._udp = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self._udp.setblocking(False)  # noqa: FBT003  as `socket` has it
        self._udp.bind(("127.0.0.1", 0))
        self._victim = self._start_victim()
        self._prefix = Path(sys.prefix) / f".modelbench-{self.secret}"
        project = _find_file(Path(os.curdir).absolute())
        self.names = _list_names(
            can_write_prefix=os.access(sys.prefix, os.W_OK), has_project=bool(project)
        )
        self.words: dict[str, Any] = {
            "folder": self._folder,
            "file": str(secret),
            "written": str(self._written),
            "project": project,
            "prefix": str(self._prefix),
            "marker": self.secret[:MARKER_CHARS],
            "pid": self._victim.pid,
            "tcp": self._tcp.getsockname()[1],
            "udp": self._udp.getsockname()[1],
            "unix": self._unix.getsockname(),
            "forks": FORKS,
            "forks_s": FORKS_S,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def find_taken(self, found: Mapping[str, str]) -> tuple[str, ...]:
        """Return the names of what was reached, and lay it out anew.

        Args:
            found: What the probes sent back.
        """
        taken = {
            **{name: self.secret in text for name, text in found.items()},
            "project": found.get("project") == READ,
            "write": self._written.exists(),
            "sys.prefix": self._prefix.exists(),
            "tcp": _has_visitor(self._tcp),
            "unix-socket": _has_visitor(self._unix),
            "udp": _has_packet(self._udp),
            "prlimit": self._has_new_limit(),
            "signal": self._victim.poll() is not None,
            "processes": found.get("processes") == f"started {FORKS}",
        }
        self._written.unlink(missing_ok=True)
        self._prefix.unlink(missing_ok=True)
        return tuple(name for name in self.names if taken.get(name))

    def _listen(
        self, family: socket.AddressFamily, address: str | tuple[str, int]
    ) -> socket.socket:
        listener = self._stack.enter_context(socket.socket(family))
        listener.bind(address)
        listener.listen()
        listener.setblocking(False)  # noqa: FBT003  as `socket` has it
        if family == socket.AF_UNIX:
            Path(str(address)).chmod(ANYBODY)
        return listener

    def _start_victim(self) -> subprocess.Popen[bytes]:
        victim = subprocess.Popen(  # noqa: S603  no shell, and nothing of a model
            [shutil.which("sleep") or "/bin/sleep", "60"],
            env={VARIABLE: self.secret},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(victim.wait)
        self._stack.callback(victim.kill)
        return victim

    def _has_new_limit(self) -> bool:
        if sys.platform != "linux" or self._victim.returncode is not None:
            return False
        return resource.prlimit(self._victim.pid, resource.RLIMIT_NOFILE)[0] == OPEN_FILES


def make_short_folder() -> str:
    """Make a folder whose path leaves room for the name of a socket, which has to be short."""
    parent = tempfile.gettempdir()
    is_long = len(os.fsencode(parent)) > LONGEST_PARENT
    return tempfile.mkdtemp(prefix="modelbench-bait-", dir=SHORT_PARENT if is_long else parent)


def _find_file(folder: Path) -> str:
    """Return some file that lies in the folder; "" where there is none."""
    try:
        with os.scandir(folder) as entries:
            looked_at = itertools.islice(entries, MOST_LOOKED_AT)
            return next((entry.path for entry in looked_at if entry.is_file()), "")
    except OSError:
        # The folder may be gone, or not be ours to read.
        return ""


def _list_names(*, can_write_prefix: bool, has_project: bool) -> tuple[str, ...]:
    names = ["file", "project", "environment", "inherited-fd", "write", "sys.prefix"]
    names += ["tcp", "udp", "unix-socket", "prlimit", "signal", "processes"]
    if not can_write_prefix:
        names.remove("sys.prefix")
    if not has_project:
        names.remove("project")
    if sys.platform != "linux":
        names.remove("prlimit")
    return tuple(names)


def _has_visitor(listener: socket.socket) -> bool:
    try:
        visitor, _ = listener.accept()
    except BlockingIOError:
        return False
    visitor.close()
    return True


def _has_packet(receiver: socket.socket) -> bool:
    try:
        receiver.recv(1)
    except BlockingIOError:
        return False
    return True

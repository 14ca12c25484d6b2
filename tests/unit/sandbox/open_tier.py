"""A tier without any confinement, for what has to be tested beside it."""

import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.base import Cell, CellEnding, Limits

ROOT = Path(__file__).parents[3]
BOOT = """
import os, socket, sys
sys.path.insert(0, {root!r})
from pytest_modelbench.confined.entries import ENTRIES
sys.path.remove({root!r})
os.chdir({folder!r})
channel = socket.socket(fileno={descriptor})
ENTRIES[{entry!r}](channel)
os._exit(0)
"""


class OpenCell:
    """A process of its own, and nothing that holds it."""

    def __init__(self, channel: socket.socket, pid: int, folder: str) -> None:
        self.channel = channel
        self._pid = pid
        self._folder = folder
        self._ending: CellEnding | None = None
        self._lock = threading.Lock()

    def kill(self) -> CellEnding:
        with self._lock:
            if self._ending is None:
                os.kill(self._pid, signal.SIGKILL)
                self._reap()
            self.channel.close()
            assert self._ending is not None
            return self._ending

    def wait(self, timeout_s: float) -> CellEnding | None:
        with self._lock:
            if self._ending is None:
                descriptor = os.pidfd_open(self._pid)
                try:
                    if select.select([descriptor], [], [], timeout_s)[0]:
                        self._reap()
                finally:
                    os.close(descriptor)
            return self._ending

    def _reap(self) -> None:
        _pid, status, usage = os.wait4(self._pid, 0)
        shutil.rmtree(self._folder, ignore_errors=True)
        code = os.waitstatus_to_exitcode(status)
        self._ending = CellEnding(
            exit_code=code if code >= 0 else None,
            signal=signal.Signals(-code).name if code < 0 else "",
            cpu_s=usage.ru_utime + usage.ru_stime,
            peak_mib=usage.ru_maxrss / 1024,
        )


class OpenTier:
    """Starts processes that nothing confines.

    Args:
        broken: Whether no cell can be started.
    """

    name = "open"

    def __init__(self, *, broken: bool = False) -> None:
        self.started: list[str] = []
        self.is_closed = False
        self._broken = broken
        self._lock = threading.RLock()
        self._cells: list[OpenCell] = []

    def start_cell(self, entry: str, limits: Limits, *, may_fork: bool) -> Cell:  # noqa: ARG002  nothing is confined
        if self._broken or self.is_closed:
            raise SandboxError("no cell could be started")
        ours, theirs = socket.socketpair()
        folder = tempfile.mkdtemp(prefix="modelbench-open-")
        code = BOOT.format(root=str(ROOT), folder=folder, descriptor=theirs.fileno(), entry=entry)
        theirs.set_inheritable(True)
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", "-B", "-c", code],
            {"PATH": "/usr/bin:/bin"},
        )
        theirs.close()
        cell = OpenCell(ours, pid, folder)
        with self._lock:
            self.started.append(entry)
            self._cells.append(cell)
        return cell

    def close(self) -> None:
        self.is_closed = True
        with self._lock:
            for cell in self._cells:
                cell.kill()

"""What a supervisor holds a cell in: everything below one process, or a namespace.

Both know which processes are the cell's, what it has written, and how to end all of it.
"""

import os
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, Protocol

from pytest_modelbench.confined.kernel import close_all_but, drop_capabilities, set_process_option
from pytest_modelbench.confined.namespaces import enter_cell
from pytest_modelbench.confined.plan import BOX, Order, Plan
from pytest_modelbench.confined.rlimits import MIB
from pytest_modelbench.confined.tidy import measure_folder, remove_folder
from pytest_modelbench.confined.watch import (
    Usage,
    find_descendants,
    list_everybody,
    measure_processes,
    measure_unlinked,
)

__all__ = ["Enclosure", "Remains", "make_enclosure"]

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
WAIT_CODE = struct.Struct("!I")
# What `ru_maxrss` counts in.
MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
# What a new file system has in it, before anything is written: its root and two folders.
FIRST_FILES = 3
FIRST_FOLDERS = 2
OWNER_ONLY = 0o700


class Remains:
    """What is known of processes that have ended.

    Attributes:
        wait_code: Of the cell's first process, as `os.wait` says it; None while it runs.
        cpu_s: Processor seconds of all of them.
        peak_mib: Largest resident memory of one of them.
    """

    def __init__(self) -> None:
        self.wait_code: int | None = None
        self.cpu_s = 0.0
        self.peak_mib = 0.0

    def reap(self, pid: int, *, first: int, block: bool) -> int:
        """Take leave of one child; return its number, 0 where none has ended.

        Args:
            pid: Which one, -1 for any.
            first: The cell's first process.
            block: Whether to wait for it.

        Raises:
            ChildProcessError: There is none.
        """
        ended, wait_code, used = os.wait4(pid, 0 if block else os.WNOHANG)
        if ended:
            self.cpu_s += used.ru_utime + used.ru_stime
            self.peak_mib = max(self.peak_mib, used.ru_maxrss * MAXRSS_BYTES / MIB)
        if ended == first:
            self.wait_code = wait_code
        return ended


class Enclosure(Protocol):
    """Holds one cell.

    Attributes:
        remains: Of its processes that have ended.
    """

    remains: Remains

    def prepare(self) -> None:
        """Make what the first process needs.

        Raises:
            OSError: It could not be made.
        """

    def fork(self, run: Callable[[], None]) -> None:
        """Start the first process of the cell; `run` confines it and does not come back."""

    def has_ended(self) -> bool:
        """Take leave of what has ended; tell whether that was the first process."""

    def measure(self) -> Usage:
        """Return what the cell uses."""

    def end(self) -> None:
        """Kill everything that is left, and wait until it is gone."""

    def remove(self) -> None:
        """Remove what it has written."""


class TreeEnclosure:
    """All processes below this one, wherever they went: orphans become its children.

    Attributes:
        remains: Of its processes that have ended.
    """

    def __init__(self, plan: Plan, order: Order) -> None:
        self.remains = Remains()
        self._bounds = order.bounds
        self._uid = order.uid
        # A container of its own: its file system, and all its processes.
        self._is_contained = plan.tier == "bwrap"
        # It ends whatever it sees. Outside of a container that would be the whole machine.
        if self._is_contained and list_everybody(but=(1, os.getpid())):
            raise OSError("not alone: this is no container of its own")
        self._folder = BOX if self._is_contained else str(Path(plan.folder) / order.name)
        self._first = 0

    def prepare(self) -> None:
        """Make the folder, and become the parent of orphans."""
        if sys.platform == "linux":
            set_process_option(PR_SET_CHILD_SUBREAPER, 1)
        if not self._is_contained:
            Path(self._folder).mkdir(OWNER_ONLY)
            if self._uid:
                os.chown(self._folder, self._uid, self._uid)

    def fork(self, run: Callable[[], None]) -> None:
        """Start the first process."""
        self._first = os.fork()
        if self._first == 0:
            run()

    def has_ended(self) -> bool:
        """Take leave of what has ended; tell whether that was the first process."""
        with suppress(ChildProcessError):
            while self.remains.reap(-1, first=self._first, block=False):
                pass
        return self.remains.wait_code is not None

    def measure(self) -> Usage:
        """Return what the cell uses."""
        members = self._list_members()
        usage = measure_processes(members, memory_mib=self._bounds.memory_mib)
        if self._is_contained:
            return _add_file_system(usage, self._folder)
        used, files = measure_folder(self._folder, most_files=self._bounds.files + FIRST_FOLDERS)
        used += measure_unlinked(
            members,
            folder=str(Path(self._folder).resolve()),
            most_bytes=self._bounds.disk_mib * MIB,
        )
        return replace(usage, disk_mib=used / MIB, files=files - FIRST_FOLDERS)

    def end(self) -> None:
        """Stop all before killing any, so that none can start another meanwhile."""
        if self.remains.wait_code is None and self._first:
            # Where there is no /proc, its session is all that is known of it.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._first, signal.SIGKILL)
        while True:
            members = self._list_members()
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for pid in members:
                    with suppress(ProcessLookupError):
                        os.kill(pid, number)
            try:
                self.remains.reap(-1, first=self._first, block=True)
            except ChildProcessError:
                return

    def remove(self) -> None:
        """Remove the folder."""
        if not self._is_contained:
            remove_folder(self._folder)

    def _list_members(self) -> list[int]:
        if self._is_contained:
            return list_everybody(but=(1, os.getpid()))
        return find_descendants(os.getpid())


class NamespaceEnclosure:
    """A namespace of processes: all of them end with its first one, which reaps orphans.

    Attributes:
        remains: Of its processes that have ended.
    """

    def __init__(self, plan: Plan, order: Order) -> None:
        self.remains = Remains()
        self._plan = plan
        self._bounds = order.bounds
        self._init = 0
        self._told = -1

    def prepare(self) -> None:
        """Enter the namespaces."""
        enter_cell(self._plan, self._bounds)

    def fork(self, run: Callable[[], None]) -> None:
        """Start the first process of the namespace, which starts the cell's."""
        self._told, tell = os.pipe()
        self._init = os.fork()
        if self._init == 0:
            _be_init(tell, run)
        os.close(tell)

    def has_ended(self) -> bool:
        """Tell whether the namespace is gone."""
        with suppress(ChildProcessError):
            if self.remains.reap(self._init, first=self._init, block=False):
                self._take_code()
        return self.remains.wait_code is not None

    def measure(self) -> Usage:
        """Return what the cell uses."""
        members = list_everybody(but=(1,))
        usage = measure_processes(members, memory_mib=self._bounds.memory_mib)
        return _add_file_system(usage, BOX)

    def end(self) -> None:
        """Kill the first process; the kernel lets it go only after all others."""
        if self.remains.wait_code is None:
            os.kill(self._init, signal.SIGKILL)
            self.remains.reap(self._init, first=self._init, block=True)
            self._take_code()

    def remove(self) -> None:
        """Do nothing: the file system ends with the namespace."""

    def _take_code(self) -> None:
        told = os.read(self._told, WAIT_CODE.size)
        # It says nothing where it was killed before the cell had ended.
        if told:
            (self.remains.wait_code,) = WAIT_CODE.unpack(told)


def make_enclosure(plan: Plan, order: Order) -> Enclosure:
    """Return what the tier holds its cells in."""
    return (NamespaceEnclosure if plan.has_namespaces else TreeEnclosure)(plan, order)


def _be_init(tell: int, run: Callable[[], None]) -> NoReturn:
    """Start the cell, reap what becomes an orphan, and end the namespace with the cell."""
    set_process_option(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Whoever is the same user inside could read its memory otherwise.
    set_process_option(PR_SET_DUMPABLE, 0)
    signal.set_wakeup_fd(-1)
    pid = os.fork()
    if pid == 0:
        run()
    close_all_but({tell})
    drop_capabilities()
    while True:
        ended, wait_code = os.wait()
        if ended == pid:
            os.write(tell, WAIT_CODE.pack(wait_code))
            os._exit(0)


def _add_file_system(usage: Usage, folder: str) -> Usage:
    facts = os.statvfs(folder)
    used = (facts.f_blocks - facts.f_bfree) * facts.f_frsize / MIB
    return replace(usage, disk_mib=used, files=facts.f_files - facts.f_ffree - FIRST_FILES)

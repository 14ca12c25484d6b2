"""Tiers: one zygote that forks all cells, or one interpreter for each cell, started ahead."""

import itertools
import os
import stat
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from pytest_modelbench.confined.plan import Order, Plan
from pytest_modelbench.confined.rlimits import Bounds
from pytest_modelbench.confined.tidy import remove_folder
from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.base import Limits
from pytest_modelbench.sandbox.cells import LeashedCell
from pytest_modelbench.sandbox.zygotes import ZygoteProcess

__all__ = ["ForkingTier", "Users", "WarmTier", "can_be_passed", "make_folder"]

# Started ahead; each takes about 15 MB.
WARM_CELLS = 2
PASS_ONLY = 0o711
# Where the folder for temporary files is for root alone.
EVERYBODYS = "/tmp"  # noqa: S108  a folder of our own is made in it


class Users:
    """Numbers of users: as root, each cell is another one.

    So none can reach another, and each has its own count of processes.
    """

    def __init__(self, first: int) -> None:
        """Begin to count.

        Args:
            first: The first number; 0 where cells stay who they are.
        """
        self._first = first
        self._taken: set[int] = set()
        self._lock = threading.Lock()

    def take(self) -> int:
        """Return a number that no living cell has."""
        if not self._first:
            return 0
        with self._lock:
            uid = next(uid for uid in itertools.count(self._first) if uid not in self._taken)
            self._taken.add(uid)
        return uid

    def give_back(self, uid: int) -> None:
        """Let a later cell have the number."""
        with self._lock:
            self._taken.discard(uid)


class ForkingTier:
    """Cells are forks of one zygote.

    Attributes:
        name: `userns`, `landlock` or `none`.
    """

    def __init__(self, plan: Plan, *, prefix: Sequence[str] = ()) -> None:
        """Start the zygote and wait for it.

        Args:
            plan: What all cells have in common.
            prefix: A command in front of the interpreter.

        Raises:
            SandboxError: It cannot confine on this machine.
        """
        self.name = plan.tier
        # Cells with a file system of their own need none.
        self._folder = "" if plan.has_namespaces else make_folder()
        self._users = Users(0 if plan.has_namespaces else plan.spare_uid)
        self._numbers = itertools.count()
        try:
            self._zygote = ZygoteProcess(replace(plan, folder=self._folder), prefix=prefix)
            self._zygote.confirm()
        except SandboxError:
            self._remove()
            raise

    def start_cell(self, entry: str, limits: Limits, *, may_fork: bool) -> LeashedCell:
        """Start a confined process that runs an entry on its channel.

        Raises:
            SandboxError: It could not be started.
        """
        uid = self._users.take()
        order = _make_order(entry, limits, may_fork=may_fork, uid=uid, number=next(self._numbers))
        return self._zygote.start_cell(order, on_end=lambda: self._users.give_back(uid))

    def close(self) -> None:
        """Kill every cell, and what starts them."""
        self._zygote.close()
        self._remove()

    def _remove(self) -> None:
        # Empty already, unless what starts cells was killed.
        if self._folder:
            remove_folder(self._folder)


class WarmTier:
    """Each cell has an interpreter of its own, inside of a command that confines it.

    Attributes:
        name: `bwrap` or `seatbelt`.
    """

    def __init__(
        self, plan: Plan, make_prefix: Callable[[Limits], tuple[str, ...]], *, warm: Limits
    ) -> None:
        """Start the first ones, and wait for one.

        Args:
            plan: What all cells have in common.
            make_prefix: Returns the command in front of the interpreter.
            warm: For what to start cells ahead: others of the same size of disk can have them.

        Raises:
            SandboxError: It cannot confine on this machine.
        """
        self.name = plan.tier
        self._plan = plan
        self._make_prefix = make_prefix
        self._warm_limits = warm
        self._users = Users(plan.spare_uid)
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._is_closed = False
        self._warm: deque[ZygoteProcess] = deque()
        self._used: list[ZygoteProcess] = []
        first = self._launch(warm)
        first.confirm()
        self._warm.append(first)

    def start_cell(self, entry: str, limits: Limits, *, may_fork: bool) -> LeashedCell:
        """Start a confined process that runs an entry on its channel.

        Raises:
            SandboxError: It could not be started.
        """
        uid = self._users.take()
        order = _make_order(entry, limits, may_fork=may_fork, uid=uid, number=next(self._numbers))
        zygote = self._take(limits)
        return zygote.start_cell(order, on_end=lambda: self._users.give_back(uid))

    def close(self) -> None:
        """Kill every cell, and what starts them."""
        with self._lock:
            self._is_closed = True
            processes = [*self._warm, *self._used]
            self._warm.clear()
            self._used.clear()
        for process in processes:
            process.hang_up()
        for process in processes:
            process.close()
        if self._plan.folder:
            remove_folder(self._plan.folder)

    def _take(self, limits: Limits) -> ZygoteProcess:
        """Return an interpreter that waits, and start another for the next cell."""
        with self._lock:
            if self._is_closed:
                raise SandboxError("the sandbox is closed")
            self._drop_ended()
            fits = limits.disk_mib == self._warm_limits.disk_mib
            taken = self._warm.popleft() if fits and self._warm else self._launch(limits)
            self._used.append(taken)
            while len(self._warm) < WARM_CELLS:
                self._warm.append(self._launch(self._warm_limits))
        # Those started ahead have said so long ago.
        taken.confirm()
        return taken

    def _drop_ended(self) -> None:
        for process in list(self._used):
            if process.has_ended():
                process.close()
                self._used.remove(process)

    def _launch(self, limits: Limits) -> ZygoteProcess:
        return ZygoteProcess(self._plan, prefix=self._make_prefix(limits))


def make_folder() -> str:
    """Make a folder for the workspaces of cells, which every user may pass, but not list."""
    parent = tempfile.gettempdir()
    if os.getuid() == 0 and not can_be_passed(parent):
        parent = EVERYBODYS
    folder = tempfile.mkdtemp(prefix="modelbench-", dir=parent)
    Path(folder).chmod(PASS_ONLY)
    return folder


def can_be_passed(folder: str) -> bool:
    """Tell whether every user may reach what is in a folder."""
    path = Path(folder).resolve()
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


def _make_order(entry: str, limits: Limits, *, may_fork: bool, uid: int, number: int) -> Order:
    bounds = Bounds(
        cpu_s=limits.cpu_s,
        memory_mib=limits.memory_mib,
        processes=limits.processes,
        disk_mib=limits.disk_mib,
        files=limits.files,
    )
    return Order(entry=entry, may_fork=may_fork, bounds=bounds, uid=uid, name=f"cell-{number}")

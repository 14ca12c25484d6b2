"""A bare interpreter with everything imported that cells need: each cell is a fork of it.

It is started by the host with a clean environment, never as a fork of the host. It reads its plan
and then orders from a socket, whose end is its own.
"""

import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from pytest_modelbench.confined.entries import ENTRIES
from pytest_modelbench.confined.kernel import close_all_but, set_process_option
from pytest_modelbench.confined.namespaces import enter_zygote, make_root, try_cell, uncover_proc
from pytest_modelbench.confined.plan import (
    LENGTH,
    Order,
    Plan,
    read_message,
    unpack_order,
    unpack_plan,
)
from pytest_modelbench.confined.probes import PROBES
from pytest_modelbench.confined.supervisor import supervise
from pytest_modelbench.confined.tidy import remove_folder
from pytest_modelbench.confined.watch import count_processes_of, find_children

__all__ = ["main"]

PR_SET_CHILD_SUBREAPER = 36
# Processes that a cell may start between two looks of its watch.
SPARE_PROCESSES = 16
# For what else the same user does meanwhile.
SPARE_SHARED_PROCESSES = 128
COUNTED_FOR_S = 2.0
FAILED = 71

KNOWN: Mapping[str, Callable[[socket.socket], None]] = {**ENTRIES, **PROBES}


def main(control_descriptor: int, host: int) -> None:
    """Read the plan, enter what it asks for, say that all is well, and serve.

    Args:
        control_descriptor: The socket to the host.
        host: Becomes readable when the host's process is gone; -1 where there is no such thing.
    """
    control = socket.socket(fileno=control_descriptor)
    message = read_message(control)
    if message is None:
        return
    plan = unpack_plan(message[0])
    try:
        if plan.tier == "userns":
            _enter_namespaces(plan, {control_descriptor, host})
        elif plan.has_namespaces:
            uncover_proc()
            try_cell(plan)
        elif plan.tier == "bwrap" and _sees(host):
            # What ends a cell there kills every process it sees.
            raise OSError("bwrap started it among the processes of the host")
        elif sys.platform == "linux":
            # What a supervisor that was killed leaves behind comes here.
            set_process_option(PR_SET_CHILD_SUBREAPER, 1)
    except OSError as error:
        _say(control, error.strerror or str(error))
        os._exit(FAILED)
    _say(control, "")
    # Collections would copy every page that cells share with this process.
    gc.collect()
    gc.freeze()
    _Zygote(plan, control, host).serve()


def _sees(process: int) -> bool:
    """Tell whether a process, given by its descriptor, is in this namespace or below it."""
    try:
        facts = Path(f"/proc/self/fdinfo/{process}").read_text("ascii").split()
    except OSError:
        return True
    return "Pid:" not in facts or facts[facts.index("Pid:") + 1] != "0"


def _enter_namespaces(plan: Plan, kept: set[int]) -> None:
    enter_zygote(plan)
    pid = os.fork()
    if pid:
        # Nothing is left to do outside, but to be the child that the host waits for.
        os.closerange(0, 3)
        close_all_but(set())
        os.waitpid(pid, 0)
        os._exit(0)
    close_all_but(kept)
    make_root(plan)


class _Zygote:
    """Turns orders into supervisors of cells."""

    def __init__(self, plan: Plan, control: socket.socket, host: int) -> None:
        self._plan = plan
        self._control = control
        self._host = host
        self._supervisors: set[int] = set()
        self._counted_at = -COUNTED_FOR_S
        self._counted = 0
        # Nothing is written: supervisors see the end of this process.
        self._lifeline, self._life = os.pipe()

    def serve(self) -> None:
        """Take orders until the host is gone."""
        woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        poll = select.poll()
        for descriptor in (self._control.fileno(), self._host, woken):
            if descriptor >= 0:
                poll.register(descriptor, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if self._host in ready:
                break
            if woken in ready:
                os.read(woken, LENGTH.size)
                self._reap()
            if self._control.fileno() in ready and not self._take_order():
                break
        if self._plan.folder:
            self._remove_folder()
        os._exit(0)

    def _remove_folder(self) -> None:
        """Let the supervisors end, and wait until they have left nothing."""
        os.close(self._life)
        while self._supervisors:
            self._reap(block=True)
        remove_folder(self._plan.folder)

    def _take_order(self) -> bool:
        """Start a supervisor; tell whether there may be more orders."""
        message = read_message(self._control)
        if message is None:
            return False
        raw, (channel, leash) = message
        order = unpack_order(raw)
        user_processes = self._find_most_processes(order)
        pid = 0 if self._plan.is_single else os.fork()
        if pid == 0:
            # The only supervisor hears of the end of the host itself.
            own = self._control.fileno() if self._plan.is_single else self._lifeline
            lifelines = [own, *([self._host] if self._host >= 0 else [])]
            close_all_but({channel, leash, *lifelines})
            supervise(
                plan=self._plan,
                order=order,
                entry=KNOWN[order.entry],
                channel=channel,
                leash=leash,
                lifelines=lifelines,
                user_processes=user_processes,
            )
        self._supervisors.add(pid)
        os.close(channel)
        os.close(leash)
        return True

    def _find_most_processes(self, order: Order) -> int:
        """Return how many processes the cell's user may have."""
        own = order.bounds.processes + SPARE_PROCESSES
        if order.uid or self._plan.tier in {"userns", "bwrap"}:
            return own
        # Everything else of that user counts as well.
        now = time.monotonic()
        if now - self._counted_at > COUNTED_FOR_S:
            self._counted_at, self._counted = now, count_processes_of(os.getuid())
        return own + self._counted + SPARE_SHARED_PROCESSES

    def _reap(self, *, block: bool = False) -> None:
        with suppress(ChildProcessError):
            while pid := os.waitpid(-1, 0 if block else os.WNOHANG)[0]:
                self._supervisors.discard(pid)
                block = False
        # Orphans: their supervisor was killed, and can no longer end them.
        for pid in set(find_children(os.getpid())) - self._supervisors:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _say(control: socket.socket, problem: str) -> None:
    raw = problem.encode("utf-8", "replace")
    with suppress(OSError):
        control.sendall(LENGTH.pack(len(raw)) + raw)

"""One process beside each cell: starts it, watches it, and leaves nothing of it.

It ends the cell when the host asks for it, when the host is gone, and when the cell uses too
much. It is not confined itself, and reads nothing that the cell wrote.
"""

import json
import os
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from pytest_modelbench.confined.enclosures import Enclosure, Remains, make_enclosure
from pytest_modelbench.confined.inside import Entry, become_cell
from pytest_modelbench.confined.namespaces import mount_own_proc
from pytest_modelbench.confined.plan import Order, Plan
from pytest_modelbench.confined.watch import Usage, find_excess

__all__ = ["supervise"]

WATCH_EVERY_S = 0.05
# A look that takes long, at many files for instance, may take this part of the time.
WATCH_SHARE = 0.1
MOST_SAID_BYTES = 4096
MS_PER_S = 1000
# What the kernel's own limits end a process with.
OVERUSE_SIGNALS: Mapping[int, str] = {signal.SIGXCPU: "cpu", signal.SIGXFSZ: "disk"}


def supervise(
    *,
    plan: Plan,
    order: Order,
    entry: Entry,
    channel: int,
    leash: int,
    lifelines: Sequence[int],
    user_processes: int,
) -> NoReturn:
    """Start a cell, stay until nothing is left of it, and say on the leash how it ended.

    Args:
        channel: For the entry.
        leash: Two lines of JSON go out here; its end is the wish that the cell ends.
        lifelines: Become readable when the host's process or the zygote is gone, or closes.
        user_processes: As for `set_bounds`.
    """
    enclosure = make_enclosure(plan, order)
    woken = _wake_on_children()
    peak_mib = 0.0
    overused = ""

    def run(ready: int) -> None:
        if plan.has_namespaces:
            mount_own_proc()
        become_cell(
            plan=plan,
            order=order,
            entry=entry,
            channel=channel,
            ready=ready,
            user_processes=user_processes,
        )

    problem = _start(enclosure, run)
    os.close(channel)
    if problem:
        _say(leash, {"failed": problem})
    else:
        _say(leash, {"ready": True})
        overused, peak_mib = _watch(enclosure, order, {leash, *lifelines}, woken)
    # Before the end: what ran full between two looks is seen now at the latest.
    last = Usage() if problem else enclosure.measure()
    enclosure.end()
    remains = enclosure.remains
    # A namespace that is killed does not tell what its processes had used.
    remains.cpu_s = max(remains.cpu_s, last.all_cpu_s)
    remains.peak_mib = max(remains.peak_mib, peak_mib, last.memory_mib)
    ending = _describe(remains, overused or find_excess(last, order.bounds), order)
    enclosure.remove()
    # Where what started it is gone, the cell may have ended for that alone: to say how it ended
    # would make a crash of it. Without a word the host knows that it was lost.
    if not _are_ended(lifelines):
        _say(leash, ending)
    os._exit(0)


def _start(enclosure: Enclosure, run: Callable[[int], None]) -> str:
    """Start the first process; return why it could not be confined, "" where it was."""
    ready, tell = os.pipe()
    try:
        enclosure.prepare()
        enclosure.fork(lambda: run(tell))
    except OSError as error:
        return str(error)
    os.close(tell)
    with os.fdopen(ready, "rb") as told:
        return told.read(MOST_SAID_BYTES).decode("utf-8", "replace")


def _watch(enclosure: Enclosure, order: Order, ends: set[int], woken: int) -> tuple[str, float]:
    """Wait until the cell has ended or has to; return what it used too much of, and its peak."""
    poll = select.poll()
    for descriptor in (*ends, woken):
        poll.register(descriptor, select.POLLIN)
    peak_mib = 0.0
    wait_s = WATCH_EVERY_S
    due_at = time.monotonic() + wait_s
    while not enclosure.has_ended():
        left_s = due_at - time.monotonic()
        ready = {descriptor for descriptor, _ in poll.poll(max(0.0, left_s) * MS_PER_S)}
        if ready & ends:
            break
        if woken in ready:
            os.read(woken, MOST_SAID_BYTES)
        started_at = time.monotonic()
        if started_at < due_at:
            continue
        usage = enclosure.measure()
        peak_mib = max(peak_mib, usage.memory_mib)
        overused = find_excess(usage, order.bounds)
        if overused:
            return overused, peak_mib
        now = time.monotonic()
        due_at = now + max(WATCH_EVERY_S, (now - started_at) / WATCH_SHARE)
    return "", peak_mib


def _are_ended(lifelines: Sequence[int]) -> bool:
    poll = select.poll()
    for descriptor in lifelines:
        poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


def _describe(remains: Remains, overused: str, order: Order) -> dict[str, object]:
    code = remains.wait_code
    killed = os.WTERMSIG(code) if code is not None and os.WIFSIGNALED(code) else 0
    if code is None:
        killed = signal.SIGKILL
    if not overused:
        overused = OVERUSE_SIGNALS.get(int(killed), "")
    if not overused and killed == signal.SIGKILL and remains.cpu_s > order.bounds.cpu_s:
        overused = "cpu"
    return {
        "exit_code": os.WEXITSTATUS(code) if code is not None and os.WIFEXITED(code) else None,
        "signal": int(killed),
        "overused": overused,
        "cpu_s": remains.cpu_s,
        "peak_mib": remains.peak_mib,
    }


def _wake_on_children() -> int:
    """Return a descriptor that becomes readable when a child has ended."""
    woken, wake = os.pipe()
    os.set_blocking(woken, False)
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    # Without a handler of Python's own nothing is written.
    signal.signal(signal.SIGCHLD, _ignore)
    return woken


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: being woken is enough."""


def _say(leash: int, words: dict[str, object]) -> None:
    # Where the host is gone there is nobody to tell.
    with suppress(OSError):
        os.write(leash, json.dumps(words).encode() + b"\n")

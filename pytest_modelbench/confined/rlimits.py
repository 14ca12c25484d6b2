"""Limits that the kernel holds for each process of a cell."""

import math
import resource
import sys
from dataclasses import dataclass

__all__ = ["MAX_SHARED_BYTES", "MIB", "Bounds", "set_bounds"]

MIB = 1 << 20
STACK_BYTES = 8 * MIB
# Of one piece of shared memory without a file. It is never given back before the last page of it
# is unmapped, and nobody can see how much it takes: so each counts as this much.
MAX_SHARED_BYTES = MIB
DESCRIPTORS = 256
PENDING_SIGNALS = 256
# Address space costs nothing: thread stacks, arenas and mapped libraries take gigabytes of it.
SPARE_ADDRESSES_MIB = 4096
# Beyond the resident memory that ends a cell: what is promised, but not yet touched.
SPARE_DATA_MIB = 512


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What one cell may use.

    Attributes:
        cpu_s: Processor seconds of one process.
        memory_mib: Resident memory of all processes together.
        processes: Processes and threads together.
        disk_mib: Everything it writes.
        files: Files and folders it may make.
    """

    cpu_s: float
    memory_mib: int
    processes: int
    disk_mib: int
    files: int


def set_bounds(bounds: Bounds, *, user_processes: int) -> None:
    """Set the limits of this process and all it starts; none of them can be raised again.

    They end what the watch is too slow for. So they are a little above what the watch allows:
    then it is the watch that ends a cell, and knows why.

    Args:
        user_processes: Processes and threads that this user may have, other cells' included.
    """
    cpu_s = max(1, math.ceil(bounds.cpu_s))
    data_mib = bounds.memory_mib + SPARE_DATA_MIB
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu_s, cpu_s + 1),
        (resource.RLIMIT_AS, *[(bounds.memory_mib + SPARE_ADDRESSES_MIB) * MIB] * 2),
        (resource.RLIMIT_DATA, *[data_mib * MIB + bounds.processes * STACK_BYTES] * 2),
        (resource.RLIMIT_FSIZE, *[bounds.disk_mib * MIB] * 2),
        (resource.RLIMIT_NOFILE, DESCRIPTORS, DESCRIPTORS),
        (resource.RLIMIT_NPROC, user_processes, user_processes),
        (resource.RLIMIT_STACK, STACK_BYTES, STACK_BYTES),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
    ):
        _set(kind, soft, hard)
    if sys.platform == "linux":
        _set(resource.RLIMIT_MSGQUEUE, 0, 0)
        _set(resource.RLIMIT_SIGPENDING, PENDING_SIGNALS, PENDING_SIGNALS)
        _set(resource.RLIMIT_NICE, 0, 0)
        _set(resource.RLIMIT_RTPRIO, 0, 0)


def _set(kind: int, soft: int, hard: int) -> None:
    """Set a limit, unless a lower one is set already, which could not be raised."""
    _, highest = resource.getrlimit(kind)
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(kind, (soft, hard))

"""What the processes of a cell use, as /proc tells it."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pytest_modelbench.confined.rlimits import MAX_SHARED_BYTES, MIB, Bounds

__all__ = [
    "Usage",
    "count_processes_of",
    "find_children",
    "find_descendants",
    "find_excess",
    "list_everybody",
    "measure_processes",
    "measure_unlinked",
]

PROC = Path("/proc")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
KIB = 1024
BLOCK_BYTES = 512
# What stands behind the name of a mapped file that has none any more.
GONE = b" (deleted)"
# What is mapped to be shared, but of no file.
SHARED, NAMED_SHARED = b" /dev/zero (deleted)", b" [anon_shmem:"
MAX_MAPS_BYTES = 512 * KIB
# No file has it.
NO_FILE = 0
# Positions after the name of the process, which may contain anything.
STATE, USER_TICKS, SYSTEM_TICKS, THREADS, RESIDENT_PAGES = 0, 11, 12, 17, 21


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What is used at one moment.

    Attributes:
        cpu_s: Processor seconds of the process that used most.
        all_cpu_s: Processor seconds of all processes together, those that have ended left out.
        memory_mib: Resident memory of all processes together.
        processes: Processes and threads together.
        disk_mib: What is written.
        files: How many files and folders there are.
    """

    cpu_s: float = 0.0
    all_cpu_s: float = 0.0
    memory_mib: float = 0.0
    processes: int = 0
    disk_mib: float = 0.0
    files: int = 0


def find_excess(usage: Usage, bounds: Bounds) -> str:
    """Return the name of what is used too much of; "" where nothing is."""
    for name in ("processes", "memory_mib", "disk_mib", "files", "cpu_s"):
        if getattr(usage, name) > getattr(bounds, name):
            return name.partition("_")[0]
    return ""


def count_processes_of(uid: int) -> int:
    """Return how many processes and threads a user has."""
    threads = 0
    for pid in list_everybody(but=()):
        with suppress(OSError):
            if (PROC / str(pid)).stat().st_uid == uid:
                threads += len(_list_names(PROC / str(pid) / "task"))
    return threads


def find_children(pid: int) -> list[int]:
    """Return the children of a process, of all its threads."""
    children: list[int] = []
    for thread in _list_names(PROC / str(pid) / "task"):
        with suppress(OSError):
            text = (PROC / str(pid) / "task" / thread / "children").read_text("ascii")
            children += [int(word) for word in text.split()]
    return children


def find_descendants(pid: int) -> list[int]:
    """Return the processes below one, those included whose parent has died."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = find_children(waiting.pop())
        found += children
        waiting += children
    return found


def list_everybody(*, but: Iterable[int]) -> list[int]:
    """Return all processes of this namespace."""
    left_out = set(but)
    names = _list_names(PROC)
    pids = (int(name) for name in names if name.isdigit())
    return [pid for pid in pids if pid not in left_out]


def measure_processes(pids: Iterable[int], *, memory_mib: float) -> Usage:
    """Add up what processes use; one that ends meanwhile uses nothing.

    Args:
        memory_mib: Beyond it the sum is made again without counting shared pages twice, which
            takes longer.
    """
    times_s, resident, threads = [0.0], 0, 0
    alive = []
    shared: set[int] = set()
    for pid in pids:
        with suppress(OSError, ValueError, IndexError):
            text = (PROC / str(pid) / "stat").read_text("ascii", "replace")
            fields = text[text.rindex(")") + 2 :].split()
            ticks = int(fields[USER_TICKS]) + int(fields[SYSTEM_TICKS])
            times_s.append(ticks / TICKS_PER_S)
            pages = int(fields[RESIDENT_PAGES])
            if fields[STATE] == "Z":
                pages = _read_threads_pages(pid)
            resident += pages * PAGE_BYTES
            threads += int(fields[THREADS])
            alive.append(pid)
            shared |= _find_shared(_read_living_maps(pid))
    # They keep what was written into them, resident or not, as long as a page is mapped.
    shared_mib = len(shared) * MAX_SHARED_BYTES / MIB
    if NO_FILE in shared:
        shared_mib += memory_mib
    used_mib = resident / MIB + shared_mib
    if used_mib > memory_mib and len(alive) > 1:
        used_mib = sum(_read_share_mib(pid) for pid in alive) + shared_mib
    return Usage(cpu_s=max(times_s), all_cpu_s=sum(times_s), memory_mib=used_mib, processes=threads)


def _read_threads_pages(pid: int) -> int:
    """Return the resident pages of a process whose first thread has ended, while others go on.

    It looks like one that is dead, and has no memory of its own any more.
    """
    for thread in _list_names(PROC / str(pid) / "task"):
        with suppress(OSError, ValueError):
            text = (PROC / str(pid) / "task" / thread / "statm").read_text("ascii")
            if pages := int(text.split()[1]):
                return pages
    return 0


def measure_unlinked(pids: Iterable[int], *, folder: str, most_bytes: int) -> int:
    """Return the bytes on disk of files without a name that processes hold open or mapped.

    Args:
        pids: The processes.
        folder: Where they can have made such files.
        most_bytes: What one counts as that is mapped but not open, since nobody can ask for its
            size; and a process that has more mapped than honest ones do.
    """
    sizes: dict[tuple[int, int], int] = {}
    mapped: set[int] = set()
    for pid in pids:
        # Any thread knows it, but not one that has ended, as the first may have.
        for thread in _list_names(PROC / str(pid) / "task"):
            place = PROC / str(pid) / "task" / thread
            opened = _list_names(place / "fd")
            for name in opened:
                with suppress(OSError):
                    facts = (place / "fd" / name).stat()
                    if stat.S_ISREG(facts.st_mode) and facts.st_nlink == 0:
                        sizes[facts.st_dev, facts.st_ino] = facts.st_blocks * BLOCK_BYTES
            maps = _read_maps(place)
            mapped |= _find_unlinked(maps, folder)
            if opened or maps:
                break
    # The device is not always called the same in both places.
    hidden = mapped - {number for _device, number in sizes}
    return sum(sizes.values()) + most_bytes * len(hidden)


def _read_maps(place: Path) -> bytes:
    """Return what is mapped, or a little more than is looked at; nothing of an ended thread."""
    try:
        with (place / "maps").open("rb") as file:
            return file.read(MAX_MAPS_BYTES + 1)
    except OSError:
        return b""


def _read_living_maps(pid: int) -> bytes:
    """Return what a process has mapped, of any thread that has not ended."""
    for thread in _list_names(PROC / str(pid) / "task"):
        if maps := _read_maps(PROC / str(pid) / "task" / thread):
            return maps
    return b""


def _find_shared(maps: bytes) -> set[int]:
    """Return the numbers of what is mapped to be shared, but of no file; with `NO_FILE` if more."""
    found = {NO_FILE} if len(maps) > MAX_MAPS_BYTES else set()
    for line in maps.split(b"\n"):
        if line.endswith(SHARED) or NAMED_SHARED in line:
            _addresses, rights, _offset, _device, number, _path = line.split(maxsplit=5)
            if rights.endswith(b"s"):
                found.add(int(number))
    return found


def _find_unlinked(maps: bytes, folder: str) -> set[int]:
    """Return the numbers of mapped files of a folder that have no name any more."""
    # Reading more would take so long that the watch saw nothing else.
    found = {NO_FILE} if len(maps) > MAX_MAPS_BYTES else set()
    start = f" {folder}/".encode()
    for line in maps.split(b"\n"):
        if line.endswith(GONE) and start in line:
            _addresses, _rights, _offset, _device, number, _path = line.split(maxsplit=5)
            found.add(int(number))
    return found


def _list_names(folder: Path) -> list[str]:
    """Return what is in a folder of /proc; nothing where its process, or all of /proc, is not."""
    try:
        return os.listdir(folder)  # noqa: PTH208  paths for all of /proc would take long
    except OSError:
        return []


def _read_share_mib(pid: int) -> float:
    """Return the memory of a process, each shared page divided among those who share it."""
    with suppress(OSError, ValueError):
        for line in (PROC / str(pid) / "smaps_rollup").read_text("ascii", "replace").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * KIB / MIB
    with suppress(OSError, ValueError):
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE_BYTES / MIB
    return 0.0

"""What the kernel tells about processes that bear a mark in their name, while they attack."""

# ruff: noqa: PTH115, PTH116, PTH208 - /proc is read hundreds of times a second, and paths are slow

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.sandbox.attacks_house import House

MIB = 1 << 20
MUCH_MEMORY = 256 * MIB
PAGE = os.sysconf("SC_PAGESIZE")
POLL_S = 0.008
WEIGH_S = 0.03
MANY_NAMES = 500
SPACES = ("user", "mnt", "net", "pid", "ipc", "uts", "cgroup")
# Those that a process can count on to end what runs away.
BOUNDED = ("Max cpu time", "Max address space", "Max file size", "Max open files", "Max core")
HARMLESS = re.compile(r"anon_inode:\[(event|timer|signal)")
O_PATH = 0o10000000


@dataclass
class Sightings:
    """The worst that was seen of an attack.

    Attributes:
        stages: `s` it was about to begin, `r` it ran, `h` it was over.
        pids: Every process that bore the mark.
        uid: User it ran as.
        processes: At one time.
        threads: At one time.
        memory_mib: Resident, of all together, and what they hold in files without a name.
        disk_mib: In the folder they work in, in others of their own, and in unlinked files.
        files: In the folder they work in.
        odd: Facts that no confined process has, each with what was seen.
    """

    stages: set[str] = field(default_factory=set)
    pids: set[int] = field(default_factory=set)
    uid: int = -1
    processes: int = 0
    threads: int = 0
    memory_mib: float = 0
    disk_mib: float = 0
    files: int = 0
    odd: dict[str, str] = field(default_factory=dict)
    _due_at: float = 0.0
    _spaces: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def look(self, mark: str, house: House, at_hold: Callable[[], None]) -> None:
        """Look once; let those go on that wait for it."""
        seen = list_marked(mark)
        self.pids |= set(seen)
        self.processes = max(self.processes, len(seen))
        threads, memory, disk = 0, 0, 0
        weighs = time.monotonic() >= self._due_at
        for pid in seen if weighs else ():
            threads += _count_threads(pid)
            memory += _count_memory(pid)
            disk += self._count_files(pid)
        if weighs:
            self._due_at = time.monotonic() + WEIGH_S
        self.threads = max(self.threads, threads)
        if memory > MUCH_MEMORY and len(seen) > 1:
            # Forks share most of it.
            memory = sum(map(_count_share, seen))
        self.memory_mib = max(self.memory_mib, memory / MIB)
        self.disk_mib = max(self.disk_mib, disk / MIB)
        for pid, name in seen.items():
            stage = name[len(mark) :]
            self.stages.add(stage)
            if stage in {"s", "h"}:
                self._inspect(pid, house)
                if stage == "h":
                    at_hold()
                with suppress(OSError):
                    os.kill(pid, signal.SIGURG)

    def _inspect(self, pid: int, house: House) -> None:
        with suppress(OSError):
            self._inspect_record(pid, house)
        with suppress(OSError):
            spaces = tuple(os.readlink(f"/proc/{pid}/ns/{kind}") for kind in SPACES)
            if self._spaces.setdefault(pid, spaces) != spaces:
                self.odd["namespaces"] = f"{self._spaces[pid]} became {spaces}"
        with suppress(OSError):
            for entry in os.scandir(f"/proc/{pid}/fd"):
                with suppress(OSError):
                    link = os.readlink(entry.path)
                    if _is_foreign(link, house) and not _is_mere_path(pid, entry.name):
                        self.odd["descriptors"] = f"{entry.name}: {link}"
        if house.is_locked_by(pid):
            self.odd["locks"] = "a file of the host"
        if house.tracer() == pid:
            self.odd["traced"] = "the victim"

    def _inspect_record(self, pid: int, house: House) -> None:
        record = _read_record(pid)
        self.uid = int(record["Uid"].split()[1])
        wanted = {"NoNewPrivs": "1", "Seccomp": "2", "CapEff": "0" * 16, "CapPrm": "0" * 16}
        for name, value in wanted.items():
            if record[name] != value:
                self.odd["unbound"] = f"{name} {record[name]}"
        if int(record.get("VmLck", "0 kB").split()[0]) > 1024:
            self.odd["locked memory"] = record["VmLck"]
        for line in Path(f"/proc/{pid}/limits").read_text().splitlines():
            for name in BOUNDED:
                if line.startswith(name) and line[26:47].strip() == "unlimited":
                    self.odd["unlimited"] = name
        if os.getpriority(os.PRIO_PROCESS, pid) < house.priority:
            self.odd["priority"] = str(os.getpriority(os.PRIO_PROCESS, pid))
        if os.sched_getscheduler(pid) not in {os.SCHED_OTHER, os.SCHED_BATCH, os.SCHED_IDLE}:
            self.odd["priority"] = "real time"
        if int(Path(f"/proc/{pid}/oom_score_adj").read_text()) < house.oom_score:
            self.odd["priority"] = "killed last"

    def _count_files(self, pid: int) -> int:
        used = 0
        with suppress(OSError):
            for count, entry in enumerate(os.scandir(f"/proc/{pid}/cwd/"), 1):
                self.files = max(self.files, count)
                # Many files are counted, few are weighed.
                if count < MANY_NAMES:
                    with suppress(OSError):
                        used += entry.stat(follow_symlinks=False).st_blocks * 512
        with suppress(OSError):
            for entry in os.scandir(f"/proc/{pid}/fd"):
                with suppress(OSError):
                    if os.readlink(entry.path).endswith("(deleted)"):
                        size = os.stat(entry.path).st_blocks * 512
                        if os.readlink(entry.path).startswith("/memfd:"):
                            self.memory_mib = max(self.memory_mib, _sum_memory_files(pid) / MIB)
                        else:
                            used += size
        return max(used, _sum_own_file_systems(pid))


def list_marked(mark: str) -> dict[int, str]:
    """Return the names of living processes that bear a mark, by their numbers."""
    found = {}
    # The newest first: some do not live long enough to be looked at last.
    for name in reversed(os.listdir("/proc")):
        if name.isdigit():
            with suppress(OSError):
                comm = Path(f"/proc/{name}/comm").read_bytes().rstrip(b"\n")
                if comm.startswith(mark.encode()) and not _is_dead(int(name)):
                    found[int(name)] = comm.decode("utf-8", "replace")
    return found


def wait_for_none(mark: str, patience_s: float, sure_s: float = 0.0) -> dict[int, str]:
    """Wait until no process bears the mark for a while; return those that still do after that."""
    found: dict[int, str] = {}
    begun_at = free_since = time.monotonic()
    while (now := time.monotonic()) - begun_at <= patience_s + sure_s:
        found = list_marked(mark)
        if not found and now - free_since >= sure_s:
            return {}
        if found:
            free_since = now
            if now - begun_at > patience_s:
                return found
        time.sleep(POLL_S / 4)
    return found


def sweep(mark: str) -> None:
    """Kill every process that bears the mark."""
    until = time.monotonic() + 8
    while (found := list_marked(mark)) and time.monotonic() < until:
        for pid in found:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)


def _is_dead(pid: int) -> bool:
    """A leader that ended while other threads go on is a zombie, too, but not dead."""
    state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    return state in {b"Z", b"X"} and len(os.listdir(f"/proc/{pid}/task")) == 1


def _read_record(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _count_threads(pid: int) -> int:
    with suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/task"))
    return 0


def _count_memory(pid: int) -> int:
    for path in (f"/proc/{pid}/statm", *_list_threads(pid)):
        with suppress(OSError):
            if pages := int(Path(path).read_text().split()[1]):
                return pages * PAGE
    return 0


def _count_share(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return _count_memory(pid)


def _list_threads(pid: int) -> list[str]:
    with suppress(OSError):
        return [f"/proc/{pid}/task/{name}/statm" for name in os.listdir(f"/proc/{pid}/task")]
    return []


def _sum_memory_files(pid: int) -> int:
    total = 0
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with suppress(OSError):
            if os.readlink(entry.path).startswith("/memfd:"):
                total += os.stat(entry.path).st_blocks * 512
    return total


def _sum_own_file_systems(pid: int) -> int:
    total = 0
    with suppress(OSError):
        if os.readlink(f"/proc/{pid}/ns/mnt") == os.readlink("/proc/self/ns/mnt"):
            return 0
        for line in Path(f"/proc/{pid}/mountinfo").read_text().splitlines():
            place, kind = line.split()[4], line.split(" - ")[1].split()[0]
            if kind == "tmpfs":
                with suppress(OSError):
                    facts = os.statvfs(f"/proc/{pid}/root{place}")
                    total += (facts.f_blocks - facts.f_bfree) * facts.f_frsize
    return total


def _is_foreign(link: str, house: House) -> bool:
    signs = ("anon_inode:", "/memfd:", str(house.folder), "/dev/tty", "/dev/pts")
    return link.startswith(signs) and not HARMLESS.match(link)


def _is_mere_path(pid: int, number: str) -> bool:
    """Say whether a descriptor stands for a place, and cannot be read or written."""
    text = Path(f"/proc/{pid}/fdinfo/{number}").read_text()
    return bool(int(text.partition("flags:")[2].split()[0], 8) & O_PATH)

import ctypes
import mmap
import os
import subprocess
import sys
import tempfile
import time

import pytest

from pytest_modelbench.confined.kernel import MACHINE
from pytest_modelbench.confined.rlimits import Bounds
from pytest_modelbench.confined.syscalls import NUMBERS
from pytest_modelbench.confined.watch import (
    Usage,
    count_processes_of,
    find_children,
    find_descendants,
    find_excess,
    list_everybody,
    measure_processes,
    measure_unlinked,
)

BOUNDS = Bounds(cpu_s=1.5, memory_mib=100, processes=8, disk_mib=10, files=50)
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")


@pytest.mark.parametrize(
    ("usage", "excess"),
    [
        (Usage(), ""),
        (Usage(cpu_s=1.5, memory_mib=100, processes=8, disk_mib=10, files=50), ""),
        (Usage(cpu_s=1.6), "cpu"),
        (Usage(memory_mib=100.1), "memory"),
        (Usage(processes=9), "processes"),
        (Usage(disk_mib=10.1), "disk"),
        (Usage(files=51), "files"),
        (Usage(all_cpu_s=20.0), ""),
    ],
)
def test_excess_has_a_name(usage, excess):
    assert find_excess(usage, BOUNDS) == excess


@pytest.fixture
def family():
    """A process with a child, both waiting."""
    script = (
        "import subprocess, sys; print(subprocess.Popen(['sleep', '30']).pid, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        yield parent.pid, child
        parent.kill()
        os.kill(child, 9)


@needs_proc
def test_descendants_are_found(family):
    parent, child = family

    found = find_children(parent), set(find_descendants(os.getpid())) >= {parent, child}

    assert found == ([child], True)


@needs_proc
def test_nobody_is_below_a_process_that_is_gone():
    gone = subprocess.Popen(["true"])
    gone.wait()

    assert (find_descendants(gone.pid), measure_processes([gone.pid], memory_mib=1)) == (
        [],
        Usage(),
    )


@needs_proc
def test_memory_time_and_threads_are_added_up(family):
    pids = [os.getpid(), *family]
    # Less than a tick of the kernel's clock would be rounded to nothing.
    while time.process_time() < 0.05:
        pass

    usage = measure_processes(pids, memory_mib=10_000)

    assert (usage.cpu_s > 0, usage.all_cpu_s >= usage.cpu_s) == (True, True)
    assert (usage.memory_mib > 10, usage.processes >= 3) == (True, True)


@needs_proc
def test_shared_pages_are_not_counted_twice(family):
    pids = [os.getpid(), *family]

    plain = measure_processes(pids, memory_mib=10_000).memory_mib
    shared = measure_processes(pids, memory_mib=0).memory_mib

    assert 0 < shared < plain


@needs_proc
def test_shared_memory_counts_as_long_as_a_page_of_it_is_mapped():
    before = measure_processes([os.getpid()], memory_mib=1 << 20).memory_mib
    pieces = [mmap.mmap(-1, 1 << 20) for _ in range(20)]

    during = measure_processes([os.getpid()], memory_mib=1 << 20).memory_mib

    assert (len(pieces), round(during - before)) == (20, 20)


def measure_own_unlinked(folder):
    return measure_unlinked([os.getpid()], folder=str(folder), most_bytes=7_000_000)


@needs_proc
def test_files_without_a_name_are_measured(tmp_path):
    before = measure_own_unlinked(tmp_path)
    with tempfile.TemporaryFile(dir=tmp_path) as file:
        file.write(b"x" * 1_000_000)
        file.flush()

        during = measure_own_unlinked(tmp_path)

    assert 1_000_000 <= during - before < 2_000_000


@needs_proc
@pytest.mark.parametrize(("stays_open", "counted"), [(True, 4096), (False, 7_000_000)])
def test_mapped_file_without_a_name_counts_as_the_most_unless_it_is_open(
    stays_open, counted, tmp_path
):
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    before = measure_own_unlinked(tmp_path)
    descriptor = os.open(tmp_path / "gone", os.O_RDWR | os.O_CREAT)
    (tmp_path / "gone").unlink()
    os.write(descriptor, b"x" * 4096)
    page = libc.mmap(None, ctypes.c_size_t(4096), 1, 1, descriptor, ctypes.c_long(0))
    kept = os.dup(descriptor) if stays_open else None
    os.close(descriptor)

    during = measure_own_unlinked(tmp_path)

    libc.munmap(ctypes.c_void_p(page), ctypes.c_size_t(4096))
    if kept is not None:
        os.close(kept)
    assert (during - before, measure_own_unlinked(tmp_path)) == (counted, before)


@needs_proc
def test_process_with_more_mapped_than_honest_ones_counts_as_the_most(tmp_path):
    before = measure_own_unlinked(tmp_path)
    room = mmap.mmap(-1, 40_000 * mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    start = ctypes.addressof(ctypes.c_char.from_buffer(room))
    for page in range(0, 40_000, 2):
        ctypes.CDLL(None).mprotect(
            ctypes.c_void_p(start + page * mmap.PAGESIZE), ctypes.c_size_t(mmap.PAGESIZE), 0
        )

    during = measure_own_unlinked(tmp_path)

    assert during - before == 7_000_000


@needs_proc
def test_files_of_a_process_whose_first_thread_has_ended_are_measured(tmp_path):
    script = """
import ctypes, os, threading
file = os.open("gone", os.O_RDWR | os.O_CREAT)
os.unlink("gone")
os.write(file, b"x" * 1_000_000)
leader = threading.main_thread().native_id
def say():
    while open(f"/proc/self/task/{leader}/stat").read().rpartition(")")[2].split()[0] != "Z":
        pass
    os.write(1, b"z")
    os.read(0, 1)
    os._exit(0)
threading.Thread(target=say).start()
ctypes.CDLL(None).syscall(ctypes.c_long(EXIT), ctypes.c_long(0))
""".replace("EXIT", str(NUMBERS[MACHINE]["exit"]))
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.read(1)

        used = measure_unlinked([process.pid], folder=str(tmp_path), most_bytes=1)

        process.kill()
    assert 1_000_000 <= used < 2_000_000


@needs_proc
def test_processes_are_listed_and_counted():
    everybody = list_everybody(but=(os.getpid(),))

    assert (os.getpid() in everybody, os.getppid() in everybody) == (False, True)
    assert count_processes_of(os.getuid()) >= 2

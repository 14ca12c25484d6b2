import os
import subprocess
import sys
import tempfile
import time

import pytest

from pytest_modelbench.confined.rlimits import Bounds
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
def test_files_without_a_name_are_measured():
    before = measure_unlinked([os.getpid()])
    with tempfile.TemporaryFile() as file:
        file.write(b"x" * 1_000_000)
        file.flush()

        during = measure_unlinked([os.getpid()])

    assert during - before >= 1_000_000


@needs_proc
def test_processes_are_listed_and_counted():
    everybody = list_everybody(but=(os.getpid(),))

    assert (os.getpid() in everybody, os.getppid() in everybody) == (False, True)
    assert count_processes_of(os.getuid()) >= 2

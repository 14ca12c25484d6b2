import errno
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from pytest_modelbench.confined.kernel import MACHINE
from pytest_modelbench.confined.seccomp import (
    ARCHITECTURES,
    INSTRUCTION,
    Filter,
    compile_filter,
    pack_filter,
)
from pytest_modelbench.confined.syscalls import ALLOWED, LAST_NUMBER, NUMBERS
from tests.unit.sandbox.packet_filter import Call, decide

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, EACCES, ENOSYS, ENOTTY, ENOTSUP, PRETEND = (
    ERROR | error
    for error in (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENOTTY, errno.ENOTSUP, 0)
)
OWN_PID = 4321
PYTHON = Filter(may_fork=False, may_signal=False, may_change_facts=False, own_pid=OWN_PID)
SHELL = Filter(may_fork=True, may_signal=True, may_change_facts=True, own_pid=OWN_PID)
BOTH = sorted(ARCHITECTURES)

# What is nowhere in the filter's tables, by the number it has on each architecture.
NAMELESS = {
    "x86_64": {
        "ptrace": 101,
        "process_vm_readv": 310,
        "io_uring_setup": 425,
        "unshare": 272,
        "setns": 308,
        "mount": 165,
        "chroot": 161,
        "keyctl": 250,
        "bpf": 321,
        "perf_event_open": 298,
        "userfaultfd": 323,
        "memfd_create": 319,
        "shmget": 29,
        "setpriority": 141,
        "sched_setaffinity": 203,
        "setresuid": 117,
        "capset": 126,
        "landlock_create_ruleset": 444,
        "pidfd_open": 434,
        "pidfd_send_signal": 424,
        "connect": 42,
        "bind": 49,
        "open_by_handle_at": 304,
        "inotify_add_watch": 254,
    },
    "aarch64": {
        "ptrace": 117,
        "process_vm_readv": 270,
        "io_uring_setup": 425,
        "unshare": 97,
        "setns": 268,
        "mount": 40,
        "chroot": 51,
        "keyctl": 219,
        "bpf": 280,
        "perf_event_open": 241,
        "userfaultfd": 282,
        "memfd_create": 279,
        "shmget": 194,
        "setpriority": 140,
        "sched_setaffinity": 122,
        "setresuid": 147,
        "capset": 91,
        "landlock_create_ruleset": 444,
        "pidfd_open": 434,
        "pidfd_send_signal": 424,
        "connect": 203,
        "bind": 200,
        "open_by_handle_at": 265,
        "inotify_add_watch": 27,
    },
}


def ask(wanted, machine, name, *arguments):
    number = {**NAMELESS[machine], **NUMBERS[machine]}[name]
    call = Call(architecture=ARCHITECTURES[machine], number=number, arguments=arguments)
    return decide(compile_filter(wanted, machine), call)


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize("wanted", [PYTHON, SHELL], ids=["python", "shell"])
def test_what_is_allowed_whatever_its_arguments_is_allowed(wanted, machine):
    program = compile_filter(wanted, machine)
    names = sorted(ALLOWED & NUMBERS[machine].keys())

    refused = [name for name in names if ask(wanted, machine, name) != ALLOW]

    assert refused == []
    assert len(program) < 4096


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize("name", sorted(NAMELESS["x86_64"]))
def test_what_reaches_out_is_refused(name, machine):
    assert {ask(wanted, machine, name) for wanted in (PYTHON, SHELL)} == {EPERM}


@pytest.mark.parametrize("machine", BOTH)
def test_every_number_is_decided_and_newer_ones_do_not_exist(machine):
    program = compile_filter(PYTHON, machine)
    calls = [Call(architecture=ARCHITECTURES[machine], number=number) for number in range(600)]

    decisions = {decide(program, call) for call in calls}
    newer = {decide(program, call) for call in calls[LAST_NUMBER + 1 :]}

    assert decisions <= {ALLOW, EPERM, EACCES, ENOSYS, ENOTTY, ENOTSUP, PRETEND}
    assert newer == {ENOSYS}


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize(
    ("architecture", "number"),
    [
        pytest.param(0x40000003, 11, id="int80"),
        pytest.param(0x40000028, 11, id="arm32"),
        pytest.param(None, 0x40000000, id="x32"),
        pytest.param(None, 0x40000029, id="x32-socket"),
        pytest.param(None, 0xFFFFFFFF, id="negative"),
    ],
)
def test_another_way_in_kills(architecture, number, machine):
    call = Call(architecture=architecture or ARCHITECTURES[machine], number=number)

    decision = decide(compile_filter(SHELL, machine), call)

    assert decision == KILL


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize(
    ("flags", "python", "shell"),
    [
        pytest.param(0x003D0F00, ALLOW, ALLOW, id="thread"),
        pytest.param(signal.SIGCHLD, EPERM, ALLOW, id="fork"),
        pytest.param(0x4111, EPERM, ALLOW, id="vfork"),
        pytest.param(0x10000011, EPERM, EPERM, id="new-user"),
        pytest.param(0x00020011, EPERM, EPERM, id="new-mounts"),
        pytest.param(0x20000011, EPERM, EPERM, id="new-pids"),
        pytest.param(0x40000011, EPERM, EPERM, id="new-net"),
        pytest.param(0x02000011, EPERM, EPERM, id="new-cgroup"),
        pytest.param(0x103D0F00, EPERM, EPERM, id="thread-in-new-user"),
        pytest.param(0x00008011, EPERM, EPERM, id="child-of-the-parent"),
        pytest.param(0x003D0B00, EPERM, EPERM, id="thread-with-own-descriptors"),
    ],
)
def test_clone_is_decided_by_its_flags(flags, python, shell, machine):
    decisions = ask(PYTHON, machine, "clone", flags), ask(SHELL, machine, "clone", flags)

    assert decisions == (python, shell)


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize("name", ["fork", "vfork", "execve", "execveat"])
def test_programs_start_only_where_they_may(name, machine):
    if name not in NUMBERS[machine]:
        assert (machine, name in {"fork", "vfork"}) == ("aarch64", True)
        return

    decisions = ask(PYTHON, machine, name), ask(SHELL, machine, name)

    assert decisions == (EPERM, ALLOW)


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize(
    ("name", "arguments", "decision"),
    [
        ("clone3", (), ENOSYS),
        ("socket", (2, 1, 0), EACCES),
        ("socket", (1, 1, 0), EACCES),
        ("socket", (16, 3, 0), EACCES),
        ("socketpair", (1, 1, 0), ALLOW),
        ("socketpair", (2, 1, 0), EACCES),
        ("prlimit64", (0, 7), ALLOW),
        ("prlimit64", (OWN_PID, 7), ALLOW),
        ("prlimit64", (1, 7), EPERM),
        ("fcntl", (3, 1), ALLOW),
        ("fcntl", (3, 8), EPERM),
        ("fcntl", (3, 10), EPERM),
        ("fcntl", (3, 15), EPERM),
        ("fcntl", (3, 1026), EPERM),
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), ENOTTY),
        ("ioctl", (0, 0x100005412), ENOTTY),
        ("ioctl", (0, 0x541C), ENOTTY),
        ("ioctl", (0, 0x8901), ENOTTY),
        ("ioctl", (0, 0x40086602), ENOTTY),
        ("mmap", (0, 1 << 40, 3, 0x22), ALLOW),
        ("mmap", (0, 1 << 40, 3, 1), ALLOW),
        ("mmap", (0, 1 << 20, 3, 0x21), ALLOW),
        ("mmap", (0, (1 << 20) + 1, 3, 0x21), ERROR | errno.ENOMEM),
        ("mmap", (0, (1 << 32) + 1, 3, 0x21), ERROR | errno.ENOMEM),
        ("mmap", (0, 1 << 21, 3, 0x23), ERROR | errno.ENOMEM),
        ("close_range", (3, 9, 0), ALLOW),
        ("close_range", (3, 9, 4), ALLOW),
        ("close_range", (3, 9, 2), ERROR | errno.EINVAL),
        ("close_range", (3, 9, 6), ERROR | errno.EINVAL),
        ("flock", (3, 2), PRETEND),
        ("prctl", (15, 0), ALLOW),
        ("prctl", (38, 1), ALLOW),
        ("prctl", (1, 0), EPERM),
        ("prctl", (4, 0), EPERM),
        ("prctl", (22, 0), EPERM),
        ("prctl", (24, 0), EPERM),
        ("prctl", (35, 0), EPERM),
        ("prctl", (36, 1), EPERM),
        ("prctl", (0x59616D61, 1), EPERM),
        ("seccomp", (1, 0), EPERM),
    ],
)
def test_arguments_decide(name, arguments, decision, machine):
    decisions = {ask(wanted, machine, name, *arguments) for wanted in (PYTHON, SHELL)}

    assert decisions == {decision}


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize(
    ("name", "pid", "decision"),
    [
        ("kill", OWN_PID, ALLOW),
        ("kill", 0, ALLOW),
        ("kill", -OWN_PID & 0xFFFFFFFF, ALLOW),
        ("kill", -1 & 0xFFFFFFFF, EPERM),
        ("kill", -1 & 0xFFFFFFFFFFFFFFFF, EPERM),
        ("kill", 1, EPERM),
        ("tgkill", OWN_PID, ALLOW),
        ("tgkill", 1, EPERM),
        ("tkill", OWN_PID, EPERM),
        ("rt_sigqueueinfo", OWN_PID, EPERM),
        ("rt_tgsigqueueinfo", OWN_PID, EPERM),
    ],
)
def test_signals_reach_only_oneself_where_nothing_else_confines_them(name, pid, decision, machine):
    decisions = ask(PYTHON, machine, name, pid), ask(SHELL, machine, name, pid)

    assert decisions == (decision, ALLOW)


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize("name", ["chmod", "fchmodat", "fchownat", "utimensat", "fsetxattr"])
def test_facts_of_files_seem_to_change_where_the_files_are_the_hosts(name, machine):
    if name not in NUMBERS[machine]:
        assert (machine, name) == ("aarch64", "chmod")
        return

    decisions = ask(PYTHON, machine, name), ask(SHELL, machine, name)

    assert decisions == (PRETEND, ALLOW)


@pytest.mark.parametrize("machine", BOTH)
@pytest.mark.parametrize("name", ["getxattr", "listxattr"])
def test_attributes_of_files_seem_not_to_exist_where_the_files_are_the_hosts(name, machine):
    decisions = ask(PYTHON, machine, name), ask(SHELL, machine, name)

    assert decisions == (ENOTSUP, ALLOW)


def test_the_own_number_is_in_the_filter_only():
    other = replace(PYTHON, own_pid=OWN_PID + 1)

    decisions = ask(PYTHON, "x86_64", "kill", OWN_PID), ask(other, "x86_64", "kill", OWN_PID)

    assert decisions == (ALLOW, EPERM)


def test_a_program_is_packed_as_the_kernel_has_it():
    packed = pack_filter([(0x15, 1, 2, 0xC000003E)])

    assert packed == INSTRUCTION.pack(0x15, 1, 2, 0xC000003E)
    assert packed.hex() == "150001023e0000c0"


@pytest.mark.skipif(sys.platform != "linux", reason="the filter is the Linux kernel's")
def test_the_kernel_takes_the_filter():
    # The kernel refuses programs that jump out of bounds, which no table of ours would show.
    script = f"""
import os
from pytest_modelbench.confined.kernel import set_process_option
from pytest_modelbench.confined.seccomp import *
set_process_option(38, 1)
wanted = Filter(may_fork=False, may_signal=False, may_change_facts=False, own_pid=os.getpid())
install_filter(pack_filter(compile_filter(wanted, {MACHINE!r})), {MACHINE!r})
import socket, threading
thread = threading.Thread(target=print, args=("thread",))
thread.start()
thread.join()
for forbidden in (os.fork, socket.socket):
    try:
        forbidden()
    except PermissionError as error:
        print(error.errno)
"""

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout.decode().split() == ["thread", str(errno.EPERM), str(errno.EACCES)]

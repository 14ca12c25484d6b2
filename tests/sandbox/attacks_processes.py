"""Attacks on other processes. Sent into the sandbox, behind the kit."""

# ruff: noqa: PLC0415, PTH123, SIM105 - it is sent: each function brings what it needs, and speaks to the system plainly

import os
import signal
import sys
import time

from tests.sandbox.attacks_kit import FACTS, LIBC, call, each, rename


def signal_victim():
    os.kill(FACTS["victim"], signal.SIGUSR1)


def signal_everybody():
    # Without a sandbox it is to reach the victim, not the machine.
    if os.getuid() == 0:
        os.setresuid(FACTS["uid"], FACTS["uid"], FACTS["uid"])
    os.kill(-1, signal.SIGURG)


def signal_by_descriptor():
    call("pidfd_send_signal", call("pidfd_open", FACTS["victim"], 0), int(signal.SIGUSR1), 0, 0)


def signal_by_ownership():
    """The kernel signals in the name of a file's owner; the owner may be anybody."""
    import fcntl

    here, there = os.pipe()
    fcntl.fcntl(here, fcntl.F_SETOWN, FACTS["victim"])
    fcntl.fcntl(here, 10, signal.SIGUSR1)
    fcntl.fcntl(here, fcntl.F_SETFL, fcntl.fcntl(here, fcntl.F_GETFL) | os.O_ASYNC)
    os.write(there, b"x")


def signal_by_socket_ownership():
    import fcntl
    import socket
    import struct

    left, right = socket.socketpair()
    fcntl.ioctl(left, 0x8901, struct.pack("i", FACTS["victim"]))
    fcntl.fcntl(left, 10, signal.SIGUSR1)
    fcntl.fcntl(left, fcntl.F_SETFL, fcntl.fcntl(left, fcntl.F_GETFL) | os.O_ASYNC)
    right.send(b"x")


def signal_by_queue():
    import ctypes

    room = (ctypes.c_int * 32)(int(signal.SIGUSR1), 0, -1)
    call("rt_tgsigqueueinfo", FACTS["victim"], FACTS["victim"], int(signal.SIGUSR1), room)


def change_limits_of_victim():
    import ctypes

    # Without a sandbox: as the victim's own user, who may.
    if os.getuid() == 0:
        os.setgroups([])
        os.setresgid(FACTS["uid"], FACTS["uid"], FACTS["uid"])
        os.setresuid(FACTS["uid"], FACTS["uid"], FACTS["uid"])
    pair = (ctypes.c_uint64 * 2)(123, 124)
    call("prlimit64", FACTS["victim"], 7, ctypes.byref(pair), 0)


def renice_victim():
    os.setpriority(os.PRIO_PROCESS, FACTS["victim"], 7)


def pin_victim():
    os.sched_setaffinity(FACTS["victim"], {min(os.sched_getaffinity(FACTS["victim"]))})


def seize_victim():
    call("ptrace", 0x4206, FACTS["victim"], 0, 0)


def ask_about_victim():
    """Calls that read or move the memory of another process."""
    import ctypes

    room = ctypes.create_string_buffer(64)
    return each(
        lambda: call("kcmp", os.getpid(), FACTS["victim"], 0, 0, 0),
        lambda: call("move_pages", FACTS["victim"], 1, room, 0, room, 0),
        lambda: call("get_robust_list", FACTS["victim"], room, room),
        lambda: call("process_madvise", call("pidfd_open", FACTS["victim"], 0), room, 1, 21, 0),
    )


def prepare_to_be_killed_last():
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("-900")


def leave_a_daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for _ in range(30):
            try:
                os.write(1, b"x")
            except OSError:
                pass
            time.sleep(0.1)
        os._exit(0)


def leave_many_daemons():
    for _ in range(12):
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            os.setsid()
            if os.fork():
                os._exit(0)
            time.sleep(3)
            os._exit(0)


def leave_a_brother():
    """A child of our parent, not of ours: whoever looks for our children does not find it."""
    child = call("clone", 0x8000 | signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        time.sleep(3)
        os._exit(0)
    return child


def run_away_by_forking():
    """A new process before the old one can be killed: never the same number twice."""
    if os.fork() == 0:
        os.setsid()
        until, generation = time.monotonic() + 3, 0
        while time.monotonic() < until:
            generation += 1
            try:
                if os.fork():
                    os._exit(0)
            except OSError:
                time.sleep(0.001)
            # A rest now and then, so that those who only want to see it have a chance.
            time.sleep(0.003 if generation % 30 == 0 else 0)
        os._exit(0)


def hide_behind_a_strange_name():
    """A name that looks like more columns, for whoever reads the table of processes carelessly."""
    rename(") R 1 1")
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        room = bytearray(512 << 20)
        time.sleep(3)
        os._exit(len(room) & 1)
    time.sleep(1.5)


def stop_everything_of_ours():
    os.kill(0, signal.SIGSTOP)


def end_our_group():
    os.kill(0, signal.SIGKILL)


def end_who_started_us():
    """Deadly only to the parent, which is the sandbox's: were this one open, others should live."""
    for number in (-1, *range(1, 400)):
        try:
            os.kill(number, signal.SIGURG)
        except OSError:
            continue
    os.kill(os.getppid(), signal.SIGKILL)


def stop_our_parent():
    os.kill(os.getppid(), signal.SIGSTOP)


def take_over_the_parent():
    """Only where there is a sandbox: the process that starts the cells is the one to own."""
    parent = os.getppid()
    for path in ("mem", "fd/0", "fd/3", "fd/4", "fd/5", "cwd/x", "root/tmp/x"):
        try:
            os.write(os.open(f"/proc/{parent}/{path}", os.O_RDWR | os.O_NONBLOCK), b"\0\0\0\0")
        except OSError:
            continue
    for request in (0x4206, 16):
        try:
            call("ptrace", request, parent, 0, 0)
        except OSError:
            continue


def become_somebody_else():
    return each(
        lambda: os.setresuid(0, 0, 0) if os.getuid() else os.setgroups([0]),
        lambda: os.setgroups([0, 4, 27]),
        lambda: os.setresgid(0, 0, 0) if os.getgid() else LIBC.nothing,
    )


def raise_own_priority():
    os.nice(-5)


def ask_for_real_time():
    return each(
        lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)),
        lambda: call("ioprio_set", 1, 0, 1 << 13),
    )


def die_by_abort():
    os.abort()


def die_at_once():
    os._exit(0)


def die_of_recursion():
    sys.setrecursionlimit(10**9)

    def dive():
        return [dive()]

    return dive()


def die_of_a_bad_pointer():
    import ctypes

    ctypes.string_at(0)

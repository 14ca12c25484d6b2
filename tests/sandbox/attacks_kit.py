"""What every attack begins with: it makes itself seen from outside, attacks, and stays to be looked at.

This file is sent into the sandbox in front of the attack, so it may import the standard library only.
"""

# ruff: noqa: T201 - it is sent: each function brings what it needs, and speaks to the system plainly

import ctypes
import errno
import os
import platform
import signal
from typing import Any

# Filled in when the attack is written out: what an attacker could know of the machine.
FACTS: dict[str, Any] = {}

HOLD_S = 3.0
SAID = 20_000
_PR_SET_NAME = 15
_X86_64 = {
    "add_key": 248,
    "bpf": 321,
    "chroot": 161,
    "clone": 56,
    "clone3": 435,
    "exit": 60,
    "fsopen": 430,
    "get_robust_list": 274,
    "io_uring_setup": 425,
    "ioprio_set": 251,
    "kcmp": 312,
    "keyctl": 250,
    "memfd_create": 319,
    "modify_ldt": 154,
    "mount": 165,
    "move_pages": 279,
    "mq_open": 240,
    "msgget": 68,
    "name_to_handle_at": 303,
    "open_by_handle_at": 304,
    "open_tree": 428,
    "perf_event_open": 298,
    "personality": 135,
    "pidfd_getfd": 438,
    "pidfd_open": 434,
    "pidfd_send_signal": 424,
    "pivot_root": 155,
    "prlimit64": 302,
    "process_madvise": 440,
    "process_vm_readv": 310,
    "ptrace": 101,
    "rt_tgsigqueueinfo": 297,
    "semget": 64,
    "setns": 308,
    "shmat": 30,
    "shmctl": 31,
    "shmget": 29,
    "syslog": 103,
    "umount2": 166,
    "unshare": 272,
    "userfaultfd": 323,
    "vmsplice": 278,
}
_AARCH64 = {
    "add_key": 217,
    "bpf": 280,
    "chroot": 51,
    "clone": 220,
    "clone3": 435,
    "exit": 93,
    "fsopen": 430,
    "get_robust_list": 100,
    "io_uring_setup": 425,
    "ioprio_set": 30,
    "kcmp": 272,
    "keyctl": 219,
    "memfd_create": 279,
    "mount": 40,
    "move_pages": 239,
    "mq_open": 180,
    "msgget": 186,
    "name_to_handle_at": 264,
    "open_by_handle_at": 265,
    "open_tree": 428,
    "perf_event_open": 241,
    "personality": 92,
    "pidfd_getfd": 438,
    "pidfd_open": 434,
    "pidfd_send_signal": 424,
    "pivot_root": 41,
    "prlimit64": 261,
    "process_madvise": 440,
    "process_vm_readv": 270,
    "ptrace": 117,
    "rt_tgsigqueueinfo": 240,
    "semget": 190,
    "setns": 268,
    "shmat": 196,
    "shmctl": 195,
    "shmget": 194,
    "syslog": 116,
    "umount2": 39,
    "unshare": 97,
    "userfaultfd": 282,
    "vmsplice": 75,
}
NUMBERS = {"x86_64": _X86_64, "aarch64": _AARCH64}[platform.machine()]

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long


def call(name, *arguments):
    """Make a system call by its name; OSError where the kernel or a filter refuses."""
    return call_number(NUMBERS[name], *arguments)


def call_number(number, *arguments):
    """Make a system call by its number."""
    plain = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    returned = LIBC.syscall(ctypes.c_long(number), *plain)
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return returned


def rename(stage):
    """Set the name of the process that everybody can read, to a mark and a stage."""
    name = (FACTS["mark"] + stage).encode()[:15]
    LIBC.prctl(_PR_SET_NAME, ctypes.c_char_p(name), 0, 0, 0)


def hold(stage):
    """Wait until whoever watches has looked and says so."""
    rename(stage)
    signal.sigtimedwait({signal.SIGURG}, HOLD_S)


def attack(payload):
    """Attack, between two looks from outside."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGURG})
    print("started " + FACTS["mark"], flush=True)
    hold("s")
    rename("r")
    try:
        verb, said = "did", payload()
    except BaseException as error:  # noqa: BLE001 - the attack is over, however it ends
        verb, said = "refused", type(error).__name__ + ": " + str(error)[:300]
    print(verb, FACTS["mark"], repr(said)[:SAID], flush=True)
    hold("h")


def each(*attempts):
    """Make attempts one after another; return what came of those that went through."""
    went, errors = [], []
    for attempt in attempts:
        try:
            went.append(attempt())
        except (OSError, ValueError, AttributeError, ImportError) as error:
            errors.append(error)
    if not went:
        raise PermissionError([str(error) for error in errors])
    return went


def reach(name, *arguments):
    """Return the name of a system call that the kernel took up, even if only to complain."""
    try:
        call(name, *arguments)
    except OSError as error:
        if error.errno in {errno.EPERM, errno.EACCES, errno.ENOSYS}:
            raise
    return name

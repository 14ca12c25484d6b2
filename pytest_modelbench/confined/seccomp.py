"""The filter of system calls: a program for the kernel's packet filter, and its installation.

What is not named here is refused: with EPERM where the number is known to this table's kernel,
with ENOSYS above it. A call through another architecture's entry kills the process.
"""

import ctypes
import errno
import struct
from dataclasses import dataclass

from pytest_modelbench.confined.kernel import system_call
from pytest_modelbench.confined.rlimits import MAX_SHARED_BYTES
from pytest_modelbench.confined.syscalls import ALLOWED, LAST_NUMBER, NUMBERS

__all__ = [
    "ARCHITECTURES",
    "Filter",
    "Instruction",
    "compile_filter",
    "install_filter",
    "pack_filter",
]

# As the kernel reports them beside each call.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

ALLOW = 0x7FFF0000
KILL = 0x80000000
ERROR = 0x00050000
# Numbers from here on are x32's, which the plain numbers of x86-64 do not cover.
X32 = 0x40000000

LOAD, JUMP_EQUAL, JUMP_ABOVE, JUMP_FROM, JUMP_BITS, RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, ARGUMENTS_AT = 0, 4, 16
ARGUMENT_BYTES = 8
INSTRUCTION = struct.Struct("HBBI")

CLONE_FILES = 0x400
CLONE_PARENT = 0x8000
CLONE_THREAD = 0x10000
CLONE_NAMESPACES = 0x7E020000
CLOSE_RANGE_UNSHARE = 2
MAP_SHARED, MAP_ANONYMOUS = 1, 0x20
AF_UNIX = 1

# Signals on behalf of a descriptor, leases and notices of other folders: F_SETOWN, F_SETSIG,
# F_SETOWN_EX, F_SETLEASE, F_NOTIFY.
SIGNALLING_FCNTL = (8, 10, 15, 1024, 1026)
# Of descriptors: flags, how much there is to read, and whether it is a terminal: FIONREAD, FIONBIO,
# FIONCLEX, FIOCLEX, TCGETS, TIOCOUTQ, TIOCGWINSZ. Others type into
# terminals, signal, and set flags of files that can only be read.
OWN_IOCTL = (0x541B, 0x5421, 0x5450, 0x5451, 0x5401, 0x5411, 0x5413)
# Reading one's own settings, the name of a thread, no_new_privs, timer slack, huge pages, names of
# memory areas, pointer authentication and vector length on ARM.
OWN_PRCTL = (2, 3, 7, 15, 16, 21, 23, 29, 30, 38, 39, 41, 50, 51, 54, 0x53564D41)

STARTING = ("execve", "execveat", "fork", "vfork")
# What changes the facts of a file, but not its content: Landlock does not see these.
FILE_FACTS = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "fchownat", "lchown"),
    *("utime", "utimes", "utimensat", "futimesat"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
)
# What reads facts of files that Landlock does not see either. Programs know this error from file
# systems that have no such facts.
ATTRIBUTES = ("getxattr", "lgetxattr", "listxattr", "llistxattr")
SIGNALLING = ("kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")

SET_MODE_FILTER = 1
FILTER_FLAG_TSYNC = 1

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """What a cell may ask of the kernel.

    Attributes:
        may_fork: Whether it may start processes and programs; threads it always may.
        may_signal: Whether it may signal others than itself, since something else confines that.
        may_change_facts: Whether owners, modes and times may be changed; where not, the calls
            seem to succeed and do nothing.
        own_pid: Number of the process that will be filtered, as itself sees it.
    """

    may_fork: bool
    may_signal: bool
    may_change_facts: bool
    own_pid: int


def compile_filter(wanted: Filter, machine: str) -> list[Instruction]:
    """Return the program, each instruction as (code, jump if true, jump if false, constant)."""
    numbers = NUMBERS[machine]
    program: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_EQUAL, 1, 0, ARCHITECTURES[machine]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_FROM, 0, 1, X32),
        (RETURN, 0, 0, KILL),
    ]
    for name, body in _list_bodies(wanted).items():
        if name in numbers:
            program += [(JUMP_EQUAL, 0, len(body), numbers[name]), *body]
    for low, high in _join_runs(sorted(numbers[name] for name in ALLOWED if name in numbers)):
        program += [(JUMP_FROM, 0, 2, low), (JUMP_ABOVE, 1, 0, high), (RETURN, 0, 0, ALLOW)]
    return [
        *program,
        (JUMP_ABOVE, 0, 1, LAST_NUMBER),
        _refuse(errno.ENOSYS),
        _refuse(errno.EPERM),
    ]


def pack_filter(program: list[Instruction]) -> bytes:
    """Return the program as the kernel takes it."""
    return b"".join(INSTRUCTION.pack(*instruction) for instruction in program)


def install_filter(packed: bytes, machine: str) -> None:
    """Filter this process, all its threads and all it starts, for good.

    Raises:
        OSError: The kernel has no such filters, or `no_new_privs` is not set.
    """
    program = ctypes.create_string_buffer(packed, len(packed))
    header = struct.pack("HxxxxxxQ", len(packed) // INSTRUCTION.size, ctypes.addressof(program))
    system_call(
        NUMBERS[machine]["seccomp"],
        SET_MODE_FILTER,
        FILTER_FLAG_TSYNC,
        ctypes.create_string_buffer(header, len(header)),
    )


def _list_bodies(wanted: Filter) -> dict[str, list[Instruction]]:
    """Return what is decided by more than the number: it runs until it returns."""
    denied = [_refuse(errno.EPERM)]
    allowed = [(RETURN, 0, 0, ALLOW)]
    bodies = {
        "socket": [_refuse(errno.EACCES)],
        "socketpair": _allow_only(0, (AF_UNIX,), errno.EACCES),
        "clone": _list_clone(may_fork=wanted.may_fork),
        # Its flags are in memory, where a filter cannot look; libraries fall back to `clone`.
        "clone3": [_refuse(errno.ENOSYS)],
        "prlimit64": _allow_only(0, (0, wanted.own_pid), errno.EPERM),
        "fcntl": _deny_only(1, SIGNALLING_FCNTL),
        "ioctl": _allow_only(1, OWN_IOCTL, errno.ENOTTY),
        "mmap": _list_mmap(),
        # A thread with descriptors of its own has as many once more, and nobody sees them.
        "close_range": [
            _load_argument(2),
            (JUMP_BITS, 0, 1, CLOSE_RANGE_UNSHARE),
            _refuse(errno.EINVAL),
            (RETURN, 0, 0, ALLOW),
        ],
        # Of a cell's own files there is nobody to keep out; others are the host's as well.
        "flock": [_refuse(0)],
        "prctl": _allow_only(0, OWN_PRCTL, errno.EPERM),
    }
    for name in STARTING:
        bodies[name] = allowed if wanted.may_fork else denied
    for name in FILE_FACTS:
        bodies[name] = allowed if wanted.may_change_facts else [_refuse(0)]
    for name in ATTRIBUTES:
        bodies[name] = allowed if wanted.may_change_facts else [_refuse(errno.ENOTSUP)]
    for name in SIGNALLING:
        bodies[name] = allowed if wanted.may_signal else denied
    if not wanted.may_signal:
        # 0 and the negative number are its own process group, which it made.
        group = (-wanted.own_pid) & 0xFFFFFFFF
        bodies["kill"] = _allow_only(0, (0, wanted.own_pid, group), errno.EPERM)
        bodies["tgkill"] = _allow_only(0, (wanted.own_pid,), errno.EPERM)
    return bodies


def _list_clone(*, may_fork: bool) -> list[Instruction]:
    thread_only: list[Instruction] = [
        (JUMP_BITS, 1, 0, CLONE_THREAD),
        _refuse(errno.EPERM),
    ]
    # As for `close_range`.
    threads_share_files: list[Instruction] = [
        (JUMP_BITS, 0, 2, CLONE_THREAD),
        (JUMP_BITS, 1, 0, CLONE_FILES),
        _refuse(errno.EPERM),
    ]
    return [
        _load_argument(0),
        # CLONE_PARENT would make a process that is nobody's descendant here.
        (JUMP_BITS, 0, 1, CLONE_NAMESPACES | CLONE_PARENT),
        _refuse(errno.EPERM),
        *([] if may_fork else thread_only),
        *threads_share_files,
        (RETURN, 0, 0, ALLOW),
    ]


def _list_mmap() -> list[Instruction]:
    """Refuse large pieces of shared memory without a file."""
    allowed: Instruction = (RETURN, 0, 0, ALLOW)
    flags, length = _load_argument(3), _load_argument(1)
    high_half = (LOAD, 0, 0, length[3] + ARGUMENT_BYTES // 2)
    return [
        flags,
        (JUMP_BITS, 1, 0, MAP_SHARED),
        allowed,
        (JUMP_BITS, 1, 0, MAP_ANONYMOUS),
        allowed,
        high_half,
        (JUMP_EQUAL, 0, 3, 0),
        length,
        (JUMP_ABOVE, 1, 0, MAX_SHARED_BYTES),
        allowed,
        _refuse(errno.ENOMEM),
    ]


def _allow_only(position: int, values: tuple[int, ...], error: int) -> list[Instruction]:
    program = [_load_argument(position)]
    for value in values:
        program += [(JUMP_EQUAL, 0, 1, value), (RETURN, 0, 0, ALLOW)]
    return [*program, _refuse(error)]


def _deny_only(position: int, values: tuple[int, ...]) -> list[Instruction]:
    program = [_load_argument(position)]
    for value in values:
        program += [(JUMP_EQUAL, 0, 1, value), _refuse(errno.EPERM)]
    return [*program, (RETURN, 0, 0, ALLOW)]


def _load_argument(position: int) -> Instruction:
    """Load the low half of an argument: all arguments that are decided on are C `int`s or flags."""
    return (LOAD, 0, 0, ARGUMENTS_AT + ARGUMENT_BYTES * position)


def _refuse(error: int) -> Instruction:
    return (RETURN, 0, 0, ERROR | error)


def _join_runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs

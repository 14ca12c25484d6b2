"""System calls that Python's standard library does not offer."""

import ctypes
import os
import platform

__all__ = [
    "MACHINE",
    "close_all_but",
    "drop_bounding_set",
    "drop_capabilities",
    "make_read_only",
    "mount",
    "set_process_option",
    "system_call",
    "unmount",
    "unshare",
]

MACHINE = platform.machine().replace("arm64", "aarch64")

# Numbers that both architectures share.
MOUNT_SETATTR = 442
CAPSET = {"x86_64": 126, "aarch64": 91}

PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
LAST_CAPABILITY = 63
CAPABILITY_VERSION_3 = 0x20080522

AT_FDCWD = -100
AT_RECURSIVE = 0x8000
MOUNT_ATTR_RDONLY = 1
MOUNT_ATTR_NOSUID = 2
MOUNT_ATTR_NODEV = 4

LAST_DESCRIPTOR = 1 << 20

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def system_call(number: int, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make a system call by its number.

    Raises:
        OSError: The kernel said no.
    """
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    returned: int = _libc.syscall(ctypes.c_long(number), *words)
    if returned < 0:
        raise _make_error(f"system call {number}")
    return returned


def set_process_option(option: int, value: int, third: int = 0) -> None:
    """Call `prctl`.

    Raises:
        OSError: The kernel said no.
    """
    if _libc.prctl(option, value, third, 0, 0):
        raise _make_error(f"prctl {option}")


def unshare(flags: int) -> None:
    """Give this process namespaces of its own.

    Raises:
        OSError: User namespaces are switched off, or a container forbids them.
    """
    if _libc.unshare(flags):
        raise _make_error("unshare")


def mount(source: str, place: str, kind: str = "", flags: int = 0, *, options: str = "") -> None:
    """Mount a file system, or a part of one a second time.

    Raises:
        OSError: The kernel said no.
    """
    words = [word.encode() if word else None for word in (source, place, kind)]
    data = options.encode() if options else None
    if _libc.mount(*words, ctypes.c_ulong(flags), data):
        raise _make_error(f"mount on {place}")


def unmount(place: str, flags: int) -> None:
    """Take a mounted file system away.

    Raises:
        OSError: The kernel said no.
    """
    if _libc.umount2(place.encode(), flags):
        raise _make_error(f"umount {place}")


def make_read_only(place: str, *, everything_below: bool) -> None:
    """Make what is mounted there read-only, without set-user-id programs and devices.

    Raises:
        OSError: The kernel said no, or is older than 5.12.
    """
    words = (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0, 0, 0)
    packed = b"".join(word.to_bytes(8, "little") for word in words)
    system_call(
        MOUNT_SETATTR,
        AT_FDCWD,
        place.encode(),
        AT_RECURSIVE if everything_below else 0,
        ctypes.create_string_buffer(packed, len(packed)),
        len(packed),
    )


def drop_capabilities() -> None:
    """Give up every capability, for good: nothing that is executed later gets one back.

    Raises:
        OSError: The kernel said no.
    """
    set_process_option(PR_SET_NO_NEW_PRIVS, 1)
    drop_bounding_set()
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    if MACHINE in CAPSET:
        header = CAPABILITY_VERSION_3.to_bytes(4, "little") + bytes(4)
        system_call(
            CAPSET[MACHINE],
            ctypes.create_string_buffer(header, len(header)),
            ctypes.create_string_buffer(bytes(24), 24),
        )


def drop_bounding_set() -> None:
    """Give up what programs could get back, as far as this process may.

    Not all may; then `no_new_privs` alone is what prevents it.
    """
    for capability in range(LAST_CAPABILITY + 1):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def close_all_but(kept: set[int]) -> None:
    """Close every descriptor above standard error that is not kept."""
    low = 3
    for descriptor in (*sorted(kept), LAST_DESCRIPTOR):
        if descriptor > low:
            os.closerange(low, descriptor)
        low = max(low, descriptor + 1)


def _make_error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{what}: {os.strerror(number)}")

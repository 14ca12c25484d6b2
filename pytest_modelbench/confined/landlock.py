"""Landlock: rights on files, the network and signals that a process gives up for good."""

import ctypes
import os
import stat
import struct
from contextlib import suppress
from dataclasses import dataclass

from pytest_modelbench.confined.kernel import PR_SET_NO_NEW_PRIVS, set_process_option, system_call

__all__ = ["LEAST_ABI", "SIGNALS_ABI", "Grants", "find_abi", "prepare_grants", "restrict"]

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG = 1
PATH_BENEATH = 1

# The first that covers truncation.
LEAST_ABI = 3
# The first that covers signals and abstract sockets.
SIGNALS_ABI = 6
NETWORK_ABI = 4
DEVICES_ABI = 5

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_CHAR, MAKE_BLOCK, TRUNCATE, IOCTL_DEV = 1 << 6, 1 << 11, 1 << 14, 1 << 15
RIGHTS_OF_ABI_3 = (1 << 15) - 1
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
ALL_TCP = 3
ALL_SCOPES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Grants:
    """What remains of the file system.

    Attributes:
        readable: Folders and files that may be read and executed.
        writable: Folders in which anything may be done.
        devices: Files that may be read and written.
    """

    readable: tuple[str, ...]
    writable: tuple[str, ...]
    devices: tuple[str, ...]


def find_abi() -> int:
    """Return the version of Landlock that the kernel offers; 0 for none."""
    try:
        return system_call(CREATE_RULESET, None, 0, VERSION_FLAG)
    except OSError:
        return 0


def prepare_grants(grants: Grants, abi: int) -> int:
    """Return a descriptor of the grants for `restrict`.

    This process has to reach the folders now; later it need not.

    Args:
        abi: What `find_abi` said.

    Raises:
        OSError: The kernel said no, or a folder is not there.
    """
    handled = RIGHTS_OF_ABI_3 | (IOCTL_DEV if abi >= DEVICES_ABI else 0)
    words = [handled]
    if abi >= NETWORK_ABI:
        words.append(ALL_TCP)
    if abi >= SIGNALS_ABI:
        words.append(ALL_SCOPES)
    packed = struct.pack(f"{len(words)}Q", *words)
    ruleset = system_call(
        CREATE_RULESET, ctypes.create_string_buffer(packed, len(packed)), len(packed), 0
    )
    everything = handled & ~(MAKE_CHAR | MAKE_BLOCK | IOCTL_DEV)
    for paths, rights in (
        (grants.readable, EXECUTE | READ_FILE | READ_DIR),
        (grants.writable, everything),
        (grants.devices, READ_FILE | WRITE_FILE),
    ):
        for path in paths:
            # What is readable differs between machines, and what is not there needs no grant.
            with suppress(FileNotFoundError):
                _grant(ruleset, path, rights)
    return ruleset


def restrict(ruleset: int) -> None:
    """Give up everything but what was granted, in this thread and all that it starts.

    Raises:
        OSError: The kernel said no.
    """
    set_process_option(PR_SET_NO_NEW_PRIVS, 1)
    system_call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _grant(ruleset: int, path: str, rights: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= OF_FILES
        packed = struct.pack("=Qi", rights, descriptor)
        system_call(
            ADD_RULE, ruleset, PATH_BENEATH, ctypes.create_string_buffer(packed, len(packed)), 0
        )
    finally:
        os.close(descriptor)

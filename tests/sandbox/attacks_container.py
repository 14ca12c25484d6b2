"""A container's rules, put on this process by itself; then attacks on the tier that is left.

Run as `python attacks_container.py UID [--without-landlock] TIER ATTACK...`; the last line that it prints is JSON: what
tier was opened, who runs it, and the damage of each attack. What Docker forbids by default is what
matters here: namespaces, mounts, and most of what root may do.
"""

# ruff: noqa: PLC0415, T201 - a program that begins with as little as it can, and prints what it found

import ctypes
import errno
import json
import os
import platform
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTAINED = "contained"
# Docker's: chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service,
# net_raw, sys_chroot, mknod, audit_write, setfcap.
CAPABILITIES = 0xA80425FB
NAMESPACES = 0x7E020000
FORBIDDEN = {
    "x86_64": {
        "mount": 165,
        "umount2": 166,
        "pivot_root": 155,
        "unshare": 272,
        "setns": 308,
        "bpf": 321,
        "perf_event_open": 298,
        "keyctl": 250,
        "add_key": 248,
        "userfaultfd": 323,
        "open_tree": 428,
        "move_mount": 429,
        "fsopen": 430,
        "mount_setattr": 442,
        "io_uring_setup": 425,
    },
    "aarch64": {
        "mount": 40,
        "umount2": 39,
        "pivot_root": 41,
        "unshare": 97,
        "setns": 268,
        "bpf": 280,
        "perf_event_open": 241,
        "keyctl": 219,
        "add_key": 217,
        "userfaultfd": 282,
        "open_tree": 428,
        "move_mount": 429,
        "fsopen": 430,
        "mount_setattr": 442,
        "io_uring_setup": 425,
    },
}
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE = {"x86_64": 56, "aarch64": 220}
CLONE3 = 435
LANDLOCK = (444, 445, 446)
SECCOMP = {"x86_64": 317, "aarch64": 277}
CAPSET = {"x86_64": 126, "aarch64": 91}
LOAD, EQUAL, BITS, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000


def contain(uid: int, *, without_landlock: bool = False) -> None:
    """Give up what a container has not, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    machine = platform.machine()
    is_root = os.getuid() == 0
    if is_root:
        for number in range(64):
            if not CAPABILITIES >> number & 1:
                libc.prctl(24, number, 0, 0, 0)
    else:
        libc.prctl(38, 1, 0, 0, 0)
    packed = _write_filter(machine, without_landlock=without_landlock)
    program = ctypes.create_string_buffer(packed, len(packed))
    head = struct.pack("HxxxxxxQ", len(packed) // 8, ctypes.addressof(program))
    if libc.syscall(SECCOMP[machine], 1, 0, ctypes.create_string_buffer(head, len(head))):
        raise OSError(ctypes.get_errno(), "seccomp")
    if is_root and uid == 0:
        low = CAPABILITIES & 0xFFFFFFFF
        three = struct.pack("6I", low, low, 0, 0, 0, 0)
        header = ctypes.create_string_buffer(struct.pack("Ii", 0x20080522, 0), 8)
        if libc.syscall(CAPSET[machine], header, ctypes.create_string_buffer(three, 24)):
            raise OSError(ctypes.get_errno(), "capset")
    elif is_root:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def _write_filter(machine: str, *, without_landlock: bool) -> bytes:
    program = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, ARCHITECTURES[machine]), (RETURN, 0, 0, ERROR | 38)]
    program += [(LOAD, 0, 0, 0)]
    for number in FORBIDDEN[machine].values():
        program += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERROR | errno.EPERM)]
    for number in LANDLOCK if without_landlock else ():
        program += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ERROR | errno.ENOSYS)]
    program += [(EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ERROR | errno.ENOSYS)]
    program += [(EQUAL, 0, 3, CLONE[machine]), (LOAD, 0, 0, 16), (BITS, 0, 1, NAMESPACES)]
    program += [(RETURN, 0, 0, ERROR | errno.EPERM), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def main() -> None:
    """Contain, and begin again as the process that this is now."""
    uid, *words = sys.argv[1:]
    if uid == CONTAINED:
        print(json.dumps(attack(*words)), flush=True)
        return
    without_landlock = words[0] == "--without-landlock"
    contain(int(uid), without_landlock=without_landlock)
    arguments = [sys.executable, "-B", __file__, CONTAINED, *words[without_landlock:]]
    os.execve(sys.executable, arguments, {"HOME": "/", "PATH": os.environ.get("PATH", os.defpath)})


def attack(tier_name: str, *names: str) -> dict[str, object]:
    """Open a tier, and return what came of attacks on it."""
    sys.path.insert(0, str(ROOT))
    # Only now: the process that contains itself is to have nothing that it does not need.
    from pytest_modelbench.errors import SandboxError
    from tests.sandbox.attacks_lair import Lair
    from tests.sandbox.attacks_list import KNOWN, MORE
    from tests.sandbox.attacks_runs import attack_confined

    try:
        with Lair.open(tier_name) as lair:
            aftermaths = {
                attack.name: attack_confined(attack, lair.house, lair.pool)
                for attack in (*KNOWN, *MORE)
                if attack.name in names
            }
            return {
                "tier": lair.tier_name,
                "uid": os.getuid(),
                "damage": {name: after.damage for name, after in aftermaths.items()},
                "begun": {name: after.begun for name, after in aftermaths.items()},
            }
    except SandboxError as error:
        return {"refused": str(error)}


if __name__ == "__main__":
    main()

"""Namespaces: a file system of its own for the zygote, and everything of its own for a cell."""

import os
import socket
from contextlib import suppress
from pathlib import Path

from pytest_modelbench.confined.kernel import (
    MACHINE,
    make_read_only,
    mount,
    set_process_option,
    system_call,
    unmount,
    unshare,
)
from pytest_modelbench.confined.plan import BOX, Plan
from pytest_modelbench.confined.rlimits import MIB, Bounds

__all__ = [
    "DEVICES",
    "LINKS",
    "SPARE_INODES",
    "SPARE_MIB",
    "enter_cell",
    "enter_zygote",
    "make_root",
    "mount_own_proc",
    "try_cell",
    "uncover_proc",
]

CLONE_NEWNS = 0x20000
CLONE_NEWUTS = 0x4000000
CLONE_NEWIPC = 0x8000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
EVERYTHING = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
PR_SET_DUMPABLE = 4

# Only names are kept in it.
ROOT_OPTIONS = "size=1m,mode=755,nr_inodes=4096"
# Any folder that is everywhere: the new root is mounted over it.
NEW_ROOT = "/tmp"  # noqa: S108  # nothing is written into the old one
# What is read from /dev/full is the same; but /dev/zero could be mapped, as memory that no watch
# sees.
DEVICES = {
    **{f"/dev/{name}": f"/dev/{name}" for name in ("null", "full", "random", "urandom")},
    "/dev/zero": "/dev/full",
}
LINKS = {
    "/dev/fd": "/proc/self/fd",
    "/dev/stdin": "/proc/self/fd/0",
    "/dev/stdout": "/proc/self/fd/1",
    "/dev/stderr": "/proc/self/fd/2",
    "/dev/shm": f"{BOX}/tmp",  # noqa: S108  # a link in the new root
    "/tmp": f"{BOX}/tmp",  # noqa: S108  # a link in the new root
    "/var/tmp": f"{BOX}/tmp",  # noqa: S108  # a link in the new root
}

# What the kernel allows beyond what the watch allows, so that the watch sees the excess.
SPARE_MIB = 1
SPARE_INODES = 16
TRIAL_BOUNDS = Bounds(cpu_s=1.0, memory_mib=64, processes=8, disk_mib=1, files=8)


def enter_zygote(plan: Plan) -> None:
    """Leave the host's namespaces and files; the caller's next child is the first process there.

    Raises:
        OSError: User namespaces are switched off, or a container forbids them.
    """
    uids = [os.getuid()] + ([plan.spare_uid] if plan.spare_uid else [])
    gids = [os.getgid()] + ([plan.spare_uid] if plan.spare_uid else [])
    if len(uids) == 1:
        unshare(EVERYTHING)
        _map_own(uids[0], gids[0])
    else:
        # Two users can only be mapped from outside, by who may become both.
        ready, go = os.pipe()
        helper = os.fork()
        if helper == 0:
            os.close(go)
            os._exit(_map_parent(ready, uids, gids))
        os.close(ready)
        unshare(EVERYTHING)
        os.write(go, b"g")
        os.close(go)
        if os.waitpid(helper, 0)[1]:
            raise OSError("the users of the namespace could not be mapped")


def make_root(plan: Plan) -> None:
    """Make a root that has only what cells may read, and leave the host's for good.

    To be called by the first process in the namespaces of `enter_zygote`.

    Raises:
        OSError: The kernel said no.
    """
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    # Opened before the new root covers one of them.
    links = {path: str(Path(path).readlink()) for path in plan.readable if Path(path).is_symlink()}
    sources = {path: os.open(path, os.O_PATH) for path in plan.readable if path not in links}
    devices = {path: os.open(source, os.O_PATH) for path, source in DEVICES.items()}
    mount("tmpfs", NEW_ROOT, "tmpfs", MS_NOSUID | MS_NODEV, options=ROOT_OPTIONS)
    for path, descriptor in sources.items():
        _bind(path, descriptor)
        make_read_only(NEW_ROOT + path, everything_below=True)
    for path, descriptor in devices.items():
        _bind(path, descriptor)
    for path, pointed in {**links, **LINKS}.items():
        _make_link(path, pointed)
    for folder in (BOX, "/proc", "/old"):
        Path(NEW_ROOT + folder).mkdir()
    mount("proc", f"{NEW_ROOT}/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for descriptor in (*sources.values(), *devices.values()):
        os.close(descriptor)
    os.chdir(NEW_ROOT)
    system_call(PIVOT_ROOT[MACHINE], b".", b"old")
    unmount("/old", MNT_DETACH)
    Path("/old").rmdir()
    make_read_only("/", everything_below=False)
    os.chdir("/")


def enter_cell(plan: Plan, bounds: Bounds) -> None:
    """Give this process namespaces and a workspace of its own; its next child is their first.

    Raises:
        OSError: The kernel said no.
    """
    if plan.spare_uid:
        os.setgroups([])
        os.setresgid(plan.spare_uid, plan.spare_uid, plan.spare_uid)
        os.setresuid(plan.spare_uid, plan.spare_uid, plan.spare_uid)
        # Its own /proc/self belongs to root otherwise, and with it the map of users.
        set_process_option(PR_SET_DUMPABLE, 1)
    uid, gid = os.getuid(), os.getgid()
    unshare(EVERYTHING)
    _map_own(uid, gid)
    socket.sethostname("cell")
    size, inodes = (bounds.disk_mib + SPARE_MIB) * MIB, bounds.files + SPARE_INODES
    options = f"size={size},nr_inodes={inodes},mode=700"
    mount("tmpfs", BOX, "tmpfs", MS_NOSUID | MS_NODEV, options=options)


def try_cell(plan: Plan) -> None:
    """Find out whether `enter_cell` and `mount_own_proc` work here.

    Raises:
        OSError: They do not; the reason is the kernel's.
    """
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            enter_cell(plan, TRIAL_BOUNDS)
            first = os.fork()
            if first == 0:
                mount_own_proc()
                os._exit(0)
            if os.waitpid(first, 0)[1]:
                raise OSError("no /proc can be mounted in a namespace below")
        except OSError as error:
            os.write(tell, str(error).encode("utf-8", "replace"))
        os._exit(0)
    os.close(tell)
    os.waitpid(pid, 0)
    with os.fdopen(told, "rb") as reason:
        problem = reason.read().decode("utf-8", "replace")
    if problem:
        raise OSError(problem)


def uncover_proc() -> None:
    """Take away what lies over parts of /proc: namespaces below could not have their own then."""
    for line in Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines():
        place = line.split(" ")[1]
        if place.startswith("/proc/"):
            # Only root has such, and may.
            with suppress(OSError):
                unmount(place, MNT_DETACH)


def mount_own_proc() -> None:
    """Show the processes of this namespace only.

    Raises:
        OSError: The kernel said no.
    """
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)


def _map_own(uid: int, gid: int) -> None:
    # The kernel demands it: else leaving a group could open what is denied to it.
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", "ascii")


def _map_parent(ready: int, uids: list[int], gids: list[int]) -> int:
    """Map users for the parent process when it says so; return an exit code."""
    if not os.read(ready, 1):
        return 1
    folder = Path("/proc") / str(os.getppid())
    try:
        for name, ids in (("uid_map", uids), ("gid_map", gids)):
            (folder / name).write_text("".join(f"{one} {one} 1\n" for one in ids), "ascii")
    except OSError:
        return 1
    return 0


def _bind(path: str, descriptor: int) -> None:
    place = Path(NEW_ROOT + path)
    source = f"/proc/self/fd/{descriptor}"
    if Path(source).is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    mount(source, str(place), flags=MS_BIND | MS_REC)


def _make_link(path: str, pointed: str) -> None:
    place = Path(NEW_ROOT + path)
    place.parent.mkdir(parents=True, exist_ok=True)
    # A folder is there already, where something below it is readable.
    with suppress(FileExistsError):
        place.symlink_to(pointed)

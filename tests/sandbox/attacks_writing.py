"""Attacks that want to leave something behind, or to change it. Sent into the sandbox, behind the kit."""

# ruff: noqa: PLC0415, PTH101, PTH102, PTH104, PTH108, PTH109, PTH115, PTH116, PTH120, PTH123, PTH211 - it is sent: each function brings what it needs, and speaks to the system plainly

import os
import sys
import sysconfig
from pathlib import Path

from tests.sandbox.attacks_kit import FACTS, call, each


def write_home():
    return Path(FACTS["folder"], "pwned").write_text(FACTS["mark"])


def write_temp():
    return each(
        *(
            lambda folder=folder: Path(folder, "pwned-" + FACTS["mark"]).write_text(FACTS["mark"])
            for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/home", "/")
        )
    )


def write_interpreter():
    mark = f"modelbench-attack-{FACTS['mark']}"
    library = Path(os.__file__).parent
    return each(
        *(
            lambda path=path: path.write_text("# " + mark)
            for path in (
                Path(sysconfig.get_paths()["purelib"], mark + ".pth"),
                Path(FACTS["packages"], mark + ".pth"),
                library / (mark + ".py"),
                library / "__pycache__" / (mark + ".pyc"),
                Path(sys.prefix, mark),
            )
        )
    )


def change_mode():
    os.chmod(FACTS["folder"] + "/open", 0o751)


def change_mode_by_descriptor():
    os.fchmod(os.open(FACTS["folder"] + "/open", os.O_RDONLY), 0o751)


def change_times():
    os.utime(FACTS["folder"] + "/open", (1, 1))


def change_attributes():
    os.setxattr(FACTS["folder"] + "/open", "user.pwned", b"1")


def truncate():
    os.truncate(FACTS["folder"] + "/open", 0)


def unlink():
    os.unlink(FACTS["folder"] + "/open")


def move():
    os.rename(FACTS["folder"] + "/open", FACTS["folder"] + "/moved")


def append_by_descriptor_path():
    path = os.open(FACTS["folder"] + "/open", os.O_PATH)
    with open(f"/proc/self/fd/{path}", "a") as file:
        file.write(FACTS["mark"])


def map_and_write():
    import mmap

    with open(FACTS["folder"] + "/open", "r+b") as file, mmap.mmap(file.fileno(), 0) as page:
        page[:4] = FACTS["mark"].encode()[:4]


def reopen_own_streams():
    """Whatever stands behind the standard streams must be no file of the host."""
    wrote = []
    for number in range(64):
        try:
            link = os.readlink(f"/proc/self/fd/{number}")
            if link.startswith("/") and not link.startswith(("/dev/", "/proc/", os.getcwd())):
                wrote.append(
                    os.write(os.open(f"/proc/self/fd/{number}", os.O_WRONLY | os.O_APPEND), b"x")
                )
        except OSError:
            continue
    wrote.append(os.write(os.open(FACTS["shared"], os.O_WRONLY), b"x"))
    return wrote


def plant_links_for_who_cleans_up():
    """Links from the workspace to the host's files: who removes the workspace must not follow."""
    os.symlink(FACTS["folder"], "home")
    os.symlink(FACTS["folder"] + "/open", "file")
    os.mkdir("inner")
    os.symlink(FACTS["folder"], "inner/home")
    os.symlink("..", "inner/up")
    os.symlink("self", "self")
    (each(lambda: os.link(FACTS["folder"] + "/open", "hard"), lambda: None))
    os.chmod("inner", 0)
    Path(FACTS["folder"], "planted").write_text("x")


def swap_folder_for_a_link():
    """Whoever walks the workspace while it lives must not be led out of it."""
    import threading
    import time

    until = time.monotonic() + 0.4
    os.mkdir("real")
    Path("real/open").write_text("mine")
    os.symlink(FACTS["folder"], "fake")

    def swap():
        while time.monotonic() < until:
            for old, new in (("real", "x"), ("fake", "real"), ("real", "fake"), ("x", "real")):
                try:
                    os.rename(old, new)
                except OSError:
                    continue

    racer = threading.Thread(target=swap)
    racer.start()
    racer.join()
    Path(FACTS["folder"], "raced").write_text("x")


def make_awkward_names():
    for name in (b"-rf", b"\xff\xfe", b"new\nline", b"n" * 255, b"*", b"~", b"\x1b[31m", b" "):
        Path(os.fsdecode(name)).write_text("x")
    os.mkfifo("fifo")
    os.mkdir("closed")
    Path("closed/x").write_text("x")
    os.chmod("closed", 0)
    Path(FACTS["folder"], "awkward").write_text("x")


def dig_deep():
    """So deep that nobody can name the bottom of it, nor walk to it by recursion."""
    for _ in range(FACTS.get("depth", 3000)):
        os.mkdir("d")
        os.chdir("d")
    Path(FACTS["folder"], "deep").write_text("x")


def make_a_sparse_giant():
    with open("giant", "wb") as file:
        file.truncate(1 << 40)
    return os.stat("giant").st_size


def set_file_flags():
    """Flags of a file can be set by its owner through a descriptor that only reads."""
    import fcntl

    open("mine", "w").close()
    for path in (FACTS["folder"] + "/open", FACTS["library"], "mine"):
        try:
            file = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            flags = bytearray(fcntl.ioctl(file, 0x80086601, b"\0" * 8))
            flags[0] |= 0x40
            fcntl.ioctl(file, 0x40086602, bytes(flags))
        except OSError:
            continue
        return path
    raise PermissionError("no file")


def lock_a_shared_file():
    import fcntl

    file = os.open(FACTS["library"], os.O_RDONLY)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def lease_a_shared_file():
    import fcntl
    import signal

    # Each notice comes as a signal.
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    file = os.open(FACTS["library"], os.O_RDONLY)
    return each(
        lambda: fcntl.fcntl(file, 1024, fcntl.F_RDLCK),
        lambda: fcntl.fcntl(
            os.open(os.path.dirname(FACTS["library"]), os.O_RDONLY), 1026, 0x8000001F
        ),
    )


def bend_the_kernel():
    """Only opened for writing: without a sandbox nothing is changed."""
    return each(
        *(
            lambda path=path: os.open(path, os.O_WRONLY)
            for path in (
                "/proc/sys/kernel/core_pattern",
                "/proc/sys/vm/drop_caches",
                "/proc/sysrq-trigger",
                "/proc/sys/kernel/ns_last_pid",
                "/sys/kernel/mm/transparent_hugepage/enabled",
                "/dev/kmsg",
                "/dev/fuse",
            )
        )
    )


def mount_something():
    call("unshare", 0x10000000 | 0x20000)
    call("mount", b"x", b"/tmp", b"tmpfs", 0, b"")


def leave_marks_everywhere():
    """What one cell writes, the next must not find."""
    left = []
    for top in (
        "/tmp",
        "/var/tmp",
        "/dev/shm",
        "/run",
        "/dev/mqueue",
        os.getcwd(),
        os.path.dirname(os.getcwd()),
    ):
        try:
            Path(top, "left-" + FACTS["mark"]).write_text(FACTS["mark"])
            left.append(top)
        except OSError:
            continue
    os.environ["MODELBENCH_LEFT"] = FACTS["mark"]
    sys.modules["json"] = sys
    sys.path.insert(0, "/left-" + FACTS["mark"])
    import builtins

    builtins.len = lambda _: 42
    Path(FACTS["folder"], "left-" + FACTS["mark"]).write_text(FACTS["mark"])
    return left

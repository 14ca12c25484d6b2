"""Attacks that want to know something. Each function is sent into the sandbox, behind the kit."""

# ruff: noqa: PLC0415, PTH115, PTH116, PTH208, PTH211 - it is sent: each function brings what it needs, and speaks to the system plainly

import os
import sys
from pathlib import Path

from tests.sandbox.attacks_kit import FACTS, LIBC, call, each


def read_home():
    return Path(FACTS["private"]).read_text()


def follow_symlink():
    os.symlink(FACTS["private"], "link")
    return Path("link").read_text()


def make_hard_link():
    os.link(FACTS["private"], "hard")
    return Path("hard").read_text()


def read_through_proc_root():
    return each(
        lambda: Path(f"/proc/{FACTS['victim']}/root{FACTS['private']}").read_text(),
        lambda: Path(f"/proc/{FACTS['victim']}/cwd/.ssh/id_rsa").read_text(),
        lambda: Path(f"/proc/{os.getppid()}/root{FACTS['private']}").read_text(),
        lambda: Path(f"/proc/self/root{FACTS['private']}").read_text(),
        lambda: Path(f"/proc/1/root{FACTS['private']}").read_text(),
    )


def list_home():
    return os.listdir(FACTS["folder"] + "/.ssh")


def ask_for_sizes():
    return os.stat(FACTS["folder"] + "/sized").st_size


def read_own_environment():
    found = dict(os.environ)
    pages = each(lambda: Path("/proc/self/environ").read_text(errors="replace"), dict)
    return found, pages


def read_every_environment():
    found = []
    for name in os.listdir("/proc"):
        for file in ("environ", "cmdline"):
            try:
                text = Path("/proc", name, file).read_text(errors="replace")
            except (OSError, ValueError):
                continue
            found += [part for part in text.split("\0") if FACTS["sign"] in part]
    return found


def read_inherited_descriptors():
    found = []
    for number in range(3, 400):
        try:
            found.append(os.pread(number, 200, 0))
        except OSError:
            continue
    return found


def hunt_for_hidden_tests():
    found: list[str] = []
    seen = 0
    for top in FACTS["hunt"]:
        for folder, _, files in os.walk(top):
            seen += 1
            if seen > 3000:
                return found
            for name in files:
                if name.startswith(("test_", "hidden")):
                    try:
                        found.append(Path(folder, name).read_text()[:300])
                    except (OSError, ValueError):
                        continue
    return found


def watch_home():
    watch = LIBC.inotify_init1(0o4000)
    number = LIBC.inotify_add_watch(watch, (FACTS["folder"] + "/.ssh").encode(), 0xFFF)
    if number < 0:
        raise PermissionError("no watch")
    return "watching"


def read_victim_memory():
    import ctypes

    room = ctypes.create_string_buffer(FACTS["length"])
    here = (ctypes.c_uint64 * 2)(ctypes.addressof(room), FACTS["length"])
    there = (ctypes.c_uint64 * 2)(FACTS["address"], FACTS["length"])
    call("process_vm_readv", FACTS["victim"], ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    return room.raw


def read_victim_memory_file():
    with Path(f"/proc/{FACTS['victim']}/mem").open("rb", 0) as file:
        file.seek(FACTS["address"])
        return file.read(FACTS["length"])


def run_a_program():
    import subprocess

    return subprocess.run(["/bin/cat", FACTS["private"]], capture_output=True, check=True).stdout


def read_relative_to_home():
    os.chdir(FACTS["folder"] + "/.ssh")
    return Path("id_rsa").read_text()


def read_below_a_path_descriptor():
    folder = os.open(FACTS["folder"], os.O_PATH | os.O_DIRECTORY)
    inner = os.open(".ssh", os.O_PATH | os.O_DIRECTORY, dir_fd=folder)
    file = os.open("id_rsa", os.O_PATH, dir_fd=inner)
    return each(
        lambda: os.read(os.open("id_rsa", os.O_RDONLY, dir_fd=inner), 200),
        lambda: Path(f"/proc/self/fd/{file}").read_text(),
        lambda: os.read(os.open(f"/proc/self/fd/{inner}/id_rsa", os.O_RDONLY), 200),
    )


def read_by_handle():
    import ctypes

    handle = ctypes.create_string_buffer(136)
    ctypes.memmove(handle, (128).to_bytes(4, sys.byteorder), 4)
    mount = ctypes.c_int()
    path = FACTS["private"].encode()
    call("name_to_handle_at", -100, path, handle, ctypes.byref(mount), 0)
    root = os.open("/", os.O_RDONLY)
    return os.read(call("open_by_handle_at", root, handle, os.O_RDONLY), 200)


def read_extended_attributes():
    return os.getxattr(FACTS["private"], "user.note")


def read_a_link():
    return os.readlink(FACTS["folder"] + "/pointer")


def read_the_machine_identity():
    return each(
        lambda: Path("/etc/machine-id").read_text(),
        lambda: Path("/etc/hostname").read_text(),
        lambda: Path("/etc/shadow").read_text(),
    )


def map_a_file_of_the_host():
    import mmap

    with Path(FACTS["private"]).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)[:200]


def borrow_descriptors_of_the_parent():
    found = []
    for owner in (os.getppid(), 1, FACTS["victim"]):
        for number in range(64):
            try:
                handle = os.open(f"/proc/{owner}/fd/{number}", os.O_RDONLY | os.O_NONBLOCK)
                found.append(os.pread(handle, 200, 0))
            except OSError:
                continue
        try:
            process = call("pidfd_open", owner, 0)
            borrowed = [call("pidfd_getfd", process, number, 0) for number in (0, 1, 2)]
            found.append(repr(borrowed).encode())
        except OSError:
            continue
    if not found:
        raise PermissionError("nothing borrowed")
    return found


def hunt_in_own_memory():
    found = []
    with Path("/proc/self/maps").open() as maps, Path("/proc/self/mem").open("rb", 0) as memory:
        for line in maps:
            span, mode = line.split()[:2]
            if "r" not in mode or "[v" in line:
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            memory.seek(begin)
            try:
                page = memory.read(min(end - begin, 32 << 20))
            except (OSError, OverflowError):
                continue
            place = page.find(FACTS["sign"].encode())
            # The sign itself is in these facts; what follows it, is not.
            while place >= 0:
                found.append(page[place : place + 60])
                place = page.find(FACTS["sign"].encode(), place + 1)
    return found


def hunt_in_objects_and_frames():
    import gc

    found, frame = [], sys._getframe()
    while True:
        found.append({name: repr(value)[:100] for name, value in frame.f_locals.items()})
        found.append({"globals": repr(sorted(frame.f_globals))})
        if frame.f_back is None:
            break
        frame = frame.f_back
    texts = (repr(one)[:300] for one in gc.get_objects() if isinstance(one, (dict, list, tuple)))
    return found, [text for text in texts if FACTS["sign"] in text][:50]

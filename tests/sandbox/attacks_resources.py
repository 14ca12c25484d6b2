"""Attacks on what the machine has: processors, memory, disk. Sent into the sandbox, behind the kit.

Without a sandbox they stop by themselves, well before they hurt.
"""

# ruff: noqa: PLC0415, PTH102, PTH108, PTH109, PTH123 - it is sent: each function brings what it needs, and speaks to the system plainly

import os
import signal
import time

from tests.sandbox.attacks_kit import FACTS, LIBC, call

MIB = 1 << 20


def fork_many():
    children = []
    for _ in range(300):
        try:
            child = os.fork()
        except OSError:
            break
        if child == 0:
            time.sleep(5)
            os._exit(0)
        children.append(child)
    return len(children)


def start_many_threads():
    import threading

    for _ in range(300):
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()


def take_memory():
    room = [bytearray(64 << 20) for _ in range(8)]
    FACTS["room"] = room


def take_memory_with_children():
    for _ in range(8):
        if os.fork() == 0:
            room = bytearray(64 << 20)
            time.sleep(5)
            os._exit(len(room) & 1)
    time.sleep(1.0)


def take_shared_memory():
    import mmap

    page = mmap.mmap(-1, 512 << 20)
    for place in range(0, 512 << 20, 4096):
        page[place] = 1
    FACTS["room"] = page


def take_memory_files():
    import ctypes

    files = []
    for _ in range(8):
        file = call("memfd_create", ctypes.c_char_p(b"x"), 0)
        files.append(file)
        try:
            for _ in range(64):
                os.write(file, b"x" * (1 << 20))
        except OSError:
            continue
    FACTS["room"] = files


def take_system_v_memory():
    segment = call("shmget", 0, 7 << 20, 0o1600)
    LIBC.shmat.restype = __import__("ctypes").c_void_p
    FACTS["room"] = LIBC.shmat(segment, 0, 0)
    call("shmctl", segment, 0, 0)
    return segment


def take_memory_behind_a_dead_leader():
    """The first thread ends, others go on: for careless readers the process is a zombie of size 0."""
    import threading

    def work():
        time.sleep(0.05)
        room = [bytearray(64 << 20) for _ in range(8)]
        time.sleep(0.3)
        FACTS["room"] = room
        os._exit(0)

    threading.Thread(target=work).start()
    call("exit", 0)


def lock_memory():
    import ctypes

    room = ctypes.create_string_buffer(8 << 20)
    FACTS["room"] = room
    if LIBC.mlock(room, 8 << 20):
        raise PermissionError(ctypes.get_errno())


def fill_pipes():
    import fcntl

    pipes, filled = [], 0
    try:
        for _ in range(200):
            here, there = os.pipe()
            pipes.append((here, there))
            os.set_blocking(there, False)
            fcntl.fcntl(there, 1031, 1 << 20)
            filled += os.write(there, b"x" * (1 << 20))
    except OSError:
        pass
    FACTS["room"] = pipes
    if filled < 120 << 20:
        raise PermissionError(filled)
    return filled


def spin():
    for number in (signal.SIGTERM, signal.SIGXCPU, signal.SIGINT, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        pass


def spin_in_relays():
    """No process lives long enough for its own limit."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if os.fork() == 0:
            rest = time.process_time() + 0.3
            while time.process_time() < rest:
                pass
            os._exit(0)
        os.wait()


def sleep_for_ever():
    time.sleep(20)


def stop_ourselves():
    os.kill(os.getpid(), signal.SIGSTOP)


def fill_disk():
    page = b"x" * (4 << 20)
    for number in range(64):
        with open(f"fill{number}", "wb") as file:
            file.write(page)


def fill_one_file():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with open("one", "wb") as file:
        file.writelines(b"x" * (4 << 20) for _ in range(64))


def fill_files_without_a_name():
    """Opened, unlinked, filled: who adds up the folder does not see them."""
    files = []
    page = b"x" * (4 << 20)
    for number in range(64):
        file = os.open(f"gone{number}", os.O_CREAT | os.O_RDWR)
        os.unlink(f"gone{number}")
        files.append(file)
        os.write(file, page)
    FACTS["room"] = files


def fill_files_that_are_only_mapped():
    """Opened, unlinked, filled, mapped, closed: neither the folder nor a descriptor shows them."""
    import ctypes

    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    for number in range(6):
        file = os.open(f"mapped{number}", os.O_CREAT | os.O_RDWR)
        os.unlink(f"mapped{number}")
        os.posix_fallocate(file, 0, 16 * MIB)
        libc.mmap(None, ctypes.c_size_t(4096), 1, 1, file, ctypes.c_long(0))
        os.close(file)
        time.sleep(0.1)
    return 6 * 16


def fill_files_of_other_tables():
    """Each thread has descriptors of its own, which those of the process do not show."""
    import ctypes
    import threading

    def fill(number):
        if ctypes.CDLL(None).close_range(200, 200, 2):
            return
        file = os.open(f"own{number}", os.O_CREAT | os.O_RDWR)
        os.unlink(f"own{number}")
        os.posix_fallocate(file, 0, 16 * MIB)
        filled.append(number)
        time.sleep(2)

    filled: list[object] = []
    for number in range(6):
        threading.Thread(target=fill, args=(number,), daemon=True).start()
        time.sleep(0.1)
    if len(filled) < 6:
        raise PermissionError("no table of its own")
    return filled


def keep_shared_memory():
    """Written, then given back: it is resident nowhere, and still there while a page is mapped."""
    import ctypes

    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    for _ in range(200):
        page = libc.mmap(None, ctypes.c_size_t(MIB), 3, 0x21, -1, ctypes.c_long(0))
        ctypes.memset(page, 1, MIB)
        libc.munmap(ctypes.c_void_p(page + 4096), ctypes.c_size_t(MIB - 4096))
    time.sleep(0.5)
    return 200


def keep_memory_of_a_device():
    """The same, of a device that is memory when it is mapped."""
    import mmap

    device, kept = os.open("/dev/zero", os.O_RDWR), []
    for _ in range(6):
        page = mmap.mmap(device, 32 * MIB)
        kept.append(page)
        for start in range(0, 32 * MIB, 8 * MIB):
            page[start : start + 8 * MIB] = b"x" * (8 * MIB)
            page.madvise(mmap.MADV_DONTNEED, start, 8 * MIB)
    time.sleep(0.5)
    return len(kept)


def fill_every_folder():
    page, wrote = b"x" * MIB, 0
    for top in (os.getcwd(), "/tmp", "/dev/shm", "/var/tmp", "/run", "/dev"):
        for number in range(256):
            try:
                with open(f"{top}/fill-{FACTS['mark']}-{number}", "wb") as file:
                    wrote += file.write(page)
            except OSError:
                break
            if wrote > 256 * MIB:
                return wrote
    return wrote


def make_many_files():
    for number in range(5000):
        os.close(os.open(f"f{number}", os.O_CREAT | os.O_WRONLY))


def make_many_folders():
    for number in range(5000):
        os.mkdir(f"d{number}")


def make_many_links():
    open("first", "w").close()
    for number in range(5000):
        os.link("first", f"l{number}")


def flood_stdout():
    for _ in range(128):
        os.write(1, b"A" * 65536)


def flood_stderr():
    for _ in range(128):
        os.write(2, b"A" * 65536)


def drip():
    for _ in range(200):
        os.write(1, b".")
        time.sleep(0.1)


def print_awkward_text():
    os.write(1, b"\x1b[2J\x1b]0;owned\x07\xed\xa0\x80\xff\xfe\0\0\r\n" * 50)
    os.write(2, b"\x1b]8;;http://x\x07\xc3" * 50)


def close_every_descriptor():
    import resource

    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])

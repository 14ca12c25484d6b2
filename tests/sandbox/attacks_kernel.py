"""Attacks on the confinement itself, and on what the kernel offers. Sent into the sandbox, behind the kit."""

# ruff: noqa: PLC0415, PTH103, PTH123, SIM105, SIM115 - it is sent: each function brings what it needs, and speaks to the system plainly

import os

from tests.sandbox.attacks_kit import FACTS, LIBC, NUMBERS, call, call_number, each, reach


def make_user_namespace():
    call("unshare", 0x10000000)


def mount_in_own_namespace():
    try:
        call("unshare", 0x10000000 | 0x20000)
    except OSError:
        pass
    os.makedirs("mounted", exist_ok=True)
    call("mount", b"x", b"mounted", b"tmpfs", 0, b"")


def change_root():
    os.makedirs("jail", exist_ok=True)
    call("chroot", b"jail")


def clone_with_new_namespaces():
    import ctypes

    room = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)

    def by_clone3():
        child = call("clone3", room, 88)
        return os._exit(0) if child == 0 else os.waitpid(child, 0)

    def by_clone():
        child = call("clone", 0x10000000 | 17, 0, 0, 0, 0)
        return os._exit(0) if child == 0 else os.waitpid(child, 0)

    return each(by_clone3, by_clone)


def enter_other_namespaces():
    return each(
        *(
            lambda owner=owner, kind=kind: call(
                "setns", os.open(f"/proc/{owner}/ns/{kind}", os.O_RDONLY), 0
            )
            for owner in ("1", str(os.getppid()), str(FACTS["victim"]))
            for kind in ("mnt", "net", "pid", "user", "ipc", "uts")
        )
    )


def use_new_mount_calls():
    return each(
        lambda: call("fsopen", b"tmpfs", 0),
        lambda: call("open_tree", -100, b"/", 1),
        lambda: call("umount2", b"/proc", 2) if os.getuid() else reach("pivot_root", b"x", b"x"),
    )


def use_keyring():
    return each(
        lambda: call("keyctl", 0, -3 & 0xFFFFFFFF, 1),
        lambda: call("add_key", b"user", b"x", b"y", 1, -3 & 0xFFFFFFFF),
    )


def use_bpf():
    return each(
        lambda: reach("bpf", 0, 0, 0),
        lambda: call("userfaultfd", 1),
        lambda: reach("perf_event_open", 0, 0, -1, -1, 0),
    )


def use_message_of_the_kernel():
    import ctypes

    room = ctypes.create_string_buffer(4096)
    return call("syslog", 3, room, 4096)


def change_personality():
    return call("personality", 0x0400000)


def type_into_a_terminal():
    import fcntl

    leader, follower = os.openpty()
    FACTS["kept"] = leader
    os.setsid() if os.getsid(0) != os.getpid() else None
    fcntl.ioctl(follower, 0x540E, 0)
    return os.ttyname(follower)


def open_the_terminal():
    return os.open("/dev/tty", os.O_RDWR)


def raise_limits():
    import resource

    endless = resource.RLIM_INFINITY
    for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_CORE"):
        number = getattr(resource, name)
        if resource.getrlimit(number)[1] != endless:
            resource.setrlimit(number, (endless, endless))


def just_be_looked_at():
    return LIBC.prctl(39, 0, 0, 0, 0)


def escape_by_dumpable():
    """Change what others may do to us, and who cleans up after us."""
    wrong = [
        number for number, value in ((4, 0), (36, 1)) if LIBC.prctl(number, value, 0, 0, 0) == 0
    ]
    if not wrong:
        raise PermissionError("prctl")
    return wrong


def run_from_memory():
    import ctypes

    file = call("memfd_create", ctypes.c_char_p(b"x"), 0)
    os.write(file, open("/bin/true", "rb").read())
    child = os.fork()
    if child == 0:
        os.execve(file, ["true"], {})
    return os.waitpid(child, 0)


def run_ourselves_again():
    """A new program gets a new start: the filters must stay."""
    import socket
    import subprocess

    code = f"import socket; socket.create_connection(('127.0.0.1', {FACTS['tcp']}), 2).close()"
    return each(
        lambda: (
            subprocess.run(
                [os.path.realpath("/proc/self/exe"), "-ISc", code], check=True
            ).returncode
        ),
        lambda: socket.create_connection(("127.0.0.1", FACTS["tcp"]), 2).close(),
    )


def try_every_call():
    """Arguments that can do no harm; the kernel must be found behind few of the dangerous ones."""
    reached = []
    for name in sorted(NUMBERS):
        if name not in {"exit", "clone", "clone3", "vmsplice", "munmap", "umount2", "unshare"}:
            try:
                reached.append(reach(name, -1, 0, 0, 0, 0))
            except OSError:
                continue
    for number in (175, 176, 169, 246, 320, 313, 167, 168, 163, 155, 170, 171):
        if os.getuid() == 0 and not FACTS["confined"]:
            continue
        try:
            call_number(number, -1, -1, -1, -1, -1)
            reached.append(number)
        except OSError as error:
            if error.errno not in {1, 13, 38}:
                reached.append((number, error.errno))
    if not reached:
        raise PermissionError("none")
    return reached


def splice_into_a_file():
    import ctypes

    file = os.open(FACTS["library"], os.O_RDONLY)
    here, there = os.pipe()
    os.splice(file, there, 64)
    room = ctypes.create_string_buffer(b"pwned" * 8)
    vector = (ctypes.c_uint64 * 2)(ctypes.addressof(room), 40)
    call("vmsplice", there, vector, 1, 0)
    target = os.open(FACTS["folder"] + "/open", os.O_WRONLY)
    return os.splice(here, target, 64), here

"""Attacks that want to reach somebody. Sent into the sandbox, behind the kit."""

# ruff: noqa: PLC0415 - it is sent: each function brings what it needs, and speaks to the system plainly

import os
import socket

from tests.sandbox.attacks_kit import FACTS, call, call_number, each


def connect_tcp():
    with socket.create_connection(("127.0.0.1", FACTS["tcp"]), 2) as door:
        door.sendall(b"hello")


def send_udp():
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"hello", ("127.0.0.1", FACTS["udp"]))


def send_dns():
    import struct

    head = struct.pack(">HHHHHH", 7, 256, 1, 0, 0, 0)
    packet = head + b"\x06secret\x07example\x00" + struct.pack(">HH", 1, 1)
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(packet, ("127.0.0.1", FACTS["udp"]))


def connect_unix():
    socket.socket(socket.AF_UNIX).connect(FACTS["unix"])


def connect_abstract():
    socket.socket(socket.AF_UNIX).connect("\0" + FACTS["abstract"])


def open_netlink():
    return socket.socket(16, socket.SOCK_RAW, 0).fileno()


def open_odd_sockets():
    families = (2, 10, 15, 17, 31, 38, 40, 44)
    return each(
        *(
            lambda family=family, kind=kind: socket.socket(family, kind, 0).detach()
            for family in families
            for kind in (
                socket.SOCK_STREAM,
                socket.SOCK_DGRAM,
                socket.SOCK_RAW,
                socket.SOCK_SEQPACKET,
            )
        )
    )


def set_up_io_uring():
    import ctypes

    return call("io_uring_setup", 4, ctypes.create_string_buffer(256))


def open_a_socket_by_the_old_gate():
    """`int 0x80`: 32-bit numbers, which a filter for 64-bit numbers would misread."""
    import ctypes
    import mmap

    page = mmap.mmap(-1, 4096, prot=7)
    # The socket call (359) for AF_INET and SOCK_STREAM, between a saved and a restored rbx.
    page.write(
        b"\x53\xb8\x67\x01\x00\x00\xbb\x02\x00\x00\x00\xb9\x01\x00\x00\x00\xba\x00\x00\x00\x00\xcd\x80\x5b\xc3"
    )
    run = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    number = run()
    if number < 0:
        raise OSError(-number, "")
    return number


def open_a_socket_by_own_code():
    """No library between the attack and the kernel."""
    import ctypes
    import mmap

    page = mmap.mmap(-1, 4096, prot=7)
    # The socket call (41) for AF_INET and SOCK_STREAM.
    page.write(
        b"\xb8\x29\x00\x00\x00\xbf\x02\x00\x00\x00\xbe\x01\x00\x00\x00\xba\x00\x00\x00\x00\x0f\x05\xc3"
    )
    run = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    number = run()
    if number < 0:
        raise OSError(-number, "")
    return number


def open_a_socket_by_x32():
    return call_number(0x40000000 | 41, 2, 1, 0)


def open_message_queues():
    return each(
        lambda: call("mq_open", b"q" + FACTS["mark"].encode(), os.O_CREAT | os.O_RDWR, 0o600, 0),
        lambda: call("msgget", 0, 0o1600),
        lambda: call("semget", 0, 4, 0o1600),
    )


def keep_a_socket_pair_full():
    """Descriptors in flight count for the whole user: nobody else must be kept from sending one."""
    left, right = socket.socketpair()
    FACTS["kept"] = left, right
    sent = 0
    try:
        for _ in range(20):
            socket.send_fds(left, [b"x"], [0] * 200, socket.MSG_DONTWAIT)
            sent += 200
    except OSError:
        pass
    return sent


def meet_the_next_cell():
    """Shared memory and an abstract address, where a neighbour looks for them."""
    made = []
    try:
        file = os.open("/dev/shm/left-" + FACTS["mark"], os.O_CREAT | os.O_RDWR)
        made.append(os.write(file, FACTS["mark"].encode()))
    except OSError:
        pass
    try:
        door = socket.socket(socket.AF_UNIX)
        door.bind("\0modelbench-meeting")
        door.listen(5)
        FACTS["kept"] = door
        made.append(door.fileno())
    except OSError:
        pass
    if not made:
        raise PermissionError("nowhere to meet")
    return made

"""Attacks on the channel to the host, and on what the host makes of it. Sent into the sandbox, behind the kit."""

# ruff: noqa: PLC0415 - it is sent: each function brings what it needs, and speaks to the system plainly

import os

from tests.sandbox.attacks_kit import FACTS


def find_sockets():
    import stat

    found = []
    for number in range(3, 400):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                found.append(number)
        except OSError:
            continue
    return found


def write_garbage_to_the_channel():
    for number in find_sockets():
        os.write(number, b"\xff" * 4096)


def claim_a_huge_frame():
    for number in find_sockets():
        os.write(number, b"\xff\xff\xff\xff" + b"x" * 64)
        os.write(number, b"\0\0\0\xff\xff\xff\xff\xff")


def close_the_channel():
    for number in find_sockets():
        os.close(number)


def shut_the_channel_and_stay():
    import socket
    import time

    for number in find_sockets():
        socket.socket(fileno=os.dup(number)).shutdown(socket.SHUT_WR)
    time.sleep(20)


def flood_the_channel():
    frame = b'{"id": "0", "value": 1}'
    page = (len(frame).to_bytes(4, "big") + frame) * 2000
    for number in find_sockets():
        os.set_blocking(number, False)
        for _ in range(200):
            try:
                os.write(number, page)
            except OSError:
                break


def send_deep_json():
    frame = b"[" * 100_000
    for number in find_sockets():
        os.write(number, len(frame).to_bytes(4, "big") + frame)


def send_descriptors_to_the_host():
    import socket

    for number in find_sockets():
        door = socket.socket(fileno=os.dup(number))
        for _ in range(50):
            try:
                socket.send_fds(door, [b"\0\0\0\0"], [0, 1, 2] * 60, socket.MSG_DONTWAIT)
            except OSError:
                break


def read_what_the_host_says():
    import socket

    heard = []
    for number in find_sockets():
        door = socket.socket(fileno=os.dup(number))
        door.settimeout(0.2)
        try:
            heard.append(door.recv(65536))
        except OSError:
            continue
    return heard


def keep_the_channel_open():
    """A child that holds every descriptor we have: the host must not wait for the end of it."""
    import time

    if os.fork() == 0:
        os.setsid()
        time.sleep(3)
        os._exit(0)
    os._exit(0)


def answer_by_a_thread_after_the_end():
    import threading
    import time

    def write():
        while True:
            for number in find_sockets():
                try:
                    os.write(number, b"\0\0\0\2{}")
                except OSError:
                    continue
            time.sleep(0.01)

    for _ in range(4):
        threading.Thread(target=write, daemon=True).start()
    FACTS["kept"] = write


def poison_what_is_shared():
    """Whatever the next cell is made of must not be what this one changed."""
    import builtins
    import json
    import sys

    for module, name in ((builtins, "open"), (builtins, "exec"), (json, "loads"), (json, "dumps")):
        setattr(module, name, lambda *_, **__: "poisoned")
    for name in list(sys.modules):
        if "confined" in name or name in {"socket", "struct", "selectors"}:
            module = sys.modules[name]
            for attribute in list(vars(module)):
                try:
                    setattr(module, attribute, None)
                except (AttributeError, TypeError):
                    continue

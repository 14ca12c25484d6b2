"""Ordinary things that programs do, run inside a cell: each either works or does not.

This file is sent into the sandbox whole. It prints one line of JSON.
"""

# ruff: noqa: FBT003, ICN001, PLC0415, PT009, PTH101, PTH103, PTH109, PTH116, PTH123, SIM115, T201 - it is sent: each function brings what it needs, and speaks to the system plainly

import importlib
import json
import os
import subprocess
import sys
import tempfile


def shell(script):
    """Run a script; RuntimeError where it fails."""
    done = subprocess.run(
        ["/bin/sh", "-c", script], capture_output=True, text=True, timeout=20, check=False
    )
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout)[-150:])


def numpy():
    import numpy

    ones = numpy.ones((100, 100))
    assert float((ones @ ones).sum()) == 1_000_000.0


def threads():
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(abs, range(100))) == 4950


def asyncio_tasks():
    import asyncio

    async def work():
        async with asyncio.timeout(5):
            return await asyncio.gather(asyncio.sleep(0, 1), asyncio.to_thread(abs, -2))

    assert asyncio.run(work()) == [1, 2]


def asyncio_subprocess():
    import asyncio

    async def work():
        process = await asyncio.create_subprocess_exec("/bin/echo", "hi", stdout=-1)
        return (await process.communicate())[0]

    assert asyncio.run(work()) == b"hi\n"


def sqlite_file():
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect("own.db")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (a)")
        connection.commit()


def temporary_files():
    with tempfile.TemporaryDirectory() as folder, open(folder + "/x", "w") as file:
        file.write("1")


def copies_of_files():
    import shutil

    with open("a", "w") as file:
        file.write("1")
    shutil.copy2("a", "b")
    os.makedirs("d1/d2", exist_ok=True)
    shutil.copytree("d1", "d3")
    shutil.rmtree("d3")
    shutil.move("b", "c")


def modes_of_files():
    with open("m", "w") as file:
        file.write("1")
    os.chmod("m", 0o600)
    assert os.stat("m").st_mode & 0o777 == 0o600


def signals_to_oneself():
    import signal

    heard = []
    signal.signal(signal.SIGUSR1, lambda number, _: heard.append(number))
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    assert len(heard) == 2


def multiprocessing_process():
    import multiprocessing

    process = multiprocessing.get_context("fork").Process(target=abs, args=(1,))
    process.start()
    process.join()
    assert process.exitcode == 0


def multiprocessing_pool():
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(abs, [-1, -2]) == [1, 2]


def text_tools():
    shell(
        "mkdir -p q/w && echo hi > q/w/f && grep -r hi q && sed -i s/hi/ho/ q/w/f && cp -p q/w/f g"
        " && tar cf t.tar q && tar xf t.tar && find . -name f && awk '{print $1}' g && ls -la && date"
        " && sort g | uniq -c && head -1 g && mktemp && xargs echo < g && diff g q/w/f && touch z"
    )


def script_made_executable():
    shell("printf '#!/bin/sh\\necho ok\\n' > s.sh && chmod +x s.sh && ./s.sh")


def git():
    shell(
        "git -c init.defaultBranch=main init -q repo && cd repo && echo 1 > f && git add f"
        " && git -c user.name=a -c user.email=a@b commit -qm x && git log --oneline && git status"
    )


def c_compiler():
    shell("printf 'int main(void){return 0;}' > m.c && cc m.c -o m.out && ./m.out")


def child_is_killed():
    process = subprocess.Popen(["/bin/sleep", "30"])
    process.kill()
    assert process.wait() == -9


def pytest_inside():
    with open("test_x.py", "w") as file:
        file.write("def test_a(tmp_path):\n    (tmp_path / 'f').write_text('1')\n")
    shell(f"{sys.executable} -m pytest -q -p no:cacheprovider -p no:modelbench test_x.py")


def unittest_inside():
    import unittest

    class Works(unittest.TestCase):
        def test(self):
            self.assertTrue(True)

    ran = unittest.TextTestRunner(stream=open(os.devnull, "w")).run(
        unittest.defaultTestLoader.loadTestsFromTestCase(Works)
    )
    assert ran.wasSuccessful()


def time_zones():
    import zoneinfo

    assert str(zoneinfo.ZoneInfo("Europe/Paris")) == "Europe/Paris"


def home_folder():
    from pathlib import Path

    (Path.home() / "note").write_text("x")
    assert Path("~/note").expanduser().read_text() == "x"


def randomness():
    import random
    import secrets
    import uuid

    assert uuid.uuid4() != uuid.uuid4()
    assert len(secrets.token_bytes(8)) == 8
    assert random.SystemRandom().random() < 1


def hashes():
    import hashlib

    assert hashlib.sha256(b"x").hexdigest()[:4] == "2d71"


def compression():
    import bz2
    import lzma
    import zlib

    assert bz2.decompress(bz2.compress(b"x")) == zlib.decompress(zlib.compress(b"x")) == b"x"
    assert lzma.decompress(lzma.compress(b"x")) == b"x"


def ssl_context():
    import ssl

    ssl.create_default_context()


def key_value_files():
    import shelve

    with shelve.open("shelf") as shelf:
        shelf["a"] = 1
    with shelve.open("shelf") as shelf:
        assert shelf["a"] == 1


def local_socket():
    import socket

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        socket.create_connection(door.getsockname()).close()


def socket_pair():
    import socket

    left, right = socket.socketpair()
    left.sendall(b"x")
    assert right.recv(1) == b"x"


def memory_maps():
    import mmap

    with mmap.mmap(-1, 1 << 20) as page:
        page[0] = 1


def user_name():
    import getpass

    assert getpass.getuser()


def imports_of_own_modules():
    with open("own_module.py", "w") as file:
        file.write("x = 1\n")
    sys.path.insert(0, os.getcwd())
    own_module = importlib.import_module("own_module")
    assert own_module.x == 1


def numbers_in_c():
    import ctypes

    assert ctypes.CDLL(None).abs(-3) == 3


def try_all():
    """Try everything; return what went wrong, "" where it worked."""
    said = {}
    for name, value in list(globals().items()):
        if callable(value) and name not in {"shell", "try_all"} and value.__module__ == __name__:
            try:
                value()
                said[name] = ""
            except BaseException as error:  # noqa: BLE001  it did not work, whatever it was
                said[name] = f"{type(error).__name__}: {error}"[:200]
    return said


if __name__ == "__main__":
    print(json.dumps(try_all()))

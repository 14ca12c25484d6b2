"""Runs inside a cell: a hostile shell script, and a look at the files it left."""

import os
import socket
import stat
import subprocess
from collections.abc import Iterator

from pytest_modelbench.confined.entries.loading import prepare_workspace
from pytest_modelbench.confined.entries.program import take_streams
from pytest_modelbench.confined.frames import receive, send

__all__ = ["list_files", "serve_shell"]

SHELL = "/bin/sh"
PATH = "/usr/local/bin:/usr/bin:/bin"
MAX_FILES = 256
MAX_DEPTH = 16
MAX_FILE_BYTES = 64 * 1024
MAX_TOTAL_BYTES = 256 * 1024


def serve_shell(channel: socket.socket) -> None:
    """Take a script, run it with streams of the host, and say how it ended and what it left."""
    identity, script, arguments, files = receive(channel)
    prepare_workspace(files)
    stdin, stdout, stderr = take_streams(channel)
    with subprocess.Popen(  # noqa: S603  what a cell is for
        [SHELL, "-c", script, "answer", *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env={"PATH": PATH, **os.environ},
    ) as shell:
        for descriptor in (stdin, stdout, stderr):
            os.close(descriptor)
        code = shell.wait()
    send(channel, [identity, "ended", code, list(list_files(os.getcwd()))])  # noqa: PTH109  pathlib takes long to import


def list_files(root: str) -> Iterator[list[str]]:
    """Yield path and beginning of the files in a folder: plain ones only, and not too many."""
    left, total = MAX_FILES, MAX_TOTAL_BYTES
    waiting = [(root, "", 0)]
    while waiting:
        folder, prefix, depth = waiting.pop()
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if left <= 0 or total <= 0:
                return
            left -= 1
            if entry.is_dir(follow_symlinks=False) and depth < MAX_DEPTH:
                waiting.append((entry.path, f"{prefix}{entry.name}/", depth + 1))
            elif entry.is_file(follow_symlinks=False):
                data = _read(entry.path, min(MAX_FILE_BYTES, total))
                total -= len(data)
                yield [f"{prefix}{entry.name}", data.decode("utf-8", "replace")]


def _read(path: str, size: int) -> bytes:
    # The name may have become a pipe or a link since it was looked at.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return b""
        return os.read(descriptor, size)
    finally:
        os.close(descriptor)

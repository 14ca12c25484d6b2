"""Runs inside a cell: hostile source as a program, from the start.

Its streams are pipes whose other ends the host has, so that what it wrote survives however it ends;
how it ended is seen from outside too.
"""

import atexit
import os
import socket
import sys
import threading
import traceback
import types

from pytest_modelbench.confined.entries.loading import load_source, prepare_workspace
from pytest_modelbench.confined.frames import receive

__all__ = ["serve_program", "take_streams"]

FILE_NAME = "answer.py"
CRASH_CODE = 1
STDIN, STDOUT, STDERR = 0, 1, 2
STREAMS = 3


def serve_program(channel: socket.socket) -> None:
    """Take a source and its streams, run it, and end with its exit code."""
    _identity, source, arguments, files = receive(channel)
    for ours, stream in zip(take_streams(channel), (STDIN, STDOUT, STDERR), strict=True):
        os.dup2(ours, stream)
        if ours != stream:
            os.close(ours)
    channel.close()
    code = CRASH_CODE
    try:
        code = _run(source, arguments, files)
    finally:
        # Whatever it left behind (threads, hooks) gets no say in the exit code.
        os._exit(code)


def take_streams(channel: socket.socket) -> list[int]:
    """Return what is to be standard input, output and error: the host made them, and sends them.

    A cell must not send descriptors. Those under way count for the whole user, so that one cell
    could keep all others from it.
    """
    _data, descriptors, _flags, _address = socket.recv_fds(channel, 1, STREAMS)
    if len(descriptors) != STREAMS:
        raise EOFError
    return list(descriptors)


def _run(source: str, arguments: list[str], files: list[list[str]]) -> int:
    for name, stream, mode in (
        ("stdin", STDIN, "r"),
        ("stdout", STDOUT, "w"),
        ("stderr", STDERR, "w"),
    ):
        handler = "surrogateescape" if stream != STDERR else "backslashreplace"
        opened = os.fdopen(stream, mode, encoding="utf-8", errors=handler, closefd=False)
        setattr(sys, name, opened)
        setattr(sys, f"__{name}__", opened)
    prepare_workspace(files)
    sys.argv = [FILE_NAME, *arguments]
    with open(FILE_NAME, "w", encoding="utf-8", errors="surrogatepass") as file:  # noqa: PTH123  pathlib takes long to import
        file.write(source)
    code = _finish(source)
    for stream_name in ("stdout", "stderr"):
        try:
            getattr(sys, stream_name).flush()
        except (OSError, ValueError, AttributeError):
            code = code or CRASH_CODE
    return code


def _finish(source: str) -> int:
    """Run the source as Python runs a program, to the end of its threads and exit handlers."""
    code = 0
    try:
        load_source(source, types.ModuleType("__main__"), FILE_NAME)
    except SystemExit as error:
        code = _exit_code(error)
    except BaseException:  # noqa: BLE001  hostile code raises what it likes
        _show_error()
        code = CRASH_CODE
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001  as Python does before it ends
        atexit._run_exitfuncs()  # noqa: SLF001  as above
    except BaseException:  # noqa: BLE001  as above
        _show_error()
    return code


def _exit_code(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return int(error.code) & 0xFF
    sys.stderr.write(f"{error.code}\n")
    return CRASH_CODE


def _show_error() -> None:
    """Write the traceback, beginning where the program does."""
    kind, error, trace = sys.exc_info()
    while trace is not None and trace.tb_frame.f_code.co_filename != FILE_NAME:
        trace = trace.tb_next
    traceback.print_exception(kind, error, trace)

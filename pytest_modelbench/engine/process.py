"""Starting, feeding and stopping one engine process, seen from the controller."""

import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pytest_modelbench.engine.wire import WireMessage, decode, encode

__all__ = ["EngineProcess"]

READ_BYTES = 1 << 20
LAST_LINE_BYTES = 1000
PACKAGE_PARENT = Path(__file__).parents[2]


class EngineProcess:
    """One `python -m pytest_modelbench.engine`; none of its methods blocks, but `reap`.

    Attributes:
        log_path: Everything that the process prints, native code included.
        to_engine_fd: Where messages to it are written; -1 once closed.
        from_engine_fd: Where messages from it are read.
        is_stopping: Its end was asked for.
    """

    def __init__(self, *, log_path: Path, is_first: bool, folder: Path) -> None:
        log_path.parent.mkdir(parents=True, exist_ok=True)
        with log_path.open("wb" if is_first else "ab") as log:
            self._process = subprocess.Popen(
                # -P: a numpy.py in the user's folder is not for us.
                [sys.executable, "-P", "-m", "pytest_modelbench.engine"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env=_make_environment(os.environ),
                # Ctrl-C in the terminal is for pytest; it stops its engines itself.
                start_new_session=True,
                bufsize=0,
            )
        if (
            self._process.stdin is None or self._process.stdout is None
        ):  # pragma: no cover  # for mypy
            raise AssertionError
        self.log_path = log_path
        self.to_engine_fd = self._process.stdin.fileno()
        self.from_engine_fd = self._process.stdout.fileno()
        self.is_stopping = False
        self._unsent = bytearray()
        self._unread = b""
        os.set_blocking(self.to_engine_fd, False)
        os.set_blocking(self.from_engine_fd, False)

    @property
    def has_unsent(self) -> bool:
        """Tell whether the pipe was too full for all that was sent."""
        return bool(self._unsent)

    def send(self, message: WireMessage) -> None:
        """Send a message, or keep it until `flush` finds room."""
        self._unsent += encode(message)
        self.flush()

    def flush(self) -> None:
        """Write as much as the pipe takes; a dead reader is noticed when reading."""
        while self._unsent and self.to_engine_fd >= 0:
            try:
                written = os.write(self.to_engine_fd, self._unsent[:READ_BYTES])
            except BlockingIOError:
                return
            except BrokenPipeError:
                self._unsent.clear()
                return
            del self._unsent[:written]

    def read(self) -> list[WireMessage] | None:
        """Return the messages that have arrived, None at the end of the last one.

        Raises:
            EngineError: Something arrived that is no message.
        """
        try:
            data = os.read(self.from_engine_fd, READ_BYTES)
        except BlockingIOError:  # pragma: no cover  # a selector was wrong about it
            return []
        if not data:
            return None
        *lines, self._unread = (self._unread + data).split(b"\n")
        return [decode(line) for line in lines]

    def stop(self) -> None:
        """Close its input: it ends at once, whatever native code is doing."""
        self.is_stopping = True
        self._unsent.clear()
        if self.to_engine_fd >= 0 and self._process.stdin is not None:
            self._process.stdin.close()
            self.to_engine_fd = -1

    def kill(self) -> None:
        """Kill it, with everything it may have started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def reap(self, *, timeout_s: float) -> str:
        """Wait for its end, kill it after the timeout, and say how it ended."""
        self.stop()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        code = self._process.returncode
        if code < 0:
            return f"died with {_name_signal(-code)}"
        # A Python error: its last line says more than the number.
        return f"died with exit code {code} ({_read_last_line(self.log_path)})"


def _read_last_line(path: Path) -> str:
    with path.open("rb") as log:
        log.seek(max(0, path.stat().st_size - LAST_LINE_BYTES))
        lines = log.read().decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "nothing in its log")


def _name_signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # real-time signals have no names
        return f"signal {number}"


def _make_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of an engine process."""
    changed = {
        **environment,
        # abort() at once, instead of starting a debugger first.
        "GGML_NO_BACKTRACE": "1",
        # OpenMP threads that spin cost nine tenths of the speed as soon as pytest is busy, too.
        "GOMP_SPINCOUNT": environment.get("GOMP_SPINCOUNT", "1000"),
    }
    if Path(sysconfig.get_path("purelib")) != PACKAGE_PARENT:
        paths = [environment.get("PYTHONPATH", ""), str(PACKAGE_PARENT)]
        changed["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return changed

"""pytest in a process of its own, to be killed at the worst moment; and what is left of it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil

DEADLINE_S = 40.0
POLL_S = 0.02


def wait_until(condition: Callable[[], bool], *, deadline_s: float = DEADLINE_S) -> float:
    """Wait for something to become true; return the seconds it took."""
    begun_at = time.monotonic()
    while not condition():
        if time.monotonic() - begun_at > deadline_s:
            raise AssertionError(f"it was not so after {deadline_s} s")
        time.sleep(POLL_S)
    return time.monotonic() - begun_at


def count_stored(project: Path) -> int:
    """Count the answers in a project's store."""
    path = project / ".modelbench" / "store.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        try:
            return int(connection.execute("SELECT count(*) FROM answers").fetchone()[0])
        except sqlite3.OperationalError:  # the table is not there yet
            return 0


def _obey_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class RunningPytest:
    """A pytest that runs.

    Attributes:
        process: Leader of a process group of its own, like one started from a shell.
        output: What it has written so far, both streams.
        temp: Its folder for temporary files.
    """

    process: subprocess.Popen[bytes]
    output: Path
    temp: Path

    @classmethod
    def start(cls, project: Path, temp: Path, *args: str) -> "RunningPytest":
        """Start pytest in a project."""
        output = project / "output.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "pytest", *args],
                cwd=project,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "TMPDIR": str(temp)},
                # A shell that runs the tests in its background has them ignore Ctrl-C, and
                # whoever they start would inherit that.
                preexec_fn=_obey_interrupts,  # noqa: PLW1509  # the tests' process has no threads
            )
        return cls(process=process, output=output, temp=temp)

    def family(self) -> list[psutil.Process]:
        """Return its workers and engine processes, and their children."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def engines(self) -> list[psutil.Process]:
        """Return its engine processes."""
        return [process for process in self.family() if _is_engine(process)]

    def wait_for_engine(self) -> psutil.Process:
        """Wait for an engine process that has not ended."""
        wait_until(lambda: bool(self.engines()))
        return self.engines()[0]

    def interrupt_all(self) -> None:
        """Do what Ctrl-C in a terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def wait(self, *, deadline_s: float = DEADLINE_S) -> int:
        """Wait for its end and return its exit status."""
        return self.process.wait(deadline_s)

    def text(self) -> str:
        """Return what it has written."""
        return self.output.read_text("utf-8", "replace")

    def leftovers(self) -> list[str]:
        """Return what it left in the folder for temporary files."""
        return sorted(path.name for path in self.temp.glob("modelbench-*"))

    def kill(self) -> None:
        """Leave nothing behind, whatever a test did."""
        try:
            family = self.family()
        except psutil.NoSuchProcess:
            family = []
        for process in family:
            process.kill()
        self.process.kill()
        self.process.wait()


def is_gone(process: psutil.Process) -> bool:
    """Tell whether a process has ended, reaped or not."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _is_engine(process: psutil.Process) -> bool:
    try:
        command = process.cmdline()
    except psutil.Error:
        return False
    return "pytest_modelbench.engine" in command and not is_gone(process)

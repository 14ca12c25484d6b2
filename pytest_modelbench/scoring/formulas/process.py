"""The process in which SymPy compares expressions, seen from the one that asks."""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from pytest_modelbench.scoring.formulas.comparison import Allowance
from pytest_modelbench.scoring.formulas.grammar import Formula

__all__ = ["MathProcess"]

PROGRAM = Path(__file__).with_name("sympy_process.py")
READ_BYTES = 1 << 16
# SymPy takes a second to import, more on a machine that is busy.
START_S = 60.0
COMPARISON_S = 5.0


class MathProcess:
    """Starts when it is first needed, again after it was ended, and stops with this process.

    Args:
        comparison_s: A comparison that takes longer ends the process.
    """

    def __init__(self, comparison_s: float = COMPARISON_S) -> None:
        self._comparison_s = comparison_s
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._lock = threading.Lock()
        self._unread = b""

    @property
    def pid(self) -> int | None:
        """Return which process it is, or None where none runs."""
        return self._process.pid if self._process else None

    def compare(self, left: Formula, right: Formula, relation: str, *, allowance: Allowance) -> str:
        """Return `same`, `different`, `too_large` or `unclear`.

        Raises:
            TimeoutError: It took too long or too much memory.
        """
        message = {
            "left": left.to_wire(),
            "right": right.to_wire(),
            "relation": relation,
            "tolerance": allowance.tolerance,
            "relative": allowance.relative,
            "seconds": self._comparison_s,
        }
        with self._lock:
            self._ensure_started()
            return self._ask(json.dumps(message).encode() + b"\n")

    def close(self) -> None:
        """Stop the process; the next comparison starts another."""
        process, self._process = self._process, None
        self._unread = b""
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def _ensure_started(self) -> None:
        # After a fork the pipes belong to the parent.
        if self._process is not None and self._owner == os.getpid():
            if self._process.poll() is None:
                return
            self.close()
        self._process = subprocess.Popen(  # noqa: S603  our own program
            # -P: the modules beside the program are not for its imports.
            [sys.executable, "-P", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        self._owner = os.getpid()
        self._unread = b""
        # Once is enough, however often it is started.
        atexit.unregister(self.close)
        atexit.register(self.close)
        self._read(START_S, "SymPy's process did not start")

    def _ask(self, line: bytes) -> str:
        if self._process is None or self._process.stdin is None:  # pragma: no cover  # for mypy
            raise AssertionError
        try:
            self._process.stdin.write(line)
        except BrokenPipeError:
            self.close()
            raise TimeoutError("SymPy's process ended before it was asked") from None
        problem = f"SymPy needed more than {self._comparison_s:g} s or its memory"
        # It ends itself a little earlier; this is for the case that it cannot.
        return self._read(self._comparison_s + 1, problem)

    def _read(self, seconds: float, problem: str) -> str:
        """Read one line and return what was found."""
        if self._process is None or self._process.stdout is None:  # pragma: no cover  # for mypy
            raise AssertionError
        descriptor = self._process.stdout.fileno()
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unread:
            left = deadline - time.monotonic()
            ready = select.select([descriptor], [], [], max(left, 0))[0]
            got = os.read(descriptor, READ_BYTES) if ready else b""
            if not got:
                self.close()
                raise TimeoutError(problem)
            self._unread += got
        line, _, self._unread = self._unread.partition(b"\n")
        return str(json.loads(line)["finding"])

"""A live line for answers that take long; only where a person watches a terminal."""

import contextlib
import os
import threading
import time
from collections.abc import Callable

import pytest

from pytest_modelbench.engine import Progress
from pytest_modelbench.reporting import shorten
from pytest_modelbench.session.desk import Tally

__all__ = ["LiveLine", "describe_wait"]

# Answers that are quicker than this need no line.
QUIET_S = 1.0
TICK_S = 0.25
# What an engine said longer ago than this is about an answer that has ended.
STALE_S = 2.0
SAVE, RESTORE, ERASE = "\x1b7", "\x1b8", "\x1b[K"


class LiveLine:
    """Writes to the right of pytest's own progress and leaves its cursor where it was.

    Recorded answers report no tokens, and a model that loads neither: so a thread of its own
    keeps the seconds moving, whatever engines have to say.
    """

    def __init__(
        self, config: pytest.Config, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._config = config
        self._terminal = _find_terminal(config)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._progress: tuple[str, Progress] | None = None
        self._heard_at = self._since = self._began_at = clock()
        self._is_shown = False

    def start(self, count: Callable[[], Tally]) -> None:
        """Show how far the run is from now on.

        Args:
            count: Says how many answers are asked for, and how many of them came.
        """
        if self._terminal < 0:
            return
        self._began_at = self._since = self._clock()
        self._thread = threading.Thread(
            target=self._work, args=(count,), name="modelbench-progress", daemon=True
        )
        self._thread.start()

    def note(self, label: str, progress: Progress) -> None:
        """Take how far the oldest unfinished answer is."""
        with self._lock:
            self._progress, self._heard_at = (label, progress), self._clock()

    def make_room(self) -> None:
        """Take the line away: pytest is about to write."""
        with self._lock:
            self._since = self._clock()
            self._erase()

    def close(self) -> None:
        """Take the line away for good."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        with self._lock:
            self._erase()
            if self._terminal >= 0:
                os.close(self._terminal)
                self._terminal = -1

    def _work(self, count: Callable[[], Tally]) -> None:
        while not self._ended.wait(TICK_S):
            tally = count()
            with self._lock:
                now = self._clock()
                if tally.open and now - self._since >= QUIET_S:
                    self._show(tally, now)

    def _show(self, tally: Tally, now: float) -> None:
        writer = self._config.get_terminal_writer()
        free = writer.fullwidth - writer.width_of_current_line - 1
        text = describe_wait(
            tally,
            progress=self._progress if now - self._heard_at < STALE_S else None,
            waited_s=now - self._since,
            elapsed_s=now - self._began_at,
        )
        self._write(f"{SAVE}{ERASE}{shorten(text, free) if free > 0 else ''}{RESTORE}")
        self._is_shown = True

    def _erase(self) -> None:
        if self._is_shown:
            self._write(f"{ERASE}")
            self._is_shown = False

    def _write(self, text: str) -> None:
        # A terminal that went away takes nothing but the line with it.
        with contextlib.suppress(OSError):
            os.write(self._terminal, text.encode("utf-8", "replace"))


def describe_wait(
    tally: Tally, *, progress: tuple[str, Progress] | None, waited_s: float, elapsed_s: float
) -> str:
    """Return the line: the answer in work, its tokens and speed, and when all will be there.

    Args:
        tally: Of the whole run.
        progress: Label and progress of the answer in work; None where no engine tells.
        waited_s: Since pytest wrote something.
        elapsed_s: Since the run began.
    """
    parts = [f" {waited_s:.0f} s"]
    if progress is not None:
        label, state = progress
        parts.insert(0, f" {label} {state.suite}::{state.question}:")
        parts.append(f", {state.tokens} tokens, {state.tokens_per_s:.0f} t/s")
    parts.append(f"; {tally.answered} of {tally.asked} answers")
    if tally.answered:
        left_s = elapsed_s / tally.answered * tally.open
        parts.append(f", about {_duration(left_s)} left")
    return "".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _find_terminal(config: pytest.Config) -> int:
    """Return a descriptor of the terminal that a person watches, or -1.

    A copy, made while pytest captures nothing: during a test, standard output itself is captured.
    """
    if not config.pluginmanager.hasplugin("terminalreporter") or config.getoption("usepdb"):
        return -1
    writer = config.get_terminal_writer()
    file = writer._file  # noqa: SLF001  # where pytest writes; it has no public name for it
    return os.dup(file.fileno()) if writer.hasmarkup and file.isatty() else -1

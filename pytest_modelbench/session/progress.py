"""A live line for answers that take long; only where a person watches a terminal."""

import sys
import time

import pytest

from pytest_modelbench.engine import Progress
from pytest_modelbench.reporting import shorten

__all__ = ["LiveLine"]

# Answers that are quicker than this need no line.
QUIET_S = 1.0
SAVE, RESTORE, ERASE = "\x1b7", "\x1b8", "\x1b[K"


class LiveLine:
    """Writes to the right of pytest's own progress and leaves its cursor where it was."""

    def __init__(self, config: pytest.Config) -> None:
        self._writer = config.get_terminal_writer()
        self._key = ""
        self._since = 0.0
        self._live = sys.stdout.isatty() and self._writer.hasmarkup

    def show(self, label: str, progress: Progress) -> None:
        """Show how far the oldest unfinished answer is."""
        if not self._live:
            return
        now = time.monotonic()
        if progress.key != self._key:
            self._key, self._since = progress.key, now
        if now - self._since < QUIET_S:
            return
        text = (
            f" {label} {progress.question}: {progress.tokens} tokens, "
            f"{progress.tokens_per_s:.0f} t/s"
        )
        free = self._writer.fullwidth - self._writer.width_of_current_line - 1
        shown = shorten(text, free) if free > 0 else ""
        # The terminal's own file: pytest captures what goes to standard output.
        self._writer._file.write(f"{SAVE}{ERASE}{shown}{RESTORE}")  # noqa: SLF001
        self._writer.flush()

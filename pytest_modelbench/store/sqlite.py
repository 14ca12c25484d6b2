"""The journal of answers and scores, in SQLite; one process writes it, the controller."""

import contextlib
import json
import queue
import sqlite3
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import get_args

from pytest_modelbench.domain.answer import RawAnswer, StopReason
from pytest_modelbench.errors import StoreError

__all__ = ["AnswerStore"]

FORMAT = 1
SCHEMA = """
-- Every answer that an engine finished. `key` is the fingerprint of all that it depends on
-- (subject, messages, sampling with its seed, time limit, trial); the rest is for people.
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, label TEXT NOT NULL, suite TEXT NOT NULL, question TEXT NOT NULL,
    trial INTEGER NOT NULL, answered_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP,
    answer TEXT NOT NULL
) WITHOUT ROWID;
-- The last score of an answer under an instrument; a report reads it, a gate never does.
CREATE TABLE IF NOT EXISTS scores (
    key TEXT NOT NULL, instrument TEXT NOT NULL, scored TEXT NOT NULL,
    PRIMARY KEY (key, instrument)
) WITHOUT ROWID;
-- SHA-256 of files too large to be read at every start; valid for one size and time of change.
CREATE TABLE IF NOT EXISTS digests (
    path TEXT PRIMARY KEY, size_bytes INTEGER NOT NULL, changed_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL
) WITHOUT ROWID;
"""
INSERT_ANSWER = (
    "INSERT OR REPLACE INTO answers (key, label, suite, question, trial, answer) "
    "VALUES (?, ?, ?, ?, ?, ?)"
)
INSERT_SCORE = "INSERT OR REPLACE INTO scores (key, instrument, scored) VALUES (?, ?, ?)"
IN_CLAUSE = 500
WAIT_S = 30.0
RETRY_S = 0.02


class AnswerStore:
    """Keeps every finished answer at once, so that a killed run resumes.

    Rows are handed to a writer thread that commits whatever has come in since its last commit:
    nothing waits for a timer, and many rows share one commit when they arrive together.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the store.

        Raises:
            StoreError: The file cannot be opened, or another version wrote it.
        """
        self._path = path
        self._rows: queue.SimpleQueue[tuple[str, tuple[object, ...]] | None] = queue.SimpleQueue()
        self._trouble: list[str] = []
        self._unreadable: set[str] = set()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _ignore_in_git(path.parent)
            self._reader = self._connect()
        except OSError as error:
            raise self._error(str(error)) from error
        try:
            _prepare(self._reader)
            writer = self._connect()
        except (ValueError, sqlite3.Error) as error:
            self._reader.close()
            raise self._error(str(error)) from error
        self._writer = threading.Thread(
            target=self._write, args=(writer,), name="modelbench-store", daemon=True
        )
        self._writer.start()

    def add_answer(
        self, raw: RawAnswer, *, label: str, suite: str, question: str, trial: int
    ) -> None:
        """Keep an answer; returns at once, from any thread."""
        plain = json.dumps(asdict(raw))
        self._rows.put((INSERT_ANSWER, (raw.key, label, suite, question, trial, plain)))

    def add_score(self, key: str, *, instrument: str, scored: Mapping[str, object]) -> None:
        """Keep the score of an answer; returns at once, from any thread."""
        self._rows.put((INSERT_SCORE, (key, instrument, json.dumps(scored))))

    def find_answers(self, keys: Iterable[str]) -> Mapping[str, RawAnswer]:
        """Return the stored ones of these answers; a row that cannot be read is left out.

        Raises:
            StoreError: The store cannot be read at all.
        """
        wanted = list(keys)
        found: dict[str, RawAnswer] = {}
        try:
            for start in range(0, len(wanted), IN_CLAUSE):
                part = wanted[start : start + IN_CLAUSE]
                marks = ",".join("?" * len(part))
                rows = self._reader.execute(
                    f"SELECT key, answer FROM answers WHERE key IN ({marks})",  # noqa: S608  # only question marks
                    part,
                )
                for key, plain in rows:
                    try:
                        found[key] = _read_answer(key, plain)
                    except (ValueError, TypeError):
                        # It is asked again: that costs an answer, never a verdict.
                        self._unreadable.add(key)
        except sqlite3.Error as error:
            raise self._error(str(error)) from error
        return found

    def describe_unreadable(self) -> list[str]:
        """Say how many stored answers could not be read, in one line or none."""
        count = len(self._unreadable)
        answers = "1 stored answer" if count == 1 else f"{count} stored answers"
        return [f"{answers} could not be read and had to be asked again"] if count else []

    def find_digest(self, path: Path) -> str:
        """Return the kept SHA-256 of a file that has not changed since, or "".

        Raises:
            StoreError: The store cannot be read at all.
        """
        facts = path.stat()
        try:
            row = self._reader.execute(
                "SELECT sha256 FROM digests WHERE path = ? AND size_bytes = ? AND changed_ns = ?",
                (str(path), facts.st_size, facts.st_mtime_ns),
            ).fetchone()
        except sqlite3.Error as error:
            raise self._error(str(error)) from error
        return str(row[0]) if row else ""

    def add_digest(self, path: Path, sha256: str) -> None:
        """Keep the SHA-256 of a file."""
        facts = path.stat()
        self._rows.put(
            (
                "INSERT OR REPLACE INTO digests VALUES (?, ?, ?, ?)",
                (str(path), facts.st_size, facts.st_mtime_ns, sha256),
            )
        )

    def close(self) -> None:
        """Write what is waiting and close.

        Raises:
            StoreError: Some rows could not be written.
        """
        self._rows.put(None)
        self._writer.join()
        self._reader.close()
        if self._trouble:
            raise self._error(self._trouble[0])

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self._path, timeout=WAIT_S, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self._error(str(error)) from error
        try:
            # Survives the death of any process; only a power cut may lose the last commits.
            connection.execute("PRAGMA synchronous = NORMAL")
            _use_write_ahead_log(connection)
        except sqlite3.Error as error:
            connection.close()
            raise self._error(str(error)) from error
        return connection

    def _write(self, connection: sqlite3.Connection) -> None:
        open_ended = True
        while open_ended:
            rows = [self._rows.get()]
            with contextlib.suppress(queue.Empty):
                while True:
                    rows.append(self._rows.get_nowait())
            open_ended = None not in rows
            try:
                connection.execute("BEGIN IMMEDIATE")
                for row in rows:
                    if row is not None:
                        connection.execute(*row)
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                self._trouble.append(f"{len(rows)} rows could not be written: {error}")
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        connection.close()

    def _error(self, problem: str) -> StoreError:
        return StoreError(
            f"the store of answers cannot be used: {problem}",
            "move the file away; the answers in it are then asked again.",
            str(self._path),
        )


def _prepare(connection: sqlite3.Connection) -> None:
    """Create the tables of a new store, and touch no store of another version.

    Raises:
        ValueError: Another version wrote it.
    """
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found not in {0, FORMAT}:
        raise ValueError(f"its format is {found}, this version reads {FORMAT}")
    if found != FORMAT:
        connection.executescript(SCHEMA)
        connection.execute(f"PRAGMA user_version = {FORMAT}")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # SQLite does not wait for other processes here: two runs that start together collide.
    deadline = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(RETRY_S)
        else:
            return


def _read_answer(key: str, plain: str) -> RawAnswer:
    """Rebuild an answer.

    Raises:
        ValueError: It is not what this version writes.
        TypeError: It is not what this version writes.
    """
    raw = RawAnswer(**json.loads(plain))
    texts = (raw.text, raw.detail, raw.stop_reason)
    numbers = (raw.prompt_tokens, raw.answer_tokens, raw.prompt_s, raw.decode_s)
    if (
        raw.key != key
        or raw.stop_reason not in get_args(StopReason)
        or not all(isinstance(text, str) for text in texts)
        or not all(isinstance(number, int | float) for number in numbers)
    ):
        raise ValueError("not an answer")
    return raw


def _ignore_in_git(folder: Path) -> None:
    marker = folder / ".gitignore"
    if not marker.exists():
        marker.write_text("*\n", "utf-8")

"""Runs inside a cell: hostile SQL on a database in memory."""

import socket
from typing import TYPE_CHECKING, Any

from pytest_modelbench.confined.codec import CodecError, encode
from pytest_modelbench.confined.entries.loading import describe_error
from pytest_modelbench.confined.frames import MAX_FRAME_BYTES, pack, receive

if TYPE_CHECKING:
    import sqlite3

__all__ = ["serve_sql", "split_statements"]

MAX_ROWS = 10_000
MAX_REPLY_BYTES = MAX_FRAME_BYTES - 4096


def serve_sql(channel: socket.socket) -> None:
    """Take a fixture and a source, run both, and hand back columns and rows."""
    identity, source, fixture, after = receive(channel)
    try:
        body = ["returned", _select(source, fixture, after)]
    except Exception as error:  # noqa: BLE001  whatever the database says is for people
        body = ["raised", *describe_error(error)]
    channel.sendall(pack([identity, *body]))


def _select(source: str, fixture: str, after: str) -> Any:  # noqa: ANN401  JSON
    import sqlite3  # noqa: PLC0415  no other entry needs it

    # Every statement counts at once, as if the answer was typed into a shell.
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript(fixture)
    except sqlite3.Error as error:
        raise FixtureError(str(error)) from error
    found = _run(database, source)
    if after:
        # Not the fixture's fault if this fails: the answer may have dropped what it looks at.
        found = _run(database, after)
    form = encode(found, _keep)
    if len(pack([form])) > MAX_REPLY_BYTES:
        raise CodecError("too many rows")
    return form


class FixtureError(Exception):
    """What the check itself brings does not run."""


def _run(database: "sqlite3.Connection", source: str) -> dict[str, list[Any]]:
    """Return columns and rows of the last statement that has any."""
    columns: list[str] = []
    rows: list[tuple[Any, ...]] = []
    for statement in split_statements(source):
        cursor = database.execute(statement)
        if cursor.description is not None:
            columns = [column[0] for column in cursor.description]
            rows = cursor.fetchmany(MAX_ROWS + 1)
    if len(rows) > MAX_ROWS:
        raise CodecError("too many rows")
    return {"columns": columns, "rows": rows}


def split_statements(source: str) -> list[str]:
    """Return the statements of a script; a semicolon in a text or a trigger ends none."""
    import sqlite3  # noqa: PLC0415  as above

    statements, current = [], ""
    for part in source.split(";"):
        current += part
        if sqlite3.complete_statement(f"{current};"):
            statements.append(current)
            current = ""
        else:
            current += ";"
    statements.append(current.removesuffix(";"))
    return [statement for statement in statements if statement.strip()]


def _keep(_value: object) -> tuple[str, int]:
    raise CodecError("no value of a database")

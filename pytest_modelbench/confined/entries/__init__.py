"""What can run in a cell, by name; each takes the cell's end of its channel."""

import socket
from collections.abc import Callable, Mapping

from pytest_modelbench.confined.entries.module import serve_module
from pytest_modelbench.confined.entries.program import serve_program
from pytest_modelbench.confined.entries.shell import serve_shell
from pytest_modelbench.confined.entries.sql import serve_sql
from pytest_modelbench.confined.entries.tester import serve_test

__all__ = ["ENTRIES"]

ENTRIES: Mapping[str, Callable[[socket.socket], None]] = {
    "module": serve_module,
    "test": serve_test,
    "program": serve_program,
    "shell": serve_shell,
    "sql": serve_sql,
}

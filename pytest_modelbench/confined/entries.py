"""What can run in a cell, by name; each takes the cell's end of its channel."""

import socket
from collections.abc import Callable, Mapping

from pytest_modelbench.confined.module import serve_module
from pytest_modelbench.confined.program import serve_program
from pytest_modelbench.confined.shell_entry import serve_shell
from pytest_modelbench.confined.sql_entry import serve_sql
from pytest_modelbench.confined.tester import serve_test

__all__ = ["ENTRIES"]

ENTRIES: Mapping[str, Callable[[socket.socket], None]] = {
    "module": serve_module,
    "test": serve_test,
    "program": serve_program,
    "shell": serve_shell,
    "sql": serve_sql,
}

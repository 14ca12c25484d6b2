"""The process that forks cells, seen from the host."""

import os
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from pytest_modelbench import confined
from pytest_modelbench.confined.plan import (
    Order,
    Plan,
    pack_order,
    pack_plan,
    read_message,
)
from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.cells import LeashedCell
from pytest_modelbench.sandbox.surroundings import find_interpreter

__all__ = ["BARE", "CONFINED_FOLDER", "PACKAGE_FOLDER", "ZygoteProcess"]

CONFINED_FOLDER = str(Path(confined.__file__).parent)
PACKAGE_FOLDER = str(Path(CONFINED_FOLDER).parent)
# What `-I` does, but for the environment: ours is empty, and fixes the order of sets, so that the
# same code prints the same text in every run.
BARE = ("-s", "-P", "-S", "-B")
# The package around it stays outside: it may import what is not there in a cell.
BOOT = """\
import sys, types
package = types.ModuleType("pytest_modelbench")
package.__path__ = [sys.argv[3]]
sys.modules["pytest_modelbench"] = package
from pytest_modelbench.confined.zygote import main
main(int(sys.argv[1]), int(sys.argv[2]))
"""
START_S = 20.0
END_S = 5.0
LAST_BYTES = 2000


class ZygoteProcess:
    """Starts cells, until it is closed or this process is gone."""

    def __init__(self, plan: Plan, *, prefix: Sequence[str] = ()) -> None:
        """Start it, without waiting for it.

        Args:
            plan: What its cells have in common.
            prefix: A command that starts it inside of something.

        Raises:
            SandboxError: The interpreter or the command cannot be executed.
        """
        self._control, inner = socket.socketpair()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the process
        self._lock = threading.Lock()
        self._is_confirmed = False
        host = _open_self()
        argv = [
            *(*prefix, find_interpreter(), *BARE, "-c", BOOT, str(inner.fileno()), str(host)),
            PACKAGE_FOLDER,
        ]
        try:
            self._process = subprocess.Popen(  # noqa: S603  no shell, and nothing of a model
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._log,
                cwd="/",
                env=_make_environment(plan),
                pass_fds=[inner.fileno(), *([host] if host >= 0 else [])],
                # Ctrl-C in the terminal is for pytest.
                start_new_session=True,
            )
            self._control.sendall(pack_plan(plan))
        except OSError as error:
            self._control.close()
            raise SandboxError(f"could not be started: {error}") from error
        finally:
            inner.close()
            if host >= 0:
                os.close(host)

    def confirm(self) -> None:
        """Wait until it is ready.

        Raises:
            SandboxError: It cannot confine on this machine; the problem says why.
        """
        if self._is_confirmed:
            return
        self._control.settimeout(START_S)
        try:
            message = read_message(self._control)
        except OSError:
            message = None
        self._control.settimeout(None)
        if message is None or message[0]:
            problem = message[0].decode("utf-8", "replace") if message else ""
            problem = problem or self._read_last_line() or "it died at once"
            self.close()
            raise SandboxError(problem)
        self._is_confirmed = True

    def start_cell(self, order: Order, *, on_end: Callable[[], None]) -> LeashedCell:
        """Start a cell.

        Args:
            order: What cell.
            on_end: Called when it has ended.

        Raises:
            SandboxError: It could not be started.
        """
        channel, inner_channel = socket.socketpair()
        leash, inner_leash = socket.socketpair()
        cell = LeashedCell(
            channel, leash, on_end=on_end, may_be_lost=lambda: self._control.fileno() < 0
        )
        try:
            packed = pack_order(order)
            # All at once: descriptors go with the bytes that they were sent with.
            with self._lock:
                sent = socket.send_fds(
                    self._control, [packed], [inner_channel.fileno(), inner_leash.fileno()]
                )
                if sent < len(packed):
                    self._control.sendall(packed[sent:])
        except OSError as error:
            channel.close()
            leash.close()
            on_end()
            reason = self._read_last_line() or "it said nothing"
            raise SandboxError(f"what starts cells has died: {reason}") from error
        finally:
            inner_channel.close()
            inner_leash.close()
        cell.confirm()
        return cell

    def hang_up(self) -> None:
        """Say that there will be no more orders: it ends with all its cells."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()

    def has_ended(self) -> bool:
        """Tell whether it is gone, with all its cells."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End it with all its cells, and wait until it is gone."""
        self.hang_up()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _read_last_line(self) -> str:
        if self._log.closed:
            return "it was closed"
        descriptor = self._log.fileno()
        # No seeking: the process writes from the same place.
        start = max(0, os.fstat(descriptor).st_size - LAST_BYTES)
        lines = os.pread(descriptor, LAST_BYTES, start).decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _open_self() -> int:
    """Return a descriptor that becomes readable when this process is gone; -1 without such."""
    try:
        return os.pidfd_open(os.getpid())
    except (AttributeError, OSError):
        return -1


def _make_environment(plan: Plan) -> dict[str, str]:
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    if plan.libraries:
        environment["LD_LIBRARY_PATH"] = plan.libraries
    return environment

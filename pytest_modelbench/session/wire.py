"""The workers' line to the controller's desk: plain, versioned JSON lines on a Unix socket.

A worker first sends `{"v": 1, "kind": "order", "trials": [[node id, label, suite, question,
number], ...]}`: what it collected, in its order. Then, for each trial, it sends `{"v": 1, "kind":
"take", "key": ...}` and waits; the controller replies with that answer and with those of the next
questions that are there already. Code in an answer is executed by the controller, which has the
one sandbox of the run: `{"v": 1, "kind": "observe", "execution": ...}`. Each may be replied to with
an error instead.
"""

import contextlib
import json
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_modelbench.domain import Prompt, RawAnswer
from pytest_modelbench.errors import EngineError, ModelbenchError, SandboxError
from pytest_modelbench.sandbox import (
    Execution,
    Observed,
    Sandbox,
    execution_to_plain,
    observed_to_plain,
    read_execution,
    read_observed,
)
from pytest_modelbench.session.desk import AnswerDesk, TakenAnswer
from pytest_modelbench.session.trials import TrialKey

__all__ = ["DeskClient", "DeskServer", "Order", "Unreachable"]

Order = Mapping[str, TrialKey]
"""Trials by node id, in collected order."""

VERSION = 1
READ_AHEAD = 32


class DeskServer:
    """Lets workers wait for answers; lives in the controller.

    Attributes:
        address: Path of the socket, for the workers.
    """

    def __init__(
        self, desk: AnswerDesk, on_order: Callable[[Order], None], sandbox: Sandbox
    ) -> None:
        """Listen for workers.

        Args:
            desk: Has the answers.
            on_order: Is told what a worker collected, in a thread of that worker's line.
            sandbox: Executes code for all workers.
        """
        self._desk = desk
        self._sandbox = sandbox
        self._on_order = on_order
        # Not below pytest's own temporary folder: a socket's path may have about 100 bytes.
        self._folder = tempfile.mkdtemp(prefix="modelbench-")
        self.address = str(Path(self._folder) / "desk")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(self.address)
        self._socket.listen()
        self._thread = threading.Thread(target=self._accept, name="modelbench-desk", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more workers; those that wait are woken by the desk."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=1)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection,), name="modelbench-line", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        # Outermost: to close the line of a worker that was killed fails like writing to it.
        with contextlib.suppress(OSError), connection, connection.makefile("rwb") as line:
            sent: set[str] = set()
            for text in line:
                line.write(json.dumps(self._answer(json.loads(text), sent)).encode("ascii") + b"\n")
                line.flush()

    def _answer(self, message: Mapping[str, Any], sent: set[str]) -> dict[str, Any]:
        try:
            if message["kind"] == "order":
                trials = message["trials"]
                self._on_order({nodeid: (*names, number) for nodeid, *names, number in trials})
                return {"v": VERSION, "kind": "ordered"}
            if message["kind"] == "observe":
                observed = self._sandbox.observe(read_execution(message["execution"]))
                plain = observed_to_plain(observed)
                return {"v": VERSION, "kind": "observed", "observed": plain}
            return self._take(message["key"], sent)
        except ModelbenchError as error:
            return {"v": VERSION, "kind": "error", "problem": error.problem, "hint": error.hint}

    def _take(self, key: str, sent: set[str]) -> dict[str, Any]:
        taken = self._desk.wait(key)
        ahead = self._desk.ready_after(key, READ_AHEAD)
        answers = [taken, *(other for found, other in ahead if found not in sent)]
        sent.update(answer.raw.key for answer in answers)
        return {
            "v": VERSION,
            "kind": "answers",
            "answers": [[asdict(answer.raw), answer.stored] for answer in answers],
        }


class DeskClient:
    """A worker's answers; keeps those that came along unasked."""

    def __init__(self, address: str) -> None:
        """Connect to the controller.

        Raises:
            EngineError: The controller is on another machine, or gone.
        """
        self._ahead: dict[str, TakenAnswer] = {}
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.connect(address)
        except OSError as error:
            self._socket.close()
            raise EngineError(
                f"the worker cannot reach the controller at {address}: {error}",
                "workers have to run on the same machine as pytest itself.",
            ) from error
        self._line = self._socket.makefile("rwb")

    def order(self, trials: Iterable[tuple[str, TrialKey]]) -> None:
        """Say what this worker collected, by node id, before it waits for any of it.

        Raises:
            EngineError: It cannot be asked, or the controller is gone.
        """
        plain = [[nodeid, *key] for nodeid, key in trials]
        self._ask({"v": VERSION, "kind": "order", "trials": plain})

    def take(self, prompt: Prompt) -> TakenAnswer:
        """Return the answer to a prompt; waits until it is there.

        Raises:
            EngineError: It will never come.
        """
        known = self._ahead.pop(prompt.key, None)
        if known is not None:
            return known
        reply = self._ask({"v": VERSION, "kind": "take", "key": prompt.key})
        for raw, stored in reply["answers"]:
            self._ahead[raw["key"]] = TakenAnswer(raw=RawAnswer(**raw), stored=stored)
        return self._ahead.pop(prompt.key)

    def observe(self, execution: Execution) -> Observed:
        """Have code executed in the controller's sandbox, and return what was seen.

        Raises:
            SandboxError: It could not be executed, or the controller is gone.
        """
        plain = execution_to_plain(execution)
        try:
            reply = self._ask({"v": VERSION, "kind": "observe", "execution": plain})
        except EngineError as error:
            raise SandboxError(error.problem, error.hint) from error
        return read_observed(reply["observed"])

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError):
            self._line.close()
        self._socket.close()

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        try:
            self._line.write(json.dumps(message).encode("ascii") + b"\n")
            self._line.flush()
            text = self._line.readline()
        except OSError as error:
            raise EngineError(f"the controller is gone: {error}") from error
        if not text:
            raise EngineError(f"the controller (parent of process {os.getpid()}) hung up")
        reply: dict[str, Any] = json.loads(text)
        if reply["kind"] == "error":
            raise EngineError(reply["problem"], reply["hint"])
        return reply


class Unreachable:
    """Stands in for the line of a worker that has none: every answer is the same error."""

    def __init__(self, error: ModelbenchError) -> None:
        self._error = error

    def take(self, prompt: Prompt) -> TakenAnswer:  # noqa: ARG002  # whatever is asked
        """Return nothing.

        Raises:
            EngineError: Always.
        """
        raise EngineError(self._error.problem, self._error.hint)

    def observe(self, execution: Execution) -> Observed:  # noqa: ARG002  # whatever it is
        """Execute nothing.

        Raises:
            SandboxError: Always.
        """
        raise SandboxError(self._error.problem, self._error.hint)

    def close(self) -> None:
        """Do nothing: there is nothing to hang up."""

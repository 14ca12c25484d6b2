"""One engine process per resident model, and the thread that looks after them.

The thread alone touches processes and dockets; the public methods leave it commands. So nothing
here needs a lock, and a sink may call back into the pool.
"""

import os
import re
import selectors
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from pytest_modelbench.domain import ModelSpec, Prompt, RawAnswer
from pytest_modelbench.engine.base import AnswerSink
from pytest_modelbench.engine.docket import Docket
from pytest_modelbench.engine.process import EngineProcess
from pytest_modelbench.engine.wire import (
    PROMPTS_PER_LINE,
    Answers,
    Ask,
    Begin,
    Failed,
    Generate,
    Hurry,
    Ready,
    Report,
    Start,
    WireMessage,
)
from pytest_modelbench.errors import EngineError

__all__ = ["EnginePool"]

# How long an engine that was asked to end may take before it is killed; it needs milliseconds.
GRACE_S = 0.5
CLOSE_S = 2.0
THREAD_DIED = "the thread of the engines has died; its error is on standard error"


class EnginePool:
    """Answers prompts in the background, model by model.

    Models are worked off in the order in which they got something to do. A model whose process
    dies is restarted once; see `docs/reference/engine.md`.
    """

    def __init__(
        self,
        *,
        sink: AnswerSink,
        log_folder: Path,
        resident_models: int = 1,
        silence_s: float = 120.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a pool; its thread starts with the first prompt.

        Args:
            sink: Is told of answers.
            log_folder: Gets one `engine-<label>.log` for each model.
            resident_models: How many models may be in memory at once.
            silence_s: A busy engine that sends nothing for so long counts as dead.
            clock: Seconds from any start.
        """
        self._commands: deque[Callable[[_Desk], None]] = deque()
        self._is_closing = threading.Event()
        self._has_failed = False
        self._wake_fd, self._waker_fd = -1, -1
        self._thread: threading.Thread | None = None
        self._start_lock = threading.Lock()
        self._desk = _Desk(
            sink=sink,
            # Tests may change the current folder while a model waits for its turn.
            folder=Path.cwd(),
            log_folder=log_folder.absolute(),
            resident_models=resident_models,
            silence_s=silence_s,
            clock=clock,
        )

    def submit(self, spec: ModelSpec, prompts: Sequence[Prompt]) -> None:
        """Take prompts of one model and return at once; their answers go to the sink.

        A prompt whose key the model already got is not answered again.

        Raises:
            EngineError: The pool's thread died of an error, of the sink's for instance.
        """
        if prompts:
            self._leave(lambda desk: desk.add(spec, prompts))

    def hurry(self, key: str) -> None:
        """Move a prompt that somebody waits for to the front of its model's queue."""
        self._leave(lambda desk: desk.hurry(key))

    def close(self) -> None:
        """Stop all engines, finished or not, and wait until they are gone.

        Afterwards the sink is told nothing more, and prompts are no longer taken.
        """
        with self._start_lock:
            self._is_closing.set()
            self._wake()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(CLOSE_S)

    def _leave(self, command: "Callable[[_Desk], None]") -> None:
        with self._start_lock:
            if self._has_failed:
                raise EngineError(THREAD_DIED)
            if self._is_closing.is_set():
                return
            self._commands.append(command)
            if self._thread is None:
                self._wake_fd, self._waker_fd = os.pipe()
                os.set_blocking(self._wake_fd, False)
                os.set_blocking(self._waker_fd, False)
                self._thread = threading.Thread(
                    target=self._work, name="modelbench-engines", daemon=True
                )
                self._thread.start()
            self._wake()

    def _wake(self) -> None:
        if self._waker_fd >= 0:
            with suppress(BlockingIOError):  # a full pipe wakes as well
                os.write(self._waker_fd, b"w")

    def _work(self) -> None:
        desk = self._desk
        desk.watch(self._wake_fd)
        try:
            while not self._is_closing.is_set():
                while self._commands:
                    self._commands.popleft()(desk)
                desk.step()
        finally:
            desk.close()
            with self._start_lock:
                was_asked_to = self._is_closing.is_set()
                self._is_closing.set()
                os.close(self._wake_fd)
                os.close(self._waker_fd)
                self._wake_fd = self._waker_fd = -1
                self._has_failed = not was_asked_to
            if self._has_failed:
                desk.give_up(THREAD_DIED)


class _Line:
    """An engine process and the docket that it works on."""

    def __init__(self, docket: Docket, process: EngineProcess, now: float) -> None:
        self.docket = docket
        self.process = process
        self.heard_at = now
        self.is_sending = False


class _Desk:
    """What the pool's thread owns."""

    def __init__(
        self,
        *,
        sink: AnswerSink,
        folder: Path,
        log_folder: Path,
        resident_models: int,
        silence_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._sink = sink
        self._folder = folder
        self._log_folder = log_folder
        self._resident_models = max(1, resident_models)
        self._silence_s = silence_s
        self._clock = clock
        # In the order in which they got something to do.
        self._dockets: dict[str, Docket] = {}
        self._lines: dict[str, _Line] = {}
        self._started: set[str] = set()
        self._selector = selectors.DefaultSelector()

    def watch(self, wake_fd: int) -> None:
        """Let `step` end when something is written to the other end of this pipe."""
        self._selector.register(wake_fd, selectors.EVENT_READ, None)

    def add(self, spec: ModelSpec, prompts: Sequence[Prompt]) -> None:
        """Take prompts of one model."""
        label = spec.label
        docket = self._dockets.get(label)
        if docket is None or (not docket.open and label not in self._lines):
            docket = self._dockets.pop(label, None) or Docket(spec)
            self._dockets[label] = docket
        new = docket.add(prompts)
        if docket.failure:
            self._deliver(label, docket.fail(docket.failure))
        elif (line := self._lines.get(label)) and not line.process.is_stopping:
            line.heard_at = self._clock()
            self._ask(line, new)

    def hurry(self, key: str) -> None:
        """Move a prompt to the front of its model's queue."""
        for label, docket in self._dockets.items():
            if key not in docket.open:
                continue
            docket.open.hurry(key)
            if (line := self._lines.get(label)) and not line.process.is_stopping:
                self._send(line, Hurry(key))

    def step(self) -> None:
        """Start and stop what is due, and wait for the next thing to happen."""
        self._swap()
        for event, mask in self._selector.select(self._time_to_silence()):
            if event.data is None:
                os.read(event.fd, 1 << 16)
                continue
            line: _Line = event.data
            if mask & selectors.EVENT_WRITE:
                line.process.flush()
                self._watch_sending(line)
            elif self._lines.get(line.docket.spec.label) is line:
                self._read(line)
        self._end_silent()

    def close(self) -> None:
        """End all processes; those that do not go by themselves are killed."""
        self._selector.close()
        for line in self._lines.values():
            line.process.stop()
        deadline = self._clock() + GRACE_S
        for line in self._lines.values():
            line.process.reap(timeout_s=max(0.0, deadline - self._clock()))
        self._lines.clear()

    def give_up(self, failure: str) -> None:
        """Let nobody wait for what will not come."""
        for label, docket in self._dockets.items():
            self._deliver(label, docket.fail(failure))

    def _swap(self) -> None:
        """Give free places to models that wait, and take places from models that are done."""
        for label, docket in self._dockets.items():
            if not docket.open or label in self._lines:
                continue
            if len(self._lines) >= self._resident_models:
                self._stop_idle()
                return
            self._start(docket)

    def _stop_idle(self) -> None:
        for line in self._lines.values():
            if line.process.is_stopping:
                return
        for line in self._lines.values():
            if not line.docket.open:
                self._unwatch_sending(line)
                line.process.stop()
                line.heard_at = self._clock()
                return

    def _start(self, docket: Docket) -> None:
        label = docket.spec.label
        try:
            process = EngineProcess(
                log_path=self._log_folder / f"engine-{_make_file_name(label)}.log",
                is_first=label not in self._started,
                folder=self._folder,
            )
        except OSError as error:
            failure = f"engine process for `{label}` could not be started: {error}"
            self._deliver(label, docket.fail(failure))
            return
        self._started.add(label)
        docket.note_start()
        line = self._lines[label] = _Line(docket, process, self._clock())
        self._selector.register(process.from_engine_fd, selectors.EVENT_READ, line)
        self._send(line, Start(docket.spec))
        self._ask(line, list(docket.open))

    def _ask(self, line: _Line, prompts: Sequence[Prompt]) -> None:
        for start in range(0, len(prompts), PROMPTS_PER_LINE):
            self._send(line, Ask(prompts[start : start + PROMPTS_PER_LINE]))

    def _send(self, line: _Line, message: WireMessage) -> None:
        line.process.send(message)
        self._watch_sending(line)

    def _watch_sending(self, line: _Line) -> None:
        if line.process.has_unsent and not line.is_sending:
            self._selector.register(line.process.to_engine_fd, selectors.EVENT_WRITE, line)
            line.is_sending = True
        elif not line.process.has_unsent:
            self._unwatch_sending(line)

    def _unwatch_sending(self, line: _Line) -> None:
        if line.is_sending:
            self._selector.unregister(line.process.to_engine_fd)
            line.is_sending = False

    def _unwatch(self, line: _Line) -> None:
        self._unwatch_sending(line)
        self._selector.unregister(line.process.from_engine_fd)

    def _read(self, line: _Line) -> None:
        try:
            messages = line.process.read()
        except EngineError as error:
            line.process.kill()
            self._deliver(line.docket.spec.label, line.docket.fail(str(error)))
            return
        if messages is None:
            self._bury(line, "")
            return
        line.heard_at = self._clock()
        for message in messages:
            self._take(line.docket, message)

    def _take(self, docket: Docket, message: WireMessage) -> None:
        label = docket.spec.label
        match message:
            case Answers(answers):
                self._deliver(label, [found for found in answers if docket.note_answer(found.key)])
            case Begin(keys):
                docket.note_begin(keys)
            case Generate():
                docket.note_generate()
            case Report(progress):
                self._sink.on_progress(label, progress)
            case Ready(facts):
                self._sink.on_ready(label, facts)
            case Failed(detail):
                self._deliver(label, docket.fail(detail))
            case _:
                pass

    def _bury(self, line: _Line, death: str) -> None:
        """Take leave of a process that has ended, or is killed for its silence."""
        label = line.docket.spec.label
        self._unwatch(line)
        del self._lines[label]
        was_asked_to = line.process.is_stopping or line.docket.failure
        if death:
            line.process.kill()
        ending = line.process.reap(timeout_s=GRACE_S)
        if not was_asked_to:
            log = _shorten(line.process.log_path, self._folder)
            self._deliver(label, line.docket.note_death(death or ending, log))

    def _deliver(self, label: str, answers: Sequence[RawAnswer]) -> None:
        for answer in answers:
            self._sink.on_answer(label, answer)

    def _time_to_silence(self) -> float | None:
        """Return the seconds after which the first process counts as dead."""
        deadlines = [self._silent_at(line) for line in self._lines.values()]
        known = [deadline for deadline in deadlines if deadline is not None]
        return max(0.0, min(known) - self._clock()) if known else None

    def _silent_at(self, line: _Line) -> float | None:
        if line.process.is_stopping:
            return line.heard_at + GRACE_S
        return line.heard_at + self._silence_s if line.docket.open else None

    def _end_silent(self) -> None:
        now = self._clock()
        for line in list(self._lines.values()):
            silent_at = self._silent_at(line)
            if silent_at is not None and silent_at <= now:
                self._bury(line, f"sent nothing for {now - line.heard_at:.0f} s and was killed")


def _make_file_name(label: str) -> str:
    return re.sub(r"[^\w.@-]", "_", label)


def _shorten(path: Path, folder: Path) -> str:
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)

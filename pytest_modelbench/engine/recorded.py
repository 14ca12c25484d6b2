"""Runs in the engine process: answers that were recorded earlier, played back.

Fleets that already have answers score them with it, and tests have an engine that needs no model.
"""

import heapq
import json
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

from pytest_modelbench.domain import ModelSpec, Prompt, RawAnswer, StopReason
from pytest_modelbench.engine.base import EngineFacts
from pytest_modelbench.engine.batching import WaitingLine
from pytest_modelbench.engine.channel import ALIVE_EVERY_S, Outbox
from pytest_modelbench.engine.docket import make_error
from pytest_modelbench.engine.wire import Answers, Begin, Generate
from pytest_modelbench.errors import EngineError

__all__ = ["RecordedAnswer", "RecordedEngine", "read_recorded"]

MAX_PROBLEMS = 20
ANSWERS_PER_LINE = 256
TrialOfQuestion = tuple[str, str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedAnswer:
    """One line of a file of recorded answers.

    Attributes:
        suite: Name of the suite.
        question: Id of the question.
        trial: From 1.
        text: What the model wrote.
        stop_reason: How the answer ended.
        detail: The loop's pattern, or what went wrong.
        prompt_tokens: Length of the prompt.
        answer_tokens: Tokens of the answer.
        prompt_s: Seconds spent on the prompt.
        decode_s: Seconds from the first to the last token; None for what playing it takes.
        opened_think: The prompt ended inside a `<think>` block.
        latency_s: Seconds that playing it takes; None for the model's.
        crash: Signal by which the engine process kills itself instead of answering, or "".
    """

    suite: str
    question: str
    trial: int = 1
    text: str = ""
    stop_reason: StopReason = "end"
    detail: str = ""
    prompt_tokens: int = 0
    answer_tokens: int = 0
    prompt_s: float = 0.0
    decode_s: float | None = None
    opened_think: bool = False
    latency_s: float | None = None
    crash: str = ""


_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "suite": ((str,), "text"),
    "question": ((str,), "text"),
    "trial": ((int,), "a whole number"),
    "text": ((str,), "text"),
    "stop_reason": ((str,), "text"),
    "detail": ((str,), "text"),
    "prompt_tokens": ((int,), "a whole number"),
    "answer_tokens": ((int,), "a whole number"),
    "prompt_s": ((int, float), "a number"),
    "decode_s": ((int, float), "a number"),
    "opened_think": ((bool,), "true or false"),
    "latency_s": ((int, float), "a number"),
    "crash": ((str,), "text"),
}


def read_recorded(path: Path) -> Mapping[TrialOfQuestion, RecordedAnswer]:
    """Read a JSON Lines file of answers; empty lines are skipped.

    Raises:
        EngineError: The file or some of its lines cannot be used; names all of them.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(
            f"`{path}` {_describe(error)}",
            "check `recorded` of the model in modelbench.yaml.",
        ) from None
    found: dict[TrialOfQuestion, RecordedAnswer] = {}
    problems: list[str] = []
    first_lines: dict[TrialOfQuestion, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            recorded = _structure(line)
        except ValueError as error:
            problems.append(f"{path}:{number}: {error}")
            continue
        key = (recorded.suite, recorded.question, recorded.trial)
        if first := first_lines.setdefault(key, number) - number:
            problems.append(
                f"{path}:{number}: answers {_name(key)} again, after line {number + first}"
            )
        found[key] = recorded
    if problems:
        more = len(problems) - MAX_PROBLEMS
        tail = [f"... and {more} more"] if more > 0 else []
        raise EngineError("\n".join(problems[:MAX_PROBLEMS] + tail))
    return found


def _structure(line: str) -> RecordedAnswer:
    try:
        plain = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"expected a JSON object, {error}") from None
    if not isinstance(plain, dict):
        raise ValueError(f"expected a JSON object, got {line.strip()[:60]!r}")  # noqa: TRY004  # one kind for all problems of a line
    for name, value in plain.items():
        _check(name, value)
    missing = [f"`{name}`" for name in ("suite", "question") if name not in plain]
    if missing:
        raise ValueError(f"{' and '.join(missing)} missing")
    return RecordedAnswer(**plain)


def _check(name: str, value: Any) -> None:  # noqa: ANN401  # what json.loads returns
    if name not in _TYPES:
        known = ", ".join(entry.name for entry in fields(RecordedAnswer))
        raise ValueError(f"`{name}` is no key of a recorded answer; known are {known}")
    types, words = _TYPES[name]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        raise ValueError(f"`{name}` must be {words}, got {value!r}")
    if name == "stop_reason" and value not in get_args(StopReason):
        raise ValueError(
            f"`stop_reason` must be one of {', '.join(get_args(StopReason))}, got {value!r}"
        )
    if name == "crash" and value not in signal.Signals.__members__:
        raise ValueError(f"`crash` must be the name of a signal such as SIGSEGV, got {value!r}")


def _describe(error: OSError | UnicodeDecodeError) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, UnicodeDecodeError):
        return f"is not UTF-8 text (byte {error.start})"
    return f"cannot be read: {error.strerror}"


def _name(key: TrialOfQuestion) -> str:
    suite, question, trial = key
    return f"{suite}::{question} (trial {trial})"


@dataclass(frozen=True, order=True, slots=True)
class _Playing:
    """A slot that is held until an answer is due."""

    due: float
    number: int
    prompt: Prompt = field(compare=False)
    recorded: RecordedAnswer | None = field(compare=False)
    is_late: bool = field(compare=False)


class RecordedEngine:
    """Plays answers back with the model's latency and number of slots.

    The times are those of an ideal engine: a slot that becomes free is given away at that very
    moment, however late this process wakes up.
    """

    def __init__(
        self,
        spec: ModelSpec,
        recorded: Mapping[TrialOfQuestion, RecordedAnswer],
        outbox: Outbox,
        *,
        clock: Callable[[], float] = time.monotonic,
        crash: Callable[[str], None] | None = None,
    ) -> None:
        """Prepare an engine with free slots.

        Args:
            spec: Gives latency and slots.
            recorded: By suite, question and trial.
            outbox: Takes the messages.
            clock: Seconds from any start.
            crash: Ends the process by the signal of this name.
        """
        self._spec = spec
        self._recorded = recorded
        self._outbox = outbox
        self._clock = clock
        self._crash = crash or _kill_self
        self._line = WaitingLine()
        self._playing: list[_Playing] = []
        self._number = 0

    @property
    def facts(self) -> EngineFacts:
        """Return what there is to know without a model."""
        return EngineFacts(
            engine="recorded",
            context_tokens=self._spec.context_tokens,
            slots=self._spec.slots,
            order_independent=True,
            order_note="recorded answers",
        )

    def ask(self, prompts: Sequence[Prompt]) -> None:
        """Take prompts."""
        self._line.add(prompts)

    def hurry(self, key: str) -> None:
        """Move a prompt to the front."""
        self._line.hurry(key)

    def wait_s(self) -> float | None:
        """Return how long `step` would have nothing to do; None until something is asked."""
        if not self._playing:
            return 0.0 if self._line else None
        # Not longer than a second: the controller wants to hear that this process lives.
        return min(ALIVE_EVERY_S, max(0.0, self._playing[0].due - self._clock()))

    def step(self) -> None:
        """Send what is due, and give free slots away."""
        now = self._clock()
        answers: list[RawAnswer] = []
        begun: list[str] = []
        while True:
            freed = self._finish(now, answers)
            begun += self._begin(freed, now)
            if len(answers) >= ANSWERS_PER_LINE or not self._is_due(now):
                self._send(answers, begun)
            if not self._is_due(now):
                break
        self._outbox.keep_alive()

    def _is_due(self, now: float) -> bool:
        return bool(self._playing) and self._playing[0].due <= now

    def _send(self, answers: list[RawAnswer], begun: list[str]) -> None:
        if answers:
            self._outbox.send(Answers(answers))
        if begun:
            self._outbox.send(Begin(begun))
            self._outbox.send(Generate())
        answers.clear()
        begun.clear()

    def _finish(self, now: float, answers: list[RawAnswer]) -> list[float]:
        """Add the answers that are due, and return when their slots became free."""
        freed: list[float] = []
        while self._is_due(now):
            playing = heapq.heappop(self._playing)
            if playing.recorded is not None and playing.recorded.crash and not playing.is_late:
                # This one alone is to blame: its neighbours are asked again.
                self._send(answers, [])
                self._outbox.send(Begin([playing.prompt.key]))
                self._crash(playing.recorded.crash)
            answers.append(self._answer(playing))
            freed.append(playing.due)
        return freed[::-1]

    def _begin(self, freed: list[float], now: float) -> list[str]:
        """Fill the free slots; return the keys of prompts whose answers take a while."""
        begun: list[str] = []
        while self._line and len(self._playing) < self._spec.slots:
            prompt = self._line.take_first()
            recorded = self._recorded.get((prompt.suite, prompt.question, prompt.trial))
            latency_s = self._latency(recorded)
            self._number += 1
            playing = _Playing(
                due=(freed.pop() if freed else now) + min(latency_s, prompt.timeout_s),
                number=self._number,
                prompt=prompt,
                recorded=recorded,
                is_late=latency_s > prompt.timeout_s,
            )
            heapq.heappush(self._playing, playing)
            if playing.due > now:
                begun.append(prompt.key)
        return begun

    def _latency(self, recorded: RecordedAnswer | None) -> float:
        if recorded is None:
            return 0.0
        return self._spec.latency_s if recorded.latency_s is None else recorded.latency_s

    def _answer(self, playing: _Playing) -> RawAnswer:
        prompt, recorded = playing.prompt, playing.recorded
        if recorded is None:
            name = _name((prompt.suite, prompt.question, prompt.trial))
            return make_error(prompt.key, f"no recorded answer for {name}")
        if playing.is_late:
            return RawAnswer(key=prompt.key, text="", stop_reason="timeout")
        decode_s = self._latency(recorded) if recorded.decode_s is None else recorded.decode_s
        return RawAnswer(
            key=prompt.key,
            text=recorded.text,
            stop_reason=recorded.stop_reason,
            detail=recorded.detail,
            prompt_tokens=recorded.prompt_tokens,
            answer_tokens=recorded.answer_tokens,
            prompt_s=recorded.prompt_s,
            decode_s=decode_s,
            opened_think=recorded.opened_think,
        )


def _kill_self(name: str) -> None:
    os.kill(os.getpid(), signal.Signals[name])

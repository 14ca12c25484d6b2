"""One cell with a module in it, as the host sees it: loaded once, asked again and again."""

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pytest_modelbench.confined.codec import CodecError, decode
from pytest_modelbench.sandbox.base import CellEnding, Ending, Execution, Observation, Tier
from pytest_modelbench.sandbox.dialogue import (
    Dialogue,
    HungUpError,
    SilentError,
    StreamsError,
    ViolationError,
)

__all__ = [
    "GRACE_S",
    "TROUBLES",
    "ModuleCell",
    "Seen",
    "check_shape",
    "explain_trouble",
    "list_files",
    "read_raised",
    "read_value",
]

TROUBLES = (ViolationError, HungUpError, SilentError, StreamsError)
# A process that closed its channel is given so long to end by itself, so that it is seen how.
GRACE_S = 0.25
# What a cell needs before its code is loaded; the rest has to be in what it says of its steps.
START_CPU_S = 0.05
MAX_NAMES = 50
MAX_DETAIL_CHARS = 2000
FACTS = 3
RAISED_PARTS = 4
SHORTEST = 2


class Seen:
    """What a module's cell says of itself beside an answer; checked when it has ended.

    Attributes:
        cpu_s: Processor seconds of the step.
        peak_mib: Largest resident memory so far.
        printed: What was printed.
    """

    __slots__ = ("cpu_s", "peak_mib", "printed")

    def __init__(self, cpu_s: float = 0.0, peak_mib: float = 0.0, printed: str = "") -> None:
        self.cpu_s = cpu_s
        self.peak_mib = peak_mib
        self.printed = printed


class ModuleCell:
    """A cell that loads the source as a module.

    Attributes:
        dialogue: With the cell.
        ending: How it ended; None while it lives.
    """

    def __init__(self, tier: Tier, execution: Execution) -> None:
        self._execution = execution
        self._claimed_s = 0.0
        cell = tier.start_cell("module", execution.limits, may_fork=False)
        self.dialogue = Dialogue(cell)
        self.ending: CellEnding | None = None

    def load(self) -> Observation | None:
        """Load the source; return what went wrong, or None.

        Raises:
            One of TROUBLES: The cell is of no more use.
        """
        source, files = self._execution.source, list_files(self._execution)
        self.dialogue.allow(self._execution.limits.wall_s)
        body, seen = self.ask("load", source, files)
        return read_raised(body, seen) if body[0] == "raised" else None

    def ask(self, verb: str, *arguments: object) -> tuple[list[Any], Seen]:
        """Ask one thing; return how it ended with what came back, and the facts beside it.

        Raises:
            One of TROUBLES: The cell is of no more use.
        """
        began = time.monotonic()
        message = self.dialogue.ask(verb, list(arguments))
        seen = _read_facts(message.pop() if len(message) > 1 else None)
        # Nobody can use more of one processor than the clock went on.
        seen.cpu_s = min(seen.cpu_s, time.monotonic() - began)
        self._claimed_s += seen.cpu_s
        check_shape(message)
        return message, seen

    def end(self) -> CellEnding:
        """Kill the cell, if it lives, and return how it ended."""
        if self.ending is None:
            self.ending = self.dialogue.cell.kill()
        return self.ending

    def end_after(self, error: Exception) -> CellEnding:
        """Return how the cell ended that caused some trouble."""
        if isinstance(error, HungUpError) and self.ending is None:
            self.dialogue.cell.wait(GRACE_S)
        return self.end()

    def hidden_s(self) -> float:
        """Return processor seconds that the cell used and told of in no step."""
        used = self.ending.cpu_s if self.ending else 0.0
        return max(0.0, used - self._claimed_s - START_CPU_S)


def check_shape(body: Sequence[Any]) -> None:
    """Make sure that something says how a step ended.

    Raises:
        ViolationError: It does not.
    """
    if not body or body[0] not in {"returned", "raised"} or len(body) < SHORTEST:
        raise ViolationError("neither a value nor an exception")
    if body[0] == "raised" and not (
        len(body) == RAISED_PARTS
        and type(body[1]) is type(body[3]) is str
        and type(body[2]) is list
    ):
        raise ViolationError("no exception")


def list_files(execution: Execution) -> list[list[str]]:
    """Return the files of the workspace as they are sent to a cell."""
    return [[path, text] for path, text in sorted(execution.files.items())]


def read_value(form: object) -> Any:  # noqa: ANN401  any plain value
    """Return the value that a cell sent.

    Raises:
        ViolationError: It is none.
    """
    try:
        return decode(form)
    except CodecError as error:
        raise ViolationError(f"a value that is none: {error}") from error


def read_raised(body: Sequence[Any], seen: Seen) -> Observation:
    """Return the observation of an exception."""
    _ending, name, bases, detail = body
    return Observation(
        ending=Ending.RAISED,
        error=name[:MAX_DETAIL_CHARS],
        bases=tuple(base for base in bases[:MAX_NAMES] if type(base) is str),
        detail=detail[:MAX_DETAIL_CHARS],
        stdout=seen.printed,
        cpu_s=seen.cpu_s,
        peak_mib=seen.peak_mib,
    )


def explain_trouble(error: Exception, ending: CellEnding) -> Observation:
    """Return the observation of a step that had no end."""
    seen = Observation(ending=Ending.CRASHED, cpu_s=ending.cpu_s, peak_mib=ending.peak_mib)
    if isinstance(error, ViolationError):
        return replace(seen, ending=Ending.VIOLATION, detail=str(error))
    if ending.overused:
        return replace(seen, ending=Ending.OVERUSED, error=ending.overused)
    if isinstance(error, StreamsError):
        return replace(seen, ending=Ending.OVERUSED, error="stdout")
    if isinstance(error, SilentError):
        return replace(seen, ending=Ending.TIMEOUT)
    return replace(
        seen,
        error=ending.signal or f"exit code {ending.exit_code}",
        detail="the process ended before it answered",
        exit_code=ending.exit_code,
    )


def _read_facts(form: object) -> Seen:
    if type(form) is not list or len(form) != FACTS:
        raise ViolationError("no facts")
    cpu_s, peak_mib, printed = form
    if type(printed) is not str or not all(map(_is_amount, (cpu_s, peak_mib))):
        raise ViolationError("no facts")
    return Seen(cpu_s=float(cpu_s), peak_mib=float(peak_mib), printed=printed)


def _is_amount(value: object) -> bool:
    return type(value) in {int, float} and 0 <= value < math.inf  # type: ignore[operator]  # a number by now

"""Programs, shell scripts and SQL in a cell of their own, as the host sees them."""

import time
from dataclasses import replace
from typing import Any

from pytest_modelbench.sandbox.base import (
    Cell,
    CellEnding,
    Ending,
    Execution,
    Feed,
    Observation,
    Select,
    Tier,
)
from pytest_modelbench.sandbox.dialogue import (
    Dialogue,
    HungUpError,
    SilentError,
    Streams,
    ViolationError,
)
from pytest_modelbench.sandbox.hosting import (
    GRACE_S,
    TROUBLES,
    Seen,
    check_shape,
    explain_trouble,
    list_files,
    read_raised,
    read_value,
)

__all__ = ["feed", "select"]

KIB = 1024
SIGNALLED = 128


def feed(tier: Tier, execution: Execution, step: Feed) -> Observation:
    """Run the source as a program or script; return what it wrote and how it ended.

    Raises:
        SandboxError: Its cell could not be started.
    """
    is_shell = execution.language == "shell"
    entry = "shell" if is_shell else "program"
    dialogue = Dialogue(tier.start_cell(entry, execution.limits, may_fork=is_shell))
    dialogue.allow(execution.limits.wall_s)
    streams: Streams | None = None
    try:
        identity = dialogue.tell(execution.source, list(step.arguments), list_files(execution))
        streams = dialogue.give_streams()
        streams.give(step.stdin.encode("utf-8", "surrogatepass"))
        max_bytes = execution.limits.stdout_kib * KIB
        if is_shell:
            streams.pump(max_bytes, dialogue.deadline, dialogue.cell.channel)
            seen = _follow_shell(dialogue, identity)
        else:
            streams.pump(max_bytes, dialogue.deadline)
            seen = _follow_program(dialogue)
    except TROUBLES as error:
        seen = explain_trouble(error, _end(dialogue.cell, error))
    finally:
        dialogue.cell.kill()
        texts = streams.texts() if streams else ["", ""]
        if streams:
            streams.close()
    return _with_texts(seen, texts)


def select(tier: Tier, execution: Execution, step: Select) -> Observation:
    """Run the source as SQL; return columns and rows.

    Raises:
        SandboxError: Its cell could not be started.
    """
    dialogue = Dialogue(tier.start_cell("sql", execution.limits, may_fork=False))
    dialogue.allow(execution.limits.wall_s)
    try:
        body = dialogue.ask(execution.source, step.fixture, step.after)
        check_shape(body)
        if body[0] == "raised":
            return read_raised(body, Seen())
        return Observation(ending=Ending.RETURNED, value=read_value(body[1]))
    except TROUBLES as error:
        return explain_trouble(error, _end(dialogue.cell, error))
    finally:
        dialogue.cell.kill()


def _follow_program(dialogue: Dialogue) -> Observation:
    """Wait for a program whose streams have ended; how it ended is seen from outside."""
    ending = dialogue.cell.wait(max(0.0, dialogue.deadline - time.monotonic()))
    if ending is None:
        raise SilentError
    if ending.overused or ending.exit_code is None:
        return explain_trouble(HungUpError(), ending)
    return Observation(
        ending=Ending.RETURNED,
        exit_code=ending.exit_code,
        cpu_s=ending.cpu_s,
        peak_mib=ending.peak_mib,
    )


def _follow_shell(dialogue: Dialogue, identity: str) -> Observation:
    """Hear how a script has ended and what it left; what it started may go on, and is killed."""
    message = dialogue.hear(identity)
    if len(message) != 3 or message[0] != "ended" or type(message[1]) is not int:  # noqa: PLR2004  a word and two values
        raise ViolationError("no end of a script")
    code = message[1]
    files = _read_files(message[2])
    ending = dialogue.cell.kill()
    return Observation(
        ending=Ending.RETURNED,
        value=files,
        exit_code=code if code >= 0 else SIGNALLED - code,
        cpu_s=ending.cpu_s,
        peak_mib=ending.peak_mib,
    )


def _read_files(form: Any) -> dict[str, str]:  # noqa: ANN401  checked here
    pairs = form if type(form) is list else []
    files = {pair[0]: pair[1] for pair in pairs if type(pair) is list and len(pair) == 2}  # noqa: PLR2004  a path and a text
    if any(type(text) is not str for pair in files.items() for text in pair):
        raise ViolationError("no files")
    return files


def _end(cell: Cell, error: Exception) -> CellEnding:
    if isinstance(error, HungUpError):
        cell.wait(GRACE_S)
    return cell.kill()


def _with_texts(seen: Observation, texts: list[str]) -> Observation:
    return replace(seen, stdout=texts[0], stderr=texts[1])

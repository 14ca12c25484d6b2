"""What may be executed in a sandbox, and what can be seen of it: plain values, and two protocols."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

__all__ = [
    "Cell",
    "CellEnding",
    "Ending",
    "Evaluate",
    "Execution",
    "Feed",
    "Limits",
    "Observation",
    "Observed",
    "Probe",
    "Sandbox",
    "Select",
    "Step",
    "Tier",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one cell may use; beyond it the cell is killed.

    Attributes:
        cpu_s: Processor seconds of one process.
        wall_s: Seconds on the clock for one step.
        memory_mib: Resident memory of all processes together.
        processes: Processes and threads together.
        disk_mib: Everything it writes, and the largest single file.
        files: Files and folders it may make.
        stdout_kib: Text kept of each of its two streams; what it writes beyond that ends it.
    """

    cpu_s: float = 10.0
    wall_s: float = 10.0
    memory_mib: int = 512
    processes: int = 64
    disk_mib: int = 64
    files: int = 4096
    stdout_kib: int = 1024


class Ending(StrEnum):
    """How one step of an execution ended."""

    RETURNED = "returned"
    RAISED = "raised"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    OVERUSED = "overused"
    VIOLATION = "violation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluate:
    """Evaluate a Python expression in the namespace of the loaded module."""

    expression: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """Run the source as a program, from the start.

    Attributes:
        stdin: What it can read.
        arguments: Its command line, without its own name.
    """

    stdin: str = ""
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Probe:
    """Run trusted assertions in a cell of their own; the module is only called from there.

    Attributes:
        source: Python. Names that it uses and does not define are the module's.
        entry: Name in the module that is handed to a function `check`, where the source has one.
    """

    source: str
    entry: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Select:
    """Run the source as SQL on a database made by `fixture`, and return the rows.

    Attributes:
        fixture: SQL that makes the database; trusted.
        after: SQL whose rows are wanted, after the source has run; "" for the source's own.
    """

    fixture: str = ""
    after: str = ""


Step = Evaluate | Feed | Probe | Select


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """Hostile source, and what is to be seen of it. Nothing in here says what would be right.

    Attributes:
        language: `python`, `shell` or `sql`.
        source: What the model wrote.
        steps: In order. Steps of a Python module share its process while it lives.
        files: More files of the workspace, by relative path.
        limits: For each cell.
    """

    language: str
    source: str
    steps: tuple[Step, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """What was seen of one step.

    Attributes:
        ending: How it ended; only `returned` has a value.
        value: What came back, decoded to plain Python values; never an object of the module.
        error: Name of the exception, signal or limit; "" where there is none.
        bases: Names of the exception's base classes, nearest first.
        detail: For people; untrusted.
        stdout: What it printed, where it is a program.
        stderr: What it printed there.
        exit_code: Of a program; None where it has none.
        cpu_s: Processor seconds it took.
        hidden_s: Those of them that its process told of in no step: they may be another step's.
        peak_mib: Largest resident memory of its process so far.
    """

    ending: Ending
    value: Any = None
    error: str = ""
    bases: tuple[str, ...] = ()
    detail: str = ""
    stdout: str = ""
    stderr: str = ""
    exit_code: int | None = None
    cpu_s: float = 0.0
    hidden_s: float = 0.0
    peak_mib: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """What was seen of an execution.

    Attributes:
        tier: The sandbox it ran in.
        observations: One per step.
    """

    tier: str
    observations: tuple[Observation, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CellEnding:
    """How the process of a cell ended.

    Attributes:
        exit_code: Of the process; None where a signal ended it.
        signal: Its name, such as `SIGKILL`; "" where it exited.
        overused: What it used too much of: `cpu`, `memory`, `processes`, `disk`, `files`; "" where
            it did not.
        cpu_s: Processor seconds of the cell.
        peak_mib: Largest resident memory seen of the cell.
    """

    exit_code: int | None = None
    signal: str = ""
    overused: str = ""
    cpu_s: float = 0.0
    peak_mib: float = 0.0


class Cell(Protocol):
    """One confined process, made for one execution and thrown away.

    Attributes:
        channel: A stream to it; at its other end runs a function of `confined.entries`.
    """

    channel: socket.socket

    def kill(self) -> CellEnding:
        """End the process and everything it started, at once; a second time nothing happens."""

    def wait(self, timeout_s: float) -> CellEnding | None:
        """Return how it ended; None where it has not."""


class Tier(Protocol):
    """One way to confine processes, found to hold on this machine.

    Attributes:
        name: `bwrap`, `userns`, `landlock`, `seatbelt` or `none`.
    """

    name: str

    def start_cell(self, entry: str, limits: Limits, *, may_fork: bool) -> Cell:
        """Start a confined process that runs `confined.entries.ENTRIES[entry]` on its channel.

        Args:
            entry: `module`, `test`, `program`, `shell` or `sql`.
            limits: Hold from its first instruction.
            may_fork: Whether it may start processes; threads it always may.

        Raises:
            SandboxError: It could not be started.
        """

    def close(self) -> None:
        """Kill every cell, and what starts them."""


class Sandbox(Protocol):
    """Executes what models wrote."""

    def observe(self, execution: Execution) -> Observed:
        """Execute, and return what was seen.

        Raises:
            SandboxError: No tier holds on this machine, or it could not be started.
        """

"""Tries every tier before it is used: nothing may get out of it that gets out without it.

What counts is what happens outside: a listener that hears something, a process that is signalled,
a secret that comes back. And the same probes have to succeed without a sandbox, or else they would
prove nothing.
"""

import json
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_modelbench.sandbox.bait import VARIABLE, Bait
from pytest_modelbench.sandbox.base import Limits, Tier
from pytest_modelbench.sandbox.surroundings import find_interpreter
from pytest_modelbench.sandbox.zygotes import BARE, PACKAGE_FOLDER

__all__ = ["Findings", "find_problem", "probe_tier", "probe_unconfined"]

PROBE_S = 10.0
READ_BYTES = 1 << 16
PROBE_LIMITS = Limits(cpu_s=5.0, memory_mib=512, processes=8, disk_mib=8, files=64)
UNCONFINED = """\
import socket, sys, types
package = types.ModuleType("pytest_modelbench")
package.__path__ = [sys.argv[2]]
sys.modules["pytest_modelbench"] = package
from pytest_modelbench.confined.probes import escape
escape(socket.socket(fileno=int(sys.argv[1])))
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What one round of probes reached.

    Attributes:
        tried: Names of what it could have reached.
        reached: Names of what it reached.
        wrote: Whether its own workspace could be written, as it must.
    """

    tried: tuple[str, ...]
    reached: tuple[str, ...]
    wrote: bool


def find_problem(inside: Sequence[Findings], outside: Findings) -> str:
    """Return why a tier does not hold; "" where it does.

    Args:
        inside: Of cells.
        outside: Of the same probes without a sandbox.
    """
    blind = [name for name in outside.tried if name not in outside.reached]
    if blind:
        return f"self-test could not leak unsandboxed: {', '.join(blind)}"
    leaked = dict.fromkeys(name for findings in inside for name in findings.reached)
    if leaked:
        return f"self-test leaked: {', '.join(leaked)}"
    if not inside or not all(findings.wrote for findings in inside):
        return "self-test could not write its own workspace"
    return ""


def probe_tier(tier: Tier) -> list[Findings]:
    """Probe a cell that may start processes and one that may not.

    Raises:
        SandboxError: A cell could not be started.
    """
    with Bait() as bait:
        return [_probe_cell(tier, bait, may_fork=may_fork) for may_fork in (True, False)]


def probe_unconfined() -> Findings:
    """Run the same probes in a process that nothing confines.

    They are ours, and touch nothing but bait.
    """
    channel, inner = socket.socketpair()
    with Bait() as bait, channel:
        with inner:
            process = subprocess.Popen(  # noqa: S603  no shell, and nothing of a model
                [
                    *(find_interpreter(), *BARE, "-c", UNCONFINED),
                    *(str(inner.fileno()), PACKAGE_FOLDER),
                ],
                env={VARIABLE: bait.secret},
                cwd=bait.words["folder"],
                pass_fds=[inner.fileno(), bait.descriptor],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        try:
            # Nobody watches it, so there is nothing to wait for.
            return _converse(channel, bait, {"forks_s": 0.0})
        finally:
            process.kill()
            process.wait()


def _probe_cell(tier: Tier, bait: Bait, *, may_fork: bool) -> Findings:
    cell = tier.start_cell("escape", PROBE_LIMITS, may_fork=may_fork)
    try:
        return _converse(cell.channel, bait, {})
    finally:
        cell.kill()


def _converse(channel: socket.socket, bait: Bait, changed: dict[str, float]) -> Findings:
    """Tell the probes of the bait, and listen until they are done or dead."""
    found: dict[str, str] = {}
    deadline = time.monotonic() + PROBE_S
    read = b""
    try:
        channel.sendall(json.dumps({**bait.words, **changed}).encode() + b"\n")
        while not read.endswith(b"\n\n"):
            channel.settimeout(max(0.01, deadline - time.monotonic()))
            data = channel.recv(READ_BYTES)
            if not data:
                break
            read += data
    except OSError:
        # Silent or gone: then what it reached until now is what counts.
        pass
    for line in filter(None, read.split(b"\n")):
        found.update(json.loads(line))
    return Findings(
        tried=bait.names,
        reached=bait.find_taken(found),
        wrote=found.get("workspace") == "written",
    )

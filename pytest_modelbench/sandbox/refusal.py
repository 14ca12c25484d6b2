"""What is said where nothing may be run."""

import os
import platform
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "UNSANDBOXED_HOST",
    "TierState",
    "describe_system",
    "explain_none",
    "find_host",
    "make_refusal",
]

UNSANDBOXED_HOST = "MODELBENCH_UNSANDBOXED_HOST"
NAME_WIDTH = 8

HEADING = (
    "modelbench: REFUSED to run model-written code: no working sandbox was found, so nothing was "
    "run."
)
ONE_SWITCH = (
    "modelbench: REFUSED to run model-written code: modelbench_sandbox = none runs it without any "
    "sandbox, and needs a second switch"
)
FIXES = """\
Tests that need it are reported as ERROR. They are not passed, failed or skipped.
Fix one of these:
  - run on Linux 6.2 or newer with Landlock enabled (works inside unprivileged Docker), or
  - install bubblewrap 0.8 or newer (apt install bubblewrap; on Ubuntu 23.10+ it also needs its AppArmor profile).
To run without any sandbox, on a machine you can throw away only: modelbench_sandbox = none in the ini file
AND the environment variable {variable}={host}. Every result is then marked "sandbox: NONE".\
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class TierState:
    """Whether a tier holds on this machine.

    Attributes:
        name: Of the tier.
        usable: Whether its self-test passed.
        why: Why not; "" where it is usable.
    """

    name: str
    usable: bool
    why: str


def make_refusal(states: Sequence[TierState], *, system: str, host: str) -> str:
    """Return the whole text of a refusal.

    Args:
        states: Of all tiers, in the order in which they are tried.
        system: What `describe_system` says.
        host: Name of this machine.
    """
    lines = [
        HEADING,
        f"  {'system':{NAME_WIDTH}} : {system}",
        *(f"  {state.name:{NAME_WIDTH}} : {_describe(state)}" for state in states),
        FIXES.format(variable=UNSANDBOXED_HOST, host=host),
    ]
    return "\n".join(lines)


def explain_none(host: str) -> tuple[str, str]:
    """Return problem and hint where only one of the two switches for no sandbox is set."""
    hint = (
        "on a machine you can throw away only, set the environment variable "
        f"{UNSANDBOXED_HOST}={host}"
    )
    return ONE_SWITCH, hint


def describe_system() -> str:
    """Return what a reader of a refusal has to know of this machine."""
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    python = platform.python_version()
    return f"{system}, Python {python}, uid {os.getuid()}, container: {_find_container()}"


def find_host() -> str:
    """Return the name of this machine."""
    return socket.gethostname()


def _describe(state: TierState) -> str:
    if state.why.startswith("self-test"):
        return f"REFUSED - {state.why}"
    return f"unusable - {state.why}"


def _find_container() -> str:
    if Path("/.dockerenv").exists():
        return "docker"
    if Path("/run/.containerenv").exists():
        return "podman"
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return "kubernetes"
    return "none"

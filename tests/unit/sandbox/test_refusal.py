import os
import platform
import socket

from pytest_modelbench.sandbox.refusal import (
    TierState,
    describe_system,
    explain_none,
    find_host,
    make_refusal,
)

STATES = [
    TierState(name="bwrap", usable=False, why="bwrap: No permissions to create new namespace"),
    TierState(name="userns", usable=False, why="unshare: Operation not permitted"),
    TierState(name="landlock", usable=False, why="self-test leaked: udp, inherited-fd"),
    TierState(name="seatbelt", usable=False, why="only on macOS"),
]
TEXT = """\
modelbench: REFUSED to run model-written code: no working sandbox was found, so nothing was run.
  system   : Linux 5.15.0-1053-azure x86_64, Python 3.12.3, uid 1001, container: docker
  bwrap    : unusable - bwrap: No permissions to create new namespace
  userns   : unusable - unshare: Operation not permitted
  landlock : REFUSED - self-test leaked: udp, inherited-fd
  seatbelt : unusable - only on macOS
Tests that need it are reported as ERROR. They are not passed, failed or skipped.
Fix one of these:
  - run on Linux 6.2 or newer with Landlock enabled (works inside unprivileged Docker), or
  - install bubblewrap 0.8 or newer (apt install bubblewrap; on Ubuntu 23.10+ it also needs its AppArmor profile).
To run without any sandbox, on a machine you can throw away only: modelbench_sandbox = none in the ini file
AND the environment variable MODELBENCH_UNSANDBOXED_HOST=runner-7. Every result is then marked "sandbox: NONE"."""


def test_a_refusal_says_why_tier_by_tier_and_what_to_do():
    system = "Linux 5.15.0-1053-azure x86_64, Python 3.12.3, uid 1001, container: docker"

    text = make_refusal(STATES, system=system, host="runner-7")

    assert text == TEXT


def test_the_second_switch_is_named():
    problem, hint = explain_none("runner-7")

    assert problem.startswith("modelbench: REFUSED to run model-written code: ")
    assert "MODELBENCH_UNSANDBOXED_HOST=runner-7" in hint


def test_the_system_is_described():
    text = describe_system()

    assert text.startswith(
        f"{platform.system()} {platform.release()} {platform.machine()}, Python "
    )
    assert f", uid {os.getuid()}, container: " in text


def test_the_host_is_this_one():
    assert find_host() == socket.gethostname()

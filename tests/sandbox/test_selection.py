"""Which tier is used, where others are missing, broken or leak; and what is said where none is left."""

import json
import os
import platform
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox import tiers
from pytest_modelbench.sandbox.base import Execution, Feed
from pytest_modelbench.sandbox.pool import SandboxPool
from pytest_modelbench.sandbox.self_test import Findings, probe_unconfined
from pytest_modelbench.sandbox.tier_kinds import ForkingTier
from tests.sandbox.attacks_list import KNOWN, MORE
from tests.sandbox.attacks_runs import find_interpreter
from tests.sandbox.conftest import HOLDING, REFUSALS

CONTAINER = Path(__file__).with_name("attacks_container.py")
IN_CONTAINER = {
    *("read_home", "read_own_environment", "read_inherited_descriptors", "write_home"),
    *("change_mode", "change_attributes", "connect_tcp", "send_udp", "connect_abstract"),
    *("signal_victim", "signal_by_ownership", "change_limits_of_victim", "signal_everybody"),
    *("fork_many", "take_memory", "make_many_files", "leave_many_daemons", "raise_limits"),
}


def open_nothing(_environ):
    raise SandboxError("not there")


def open_unconfined(_environ):
    """Start a tier that confines nothing, whatever its name is."""
    plan = replace(tiers._make_plan("none"), spare_uid=0)
    return ForkingTier(plan)


def name_of(tier):
    name = tier.name
    tier.close()
    return name


def test_every_tier_of_this_system_is_attacked():
    usual = ("seatbelt",) if sys.platform == "darwin" else ("bwrap", "userns", "landlock")
    missing = {name: REFUSALS[name] for name in usual if name not in HOLDING}

    assert HOLDING
    if missing:
        pytest.skip(f"attacked: {HOLDING}; not attacked: {missing}")


@pytest.mark.parametrize("count", range(len(HOLDING)))
def test_the_first_tier_that_is_there_is_used(count):
    openers = {
        name: open_nothing if place < count else tiers.TIERS[name]
        for place, name in enumerate(HOLDING)
    }

    tier = tiers.open_tier("auto", os.environ, openers=openers)

    assert name_of(tier) == HOLDING[count]


def test_a_tier_that_leaks_is_refused_and_the_next_one_is_used():
    openers = {"bwrap": open_unconfined, HOLDING[-1]: tiers.TIERS[HOLDING[-1]]}

    tier = tiers.open_tier("auto", os.environ, openers=openers)

    assert name_of(tier) == HOLDING[-1]


def test_a_refusal_names_everything_that_leaked():
    with pytest.raises(SandboxError) as raised:
        tiers.open_tier("auto", os.environ, openers={"bwrap": open_unconfined})

    line = next(line for line in str(raised.value).splitlines() if line.startswith("  bwrap"))
    verdict, _, names = line.partition(" leaked: ")
    assert verdict == "  bwrap    : REFUSED - self-test"
    assert {*names.split(", ")} >= {"file", "environment", "tcp", "udp", "signal", "prlimit"}


@pytest.mark.parametrize("name", HOLDING)
def test_a_self_test_that_could_not_leak_proves_nothing(name):
    findings = probe_unconfined()
    blind = Findings(tried=findings.tried, reached=findings.reached[1:], wrote=True)

    with pytest.raises(SandboxError) as raised:
        tiers.open_tier(name, os.environ, unconfined=lambda: blind)

    line = f"REFUSED - self-test could not leak unsandboxed: {findings.reached[0]}\n"
    assert f"  {name:8} : {line}" in str(raised.value)


def test_where_no_tier_holds_nothing_is_started(tmp_path):
    openers = {"bwrap": open_nothing, "userns": open_nothing}
    pool = SandboxPool(lambda: tiers.open_tier("auto", os.environ, openers=openers), slots=1)
    source = f"open({str(tmp_path / 'started')!r}, 'w').close()"
    execution = Execution(language="python", source=source, steps=(Feed(),))

    refusals = []
    for _ in range(2):
        with pytest.raises(SandboxError) as raised:
            pool.observe(execution)
        refusals.append(str(raised.value))
    pool.close()

    assert list(tmp_path.iterdir()) == []
    assert refusals == [
        f"""\
modelbench: REFUSED to run model-written code: no working sandbox was found, so nothing was run.
  system   : {platform.system()} {platform.release()} {platform.machine()}, \
Python {platform.python_version()}, uid {os.getuid()}, container: {container()}
  bwrap    : unusable - not there
  userns   : unusable - not there
Tests that need it are reported as ERROR. They are not passed, failed or skipped.
Fix one of these:
  - run on Linux 6.2 or newer with Landlock enabled (works inside unprivileged Docker), or
  - install bubblewrap 0.8 or newer (apt install bubblewrap; on Ubuntu 23.10+ it also needs its AppArmor profile).
To run without any sandbox, on a machine you can throw away only: modelbench_sandbox = none in the ini file
AND the environment variable MODELBENCH_UNSANDBOXED_HOST={platform.node()}. \
Every result is then marked "sandbox: NONE".""",
        refusals[0],
    ]


def container():
    return "docker" if Path("/.dockerenv").exists() else "none"


def make_bwrap(folder, text):
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return {**os.environ, "PATH": str(folder)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "echo bubblewrap 0.7.9",
            "unusable - bubblewrap 0.7.9 is installed, modelbench needs 0.8.0",
        ),
        ("echo nonsense", "unusable - bubblewrap 0 is installed, modelbench needs 0.8.0"),
        (
            '[ "$1" = --version ] && echo bubblewrap 0.9.0 && exit\n'
            "echo bwrap: No permissions to create new namespace >&2; exit 1",
            "unusable - bwrap: No permissions to create new namespace",
        ),
    ],
)
def test_a_bubblewrap_that_does_not_work_is_named(tmp_path, text, why):
    environ = make_bwrap(tmp_path, text)

    with pytest.raises(SandboxError) as raised:
        tiers.open_tier("bwrap", environ)

    assert f"  bwrap    : {why}\n" in str(raised.value)


def test_without_bubblewrap_in_the_path_another_tier_is_used(tmp_path):
    tier = tiers.open_tier("auto", {**os.environ, "PATH": str(tmp_path)})

    assert name_of(tier) == next(name for name in HOLDING if name != "bwrap")


@pytest.mark.parametrize("environ", [{}, {"MODELBENCH_UNSANDBOXED_HOST": "another"}])
def test_one_switch_is_not_enough_for_no_sandbox(environ):
    with pytest.raises(SandboxError) as raised:
        tiers.open_tier("none", environ)

    assert f"MODELBENCH_UNSANDBOXED_HOST={platform.node()}" in str(raised.value)


def test_two_switches_are_enough_for_no_sandbox():
    tier = tiers.open_tier("none", {"MODELBENCH_UNSANDBOXED_HOST": platform.node()})

    assert name_of(tier) == "none"


def test_the_host_alone_does_not_switch_the_sandbox_off():
    environ = {**os.environ, "MODELBENCH_UNSANDBOXED_HOST": platform.node()}

    tier = tiers.open_tier("auto", environ)

    assert name_of(tier) == HOLDING[0]


def run_contained(uid, *arguments):
    own = Path(sys.executable).resolve()
    is_open = all(path.stat().st_mode & stat.S_IXOTH for path in (own, *own.parents))
    python = sys.executable if uid == os.getuid() or is_open else find_interpreter()
    done = subprocess.run(
        [python, "-B", str(CONTAINER), str(uid), *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout else done.stderr


USERS = [0, 41000] if os.getuid() == 0 else [os.getuid()]


@pytest.mark.skipif("landlock" not in HOLDING, reason="no Landlock")
@pytest.mark.parametrize("uid", USERS)
def test_in_a_container_landlock_is_what_holds(uid):
    said = run_contained(uid, "auto", *sorted(IN_CONTAINER))

    assert {name: damage for name, damage in said["damage"].items() if damage} == {}
    assert {name for name, begun in said["begun"].items() if begun} == IN_CONTAINER
    assert (said["tier"], said["uid"]) == ("landlock", uid)


@pytest.mark.parametrize("uid", USERS)
def test_in_a_container_without_landlock_nothing_is_run(uid):
    said = run_contained(uid, "--without-landlock", "auto", "write_home")

    assert "modelbench: REFUSED to run model-written code" in said["refused"]
    assert "userns   : unusable - unshare: Operation not permitted" in said["refused"]
    assert "landlock : unusable - kernel offers ABI 0" in said["refused"]


def test_the_attacks_in_a_container_are_in_the_list():
    assert {attack.name for attack in (*KNOWN, *MORE)} >= IN_CONTAINER

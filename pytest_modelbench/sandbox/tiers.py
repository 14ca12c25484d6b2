"""The ways to confine processes, and which of them hold on this machine."""

import platform
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache

from pytest_modelbench.confined.landlock import LEAST_ABI, find_abi
from pytest_modelbench.confined.plan import Plan
from pytest_modelbench.confined.seccomp import ARCHITECTURES
from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox import bwrap, seatbelt
from pytest_modelbench.sandbox.base import Limits, Tier
from pytest_modelbench.sandbox.refusal import (
    UNSANDBOXED_HOST,
    TierState,
    describe_system,
    explain_none,
    find_host,
    make_refusal,
)
from pytest_modelbench.sandbox.self_test import (
    Findings,
    find_problem,
    probe_tier,
    probe_unconfined,
)
from pytest_modelbench.sandbox.surroundings import (
    find_libraries,
    find_site_packages,
    list_readable,
)
from pytest_modelbench.sandbox.tier_kinds import ForkingTier, WarmTier, make_folder
from pytest_modelbench.sandbox.users import find_spare_uid
from pytest_modelbench.sandbox.zygotes import CONFINED_FOLDER

__all__ = [
    "TIERS",
    "Opener",
    "open_shared_bwrap",
    "open_single_bwrap",
    "open_tier",
    "report_tiers",
]

# Starts a tier, without trying whether it holds.
Opener = Callable[[Mapping[str, str]], Tier]

AUTO, NONE = "auto", "none"
MIB_FOR_THE_WATCH = 1
# Whatever the kernel offers.
NEWEST_LANDLOCK = 1 << 10


def open_tier(
    setting: str,
    environ: Mapping[str, str],
    *,
    openers: Mapping[str, Opener] | None = None,
    unconfined: Callable[[], Findings] = probe_unconfined,
) -> Tier:
    """Return the first tier that holds here, tried a moment ago.

    Args:
        setting: `auto`, or the name of the only tier to try.
        environ: Where bubblewrap is looked for, and the second switch for no sandbox.
        openers: How each tier is started, in the order in which they are tried.
        unconfined: Runs the probes of the self-test without a sandbox.

    Raises:
        SandboxError: None holds; the text says why, tier by tier.
    """
    if setting == NONE:
        return _open_none(environ)
    openers = TIERS if openers is None else openers
    if setting != AUTO and setting not in openers:
        known = ", ".join([AUTO, *openers, NONE])
        raise SandboxError(f"there is no sandbox `{setting}`", f"known: {known}.")
    states = []
    outside = cache(unconfined)
    for name, opener in openers.items():
        if setting not in {AUTO, name}:
            why = f"not tried, since modelbench_sandbox = {setting}"
            states.append(TierState(name=name, usable=False, why=why))
            continue
        try:
            return _open_tried(opener, environ, outside)
        except SandboxError as error:
            states.append(TierState(name=name, usable=False, why=error.problem))
    raise SandboxError(make_refusal(states, system=describe_system(), host=find_host()))


def report_tiers(
    environ: Mapping[str, str],
    *,
    openers: Mapping[str, Opener] | None = None,
    unconfined: Callable[[], Findings] = probe_unconfined,
) -> list[TierState]:
    """Try every tier, and return what is known of each.

    Args:
        environ: As for `open_tier`.
        openers: As for `open_tier`.
        unconfined: As for `open_tier`.
    """
    states = []
    outside = cache(unconfined)
    for name, opener in (TIERS if openers is None else openers).items():
        try:
            _open_tried(opener, environ, outside).close()
        except SandboxError as error:
            states.append(TierState(name=name, usable=False, why=error.problem))
        else:
            states.append(TierState(name=name, usable=True, why=""))
    return states


def _open_tried(
    opener: Opener, environ: Mapping[str, str], outside: Callable[[], Findings]
) -> Tier:
    """Start a tier and try it."""
    tier = opener(environ)
    try:
        problem = find_problem(probe_tier(tier), outside())
    except OSError as error:
        problem = f"self-test could not lay out its bait: {error}"
    except SandboxError:
        tier.close()
        raise
    if problem:
        tier.close()
        raise SandboxError(problem)
    return tier


def open_shared_bwrap(environ: Mapping[str, str]) -> Tier:
    """Start one bubblewrap, in which each cell gets namespaces of its own.

    Raises:
        SandboxError: There is no bubblewrap, or namespaces below it are forbidden.
    """
    _need_linux()
    plan = replace(_make_plan("bwrap"), is_single=False)
    prefix = bwrap.make_command(
        bwrap.find_bwrap(environ),
        readable=(*plan.readable, CONFINED_FOLDER),
        disk_mib=MIB_FOR_THE_WATCH,
        is_root=bool(plan.spare_uid),
        is_single=False,
    )
    return ForkingTier(plan, prefix=prefix)


def open_single_bwrap(environ: Mapping[str, str]) -> Tier:
    """Start a bubblewrap for each cell, two of them ahead.

    Raises:
        SandboxError: There is no bubblewrap, or it may not make namespaces.
    """
    _need_linux()
    plan = replace(_make_plan("bwrap"), is_single=True)
    path = bwrap.find_bwrap(environ)

    def make_prefix(limits: Limits) -> tuple[str, ...]:
        return bwrap.make_command(
            path,
            readable=(*plan.readable, CONFINED_FOLDER),
            disk_mib=limits.disk_mib + MIB_FOR_THE_WATCH,
            is_root=bool(plan.spare_uid),
            is_single=True,
        )

    return WarmTier(plan, make_prefix, warm=Limits())


def _open_bwrap(environ: Mapping[str, str]) -> Tier:
    """Prefer one for all: a cell costs a seventh then."""
    with suppress(SandboxError):
        return open_shared_bwrap(environ)
    return open_single_bwrap(environ)


def _open_userns(_environ: Mapping[str, str]) -> Tier:
    _need_linux()
    return ForkingTier(_make_plan("userns"))


def _open_landlock(_environ: Mapping[str, str]) -> Tier:
    _need_linux()
    abi = find_abi()
    if abi < LEAST_ABI:
        raise SandboxError(f"kernel offers ABI {abi}, modelbench needs {LEAST_ABI} (Linux 6.2)")
    return ForkingTier(_make_plan("landlock"))


def _open_seatbelt(_environ: Mapping[str, str]) -> Tier:
    path = seatbelt.find_seatbelt()
    plan = _make_plan("seatbelt")
    folder = make_folder()
    command = seatbelt.make_command(path, readable=(*plan.readable, CONFINED_FOLDER), folder=folder)
    return WarmTier(replace(plan, folder=folder), lambda _limits: command, warm=Limits())


def _open_none(environ: Mapping[str, str]) -> Tier:
    host = find_host()
    if environ.get(UNSANDBOXED_HOST) != host:
        raise SandboxError(*explain_none(host))
    return ForkingTier(replace(_make_plan(NONE), spare_uid=0))


def _need_linux() -> None:
    if sys.platform != "linux":
        raise SandboxError("only on Linux")
    if platform.machine().replace("arm64", "aarch64") not in ARCHITECTURES:
        raise SandboxError(f"no system-call filter for {platform.machine()}")


def _make_plan(name: str) -> Plan:
    return Plan(
        tier=name,
        is_single=name == "seatbelt",
        readable=list_readable(),
        site_packages=find_site_packages(),
        folder="",
        spare_uid=find_spare_uid(),
        libraries=find_libraries(),
        landlock_abi=NEWEST_LANDLOCK,
    )


# In the order in which they are tried: distributions let bubblewrap make namespaces where they do
# not let Python, and namespaces hide what Landlock only denies.
TIERS: Mapping[str, Opener] = {
    "bwrap": _open_bwrap,
    "userns": _open_userns,
    "landlock": _open_landlock,
    "seatbelt": _open_seatbelt,
}

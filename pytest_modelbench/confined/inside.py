"""The process of a cell: confines itself, then runs its entry."""

import faulthandler
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pytest_modelbench.confined.kernel import (
    MACHINE,
    close_all_but,
    drop_bounding_set,
    drop_capabilities,
    set_process_option,
)
from pytest_modelbench.confined.landlock import (
    SIGNALS_ABI,
    Grants,
    find_abi,
    prepare_grants,
    restrict,
)
from pytest_modelbench.confined.namespaces import DEVICES
from pytest_modelbench.confined.plan import BOX, Order, Plan
from pytest_modelbench.confined.rlimits import set_bounds
from pytest_modelbench.confined.seccomp import Filter, compile_filter, install_filter, pack_filter
from pytest_modelbench.confined.surroundings import set_site_packages

__all__ = ["Entry", "become_cell"]

Entry = Callable[[socket.socket], None]

# Tiers whose cells have a file system of their own.
NAMESPACED = ("userns", "bwrap")
# Tiers that are made of what the Linux kernel offers.
FILTERED = ("userns", "bwrap", "landlock")
# Not /dev/zero of the host, which could be mapped as memory that no watch sees.
HOST_DEVICES = tuple(path for path, source in DEVICES.items() if path == source)
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
OWNER_ONLY = 0o700
FAILED = 70


def become_cell(
    *,
    plan: Plan,
    order: Order,
    entry: Entry,
    channel: int,
    ready: int,
    user_processes: int,
) -> None:
    """Confine this process for good, say so by closing `ready`, and run the entry.

    Does not come back.

    Args:
        ready: Gets the reason where it cannot be confined.
        user_processes: As for `set_bounds`.
    """
    try:
        _confine(plan, order, {channel, ready}, user_processes)
    except BaseException as error:  # noqa: BLE001  # a border: nothing may run unconfined
        os.write(ready, f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
        os._exit(FAILED)
    os.close(ready)
    code = FAILED
    try:
        entry(socket.socket(fileno=channel))
        code = 0
    finally:
        # Not sys.exit: what the entry ran may have left threads, and functions to call at exit.
        os._exit(code)


def _make_folders(folder: str) -> tuple[str, str]:
    """Make the workspace and the folder for temporary files; return both."""
    folders = str(Path(folder) / "work"), str(Path(folder) / "tmp")
    for path in folders:
        Path(path).mkdir(OWNER_ONLY, exist_ok=True)
    return folders


def _confine(plan: Plan, order: Order, kept: set[int], user_processes: int) -> None:
    is_filtered = plan.tier in FILTERED
    os.setsid()
    _reset_signals()
    folder = BOX if plan.tier in NAMESPACED else str(Path(plan.folder) / order.name)
    abi = min(find_abi(), plan.landlock_abi) if is_filtered else 0
    ruleset = prepare_grants(_list_grants(plan, folder), abi) if abi else -1
    readable = _drop_user(plan, order)
    workspace, temporary = _make_folders(folder)
    os.chdir(workspace)
    _set_environment(plan, workspace, temporary)
    _silence()
    packages = tuple(readable.get(path, path) for path in plan.site_packages)
    close_all_but(kept | {ruleset} | {_descriptor_of(path) for path in readable.values()})
    set_bounds(order.bounds, user_processes=user_processes)
    if abi:
        restrict(ruleset)
    if is_filtered:
        drop_capabilities()
        # Switched off by changing the user; without it /proc/self is not readable.
        set_process_option(PR_SET_DUMPABLE, 1)
        # Last, since changing the user clears it.
        set_process_option(PR_SET_PDEATHSIG, signal.SIGKILL)
        _filter_calls(plan, order, abi)
    set_site_packages(packages)


def _list_grants(plan: Plan, folder: str) -> Grants:
    return Grants(
        readable=("/",) if plan.tier in NAMESPACED else plan.readable,
        writable=(folder,),
        devices=tuple(DEVICES) if plan.tier in NAMESPACED else HOST_DEVICES,
    )


def _filter_calls(plan: Plan, order: Order, abi: int) -> None:
    wanted = Filter(
        may_fork=order.may_fork,
        # What else a signal could reach is beyond the namespace, or beyond Landlock's domain.
        may_signal=order.may_fork and (plan.has_namespaces or abi >= SIGNALS_ABI),
        may_change_facts=plan.tier in NAMESPACED,
        own_pid=os.getpid(),
    )
    install_filter(pack_filter(compile_filter(wanted, MACHINE)), MACHINE)


def _reset_signals() -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if faulthandler.is_enabled():
        faulthandler.disable()


def _silence() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def _set_environment(plan: Plan, workspace: str, temporary: str) -> None:
    os.environ.clear()
    os.environ.update(
        {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": workspace,
            "USER": "cell",
            "LOGNAME": "cell",
            "TMPDIR": temporary,
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0",
            # Numerical libraries start a thread for each core otherwise.
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
        }
    )
    if plan.libraries:
        os.environ["LD_LIBRARY_PATH"] = plan.libraries
    tempfile.tempdir = None
    sys.argv = [""]


def _drop_user(plan: Plan, order: Order) -> dict[str, str]:
    """Become the order's user; return other paths to what that user could not reach.

    Python may be installed in a home folder that only its owner may enter. A folder that was
    opened before can be entered through its descriptor.
    """
    if not order.uid:
        return {}
    # In use, should a later import need them.
    opened = {
        path: os.open(path, os.O_PATH | os.O_DIRECTORY)
        for path in dict.fromkeys((*plan.site_packages, *sys.path))
        if Path(path).is_dir()
    }
    drop_bounding_set()
    os.setgroups([])
    os.setresgid(order.uid, order.uid, order.uid)
    os.setresuid(order.uid, order.uid, order.uid)
    moved = {}
    for path, descriptor in opened.items():
        if os.access(path, os.R_OK | os.X_OK):
            os.close(descriptor)
        else:
            moved[path] = f"/proc/self/fd/{descriptor}"
            os.set_inheritable(descriptor, True)  # noqa: FBT003  as `os` has it
    if moved:
        _move_imports(moved)
    return moved


def _move_imports(moved: dict[str, str]) -> None:
    sys.path[:] = [moved.get(path, path) for path in sys.path]
    sys.path_importer_cache.clear()
    for module in list(sys.modules.values()):
        paths = getattr(module, "__path__", None)
        if isinstance(paths, list):
            paths[:] = [_replace_start(path, moved) for path in paths]


def _replace_start(path: str, moved: dict[str, str]) -> str:
    for old in sorted(moved, key=len, reverse=True):
        if path.startswith(f"{old}/"):
            return moved[old] + path[len(old) :]
    return path


def _descriptor_of(path: str) -> int:
    return int(path.rpartition("/")[2])

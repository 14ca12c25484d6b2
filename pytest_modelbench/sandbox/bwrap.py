"""Bubblewrap: the command that starts one cell inside of it."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pytest_modelbench.confined.namespaces import DEVICES, LINKS
from pytest_modelbench.confined.plan import BOX
from pytest_modelbench.errors import SandboxError

__all__ = ["find_bwrap", "make_command", "parse_version"]

# The first with `--disable-userns`.
LEAST_VERSION = (0, 8, 0)
VERSION_S = 5.0
MIB = 1 << 20

AS_USER = ("--unshare-all", "--unshare-user", "--cap-drop", "ALL")
# Root needs no namespace of users, whose processes could not be counted. It keeps what a
# supervisor needs to make the cell another user, and to end it.
AS_ROOT = (
    *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"),
    *("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"),
    *("--cap-add", "CAP_KILL", "--cap-add", "CAP_SYS_PTRACE"),
)


def find_bwrap(environ: Mapping[str, str]) -> str:
    """Return the path of a bubblewrap that is new enough.

    Raises:
        SandboxError: There is none.
    """
    path = shutil.which("bwrap", path=environ.get("PATH", os.defpath))
    if path is None:
        raise SandboxError("not installed (no `bwrap` in PATH)")
    version = parse_version(_read_version(path))
    if version < LEAST_VERSION:
        found, least = (".".join(map(str, one)) for one in (version, LEAST_VERSION))
        raise SandboxError(f"bubblewrap {found} is installed, modelbench needs {least}")
    return path


def parse_version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version.

    >>> parse_version("bubblewrap 0.8.0")
    (0, 8, 0)
    """
    found = re.search(r"\d{1,5}(?:\.\d{1,5}){1,3}", text)
    return tuple(int(number) for number in found.group().split(".")) if found else (0,)


def make_command(
    path: str,
    *,
    readable: tuple[str, ...],
    disk_mib: int,
    is_root: bool,
    is_single: bool,
) -> tuple[str, ...]:
    """Return the command in front of what is to run inside.

    Args:
        path: Of bubblewrap.
        readable: What of the file system remains.
        disk_mib: Size of the only writable folder.
        is_root: Cells then become another user.
        is_single: There will be one cell in it; otherwise each gets namespaces of its own in there.
    """
    # No --die-with-parent: it means the thread that started it, which may end long before pytest.
    command = [path, *(AS_ROOT if is_root else AS_USER), "--new-session"]
    if not is_single:
        command += ["--cap-add", "CAP_SYS_ADMIN"] if is_root else []
    elif not is_root:
        command += ["--disable-userns"]
    # Those that it makes by itself only their owner may enter.
    for folder in _list_parents((*readable, *LINKS)):
        command += ["--perms", "0755", "--dir", folder]
    for file in readable:
        if Path(file).is_symlink():
            command += ["--symlink", str(Path(file).readlink()), file]
        else:
            command += ["--ro-bind", file, file]
    for file, source in DEVICES.items():
        command += ["--dev-bind", source, file]
    for file, pointed in LINKS.items():
        # A folder is made there, where something below it is readable.
        if not any(path.startswith(f"{file}/") for path in readable):
            command += ["--symlink", pointed, file]
    command += ["--proc", "/proc", "--size", str(disk_mib * MIB)]
    # As root the folders in it are made by another user than the mount.
    command += ["--perms", "1777" if is_root else "0700", "--tmpfs", BOX]
    return (*command, "--remount-ro", "/", "--chdir", BOX, "--hostname", "cell", "--")


def _list_parents(paths: tuple[str, ...]) -> list[str]:
    """Return the folders above the paths, the highest first, without the root."""
    parents = {str(parent) for path in paths for parent in Path(path).parents}
    return sorted(parents - {"/"})


def _read_version(path: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  no shell, and nothing of a model
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=VERSION_S,
            env={},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SandboxError(f"`{path} --version` failed: {error}") from error
    return done.stdout.decode("utf-8", "replace")

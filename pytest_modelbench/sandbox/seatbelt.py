"""macOS: the profile and the command that confine one cell.

Written from the documentation of the profile language; no attack has been run against it yet.
"""

import os
import platform
import shutil

from pytest_modelbench.errors import SandboxError

__all__ = ["PROGRAM", "find_seatbelt", "make_command", "make_profile"]

PROGRAM = "/usr/bin/sandbox-exec"

# Reading is denied as well: what is not named here does not open.
PROFILE = """\
(version 1)
(deny default)
(allow process-exec process-fork)
(allow signal (target same-sandbox))
(allow process-info* (target same-sandbox))
(allow sysctl-read)
(allow ipc-posix-sem)
(allow file-read-metadata)
(allow file-read*
  (literal "/") (literal "/dev/null") (literal "/dev/zero") (literal "/dev/random")
  (literal "/dev/urandom") (subpath "/usr/lib") (subpath "/usr/bin") (subpath "/bin")
  (subpath "/usr/share/zoneinfo") (subpath "/private/var/db/timezone")
  (subpath "/System/Library") (subpath "/System/Volumes/Preboot/Cryptexes/OS")
  (subpath "/Library/Apple/usr/lib")
{readable})
(allow file-write-data (literal "/dev/null"))
(allow file-read* file-write* (subpath {folder}))
"""


def find_seatbelt() -> str:
    """Return the path of macOS's `sandbox-exec`.

    Raises:
        SandboxError: This is not macOS.
    """
    if platform.system() != "Darwin":
        raise SandboxError("only on macOS")
    found = shutil.which(PROGRAM)
    if found is None:
        raise SandboxError(f"{PROGRAM} is not there")
    return found


def make_command(path: str, *, readable: tuple[str, ...], folder: str) -> tuple[str, ...]:
    """Return the command in front of what is to run inside.

    Args:
        path: Of `sandbox-exec`.
        readable: What of the file system remains, beside the system's.
        folder: May be written.
    """
    return (path, "-p", make_profile(readable=readable, folder=folder))


def make_profile(*, readable: tuple[str, ...], folder: str) -> str:
    """Return the profile; paths are as the kernel sees them, without links."""
    paths = dict.fromkeys(os.path.realpath(path) for path in readable)
    lines = [f"  (subpath {_quote(path)})" for path in paths]
    return PROFILE.format(readable="\n".join(lines), folder=_quote(os.path.realpath(folder)))


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

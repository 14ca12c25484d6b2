"""What of this machine cells may read: the system's programs and libraries, and Python's."""

import os
import site
import sys
import sysconfig
from collections.abc import Iterable

__all__ = ["find_interpreter", "find_libraries", "find_site_packages", "list_readable"]

# Not `src`, where images keep what they are about; not `games`, not `local/src`.
SUBFOLDERS = ("bin", "sbin", "lib", "lib32", "lib64", "libexec", "share", "include")
SYSTEM = (
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64"),
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/ssl/openssl.cnf"),
)


def find_interpreter() -> str:
    """Return the interpreter without the links that a virtual environment makes to it."""
    return os.path.realpath(sys.executable)


def find_site_packages() -> tuple[str, ...]:
    """Return the folders of installed packages, as this process imports them."""
    folders = [
        *site.getsitepackages(),
        sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"),
    ]
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    return tuple(dict.fromkeys(os.path.realpath(path) for path in folders if os.path.isdir(path)))  # noqa: PTH112  pathlib raises in a folder that may not be entered


def find_libraries() -> str:
    """Return the folder of libpython, where the interpreter has it apart; "" otherwise."""
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        return ""
    return str(sysconfig.get_config_var("LIBDIR") or "")


def list_readable() -> tuple[str, ...]:
    """Return the files and folders, links among them, none of them below another."""
    prefixes = ["/usr", "/usr/local", sys.base_prefix, sys.prefix]
    found = [*SYSTEM, find_interpreter(), find_libraries(), *find_site_packages()]
    for prefix in dict.fromkeys(os.path.realpath(prefix) for prefix in prefixes):
        found += [f"{prefix}/{name}" for name in SUBFOLDERS]
        # What makes it a virtual environment.
        found.append(f"{prefix}/pyvenv.cfg")
    return drop_nested(path for path in found if path and os.path.lexists(path))


def drop_nested(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the paths in order, without those that are below others.

    >>> drop_nested(["/usr/lib/python3", "/usr/lib", "/usr/lib64"])
    ('/usr/lib', '/usr/lib64')
    """
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(f"{folder}/") for folder in kept):
            kept.append(path)
    return tuple(kept)

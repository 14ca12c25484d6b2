"""Removal of a folder that hostile code has filled; nothing outside it is touched."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

__all__ = ["measure_folder", "remove_folder"]

OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
DEEPEST = 64
BLOCK_BYTES = 512


def remove_folder(path: str) -> None:
    """Remove a folder with everything in it, once no process that could change it is left.

    It may be deeper than a path can say or a stack can hold: folders are moved up to the top and
    removed there. Links are removed, never followed.
    """
    try:
        top = os.open(path, OPEN_FOLDER)
    except FileNotFoundError:
        return
    try:
        # A name that what is in there cannot have taken before.
        token, moved = os.urandom(16).hex(), 0
        while names := _empty(top):
            for name in names:
                moved = _flatten(top, name, token, moved)
    finally:
        os.close(top)
    Path(path).rmdir()


def measure_folder(path: str, *, most_files: int) -> tuple[int, int]:
    """Return the bytes on disk and the number of files; beyond the most it stops to count.

    Folders below the deepest that is counted are as good as too many files: no honest program
    makes them.
    """
    used, files = 0, 0
    try:
        top = os.open(path, OPEN_FOLDER)
    except OSError:
        return 0, 0
    for found in _walk(top, 0):
        files += 1 if found is not None else most_files + 1
        used += found.st_blocks * BLOCK_BYTES if found is not None else 0
        if files > most_files:
            break
    return used, files


def _walk(folder: int, depth: int) -> Iterator[os.stat_result | None]:
    """Yield the facts of everything below, None where it is too deep; close the folder."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    yield entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        if depth >= DEEPEST:
                            yield None
                            return
                        yield from _walk(os.open(entry.name, OPEN_FOLDER, dir_fd=folder), depth + 1)
    except OSError:
        return
    finally:
        os.close(folder)


def _empty(folder: int) -> list[str]:
    """Remove all but folders; return the names of those."""
    names = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                names.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return names


def _flatten(top: int, name: str, token: str, moved: int) -> int:
    """Move the folders of a folder to the top, and remove it."""
    _open_up(top, name)
    folder = os.open(name, OPEN_FOLDER, dir_fd=top)
    try:
        for inner in _empty(folder):
            _open_up(folder, inner)
            moved += 1
            os.rename(inner, f"{token}-{moved}", src_dir_fd=folder, dst_dir_fd=top)
    finally:
        os.close(folder)
    os.rmdir(name, dir_fd=top)
    return moved


def _open_up(parent: int, name: str) -> None:
    """Let the owner into a folder that was made without rights."""
    facts = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if stat.S_ISDIR(facts.st_mode) and facts.st_mode & stat.S_IRWXU != stat.S_IRWXU:
        os.chmod(name, stat.S_IRWXU, dir_fd=parent)

import json
import os
import sys
from pathlib import Path

import pytest

from pytest_modelbench.sandbox.surroundings import (
    drop_nested,
    find_interpreter,
    find_site_packages,
    list_readable,
)


@pytest.mark.parametrize(
    ("paths", "kept"),
    [
        ([], ()),
        (["/usr/lib/python3", "/usr/lib"], ("/usr/lib",)),
        (["/usr/lib", "/usr/lib64"], ("/usr/lib", "/usr/lib64")),
        (["/a b/ü", "/a b", "/a b"], ("/a b",)),
    ],
)
def test_what_is_below_another_is_dropped(paths, kept):
    assert drop_nested(paths) == kept


def is_readable(path):
    path = os.path.realpath(path)
    folders = [os.path.realpath(folder) for folder in list_readable()]
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


@pytest.mark.parametrize(
    "path", [find_interpreter(), json.__file__, pytest.__file__, *find_site_packages(), "/bin/sh"]
)
def test_what_python_needs_is_readable(path):
    assert is_readable(path)


PRIVATE = [
    *("/", "/usr", "/usr/src", "/etc", "/etc/passwd", "/proc", "/home", "/root", "/tmp", "/var"),
    *(str(Path.home()), str(Path.cwd()), sys.prefix, sys.base_prefix, __file__),
]


@pytest.mark.parametrize("path", dict.fromkeys(PRIVATE))
def test_what_may_be_private_is_not(path):
    assert not is_readable(path)


def test_every_path_is_there_and_absolute():
    paths = list_readable()

    assert [
        path for path in paths if not (os.path.lexists(path) and Path(path).is_absolute())
    ] == []
    assert len(paths) == len(set(paths))


def test_the_interpreter_is_no_link():
    assert not Path(find_interpreter()).is_symlink()

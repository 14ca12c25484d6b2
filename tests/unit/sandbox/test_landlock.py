import os
import subprocess
import sys

import pytest

from pytest_modelbench.confined.landlock import LEAST_ABI, Grants, find_abi, prepare_grants

needs_landlock = pytest.mark.skipif(
    find_abi() < LEAST_ABI, reason="this kernel has no Landlock, or an old one"
)
CONFINE = """
import os, sys
from pytest_modelbench.confined.landlock import Grants, find_abi, prepare_grants, restrict
folder, readable = sys.argv[1:]
grants = Grants(
    readable=(readable, "/nowhere", sys.base_prefix, sys.prefix),
    writable=(folder,),
    devices=("/dev/null",),
)
restrict(prepare_grants(grants, min(find_abi(), {abi})))
def try_it(act, *arguments):
    try:
        act(*arguments)
    except OSError as error:
        print(type(error).__name__)
    else:
        print("done")
"""


def run_confined(tmp_path, lines, *, abi=99):
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    for folder in (workspace, outside, tmp_path / "readable"):
        folder.mkdir()
    (outside / "secret").write_text("secret")
    (tmp_path / "readable" / "text").write_text("text")
    (workspace / "link").symlink_to(outside / "secret")
    done = subprocess.run(
        [sys.executable, "-c", CONFINE.format(abi=abi) + lines, workspace, tmp_path / "readable"],
        capture_output=True,
        check=True,
        cwd=workspace,
    )
    return done.stdout.decode().split()


@needs_landlock
@pytest.mark.parametrize("abi", [LEAST_ABI, 99])
@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("try_it(open, 'new', 'w')", "done"),
        ("try_it(os.mkdir, 'folder')", "done"),
        ("try_it(open, '../readable/text')", "done"),
        ("try_it(open, '/dev/null', 'w')", "done"),
        ("try_it(open, '../readable/text', 'a')", "PermissionError"),
        ("try_it(open, '../outside/secret')", "PermissionError"),
        ("try_it(open, 'link')", "PermissionError"),
        ("try_it(os.listdir, '..')", "PermissionError"),
        ("try_it(os.truncate, '../outside/secret', 0)", "PermissionError"),
        ("try_it(os.unlink, '../outside/secret')", "PermissionError"),
        ("try_it(os.rename, '../outside/secret', 'mine')", "PermissionError"),
    ],
)
def test_only_what_is_granted_remains(line, outcome, abi, tmp_path):
    printed = run_confined(tmp_path, line, abi=abi)

    assert printed == [outcome]


@needs_landlock
def test_a_writable_folder_that_is_not_there_is_no_error(tmp_path):
    grants = Grants(readable=(), writable=(str(tmp_path / "gone"),), devices=())

    descriptor = prepare_grants(grants, find_abi())

    os.close(descriptor)
    assert descriptor > 2

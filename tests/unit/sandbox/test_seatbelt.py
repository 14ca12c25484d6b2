import sys

import pytest

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.seatbelt import find_seatbelt, make_command, make_profile


def test_everything_is_denied_first(tmp_path):
    profile = make_profile(readable=(), folder=str(tmp_path))

    assert profile.splitlines()[:2] == ["(version 1)", "(deny default)"]
    assert "network" not in profile
    assert "mach-lookup" not in profile


def test_only_the_folder_can_be_written(tmp_path):
    profile = make_profile(readable=(str(tmp_path / "lib"),), folder=str(tmp_path / "cells"))

    written = [line for line in profile.splitlines() if "file-write" in line]
    assert written == [
        '(allow file-write-data (literal "/dev/null"))',
        f'(allow file-read* file-write* (subpath "{tmp_path}/cells"))',
    ]
    assert f'\n  (subpath "{tmp_path}/lib"))\n' in profile


def test_paths_cannot_end_their_quotes():
    profile = make_profile(readable=('/a") (allow default) ("\\',), folder="/tmp")

    assert '(subpath "/a\\") (allow default) (\\"\\\\")' in profile


def test_the_profile_goes_with_the_command(tmp_path):
    command = make_command("/usr/bin/sandbox-exec", readable=(), folder=str(tmp_path))

    assert command == (
        *("/usr/bin/sandbox-exec", "-p"),
        make_profile(readable=(), folder=str(tmp_path)),
    )


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has it")
def test_elsewhere_there_is_none():
    with pytest.raises(SandboxError) as caught:
        find_seatbelt()

    assert caught.value.problem == "only on macOS"

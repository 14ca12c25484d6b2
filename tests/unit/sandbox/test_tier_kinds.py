"""On every tier of this machine, without what is executed in it: that is for `tests/sandbox`."""

import os
import signal
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox.base import Limits
from pytest_modelbench.sandbox.tiers import TIERS, open_single_bwrap

OPENERS = {**TIERS, "single-bwrap": open_single_bwrap}
NAMES = ["seatbelt"] if sys.platform == "darwin" else [*(OPENERS.keys() - {"seatbelt"})]
LIMITS = Limits(cpu_s=5, memory_mib=256, processes=8, disk_mib=64, files=64)


@pytest.fixture(scope="module", params=sorted(NAMES))
def tier(request):
    try:
        opened = OPENERS[request.param](os.environ)
    except SandboxError as error:
        pytest.skip(f"{request.param} is not to be had here: {error.problem}")
    yield opened
    opened.close()


def talk(cell, data):
    cell.channel.sendall(data)
    return cell.channel.recv(len(data))


@pytest.mark.parametrize("may_fork", [False, True])
def test_a_cell_talks_on_its_channel(may_fork, tier):
    cell = tier.start_cell("idle", LIMITS, may_fork=may_fork)

    answer = talk(cell, b"hello")
    ending = cell.kill()

    assert (answer, ending.signal, ending.overused) == (b"hello", "SIGKILL", "")
    assert 0 < ending.peak_mib < 256


def test_a_cell_ends_with_its_channel(tier):
    cell = tier.start_cell("idle", LIMITS, may_fork=False)
    cell.channel.close()

    ending = cell.wait(10)

    assert ending is not None
    assert (ending.exit_code, ending.signal, ending.overused) == (0, "", "")


def test_many_cells_at_once_have_nothing_to_do_with_each_other(tier):
    cells = [tier.start_cell("idle", LIMITS, may_fork=False) for _ in range(6)]

    cells[2].kill()
    answers = [talk(cell, b"%d" % number) for number, cell in enumerate(cells) if number != 2]
    endings = [cell.kill() for cell in cells]

    assert answers == [b"0", b"1", b"3", b"4", b"5"]
    assert [ending.signal for ending in endings] == ["SIGKILL"] * 6


def test_a_larger_disk_can_be_had(tier):
    cell = tier.start_cell("idle", Limits(disk_mib=128), may_fork=False)

    answer = talk(cell, b"hello")
    cell.kill()

    assert answer == b"hello"


def test_closing_kills_what_is_left(tier):
    opened = OPENERS[tier.name](os.environ)
    cells = [opened.start_cell("idle", LIMITS, may_fork=True) for _ in range(2)]

    opened.close()
    endings = [cell.kill() for cell in cells]

    assert [ending.signal for ending in endings] == ["SIGKILL"] * 2
    with pytest.raises(SandboxError, match="closed"):
        opened.start_cell("idle", LIMITS, may_fork=False)


def test_cells_are_to_be_had_where_only_root_may_go(tier, tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    opened = OPENERS[tier.name](os.environ)

    cell = opened.start_cell("idle", LIMITS, may_fork=False)
    answer = talk(cell, b"hello")
    cell.kill()
    opened.close()

    assert answer == b"hello"


def test_nothing_is_left_in_the_folder_for_temporary_files(tier, tmp_path, monkeypatch):
    # Whoever a cell becomes has to pass it.
    for folder in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        with suppress(PermissionError):
            folder.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    opened = OPENERS[tier.name](os.environ)
    cell = opened.start_cell("idle", LIMITS, may_fork=False)

    opened.close()
    cell.kill()

    assert list(tmp_path.iterdir()) == []


def list_children():
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(word) for word in text.split()}


def test_a_tier_whose_zygote_was_killed_starts_no_cells(tier):
    before = list_children()
    opened = OPENERS[tier.name](os.environ)
    cell = opened.start_cell("idle", LIMITS, may_fork=True)
    for pid in list_children() - before:
        os.kill(pid, signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)

    # Cells that have a supervisor outlive what started them, others do not.
    with suppress(SandboxError):
        cell.kill()
    opened.close()

    with pytest.raises(SandboxError, match="closed"):
        opened.start_cell("idle", LIMITS, may_fork=False)

import os
import socket
import tempfile
import threading
from pathlib import Path

import pytest

from pytest_modelbench.confined.probes import REACHES, escape
from pytest_modelbench.sandbox.bait import FORKS, Bait
from pytest_modelbench.sandbox.base import Cell, CellEnding
from pytest_modelbench.sandbox.self_test import (
    Findings,
    find_problem,
    probe_tier,
    probe_unconfined,
)

HOLDS = Findings(tried=("file", "udp"), reached=(), wrote=True)
LEAKS = Findings(tried=("file", "udp"), reached=("file", "udp"), wrote=True)


@pytest.mark.parametrize(
    ("inside", "outside", "problem"),
    [
        ([HOLDS, HOLDS], LEAKS, ""),
        (
            [HOLDS, Findings(tried=("file", "udp"), reached=("udp",), wrote=True)],
            LEAKS,
            "self-test leaked: udp",
        ),
        ([LEAKS, LEAKS], LEAKS, "self-test leaked: file, udp"),
        (
            [HOLDS],
            Findings(tried=("file", "udp"), reached=("udp",), wrote=True),
            "self-test could not leak unsandboxed: file",
        ),
        ([HOLDS], HOLDS, "self-test could not leak unsandboxed: file, udp"),
        (
            [HOLDS, Findings(tried=("file", "udp"), reached=(), wrote=False)],
            LEAKS,
            "self-test could not write its own workspace",
        ),
        ([], LEAKS, "self-test could not write its own workspace"),
    ],
)
def test_a_tier_holds_only_where_the_same_probes_leak_without_it(inside, outside, problem):
    assert find_problem(inside, outside) == problem


def test_without_a_sandbox_everything_is_reached():
    findings = probe_unconfined()

    assert findings.reached == findings.tried
    assert findings.wrote
    assert {"file", "environment", "inherited-fd", "tcp", "udp", "signal"} <= {*findings.tried}


def test_bait_that_nobody_touched_says_so():
    with Bait() as bait:
        taken = bait.find_taken({"file": "nothing", "processes": f"started {FORKS - 1}"})

    assert taken == ()


def test_the_secret_counts_wherever_it_comes_back():
    with Bait() as bait:
        taken = bait.find_taken({"file": f"<{bait.secret}>", "environment": bait.secret})

    assert taken == ("file", "environment")


def test_what_was_touched_is_laid_out_anew():
    with Bait() as bait:
        socket.create_connection(("127.0.0.1", bait.words["tcp"])).close()
        Path(bait.words["written"]).write_text("")

        first, second = bait.find_taken({}), bait.find_taken({})

    assert (first, second) == (("write", "tcp"), ())


def test_bait_is_laid_out_where_paths_are_long_and_the_folder_is_empty(tmp_path, monkeypatch):
    folder = tmp_path / ("long" * 25)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.chdir(folder)

    with Bait() as bait:
        names = bait.names

    assert ("unix-socket" in names, "project" in names) == (True, False)


def test_nothing_of_the_bait_is_left():
    with Bait() as bait:
        folder, pid = bait.words["folder"], bait.words["pid"]

    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


class SilentCell:
    """A cell in which only the first probes run, by hand."""

    def __init__(self, reached):
        self.channel, self._inner = socket.socketpair()
        self._thread = threading.Thread(target=self._run, args=(reached,))
        self._thread.start()

    def _run(self, reached):
        with self._inner.makefile("rwb") as lines:
            lines.readline()
            lines.write(reached)
        self._inner.close()

    def kill(self) -> CellEnding:
        self._thread.join()
        self.channel.close()
        return CellEnding()

    def wait(self, timeout_s) -> CellEnding | None:
        self._thread.join(timeout_s)
        return None


class SilentTier:
    name = "silent"

    def __init__(self, reached):
        self.orders = []
        self._reached = reached

    def start_cell(self, entry, limits, *, may_fork) -> Cell:
        self.orders.append((entry, limits, may_fork))
        return SilentCell(self._reached)

    def close(self):
        self.orders.clear()


def test_a_cell_that_dies_early_has_reached_what_it_reached():
    tier = SilentTier(b'{"workspace": "written"}\n{"project": "read"}\n')

    findings = probe_tier(tier)

    assert [(found.wrote, found.reached) for found in findings] == [(True, ("project",))] * 2


def test_a_cell_that_says_nothing_has_not_written_its_workspace():
    findings = probe_tier(SilentTier(b""))

    assert [found.wrote for found in findings] == [False, False]


def test_probes_go_on_after_one_that_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    channel, inner = socket.socketpair()
    channel.sendall(b"{}\n")
    # Each of them misses its bait.
    thread = threading.Thread(target=try_everything, args=(inner,))
    thread.start()
    with channel.makefile("rb") as lines:
        first = lines.readline()
    thread.join()
    channel.close()

    assert first == b'{"workspace": "written"}\n'
    assert next(iter(REACHES)) == "workspace"


def try_everything(channel):
    with channel, pytest.raises(KeyError):
        escape(channel)

import socket

import pytest

from pytest_modelbench.errors import SandboxError
from pytest_modelbench.sandbox import tiers
from pytest_modelbench.sandbox.base import Cell
from pytest_modelbench.sandbox.refusal import TierState
from pytest_modelbench.sandbox.self_test import Findings
from pytest_modelbench.sandbox.tiers import TIERS, Opener, open_tier, report_tiers
from tests.unit.sandbox.test_self_test import SilentCell

LEAKS = Findings(tried=("project",), reached=("project",), wrote=True)
WRITES = b'{"workspace": "written"}\n'
LEAKY = WRITES + b'{"project": "read"}\n'


class FakeTier:
    """Counts what becomes of it."""

    def __init__(self, name, said):
        self.name = name
        self.is_closed = False
        self.orders = []
        self._said = said

    def start_cell(self, entry, limits, *, may_fork) -> Cell:
        self.orders.append((entry, limits, may_fork))
        if self._said is None:
            raise SandboxError("no cells today")
        return SilentCell(self._said)

    def close(self):
        self.is_closed = True


class Openers(dict[str, Opener]):
    """Tiers that hold, leak, cannot start cells or are missing."""

    def __init__(self, **said):
        self.opened = []
        super().__init__({name: self._make_opener(name, what) for name, what in said.items()})

    def _make_opener(self, name, what):
        def open_it(_environ):
            if isinstance(what, str):
                raise SandboxError(what)
            self.opened.append(FakeTier(name, what))
            return self.opened[-1]

        return open_it

    @property
    def left_open(self):
        return [tier.name for tier in self.opened if not tier.is_closed]


def open_fake(openers, setting="auto", outside=LEAKS):
    return open_tier(setting, {}, openers=openers, unconfined=lambda: outside)


def test_the_order_is_from_the_strongest_down():
    assert list(TIERS) == ["bwrap", "userns", "landlock", "seatbelt"]


def test_the_first_that_holds_is_used():
    openers = Openers(bwrap=WRITES, userns=WRITES)

    tier = open_fake(openers)

    assert (tier.name, openers.left_open) == ("bwrap", ["bwrap"])


@pytest.mark.parametrize("broken", ["not there", LEAKY, b"", None], ids=str)
def test_the_next_one_is_used_where_one_is_missing_or_broken(broken):
    openers = Openers(bwrap=broken, userns=WRITES)

    tier = open_fake(openers)

    assert (tier.name, openers.left_open) == ("userns", ["userns"])


def read_refusal(openers, setting="auto", outside=LEAKS):
    with pytest.raises(SandboxError) as caught:
        open_fake(openers, setting, outside)
    lines = str(caught.value).splitlines()
    assert lines[0] == (
        "modelbench: REFUSED to run model-written code: "
        "no working sandbox was found, so nothing was run."
    )
    assert openers.left_open == []
    return [line.strip() for line in lines[2 : 2 + len(openers)]]


def test_where_none_holds_each_has_its_reason():
    openers = Openers(bwrap="not installed", userns=None, landlock=LEAKY, seatbelt="only on macOS")

    lines = read_refusal(openers)

    assert lines == [
        "bwrap    : unusable - not installed",
        "userns   : unusable - no cells today",
        "landlock : REFUSED - self-test leaked: project",
        "seatbelt : unusable - only on macOS",
    ]


def test_probes_that_cannot_leak_prove_nothing():
    blind = Findings(tried=("project", "udp"), reached=("project",), wrote=True)

    lines = read_refusal(Openers(userns=WRITES), outside=blind)

    assert lines == ["userns   : REFUSED - self-test could not leak unsandboxed: udp"]


def test_the_probes_run_once_without_a_sandbox():
    calls = []

    def count():
        calls.append(1)
        return LEAKS

    report_tiers({}, openers=Openers(bwrap=WRITES, userns=WRITES), unconfined=count)

    assert calls == [1]


def test_bait_that_cannot_be_laid_out_proves_nothing():
    def fail():
        raise OSError("no loopback")

    with pytest.raises(SandboxError, match="self-test could not lay out its bait: no loopback"):
        open_tier("auto", {}, openers=Openers(userns=WRITES), unconfined=fail)


def test_a_named_tier_is_the_only_one_that_is_tried():
    openers = Openers(bwrap=WRITES, userns="unshare: Operation not permitted", landlock=WRITES)

    lines = read_refusal(openers, "userns")

    assert lines == [
        "bwrap    : unusable - not tried, since modelbench_sandbox = userns",
        "userns   : unusable - unshare: Operation not permitted",
        "landlock : unusable - not tried, since modelbench_sandbox = userns",
    ]
    assert openers.opened == []


def test_a_named_tier_that_holds_is_used():
    tier = open_fake(Openers(bwrap=WRITES, landlock=WRITES), "landlock")

    assert tier.name == "landlock"


def test_an_unknown_name_is_no_sandbox():
    with pytest.raises(SandboxError) as caught:
        open_fake(Openers(userns=WRITES), "dockre")

    assert str(caught.value) == ("there is no sandbox `dockre`\n  Hint: known: auto, userns, none.")


@pytest.mark.parametrize("environ", [{}, {"MODELBENCH_UNSANDBOXED_HOST": "another"}], ids=str)
def test_none_needs_both_switches(environ):
    with pytest.raises(SandboxError) as caught:
        open_tier("none", environ)

    assert f"MODELBENCH_UNSANDBOXED_HOST={socket.gethostname()}" in str(caught.value)


@pytest.mark.parametrize("setting", ["auto", "userns"])
def test_the_switch_for_none_alone_changes_nothing(setting):
    environ = {"MODELBENCH_UNSANDBOXED_HOST": socket.gethostname()}
    openers = Openers(userns="unshare: Operation not permitted")

    with pytest.raises(SandboxError, match="REFUSED"):
        open_tier(setting, environ, openers=openers, unconfined=lambda: LEAKS)


def test_with_both_switches_there_is_none():
    tier = open_tier("none", {"MODELBENCH_UNSANDBOXED_HOST": socket.gethostname()})
    tier.close()

    assert tier.name == "none"


def test_a_report_has_every_tier_and_leaves_nothing_open():
    openers = Openers(bwrap="not installed", userns=WRITES, landlock=LEAKY)

    states = report_tiers({}, openers=openers, unconfined=lambda: LEAKS)

    assert states == [
        TierState(name="bwrap", usable=False, why="not installed"),
        TierState(name="userns", usable=True, why=""),
        TierState(name="landlock", usable=False, why="self-test leaked: project"),
    ]
    assert openers.left_open == []


def test_without_bubblewrap_in_the_path_its_tier_says_so(tmp_path):
    with pytest.raises(SandboxError) as caught:
        tiers.open_single_bwrap({"PATH": str(tmp_path)})

    assert caught.value.problem in {"not installed (no `bwrap` in PATH)", "only on Linux"}

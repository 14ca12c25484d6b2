import os

import pytest

from pytest_modelbench.sandbox.tier_kinds import Users, can_be_passed
from pytest_modelbench.sandbox.users import choose_first, find_spare_uid, is_mapped


@pytest.mark.parametrize(
    ("uid_map", "mapped"),
    [
        ("         0          0 4294967295\n", True),
        ("0 1000 1\n", False),
        ("0 1000 1\n1 100000 65536\n", True),
        ("0 100000 61234\n", False),
        ("0 100000 61235\n", True),
        ("", False),
    ],
)
def test_a_container_may_have_no_other_user(uid_map, mapped):
    assert is_mapped(61234, uid_map) == mapped


def test_runs_at_the_same_time_have_different_users():
    firsts = [choose_first(pid) for pid in range(1000, 1060)]

    assert len({first + number for first in firsts for number in range(64)}) == 60 * 64
    assert max(firsts) + 64 < 65534


def test_only_root_becomes_somebody_else():
    assert bool(find_spare_uid()) == (os.getuid() == 0)


def test_only_what_everybody_may_pass_can_hold_cells_of_others(tmp_path):
    inner = tmp_path / "open" / "inner"
    inner.mkdir(parents=True)
    inner.chmod(0o755)
    inner.parent.chmod(0o700)

    assert (can_be_passed("/"), can_be_passed("/usr"), can_be_passed(str(inner))) == (
        *(True, True),
        False,
    )


def test_living_cells_are_different_users():
    users = Users(61234)
    first, second = users.take(), users.take()
    users.give_back(first)

    again = users.take()

    assert (first, second, again) == (61234, 61235, 61234)


def test_without_root_nobody_changes():
    users = Users(0)

    assert [users.take(), users.take()] == [0, 0]

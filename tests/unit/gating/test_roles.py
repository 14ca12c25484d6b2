from dataclasses import replace

import pytest

from pytest_modelbench.domain.run import Reading, RoleVerdict
from pytest_modelbench.gating.roles import AcceptedRole, judge_role
from tests.support.builders import evidence, trial

KEPT = Reading(text="mean >= 1", value="2", kept=True)
MISSED = Reading(text="min >= 1", value="0", kept=False)
UNMEASURED = Reading(text="mean >= 1", reason="1 lost of 2 (first: sums::q2)")


def judge(*readings, accepted, known=None):
    return judge_role(
        role="coder",
        label="small",
        readings=readings,
        evidence=known or evidence(trial()),
        accepted=accepted,
    )


@pytest.mark.parametrize(
    ("held_before", "reading", "verdict"),
    [
        (True, KEPT, RoleVerdict.HELD),
        (False, KEPT, RoleVerdict.PROMOTED),
        (True, MISSED, RoleVerdict.DEMOTED),
        (False, MISSED, RoleVerdict.VACANT),
    ],
)
def test_a_verdict_says_what_changed(held_before, reading, verdict):
    record = judge(reading, accepted=AcceptedRole(holds=held_before, instrument="i1"))

    assert record.verdict is verdict


def test_one_missed_threshold_loses_the_role():
    record = judge(KEPT, MISSED, accepted=AcceptedRole(holds=True, instrument="i1"))

    assert record.verdict is RoleVerdict.DEMOTED
    assert not record.holds


def test_an_unmeasured_threshold_leaves_the_role_undecided():
    record = judge(KEPT, UNMEASURED, accepted=AcceptedRole(holds=True, instrument="i1"))

    assert record.verdict is RoleVerdict.UNDECIDED
    assert record.reason == "mean >= 1: 1 lost of 2 (first: sums::q2)"


def test_a_role_without_a_baseline_is_new():
    record = judge(KEPT, accepted=None)

    assert record.verdict is RoleVerdict.NEW
    assert record.reason == "no accepted verdict to compare with"


def test_moved_questions_make_a_role_stale():
    record = judge(KEPT, accepted=AcceptedRole(holds=True, instrument="other"))

    assert record.verdict is RoleVerdict.STALE
    assert record.reason == "its questions or how they are scored changed"


def test_a_role_is_the_users_choice_only_where_every_gap_is():
    left_out = replace(UNMEASURED, deselected=True)

    assert judge(KEPT, left_out, accepted=None).deselected
    assert not judge(UNMEASURED, left_out, accepted=None).deselected
    assert not judge(KEPT, accepted=None).deselected


def test_one_missed_threshold_decides_whatever_was_left_out():
    left_out = replace(UNMEASURED, deselected=True)

    record = judge(left_out, MISSED, accepted=AcceptedRole(holds=True, instrument="i1"))

    assert record.verdict is RoleVerdict.DEMOTED


def test_a_role_without_thresholds_is_held_by_nobody():
    record = judge(accepted=AcceptedRole(holds=True, instrument="i1"))

    assert record.verdict is RoleVerdict.UNDECIDED
    assert record.reason == "it has no threshold and no relation to be judged by"

from dataclasses import replace

import pytest

from pytest_modelbench.domain import Unscored
from pytest_modelbench.domain.run import Verdict
from pytest_modelbench.gating.compare import (
    allowed_drop,
    compare_trial,
    compare_trials,
    tell_sandbox,
)
from tests.support.builders import INSTRUMENT, accepted, scored


def test_an_equal_score_passes():
    comparison = compare_trial(scored(2), accepted(2), instrument=INSTRUMENT, tolerance=0)

    assert comparison.verdict is Verdict.PASSED
    assert comparison.reason == ""


def test_a_drop_beyond_the_tolerance_is_a_regression():
    comparison = compare_trial(scored(1), accepted(3), instrument=INSTRUMENT, tolerance=0.5)

    assert comparison.verdict is Verdict.REGRESSED
    assert comparison.reason == "score 1, accepted 3 (a drop of 0.5 is allowed)"


def test_a_drop_within_the_tolerance_passes():
    comparison = compare_trial(scored(2.5), accepted(3), instrument=INSTRUMENT, tolerance=0.5)

    assert comparison.verdict is Verdict.PASSED


def test_a_gain_is_an_improvement():
    comparison = compare_trial(scored(3), accepted(1), instrument=INSTRUMENT, tolerance=0)

    assert comparison.verdict is Verdict.IMPROVED
    assert comparison.reason == "score 3, accepted 1"


def test_a_question_that_the_baseline_does_not_know_is_new():
    comparison = compare_trial(scored(3), None, instrument=INSTRUMENT, tolerance=0)

    assert comparison.verdict is Verdict.NEW
    assert comparison.reason == "no accepted score to compare with"


def test_no_score_is_neither_a_pass_nor_a_regression():
    unscored = Unscored(reason="no judge configured")

    comparison = compare_trial(unscored, accepted(3), instrument=INSTRUMENT, tolerance=0)

    assert comparison.verdict is Verdict.UNSCORED
    assert comparison.reason == "no judge configured"


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("prompt", "question text"),
        ("rubric", "rubric"),
        ("checks", "checks"),
        ("scale", "scale"),
        ("judge", "judge"),
    ],
)
def test_a_moved_instrument_is_named(part, name):
    moved = replace(INSTRUMENT, **{part: "other"})

    comparison = compare_trial(scored(3), accepted(3), instrument=moved, tolerance=0)

    assert comparison.verdict is Verdict.STALE
    assert comparison.reason == f"{name} changed since the baseline was accepted"


def test_all_moved_parts_are_named():
    moved = replace(INSTRUMENT, prompt="other", checks="other")

    comparison = compare_trial(scored(3), accepted(3), instrument=moved, tolerance=0)

    assert comparison.reason == "question text and checks changed since the baseline was accepted"


def test_one_accepted_trial_allows_no_noise():
    assert allowed_drop([2.0], tolerance=0.0) == 0.0


def test_accepted_trials_that_agree_allow_no_noise():
    assert allowed_drop([2.0, 2.0, 2.0], tolerance=0.0) == 0.0


def test_the_band_is_two_standard_errors_of_one_new_score():
    # Standard deviation of 1, 2, 3 is 1; one more observation adds a third of its variance.
    assert allowed_drop([1.0, 2.0, 3.0], tolerance=0.0) == pytest.approx(2 * (4 / 3) ** 0.5)


def test_the_tolerance_is_the_least_band():
    assert allowed_drop([2.0, 2.1], tolerance=0.5) == 0.5


def test_the_band_of_a_mean_is_narrower_than_that_of_one_score():
    assert allowed_drop([1.0, 2.0, 3.0], tolerance=0.0, count=3) == pytest.approx(
        2 * (2 / 3) ** 0.5
    )


def test_the_worst_accepted_answer_may_come_again():
    before = replace(accepted(3, 3, 3, 3, 3, 3, 3, 3, 3, 0), answers=(*"abcdefghi", "worst"))

    again = compare_trial(scored(0), before, instrument=INSTRUMENT, tolerance=0, answer="worst")
    another = compare_trial(scored(0), before, instrument=INSTRUMENT, tolerance=0, answer="another")

    assert again.verdict is Verdict.PASSED
    assert another.verdict is Verdict.REGRESSED


def test_all_trials_together_see_what_no_single_one_shows():
    before = accepted(3, 3, 3, 0)

    single = compare_trial(scored(0), before, instrument=INSTRUMENT, tolerance=0)
    together = compare_trials([0, 0, 0, 0], before, tolerance=0)

    assert single.verdict is Verdict.PASSED
    assert together.verdict is Verdict.REGRESSED
    assert together.reason == "mean of 4 trials 0, accepted 2.25 (a drop of 2.12132 is allowed)"


def test_trials_that_scatter_as_accepted_pass():
    assert compare_trials([3, 0, 3, 3], accepted(3, 3, 3, 0), tolerance=0).verdict is Verdict.PASSED


def test_a_regression_says_that_the_sandbox_is_another():
    before = replace(accepted(3), sandbox="bwrap")

    comparison = compare_trial(
        scored(1), before, instrument=INSTRUMENT, tolerance=0, sandbox="landlock"
    )

    assert comparison.verdict is Verdict.REGRESSED
    assert comparison.reason == (
        "score 1, accepted 3 (a drop of 0 is allowed); "
        "accepted in sandbox bwrap, executed in landlock now"
    )


@pytest.mark.parametrize(("before", "now"), [("", "bwrap"), ("bwrap", ""), ("bwrap", "bwrap")])
def test_the_same_sandbox_or_none_at_all_is_not_worth_a_word(before, now):
    assert tell_sandbox(replace(accepted(3), sandbox=before), now) == ""


def test_a_drop_of_all_trials_together_says_that_the_sandbox_is_another():
    before = replace(accepted(3, 3), sandbox="bwrap")

    comparison = compare_trials([0, 0], before, tolerance=0, sandbox="landlock")

    assert comparison.verdict is Verdict.REGRESSED
    assert comparison.reason == (
        "mean of 2 trials 0, accepted 3 (a drop of 0 is allowed); "
        "accepted in sandbox bwrap, executed in landlock now"
    )

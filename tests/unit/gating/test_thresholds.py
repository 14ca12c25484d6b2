import pytest

from pytest_modelbench.domain import Bound, Outcome, Relation, Threshold
from pytest_modelbench.domain.run import AnswerFacts
from pytest_modelbench.gating.thresholds import read_relation, read_threshold
from tests.support.builders import evidence, missing, trial

PASS_SCORES = {"sums": 2.0}


def threshold(metric, comparator, number, **changes):
    return Threshold(metric=metric, bound=Bound(comparator=comparator, number=number), **changes)


@pytest.mark.parametrize(
    ("metric", "value"), [("mean", "2"), ("min", "1"), ("pass_rate", "0.5"), ("speed", "5")]
)
def test_each_metric_is_measured(metric, value):
    known = evidence(trial("q1", 3.0), trial("q2", 1.0))

    reading = read_threshold(threshold(metric, ">=", 0), known, pass_scores=PASS_SCORES)

    assert reading.value == value
    assert reading.kept


def test_a_rate_counts_one_outcome():
    known = evidence(trial("q1"), trial("q2", 0.0, outcome=Outcome.LOOP))
    rule = threshold("rate", "<=", 0.02, outcome=Outcome.LOOP)

    reading = read_threshold(rule, known, pass_scores=PASS_SCORES)

    assert reading.text == "loop rate <= 0.02"
    assert reading.value == "0.5"
    assert not reading.kept


def test_a_question_weighs_the_same_whatever_its_number_of_trials():
    known = evidence(trial("q1", 3.0), trial("q1", 3.0, trial=2), trial("q2", 0.0))

    reading = read_threshold(threshold("mean", ">=", 1.5), known, pass_scores=PASS_SCORES)

    assert reading.value == "1.5"


def test_a_tier_narrows_the_questions():
    known = evidence(trial("q1", 3.0), trial("q2", 0.0, tier=2))

    reading = read_threshold(threshold("mean", ">=", 3, tier=1), known, pass_scores=PASS_SCORES)

    assert reading.text == "tier 1 mean >= 3"
    assert reading.kept


def test_a_missing_trial_leaves_the_threshold_unmeasured():
    known = evidence(trial("q1"), gaps=(missing("q2", "lost"), missing("q3", "deselected")))

    reading = read_threshold(threshold("mean", ">=", 1), known, pass_scores=PASS_SCORES)

    assert reading.value == ""
    assert reading.reason == "1 deselected, 1 lost of 3 (first: sums::q2)"


def test_a_missing_trial_of_another_tier_does_not_matter():
    known = evidence(trial("q1"), gaps=(missing("q2", "lost", tier=2),))

    reading = read_threshold(threshold("mean", ">=", 1, tier=1), known, pass_scores=PASS_SCORES)

    assert reading.kept


def test_an_unscored_trial_is_missing_and_never_a_zero():
    known = evidence(trial("q1"), trial("q2", None))

    reading = read_threshold(threshold("min", ">=", 0), known, pass_scores=PASS_SCORES)

    assert reading.reason == "1 unscored of 2 (first: sums::q2: no judge configured)"


def test_a_tier_without_questions_is_unmeasured():
    reading = read_threshold(
        threshold("mean", ">=", 1, tier=9), evidence(trial("q1")), pass_scores=PASS_SCORES
    )

    assert reading.reason == "no question to measure it on"


def test_a_speed_that_nobody_measured_is_unmeasured():
    known = evidence(trial("q1", facts=AnswerFacts()))

    reading = read_threshold(threshold("speed", ">=", 10), known, pass_scores=PASS_SCORES)

    assert reading.reason == "nobody measured the answers' speed"
    assert not reading.stable


def test_a_relation_compares_means():
    reading = read_relation(
        Relation(role="primary", by=0.3, tier=1),
        evidence(trial("q1", 3.0)),
        evidence(trial("q1", 2.0)),
    )

    assert reading.text == "tier 1 mean >= primary + 0.3"
    assert reading.value == "3 vs 2"
    assert reading.kept


def test_a_relation_that_is_just_missed_is_not_kept():
    reading = read_relation(
        Relation(role="primary", by=0.3), evidence(trial(raw=2.2)), evidence(trial(raw=2.0))
    )

    assert not reading.kept


def test_a_relation_without_the_other_model_is_unmeasured():
    reading = read_relation(
        Relation(role="primary", by=0.3), evidence(trial()), evidence(gaps=(missing("q1"),))
    )

    assert reading.reason == (
        "ask the incumbent of `primary` too: 1 deselected of 1 (first: sums::q1)"
    )

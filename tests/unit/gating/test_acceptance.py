from pytest_modelbench.domain import Outcome
from pytest_modelbench.domain.run import Verdict
from pytest_modelbench.gating import AcceptedAnswer, refuse_suite, update_suite
from tests.support.builders import INSTRUMENT, accepted, evidence, missing, trial

INSTRUMENTS = {"q1": INSTRUMENT, "q2": INSTRUMENT}


def update(*records, before=None, answers=()):
    return update_suite(
        records, instruments=INSTRUMENTS, accepted=before or {}, answers=list(answers)
    )


def test_a_complete_suite_may_be_written():
    assert refuse_suite(evidence(trial("q1"), trial("q2")), suite="sums") == ""


def test_a_partial_suite_is_refused():
    partial = evidence(trial("q1"), gaps=(missing("q2"),))

    assert refuse_suite(partial, suite="sums") == "1 deselected of 2 (first: sums::q2)"


def test_an_unscored_question_is_refused():
    reason = refuse_suite(evidence(trial("q1"), trial("q2", None)), suite="sums")

    assert reason == "1 unscored of 2 (first: sums::q2: no judge configured)"


def test_trials_are_written_in_their_order():
    written = update(trial("q1", 1.0, trial=2, text="b"), trial("q1", 2.0, text="a"))

    assert written.questions["q1"].scores == (2.0, 1.0)
    assert [answer.text for answer in written.answers] == ["a", "b"]


def test_a_question_that_left_the_suite_leaves_the_baseline():
    written = update(trial("q1"), before={"q1": accepted(3), "gone": accepted(3)})

    assert set(written.questions) == {"q1"}


def test_noise_within_the_band_keeps_the_accepted_line():
    kept = AcceptedAnswer(question="q1", trial=1, outcome="complete", text="before")

    written = update(trial("q1", 2.9), before={"q1": accepted(3.0)}, answers=[kept])

    assert written.questions["q1"].scores == (3.0,)
    assert written.answers == (kept,)


def test_a_regression_is_written():
    record = trial("q1", 1.0, verdict=Verdict.REGRESSED, outcome=Outcome.TRUNCATED)

    written = update(record, before={"q1": accepted(3.0)})

    assert written.questions["q1"].scores == (1.0,)
    assert written.questions["q1"].outcomes == ("truncated",)


def test_a_suite_of_which_nothing_was_asked_is_refused():
    assert refuse_suite(evidence(), suite="sums") == "the model was not asked any of its questions"

from pytest_modelbench.domain import (
    Criterion,
    Message,
    Outcome,
    Place,
    Question,
    Unscored,
    UnscoredCriterion,
)
from pytest_modelbench.domain.run import Reading, RoleRecord, RoleVerdict, Verdict
from pytest_modelbench.reporting import explain_role, explain_trial, list_long_reasons
from tests.support.builders import trial

PLACE = Place(path="suites/sums.yaml", line=9)
QUESTION = Question(
    id="q1",
    suite="sums",
    tier=1,
    messages=(Message(author="user", content="What is 6 * 7?"),),
    rubric=(Criterion(name="Right", weight=1.0, check=None, place=PLACE),),
    place=PLACE,
)


def test_a_regression_shows_both_answers_and_how_to_accept_it():
    record = trial(
        "q1",
        0.0,
        verdict=Verdict.REGRESSED,
        reason="score 0, accepted 3 (a drop of 0 is allowed)",
        outcome=Outcome.TRUNCATED,
        text="The answer is 41",
    )

    text = explain_trial(record, QUESTION, "The answer is 42")

    assert text == (
        "regressed: score 0, accepted 3 (a drop of 0 is allowed)\n"
        "  coder on sums::q1\n"
        "  place: suites/sums.yaml:9\n"
        "  prompt: What is 6 * 7?\n"
        "  answer (truncated): The answer is 41\n"
        "  criterion `Right` (100%): 0.00, expected 42, got 41\n"
        "  first difference at character 15:\n"
        "    accepted: The answer is 42\n"
        "    now:      The answer is 41\n"
        "  Hint: to accept it: pytest --model coder --suite sums --snapshot-update"
    )


def test_a_borrowed_baseline_is_named():
    record = trial(
        "q1",
        0.0,
        verdict=Verdict.REGRESSED,
        reason="score 0, accepted 3",
        compared_with="coder",
    )

    text = explain_trial(record, QUESTION, None)

    assert text.startswith(
        "regressed, compared with the baseline of `coder`: score 0, accepted 3\n"
    )


def test_a_new_question_that_misses_nothing_takes_three_lines():
    record = trial("q1", 3.0, verdict=Verdict.NEW, reason="no accepted score to compare with")

    assert explain_trial(record, QUESTION, None) == (
        "new: no accepted score to compare with\n"
        "  coder on sums::q1\n"
        "  place: suites/sums.yaml:9\n"
        "  answer (complete): 42"
    )


def test_a_new_question_says_what_it_misses():
    record = trial("q1", 0.0, verdict=Verdict.NEW, reason="no accepted score to compare with")

    assert explain_trial(record, QUESTION, None).split("\n")[4:] == [
        "  criterion `Right` (100%): 0.00, expected 42, got 41"
    ]


def test_one_of_several_trials_is_named_and_accepted_with_its_number():
    record = trial("q1", 0.0, verdict=Verdict.REGRESSED, trial=2)

    text = explain_trial(record, QUESTION, None, trials=3)

    assert "  coder on sums::q1, trial 2\n" in text
    assert text.endswith("pytest --model coder --suite sums --trials 3 --snapshot-update")


def test_an_unscored_trial_says_which_criterion_nobody_decided():
    record = trial("q1", None, verdict=Verdict.UNSCORED, reason="no judge configured")

    text = explain_trial(record, QUESTION, None)

    assert text == (
        "unscored: no judge configured\n"
        "  coder on sums::q1\n"
        "  place: suites/sums.yaml:9\n"
        "  prompt: What is 6 * 7?\n"
        "  answer (complete): 42\n"
        "  Hint: give its criteria a check, or say `judge: none` in the suite: then it is scored "
        "by its checks alone."
    )


def test_an_answer_cannot_write_to_the_terminal():
    record = trial("q1", 0.0, verdict=Verdict.REGRESSED, text="\x1b[2J\r\u202eevil")

    text = explain_trial(record, QUESTION, "\x1b[31m")

    assert "\x1b" not in text
    assert "\r" not in text
    assert "\\x1b[2J\\r\\u202eevil" in text


def test_a_lost_role_shows_every_threshold():
    record = RoleRecord(
        role="coder",
        label="small@moe1",
        verdict=RoleVerdict.DEMOTED,
        holds=False,
        readings=(
            Reading(text="tier 1 mean >= 2", value="2.5", kept=True),
            Reading(text="loop rate <= 0.02", value="0.4", kept=False),
        ),
        fresh=10,
        stored=50,
        total=60,
        compared_with="small",
    )

    assert explain_role(record, trials=3) == (
        "role `coder`: small@moe1 demoted, compared with the baseline of `small`\n"
        "  + tier 1 mean >= 2: 2.5\n"
        "  - loop rate <= 0.02: 0.4\n"
        "  judged on 60 answers (10 asked now, 50 stored, 0 missing)\n"
        "  Hint: to accept it: pytest --model small@moe1 --role coder --trials 3 "
        "--snapshot-update"
    )


def test_an_undecided_role_says_what_was_not_measured():
    record = RoleRecord(
        role="coder",
        label="small",
        verdict=RoleVerdict.UNDECIDED,
        holds=False,
        readings=(Reading(text="mean >= 2", reason="1 lost of 2 (first: sums::q2)"),),
        reason="mean >= 2: 1 lost of 2 (first: sums::q2)",
        fresh=1,
        total=2,
    )

    assert explain_role(record) == (
        "role `coder`: small undecided: mean >= 2: 1 lost of 2 (first: sums::q2)\n"
        "  ? mean >= 2: not measured, 1 lost of 2 (first: sums::q2)\n"
        "  judged on 2 answers (1 asked now, 0 stored, 1 missing)\n"
        "  Hint: see what is missing; the same command asks again for answers that did not come."
    )


REFUSAL = "REFUSED to run code\n  one\n  two\n  three\n  four\x1b"


def refused(question):
    reason = f"`Right`: {REFUSAL}"
    criterion = UnscoredCriterion(criterion="Right", weight=1.0, reason=REFUSAL)
    return trial(
        question,
        verdict=Verdict.UNSCORED,
        reason=reason,
        scored=Unscored(reason=reason, criteria=(criterion,)),
    )


def test_a_long_reason_is_begun_at_its_trial():
    assert explain_trial(refused("q1"), QUESTION, None) == (
        "unscored: `Right`: REFUSED to run code\n"
        "  coder on sums::q1\n"
        "  place: suites/sums.yaml:9\n"
        "  prompt: What is 6 * 7?\n"
        "  answer (complete): 42\n"
        "  criterion `Right` (100%): unscored, REFUSED to run code\n"
        "  Hint: the whole reason is at the end of the report."
    )


def test_a_long_reason_is_listed_once_and_harmless():
    records = [refused("q1"), trial("q2", None, verdict=Verdict.UNSCORED), refused("q3"), trial()]

    assert list_long_reasons(records) == [REFUSAL.replace("\x1b", "\\x1b")]

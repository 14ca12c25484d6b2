"""From an answer to a score on the scale of its suite, or the reason why there is none."""

import pytest

from pytest_modelbench.domain import (
    NOWHERE,
    PASS_FAIL,
    Answer,
    CheckSpec,
    Criterion,
    CriterionScore,
    Message,
    Outcome,
    Question,
    RawAnswer,
    Scale,
    Score,
    Unscored,
    UnscoredCriterion,
)
from pytest_modelbench.errors import JudgeError
from pytest_modelbench.scoring import clean_answer, score_answer

FIVE = Scale(minimum=1, maximum=5)
HALVES = Scale(minimum=0, maximum=1, levels=(0, 0.5, 1))


def criterion(check, weight, name="c"):
    spec = None if check is None else CheckSpec(value=check, place=NOWHERE)
    return Criterion(name=name, weight=weight, check=spec, place=NOWHERE)


def question(*rubric):
    return Question(
        id="q",
        suite="s",
        tier=1,
        messages=(Message(author="user", content="How many are there in all of these boxes?"),),
        rubric=rubric,
        place=NOWHERE,
    )


def answer(text, outcome=Outcome.COMPLETE, evidence=""):
    raw = RawAnswer(key="k", text=text, stop_reason="end")
    return Answer(text=text, raw=raw, outcome=outcome, evidence=evidence)


class ScriptedJudge:
    def __init__(self, unit):
        self.unit = unit
        self.asked = []

    def judge(self, _question, _answer, criteria):
        self.asked.append([one.name for one in criteria])
        return [
            CriterionScore(
                criterion=one.name, weight=one.weight, unit=self.unit, reason="well", source="judge"
            )
            for one in criteria
        ]


class BrokenJudge:
    def judge(self, _question, _answer, _criteria):
        raise JudgeError("the judge is down", "try later")


def score_of(question, answer, scale, judge=None):
    found = score_answer(question, answer, scale, judge)
    assert isinstance(found, Score), found
    return found


RIGHT = criterion({"number": 7}, 0.7, "Right")
BRIEF = criterion({"words": {"max": 3}}, 0.3, "Brief")
CLEAN = criterion(None, 0.3, "Clean")


@pytest.mark.parametrize(
    ("text", "unit", "raw"),
    [
        ("7", 1.0, 5.0),
        ("it is surely 7", 0.7, 3.8),
        ("8", 0.3, 2.2),
        ("not 9 but 8 then", 0.0, 1.0),
    ],
)
def test_score_is_the_weighted_sum_on_the_scale(text, unit, raw):
    score = score_of(question(RIGHT, BRIEF), answer(text), FIVE)

    assert isinstance(score, Score)
    assert score.unit == pytest.approx(unit)
    assert score.raw == pytest.approx(raw)


def test_every_criterion_keeps_its_reason_and_source():
    score = score_of(question(RIGHT, BRIEF), answer("8"), FIVE)

    assert score.criteria == (
        CriterionScore(
            criterion="Right", weight=0.7, unit=0.0, reason="expected 7, got 8", source="check"
        ),
        CriterionScore(criterion="Brief", weight=0.3, unit=1.0, reason="1 words", source="check"),
    )


def test_weights_that_sum_to_one_but_for_rounding_reach_the_top():
    rubric = [criterion({"contains": "7"}, 0.1) for _ in range(10)]

    assert score_of(question(*rubric), answer("7"), PASS_FAIL).raw == 1
    assert score_of(question(*rubric), answer("8"), PASS_FAIL).raw == 0


def test_score_falls_to_the_level_that_was_reached():
    rubric = (criterion({"contains_all": ["a", "b", "c", "d"]}, 1.0),)

    assert score_of(question(*rubric), answer("abc"), HALVES).raw == 0.5


@pytest.mark.parametrize(
    ("outcome", "evidence", "reason"),
    [
        (Outcome.EMPTY, "", "the answer is empty"),
        (
            Outcome.ECHO,
            "nothing but the prompt",
            "the answer is the prompt again: nothing but the prompt",
        ),
        (Outcome.LOOP, "'7 ' x 99", "the answer is an endless loop: '7 ' x 99"),
        (Outcome.OPEN_THINK, "", "the answer never came out of its thinking block"),
    ],
)
def test_hopeless_outcome_scores_the_minimum_without_checks_or_judge(outcome, evidence, reason):
    judge = ScriptedJudge(1.0)
    score = score_of(question(RIGHT, CLEAN), answer("7", outcome, evidence), FIVE, judge)

    assert isinstance(score, Score)
    assert (score.unit, score.raw) == (0, 1)
    assert [(one.unit, one.reason, one.source) for one in score.criteria] == [
        (0, reason, "outcome")
    ] * 2
    assert judge.asked == []


@pytest.mark.parametrize(
    "outcome", [Outcome.TRUNCATED, Outcome.TIMEOUT, Outcome.REFUSAL, Outcome.COMPLETE]
)
def test_other_outcomes_are_decided_by_the_text(outcome):
    assert score_of(question(RIGHT, BRIEF), answer("7", outcome), FIVE).raw == 5


def test_timeout_without_text_passes_no_check():
    rubric = (criterion({"not": {"contains": "x"}}, 1.0),)

    score = score_of(question(*rubric), answer(" ", Outcome.TIMEOUT, "300 s"), FIVE)

    assert score.raw == 1
    assert score.criteria[0].reason == "there is no text, the outcome is timeout: 300 s"


@pytest.mark.parametrize(
    ("evidence", "reason"),
    [
        ("bash: x: command not found", "there is no answer: bash: x: command not found"),
        ("", "there is no answer: no reason was given"),
    ],
)
def test_error_is_unscored(evidence, reason):
    unscored = score_answer(question(RIGHT), answer("7", Outcome.ERROR, evidence), FIVE)

    assert unscored == Unscored(reason=reason)


def test_criterion_without_a_check_needs_a_judge():
    unscored = score_answer(question(RIGHT, CLEAN), answer("7"), FIVE)

    assert unscored == Unscored(
        reason="`Clean`: no judge configured",
        criteria=(
            CriterionScore(
                criterion="Right", weight=0.7, unit=1.0, reason="the number is 7", source="check"
            ),
            UnscoredCriterion(criterion="Clean", weight=0.3, reason="no judge configured"),
        ),
    )


def test_judge_decides_what_no_check_decides():
    judge = ScriptedJudge(0.5)
    manual = criterion({"auto_score": "manual"}, 0.1, "By hand")
    first = criterion(None, 0.2, "Clean")

    score = score_of(question(first, RIGHT, manual), answer("7"), FIVE, judge)

    assert judge.asked == [["Clean", "By hand"]]
    assert [one.source for one in score.criteria] == ["judge", "check", "judge"]
    assert score.unit == pytest.approx(0.85)


def test_judge_that_is_down_leaves_its_criteria_unscored():
    unscored = score_answer(question(RIGHT, CLEAN), answer("7"), FIVE, BrokenJudge())

    assert isinstance(unscored, Unscored)
    assert unscored.reason == "`Clean`: the judge is down"


def test_check_that_cannot_find_out_is_unscored_and_not_zero():
    rubric = (criterion({"regex": "(a+)+$"}, 1.0, "Form"),)

    unscored = score_answer(question(*rubric), answer("a" * 5000 + "b"), FIVE)

    assert isinstance(unscored, Unscored)
    assert unscored.reason == "`Form`: '(a+)+$' took longer than 1 s on this answer"


def test_recorded_loop_scores_the_minimum_from_end_to_end():
    raw = RawAnswer(
        key="k", text="There are 7 boxes. " * 60, stop_reason="limit", answer_tokens=300
    )
    asked = question(RIGHT, BRIEF)

    score = score_of(asked, clean_answer(raw, asked.messages, 300), FIVE)

    assert score.raw == 1
    assert score.criteria[0].reason == "the answer is an endless loop: 'There are 7 boxes. ' x 59"


def test_prompt_in_front_of_an_answer_does_not_score():
    rubric = (criterion({"not": {"contains": "boxes"}}, 1.0),)
    asked = question(*rubric)
    raw = RawAnswer(key="k", text=f"{asked.prompt_text}\n7", stop_reason="end", answer_tokens=9)

    assert score_of(asked, clean_answer(raw, asked.messages, 300), FIVE).raw == 5

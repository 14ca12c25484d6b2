"""Criteria, their weights and their checks."""

import pytest

from pytest_modelbench.domain import CheckSpec, Criterion, Place


def at(line: int) -> Place:
    return Place(path="suites/s.yaml", line=line)


def test_weights_of_100_become_shares(files):
    question = files.only_question("""\
        questions:
          q:
            prompt: Hi
            rubric:
              - {criterion: polite, weight: 75}
              - criterion: short
                weight: 25
                check: {contains: Hi}
        """)

    assert question.rubric == (
        Criterion(name="polite", weight=0.75, check=None, place=at(5)),
        Criterion(
            name="short",
            weight=0.25,
            check=CheckSpec(value={"contains": "Hi"}, place=at(8)),
            place=at(6),
        ),
    )


@pytest.mark.parametrize(
    "weights", [("0.3", "0.7"), ("33.333333", "66.666667"), ("1.0e+1", "90"), ("50", "50.00001")]
)
def test_weights_that_sum_to_1_or_100_up_to_rounding_are_accepted(files, weights):
    first, second = weights

    question = files.only_question(
        "questions: {q: {prompt: Hi, rubric: ["
        f"{{criterion: a, weight: {first}}}, {{criterion: b, weight: {second}}}]}}}}"
    )

    assert sum(criterion.weight for criterion in question.rubric) == pytest.approx(1, abs=1e-12)


def test_weights_that_sum_to_something_else_are_refused(files):
    complaint = files.complaint("""\
        questions:
          q:
            prompt: Hi
            rubric:
              - {criterion: a, weight: 50}
              - {criterion: b, weight: 30}
              - {criterion: c, weight: 10}
        """)

    assert complaint == ("suites/s.yaml:4: weights must sum to 100 or to 1, got 50 + 30 + 10 = 90")


@pytest.mark.parametrize("weight", ["0", "-5"])
def test_weight_that_is_not_positive_is_refused(files, weight):
    complaint = files.complaint(
        f"questions:\n  q:\n    prompt: Hi\n    rubric:\n    - {{criterion: a, weight: {weight}}}\n"
    )

    assert complaint == f"suites/s.yaml:5: `weight` must be above 0, got {weight}"


def test_rubric_without_weights_shares_equally(files):
    question = files.only_question(
        "questions: {q: {prompt: Hi, rubric: [{criterion: a}, {criterion: b}]}}"
    )

    assert [criterion.weight for criterion in question.rubric] == [0.5, 0.5]


def test_rubric_with_some_weights_is_refused(files):
    complaint = files.complaint("""\
        questions:
          q:
            prompt: Hi
            rubric:
              - {criterion: a, weight: 100}
              - {criterion: b}
        """)

    assert complaint == (
        "suites/s.yaml:6: `weight` is missing\n"
        "  Hint: give every criterion a weight, or none for equal ones"
    )


def test_empty_rubric_and_empty_criterion_are_refused(files):
    complaint = files.complaint("""\
        questions:
          q: {prompt: Hi, rubric: []}
          r: {prompt: Hi, rubric: [{criterion: " "}]}
        """)

    assert complaint == (
        "suites/s.yaml:2: `rubric` must not be empty\n"
        "  Hint: leave it out, or add a criterion\n"
        "suites/s.yaml:3: `criterion` must not be empty"
    )


def test_question_without_rubric_is_one_criterion_for_the_judge(files):
    suite = files.load("""\
        questions:
          q: {prompt: Hi}
          r: {prompt: Hi, expected: "A greeting,\\n in one word"}
        """)

    assert [question.rubric for question in suite.questions] == [
        (Criterion(name="Answers the question", weight=1.0, check=None, place=at(2)),),
        (Criterion(name="A greeting, in one word", weight=1.0, check=None, place=at(3)),),
    ]


def test_check_of_a_question_is_short_for_a_rubric_of_one(files):
    question = files.only_question("questions:\n  q:\n    prompt: Hi\n    check: {contains: Hi}\n")

    assert question.rubric == (
        Criterion(
            name="Answers the question",
            weight=1.0,
            check=CheckSpec(value={"contains": "Hi"}, place=at(4)),
            place=at(4),
        ),
    )


def test_check_beside_a_rubric_is_refused(files):
    complaint = files.complaint("""\
        questions:
          q:
            prompt: Hi
            check: {contains: Hi}
            rubric: [{criterion: polite}]
        """)

    assert complaint == (
        "suites/s.yaml:4: `check` beside a rubric\n"
        "  Hint: give the check to one criterion of the rubric"
    )


def test_problem_of_a_check_is_placed_on_its_line(files):
    complaint = files.complaint("""\
        questions:
          q:
            prompt: Hi
            rubric:
              - criterion: a
                check:
                  contains: x
                  regex: "("
        """)

    assert complaint == (
        "suites/s.yaml:8: `regex` does not compile: missing ), unterminated subpattern at"
        " position 0"
    )


def test_reference_answer_that_fails_its_own_check_is_refused(files):
    complaint = files.complaint("""\
        questions:
          q:
            prompt: Hi
            reference_answer: Good day
            check: {contains: Hello}
        """)

    assert complaint == "suites/s.yaml:5: the reference answer fails `contains`"


def test_reference_answer_that_holds_is_accepted(files):
    question = files.only_question(
        "questions: {q: {prompt: Hi, reference_answer: Hello you, check: {contains: Hello}}}"
    )

    assert question.reference_answer == "Hello you"


def test_judge_none_leaves_criteria_without_a_check_out(files):
    question = files.only_question("""\
        judge: none
        questions:
          q:
            prompt: Hi
            rubric:
              - {criterion: a, weight: 30, check: {contains: a}}
              - {criterion: b, weight: 10, check: {contains: b}}
              - {criterion: c, weight: 60}
        """)

    assert [criterion.name for criterion in question.rubric] == ["a", "b"]
    assert [criterion.weight for criterion in question.rubric] == pytest.approx([0.75, 0.25])


def test_judge_none_and_no_check_is_refused(files):
    complaint = files.complaint("""\
        judge: none
        questions:
          q: {prompt: Hi}
          r: {prompt: Hi, auto_score: manual}
        """)

    assert complaint == (
        "suites/s.yaml:3: nothing can score the question 'q': it has no check, and the suite"
        " says `judge: none`\n"
        "  Hint: add a `check`, or leave `judge: none` out\n"
        "suites/s.yaml:4: nothing can score the question 'r': it has no check, and the suite"
        " says `judge: none`\n"
        "  Hint: add a `check`, or leave `judge: none` out"
    )


def test_a_check_that_says_manual_is_no_check(files):
    question = files.only_question(
        "version: 1\nquestions:\n  q: {prompt: Hi., check: {auto_score: manual}}\n"
    )

    assert [criterion.check for criterion in question.rubric] == [None]


@pytest.mark.parametrize("written", ["my_checks:is_polite", "pack.my_checks:is_polite"])
def test_a_function_of_the_project_may_be_named_alone(files, written):
    complaint = files.complaint(
        "questions:\n  q:\n    prompt: Hi\n    rubric:\n"
        f"    - criterion: polite\n      check: {written}\n"
    )

    # The catalogue is asked, about the mapping that it stands for, and knows no such module.
    assert complaint == f"suites/s.yaml:6: there is no check `{written}`"


@pytest.mark.parametrize("written", ["is_polite", "my checks:is_polite", "a:b:c", "a:", ":b"])
def test_other_text_is_no_check(files, written):
    complaint = files.complaint(f'questions: {{q: {{prompt: Hi, check: "{written}"}}}}')

    assert complaint.startswith(f"suites/s.yaml:1: `check` must be a mapping, got '{written}'")

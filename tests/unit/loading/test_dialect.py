"""The form that teams had on disk before, alone and mixed with the native one."""

import pytest

from pytest_modelbench.domain import CheckSpec, Criterion, Needs, Place, SamplingChanges, Scale

TEAM_FILE = """\
    version: 4
    domain: instruction_precision
    description: "Does it do what it is told"
    created: "2025-12-16"
    updated: 2025-12-18
    note: "Most questions decide themselves"

    prompts:
      t1_q1_colours:
        tier: 1
        name: "Three colours"
        prompt: |
          Name three colours, one a line.
        expected: "red, green, blue"
        auto_score: "count_items:3"
        scoring:
          - criterion: "Exactly three"
            weight: 60
          - criterion: "One a line"
            weight: 40

      t1_q2_number:
        tier: 1
        name: "Only the number"
        prompt: "What is 3 + 4? Only the number."
        expected: "7"
        auto_score: "exact_match:7"
        reference_answer: |
          7

          **Common failures:**
          - "The answer is 7"
        scoring:
          - criterion: "Only the number"
            weight: 100

      t2_q1_poem:
        tier: 2
        name: "Poem"
        prompt: "Write a poem about rain."
        expected: "A poem"
        auto_score: "manual"
        image_path: /pictures/rain.png
        image_description: "Rain"
        scoring:
          - criterion: "About rain"
            weight: 100

    inference_params:
      temperature: 0.1
      max_tokens: 512
      timeout: 90
    """


def at(line: int) -> Place:
    return Place(path="suites/s.yaml", line=line)


def test_file_of_a_team_is_read_as_it_stands(files):
    suite = files.load(TEAM_FILE)

    assert suite.name == "instruction_precision"
    assert suite.scale == Scale(minimum=0.0, maximum=3.0)
    assert suite.sampling == SamplingChanges(values={"temperature": 0.1, "max_tokens": 512})
    assert [question.id for question in suite.questions] == [
        "t1_q1_colours",
        "t1_q2_number",
        "t2_q1_poem",
    ]
    assert {question.timeout_s for question in suite.questions} == {90.0}


def test_check_of_the_dialect_beside_several_criteria_is_half_of_the_score(files):
    question = files.load(TEAM_FILE).questions[0]

    assert question.rubric == (
        Criterion(
            name="auto_score",
            weight=0.5,
            check=CheckSpec(value={"auto_score": "count_items:3"}, place=at(15)),
            place=at(15),
        ),
        Criterion(name="Exactly three", weight=0.3, check=None, place=at(17)),
        Criterion(name="One a line", weight=0.2, check=None, place=at(19)),
    )


def test_check_of_the_dialect_beside_one_criterion_decides_it(files):
    question = files.load(TEAM_FILE).questions[1]

    assert question.rubric == (
        Criterion(
            name="Only the number",
            weight=1.0,
            check=CheckSpec(value={"auto_score": "exact_match:7"}, place=at(27)),
            place=at(34),
        ),
    )


def test_manual_is_left_to_the_judge(files):
    question = files.load(TEAM_FILE).questions[2]

    assert question.rubric == (Criterion(name="About rain", weight=1.0, check=None, place=at(46)),)


def test_image_path_is_the_image(files):
    question = files.load(TEAM_FILE).questions[2]

    assert question.image == "/pictures/rain.png"
    assert question.needs == Needs(capabilities=frozenset({"vision"}))


def test_check_of_the_dialect_alone_is_the_whole_score(files):
    question = files.only_question(
        'prompts:\n  q:\n    prompt: 2 + 2\n    expected: "4"\n    auto_score: "exact_match:4"\n'
    )

    assert question.rubric == (
        Criterion(
            name="4",
            weight=1.0,
            check=CheckSpec(value={"auto_score": "exact_match:4"}, place=at(5)),
            place=at(5),
        ),
    )


def test_judge_none_leaves_only_the_check_of_the_dialect(files):
    question = files.only_question("""\
        judge: none
        prompts:
          q:
            prompt: Hi
            auto_score: "exact_match:Hi"
            scoring: [{criterion: a, weight: 50}, {criterion: b, weight: 50}]
        """)

    assert [(criterion.name, criterion.weight) for criterion in question.rubric] == [
        ("auto_score", 1.0)
    ]


def test_problem_of_an_auto_score_is_placed_on_its_line(files):
    complaint = files.complaint('prompts:\n  q:\n    prompt: Hi\n    auto_score: "exact"\n')

    assert complaint == "suites/s.yaml:4: `auto_score` has no argument\n  Hint: X"


def test_plain_reference_answer_has_to_fulfil_the_auto_score(files):
    complaint = files.complaint(
        'prompts:\n  q: {prompt: Hi, reference_answer: "5", auto_score: "exact_match:4"}\n'
    )

    assert complaint == "suites/s.yaml:2: the reference answer fails `contains`"


def test_questions_of_a_list_have_ids(files):
    suite = files.load("""\
        domain: greetings
        prompts:
          - id: morning
            prompt: Good morning
          - id: evening
            prompt: Good evening
            inference_params: {timeout: 5, seed: 3}
        """)

    assert [(question.id, question.place.line) for question in suite.questions] == [
        ("morning", 3),
        ("evening", 5),
    ]
    assert suite.questions[1].timeout_s == 5.0
    assert suite.questions[1].sampling == SamplingChanges(values={"seed": 3})


def test_faulty_ids_of_a_list_are_refused(files):
    complaint = files.complaint("""\
        prompts:
          - {id: a, prompt: Hi}
          - {prompt: Hi}
          - {id: a, prompt: Hi}
          - {id: b c, prompt: Hi}
          - {id: 7, prompt: Hi}
        """)

    assert complaint == (
        "suites/s.yaml:3: `id` is missing\n"
        "  Hint: each question of a list needs one\n"
        "suites/s.yaml:4: the question id 'a' is used twice, first on line 2\n"
        "  Hint: rename one of them\n"
        "suites/s.yaml:5: a question id must be letters, digits, `_`, `.` and `-`, got 'b c'\n"
        "suites/s.yaml:6: `id` must be text, got 7\n"
        '  Hint: write "7" in quotes'
    )


def test_id_beside_the_key_must_be_the_same(files):
    complaint = files.complaint("questions:\n  a: {id: b, prompt: Hi}\n  c: {id: c, prompt: Hi}\n")

    assert complaint == (
        "suites/s.yaml:2: `id` must be 'a', the key of the question, got 'b'\n"
        "  Hint: leave `id` out"
    )


def test_both_forms_may_be_mixed(files):
    suite = files.load("""\
        version: 1
        suite: mixed
        scale: 1-5
        prompts:
          a:
            prompt: Hi
            rubric: [{criterion: polite, weight: 1}]
          b:
            prompt: Ho
            scoring: [{criterion: short, weight: 1, check: {contains: Ho}}]
            sampling: {seed: 2}
            inference_params: {max_tokens: 9, timeout: 7}
        """)

    assert suite.name == "mixed"
    assert suite.questions[1].rubric[0].check is not None
    assert suite.questions[1].sampling == SamplingChanges(values={"seed": 2, "max_tokens": 9})
    assert suite.questions[1].timeout_s == 7.0


def test_one_thing_said_in_both_forms_is_refused(files):
    complaint = files.complaint("""\
        suite: a
        domain: b
        timeout_s: 3
        inference_params: {timeout: 4}
        questions:
          q:
            prompt: Hi
            rubric: [{criterion: a}]
            scoring: [{criterion: b}]
            image: a.png
            image_path: b.png
            sampling: {seed: 1}
            inference_params: {seed: 2}
        prompts:
          r: {prompt: Ho, check: {contains: a}, auto_score: "exact_match:a"}
        """)

    assert complaint == (
        "suites/s.yaml:2: `domain` says the same as `suite`\n"
        "  Hint: keep `suite`\n"
        "suites/s.yaml:4: `timeout` says the same as `timeout_s`\n"
        "  Hint: keep one of them\n"
        "suites/s.yaml:9: `scoring` says the same as `rubric`\n"
        "  Hint: keep `rubric`\n"
        "suites/s.yaml:11: `image_path` says the same as `image`\n"
        "  Hint: keep `image`\n"
        "suites/s.yaml:13: `seed` says the same as `sampling.seed`\n"
        "  Hint: keep one of them\n"
        "suites/s.yaml:14: `prompts` says the same as `questions`\n"
        "  Hint: keep `questions`"
    )


def test_check_and_auto_score_exclude_each_other(files):
    complaint = files.complaint(
        'questions:\n  q: {prompt: Hi, check: {contains: a}, auto_score: "exact_match:a"}\n'
    )

    assert complaint == (
        "suites/s.yaml:2: `auto_score` says the same as `check`\n  Hint: keep `check`"
    )


@pytest.mark.parametrize("version", ["1", "7", '"1.2"', "null"])
def test_version_of_a_team_is_its_own(files, version):
    suite = files.load(f"version: {version}\ndomain: d\nprompts: {{q: {{prompt: Hi}}}}\n")

    assert suite.name == "d"

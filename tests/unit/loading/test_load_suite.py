"""The native form of a suite."""

import pytest

from pytest_modelbench.domain import Message, Needs, Place, SamplingChanges, Scale

WHOLE_SUITE = """\
    version: 1
    suite: coder
    scale: {min: 1, max: 5}
    pass_score: 4
    tolerance: 0.25
    sampling: {temperature: 0.2, max_tokens: 4096}
    timeout_s: 120
    questions:
      t1_q1_factorial:
        tier: 2
        name: Factorial
        tags: [python, recursion]
        prompt: |
          Write factorial(n).
        expected: A correct function.
        reference_answer: |
          def factorial(n): ...
        rubric:
          - {criterion: Right name, weight: 60, check: {contains: factorial}}
          - {criterion: Clean code, weight: 40}
        sampling: {seed: 7, stop: ["```"]}
        timeout_s: 60
        needs: [tools, {context_tokens: 12000}]
      t1_q2_greeting:
        prompt: Say hello.
    """


def test_suite_level_values_are_read(files):
    suite = files.load(WHOLE_SUITE)

    assert suite.name == "coder"
    assert suite.scale == Scale(minimum=1.0, maximum=5.0)
    assert suite.judge == "default"
    assert suite.pass_score == 4.0
    assert suite.tolerance == 0.25
    assert suite.sampling == SamplingChanges(values={"temperature": 0.2, "max_tokens": 4096})
    assert suite.path == "suites/s.yaml"
    assert list(suite.by_id()) == ["t1_q1_factorial", "t1_q2_greeting"]


def test_question_level_values_are_read(files):
    question = files.load(WHOLE_SUITE).questions[0]

    assert question.suite == "coder"
    assert question.tier == 2
    assert question.name == "Factorial"
    assert question.tags == ("python", "recursion")
    assert question.messages == (Message(author="user", content="Write factorial(n)."),)
    assert question.expected == "A correct function."
    assert question.reference_answer == "def factorial(n): ..."
    assert question.sampling == SamplingChanges(values={"seed": 7, "stop": ("```",)})
    assert question.timeout_s == 60.0
    assert question.needs == Needs(capabilities=frozenset({"tools"}), context_tokens=12000)
    assert question.place == Place(path="suites/s.yaml", line=9)


def test_question_without_its_own_values_gets_the_defaults(files):
    question = files.load(WHOLE_SUITE).questions[1]

    assert question.tier == 1
    assert question.tags == ()
    assert question.sampling == SamplingChanges()
    assert question.timeout_s == 120.0
    assert question.needs == Needs()
    assert question.image == ""


def test_suite_without_a_name_is_called_like_its_file(files):
    suite = files.load("questions: {q: {prompt: Hi}}", "suites/greetings.yaml")

    assert suite.name == "greetings"


def test_scale_defaults_to_0_to_3_and_the_pass_score_to_its_top(files):
    suite = files.load("questions: {q: {prompt: Hi}}")

    assert suite.scale == Scale(minimum=0.0, maximum=3.0)
    assert suite.pass_score == 3.0


@pytest.mark.parametrize(
    ("written", "shown", "levels"),
    [
        ("{min: 0, max: 10}", "0-10", ()),
        ("0-3", "0-3", ()),
        ("1 - 5", "1-5", ()),
        ("-1-1", "-1-1", ()),
        ("[0, 0.5, 1]", "0/0.5/1", (0.0, 0.5, 1.0)),
        ("0/0.5/1", "0/0.5/1", (0.0, 0.5, 1.0)),
        ("pass/fail", "pass/fail", (0.0, 1.0)),
    ],
)
def test_scale_is_read_in_each_form(files, written, shown, levels):
    suite = files.load(f"scale: {written}\nquestions: {{q: {{prompt: Hi}}}}\n")

    assert str(suite.scale) == shown
    assert suite.scale.levels == levels


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "high",
            (
                "`scale` must be a range or a list of scores, got 'high'\n"
                "  Hint: write {min: 1, max: 5}, 0-3, [0, 0.5, 1] or pass/fail"
            ),
        ),
        ("3-0", "`scale` must have `min` below `max`, got 3 and 0"),
        ("{min: 1, max: 1}", "`scale` must have `min` below `max`, got 1 and 1"),
        ("[1, 0]", "`scale` must list two scores or more, ascending, got [1, 0]"),
        ("[1]", "`scale` must list two scores or more, ascending, got [1]"),
        ("3", '`scale` must be a mapping, a list or text, got 3\n  Hint: write "3" in quotes'),
    ],
)
def test_scale_that_is_none_is_refused(files, written, problem):
    complaint = files.complaint(f"scale: {written}\nquestions: {{q: {{prompt: Hi}}}}\n")

    assert complaint == f"suites/s.yaml:1: {problem}"


def test_pass_score_off_the_scale_is_refused(files):
    complaint = files.complaint("scale: 0-3\npass_score: 4\nquestions: {q: {prompt: Hi}}\n")

    assert complaint == "suites/s.yaml:2: `pass_score` must be on the scale 0-3, got 4"


def test_conversation_with_a_system_message_is_read(files):
    question = files.only_question("""\
        questions:
          q:
            system: Be brief.
            messages:
              - {author: user, content: Hi}
              - {author: assistant, content: Hello}
              - {author: user, content: Bye}
        """)

    assert question.messages == (
        Message(author="system", content="Be brief."),
        Message(author="user", content="Hi"),
        Message(author="assistant", content="Hello"),
        Message(author="user", content="Bye"),
    )


def test_faulty_conversations_are_refused(files):
    complaint = files.complaint("""\
        questions:
          a: {messages: [{author: user, content: Hi}, {author: assistant, content: Ho}]}
          b: {messages: []}
          c: {prompt: Hi, messages: [{author: user, content: " "}]}
          d: {system: x, messages: [{author: system, content: y}, {author: user, content: z}]}
          e: {system: "", prompt: Hi}
        """)

    assert complaint == (
        "suites/s.yaml:2: the last of `messages` must be by the user, got one by the assistant\n"
        "suites/s.yaml:3: the last of `messages` must be by the user, got none\n"
        "suites/s.yaml:4: `prompt` says the same as `messages`\n"
        "  Hint: keep one of them\n"
        "suites/s.yaml:4: `content` must not be empty\n"
        "suites/s.yaml:5: `system` says the same as the first of `messages`\n"
        "  Hint: keep one of them\n"
        "suites/s.yaml:6: `system` must not be empty\n"
        "  Hint: leave it out"
    )


def test_question_without_a_prompt_is_refused(files):
    complaint = files.complaint('questions:\n  q: {tier: 1}\n  r: {prompt: ""}\n')

    assert complaint == (
        "suites/s.yaml:2: the question 'q' has no `prompt`\n"
        "suites/s.yaml:3: `prompt` must not be empty"
    )


@pytest.mark.parametrize("text", ["suite: s\n", "suite: s\nquestions: {}\n", "questions: []\n"])
def test_suite_without_questions_is_refused(files, text):
    complaint = files.complaint(text)

    assert complaint.endswith(": the suite has no questions")


def test_needs_are_read_as_a_mapping(files):
    question = files.only_question(
        "questions: {q: {prompt: Hi, needs: {vision: true, tools: false, context_tokens: 500}}}"
    )

    assert question.needs == Needs(capabilities=frozenset({"vision"}), context_tokens=500)


def test_image_needs_vision(files):
    question = files.only_question("questions: {q: {prompt: What is this?, image: pictures/a.png}}")

    assert question.image == "pictures/a.png"
    assert question.needs == Needs(capabilities=frozenset({"vision"}))


def test_empty_image_is_refused(files):
    complaint = files.complaint('questions: {q: {prompt: Hi, image: ""}}')

    assert complaint == "suites/s.yaml:1: `image` must not be empty\n  Hint: leave it out"


def test_unknown_words_name_the_nearest_valid_one(files):
    complaint = files.complaint("""\
        quesions: {}
        questions:
          q:
            promt: Hi
            prompt: Hi
            needs: [vison]
            rubric:
              - {criterion: a, weigth: 100, weight: 100}
          r: {prompt: Hi, xyzzy: 1}
        """)

    assert complaint == (
        "suites/s.yaml:1: `quesions` is no known key\n"
        "  Hint: did you mean `questions`?\n"
        "suites/s.yaml:4: `promt` is no known key\n"
        "  Hint: did you mean `prompt`?\n"
        "suites/s.yaml:6: `needs[0]` must be vision or tools, got 'vison'\n"
        "  Hint: did you mean `vision`?\n"
        "suites/s.yaml:8: `weigth` is no known key\n"
        "  Hint: did you mean `weight`?\n"
        "suites/s.yaml:9: `xyzzy` is no known key\n"
        "  Hint: known keys: id, tier, name, tags, prompt, messages, system, expected,"
        " reference_answer, rubric, scoring, check, auto_score, sampling, inference_params,"
        " timeout_s, needs, image, image_path, context_tokens, context_type, needle,"
        " needle_position"
    )


def test_wrong_types_say_what_was_expected_and_what_was_there(files):
    complaint = files.complaint("""\
        tolerance: wide
        judge: nobody
        questions:
          a: {prompt: [Hi], tier: 1.5}
          b: Hi
          c: {prompt: Hi, tags: python, sampling: cold}
          d: {prompt: Hi, rubric: {criterion: a}}
          e: {prompt: Hi, needs: vision}
          f: {prompt: Hi, check: contains}
          g: {messages: [{author: robot}]}
        """)

    assert complaint == (
        "suites/s.yaml:1: `tolerance` must be a number, got 'wide'\n"
        "suites/s.yaml:2: `judge` must be default or none, got 'nobody'\n"
        "suites/s.yaml:4: `tier` must be a whole number, got 1.5\n"
        "suites/s.yaml:4: `prompt` must be text, got a list\n"
        "suites/s.yaml:5: `b` must be a mapping, got 'Hi'\n"
        "suites/s.yaml:6: `tags` must be a list, got 'python'\n"
        "suites/s.yaml:6: `sampling` must be a mapping, got 'cold'\n"
        "suites/s.yaml:7: `rubric` must be a list, got a mapping\n"
        "suites/s.yaml:8: `needs` must be a list or a mapping, got 'vision'\n"
        "suites/s.yaml:9: `check` must be a mapping, got 'contains'\n"
        "suites/s.yaml:10: `author` must be system, user or assistant, got 'robot'\n"
        "suites/s.yaml:10: `content` is missing"
    )


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("tier: 0", "`tier` must be at least 1, got 0"),
        ("timeout_s: 0", "`timeout_s` must be above 0, got 0"),
        ("timeout_s: -5", "`timeout_s` must be above 0, got -5"),
        ("needs: {context_tokens: 0}", "`context_tokens` must be above 0, got 0"),
        ("sampling: {temperature: -0.1}", "`temperature` must be at least 0, got -0.1"),
        ("sampling: {max_tokens: 0}", "`max_tokens` must be above 0, got 0"),
        ("sampling: {seed: -1}", "`seed` must be at least 0, got -1"),
        ("sampling: {top_p: 0}", "`top_p` must be above 0, got 0"),
        ("sampling: {top_p: 1.5}", "`top_p` must be at most 1, got 1.5"),
        ("sampling: {min_p: 2}", "`min_p` must be at most 1, got 2"),
        ("sampling: {repeat_penalty: 0}", "`repeat_penalty` must be above 0, got 0"),
        ('sampling: {stop: [""]}', "`stop[0]` must not be empty"),
    ],
)
def test_number_out_of_range_is_refused(files, entry, problem):
    complaint = files.complaint(f"questions:\n  q:\n    prompt: Hi\n    {entry}\n")

    assert complaint == f"suites/s.yaml:4: {problem}"


@pytest.mark.parametrize("name", ["a b", "a/b", "a[1]", "ä", ""])
def test_id_with_other_letters_is_refused(files, name):
    complaint = files.complaint(f'questions:\n  "{name}": {{prompt: Hi}}\n')

    assert complaint == (
        f"suites/s.yaml:2: a question id must be letters, digits, `_`, `.` and `-`, got {name!r}"
    )


def test_id_that_ends_like_a_trial_is_refused(files):
    complaint = files.complaint("questions:\n  sum-trial2: {prompt: Hi}\n  trial: {prompt: Hi}\n")

    assert complaint == (
        "suites/s.yaml:2: a question id must not end in `-trial` and a number,"
        " got 'sum-trial2'\n"
        "  Hint: the ending tells the answers to one question apart; rename the question"
    )


def test_name_of_a_suite_with_other_letters_is_refused(files):
    complaint = files.complaint("suite: a b\nquestions: {q: {prompt: Hi}}\n")

    assert complaint == (
        "suites/s.yaml:1: the name of a suite must be letters, digits, `_`, `.` and `-`, got 'a b'"
    )


def test_name_of_a_file_with_other_letters_is_refused_as_a_suite_name(files):
    complaint = files.complaint("questions: {q: {prompt: Hi}}\n", "suites/my suite.yaml")

    assert complaint == (
        "suites/my suite.yaml:1: the name of a suite must be letters, digits, `_`, `.` and `-`,"
        " got 'my suite'\n"
        "  Hint: name the suite with `suite:`, or rename the file"
    )


@pytest.mark.parametrize(("written", "shown"), [("2", "2"), ('"1.0"', "'1.0'"), ("true", "True")])
def test_version_of_another_form_is_refused(files, written, shown):
    complaint = files.complaint(f"version: {written}\nquestions: {{q: {{prompt: Hi}}}}\n")

    assert complaint == (
        f"suites/s.yaml:1: `version` must be 1, got {shown}\n"
        "  Hint: it is the version of the file's form; write `description` for your own notes"
    )


def test_problems_of_all_kinds_come_at_once(files):
    complaint = files.complaint("""\
        suite: s
        tolerence: 1
        questions:
          typo: {prompt: Hi, teir: 2, rubric: [{criterion: a, weight: 90}]}
          type: {prompt: no}
          check: {prompt: Hi, check: {contians: x}}
          regex: {prompt: Hi, check: {regex: "("}}
          twice: {prompt: Hi, prompt: Ho}
          wrong: {prompt: Hi, reference_answer: Ho, check: {contains: x}}
        """)

    assert complaint == (
        "suites/s.yaml:2: `tolerence` is no known key\n"
        "  Hint: did you mean `tolerance`?\n"
        "suites/s.yaml:4: `teir` is no known key\n"
        "  Hint: did you mean `tier`?\n"
        "suites/s.yaml:4: weights must sum to 100 or to 1, got 90\n"
        "suites/s.yaml:5: `prompt` must be text, got False\n"
        '  Hint: YAML reads a bare no as False; write "no" in quotes\n'
        "suites/s.yaml:6: there is no check `contians`\n"
        "suites/s.yaml:7: `regex` does not compile: missing ), unterminated subpattern at"
        " position 0\n"
        "suites/s.yaml:8: `prompt` is written twice, first on line 8\n"
        "  Hint: YAML would keep the last one silently; remove or rename one of them\n"
        "suites/s.yaml:9: the reference answer fails `contains`"
    )


def test_faulty_scale_does_not_make_the_pass_score_wrong(files):
    complaint = files.complaint("scale: 3\npass_score: 9\nquestions: {q: {prompt: Hi}}\n")

    assert complaint == (
        "suites/s.yaml:1: `scale` must be a mapping, a list or text, got 3\n"
        '  Hint: write "3" in quotes'
    )


def test_long_value_is_cut_in_the_message(files):
    complaint = files.complaint(f"tolerance: {'x' * 200}\nquestions: {{q: {{prompt: Hi}}}}\n")

    assert complaint == (f"suites/s.yaml:1: `tolerance` must be a number, got '{'x' * 56}...")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("questions: 3", "`questions` must be a mapping or a list, got 3"),
        (
            "questions:",
            (
                "`questions` must be a mapping or a list, got None\n"
                "  Hint: nothing is written here; write a value or leave the key out"
            ),
        ),
        ("prompts: Hi", "`prompts` must be a mapping or a list, got 'Hi'"),
    ],
)
def test_questions_of_another_type_are_refused(files, written, problem):
    complaint = files.complaint(f"{written}\n")

    assert complaint == f"suites/s.yaml:1: {problem}"


def test_word_of_a_list_that_is_no_text_is_refused(files):
    complaint = files.complaint("judge: no\nquestions: {q: {prompt: Hi}}\n")

    assert complaint == (
        "suites/s.yaml:1: `judge` must be default or none, got False\n"
        '  Hint: YAML reads a bare no as False; write "no" in quotes'
    )


def test_word_or_date_where_a_number_belongs_is_refused(files):
    complaint = files.complaint("questions:\n  q: {prompt: Hi, tier: on, timeout_s: 2024-01-31}\n")

    assert complaint == (
        "suites/s.yaml:2: `tier` must be a whole number, got True\n"
        "  Hint: YAML reads a bare on as True\n"
        "suites/s.yaml:2: `timeout_s` must be a number, got 2024-01-31\n"
        "  Hint: YAML reads a bare 2024-01-31 as a date"
    )


def test_reference_answer_without_a_check_is_for_the_judge(files):
    question = files.only_question("questions: {q: {prompt: Hi, reference_answer: Hello}}")

    assert question.reference_answer == "Hello"


def test_unknown_key_of_a_question_in_a_list_does_not_hide_its_other_problems(files):
    complaint = files.complaint("""\
        questions:
          - {id: a, prompt: Hi, teir: 1, rubric: [{criterion: x, weight: 7}]}
          - {id: b, prompt: no}
          - {id: c, prompt: ""}
        """)

    assert complaint == (
        "suites/s.yaml:2: `teir` is no known key\n"
        "  Hint: did you mean `tier`?\n"
        "suites/s.yaml:2: weights must sum to 100 or to 1, got 7\n"
        "suites/s.yaml:3: `prompt` must be text, got False\n"
        '  Hint: YAML reads a bare no as False; write "no" in quotes\n'
        "suites/s.yaml:4: `prompt` must not be empty"
    )


def test_a_suite_must_not_take_the_place_of_the_roles_baseline(files):
    problems = files.complaint("version: 1\nsuite: roles\nquestions:\n  q: {prompt: Hi.}\n")

    assert problems == (
        "suites/s.yaml:2: a suite must not be called `roles`\n"
        "  Hint: its baseline would take the place of the roles' baseline; choose another name"
    )

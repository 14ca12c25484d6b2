"""What is no YAML, or YAML of a kind that is not read."""

import gc

import pytest

QUESTION = "questions: {q: {prompt: What is 1 + 1?}}\n"


def test_tab_in_the_indentation_is_named(files):
    text = "suite: s\nquestions:\n\tq:\n"

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:3: this is not YAML: found character that cannot start any token\n"
        "  Hint: indent with spaces, not with tabs"
    )


def test_colon_in_a_bare_text_is_named(files):
    text = "questions:\n  q:\n    prompt: Say: hello\n"

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:3: this is not YAML: mapping values are not allowed in this context\n"
        '  Hint: put a text that has ": " in it in quotes'
    )


def test_open_quote_is_named_where_it_opens(files):
    text = 'questions:\n  q:\n    prompt: "Hello\n    tier: 1\n'

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:3: this is not YAML: found unexpected end of stream\n"
        "  Hint: close the quote that is opened here"
    )


def test_open_bracket_is_named_where_it_opens(files):
    text = "suite: s\nscale: [1, 2\nquestions: {}\n"

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:2: this is not YAML: did not find expected ',' or ']'\n"
        "  Hint: close the bracket that is opened here"
    )


def test_bound_without_quotes_is_named(files):
    text = "models:\n  a: {gguf: a}\nroles:\n  r:\n    thresholds:\n    - mean: >= 4\n"

    complaint = files.project_complaint(text)

    assert complaint == (
        "modelbench.yaml:6: this is not YAML: did not find expected comment or line break\n"
        "  Hint: put a text that starts with > or | in quotes"
    )


def test_second_document_is_refused(files):
    text = f"{QUESTION}---\n{QUESTION}"

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:2: this is not YAML: expected one document, but found another document\n"
        "  Hint: one file holds one document; remove the line ---"
    )


def test_control_character_is_named_by_its_code(files):
    text = "suite: s\nquestions: {q: {prompt: a\x00b}}\n"

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:2: YAML does not allow the character U+0000\n  Hint: remove it"
    )


def test_text_that_is_not_utf8_is_refused(files):
    path = files.write("", "suites/s.yaml")
    path.write_bytes("suite: s\nquestions: {q: {prompt: Grüße}}\n".encode("latin-1"))

    complaint = files.complaint_about(path)

    assert complaint == ("suites/s.yaml:2: is not UTF-8: byte 0xfc\n  Hint: save the file as UTF-8")


def test_byte_order_mark_is_skipped(files):
    path = files.write("", "suites/s.yaml")
    path.write_bytes(b"\xef\xbb\xbf" + QUESTION.encode())

    suite = files.load_path(path)

    assert suite.name == "s"


def test_missing_file_is_named(files):
    path = files.root / "suites" / "gone.yaml"

    complaint = files.complaint_about(path)

    assert complaint == "suites/gone.yaml: cannot be read: No such file or directory"


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "null\n"])
def test_empty_file_is_refused(files, text):
    complaint = files.complaint(text)

    assert complaint == "suites/s.yaml:1: the file is empty"


def test_list_at_the_top_is_refused(files):
    complaint = files.complaint("- suite: s\n")

    assert complaint == "suites/s.yaml:1: the file must be a mapping of keys, got a list"


def test_duplicate_key_is_named_with_both_lines(files):
    text = """\
        questions:
          q:
            tier: 1
            prompt: Hi
            tier: 2
        """

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:5: `tier` is written twice, first on line 3\n"
        "  Hint: YAML would keep the last one silently; remove or rename one of them"
    )


def test_duplicate_question_id_is_named_with_both_lines(files):
    text = """\
        questions:
          q: {prompt: Hi}
          r: {prompt: Hi}
          q: {prompt: Ho}
        """

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:4: `q` is written twice, first on line 2\n"
        "  Hint: YAML would keep the last one silently; remove or rename one of them"
    )


def test_bare_no_as_a_key_is_named(files):
    text = "questions:\n  no: {prompt: Hi}\n  7: {prompt: Hi}\n"

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:2: a key must be text, got False\n"
        '  Hint: YAML reads a bare no as False; write "no" in quotes\n'
        "suites/s.yaml:3: a key must be text, got 7\n"
        '  Hint: write "7" in quotes'
    )


def test_bare_template_braces_are_named(files):
    text = "questions:\n  q:\n    prompt: {{name}}\n"

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:3: a key must be text, got a mapping or a list\n"
        '  Hint: put a text that starts with { or [ in quotes, as in "{name}"\n'
        "suites/s.yaml:3: `prompt` must be text, got a mapping"
    )


def test_tag_is_refused(files):
    text = "questions:\n  q: !!python/object:os.system {prompt: !shout Hi}\n"

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:2: the tag '!!python/object:os.system' has no meaning here\n"
        "  Hint: leave the tag out\n"
        "suites/s.yaml:2: the tag '!shout' has no meaning here\n"
        "  Hint: leave the tag out"
    )


def test_text_tag_is_accepted(files):
    question = files.only_question("questions: {q: {prompt: !!str 42}}\n")

    assert question.prompt_text == "42"


def test_alias_and_merge_key_share_a_rubric(files):
    text = """\
        questions:
          q: &first
            prompt: Hi
            rubric: &two
              - {criterion: polite, weight: 60}
              - {criterion: short, weight: 40}
          r:
            <<: *first
            prompt: Ho
          s:
            prompt: Hu
            rubric: *two
        """

    suite = files.load(text)

    assert [question.prompt_text for question in suite.questions] == ["Hi", "Ho", "Hu"]
    assert [len(question.rubric) for question in suite.questions] == [2, 2, 2]


def test_merge_of_something_else_is_refused(files):
    complaint = files.complaint("questions:\n  q:\n    <<: 3\n    prompt: Hi\n")

    assert complaint == "suites/s.yaml:3: `<<` must name a mapping, got 3"


def test_bomb_of_aliases_is_stopped(files):
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    text = "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x]", *levels])

    complaint = files.complaint(text)

    assert complaint == (
        "suites/s.yaml:6: aliases of this value repeat more than 1,000,000 values\n"
        "  Hint: write the values out, or spread them over several files"
    )


def test_alias_inside_of_itself_is_refused(files):
    complaint = files.complaint("questions:\n  q: &q {prompt: Hi, tags: [*q]}\n")

    assert complaint == (
        "suites/s.yaml:2: an alias inside of what it stands for never ends\n"
        "suites/s.yaml:2: `tags[0]` must be text, got None\n"
        "  Hint: nothing is written here; write a value or leave the key out"
    )


def test_deep_nesting_is_refused_before_the_stack_ends(files):
    complaint = files.complaint("suite: " + "[" * 200_000)

    assert complaint == "suites/s.yaml:1: this is not YAML: nested deeper than 100 levels"


def test_collector_of_garbage_runs_again_after_a_faulty_file(files):
    files.complaint("suite: [\n")

    assert gc.isenabled()


def test_mapping_merged_into_itself_is_refused(files):
    complaint = files.complaint("questions:\n  q: &q {<<: *q, prompt: Hi, tier: x}\n")

    assert complaint == (
        "suites/s.yaml:2: an alias inside of what it stands for never ends\n"
        "suites/s.yaml:2: `<<` must name a mapping, got None\n"
        "suites/s.yaml:2: `tier` must be a whole number, got 'x'"
    )


def test_problem_of_an_anchored_value_is_told_once(files):
    complaint = files.complaint("""\
        questions:
          q: {prompt: Hi, rubric: &two [{criterion: a, weight: 1}, {criterion: b, weight: 1}]}
          r: {prompt: Ho, rubric: *two}
        """)

    assert complaint == (
        "suites/s.yaml:2: weights must sum to 100 or to 1, got 1 + 1 = 2\n"
        "suites/s.yaml:3: weights must sum to 100 or to 1, got 1 + 1 = 2"
    )


def test_problem_inside_of_an_anchored_value_is_told_once(files):
    complaint = files.complaint("""\
        questions:
          q: {prompt: Hi, rubric: &two [{criterion: a, weight: 0}]}
          r: {prompt: Ho, rubric: *two}
        """)

    assert complaint == "suites/s.yaml:2: `weight` must be above 0, got 0"


def test_key_in_a_merged_mapping_is_placed_where_it_is_written(files):
    complaint = files.complaint("""\
        questions:
          q: &q
            prompt: Hi
            tier: x
          r:
            prompt: Ho
            <<: *q
        """)

    assert complaint == "suites/s.yaml:4: `tier` must be a whole number, got 'x'"


def test_merge_of_several_mappings_prefers_the_first(files):
    suite = files.load("""\
        questions:
          q: &q {prompt: Hi, name: one, tier: 1}
          r: &r {prompt: Ho, name: two, tier: 2, tags: [x]}
          s: {<<: [*q, *r], prompt: Hu}
        """)

    last = suite.questions[2]
    assert (last.prompt_text, last.name, last.tier, last.tags) == ("Hu", "one", 1, ("x",))

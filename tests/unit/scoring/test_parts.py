"""The combinator `part`: a check on a part of the answer."""

import pytest
from jsonschema import Draft202012Validator

from pytest_modelbench.scoring import CATALOGUE, Finding, Undecided

ANSWER = r"""# Thoughts

First, 12 + 30. That is simple! Dr. Who agrees.

## Code
```python
print(42)
```
~~~sql
SELECT 1
~~~

**Result:**
<answer type="final">The sum</answer>
{"sum": {"value": 42, "unit": "cm"}}

Answer: **42**
"""


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


PARTS = [
    ({"of": "answer"}, ANSWER, "42"),
    ({"of": "answer"}, "So it is \\boxed{\\frac{1}{2}}.", r"\frac{1}{2}"),
    ({"of": "answer"}, "7 * 6\n#### 42", "42"),
    ({"of": "answer"}, "The answer is: Paris.\r\nBye", "Paris."),
    ({"of": "boxed"}, r"\boxed{1} or \boxed{ {a} + \{b }", r"{a} + \{b"),
    ({"of": "choice"}, "The answer is (b).", "B"),
    ({"of": "choice", "letters": "XY"}, "The answer is (Y).", "Y"),
    ({"of": "code"}, ANSWER, "print(42)\n"),
    ({"of": "code", "block": "last"}, ANSWER, "SELECT 1\n"),
    ({"of": "code", "block": 2}, ANSWER, "SELECT 1\n"),
    ({"of": "code", "language": "sql"}, ANSWER, "SELECT 1\n"),
    ({"of": "first_line"}, ANSWER, "# Thoughts"),
    ({"of": "last_line"}, ANSWER, "Answer: **42**"),
    ({"of": "last_line"}, "a\r\nb \r\n \r\n", "b"),
    ({"of": "line", "number": 2}, "a\n\n b\nc", "b"),
    ({"of": "line", "number": -2}, "a\n\n b\nc", "b"),
    ({"of": "line"}, "a\nb", "a"),
    ({"of": "json"}, "it is [1, 2]", "[1, 2]"),
    ({"of": "json", "path": "$.sum.unit"}, ANSWER, "cm"),
    ({"of": "json", "path": "$.sum"}, ANSWER, '{"value": 42, "unit": "cm"}'),
    ({"of": "match", "pattern": r"Dr\. (\w+)"}, ANSWER, "Who"),
    ({"of": "match", "pattern": r"Dr\. \w+"}, ANSWER, "Dr. Who"),
    ({"of": "number"}, ANSWER, "42"),
    ({"of": "number"}, "about 1,234.50 euros", "1234.5"),
    ({"of": "paragraph", "number": 2}, ANSWER, "First, 12 + 30. That is simple! Dr. Who agrees."),
    ({"of": "paragraph"}, "\n\n a\nb \n \nc", "a\nb"),
    ({"of": "sentence", "number": 2}, "A is 1.5. B is Dr. Who! C", "B is Dr. Who!"),
    (
        {"of": "sentence", "number": -1},
        "A. B? \u05e9\u05dc\u05d5\u05dd",
        "\u05e9\u05dc\u05d5\u05dd",
    ),
    ({"of": "prose"}, "a\n```\nb\n```\nc", "a\nc"),
    ({"of": "prose"}, "a\n````\n```\nb\n````\nc", "a\nc"),
    (
        {"of": "section", "heading": "code"},
        "## Code\nx\n\n### More\ny\n## End\nz",
        "x\n\n### More\ny",
    ),
    ({"of": "section", "heading": "Result"}, "**Result:**\nx\n\nNext:\ny", "x"),
    ({"of": "section", "heading": "A"}, "A:\nb\n```\n# c\n```", "b\n```\n# c\n```"),
    ({"of": "tag", "name": "answer"}, ANSWER, "The sum"),
    ({"of": "tag", "name": "answer"}, "<answer>a</answer><Answer> b </ANSWER>", "b"),
    ({"of": "tag", "name": "answer"}, "<answer>a", "a"),
]


@pytest.mark.parametrize(("options", "answer", "text"), PARTS)
def test_part_is_what_the_check_sees(options, answer, text):
    finding = decide({"part": {**options, "check": {"equals": text}}}, answer)

    assert finding.unit == 1, finding.reason


LACKING = [
    ({"of": "answer"}, "It may be 7.", "no final answer"),
    ({"of": "answer"}, "Answer:", "no final answer"),
    ({"of": "boxed"}, "7", r"no \boxed{}"),
    ({"of": "boxed"}, r"\boxed{7", r"a \boxed{ that is left open"),
    ({"of": "choice"}, "none", "no choice"),
    ({"of": "code"}, "none", "no fenced block"),
    ({"of": "code", "block": 3}, "```\na\n```", "no block 3, only 1"),
    ({"of": "first_line"}, "", "no line"),
    ({"of": "last_line"}, " \n", "no line"),
    ({"of": "line", "number": 3}, "a\nb", "no line 3, only 2"),
    ({"of": "line", "number": -3}, "a\nb", "no line -3, only 2"),
    ({"of": "json"}, "none", "no JSON"),
    ({"of": "json", "path": "$.a"}, "{}", "nothing at `$.a`"),
    ({"of": "json", "path": "$[0]"}, str([0] * 60_000), "nothing at `$[0]`"),
    ({"of": "match", "pattern": "x+"}, "none", "no match of 'x+'"),
    ({"of": "number"}, "none", "no number"),
    ({"of": "paragraph", "number": 2}, "a\nb", "no paragraph 2, only 1"),
    ({"of": "sentence", "number": 5}, "One. Two.", "no sentence 5, only 2"),
    ({"of": "prose"}, "```\na\n```", "no prose"),
    ({"of": "section", "heading": "Usage"}, "```\n# Usage\n```", "no section 'Usage'"),
    ({"of": "tag", "name": "answer"}, "<answers>a</answers>", "no <answer>"),
]


@pytest.mark.parametrize(("options", "answer", "reason"), LACKING)
def test_answer_that_lacks_the_part_is_wrong_and_no_error(options, answer, reason):
    finding = decide({"part": {**options, "check": {"not": {"equals": "x"}}}}, answer)

    assert finding.unit == 0
    assert finding.reason.startswith(f"expected a part to check, got {reason} in '")


def test_reason_names_the_part():
    finding = decide({"part": {"of": "last_line", "check": {"equals": "a"}}}, "b")

    assert finding == Finding(unit=0, reason="last line: expected 'a', got 'b'")


def test_grade_of_the_check_is_kept():
    check = {"part": {"of": "json", "check": {"json": {"fields": {"a": 1, "b": 2}}}}}

    finding = decide(check, 'x {"a": 1, "b": 3} y')

    assert finding.unit == 0.5


def test_parts_nest_and_combine():
    inner = {"part": {"of": "line", "number": 2, "check": {"number": 7}}}
    check = {"all": [{"part": {"of": "code", "check": inner}}, {"not": {"contains": "x"}}]}

    finding = decide(check, "```\na\n7\n```")

    assert finding.unit == 1, finding.reason


def test_check_that_cannot_find_out_leaves_the_part_undecided():
    check = {"part": {"of": "first_line", "check": {"regex": "(a+)+$"}}}

    finding = CATALOGUE.decide(check, "a" * 5000 + "b")

    assert isinstance(finding, Undecided)


def test_pattern_that_takes_too_long_leaves_the_part_undecided():
    check = {"part": {"of": "match", "pattern": "(a+)+$", "check": {"equals": "x"}}}

    finding = CATALOGUE.decide(check, "a" * 5000 + "b")

    assert finding == Undecided(reason="'(a+)+$' took longer than 1 s on this answer")


HOSTILE = {
    "brackets": "[" * 10_000_000,
    "boxes": "\\boxed{" * 100_000,
    "tags": "<answer " * 100_000,
    "fences": "```\n~~~\n" * 100_000,
    "headings": "# a\n" * 100_000,
    "bold": "**" * 200_000,
    "stops": "a. " * 100_000,
    "surrogates": "\ud800" * 1000,
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(
    "options",
    [
        {"of": "answer"},
        {"of": "code"},
        {"of": "section", "heading": "b"},
        {"of": "sentence", "number": 9_999_999},
        {"of": "tag", "name": "b"},
        {"of": "line", "number": 9_999_999},
    ],
    ids=lambda options: options["of"],
)
def test_hostile_answer_is_decided(options, answer):
    finding = decide({"part": {**options, "check": {"equals": "nothing"}}}, answer)

    assert finding.unit == 0
    assert finding.reason.isprintable()


KINDS = (
    "answer, boxed, choice, code, first_line, json, last_line, line, match, number, paragraph, "
    "prose, section, sentence, tag"
)
CHECK = {"equals": "x"}
PROBLEMS = [
    ("x", ["`part` needs `of`, the part, and `check`, a check of it, got 'x'"]),
    (
        {},
        [
            "`part` needs `check`, a check of the part",
            f"`part` needs `of`, a part of the answer; known: {KINDS}",
        ],
    ),
    (
        {"of": "lines", "check": CHECK},
        ["`part` needs `of`, a part of the answer; got 'lines'; did you mean `line`?"],
    ),
    (
        {"of": 5, "check": CHECK},
        [f"`part` needs `of`, a part of the answer; got 5; known: {KINDS}"],
    ),
    (
        {"of": "line", "nr": 1, "check": CHECK},
        ["`part` has no option 'nr' for `line`; it has `number`"],
    ),
    (
        {"of": "number", "number": 1, "check": CHECK},
        ["`part` has no option 'number' for `number`; it has none"],
    ),
    ({"of": "tag", "check": CHECK}, ["`part` needs `name` for `tag`"]),
    ({"of": "section", "check": CHECK}, ["`part` needs `heading` for `section`"]),
    ({"of": "match", "check": CHECK}, ["`part` needs `pattern` for `match`"]),
    (
        {"of": "line", "number": 0, "check": CHECK},
        ["`part` needs a whole number from 1, or from the end below 0, got 0 (`number`)"],
    ),
    (
        {"of": "line", "number": True, "check": CHECK},
        ["`part` needs a whole number from 1, or from the end below 0, got True (`number`)"],
    ),
    (
        {"of": "tag", "name": "<a>", "check": CHECK},
        ["`part` needs the name of a tag such as `answer`, got '<a>' (`name`)"],
    ),
    (
        {"of": "code", "language": "cobol", "block": 0, "check": CHECK},
        [
            "`part` needs one of python, sql, shell, any, got 'cobol' (`language`)",
            "`part` needs a number from 1 or one of main, first, last, longest, all, "
            "got 0 (`block`)",
        ],
    ),
    (
        {"of": "match", "pattern": "(", "check": CHECK},
        ["`part` must be a regular expression, got '(': missing ) at position 1 (`pattern`)"],
    ),
    (
        {"of": "match", "pattern": 5, "check": CHECK},
        ["`part` needs a regular expression, got 5 (`pattern`)"],
    ),
    (
        {"of": "json", "path": 5, "check": CHECK},
        ["`part` must be text, got 5 (`path`)"],
    ),
    (
        {"of": "json", "path": "a", "check": CHECK},
        ["`part` must be a JSONPath such as `$.users[0].name`, got 'a' (`path`)"],
    ),
    (
        {"of": "section", "heading": " ", "check": CHECK},
        ["`part` needs a text, got ' ' (`heading`)"],
    ),
    (
        {"of": "choice", "letters": "A B", "check": CHECK},
        ["`part` needs letters such as 'ABCD', got 'A B' (`letters`)"],
    ),
    ({"of": "line", "check": {"equal": 1}}, ["no check is called 'equal'"]),
]


@pytest.mark.parametrize(("arguments", "problems"), PROBLEMS)
def test_every_problem_is_said_when_the_suite_is_loaded(arguments, problems):
    assert [found.text for found in CATALOGUE.find_problems({"part": arguments})] == problems


def test_problem_says_where_it_stands():
    check = {"part": {"of": "line", "number": 0, "check": {"equal": 1}}}

    paths = [found.path for found in CATALOGUE.find_problems(check)]

    assert paths == [("part", "number"), ("part", "check", "equal")]


@pytest.mark.parametrize(("options", "_answer", "_text"), PARTS)
def test_schema_takes_what_the_loader_takes(options, _answer, _text):
    check = {"part": {**options, "check": CHECK}}

    assert Draft202012Validator(CATALOGUE.describe()).is_valid(check)


@pytest.mark.parametrize(
    "arguments",
    [
        {"of": "line"},
        {"check": CHECK},
        {"of": "lines", "check": CHECK},
        {"of": "tag", "check": CHECK},
        {"of": "line", "number": 0, "check": CHECK},
        {"of": "line", "heading": "x", "check": CHECK},
    ],
)
def test_schema_refuses_what_the_loader_refuses(arguments):
    assert not Draft202012Validator(CATALOGUE.describe()).is_valid({"part": arguments})

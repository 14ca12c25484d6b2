"""What may be written as a check, and what is said about what may not."""

import datetime as dt
import json
import time
from typing import Any, cast

import jsonschema
import pytest

from pytest_modelbench.domain import (
    NOWHERE,
    CheckSpec,
    Criterion,
    Message,
    Place,
    Problem,
    Question,
)
from pytest_modelbench.scoring import (
    CATALOGUE,
    Arguments,
    Catalogue,
    Check,
    Combinator,
    Finding,
    Illustration,
    Undecided,
)
from pytest_modelbench.scoring.combinators import Split
from pytest_modelbench.scoring.inventory import INVENTORY

TEXT_HINT = "YAML reads some bare words as numbers, dates or true and false; write it in quotes."


def criterion(check, name="Right", weight=1.0, line=7):
    spec = None if check is None else CheckSpec(value=check, place=Place(path="s.yaml", line=line))
    return Criterion(name=name, weight=weight, check=spec, place=NOWHERE)


def question(*rubric, reference_answer=""):
    return Question(
        id="q",
        suite="s",
        tier=1,
        messages=(Message(author="user", content="What?"),),
        rubric=rubric,
        place=NOWHERE,
        reference_answer=reference_answer,
    )


PROBLEMS: list[tuple[Any, str, str | None, tuple[str | int, ...]]] = [
    ("x", "a check must be a mapping such as `contains: text`, got 'x'", "", ()),
    (None, "a check must be a mapping such as `contains: text`, got None", "", ()),
    ({}, "a check must have exactly one name, got none", "Give each check its own criterion.", ()),
    ({"contians": "x"}, "no check is called 'contians'", "Did you mean `contains`?", ("contians",)),
    ({"regexp": "x"}, "no check is called 'regexp'", "Did you mean `regex`?", ("regexp",)),
    ({1: "x"}, "no check is called 1", None, (1,)),
    ({"contains": 42}, "`contains` must be text, got 42", TEXT_HINT, ("contains",)),
    ({"contains": False}, "`contains` must be text, got False", TEXT_HINT, ("contains",)),
    (
        {"contains": dt.date(2024, 1, 2)},
        "`contains` must be text, got datetime.date(2024, 1, 2)",
        TEXT_HINT,
        ("contains",),
    ),
    (
        {"contains": ""},
        "`contains` must have at least 1 character, got ''",
        "",
        ("contains",),
    ),
    (
        {"contains": {"value": "x", "ignorecase": True}},
        "`contains` has no option 'ignorecase'",
        "Did you mean `ignore_case`?",
        ("contains", "ignorecase"),
    ),
    (
        {"contains": {"ignore_case": True}},
        "`contains` needs `value`",
        "Options: value, ignore_case.",
        ("contains",),
    ),
    (
        {"contains": {"value": "x", "ignore_case": "no"}},
        "`contains.ignore_case` must be true or false, got 'no'",
        "",
        ("contains", "ignore_case"),
    ),
    ({"contains_all": "a"}, "`contains_all` must be a list, got 'a'", "", ("contains_all",)),
    (
        {"contains_all": ["a", 1]},
        "`contains_all.1` must be text, got 1",
        TEXT_HINT,
        ("contains_all", 1),
    ),
    (
        {"regex": "("},
        "`regex` must be a regular expression, got '(': missing ) at position 1",
        "",
        ("regex",),
    ),
    (
        {"format_lines": ["a", "["]},
        "`format_lines.1` must be a regular expression, got '[': unterminated character set at position 1",
        "",
        ("format_lines", 1),
    ),
    ({"number": "4"}, "`number` must be a number, got '4'", "", ("number",)),
    ({"number": True}, "`number` must be a number, got True", "", ("number",)),
    (
        {"number": {"value": 4, "tolerance": -1}},
        "`number.tolerance` must be greater than or equal to 0, got -1",
        "",
        ("number", "tolerance"),
    ),
    (
        {"choice": "AB"},
        "`choice` must match pattern '^[A-Za-z]$', got 'AB'",
        "",
        ("choice",),
    ),
    ({"words": True}, "`words` must be a whole number, got True", "", ("words",)),
    ({"words": {}}, "`words` needs a number, `min` or `max`", "", ("words",)),
    (
        {"words": {"min": 3, "max": 2}},
        "`words` `min` must be at most `max`, got 3 and 2",
        "",
        ("words",),
    ),
    (
        {"words": {"exactly": 3, "max": 2}},
        "`words` must have either `exactly` or `min` and `max`, got both",
        "",
        ("words",),
    ),
    (
        {"json": {"schema": {"type": "objekt"}}},
        "`json.schema` must be a JSON Schema: 'objekt' is not valid under any of the given schemas",
        "",
        ("json", "schema"),
    ),
    (
        {"json": {"feilds": {}}},
        "`json` has no option 'feilds'",
        "Did you mean `fields`?",
        ("json", "feilds"),
    ),
    ({"json": "vaild"}, "`json` must be 'valid', got 'vaild'", "", ("json",)),
    (
        {"auto_score": "wordcount:1:2"},
        "`auto_score` knows no check 'wordcount'; did you mean `word_count`?",
        "",
        ("auto_score",),
    ),
    ({"auto_score": "xyz"}, "`auto_score` knows no check 'xyz'", "", ("auto_score",)),
    (
        {"auto_score": "word_count:a:2"},
        "`auto_score` `word_count` needs a whole number, got 'a'",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "word_count:5:2"},
        "`auto_score` `word_count` needs MIN at most MAX, got '5:2'",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "word_count:1:2:3"},
        "`auto_score` `word_count` needs MIN:MAX, got '1:2:3'",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "exact_match:"},
        "`auto_score` `exact_match` needs a text after the colon",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "forbidden_words:,"},
        "`auto_score` `forbidden_words` needs a text after the colon",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "contains_pattern:"},
        "`auto_score` `contains_pattern` needs a regular expression after the colon",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "contains_pattern:("},
        "`auto_score` `contains_pattern` must be a regular expression, got '(': missing ) at position 1",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "multi:five,alphabetical"},
        "`auto_score` knows no check 'five'",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "multi:word_count:1:2,five"},
        "`auto_score` knows no check 'five'",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "multi:forbidden_words:a,alphabeticall"},
        "`auto_score` knows no check 'alphabeticall'; did you mean `alphabetical`?",
        "",
        ("auto_score",),
    ),
    (
        {"auto_score": "multi:alphabetical:yes"},
        "`auto_score` `alphabetical` takes nothing after a colon, got 'yes'",
        "",
        ("auto_score",),
    ),
    ({"not": "x"}, "a check must be a mapping such as `contains: text`, got 'x'", "", ("not",)),
    ({"not": {"contains": 1}}, "`contains` must be text, got 1", TEXT_HINT, ("not", "contains")),
]


@pytest.mark.parametrize(("value", "text", "hint", "path"), PROBLEMS)
def test_problem_says_expected_got_and_where(value, text, hint, path):
    (problem,) = CATALOGUE.find_problems(value)

    assert problem.text == text
    assert problem.path == path
    assert hint is None or problem.hint == hint


def test_all_problems_are_found_at_once():
    value = {"contians": "x", "regex": {"pattern": "(", "flags": "i", "whole": 1}, "words": 2}

    problems = CATALOGUE.find_problems(value)

    assert [problem.path for problem in problems] == [
        ("contians",),
        ("regex", "pattern"),
        ("regex", "whole"),
        ("regex", "flags"),
        (),
    ]
    assert problems[-1].text == (
        "a check must have exactly one name, got `contians`, `regex`, `words`"
    )


def test_checks_nested_for_ever_are_a_problem():
    value: dict[str, object] = {"contains": "x"}
    for _ in range(30):
        value = {"not": value}

    (problem,) = CATALOGUE.find_problems(value)

    assert problem.text == "checks must be nested at most 20 deep"


def test_schema_accepts_what_the_catalogue_accepts():
    schema = CATALOGUE.describe()
    validator = jsonschema.Draft202012Validator(schema)

    validator.check_schema(schema)
    for check in INVENTORY.values():
        assert validator.is_valid({check.name: check.illustration.arguments})
        assert validator.is_valid({"not": {check.name: check.illustration.arguments}})
    for value, *_ in PROBLEMS:
        # What one field alone cannot say is left to the catalogue.
        if isinstance(value, dict) and ("contains" in value or len(value) != 1):
            assert not validator.is_valid(
                json.loads(json.dumps(value, default=lambda day: [str(day)]))
            )


def test_reference_answer_that_breaks_its_checks_is_reported():
    asked = question(
        criterion({"number": 7}, name="Right", weight=0.5, line=3),
        criterion({"contains_all": ["a", "b"]}, name="Complete", weight=0.2, line=4),
        criterion({"words": {"max": 9}}, name="Brief", weight=0.2, line=5),
        criterion(None, name="Clean", weight=0.1),
        criterion({"auto_score": "manual"}, name="By hand", weight=0.0),
        reference_answer="a: 6\n",
    )

    found = CATALOGUE.judge_reference(asked)

    assert found == [
        (
            Place(path="s.yaml", line=3),
            Problem(
                text="the reference answer does not fulfil `Right`: expected 7, got 6",
                hint="Correct the check or the reference answer.",
            ),
        ),
        (
            Place(path="s.yaml", line=4),
            Problem(
                text="the reference answer does not fulfil `Complete`: contains 1 of 2 texts, not 'b'",
                hint="Correct the check or the reference answer.",
            ),
        ),
    ]


def test_reference_answer_that_cannot_be_decided_is_reported():
    asked = question(criterion({"regex": "(a+)+$"}), reference_answer="a" * 5000 + "b")

    ((_place, problem),) = CATALOGUE.judge_reference(asked)

    assert problem.text == (
        "`Right` cannot be decided on the reference answer: "
        "'(a+)+$' took longer than 1 s on this answer"
    )


def test_question_without_a_reference_answer_has_no_problem():
    assert CATALOGUE.judge_reference(question(criterion({"number": 7}))) == []


class Shout(Arguments):
    """How loud it has to be."""

    value: int


def shout(text: str, arguments: Shout) -> Finding:
    """Count the exclamation marks."""
    return Finding(unit=float(text.count("!") >= arguments.value), reason="loud")


def test_new_check_and_combinator_need_nothing_but_themselves():
    check = Check(
        name="shout",
        arguments=Shout,
        decide=shout,
        illustration=Illustration(arguments=2, fulfilled="No!!", missed="No."),
    )
    every = Combinator(
        name="every",
        describe=lambda nested: {"type": "array", "items": nested},
        split=lambda listed: Split(
            checks=tuple(((at,), check, 1.0) for at, check in enumerate(cast("Any", listed))),
            options={},
        ),
        decide=lambda parts, _options, material: Finding(
            unit=min(cast("Finding", part.decide(material)).unit for part in parts),
            reason="every",
        ),
    )
    catalogue = Catalogue(checks={**INVENTORY, check.name: check}, combinators={"every": every})
    value = {"every": [{"shout": 2}, {"contains": "N"}]}

    assert catalogue.find_problems(value) == []
    assert catalogue.decide(value, "No!!") == Finding(unit=1.0, reason="every")
    assert catalogue.decide(value, "No!") == Finding(unit=0.0, reason="every")
    assert catalogue.find_problems({"every": [{"shout": "2"}]})[0].path == ("every", 0, "shout")
    assert jsonschema.Draft202012Validator(catalogue.describe()).is_valid(value)


def test_finding_out_nothing_is_undecided():
    def give_up(_text: str, _arguments: Shout) -> Finding:
        raise TimeoutError("it took too long")

    check = Check(
        name="slow",
        arguments=Shout,
        decide=give_up,
        illustration=Illustration(arguments=1, fulfilled="", missed=""),
    )

    assert Catalogue(checks={check.name: check}).decide({"slow": 1}, "x") == Undecided(
        reason="it took too long"
    )


def test_ten_thousand_checks_are_validated_quickly():
    values = [{"contains": f"text {number}"} for number in range(10_000)]
    started = time.perf_counter()

    problems = [problem for value in values for problem in CATALOGUE.find_problems(value)]

    assert problems == []
    # 3 s would be 300 us each; measured are 3.
    assert time.perf_counter() - started < 3

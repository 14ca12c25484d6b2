"""Checks over other checks: what they make of parts that are met, missed, or not found out."""

from dataclasses import replace

import pytest

from pytest_modelbench.sandbox import Execution, Observed
from pytest_modelbench.scoring import CATALOGUE, Finding, Undecided, score_answer
from pytest_modelbench.scoring.catalogue import Catalogue
from pytest_modelbench.scoring.checks import Arguments, Check, CodeCheck
from pytest_modelbench.scoring.checks.base import Illustration
from tests.unit.scoring.test_score import FIVE, answer, criterion, question

NO_ILLUSTRATION = Illustration(arguments={}, fulfilled="", missed="")
YES = {"contains": "a"}
NO = {"contains": "z"}
HALF = {"contains_all": ["a", "z"]}
OPEN: dict[str, object] = {"puzzle": {}}


class Nothing(Arguments):
    """No arguments."""


def never_find_out(_text, _arguments):
    raise TimeoutError("too hard")


PUZZLE = Check(
    name="puzzle", arguments=Nothing, decide=never_find_out, illustration=NO_ILLUSTRATION
)
WITH_PUZZLE = Catalogue(checks={**CATALOGUE.checks, "puzzle": PUZZLE})

DECIDED = [
    ({"not": HALF}, 0.5),
    ({"not": {"not": HALF}}, 0.5),
    ({"not": {"all": [YES, NO]}}, 0.5),
    ({"all": [YES, HALF, NO]}, 0.5),
    ({"all": [{**YES, "weight": 3}, NO]}, 0.75),
    ({"all": [{**YES, "weight": 0.1}, {**NO, "weight": 0.3}]}, 0.25),
    ({"all": [{**YES, "weight": 1_000_000}, {**NO, "weight": 1e-300}]}, 1),
    ({"all": {"of": [YES, HALF], "graded": False}}, 0),
    ({"all": {"of": [OPEN, NO], "graded": False}}, 0),
    ({"any": [NO, HALF]}, 0.5),
    ({"any": [OPEN, YES]}, 1),
    ({"any": [YES, OPEN]}, 1),
    ({"not": {"any": [OPEN, YES]}}, 0),
    ({"not": {"all": {"of": [OPEN, NO], "graded": False}}}, 1),
    ({"at_least": {"n": 1, "of": [OPEN, YES]}}, 1),
    ({"at_least": {"n": 2, "of": [HALF, NO, YES]}}, 0.75),
    ({"at_least": {"n": 2, "graded": False, "of": [HALF, NO, YES]}}, 0),
    ({"at_least": {"n": 2, "graded": False, "of": [OPEN, NO, NO]}}, 0),
    ({"loosely": {"any": [OPEN, YES]}}, 1),
    ({"loosely": {"not": {"contains": "Sure"}}}, 1),
    ({"not": {"loosely": {"contains": "Sure"}}}, 0),
    ({"loosely": {"equals": "a b"}}, 1),
]


@pytest.mark.parametrize(("check", "unit"), DECIDED)
def test_what_cannot_change_the_finding_may_stay_open(check, unit):
    finding = WITH_PUZZLE.decide(check, "Sure!\r\n**a b**\r\n")

    assert list(WITH_PUZZLE.find_problems(check)) == []
    assert isinstance(finding, Finding)
    assert finding.unit == pytest.approx(unit)


@pytest.mark.parametrize(
    "check",
    [
        OPEN,
        {"not": OPEN},
        {"all": [YES, OPEN]},
        {"all": [NO, OPEN]},
        {"all": {"of": [YES, OPEN], "graded": False}},
        {"any": [NO, OPEN]},
        {"any": [HALF, OPEN]},
        {"at_least": {"n": 2, "of": [YES, OPEN]}},
        {"at_least": {"n": 2, "of": [NO, NO, OPEN]}},
        {"at_least": {"n": 1, "graded": False, "of": [NO, OPEN]}},
        {"loosely": OPEN},
        {"part": {"of": "first_line", "check": OPEN}},
    ],
)
def test_what_could_still_change_is_not_found_out(check):
    assert WITH_PUZZLE.decide(check, "a") == Undecided(reason="too hard")


@pytest.mark.parametrize("weight", [0, -1, True, "3", float("inf"), float("nan"), 1_000_001])
def test_a_weight_is_a_number_in_bounds(weight):
    (problem,) = CATALOGUE.find_problems({"all": [{**YES, "weight": weight}]})

    assert problem.text == "`all` needs a `weight` above 0, at most 1000000"
    assert problem.path == ("all", 0)


@pytest.mark.parametrize(
    ("given", "text", "path"),
    [
        ([], "`at_least` needs a list of checks, got []", ()),
        ({"of": [YES]}, "`at_least` needs `n`, how many of the checks have to be fulfilled", ()),
        (
            {"of": [YES], "n": 2},
            "`at_least` needs `n` from 1 to 1, the number of checks, got 2",
            (),
        ),
        (
            {"of": [YES], "n": 1, "grade": True},
            "`at_least` has no option 'grade'; it has `of`, `n`, `graded`",
            ("grade",),
        ),
        (
            {"of": [YES], "n": 1, "graded": 1},
            "`at_least` needs true or false for `graded`, got 1",
            ("graded",),
        ),
        ({"of": [YES], "n": True}, "`at_least` needs a whole number for `n`, got True", ("n",)),
    ],
)
def test_wrong_options_are_told(given, text, path):
    problem = next(iter(CATALOGUE.find_problems({"at_least": given})))

    assert (problem.text, problem.path) == (text, ("at_least", *path))


class CountingSandbox:
    def __init__(self):
        self.sources = []

    def observe(self, execution):
        self.sources.append(execution.source)
        return Observed(tier="none", observations=())


def plan_all(text, _arguments):
    return Execution(language="python", source=text, steps=())


def decide_good(_observed, _arguments):
    return Finding(unit=1.0, reason="it ran")


RAN = CodeCheck(
    name="ran",
    arguments=Nothing,
    plan=plan_all,
    decide=decide_good,
    illustration=NO_ILLUSTRATION,
)
WITH_CODE = Catalogue(checks={**CATALOGUE.checks, "ran": RAN})


def score(check):

    asked = replace(question(criterion(check, 1.0, "Runs")), reference_answer="good")
    given = answer("bad")
    given = replace(given, raw=replace(given.raw, answer_tokens=300))
    sandbox = CountingSandbox()
    return score_answer(asked, given, FIVE, catalogue=WITH_CODE, sandbox=sandbox), sandbox.sources


def test_a_reference_answer_that_fails_leaves_code_undecided():
    scored, sources = score({"all": [{"ran": {}}, {"contains": "x"}]})

    assert sources == ["bad", "good"]
    assert scored.reason.endswith(
        "the reference answer does not fulfil this check: 1 of 2 fulfilled: "
        "expected 'x' in the answer, got 'good'"
    )


def test_what_the_answer_took_is_not_held_against_the_reference_answer():
    scored, sources = score({"all": [{"ran": {}}, {"max_tokens_used": 200}]})

    assert sources == ["bad"]
    assert scored.unit == 0.5

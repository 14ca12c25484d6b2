"""What a check would have executed is known before anything is."""

from pytest_modelbench.scoring import CATALOGUE, Material

ANSWER = "First:\n```python\ndef f(): return 1\n```\nThen:\n```sql\nselect 1\n```\n"
CALL = {"python": {"call": "f()", "equals": 1}}


def plan(check):
    return [
        (execution.language, execution.source.strip())
        for execution in CATALOGUE.plan(check, Material(text=ANSWER))
    ]


def test_a_check_of_the_text_executes_nothing():
    assert plan({"contains": "f"}) == []


def test_a_check_below_others_is_planned():
    check = {"all": [{"contains": "f"}, {"not": CALL}, {"sql": {"rows": [[1]]}}]}

    assert plan(check) == [("python", "def f(): return 1"), ("sql", "select 1")]


def test_a_check_of_a_part_is_planned_on_that_part():
    check = {"part": {"of": "line", "number": 3, "check": {"python": {"call": "f()", "equals": 1}}}}

    assert plan(check) == [("python", "def f(): return 1")]


def test_an_answer_without_code_has_nothing_executed():
    assert list(CATALOGUE.plan(CALL, Material(text="I cannot."))) == []

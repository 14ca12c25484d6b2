"""Sets, lists, mappings and several choices: what each check decides, and what it says."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


SETS = [
    (["red", "green"], "**Answer:** red, green", 1),
    (["red", "green"], "Colours:\nred\ngreen", 1),
    (["red", "green"], "**Here they are:**\r\nred\r\ngreen\r\n", 1),
    (["red", "green"], "The set is {red, green}.", 1),
    (["red", "green"], "$\\{red, green\\}$", 1),
    (["red"], "Colour:\nred", 1),
    (["red", "green"], "red, green", 1),
    (["red", "green"], "green and red", 1),
    (["red", "green"], "The colours are green and red.", 1),
    (["red", "green"], "- green\r\n- **red**\r\n", 1),
    (["red", "green"], "Here they are:\n\n1. red\n2) green\n\nThat is all.", 1),
    (["red", "green"], '["green", "red"]', 1),
    (["red", "green"], '```json\n["green", "red"]\n```', 1),
    (["1", "2"], "[2, 1]", 1),
    (["red", "green"], "red\ngreen", 1),
    (["red", "green"], "{red; green}", 1),
    (["red", "green"], "`red`, 'green'.", 1),
    (["red", "green"], "Red, green", 0.5),
    ({"values": ["red", "green"], "ignore_case": True}, "RED, Green", 1),
    (["red", "green", "blue"], "red, green", pytest.approx(0.8)),
    (["red", "green"], "red, green, blue", pytest.approx(0.8)),
    ({"values": ["red", "green"], "extra": True}, "red, green, blue", 1),
    ({"values": ["red", "green"], "extra": True}, "red, blue", 0.5),
    ({"values": ["red", "green"], "graded": False}, "red", 0),
    ({"values": ["a b", "c"], "separator": "|"}, "c | a b", 1),
    (["red", "red"], "red, red", 1),
    (["red"], "red, red", pytest.approx(2 / 3)),
    (["th\u00e9", "\u05ea\u05d4"], "\u05ea\u05d4, th\u00e9", 1),
    (["red"], "", 0),
    (["red"], "[" * 3000, 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), SETS)
def test_set(arguments, answer, unit):
    finding = decide({"set": arguments}, answer)

    assert finding.unit == unit, finding.reason


LISTS = [
    (["a", "b", "c"], "a, b, c", 1),
    (["a", "b", "c"], "1. a\n2. b\n3. c", 1),
    (["a", "b", "c"], "a\nb\nc", 1),
    (["a", "b", "c"], "The order is: a, b, and c.", 1),
    (["a", "b", "c"], "c, b, a", pytest.approx(1 / 3)),
    (["a", "b", "c"], "b, c", pytest.approx(0.8)),
    (["a", "b"], "a, x, b", pytest.approx(0.8)),
    ({"values": ["a", "b"], "extra": True}, "a, x, b", 1),
    ({"values": ["a", "b"], "extra": True}, "b, x, a", 0.5),
    ({"values": ["a", "b"], "graded": False}, "b, a", 0),
    ({"values": ["A", "B"], "ignore_case": True}, "a, b", 1),
    ({"values": ["a", "b"], "separator": " > "}, "a > b", 1),
    (["a", "b"], "* a\n* b\n", 1),
    (["a"], "", 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), LISTS)
def test_list(arguments, answer, unit):
    finding = decide({"list": arguments}, answer)

    assert finding.unit == unit, finding.reason


ADA = {"values": {"Name": "Ada", "Born": "1815"}}
MAPPINGS = [
    (ADA, '{"Name": "Ada", "Born": 1815}', 1),
    (ADA, '```json\n{"Name": "Ada", "Born": "1816"}\n```', 0.5),
    (ADA, '{"Name": {"Name": "Ada"}, "Born": ["1815"]}', 0),
    (ADA, "1. Name: Ada\n2) Born: 1815", 1),
    (ADA, "Name: Ada\nBorn: 1815", 1),
    (ADA, "born: 1815\r\nname: Ada\r\n", 1),
    (ADA, "- **Name:** Ada\n- **Born**: 1815.", 1),
    (ADA, "Name = Ada\nBorn = 1815", 1),
    (ADA, "| Name | Ada |\n|---|---|\n| Born | 1815 |", 1),
    (ADA, "Here:\nName: Ada\nBorn: 1816", 0.5),
    (ADA, "Name: ada\nBorn: 1815", 0.5),
    ({**ADA, "ignore_case": True}, "Name: ada\nBorn: 1815", 1),
    ({**ADA, "graded": False}, "Name: Ada", 0),
    (ADA, "Name: Bob\nName: Ada\nBorn: 1815", 1),
    (ADA, "Ada was born in 1815", 0),
    (ADA, "", 0),
    (ADA, f"{' ' * 5000}:", 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), MAPPINGS)
def test_mapping(arguments, answer, unit):
    finding = decide({"mapping": arguments}, answer)

    assert finding.unit == unit, finding.reason


CHOICES = [
    (["A", "C"], "A, C", 1),
    (["A", "C"], "c and a", 1),
    (["A", "C"], "(A), (C)", 1),
    (["A", "C"], "The correct answers are **A** and **C**.", 1),
    (["A", "C"], "Answer: A, C\nBecause B is wrong.", 1),
    (["A", "C"], "B is wrong, D too.\nA & C", 1),
    (["A", "C"], "\\boxed{A, C}", 1),
    (["A", "C"], "- A\n- C", 1),
    (["A", "C"], "A\r\nC\r\n", 1),
    (["A", "C"], "A) Lyon\nC) Rome", 1),
    (["A", "C"], "The correct answers are:\n- **A)** Lyon\n- **C)** Rome\n\nB is wrong.", 1),
    (["A", "C"], "Correct answers: A) Lyon and C) Rome", 1),
    (["A", "C"], "The answers are A (Lyon) and C (Rome).", 1),
    (["A", "C"], "The answers are A and C. B is wrong.", 1),
    (["A", "C"], "Answer: both A and C", 1),
    (["B", "C"], "A) too small\nB) fits\nC) fits\n\nB, C", 1),
    (["A", "C"], "A and B", pytest.approx(1 / 3)),
    (["A", "C"], "A", 0.5),
    (["A", "C"], "none of them", 0),
    (["A", "C"], "", 0),
    ({"values": ["A", "C"], "graded": False}, "A", 0),
    ({"values": ["A"], "options": "AB"}, "A, Z", 1),
    (["B"], "Answers: B", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), CHOICES)
def test_choices(arguments, answer, unit):
    finding = decide({"choices": arguments}, answer)

    assert finding.unit == unit, finding.reason


COLOURS = {"A": "red", "B": "dark red", "C": "blue"}


@pytest.mark.parametrize(
    ("value", "answer", "unit"),
    [
        ("B", "B", 1),
        ("B", "It is Dark\nred.", 1),
        ("A", "It is dark red.", 0),
        ("A", "It is red.", 1),
        ("A", "red or blue", 0),
        ("C", "bluebell", 0),
        ("C", "The answer is A: red", 0),
        ("C", "It is not blue.", 0),
        ("C", "It isn't red but blue.", 1),
    ],
)
def test_choice_may_be_made_by_its_text(value, answer, unit):
    finding = decide({"choice": {"value": value, "texts": COLOURS}}, answer)

    assert finding.unit == unit, finding.reason


REASONS = [
    ({"set": ["a", "b"]}, "b, a", "has all 2 members"),
    ({"set": ["a", "b"]}, "a", "expected 'a', 'b', got 'a'"),
    ({"set": ["a"]}, "", "expected 'a', got nothing"),
    (
        {"set": list("abcdefg")},
        "x",
        "expected 'a', 'b', 'c', 'd', 'e' and 2 more, got 'x'",
    ),
    ({"list": ["a", "b"]}, "b, a", "expected 'a', 'b' in this order, got 'b', 'a'"),
    ({"mapping": ADA}, "Name: Ada\nBorn: 1815", "all 2 values are right"),
    (
        {"mapping": ADA},
        "Name: Bob",
        "0 of 2 values are right: 'Name' is 'Bob', not 'Ada'; 'Born' is missing",
    ),
    ({"choices": ["A", "C"]}, "C, A", "chooses A, C"),
    ({"choices": ["A", "C"]}, "A, B", "expected choices A, C, got A, B"),
    ({"choices": ["A"]}, "no", "expected choices A, got no choice in 'no'"),
    ({"choice": {"value": "A", "texts": COLOURS}}, "It is blue.", "expected choice A, got C"),
]


@pytest.mark.parametrize(("check", "answer", "reason"), REASONS)
def test_reason_says_expected_and_got(check, answer, reason):
    assert decide(check, answer).reason == reason


PROBLEMS = [
    ({"set": "a"}, "`set` must be a list, got 'a'"),
    ({"set": [1]}, "`set.0` must be text, got 1"),
    ({"list": []}, "`list` must have at least 1 item, got []"),
    ({"mapping": {"values": {"a": 1}}}, "`mapping.values.a` must be text, got 1"),
    ({"choices": "A"}, "`choices` must be a list, got 'A'"),
    ({"choices": ["AB"]}, "`choices.0` must match pattern '^[A-Za-z]$', got 'AB'"),
    (
        {"choice": {"value": "B", "texts": {"A": "red"}}},
        "`choice` must have a text for B in `texts`",
    ),
]


@pytest.mark.parametrize(("check", "text"), PROBLEMS)
def test_wrong_arguments_are_told(check, text):
    assert [problem.text for problem in CATALOGUE.find_problems(check)] == [text]

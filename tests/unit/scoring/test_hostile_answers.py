"""Answers are untrusted: nothing in them may crash, hang or blow up a check."""

import time

import pytest

from pytest_modelbench.domain import Message, RawAnswer
from pytest_modelbench.scoring import CATALOGUE, Finding, Undecided, clean_answer
from pytest_modelbench.scoring.checks import CHECKS

MILLION = 1_000_000
HOSTILE = {
    "words": "word " * (MILLION // 5),
    "letters": "a" * MILLION,
    "dashes": "-" * MILLION,
    "digits": "1" * MILLION,
    "commas": "1,234," * (MILLION // 6),
    "brackets": "[" * MILLION,
    "braces": '{"a":' * (MILLION // 5),
    "parentheses": "(" * MILLION,
    "quotes": '["' * (MILLION // 2),
    "fences": "```\n" * (MILLION // 4),
    "backticks": "`" * MILLION,
    "lines": "\n" * MILLION,
    "spaces": " " * MILLION,
    "tags": "<tool_call>" * (MILLION // 11),
    "functions": "<function=a>" * (MILLION // 12),
    "anchors": "Answer: " * (MILLION // 8),
    "boxes": "\\boxed{" * (MILLION // 7),
    "special": "<|im_start|>" * (MILLION // 12),
    "turns": "<|im_start|>user\n" * (MILLION // 17),
    "thinks": "<think>" * (MILLION // 7),
    "closed thinks": "<think></think>" * (MILLION // 15),
    "ends": "</s>" * (MILLION // 4),
    "stars": "**A" * (MILLION // 3),
    "stops": ". " * (MILLION // 2),
    "surrogates": "\ud800" * 1000,
    "controls": "".join(map(chr, range(32))) * 100 + "\x7f\x9b\x1b[2J",
    "right to left": "\u202e\u2066שלום عليكم" * 1000,
    "nested": "[" * 5000 + "]" * 5000,
    "nested objects": '{"a":' * 500 + "1" + "}" * 500,
    "calls": "f(" * 2000 + ")" * 2000,
    "minus": "-" * 15_000 + "f(1)",
    "null": "f(\x00)",
    "escapes": "f('\\d')",
    "empty": "",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_check_is_quick_on_hostile_answers(name):
    slow = []
    for check in CHECKS:
        started = time.perf_counter()

        finding = CATALOGUE.decide({check.name: check.illustration.arguments}, HOSTILE[name])

        seconds = time.perf_counter() - started
        if seconds > 2:
            slow.append((check.name, seconds))
        assert isinstance(finding, Finding | Undecided)
        assert len(finding.reason) < 1000
        assert finding.reason.isprintable()
    assert slow == []


@pytest.mark.parametrize("name", HOSTILE)
def test_cleaning_is_quick_on_hostile_answers(name):
    raw = RawAnswer(key="k", text=HOSTILE[name], stop_reason="end", answer_tokens=9)
    messages = (Message(author="user", content="What is the capital of France, please?"),)
    started = time.perf_counter()

    answer = clean_answer(raw, messages, 100)

    assert time.perf_counter() - started < 3
    assert answer.raw.text == HOSTILE[name]


@pytest.mark.parametrize(
    "check",
    [
        {"regex": "(a+)+$"},
        {"format_lines": ["(a+)+$"]},
        {"auto_score": "format_pattern:(a+)+$"},
        {"auto_score": "contains_pattern:(a|aa)+$"},
        {"not": {"regex": "(a+)+$"}},
    ],
)
def test_pattern_that_backtracks_for_ever_is_undecided(check):
    started = time.perf_counter()

    finding = CATALOGUE.decide(check, "a" * 5000 + "b")

    assert isinstance(finding, Undecided)
    assert finding.reason.endswith("took longer than 1 s on this answer")
    assert time.perf_counter() - started < 5


def test_json_nested_too_deeply_is_no_json():
    finding = CATALOGUE.decide({"json": "valid"}, HOSTILE["nested objects"])

    assert finding == Finding(unit=0.0, reason=finding.reason)
    assert finding.reason.startswith("expected JSON, got ")

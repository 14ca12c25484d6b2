"""Answers are untrusted: nothing in them may crash, hang or blow up a check."""

import time

import pytest

from pytest_modelbench.domain import Message, RawAnswer
from pytest_modelbench.scoring import CATALOGUE, Finding, Undecided, clean_answer
from pytest_modelbench.scoring.inventory import INVENTORY

# Enough for anything quadratic to take seconds.
SIZE = 300_000
MEGABYTE = 1_000_000
HOSTILE = {
    "words": "word " * (SIZE // 5),
    "letters": "a" * SIZE,
    "dashes": "-" * SIZE,
    "digits": "1" * SIZE,
    "commas": "1,234," * (SIZE // 6),
    "brackets": "[" * SIZE,
    "braces": '{"a":' * (SIZE // 5),
    "parentheses": "(" * SIZE,
    "quotes": '["' * (SIZE // 2),
    "fences": "```\n" * (SIZE // 4),
    "backticks": "`" * SIZE,
    "lines": "\n" * SIZE,
    "spaces": " " * SIZE,
    "tags": "<tool_call>" * (SIZE // 11),
    "functions": "<function=a>" * (SIZE // 12),
    "anchors": "Answer: " * (SIZE // 8),
    "boxes": "\\boxed{" * (SIZE // 7),
    "special": "<|im_start|>" * (SIZE // 12),
    "turns": "<|im_start|>user\n" * (SIZE // 17),
    "thinks": "<think>" * (SIZE // 7),
    "closed thinks": "<think></think>" * (SIZE // 15),
    "ends": "</s>" * (SIZE // 4),
    "stars": "**A" * (SIZE // 3),
    "stops": ". " * (SIZE // 2),
    "surrogates": "\ud800" * 1000,
    "controls": "".join(map(chr, range(32))) * 100 + "\x7f\x9b\x1b[2J",
    "right to left": "\u202e\u2066\u05e9\u05dc\u05d5\u05dd \u0639\u0644\u064a\u0643\u0645" * 1000,
    "nested": "[" * 5000 + "]" * 5000,
    "nested objects": '{"a":' * 500 + "1" + "}" * 500,
    "calls": "f(" * 2000 + ")" * 2000,
    "minus": "-" * 15_000 + "f(1)",
    "null": "f(\x00)",
    "escapes": "f('\\d')",
    "empty": "",
}


@pytest.fixture(scope="module", autouse=True)
def warm():
    """Load what is loaded for the first decision: processes and libraries."""
    for check in INVENTORY.values():
        CATALOGUE.decide({check.name: check.illustration.arguments}, "1 m")


@pytest.mark.parametrize("name", HOSTILE)
def test_every_check_is_quick_on_hostile_answers(name):
    slow = []
    for check in INVENTORY.values():
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


@pytest.mark.parametrize("check", INVENTORY.values(), ids=lambda check: check.name)
def test_every_check_is_quick_on_a_megabyte(check):
    text = "The answer is 42, or so (B) they say: {x} [1].\n" * (MEGABYTE // 47)
    started = time.perf_counter()

    CATALOGUE.decide({check.name: check.illustration.arguments}, text)

    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "check",
    [
        {"regex": "(a+)+$"},
        {"format_lines": ["(a|aa)+$"]},
        {"auto_score": "format_pattern:(a|aa)+$"},
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

"""Writes projects whose model is a file of recorded answers: nothing but pytest is measured."""

import json
from pathlib import Path

__all__ = ["BARE_TESTS", "answer_to", "write_answers", "write_project"]

BARE_TESTS = """\
import json
from pathlib import Path

import pytest

LINES = Path(__file__).with_name("player.jsonl").read_text("utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(case["text"], case["text"]) for case in CASES],
    ids=[case["question"] for case in CASES],
)
def test_answer(answer, expected):
    assert answer == expected
"""


def answer_to(number: int) -> str:
    """Return the right answer to a question."""
    return str(2 * number + 1)


def write_project(folder: Path, *, questions: int, latency_s: float = 0.0, slots: int = 4) -> None:
    """Write a project with one suite, one recorded model that is always right, and one role."""
    (folder / "suites").mkdir(parents=True)
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (folder / "modelbench.yaml").write_text(
        "models:\n"
        f"  player: {{recorded: player.jsonl, slots: {slots}, latency_s: {latency_s}}}\n"
        "roles:\n"
        "  adder:\n"
        "    incumbent: player\n"
        "    suites: [sums]\n"
        "    thresholds:\n"
        '      - {tier: 1, mean: ">= 0.5"}\n',
        "utf-8",
    )
    lines = ["version: 1", "suite: sums", "scale: {min: 0, max: 1}", "judge: none", "questions:"]
    for number in range(questions):
        lines += [
            f"  q{number:05}:",
            f"    tier: {number % 3 + 1}",
            "    tags: [sum]",
            f'    prompt: "What is {number} + {number + 1}? Reply with the number alone."',
            f'    check: {{equals: "{answer_to(number)}"}}',
        ]
    (folder / "suites" / "sums.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    write_answers(folder, questions=questions)
    (folder / "test_bare.py").write_text(BARE_TESTS, "utf-8")


def write_answers(folder: Path, *, questions: int, wrong_every: int = 0) -> None:
    """Write what the model says; each `wrong_every`-th answer is wrong, none if it is 0."""
    with (folder / "player.jsonl").open("w", encoding="utf-8") as file:
        for number in range(questions):
            wrong = wrong_every and number % wrong_every == 0
            text = "no idea" if wrong else answer_to(number)
            line = {"suite": "sums", "question": f"q{number:05}", "text": text}
            file.write(json.dumps(line) + "\n")

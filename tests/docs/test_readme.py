"""The README's two commands stand where CI looks for them, and say what is shown."""

import re

from tests.docs.pages import ROOT, read_steps

README = ROOT / "README.md"
MAIN_JOB = "pytest --model coder_primary --suite demo"


def test_the_two_commands_are_those_that_ci_runs():
    text = README.read_text("utf-8")

    found = re.findall(r"<!-- set-up -->(.*?)<!-- end -->", text, re.DOTALL)
    commands = re.findall(r"^\$ (.+)$", "".join(found), re.MULTILINE)

    assert len(found) == 1
    assert commands == [
        f"python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/{MAIN_JOB}",
        ".venv/bin/pip install nox && .venv/bin/nox",
    ]


def test_the_picture_shows_the_main_job():
    first = next(step for step in read_steps(README) if step.kind == "run")

    assert first.body[0] == f"$ {MAIN_JOB}"
    assert any("1 passed" in line or "61 passed" in line for line in first.body)


def test_a_lost_role_is_shown_red():
    shown = "\n".join("\n".join(step.body) for step in read_steps(README) if step.kind == "run")

    assert "$ pytest --model coder_escalation@moe1 --role coder_escalation\n" in shown
    assert "coder_escalation@moe1 demoted" in shown
    assert re.search(r"\d+ failed", shown)

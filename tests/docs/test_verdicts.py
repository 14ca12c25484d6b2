"""The pages that explain the words of a report know all of them."""

from typing import get_args

import pytest

from pytest_modelbench.domain import Outcome
from pytest_modelbench.domain.run import RoleVerdict, Verdict
from pytest_modelbench.gating.evidence import MissingKind
from tests.docs.pages import DOCS

GLOSSARY = (DOCS / "glossary.md").read_text("utf-8")
MESSAGES = (DOCS / "messages.md").read_text("utf-8")
WORDS = sorted({word.value for word in (*Verdict, *RoleVerdict)})


@pytest.mark.parametrize("word", WORDS)
def test_every_verdict_is_a_heading_of_the_glossary(word):
    assert f"\n### {word}\n" in GLOSSARY


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_in_the_glossary(outcome):
    assert f"`{outcome}`" in GLOSSARY


@pytest.mark.parametrize("word", WORDS)
def test_every_verdict_is_among_the_messages(word):
    assert word in MESSAGES


@pytest.mark.parametrize("kind", get_args(MissingKind))
def test_every_way_to_be_missing_is_among_the_messages(kind):
    assert f"| `{kind}` |" in MESSAGES

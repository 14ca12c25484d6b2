"""The reference of the checks is complete, and every block in it is run."""

import re
from pathlib import Path

import pytest
import yaml

from pytest_modelbench.scoring import CATALOGUE, COMBINATORS, Finding
from pytest_modelbench.scoring.checks import CHECKS

PAGES = sorted((Path(__file__).parents[3] / "docs" / "reference").glob("checks*.md"))
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)
BLOCKS = [
    block
    for source in re.findall(r"```yaml\n(check:.*?)\n```\n", TEXT, re.DOTALL)
    for block in [yaml.safe_load(source)]
]
USES = [
    (block["check"], use["answer"], use["score"]) for block in BLOCKS for use in block["answers"]
]
NAMES = [*(check.name for check in CHECKS), *(combinator.name for combinator in COMBINATORS)]


@pytest.mark.parametrize(("check", "answer", "score"), USES)
def test_block_of_the_reference_scores_as_it_says(check, answer, score):
    assert list(CATALOGUE.find_problems(check)) == []

    finding = CATALOGUE.decide(check, answer)

    assert isinstance(finding, Finding)
    assert finding.unit == score, finding.reason


@pytest.mark.parametrize("name", NAMES)
def test_every_check_has_a_heading_and_a_block(name):
    assert f"\n## `{name}`\n" in TEXT
    assert any(name in block["check"] for block in BLOCKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_illustration_of_every_check_runs(check):
    value = {check.name: check.illustration.arguments}

    good = CATALOGUE.decide(value, check.illustration.fulfilled)
    bad = CATALOGUE.decide(value, check.illustration.missed)

    assert list(CATALOGUE.find_problems(value)) == []
    assert isinstance(good, Finding)
    assert isinstance(bad, Finding)
    assert good.unit == 1
    assert bad.unit < 1

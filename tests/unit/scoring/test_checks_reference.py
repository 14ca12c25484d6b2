"""The reference of the checks is complete, and every block in it is run."""

import os
import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from pytest_modelbench.sandbox import SandboxPool, open_tier
from pytest_modelbench.scoring import CATALOGUE, COMBINATORS, Finding, Material
from pytest_modelbench.scoring.inventory import FAMILIES, INVENTORY

PACKAGE = Path(__file__).parents[3] / "pytest_modelbench" / "scoring"
PAGES = sorted((Path(__file__).parents[3] / "docs" / "reference").glob("checks*.md"))
TEXT = "\n".join(page.read_text("utf-8") for page in PAGES)
BLOCKS = [
    block
    for source in re.findall(r"```yaml\n(check:.*?)\n```\n", TEXT, re.DOTALL)
    for block in [yaml.safe_load(source)]
]
USES = [(block["check"], use) for block in BLOCKS for use in block["answers"]]
NAMES = [*INVENTORY, *COMBINATORS]


@pytest.fixture(scope="module")
def sandbox():
    pool = SandboxPool(lambda: open_tier("auto", os.environ), slots=1)
    yield pool
    pool.close()


def material(use, sandbox):
    known = {name: use[name] for name in ("prompt", "answer_tokens", "seconds") if name in use}
    return Material(text=use["answer"], sandbox=sandbox, **known)


@pytest.mark.parametrize(("check", "use"), USES)
def test_block_of_the_reference_scores_as_it_says(check, use, sandbox):
    assert list(CATALOGUE.find_problems(check)) == []

    finding = CATALOGUE.decide(check, material(use, sandbox))

    assert isinstance(finding, Finding), finding
    assert finding.unit == pytest.approx(use["score"], abs=0.005), finding.reason


@pytest.mark.parametrize("name", NAMES)
def test_every_check_has_a_heading_and_a_block(name):
    assert f"\n## `{name}`\n" in TEXT
    assert any(name in block["check"] for block in BLOCKS)


@pytest.mark.parametrize("check", INVENTORY.values(), ids=lambda check: check.name)
def test_illustration_of_every_check_runs(check, sandbox):
    value = {check.name: check.illustration.arguments}
    shown = (check.illustration.fulfilled, check.illustration.missed)
    good, bad = (
        replace(entry, sandbox=sandbox)
        if isinstance(entry, Material)
        else Material(text=entry, prompt=check.illustration.prompt, sandbox=sandbox)
        for entry in shown
    )

    assert list(CATALOGUE.find_problems(value)) == []
    fulfilled, missed = CATALOGUE.decide(value, good), CATALOGUE.decide(value, bad)

    assert isinstance(fulfilled, Finding)
    assert isinstance(missed, Finding)
    assert fulfilled.unit == 1, fulfilled.reason
    assert missed.unit < 1, missed.reason


def test_the_inventory_names_what_each_family_has():
    named = {place: tuple(names.split()) for place, names in FAMILIES.items()}

    assert named == {place: _names_in(place) for place in FAMILIES}


def test_no_family_is_left_out():
    there = {
        f"{path.parent.name}.{path.stem}"
        for folder in ("checks", "families")
        for path in (PACKAGE / folder).glob("*.py")
        if re.search(r"^[A-Z_]+_CHECKS\b.*= \($", path.read_text("utf-8"), re.MULTILINE)
    }

    assert there == {place.partition(":")[0] for place in FAMILIES}


def _names_in(place):
    module, _, family = place.partition(":")
    checks = getattr(import_module(f"pytest_modelbench.scoring.{module}"), family)
    return tuple(check.name for check in checks)

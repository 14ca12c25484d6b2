"""The list of checks: every example in it can be copied into a suite, and does what it shows."""

import pytest
import yaml

from pytest_modelbench.errors import SettingsError
from pytest_modelbench.scoring import CATALOGUE, Catalogue, Finding
from pytest_modelbench.scoring.listing import (
    COMBINATOR_USES,
    describe_check,
    find_use,
    list_checks,
)
from pytest_modelbench.scoring.plugins import open_catalogue

NAMES = [*CATALOGUE.checks, *CATALOGUE.combinators]
LIST = list_checks(CATALOGUE)


@pytest.mark.parametrize("name", NAMES)
def test_every_check_is_listed_with_an_example_that_can_be_copied(name):
    lines = LIST.split("\n")
    (at,) = [number for number, line in enumerate(lines) if line.startswith(f"  {name}: ")]

    written = yaml.safe_load(lines[at + 1])

    assert written == {"check": find_use(CATALOGUE, name)}
    assert list(CATALOGUE.find_problems(written["check"])) == []
    # The sentence of the list says more than the name.
    assert lines[at].removeprefix(f"  {name}: ").endswith(".")


@pytest.mark.parametrize("name", CATALOGUE.combinators)
def test_every_combinator_is_illustrated(name):
    _line, illustration = COMBINATOR_USES[name]

    good = CATALOGUE.decide({name: illustration.arguments}, illustration.fulfilled)
    bad = CATALOGUE.decide({name: illustration.arguments}, illustration.missed)

    assert isinstance(good, Finding)
    assert isinstance(bad, Finding)
    assert (good.unit, bad.unit < 1) == (1, True)


@pytest.mark.parametrize("name", NAMES)
def test_every_check_is_described(name):
    text = describe_check(CATALOGUE, name)

    assert text.startswith(f"{name}: ")
    assert "\n  fulfilled by " in text
    if name in CATALOGUE.checks:
        properties = CATALOGUE.checks[name].arguments.model_json_schema().get("properties", {})
        assert all(f"\n  {argument}: " in text for argument in properties)


def test_a_description_shows_arguments_defaults_and_illustration():
    assert describe_check(CATALOGUE, "contains_all") == (
        "contains_all: Look for several texts; the unit is the share that was found.\n"
        "\n"
        "  values: a list, needed (may be written alone)\n"
        "    What is looked for.\n"
        "  ignore_case: true or false, default false\n"
        "    Capital and small letters are the same.\n"
        "\n"
        "check: {contains_all: [push, pop]}\n"
        "  fulfilled by 'push, then pop'\n"
        "  missed by    'only push'\n"
    )


def test_checks_stand_in_families_sorted_by_name():
    sections = [section for section in LIST.split("\n\n") if section.startswith("  ")]

    for section in sections:
        names = [line[2:].partition(":")[0] for line in section.split("\n")[::2]]
        assert names == sorted(names)


def test_a_function_of_the_project_is_described(tmp_path):
    (tmp_path / "listed_checks.py").write_text(
        "def is_polite(text: str, *, words: list[str], at_least: int = 1) -> bool:\n"
        '    """Count polite words."""\n'
        "    return True\n",
        "utf-8",
    )

    text = describe_check(open_catalogue(tmp_path), "listed_checks:is_polite")

    assert text == (
        "listed_checks:is_polite: Count polite words.\n"
        "\n"
        "  words: a list, needed (may be written alone)\n"
        "  at_least: a whole number, default 1\n"
    )


def test_an_unknown_name_is_refused():
    with pytest.raises(SettingsError) as raised:
        describe_check(CATALOGUE, "contians")

    assert str(raised.value) == ("no check is called 'contians'\n  Hint: Did you mean `contains`?")


def test_a_catalogue_without_checks_can_be_listed():
    assert list_checks(Catalogue(checks={}, combinators={})).endswith(
        "modelbench checks NAME shows the arguments of one of them.\n"
    )

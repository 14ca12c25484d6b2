from pathlib import Path

import pytest

from pytest_modelbench.domain import ModelSpec, Project, Role
from pytest_modelbench.errors import SettingsError
from pytest_modelbench.session.options import OPTIONS, Settings
from pytest_modelbench.session.selection import select

SUITES = ("coder", "math")
MODELS = {
    spec.label: spec
    for spec in (
        ModelSpec(name="small"),
        ModelSpec(name="large"),
        ModelSpec(name="large", variant="moe2"),
    )
}
ROLES = {
    role.name: role
    for role in (
        Role(name="worker", incumbent="small", suites=("coder",), thresholds=()),
        Role(name="expert", incumbent="large", suites=("coder", "math"), thresholds=()),
    )
}
PROJECT = Project(root=Path("root"), path=Path("root/modelbench.yaml"), models=MODELS, roles=ROLES)


def choose(models=(), suites=(), roles=()):
    settings = Settings(
        config_path=PROJECT.path,
        models=models,
        suites=suites,
        roles=roles,
        tiers=(),
        trials=1,
        fresh=False,
        update=False,
        sandbox="auto",
        sources={option.noun: option.long_form for option in OPTIONS},
    )
    return select(settings, PROJECT, SUITES)


def standings(selection):
    return [(role.name, spec.label) for role, spec in selection.standings]


def test_a_model_is_judged_in_the_roles_it_is_meant_for():
    selection = choose(models=("small",))

    assert standings(selection) == [("worker", "small")]
    assert selection.suites == SUITES


def test_a_variant_stands_in_for_its_model():
    assert standings(choose(models=("large@moe2",))) == [("expert", "large@moe2")]


def test_all_takes_every_model_and_no_variant():
    selection = choose(models=("all",))

    assert [spec.label for spec in selection.models] == ["small", "large"]
    assert standings(selection) == [("worker", "small"), ("expert", "large")]


def test_all_and_a_variant_take_both():
    selection = choose(models=("all", "large@moe2"))

    assert [spec.label for spec in selection.models] == ["small", "large", "large@moe2"]


def test_a_role_that_is_named_judges_every_model_that_is_named():
    selection = choose(models=("small", "large"), roles=("worker",))

    assert standings(selection) == [("worker", "small"), ("worker", "large")]


def test_a_role_alone_takes_its_incumbent_and_its_suites():
    selection = choose(roles=("worker",))

    assert [spec.label for spec in selection.models] == ["small"]
    assert selection.suites == ("coder",)


def test_a_role_none_of_whose_suites_is_selected_is_not_judged():
    assert standings(choose(models=("all",), suites=("math",))) == [("expert", "large")]


def test_every_unknown_name_is_reported_at_once():
    with pytest.raises(SettingsError) as raised:
        choose(models=("smal",), suites=("codr",), roles=("boss",))

    assert str(raised.value) == (
        "--modelbench-role: there is no role `boss`\n"
        "  Hint: known roles: worker, expert.\n"
        "--modelbench-model: there is no model `smal`\n"
        "  Hint: did you mean `small`? known models: small, large, large@moe2.\n"
        "--modelbench-suite: there is no suite `codr`\n"
        "  Hint: did you mean `coder`? known suites: coder, math."
    )

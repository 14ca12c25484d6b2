from pytest_modelbench.domain import Relation, Role
from pytest_modelbench.domain.run import RoleRecord, RoleVerdict
from pytest_modelbench.gating.ladder import describe_ladders, find_ladders


def role(name, *beneath):
    above = tuple(Relation(role=other, by=0.3) for other in beneath)
    return Role(name=name, incumbent=name, suites=("coder",), thresholds=(), above=above)


def record(name, label, verdict):
    return RoleRecord(role=name, label=label, verdict=verdict, holds=True, readings=())


ROLES = {
    entry.name: entry
    for entry in (
        role("worker"),
        role("primary"),
        role("escalation", "primary"),
        role("architect", "escalation"),
    )
}


def test_a_ladder_runs_from_the_lowest_role_to_the_highest():
    assert find_ladders(ROLES) == (("primary", "escalation", "architect"),)


def test_a_role_above_two_others_tops_two_ladders():
    roles = {entry.name: entry for entry in (role("a"), role("b"), role("c", "a", "b"))}

    assert find_ladders(roles) == (("a", "c"), ("b", "c"))


def test_roles_without_relations_make_no_ladder():
    assert find_ladders({"worker": role("worker")}) == ()


def test_a_ladder_shows_who_stands_on_its_rungs():
    records = [
        record("primary", "small", RoleVerdict.HELD),
        record("escalation", "small", RoleVerdict.VACANT),
        record("escalation", "large", RoleVerdict.HELD),
        record("worker", "small", RoleVerdict.HELD),
    ]

    assert describe_ladders(ROLES, records) == (
        "ladder: primary (small held) < escalation (small vacant, large held)",
    )


def test_a_single_rung_is_no_ladder():
    assert describe_ladders(ROLES, [record("primary", "small", RoleVerdict.HELD)]) == ()

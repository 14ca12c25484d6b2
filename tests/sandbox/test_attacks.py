"""The attacks that have to be stopped everywhere, each proven to work where there is no sandbox."""

import pytest

from tests.sandbox.attacks_list import KNOWN, Attack, name_attack
from tests.sandbox.attacks_runs import attack_confined, attack_unconfined, describe

PROVEN = [attack for attack in KNOWN if attack.is_proven]


@pytest.mark.parametrize("attack", PROVEN, ids=name_attack)
def test_without_a_sandbox_the_attack_succeeds(house, attack: Attack):
    aftermath = attack_unconfined(attack, house)

    assert aftermath.begun
    assert attack.does in aftermath.damage, (describe(aftermath.damage), aftermath.text[-600:])


@pytest.mark.parametrize("attack", KNOWN, ids=name_attack)
def test_in_a_sandbox_the_attack_does_no_damage(lair, attack: Attack):
    known = attack.gets_through.get(lair.tier_name, frozenset())

    aftermath = attack_confined(attack, lair.house, lair.pool)

    assert aftermath.begun, aftermath.text
    assert set(aftermath.damage) == set(known), describe(aftermath.damage)

"""A house to break into, and every sandbox that this machine has to break out of."""

import os
from collections.abc import Iterator

import pytest

from pytest_modelbench.confined.plan import SPARE_UID
from pytest_modelbench.sandbox.tiers import report_tiers
from tests.sandbox.attacks_house import House
from tests.sandbox.attacks_lair import Lair

REFUSALS = {state.name: state.why for state in report_tiers(os.environ)}
HOLDING = tuple(name for name, why in REFUSALS.items() if not why)


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """Return what must not be touched, with a victim of a user of its own, where that can be."""
    house = House()
    # Nobody else's, since one of the attacks is on all processes of a user.
    house.settle(os.getuid() or SPARE_UID - 1 - os.getpid() % 10_000)
    yield house
    house.close()


@pytest.fixture(scope="module", params=HOLDING)
def lair(request: pytest.FixtureRequest) -> Iterator[Lair]:
    """Return each tier that holds on this machine, ready to be attacked."""
    with Lair.open(request.param) as lair:
        yield lair

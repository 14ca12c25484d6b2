"""A tier that is attacked, and what is around it."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pytest_modelbench.sandbox.base import Execution, Feed
from pytest_modelbench.sandbox.pool import SandboxPool
from pytest_modelbench.sandbox.tiers import open_tier
from tests.sandbox.attacks_house import House
from tests.sandbox.attacks_list import KNOWN
from tests.sandbox.attacks_runs import attack_confined


@dataclass(frozen=True, kw_only=True, slots=True)
class Lair:
    """What an attack on a tier needs.

    Attributes:
        house: What must not be touched.
        pool: Runs the attacks.
        tier_name: Of the tier that holds.
        scratch: Where it keeps its files.
    """

    house: House
    pool: SandboxPool
    tier_name: str
    scratch: Path

    @classmethod
    @contextmanager
    def open(cls, tier_name: str) -> "Iterator[Lair]":
        """Open a tier, or `auto`, in a process that has secrets, and close it again.

        The secrets lie where a careless sandbox would pass them on: in the environment, and behind
        a descriptor that children inherit.
        """
        house = House()
        opened = os.open(house.private, os.O_RDONLY)
        os.set_inheritable(opened, True)  # noqa: FBT003  as `os` has it
        scratch = Path(tempfile.mkdtemp(prefix="modelbench-lair-", dir="/tmp"))
        scratch.chmod(0o755)
        changed = {"MODELBENCH_KEY": house.secrets["environment"], "TMPDIR": str(scratch)}
        with _environment(changed):
            pool = SandboxPool(lambda: open_tier(tier_name, dict(os.environ)), slots=8)
            try:
                used = pool.observe(Execution(language="python", source="", steps=(Feed(),))).tier
                lair = cls(house=house, pool=pool, tier_name=used, scratch=scratch)
                lair._settle()
                yield lair
            finally:
                pool.close()
                os.close(opened)
                house.close()
        scratch.rmdir()

    def _settle(self) -> None:
        """Find out as whom the cells run, and give that user the house."""
        looked = next(attack for attack in KNOWN if attack.name == "just_be_looked_at")
        aftermath = attack_confined(looked, self.house, self.pool)
        self.house.settle(aftermath.uid)


@contextmanager
def _environment(changed: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(changed)
    tempfile.tempdir = None
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = None

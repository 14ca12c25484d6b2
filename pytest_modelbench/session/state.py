"""Where a run's objects hang on pytest's config, typed."""

from dataclasses import dataclass, field

import pytest

from pytest_modelbench.errors import ModelbenchError
from pytest_modelbench.session.bench import Bench
from pytest_modelbench.session.ledger import Ledger
from pytest_modelbench.session.plan import RunPlan

__all__ = ["STATE", "RunState", "state_of"]


@dataclass
class RunState:
    """What hooks and items share.

    Attributes:
        plan: What the run is about.
        notes: Lines for the head of the terminal report.
    """

    plan: RunPlan
    notes: list[str] = field(default_factory=list)
    _bench: Bench | None = None
    _ledger: Ledger | None = None

    def start(self, bench: Bench, ledger: Ledger | None) -> None:
        """Take what exists only once the run has begun; a worker keeps no ledger."""
        self._bench = bench
        self._ledger = ledger

    @property
    def bench(self) -> Bench:
        """Return the bench of a run that has begun."""
        if self._bench is None:
            raise ModelbenchError("the run has not begun")
        return self._bench

    @property
    def ledger(self) -> Ledger | None:
        """Return the ledger; None in a worker and before the run has begun."""
        return self._ledger

    def require_ledger(self) -> Ledger:
        """Return the ledger of a process that keeps one."""
        if self._ledger is None:
            raise ModelbenchError("this process keeps no ledger")
        return self._ledger


STATE: pytest.StashKey[RunState] = pytest.StashKey()


def state_of(config: pytest.Config) -> RunState:
    """Return the state of a run that asks models something."""
    return config.stash[STATE]

"""Executes one execution in cells of a tier, step by step, and writes down what was seen."""

from collections.abc import Sequence
from dataclasses import replace

from pytest_modelbench.sandbox.base import (
    Ending,
    Evaluate,
    Execution,
    Feed,
    Observation,
    Observed,
    Probe,
    Select,
    Step,
    Tier,
)
from pytest_modelbench.sandbox.hosting import (
    TROUBLES,
    ModuleCell,
    explain_trouble,
    read_raised,
    read_value,
)
from pytest_modelbench.sandbox.programs import feed, select
from pytest_modelbench.sandbox.relaying import probe

__all__ = ["observe"]

# A module that dies again and again is not started for every step that is left.
MAX_DEATHS = 3


def observe(tier: Tier, execution: Execution) -> Observed:
    """Execute, and return what was seen.

    Raises:
        SandboxError: A cell could not be started, or the tier broke.
    """
    observer = _Observer(tier, execution)
    try:
        observations = [observer.take(step) for step in execution.steps]
    finally:
        observer.end_module()
    return Observed(tier=tier.name, observations=tuple(observer.settle(observations)))


class _Observer:
    """Takes the steps of one execution in order."""

    def __init__(self, tier: Tier, execution: Execution) -> None:
        self._tier = tier
        self._execution = execution
        self._hosted: ModuleCell | None = None
        # By the number of the step; what a cell used in all is known when it has ended.
        self._cells: list[ModuleCell | None] = []
        self._hopeless: Observation | None = None
        self._deaths = 0

    def take(self, step: Step) -> Observation:
        """Take one step."""
        if isinstance(step, Feed):
            self._cells.append(None)
            return feed(self._tier, self._execution, step)
        if isinstance(step, Select):
            self._cells.append(None)
            return select(self._tier, self._execution, step)
        return self._take_in_module(step)

    def end_module(self) -> None:
        """Kill the module's cell."""
        if self._hosted is not None:
            self._hosted.end()

    def settle(self, observations: Sequence[Observation]) -> list[Observation]:
        """Charge steps with what their cell used and told of in none.

        Processor time may have gone into any of them; the last one ends with the peak of all.
        """
        cells = self._cells
        return [
            _charge(seen, cell, is_last=cell is not following) if cell else seen
            for seen, cell, following in zip(observations, cells, [*cells[1:], None], strict=True)
        ]

    def _take_in_module(self, step: Evaluate | Probe) -> Observation:
        if self._hopeless is not None:
            self._cells.append(None)
            return self._hopeless
        if self._hosted is None:
            self._hosted = ModuleCell(self._tier, self._execution)
            self._hopeless = self._load(self._hosted)
            if self._hopeless is not None:
                self._cells.append(None)
                return self._hopeless
        hosted = self._hosted
        try:
            seen = self._ask(step, hosted)
        except TROUBLES as error:
            # What is left gets a new cell, unless this happened too often.
            self._hosted = None
            self._deaths += 1
            self._cells.append(None)
            seen = explain_trouble(error, hosted.end_after(error))
            if self._deaths == MAX_DEATHS:
                self._hopeless = seen
            return seen
        self._cells.append(hosted)
        return seen

    def _load(self, hosted: ModuleCell) -> Observation | None:
        try:
            raised = hosted.load()
        except TROUBLES as error:
            seen = explain_trouble(error, hosted.end_after(error))
        else:
            if raised is None:
                return None
            # Not `raised`: what a check asks to be raised has to come from what it calls.
            seen = replace(raised, ending=Ending.CRASHED)
        return replace(seen, detail=f"when the code was loaded: {seen.detail}".rstrip(" :"))

    def _ask(self, step: Evaluate | Probe, hosted: ModuleCell) -> Observation:
        if isinstance(step, Probe):
            return probe(self._tier, self._execution, step, hosted=hosted)
        hosted.dialogue.allow(self._execution.limits.wall_s)
        body, seen = hosted.ask("evaluate", step.expression)
        if body[0] == "raised":
            return read_raised(body, seen)
        return Observation(
            ending=Ending.RETURNED,
            value=read_value(body[1]),
            stdout=seen.printed,
            cpu_s=seen.cpu_s,
            peak_mib=seen.peak_mib,
        )


def _charge(seen: Observation, cell: ModuleCell, *, is_last: bool) -> Observation:
    peak_mib = seen.peak_mib
    if is_last and cell.ending is not None:
        peak_mib = max(peak_mib, cell.ending.peak_mib)
    hidden_s = cell.hidden_s()
    return replace(seen, cpu_s=seen.cpu_s + hidden_s, hidden_s=hidden_s, peak_mib=peak_mib)

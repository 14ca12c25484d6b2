"""Which files are suites, in which order questions stand, and which are left out."""

import gc
from pathlib import Path

import pytest

from pytest_modelbench.session.items import GateItem, ProjectFile, QuestionItem, SuiteModule
from pytest_modelbench.session.state import RunState

__all__ = ["Collection"]


class LeftOutSuite(pytest.File):
    """A suite that is among the arguments and not asked: without a node, pytest calls it missing."""

    def collect(self) -> list[pytest.Item]:
        """Yield nothing."""
        return []


class Collection:
    """Collects suites and gates; the same in every process of a run."""

    def __init__(self, state: RunState) -> None:
        self._state = state
        paths = state.plan.selected_paths
        self._names = {path.resolve(): name for path, name in paths.items()}
        self._left_out = {path.resolve() for path in state.plan.paths.values()} - set(self._names)

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Take the selected suites and modelbench.yaml."""
        plan = self._state.plan
        path = file_path.resolve()
        if path == plan.settings.config_path.resolve():
            return ProjectFile.from_parent(parent, path=file_path)
        name = self._names.get(path)
        if path in self._left_out:
            return LeftOutSuite.from_parent(parent, path=file_path)
        if name is None:
            return None
        return SuiteModule.from_parent(parent, path=file_path, suite_name=name)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        """Drop other tiers, and put the questions of one model together.

        Models are worked off one after another, so that one at a time has to be in memory.
        """
        tiers = self._state.plan.settings.tiers
        if tiers:
            dropped = [item for item in items if self._is_other_tier(item)]
            if dropped:
                config.hook.pytest_deselected(items=dropped)
                items[:] = [item for item in items if not self._is_other_tier(item)]
        order = {spec.label: at for at, spec in enumerate(self._state.plan.selection.models)}
        places = [at for at, item in enumerate(items) if isinstance(item, QuestionItem)]
        questions = [item for item in items if isinstance(item, QuestionItem)]
        questions.sort(key=lambda item: order[item.trial.spec.label])
        for at, question in zip(places, questions, strict=True):
            items[at] = question
        items.sort(key=lambda item: isinstance(item, GateItem))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        """Spare the garbage collector the items and suites, which live as long as the run.

        To walk them again and again is a fifth of what 10,000 quick questions cost.
        """
        gc.freeze()

    def _is_other_tier(self, item: pytest.Item) -> bool:
        tiers = self._state.plan.settings.tiers
        return isinstance(item, QuestionItem) and item.trial.question.tier not in tiers

"""Suites and roles as pytest's tree: a suite file, a model in it, a question of it; and gates.

Node ids are `suites/coder.yaml::coder_primary::t1_q1` and
`modelbench.yaml::role[coder_primary]`. Questions have neither brackets nor a callspec: pytest
9.2 takes brackets in the name of a custom item for parameters, so that `--lf` forgets it
(https://github.com/pytest-dev/pytest/issues/15045), and editors take a callspec for a test in a
Python file.
"""

import types
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from _pytest._code.code import TerminalRepr
from syrupy.assertion import SnapshotAssertion
from syrupy.location import PyTestLocation

from pytest_modelbench.domain import ModelSpec, Role, Score, Suite, Unscored
from pytest_modelbench.domain.run import RoleRecord, RoleVerdict, TrialRecord, Verdict
from pytest_modelbench.errors import ModelbenchError
from pytest_modelbench.gating import AcceptedQuestion, BaselineExtension
from pytest_modelbench.reporting import explain_role, explain_trial
from pytest_modelbench.session.state import RunState, state_of
from pytest_modelbench.session.trials import Trial

__all__ = ["GateItem", "ModelNode", "ProjectFile", "QuestionItem", "SuiteModule", "name_trial"]

Found = TypeVar("Found")

GREEN = frozenset({Verdict.PASSED, Verdict.IMPROVED})
GREEN_ROLES = frozenset({RoleVerdict.HELD, RoleVerdict.VACANT})


class BaselineMismatchError(Exception):
    """A trial or a role is not what its baseline says; the text is for people."""


def question() -> None:
    """Stand in for the function that pytest expects of a Function item; never called."""


_MODULE = types.ModuleType("modelbench_suite")
question.__module__ = _MODULE.__name__


class SuiteModule(pytest.Module):
    """A suite file.

    A Module, since fixtures of module scope (autouse ones of a conftest) look for one.
    """

    obj = _MODULE

    def __init__(self, *, suite_name: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._suite_name = suite_name

    def collect(self) -> Iterator["ModelNode"]:
        """Yield one node per selected model."""
        state = state_of(self.config)
        try:
            suite = state.plan.suite(self._suite_name)
        except ModelbenchError as error:
            raise self.CollectError(str(error)) from None
        for spec in state.plan.selection.models:
            yield ModelNode.from_parent(self, name=spec.label, suite=suite, spec=spec)


class ModelNode(pytest.Collector):
    """The questions of one suite as one model is asked them."""

    def __init__(self, *, suite: Suite, spec: ModelSpec, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._suite = suite
        self._spec = spec

    def collect(self) -> Iterator["QuestionItem"]:
        """Yield one item per question and trial."""
        trials = state_of(self.config).plan.settings.trials
        fixtures = None
        for entry in self._suite.questions:
            for number in range(1, trials + 1):
                name = name_trial(entry.id, number, trials=trials)
                item = QuestionItem.from_parent(
                    self,
                    name=name,
                    callobj=question,
                    trial=Trial(question=entry, suite=self._suite, spec=self._spec, number=number),
                    fixtureinfo=fixtures,
                )
                # The same for all: to work it out again is a quarter of an item's cost.
                fixtures = item._fixtureinfo  # noqa: SLF001  # pytest has no public name for it
                yield item


class QuestionItem(pytest.Function):
    """One trial of one question.

    Attributes:
        trial_record: What was found out; set by `setup` where an answer came.
        baseline_file: See `gating.BaselineItem`, like the next three.
    """

    trial_record: TrialRecord | None = None
    baseline_file = ""
    baseline_now = ""
    baseline_accepted = ""
    baseline_difference: tuple[str, ...] = ()

    def __init__(self, *, trial: Trial, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.trial = trial
        tier, tags = trial.question.tier, trial.question.tags
        for marker in make_markers(trial.suite.name, trial.spec.label, tier, tags):
            self.add_marker(marker)
        self.extra_keyword_matches.update(tags)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the question is written: editors jump there."""
        line = self.trial.question.place.line
        return self.path, line - 1 if line else None, f"{self.trial.spec.label}::{self.name}"

    def setup(self) -> None:
        """Wait for the answer and score it: trouble here is an error, never a failure."""
        super().setup()
        state = state_of(self.config)
        unmet = self.trial.unmet_needs
        if unmet and state.plan.has_accepted(self.trial):
            pytest.fail(f"{unmet}, but its baseline has a score", pytrace=False)
        if unmet:
            pytest.skip(unmet)
        record = _measured(partial(state.bench.measure, self.trial))
        self.trial_record = record
        self.user_properties.extend(_properties(record))
        if isinstance(record.scored, Unscored):
            trials = state.plan.settings.trials
            text = explain_trial(record, self.trial.question, None, trials=trials)
            pytest.fail(text, pytrace=False)

    def runtest(self) -> None:
        """Compare the score with the baseline."""
        record = self.trial_record
        if record is None:
            raise AssertionError("setup left no record")
        state = state_of(self.config)
        if record.verdict in GREEN and not state.plan.settings.update:
            return
        question, suite, spec = self.trial.question, self.trial.suite, self.trial.spec
        baseline = state.plan.baseline(spec, suite.name)
        own = state.plan.folder(spec.label)
        accepted = state.plan.accepted(baseline, suite.name).get(question.id)
        explanation = explain_trial(
            record,
            question,
            state.plan.accepted_text(baseline, self.trial),
            trials=state.plan.settings.trials,
        )
        self.baseline_file = str(own.suite_path(suite.name))
        self.baseline_now = _line_of(record)
        self.baseline_accepted = (
            _line_of_accepted(accepted, self.trial.number)
            if accepted and baseline.is_own and record.verdict is not Verdict.STALE
            else ""
        )
        if record.verdict not in GREEN and self.baseline_accepted == self.baseline_now:
            # Our verdict decides: to syrupy, two lines that look alike would be a match.
            self.baseline_accepted = ""
        self.baseline_difference = tuple(explanation.split("\n"))
        confirm(self, state)

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,  # noqa: ARG002  # pytest.Function decides on its style by itself
    ) -> str | TerminalRepr:
        """Show our own words instead of a traceback into this file."""
        if isinstance(excinfo.value, BaselineMismatchError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


class ProjectFile(pytest.File):
    """modelbench.yaml: the gates of the roles a run is about."""

    def collect(self) -> Iterator["GateItem"]:
        """Yield one gate per model and role."""
        for role, spec in state_of(self.config).plan.selection.standings:
            yield GateItem.from_parent(self, name=name_gate(role, spec), role=role, spec=spec)


class GateItem(pytest.Item):
    """The verdict on one model in one role.

    A plain Item: it runs in the controller, where fixtures of the project would be a surprise.

    Attributes:
        role_record: What was found out; set by `setup`.
        baseline_file: See `gating.BaselineItem`, like the next three.
    """

    role_record: RoleRecord | None = None
    baseline_file = ""
    baseline_now = ""
    baseline_accepted = ""
    baseline_difference: tuple[str, ...] = ()
    obj = staticmethod(question)

    def __init__(
        self, *, role: Role, spec: ModelSpec, name: str, parent: Any, **kwargs: Any
    ) -> None:
        # A node id given as text is parsed, so that it equals the one read back for --lf.
        super().__init__(name, parent, nodeid=f"{parent.nodeid}::{name}", **kwargs)
        self.role = role
        self.spec = spec
        self.add_marker(pytest.mark.mb(role=role.name, model=spec.label))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the role is written."""
        line = self.role.place.line
        return self.path, line - 1 if line else None, self.name

    def setup(self) -> None:
        """Judge the role from what is known."""
        state = state_of(self.config)
        record = _measured(partial(state.require_ledger().judge, self.role, self.spec))
        self.role_record = record
        self.user_properties.append(("verdict", record.verdict.value))
        if record.verdict is RoleVerdict.UNDECIDED and record.deselected:
            pytest.skip(explain_role(record))

    def runtest(self) -> None:
        """Compare the verdict with the accepted one."""
        record = self.role_record
        if record is None:
            raise AssertionError("setup left no record")
        state = state_of(self.config)
        if record.verdict is RoleVerdict.UNDECIDED:
            raise BaselineMismatchError(explain_role(record))
        if record.verdict in GREEN_ROLES and not state.plan.settings.update:
            return
        accepted = state.plan.accepted_role(self.spec, self.role.name)
        baseline = state.plan.role_baseline(self.spec)
        self.baseline_file = str(state.plan.folder(self.spec.label).roles_path)
        self.baseline_now = f"holds: {record.holds}, instrument: {record.instrument}"
        self.baseline_accepted = (
            f"holds: {accepted.holds}, instrument: {accepted.instrument}"
            if accepted and baseline.is_own
            else ""
        )
        explanation = explain_role(record, trials=state.plan.settings.trials)
        self.baseline_difference = tuple(explanation.split("\n"))
        confirm(self, state)

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """Show our own words instead of a traceback into this file."""
        if isinstance(excinfo.value, BaselineMismatchError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


@lru_cache
def make_markers(
    suite: str, model: str, tier: int, tags: tuple[str, ...]
) -> Sequence[pytest.MarkDecorator]:
    """Return what `-m` selects a question by; shared by all questions with the same tags."""
    facts = {"suite": suite, "model": model, "tier": tier}
    return [pytest.mark.mb(**facts), *(pytest.mark.mb(**facts, tag=tag) for tag in tags)]


def name_trial(question: str, number: int, *, trials: int) -> str:
    """Name a trial; where there is one trial only, it has the question's name."""
    return question if trials == 1 else f"{question}-trial{number}"


def name_gate(role: Role, spec: ModelSpec) -> str:
    """Name a gate; only a candidate's name says which model it is about."""
    if spec.label == role.incumbent:
        return f"role[{role.name}]"
    return f"role[{role.name}-{spec.label}]"


def confirm(item: "QuestionItem | GateItem", state: RunState) -> None:
    """Let syrupy count the mismatch, and accept it under `--snapshot-update`.

    Raises:
        BaselineMismatchError: It does not match and is not to be accepted.
    """
    config: Any = item.config
    assertion = SnapshotAssertion(
        session=config._syrupy,  # noqa: SLF001  # syrupy offers it only through its fixture
        # syrupy makes extensions without arguments; this one has to know its item.
        extension_class=cast("type[BaselineExtension]", partial(BaselineExtension, item)),
        test_location=PyTestLocation(item),
        update_snapshots=state.plan.settings.update,
    )
    if assertion == item.baseline_now:
        return
    raise BaselineMismatchError("\n".join(item.baseline_difference))


def _measured(measure: Callable[[], Found]) -> Found:
    """Return what was measured; trouble becomes an error of the item's, in our words."""
    try:
        return measure()
    except ModelbenchError as error:
        problem = str(error)
    # Outside of the handler: pytest would print the first error as the context of the second.
    pytest.fail(problem, pytrace=False)


def _line_of(record: TrialRecord) -> str:
    score = f"{record.scored.raw:g}" if isinstance(record.scored, Score) else "none"
    return f"score {score}, {record.outcome}, answer {record.answer}"


def _line_of_accepted(accepted: AcceptedQuestion, number: int) -> str:
    if number > len(accepted.scores):
        return ""
    at = number - 1
    return f"score {accepted.scores[at]:g}, {accepted.outcomes[at]}, answer {accepted.answers[at]}"


def _properties(record: TrialRecord) -> list[tuple[str, object]]:
    properties: list[tuple[str, object]] = [
        ("outcome", record.outcome.value),
        ("verdict", record.verdict.value),
    ]
    if isinstance(record.scored, Score):
        properties.append(("score", record.scored.raw))
    if record.sandbox:
        properties.append(("sandbox", record.sandbox))
    return properties

"""From pytest's hooks to one run: what starts, what is ordered, what is kept, what ends.

`ControllerRun` is plain pytest or the controller under xdist; `WorkerRun` is a worker. Both are
registered as plugins only in a run that asks models something.
"""

import json
import os
import threading
from collections.abc import Generator, Iterable, Sequence
from functools import partial
from typing import Any

import pytest

from pytest_modelbench.domain import ModelSpec, Prompt
from pytest_modelbench.domain.run import TrialRecord, read_trial, to_plain
from pytest_modelbench.engine import EnginePool
from pytest_modelbench.errors import ModelbenchError
from pytest_modelbench.reporting import write_report
from pytest_modelbench.sandbox import SandboxPool, open_tier
from pytest_modelbench.session.acceptance import accept_run
from pytest_modelbench.session.bench import Bench
from pytest_modelbench.session.desk import AnswerDesk
from pytest_modelbench.session.items import GateItem, ProjectFile, QuestionItem
from pytest_modelbench.session.ledger import Ledger
from pytest_modelbench.session.progress import LiveLine
from pytest_modelbench.session.rehearsal import Rehearsal
from pytest_modelbench.session.state import RunState
from pytest_modelbench.session.subjects import check_files, fingerprint_subject
from pytest_modelbench.session.trials import Trial, TrialKey
from pytest_modelbench.session.wire import DeskClient, DeskServer, Order, Unreachable
from pytest_modelbench.store import AnswerStore

__all__ = ["ControllerRun", "WorkerRun"]


class WorkerRun:
    """A worker's part: it waits for answers, scores them and says what it found."""

    def __init__(self, state: RunState) -> None:
        self._state = state

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Leave the gates to the controller: no worker sees enough to judge a role."""
        gates = [item for item in session.items if isinstance(item, GateItem)]
        session.items[:] = [item for item in session.items if not isinstance(item, GateItem)]
        session.config.workeroutput["modelbench_gates"] = [gate.nodeid for gate in gates]  # type: ignore[attr-defined]  # xdist's

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Keep a line to the controller while tests run."""
        given = session.config.workerinput  # type: ignore[attr-defined]  # xdist's
        if "modelbench_desk" not in given:
            return (yield)
        client = _connect(given["modelbench_desk"], session)
        self._state.start(
            Bench(
                plan=self._state.plan,
                subjects=given["modelbench_subjects"],
                source=client,
                sandbox=client,
            ),
            None,
        )
        try:
            return (yield)
        finally:
            client.close()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Run no question where only its setup is to be shown: its setup would ask it."""
        return _is_only_shown(item) or None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send a trial's record along: as ASCII text, since execnet takes plain types only."""
        report = yield
        record = _record_to_send(item, report)
        if record is not None:
            report.modelbench = json.dumps(to_plain(record))  # type: ignore[attr-defined]  # ours
        return report


class ControllerRun:
    """The part of plain pytest and of the controller: it owns engines, store and gates."""

    def __init__(self, state: RunState, config: pytest.Config) -> None:
        self._state = state
        self._config = config
        self._distributed = False
        self._server: DeskServer | None = None
        self._pool: SandboxPool | None = None
        self._rehearsal: Rehearsal | None = None
        self._desk: AnswerDesk | None = None
        self._store: AnswerStore | None = None
        self._live: LiveLine | None = None
        self._gates: dict[str, None] = {}
        self._nodes: dict[str, TrialKey] = {}
        self._finished_workers = 0
        self._ordering = threading.Lock()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Open the store before xdist starts its workers: they need the address."""
        config = session.config
        self._distributed = config.pluginmanager.hasplugin("dsession")
        if _asks_nothing(config):
            return
        plan = self._state.plan
        project = plan.project
        try:
            check_files(plan.selection.models, project.root)
            plan.verify_baselines()
            folder = project.root / project.store
            self._store = AnswerStore(folder / "store.sqlite")
            specs = {spec.label: spec for spec in plan.selection.models}
            subjects = {
                label: fingerprint_subject(spec, self._store) for label, spec in specs.items()
            }
            for rival in self._rivals():
                path = rival.gguf or rival.recorded
                if rival.label not in subjects and path is not None and path.is_file():
                    subjects[rival.label] = fingerprint_subject(rival, self._store)
        except ModelbenchError as error:
            raise pytest.UsageError(str(error)) from None
        self._live = LiveLine(config)
        self._pool = SandboxPool(
            partial(open_tier, plan.settings.sandbox, os.environ),
            slots=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2,
        )
        self._rehearsal = Rehearsal(plan=plan, pool=self._pool)
        self._desk = AnswerDesk(
            store=self._store,
            fresh=plan.settings.fresh,
            on_progress=self._live.note,
            on_taken=self._rehearsal.note,
        )
        self._desk.open(
            lambda desk: EnginePool(
                sink=desk, log_folder=folder, resident_models=project.resident_models
            )
        )
        bench = Bench(plan=plan, subjects=subjects, source=self._desk, sandbox=self._pool)
        self._state.start(bench, Ledger(bench=bench, desk=self._desk))
        if self._distributed:
            self._server = DeskServer(self._desk, self._take_order, self._pool)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where the desk is."""
        if self._server is not None:
            node.workerinput["modelbench_desk"] = self._server.address
            node.workerinput["modelbench_subjects"] = dict(self._state.bench.subjects)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Remember which gates a worker found selected; one that crashed says nothing."""
        output = getattr(node, "workeroutput", None)
        if output:
            self._finished_workers += 1
            self._gates.update(dict.fromkeys(output.get("modelbench_gates", ())))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Put the gates last, after -k, --lf, --ff and whatever shuffles."""
        session.items.sort(key=lambda item: isinstance(item, GateItem))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Prefetch in collected order, run the items, then (under xdist) the gates."""
        if self._desk is None or self._live is None:
            return (yield)
        self._live.start(self._desk.tally)
        try:
            if not self._distributed and not _has_collection_errors(session):
                self._order(item.trial for item in _questions(session))
            finished = yield
            if self._distributed:
                self._run_gates(session)
        except ModelbenchError as error:
            self._note_stop(session, error.problem)
            raise pytest.UsageError(str(error)) from None
        except BaseException as error:
            self._note_stop(session, str(error) or type(error).__name__)
            raise
        return finished

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Run no question where only its setup is to be shown: its setup would ask it."""
        return _is_only_shown(item) or None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Take the record of a trial that ran in this process."""
        report = yield
        record = _record_to_send(item, report)
        if record is not None:
            self._state.require_ledger().add_trial(record)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self) -> None:
        """Take the live line away."""
        if self._live is not None:
            self._live.make_room()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the record of a trial that a worker ran, or note that the worker crashed."""
        if self._live is not None:
            self._live.make_room()
        text = getattr(report, "modelbench", None)
        if text:
            self._state.require_ledger().add_trial(read_trial(json.loads(text)))
        # xdist reports a crash as a phase of its own, "???".
        if report.when not in {"setup", "call", "teardown"} and report.nodeid in self._nodes:
            self._state.require_ledger().lose_trial(self._nodes[report.nodeid])

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Stop the engines, write what was accepted, and fail a run that could not be."""
        self._stop()
        ledger = self._state.ledger
        if ledger is not None:
            if self._state.plan.settings.update:
                is_bad = accept_run(ledger)
            else:
                vanished = [] if ledger.stopped else _find_vanished(ledger)
                ledger.notes.extend(vanished)
                is_bad = bool(vanished)
            if (is_bad or ledger.stopped) and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
            ledger.notes.extend(self._close_store())
        yield

    def pytest_unconfigure(self) -> None:
        """Leave nothing behind where a session ended before it began."""
        self._stop()
        self._close_store()

    def pytest_report_header(self) -> list[str]:
        """Say what the run is about."""
        selection = self._state.plan.selection
        models = ", ".join(spec.label for spec in selection.models)
        return [
            f"modelbench: {models} on {', '.join(selection.suites)}",
            *self._state.notes,
        ]

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print one line per suite and role, what changed and what to type next."""
        ledger = self._state.ledger
        if ledger is not None and self._desk is not None:
            write_report(terminalreporter, ledger.report())

    def _order(self, trials: Iterable[Trial]) -> None:
        ledger = self._state.require_ledger()
        bench = self._state.bench
        orders: list[tuple[ModelSpec, Prompt]] = []
        for trial in trials:
            ledger.selected.add(trial.key)
            if not trial.unmet_needs:
                orders.append((trial.spec, bench.prompt(trial)))
        ledger.desk.order(orders)

    def _take_order(self, order: Order) -> None:
        """Order what a worker collected; all of them collect the same, and the first one counts."""
        plan = self._state.plan
        selected = self._state.require_ledger().selected
        specs = {spec.label: spec for spec in plan.selection.models}
        with self._ordering:
            self._nodes.update(order)
            new = [key for key in order.values() if key not in selected]
            questions = {
                (name, question.id): question
                for name in {suite for _, suite, _, _ in new}
                for question in plan.suite(name).questions
            }
            self._order(
                Trial(
                    question=questions[suite, question],
                    suite=plan.suite(suite),
                    spec=specs[label],
                    number=number,
                )
                for label, suite, question, number in new
            )

    def _run_gates(self, session: pytest.Session) -> None:
        """Run the gates that workers found selected, as real items of this process."""
        if not self._finished_workers:
            self._note_stop(session, "no worker finished its session")
        if not self._gates:
            return
        top = pytest.Dir.from_parent(session, path=self._config.rootpath)
        path = self._state.plan.settings.config_path
        # A worker may have named the file otherwise: outside of pytest's root its name depends on
        # the arguments, which only a collecting process looks at.
        named = next(iter(self._gates)).partition("::")[0]
        file = ProjectFile.from_parent(top, path=path, nodeid=named)
        gates = [gate for gate in file.collect() if gate.nodeid in self._gates]
        session.testscollected += len(gates)
        for at, gate in enumerate(gates):
            following = gates[at + 1] if at + 1 < len(gates) else None
            self._config.hook.pytest_runtest_protocol(item=gate, nextitem=following)
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)

    def _note_stop(self, session: pytest.Session, reason: str) -> None:
        ledger = self._state.require_ledger()
        ledger.stopped = reason
        # Which gates were selected, only a worker can tell.
        unknown = self._distributed and not self._finished_workers
        if unknown and not self._state.plan.selection.standings:
            return
        if unknown or self._gates or any(isinstance(item, GateItem) for item in session.items):
            ledger.notes.append(f"role gates not run: {reason}")

    def _stop(self) -> None:
        """Stop the engines and everything that waits for them; a second time nothing is left."""
        if self._live is not None:
            self._live.close()
        if self._desk is not None:
            self._desk.close()
        if self._rehearsal is not None:
            self._rehearsal.close()
        if self._pool is not None:
            self._pool.close()
        if self._server is not None:
            self._server.close()
            self._server = None

    def _close_store(self) -> list[str]:
        """Write what is waiting, and return what there is to say about the store."""
        store, self._store = self._store, None
        if store is None:
            return []
        notes = store.describe_unreadable()
        try:
            store.close()
        except ModelbenchError as error:
            notes.append(str(error))
        return notes

    def _rivals(self) -> Iterable[ModelSpec]:
        project = self._state.plan.project
        for role, _ in self._state.plan.selection.standings:
            for relation in role.above:
                yield project.models[project.roles[relation.role].incumbent]


def _find_vanished(ledger: Ledger) -> Sequence[str]:
    try:
        return ledger.find_vanished()
    except ModelbenchError as error:
        return [str(error)]


def _record_to_send(item: pytest.Item, report: pytest.TestReport) -> TrialRecord | None:
    """Return a trial's record with the one report that carries it.

    Subtests report through the same hook with a `context`; they are not ours.
    """
    if not isinstance(item, QuestionItem) or hasattr(report, "context"):
        return None
    ends = report.when == "call" or (report.when == "setup" and not report.passed)
    return item.trial_record if ends else None


def _connect(address: str, session: pytest.Session) -> DeskClient | Unreachable:
    """Connect a worker to the controller, and say what it collected."""
    try:
        client = DeskClient(address)
    except ModelbenchError as error:
        return Unreachable(error)
    try:
        # Also after collection errors: xdist's workers go on with what they could collect.
        client.order((item.nodeid, item.trial.key) for item in _questions(session))
    except ModelbenchError as error:
        client.close()
        return Unreachable(error)
    return client


def _questions(session: pytest.Session) -> Iterable[QuestionItem]:
    return [item for item in session.items if isinstance(item, QuestionItem)]


def _has_collection_errors(session: pytest.Session) -> bool:
    """Tell whether pytest is about to stop because of what it could not collect."""
    return bool(session.testsfailed) and not session.config.option.continue_on_collection_errors


def _asks_nothing(config: pytest.Config) -> bool:
    """Tell whether this run only shows what it would do."""
    return bool(config.option.collectonly or config.getoption("setuponly", default=False))


def _is_only_shown(item: pytest.Item) -> bool:
    return isinstance(item, QuestionItem | GateItem) and _asks_nothing(item.config)

"""The ledger: everything a run found out, and the evidence that gates are judged by.

Kept by the one process that sees every report: plain pytest, or the controller under xdist.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from pytest_modelbench.domain import ModelSpec, Relation, Role, Suite, Threshold, fingerprint
from pytest_modelbench.domain.answer import Outcome
from pytest_modelbench.domain.instrument import Instrument, combine_instruments
from pytest_modelbench.domain.run import (
    AnswerFacts,
    Reading,
    RoleRecord,
    RoleVerdict,
    TrialRecord,
    Verdict,
)
from pytest_modelbench.domain.score import Score
from pytest_modelbench.gating import (
    AcceptedQuestion,
    Evidence,
    MissingTrial,
    judge_role,
    read_relation,
    read_threshold,
    tell_sandbox,
)
from pytest_modelbench.gating.evidence import MissingKind
from pytest_modelbench.gating.ladder import describe_ladders
from pytest_modelbench.gating.metrics import mean
from pytest_modelbench.gating.thresholds import describe_relation, describe_threshold
from pytest_modelbench.reporting import RunReport, list_long_reasons, report_suite
from pytest_modelbench.session.bench import Bench
from pytest_modelbench.session.desk import AnswerDesk
from pytest_modelbench.session.trials import Trial, TrialKey, key_of

__all__ = ["Ledger"]


@dataclass(kw_only=True)
class Ledger:
    """What is known of every trial and role of this run.

    Attributes:
        bench: Scores stored answers for gates.
        desk: Knows which answers are stored.
        selected: Trials that this run set out to do.
        trials: Records of trials, the last one of each.
        lost: Trials whose worker crashed, whatever came back of them.
        roles: Records of roles.
        notes: Lines for the end of the terminal report.
        stopped: Why the run ended early, or "".
    """

    bench: Bench
    desk: AnswerDesk
    selected: set[TrialKey] = field(default_factory=set)
    trials: dict[TrialKey, TrialRecord] = field(default_factory=dict)
    lost: set[TrialKey] = field(default_factory=set)
    roles: dict[tuple[str, str], RoleRecord] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    stopped: str = ""

    def add_trial(self, record: TrialRecord) -> None:
        """Take the record of a trial and journal its score; a rerun replaces the first."""
        key = key_of(record)
        if key in self.lost:
            return
        self.trials[key] = record
        plan = self.bench.plan
        instrument = plan.instruments(plan.suite(record.suite))[record.question]
        self.desk.store.add_score(
            record.prompt,
            instrument=fingerprint(asdict(instrument)),
            scored=asdict(record.scored),
        )

    def lose_trial(self, key: TrialKey) -> None:
        """Note that the worker of a trial crashed: pytest calls it failed, so it has no score."""
        self.lost.add(key)
        self.trials.pop(key, None)

    def evidence(self, spec: ModelSpec, suites: Iterable[str]) -> Evidence:
        """Gather what is known of a model in whole suites, whatever was selected.

        Raises:
            SuiteError: A suite's file cannot be used as it stands.
        """
        known: list[TrialRecord] = []
        missing: list[MissingTrial] = []
        instruments: list[tuple[str, str, int, Instrument]] = []
        for name in suites:
            suite = self.bench.plan.suite(name)
            by_id = self.bench.plan.instruments(suite)
            instruments.extend(
                (suite.name, question.id, question.tier, by_id[question.id])
                for question in suite.questions
            )
            records = self._records(spec, suite)
            for trial in self._wanted(spec, suite):
                record = records.get(trial.key)
                if record is None:
                    missing.append(self._missing(trial))
                else:
                    known.append(record)
        return Evidence(
            known=tuple(known),
            missing=tuple(missing),
            instrument=combine_instruments(instruments),
        )

    def judge(self, role: Role, spec: ModelSpec) -> RoleRecord:
        """Decide the verdict of a model in a role.

        Raises:
            SuiteError: A suite's file cannot be used as it stands.
            BaselineError: A baseline cannot be read.
        """
        plan = self.bench.plan
        baseline = plan.role_baseline(spec)
        evidence = self.evidence(spec, role.suites)
        pass_scores = {name: plan.suite(name).pass_score for name in role.suites}
        readings = [
            self._refuse_mixed_scales(role, threshold)
            or read_threshold(threshold, evidence, pass_scores=pass_scores)
            for threshold in role.thresholds
        ]
        for relation in role.above:
            if mixed := self._refuse_mixed_scales(role, relation):
                readings.append(mixed)
                continue
            rival = plan.project.roles[relation.role]
            incumbent = plan.project.models[rival.incumbent]
            other = self._with_accepted(incumbent, self.evidence(incumbent, role.suites))
            readings.append(read_relation(relation, evidence, other))
        record = judge_role(
            role=role.name,
            label=spec.label,
            readings=tuple(readings),
            evidence=evidence,
            accepted=plan.accepted_role(spec, role.name),
            compared_with="" if baseline.is_own else baseline.label,
        )
        self.roles[role.name, spec.label] = record
        return record

    def run_evidence(self, spec: ModelSpec, name: str) -> Evidence:
        """Gather what this very run measured of a model on a suite it can take."""
        suite = self.bench.plan.suite(name)
        known: list[TrialRecord] = []
        missing: list[MissingTrial] = []
        for trial in self._wanted(spec, suite):
            record = self.trials.get(trial.key)
            if record is not None:
                known.append(record)
            elif not trial.unmet_needs:
                missing.append(self._missing(trial))
        return Evidence(known=tuple(known), missing=tuple(missing), instrument="")

    def find_vanished(self) -> Sequence[str]:
        """Say which accepted questions no suite of this run has any more.

        Raises:
            BaselineError: A baseline cannot be read.
        """
        plan = self.bench.plan
        notes = []
        for spec in plan.selection.models:
            for name in plan.selection.suites:
                vanished = plan.find_vanished(spec, plan.suite(name))
                if vanished:
                    notes.append(
                        f"the baseline of `{spec.label}` has questions that suite `{name}` no "
                        f"longer has: {', '.join(vanished)}\n"
                        "  Hint: to accept that they are gone: --snapshot-update"
                    )
        return notes

    def report(self) -> RunReport:
        """Return what the end of the report says."""
        plan = self.bench.plan
        grouped: dict[tuple[str, str], list[TrialRecord]] = {}
        for record in self.trials.values():
            grouped.setdefault((record.label, record.suite), []).append(record)
        return RunReport(
            suites=tuple(
                report_suite(records, label=label, suite=name, scale=str(plan.suite(name).scale))
                for (label, name), records in sorted(grouped.items())
            ),
            roles=tuple(self.roles.values()),
            changed=tuple(
                record
                for record in self.trials.values()
                if record.verdict is not Verdict.PASSED and record.verdict is not Verdict.NEW
            ),
            ladders=describe_ladders(plan.project.roles, tuple(self.roles.values())),
            engines=tuple(
                f"{label}: {facts.order_note}"
                for label, facts in self.desk.facts.items()
                if facts.order_independent is False
            ),
            notes=(
                *self._describe_sandboxes(),
                *list_long_reasons(self.trials.values()),
                *self.notes,
            ),
            next_command=self._next_command(),
        )

    def _describe_sandboxes(self) -> Sequence[str]:
        """Say which accepted scores rest on another sandbox than this run's."""
        plan = self.bench.plan
        specs = {spec.label: spec for spec in plan.selection.models}
        counts: Counter[str] = Counter()
        for record in self.trials.values():
            if not record.sandbox:
                continue
            baseline = plan.baseline(specs[record.label], record.suite)
            accepted = plan.accepted(baseline, record.suite).get(record.question)
            moved = tell_sandbox(accepted, record.sandbox) if accepted else ""
            if moved:
                counts[f"{record.label} on {record.suite}: {moved}"] += 1
        return [f"{text} ({count} answers)" for text, count in counts.items()]

    def _next_command(self) -> str:
        """Return what accepts everything that moved, or repeats what could not be measured."""
        settings = self.bench.plan.settings
        verdicts = {record.verdict for record in self.trials.values()}
        roles = {record.verdict for record in self.roles.values()}
        named = [
            *(f"--model {label}" for label in settings.models),
            *(f"--suite {name}" for name in settings.suites),
            *(f"--role {name}" for name in settings.roles),
            *([f"--trials {settings.trials}"] if settings.trials > 1 else []),
        ]
        command = f"pytest {' '.join(named)}"
        outcomes = {record.outcome for record in self.trials.values()}
        if Outcome.ERROR in outcomes or (self.stopped and self.selected):
            return f"to ask only what is missing: {command}"
        moved = verdicts & {Verdict.REGRESSED, Verdict.STALE, Verdict.NEW} or roles & {
            RoleVerdict.PROMOTED,
            RoleVerdict.DEMOTED,
            RoleVerdict.STALE,
            RoleVerdict.NEW,
        }
        # What nobody could score can be neither repeated nor accepted.
        if not moved or settings.update or Verdict.UNSCORED in verdicts:
            return ""
        return f"to accept what moved: {command} --snapshot-update"

    def _wanted(self, spec: ModelSpec, suite: Suite) -> Iterable[Trial]:
        numbers = range(1, self.bench.plan.settings.trials + 1)
        return (
            Trial(question=question, suite=suite, spec=spec, number=number)
            for question in suite.questions
            for number in numbers
        )

    def _records(self, spec: ModelSpec, suite: Suite) -> Mapping[TrialKey, TrialRecord]:
        """Return what this run measured, and scores of stored answers where it did not."""
        records = dict(self.trials)
        rest = {}
        if spec.label not in self.bench.subjects:
            return records  # another role's incumbent, whose file is not on this machine
        for trial in self._wanted(spec, suite):
            # A question that was selected and has no record was lost: an answer that an
            # earlier run stored does not make up for it.
            if trial.key not in records and trial.key not in self.selected:
                rest[trial.key] = (trial, self.bench.prompt(trial))
        found = self.desk.find(prompt.key for _, prompt in rest.values())
        for key, (trial, prompt) in rest.items():
            if prompt.key in found:
                records[key] = self.bench.judge(trial, prompt, found[prompt.key])
        return records

    def _missing(self, trial: Trial) -> MissingTrial:
        kind, reason = self._why_missing(trial)
        return MissingTrial(
            suite=trial.suite.name,
            question=trial.question.id,
            trial=trial.number,
            tier=trial.question.tier,
            kind=kind,
            reason=reason,
        )

    def _why_missing(self, trial: Trial) -> tuple[MissingKind, str]:
        if trial.unmet_needs:
            return "unmet need", trial.unmet_needs
        if trial.key not in self.selected:
            return "deselected", ""
        if self.stopped and trial.key not in self.lost:
            return "not run", self.stopped
        return (
            "lost",
            "its worker crashed" if trial.key in self.lost else "no score of it came back",
        )

    def _refuse_mixed_scales(self, role: Role, demand: Threshold | Relation) -> Reading | None:
        """Return a reading without a value for a mean over suites whose scores do not compare."""
        if isinstance(demand, Threshold) and demand.metric not in {"mean", "min"}:
            return None
        names = (demand.suite,) if demand.suite else role.suites
        scales = sorted({str(self.bench.plan.suite(name).scale) for name in names})
        if len(scales) == 1:
            return None
        text = (
            describe_threshold(demand)
            if isinstance(demand, Threshold)
            else describe_relation(demand)
        )
        reason = f"its suites score on different scales ({', '.join(scales)}); name one of them"
        return Reading(text=text, reason=reason)

    def _with_accepted(self, spec: ModelSpec, evidence: Evidence) -> Evidence:
        """Fill what is missing of another role's incumbent from its accepted baseline."""
        plan = self.bench.plan
        known = list(evidence.known)
        missing = []
        for gap in evidence.missing:
            suite = plan.suite(gap.suite)
            baseline = plan.baseline(spec, gap.suite)
            # The plain model's scores are not those of its variant.
            accepted = plan.accepted(baseline, gap.suite) if baseline.is_own else {}
            found = accepted.get(gap.question)
            now = plan.instruments(suite)[gap.question]
            if gap.kind != "deselected" or found is None or now.moved_from(found.instrument):
                missing.append(gap)
            else:
                known.append(_as_record(spec, suite, gap, found))
        return Evidence(known=tuple(known), missing=tuple(missing), instrument=evidence.instrument)


def _as_record(
    spec: ModelSpec, suite: Suite, gap: MissingTrial, accepted: AcceptedQuestion
) -> TrialRecord:
    raw = mean(accepted.scores)
    return TrialRecord(
        label=spec.label,
        suite=suite.name,
        question=gap.question,
        trial=gap.trial,
        tier=gap.tier,
        outcome=Outcome(accepted.outcomes[0]),
        scored=Score(unit=suite.scale.to_unit(raw), raw=raw, criteria=()),
        verdict=Verdict.PASSED,
        facts=AnswerFacts(stored=True),
    )

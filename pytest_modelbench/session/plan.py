"""What every process of a run knows alike: settings, project, suites and what was selected."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pytest_modelbench.domain import ModelSpec, Project, Suite
from pytest_modelbench.domain.instrument import Instrument, instrument_of
from pytest_modelbench.errors import BaselineError, SettingsError, SuiteError, join_errors
from pytest_modelbench.gating import AcceptedQuestion, AcceptedRole, BaselineFolder
from pytest_modelbench.loading import load_project, load_suite, peek_suite_name, suite_paths
from pytest_modelbench.scoring import Catalogue, open_catalogue
from pytest_modelbench.session.options import Settings
from pytest_modelbench.session.selection import Selection, select
from pytest_modelbench.session.trials import Trial

__all__ = ["Baseline", "RunPlan"]


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What a model is compared with.

    Attributes:
        label: The model whose baseline it is: its own, or, for a variant without one, the
            plain model's.
        folder: Where it stands.
        is_own: Whether it is the model's own.
    """

    label: str
    folder: BaselineFolder
    is_own: bool


@dataclass
class RunPlan:
    """Reads files once and hands out values."""

    settings: Settings
    project: Project
    paths: Mapping[str, Path]
    selection: Selection
    catalogue: Catalogue
    _suites: dict[str, Suite] = field(default_factory=dict)
    _instruments: dict[str, Mapping[str, Instrument]] = field(default_factory=dict)
    _baselines: dict[tuple[str, str], Baseline] = field(default_factory=dict)
    _accepted: dict[tuple[str, str], Mapping[str, AcceptedQuestion]] = field(default_factory=dict)
    _texts: dict[tuple[str, str], Mapping[tuple[str, int], str]] = field(default_factory=dict)

    @classmethod
    def open(cls, settings: Settings) -> "RunPlan":
        """Load the project and find what the settings name.

        Raises:
            SettingsError: modelbench.yaml or an option cannot be used as it stands.
        """
        project = load_project(settings.config_path, os.environ)
        paths: dict[str, Path] = {}
        for path in suite_paths(project):
            name = peek_suite_name(path)
            if name in paths:
                raise SettingsError(
                    f"two files call their suite `{name}`: {paths[name].name} and {path.name}",
                    "rename one of them.",
                    path.relative_to(project.root).as_posix(),
                )
            paths[name] = path
        selection = select(settings, project, tuple(paths))
        return cls(
            settings=settings,
            project=project,
            paths=paths,
            selection=selection,
            catalogue=open_catalogue(project.root),
        )

    @cached_property
    def selected_paths(self) -> Mapping[Path, str]:
        """Return the selected suites' files, with their names."""
        return {self.paths[name]: name for name in self.selection.suites}

    def suite(self, name: str) -> Suite:
        """Return a suite.

        Raises:
            SuiteError: Its file cannot be used as it stands.
            SettingsError: No file has a suite of this name.
        """
        if name not in self._suites:
            if name not in self.paths:
                raise SettingsError(
                    f"there is no suite `{name}`",
                    f"known suites: {', '.join(self.paths) or 'none'}.",
                    str(self.settings.config_path.name),
                )
            path = self.paths[name]
            suite = load_suite(path, root=self.project.root, catalogue=self.catalogue)
            if suite.name != name:
                raise SuiteError(
                    f"`suite` was taken for {name!r} and is {suite.name!r}",
                    "write it on one line, as `suite: name`.",
                    suite.path,
                )
            self._suites[name] = suite
        return self._suites[name]

    def instruments(self, suite: Suite) -> Mapping[str, Instrument]:
        """Return what each question of a suite is measured with, by id."""
        if suite.name not in self._instruments:
            judge = self.project.judge.model if self.project.judge else ""
            self._instruments[suite.name] = {
                question.id: instrument_of(
                    question, suite, versions=self.catalogue.versions, judge=judge
                )
                for question in suite.questions
            }
        return self._instruments[suite.name]

    def folder(self, label: str) -> BaselineFolder:
        """Return where the baseline of a model stands, or would stand."""
        root = self.project.root
        return BaselineFolder(path=root / self.project.baselines / label, root=root)

    def baseline(self, spec: ModelSpec, suite: str) -> Baseline:
        """Return what a model's scores in a suite are compared with."""
        key = (spec.label, suite)
        if key not in self._baselines:
            self._baselines[key] = self._nearest(spec, lambda folder: folder.suite_path(suite))
        return self._baselines[key]

    def role_baseline(self, spec: ModelSpec) -> Baseline:
        """Return what a model's roles are compared with."""
        return self._nearest(spec, lambda folder: folder.roles_path)

    def accepted(self, baseline: Baseline, suite: str) -> Mapping[str, AcceptedQuestion]:
        """Return what a baseline says of a suite.

        Raises:
            BaselineError: Its file cannot be read.
        """
        key = (baseline.label, suite)
        if key not in self._accepted:
            self._accepted[key] = baseline.folder.read_suite(suite)
        return self._accepted[key]

    def has_accepted(self, trial: Trial) -> bool:
        """Tell whether the model's own baseline has a score of a trial's question.

        Raises:
            BaselineError: Its file cannot be read.
        """
        baseline = self.baseline(trial.spec, trial.suite.name)
        return baseline.is_own and trial.question.id in self.accepted(baseline, trial.suite.name)

    def find_vanished(self, spec: ModelSpec, suite: Suite) -> tuple[str, ...]:
        """Return the questions that a model's own baseline has and the suite no longer has.

        Raises:
            BaselineError: Its file cannot be read.
        """
        baseline = self.baseline(spec, suite.name)
        accepted = self.accepted(baseline, suite.name) if baseline.is_own else {}
        return tuple(sorted(set(accepted) - set(suite.by_id())))

    def accepted_text(self, baseline: Baseline, trial: Trial) -> str | None:
        """Return the accepted answer to a trial; None where none is kept.

        Raises:
            BaselineError: Their file cannot be read.
        """
        texts = self._read_texts(baseline, trial.suite.name)
        return texts.get((trial.question.id, trial.number))

    def accepted_role(self, spec: ModelSpec, role: str) -> AcceptedRole | None:
        """Return what was accepted for a model in a role.

        Raises:
            BaselineError: The file cannot be read.
        """
        return self.role_baseline(spec).folder.read_roles().get(role)

    def _read_texts(self, baseline: Baseline, suite: str) -> Mapping[tuple[str, int], str]:
        key = (baseline.label, suite)
        if key not in self._texts:
            answers = baseline.folder.read_answers(suite)
            self._texts[key] = {(entry.question, entry.trial): entry.text for entry in answers}
        return self._texts[key]

    def verify_baselines(self) -> None:
        """Read every baseline that the run compares with: a broken one must not cost answers.

        Raises:
            BaselineError: Some cannot be read; all of them are named.
        """
        errors: dict[str, BaselineError] = {}
        for spec in self.selection.models:
            for suite in self.selection.suites:
                baseline = self.baseline(spec, suite)
                for read in (self.accepted, self._read_texts):
                    try:
                        read(baseline, suite)
                    except BaselineError as error:
                        errors[str(error)] = error
        for role, spec in self.selection.standings:
            try:
                self.accepted_role(spec, role.name)
            except BaselineError as error:
                errors[str(error)] = error
        if errors:
            raise join_errors(list(errors.values()))

    def _nearest(self, spec: ModelSpec, where: Callable[[BaselineFolder], Path]) -> Baseline:
        own = self.folder(spec.label)
        if spec.variant and not where(own).exists():
            plain = self.folder(spec.name)
            return Baseline(label=spec.name, folder=plain, is_own=False)
        return Baseline(label=spec.label, folder=own, is_own=True)

"""`--snapshot-update`: one process writes whole baselines, or says why it does not."""

from pathlib import Path

from pytest_modelbench.domain import ModelSpec
from pytest_modelbench.domain.run import RoleVerdict
from pytest_modelbench.errors import BaselineError, ModelbenchError
from pytest_modelbench.gating import (
    allowed_drop,
    describe_question,
    describe_role,
    refuse_suite,
    update_suite,
)
from pytest_modelbench.session.ledger import Ledger

__all__ = ["accept_run"]

REPEAT = (
    "\n  Hint: accept a complete run; stored answers cost nothing, so repeat the command without "
    "-k, -m, --tier, -x and paths; --suite chooses suites, and --trials must not be fewer."
)


def accept_run(ledger: Ledger) -> bool:
    """Write the baselines of every model whose whole suites were scored.

    Of a model, either all suites of the run are written or nothing is. A role that is undecided
    keeps the line it has: its gate has failed already.

    Returns:
        Whether anything was refused; the ledger's notes say what and why.
    """
    plan = ledger.bench.plan
    refused = False
    for spec in plan.selection.models:
        hint = REPEAT
        try:
            reason = _refuse(ledger, spec)
            if not reason:
                _write(ledger, spec)
        except ModelbenchError as error:
            reason, hint = str(error), ""
        if reason:
            refused = True
            ledger.notes.append(f"baselines of `{spec.label}` not written: {reason}{hint}")
        else:
            ledger.notes.append(f"baselines of `{spec.label}` written to {_shown(ledger, spec)}")
            ledger.notes.extend(_warn_of_blind_questions(ledger, spec))
    return refused


def _refuse(ledger: Ledger, spec: ModelSpec) -> str:
    if ledger.stopped:
        return f"the run stopped early ({ledger.stopped})"
    for suite in ledger.bench.plan.selection.suites:
        reason = refuse_suite(ledger.run_evidence(spec, suite), suite=suite)
        if reason:
            return f"suite `{suite}`: {reason}"
        accepted = ledger.bench.plan.folder(spec.label).read_suite(suite)
        most = max((len(entry.scores) for entry in accepted.values()), default=0)
        if ledger.bench.plan.settings.trials < most:
            return (
                f"suite `{suite}`: it was accepted with --trials {most}, and fewer would forget "
                "the noise that they recorded"
            )
    return ""


def _write(ledger: Ledger, spec: ModelSpec) -> None:
    """Write the files of one model, after all that can be known to go wrong has been tried.

    Raises:
        BaselineError: A file cannot be read or written.
    """
    plan = ledger.bench.plan
    folder = plan.folder(spec.label)
    folder.read_roles()  # it is merged into: better to fail before anything is written
    updates = {
        name: update_suite(
            ledger.run_evidence(spec, name).known,
            instruments=plan.instruments(plan.suite(name)),
            accepted=folder.read_suite(name),
            answers=folder.read_answers(name),
        )
        for name in plan.selection.suites
    }
    roles = {
        record.role: describe_role(record)
        for record in ledger.roles.values()
        # A role can be lost by one rule while others are unmeasured: no line for that yet.
        if record.label == spec.label
        and record.verdict is not RoleVerdict.UNDECIDED
        and all(reading.value for reading in record.readings)
    }
    try:
        for name, update in updates.items():
            lines = {key: describe_question(entry) for key, entry in update.questions.items()}
            folder.write_suite(name, str(plan.suite(name).scale), lines)
            folder.write_answers(name, update.answers)
        if roles:
            folder.write_roles(roles)
    except OSError as error:
        raise BaselineError(
            f"{error.strerror}: {_relative(Path(error.filename or folder.path), ledger)}",
            "make the folder writable; what was written before it is undone by version control.",
        ) from error


def _warn_of_blind_questions(ledger: Ledger, spec: ModelSpec) -> list[str]:
    """Say which accepted questions vary so much that no drop of theirs could ever be seen."""
    plan = ledger.bench.plan
    blind = []
    for name in plan.selection.suites:
        suite = plan.suite(name)
        for question, entry in plan.folder(spec.label).read_suite(name).items():
            count = len(entry.scores)
            band = allowed_drop(entry.scores, tolerance=suite.tolerance, count=count)
            room = sum(entry.scores) / count - suite.scale.minimum
            if count > 1 and 0 < room <= band:
                blind.append(f"{name}::{question}")
    if not blind:
        return []
    note = (
        f"{len(blind)} accepted questions of `{spec.label}` vary so much that no drop could be "
        f"seen (first: {blind[0]})\n  Hint: accept them with more --trials."
    )
    return [note]


def _shown(ledger: Ledger, spec: ModelSpec) -> str:
    return _relative(ledger.bench.plan.folder(spec.label).path, ledger)


def _relative(path: Path, ledger: Ledger) -> str:
    root = ledger.bench.plan.project.root
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

"""`--snapshot-update`: one process writes whole baselines, or says why it does not."""

from pytest_modelbench.domain import ModelSpec
from pytest_modelbench.domain.run import RoleVerdict
from pytest_modelbench.errors import ModelbenchError
from pytest_modelbench.gating import describe_question, describe_role, refuse_suite, update_suite
from pytest_modelbench.session.ledger import Ledger

__all__ = ["accept_run"]


def accept_run(ledger: Ledger) -> bool:
    """Write the baselines of every model whose whole suites were scored.

    Either everything of a model is written or nothing is.

    Returns:
        Whether anything was refused; the ledger's notes say what and why.
    """
    workplace = ledger.bench.workplace
    refused = False
    for spec in workplace.selection.models:
        try:
            reason = _refuse(ledger, spec)
            if not reason:
                _write(ledger, spec)
        except ModelbenchError as error:
            reason = str(error)
        if reason:
            refused = True
            ledger.notes.append(
                f"baselines of `{spec.label}` not written: {reason}\n"
                "  Hint: accept a complete run; stored answers cost nothing, so repeat the "
                "command without -k, -m, --tier or -x."
            )
        else:
            ledger.notes.append(f"baselines of `{spec.label}` written to {_shown(ledger, spec)}")
    return refused


def _refuse(ledger: Ledger, spec: ModelSpec) -> str:
    if ledger.stopped:
        return f"the run stopped early ({ledger.stopped})"
    for suite in ledger.bench.workplace.selection.suites:
        reason = refuse_suite(ledger.run_evidence(spec, suite), suite=suite)
        if reason:
            return f"suite `{suite}`: {reason}"
    return ""


def _write(ledger: Ledger, spec: ModelSpec) -> None:
    workplace = ledger.bench.workplace
    folder = workplace.folder(spec.label)
    for name in workplace.selection.suites:
        suite = workplace.suite(name)
        update = update_suite(
            ledger.run_evidence(spec, name).known,
            instruments=workplace.instruments(suite),
            accepted=folder.read_suite(name),
            answers=folder.read_answers(name),
        )
        lines = {key: describe_question(entry) for key, entry in update.questions.items()}
        folder.write_suite(name, str(suite.scale), lines)
        folder.write_answers(name, update.answers)
    roles = {
        record.role: describe_role(record)
        for record in ledger.roles.values()
        if record.label == spec.label and record.verdict is not RoleVerdict.UNDECIDED
    }
    if roles:
        folder.write_roles(roles)


def _shown(ledger: Ledger, spec: ModelSpec) -> str:
    workplace = ledger.bench.workplace
    path = workplace.folder(spec.label).path
    return path.relative_to(workplace.project.root).as_posix()

"""The committed files of a model: what was accepted, one line a question or role.

Same content, same bytes: keys are sorted, numbers rounded, and a file appears whole or not at
all, so that a change reads like a sentence in a diff.
"""

import json
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_modelbench.domain.answer import Outcome
from pytest_modelbench.domain.instrument import Instrument
from pytest_modelbench.domain.run import RoleRecord
from pytest_modelbench.domain.scale import DECIMALS
from pytest_modelbench.errors import BaselineError
from pytest_modelbench.gating.compare import AcceptedQuestion
from pytest_modelbench.gating.roles import AcceptedRole

__all__ = [
    "AcceptedAnswer",
    "BaselineFolder",
    "describe_question",
    "describe_role",
]

FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class AcceptedAnswer:
    """The text of one accepted trial, kept so that a moved judge can be told from a moved model."""

    question: str
    trial: int
    outcome: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BaselineFolder:
    """The folder of one model, `<baselines>/<NAME>` or `<baselines>/<NAME@VARIANT>`.

    Attributes:
        path: The folder itself; need not exist.
        root: Of the project, for messages.
    """

    path: Path
    root: Path

    def suite_path(self, suite: str) -> Path:
        """Return where the scores of a suite are."""
        return self.path / f"{suite}.json"

    def answers_path(self, suite: str) -> Path:
        """Return where the accepted answers of a suite are."""
        return self.path / f"{suite}.answers.jsonl"

    @property
    def roles_path(self) -> Path:
        """Return where the roles are."""
        return self.path / "roles.json"

    def read_suite(self, suite: str) -> Mapping[str, AcceptedQuestion]:
        """Return what was accepted for each question of a suite; nothing where no file is.

        Raises:
            BaselineError: The file is there and cannot be read.
        """
        path = self.suite_path(suite)
        plain = self._read(path)
        try:
            scale = str(plain.get("scale", ""))
            questions = plain.get("questions", {})
            return {name: _read_question(entry, scale) for name, entry in questions.items()}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._unreadable(path, _explain(error)) from error

    def read_roles(self) -> Mapping[str, AcceptedRole]:
        """Return what was accepted for each role of the model; nothing where no file is.

        Raises:
            BaselineError: The file is there and cannot be read.
        """
        plain = self._read(self.roles_path)
        try:
            return {name: _read_role(entry) for name, entry in plain.get("roles", {}).items()}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._unreadable(self.roles_path, _explain(error)) from error

    def read_answers(self, suite: str) -> tuple[AcceptedAnswer, ...]:
        """Return the accepted answers of a suite; nothing where no file is.

        Raises:
            BaselineError: The file is there and cannot be read.
        """
        path = self.answers_path(suite)
        try:
            lines = path.read_text("utf-8").split("\n")
            return tuple(AcceptedAnswer(**json.loads(line)) for line in lines if line)
        except FileNotFoundError:
            return ()
        except (OSError, UnicodeDecodeError, ValueError, TypeError) as error:
            raise self._unreadable(path, str(error)) from error

    def write_suite(self, suite: str, scale: str, questions: Mapping[str, Any]) -> None:
        """Write the scores of a suite, given as `describe_question` made them."""
        _write_whole(
            self.suite_path(suite),
            _render("questions", questions, {"format": FORMAT, "scale": scale}),
        )

    def write_answers(self, suite: str, answers: Iterable[AcceptedAnswer]) -> None:
        """Write the accepted answers of a suite."""
        ordered = sorted(answers, key=lambda answer: (answer.question, answer.trial))
        lines = [
            _line(
                {
                    "question": answer.question,
                    "trial": answer.trial,
                    "outcome": answer.outcome,
                    "text": answer.text,
                }
            )
            for answer in ordered
        ]
        _write_whole(self.answers_path(suite), "".join(f"{line}\n" for line in lines))

    def write_roles(self, roles: Mapping[str, Any]) -> None:
        """Write some roles, given as `describe_role` made them; others keep their lines.

        Raises:
            BaselineError: The file is there and cannot be read.
        """
        kept = dict(self._read(self.roles_path).get("roles", {}))
        _write_whole(self.roles_path, _render("roles", {**kept, **roles}, {"format": FORMAT}))

    def _read(self, path: Path) -> dict[str, Any]:
        try:
            plain = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError, ValueError) as error:
            raise self._unreadable(path, str(error)) from error
        if not isinstance(plain, dict) or plain.get("format") != FORMAT:
            raise self._unreadable(path, f"expected `format` {FORMAT}")
        return plain

    def _unreadable(self, path: Path, problem: str) -> BaselineError:
        place = path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path
        return BaselineError(
            f"the baseline cannot be read: {problem}",
            "restore it from version control; a merge conflict in it is best solved by taking one "
            "side and running with --snapshot-update.",
            str(place),
        )


def describe_question(accepted: AcceptedQuestion) -> dict[str, Any]:
    """Return the line of a question in a suite's baseline."""
    executed = {"sandbox": accepted.sandbox} if accepted.sandbox else {}
    return {
        **executed,
        "answers": list(accepted.answers),
        "checks": accepted.instrument.checks,
        "judge": accepted.instrument.judge,
        "outcomes": list(accepted.outcomes),
        "prompt": accepted.instrument.prompt,
        "rubric": accepted.instrument.rubric,
        "scores": [round(score, DECIMALS) for score in accepted.scores],
    }


def describe_role(record: RoleRecord) -> dict[str, Any]:
    """Return the line of a role; numbers that depend on the machine stay out of it."""
    return {
        "holds": record.holds,
        "instrument": record.instrument,
        "readings": {
            reading.text: reading.value
            if reading.stable
            else ("kept" if reading.kept else "missed")
            for reading in record.readings
        },
    }


def _read_question(entry: Mapping[str, Any], scale: str) -> AcceptedQuestion:
    scores = tuple(float(score) for score in entry["scores"])
    outcomes = tuple(Outcome(outcome).value for outcome in entry["outcomes"])
    answers = tuple(str(answer) for answer in entry["answers"])
    # A merge by hand can leave what no run would have written, and it would pass everything.
    if not scores or not all(map(math.isfinite, scores)):
        raise ValueError(f"`scores` must be numbers, got {list(scores)!r}")
    if not len(scores) == len(outcomes) == len(answers):
        raise ValueError("`scores`, `outcomes` and `answers` must be equally long")
    return AcceptedQuestion(
        scores=scores,
        outcomes=outcomes,
        answers=answers,
        instrument=Instrument(
            prompt=str(entry["prompt"]),
            rubric=str(entry["rubric"]),
            checks=str(entry["checks"]),
            scale=scale,
            judge=str(entry["judge"]),
        ),
        sandbox=str(entry.get("sandbox", "")),
    )


def _explain(error: Exception) -> str:
    problem = f"`{error.args[0]}` is missing" if isinstance(error, KeyError) else str(error)
    return f"an entry is not as expected: {problem}"


def _read_role(entry: Mapping[str, Any]) -> AcceptedRole:
    holds = entry["holds"]
    if not isinstance(holds, bool):
        raise TypeError(f"`holds` must be true or false, got {holds!r}")
    return AcceptedRole(holds=holds, instrument=str(entry["instrument"]))


def _line(value: Any) -> str:  # noqa: ANN401  # any JSON value
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _render(key: str, entries: Mapping[str, Any], head: Mapping[str, Any]) -> str:
    lines = [f"{_line(name)}: {_line(value)}," for name, value in sorted(head.items())]
    body = ",\n".join(f"{_line(name)}: {_line(entries[name])}" for name in sorted(entries))
    return "\n".join(["{", *lines, f"{_line(key)}: {{", body, "}", "}"]) + "\n"


def _write_whole(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the rename is atomic.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8", newline="\n")
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise

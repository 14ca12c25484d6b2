"""What an answer depends on, as fingerprints: the subject, and the prompt put to it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

from pytest_modelbench.domain import ModelSpec, Prompt, Question, Sampling, fingerprint
from pytest_modelbench.engine import engine_build
from pytest_modelbench.errors import SettingsError, join_errors
from pytest_modelbench.session.trials import Trial
from pytest_modelbench.store import AnswerStore

__all__ = ["build_prompt", "check_files", "fingerprint_subject"]

READ_BYTES = 1 << 20


def check_files(specs: Sequence[ModelSpec], root: Path) -> None:
    """Find out whether every model's file is there.

    Raises:
        SettingsError: Some are not; all of them are named.
    """
    errors = []
    for spec in specs:
        path = _file(spec)
        if not path.is_file():
            shown = path.relative_to(root) if path.is_relative_to(root) else path
            errors.append(
                SettingsError(
                    f"the file of model `{spec.label}` is not there: {str(shown)!r}",
                    "put it there, or name another in modelbench.yaml.",
                    str(spec.place),
                )
            )
    if errors:
        raise join_errors(errors)


def fingerprint_subject(spec: ModelSpec, store: AnswerStore) -> str:
    """Return the fingerprint of everything about a model that its answers depend on.

    Threads are left out: they do not change an answer. The number of slots does.
    """
    return fingerprint(
        {
            "file": _digest(_file(spec), store),
            "kind": "gguf" if spec.gguf else "recorded",
            "context_tokens": spec.context_tokens,
            "chat": spec.chat,
            "chat_template": spec.chat_template,
            "chat_arguments": dict(spec.chat_arguments),
            "experts": spec.experts,
            "slots": spec.slots,
            "gpu_layers": spec.gpu_layers,
            "engine": engine_build() if spec.gguf else "recorded",
        }
    )


def build_prompt(trial: Trial, *, subject: str) -> Prompt:
    """Return what is put to the engine for one trial.

    What the question says about sampling overrides the suite, and the model overrides both: a
    variant that tries another temperature would otherwise try nothing.
    """
    question, suite, spec = trial.question, trial.suite, trial.spec
    sampling = Sampling()
    for changes in (suite.sampling, question.sampling, spec.sampling):
        if changes.values:
            sampling = changes.apply(sampling)
    if trial.number > 1:
        sampling = replace(sampling, seed=sampling.seed + trial.number - 1)
    key = fingerprint(
        {
            "subject": subject,
            "messages": [[message.author, message.content] for message in question.messages],
            "sampling": _describe_sampling(sampling),
            "timeout_s": question.timeout_s,
            "trial": trial.number,
            **_recorded_name(question, spec),
        }
    )
    return Prompt(
        key=key,
        messages=question.messages,
        sampling=sampling,
        timeout_s=question.timeout_s,
        suite=suite.name,
        question=question.id,
        trial=trial.number,
    )


@lru_cache
def _describe_sampling(sampling: Sampling) -> Mapping[str, object]:
    # Nearly all questions of a run share one.
    return {**asdict(sampling), "stop": list(sampling.stop)}


def _recorded_name(question: Question, spec: ModelSpec) -> Mapping[str, str]:
    # A recorded answer is found by name, so two questions of the same text differ.
    return {"suite": question.suite, "question": question.id} if spec.recorded else {}


def _file(spec: ModelSpec) -> Path:
    path = spec.gguf or spec.recorded
    if path is None:
        raise SettingsError(f"model `{spec.label}` has no file", "", str(spec.place))
    return path


def _digest(path: Path, store: AnswerStore) -> str:
    kept = store.find_digest(path)
    if kept:
        return kept
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            digest.update(block)
    store.add_digest(path, digest.hexdigest())
    return digest.hexdigest()

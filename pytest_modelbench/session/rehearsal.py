"""Has the code in answers executed as soon as they come, so that no item waits for it.

Items run one after the other and ask for their own executions only; what was executed ahead is
found again by the sandbox. Owned by the controller: one pool of cells, however many workers.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pytest_modelbench.domain import Outcome, Prompt, Question, RawAnswer
from pytest_modelbench.sandbox import SandboxPool
from pytest_modelbench.scoring import Material, clean_answer, find_hopeless
from pytest_modelbench.session.plan import RunPlan

__all__ = ["Rehearsal"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeQuestion:
    """A question with checks that execute code, and those checks."""

    question: Question
    checks: tuple[Mapping[str, Any], ...]


@dataclass(kw_only=True)
class Rehearsal:
    """Orders executions ahead.

    Attributes:
        plan: Has the suites and the catalogue of checks.
        pool: Executes.
    """

    plan: RunPlan
    pool: SandboxPool
    _suites: dict[str, Mapping[str, CodeQuestion]] = field(default_factory=dict)
    _planning: ThreadPoolExecutor = field(
        default_factory=partial(ThreadPoolExecutor, 1, thread_name_prefix="modelbench-rehearsal")
    )

    def note(self, prompt: Prompt, raw: RawAnswer) -> None:
        """Order what the checks of a question will want executed on an answer to it.

        Only begun here: the thread that calls hears the engines, and must neither wait for checks
        nor end with one of them. What goes wrong goes wrong again, and is told, when the item
        scores the answer.
        """
        entry = self._find_code_questions(prompt.suite).get(prompt.question)
        if entry is not None:
            with suppress(RuntimeError):  # closed in the meantime
                self._planning.submit(self._order, entry, prompt, raw)

    def close(self) -> None:
        """Order nothing any more."""
        self._planning.shutdown(wait=False, cancel_futures=True)

    def _order(self, entry: CodeQuestion, prompt: Prompt, raw: RawAnswer) -> None:
        question = entry.question
        answer = clean_answer(raw, question.messages, prompt.sampling.max_tokens)
        if answer.outcome is Outcome.ERROR or find_hopeless(answer):
            return
        # Checks that execute are tried on the reference answer, too.
        texts = [text for text in (answer.text, question.reference_answer.strip()) if text]
        for check in entry.checks:
            for text in texts:
                for execution in self.plan.catalogue.plan(check, Material(text=text)):
                    self.pool.observe_ahead(execution)

    def _find_code_questions(self, name: str) -> Mapping[str, CodeQuestion]:
        if name not in self._suites:
            executes = self.plan.catalogue.executes
            found = {}
            for question in self.plan.suite(name).questions:
                checks = [criterion.check.value for criterion in question.rubric if criterion.check]
                wanted = tuple(check for check in checks if executes(check))
                if wanted:
                    found[question.id] = CodeQuestion(question=question, checks=wanted)
            self._suites[name] = found
        return self._suites[name]

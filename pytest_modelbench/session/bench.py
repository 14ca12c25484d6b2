"""The bench: one trial of one question, from the answer to its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pytest_modelbench.domain import Answer, Prompt, Score, fingerprint
from pytest_modelbench.domain.run import AnswerFacts, TrialRecord, Verdict
from pytest_modelbench.errors import EngineError
from pytest_modelbench.gating import compare_trial, compare_trials, name_sandboxes
from pytest_modelbench.sandbox import Execution, Observed, Sandbox
from pytest_modelbench.scoring import clean_answer, score_answer
from pytest_modelbench.session.desk import AnswerSource, TakenAnswer
from pytest_modelbench.session.plan import RunPlan
from pytest_modelbench.session.subjects import build_prompt
from pytest_modelbench.session.trials import Trial, TrialKey

__all__ = ["Bench"]


@dataclass(kw_only=True)
class Bench:
    """Measures trials; the same in plain pytest, in a worker and for a gate.

    Attributes:
        plan: What the run is about.
        subjects: Fingerprint of each model, by label.
        source: Where answers come from.
        sandbox: Executes code in answers.
    """

    plan: RunPlan
    subjects: Mapping[str, str]
    source: AnswerSource
    sandbox: Sandbox
    _prompts: dict[TrialKey, Prompt] = field(default_factory=dict)

    def prompt(self, trial: Trial) -> Prompt:
        """Return what is put to the engine for one trial.

        Asked for twice: when the answer is ordered and when it is waited for.
        """
        key = trial.key
        prompt = self._prompts.get(key)
        if prompt is None:
            prompt = build_prompt(trial, subject=self.subjects[trial.spec.label])
            self._prompts[key] = prompt
        return prompt

    def measure(self, trial: Trial) -> TrialRecord:
        """Wait for the answer to one trial, score it and compare the score.

        Raises:
            EngineError: The answer will never come.
            BaselineError: The baseline cannot be read.
        """
        prompt = self.prompt(trial)
        record = self.judge(trial, prompt, self.source.take(prompt))
        is_last = trial.number == self.plan.settings.trials
        return self._judge_all(trial, record) if is_last and trial.number > 1 else record

    def _judge_all(self, trial: Trial, record: TrialRecord) -> TrialRecord:
        """Let the last trial speak for all trials of its question, where all were asked."""
        baseline = self.plan.baseline(trial.spec, trial.suite.name)
        accepted = self.plan.accepted(baseline, trial.suite.name).get(trial.question.id)
        if accepted is None or record.verdict not in {Verdict.PASSED, Verdict.IMPROVED}:
            return record
        records = [record]
        for number in range(1, trial.number):
            other = replace(trial, number=number)
            try:
                taken = self.source.take(self.prompt(other))
            except EngineError:
                return record  # deselected, so the gate counts it as missing
            records.append(self.judge(other, self.prompt(other), taken))
        scores = [entry.scored.raw for entry in records if isinstance(entry.scored, Score)]
        if len(scores) < len(records):
            return record
        comparison = compare_trials(
            scores,
            accepted,
            tolerance=trial.suite.tolerance,
            sandbox=name_sandboxes(records),
        )
        if comparison.verdict is Verdict.PASSED:
            return record
        return replace(record, verdict=comparison.verdict, reason=comparison.reason)

    def judge(self, trial: Trial, prompt: Prompt, taken: TakenAnswer) -> TrialRecord:
        """Score an answer that is there and compare the score.

        Raises:
            BaselineError: The baseline cannot be read.
        """
        question, suite, spec = trial.question, trial.suite, trial.spec
        answer = clean_answer(taken.raw, question.messages, prompt.sampling.max_tokens)
        witness = Witness(sandbox=self.sandbox)
        scored = score_answer(
            question, answer, suite.scale, catalogue=self.plan.catalogue, sandbox=witness
        )
        baseline = self.plan.baseline(spec, suite.name)
        comparison = compare_trial(
            scored,
            self.plan.accepted(baseline, suite.name).get(question.id),
            instrument=self.plan.instruments(suite)[question.id],
            tolerance=suite.tolerance,
            answer=fingerprint(answer.text),
            sandbox=witness.tier,
        )
        return TrialRecord(
            label=spec.label,
            suite=suite.name,
            question=question.id,
            trial=trial.number,
            tier=question.tier,
            outcome=answer.outcome,
            scored=scored,
            verdict=comparison.verdict,
            reason=comparison.reason,
            compared_with="" if baseline.is_own else baseline.label,
            prompt=prompt.key,
            answer=fingerprint(answer.text),
            text=answer.text,
            facts=_facts(answer, taken),
            sandbox=witness.tier,
        )


@dataclass(kw_only=True)
class Witness:
    """A sandbox that remembers where the code of one trial was executed.

    Attributes:
        sandbox: Does the work.
        tier: Of the last execution; "" where there was none.
    """

    sandbox: Sandbox
    tier: str = ""

    def observe(self, execution: Execution) -> Observed:
        """Execute, and return what was seen.

        Raises:
            SandboxError: See `Sandbox`.
        """
        observed = self.sandbox.observe(execution)
        self.tier = observed.tier
        return observed


def _facts(answer: Answer, taken: TakenAnswer) -> AnswerFacts:
    raw = answer.raw
    return AnswerFacts(
        answer_tokens=raw.answer_tokens,
        prompt_tokens=raw.prompt_tokens,
        prompt_s=raw.prompt_s,
        decode_s=raw.decode_s,
        stored=taken.stored,
    )

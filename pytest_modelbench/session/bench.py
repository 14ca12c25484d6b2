"""The bench: one trial of one question, from the answer to its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_modelbench.domain import Answer, Prompt, fingerprint
from pytest_modelbench.domain.run import AnswerFacts, TrialRecord
from pytest_modelbench.gating import compare_trial
from pytest_modelbench.scoring import clean_answer, score_answer
from pytest_modelbench.session.desk import AnswerSource, TakenAnswer
from pytest_modelbench.session.subjects import build_prompt
from pytest_modelbench.session.trials import Trial, TrialKey
from pytest_modelbench.session.workplace import Workplace

__all__ = ["Bench"]


@dataclass(kw_only=True)
class Bench:
    """Measures trials; the same in plain pytest, in a worker and for a gate.

    Attributes:
        workplace: What the run is about.
        subjects: Fingerprint of each model, by label.
        source: Where answers come from.
    """

    workplace: Workplace
    subjects: Mapping[str, str]
    source: AnswerSource
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
        return self.judge(trial, prompt, self.source.take(prompt))

    def judge(self, trial: Trial, prompt: Prompt, taken: TakenAnswer) -> TrialRecord:
        """Score an answer that is there and compare the score.

        Raises:
            BaselineError: The baseline cannot be read.
        """
        question, suite, spec = trial.question, trial.suite, trial.spec
        answer = clean_answer(taken.raw, question.messages, prompt.sampling.max_tokens)
        scored = score_answer(question, answer, suite.scale)
        baseline = self.workplace.baseline(spec, suite.name)
        comparison = compare_trial(
            scored,
            self.workplace.accepted(baseline, suite.name).get(question.id),
            instrument=self.workplace.instruments(suite)[question.id],
            tolerance=suite.tolerance,
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
        )


def _facts(answer: Answer, taken: TakenAnswer) -> AnswerFacts:
    raw = answer.raw
    return AnswerFacts(
        answer_tokens=raw.answer_tokens,
        prompt_tokens=raw.prompt_tokens,
        prompt_s=raw.prompt_s,
        decode_s=raw.decode_s,
        stored=taken.stored,
    )

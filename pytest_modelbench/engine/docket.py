"""What one model still has to answer, and what becomes of it when its process dies.

No processes and no threads here: the pool tells a docket what happened, the docket says which
answers follow from it.
"""

from collections.abc import Sequence

from pytest_modelbench.domain import ModelSpec, Prompt, RawAnswer
from pytest_modelbench.engine.batching import WaitingLine
from pytest_modelbench.errors import EngineError

__all__ = ["MAX_DEATHS", "Docket", "name_prompt"]

# One restart: a second death is no accident.
MAX_DEATHS = 2


class Docket:
    """The prompts of one model.

    Attributes:
        spec: The model.
        failure: Why it can answer nothing any more; "" as long as it can.
        deaths: How often its process has died.
        open: Prompts without an answer, in order, whether they are in work or not.
    """

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.failure = ""
        self.deaths = 0
        self.open = WaitingLine()
        self._known: set[str] = set()
        self._in_slots: dict[str, None] = {}
        self._beginning: list[str] = []

    def add(self, prompts: Sequence[Prompt]) -> list[Prompt]:
        """Take prompts and return those that were not there before."""
        new = {prompt.key: prompt for prompt in prompts if prompt.key not in self._known}
        self._known.update(new)
        self.open.add(list(new.values()))
        return list(new.values())

    def note_begin(self, keys: Sequence[str]) -> None:
        """Note that only these are being computed, and that they hold slots from now on."""
        self._beginning = list(keys)
        self._in_slots.update(dict.fromkeys(keys))

    def note_generate(self) -> None:
        """Note that everything in a slot is being computed."""
        self._beginning = []

    def note_answer(self, key: str) -> bool:
        """Note an answer; tell whether anybody still wants it."""
        self._in_slots.pop(key, None)
        if key in self._beginning:
            self._beginning.remove(key)
        return self.open.remove(key) is not None

    def note_death(self, death: str, log: str) -> list[RawAnswer]:
        """Note that the process died, and return the answers that follow from it.

        Args:
            death: How: "died with SIGSEGV", "sent nothing for 120 s and was killed".
            log: Path of its log.
        """
        self.deaths += 1
        in_hand = [self.open.remove(key) for key in self._beginning or self._in_slots]
        blamed = [prompt for prompt in in_hand if prompt is not None]
        self.note_start()
        answers = [self._blame(prompt, blamed, death, log) for prompt in blamed]
        if self.deaths < MAX_DEATHS:
            return answers
        doing = f" while answering {_name_all(blamed)}" if blamed else ""
        problem = f"engine process for `{self.spec.label}` {death}{doing}, after one restart"
        return answers + self.fail(str(EngineError(problem, f"its log is {log}.")))

    def note_start(self) -> None:
        """Note that a process starts with nothing in its slots."""
        self._in_slots.clear()
        self._beginning = []

    def fail(self, failure: str) -> list[RawAnswer]:
        """Give the model up, and return an answer for each prompt that has none."""
        self.failure = failure
        return [make_error(prompt.key, failure) for prompt in self.open.clear()]

    def _blame(self, prompt: Prompt, blamed: list[Prompt], death: str, log: str) -> RawAnswer:
        others = len(blamed) - 1
        company = f" together with {others} other{'s' * (others > 1)}" if others else ""
        error = EngineError(
            f"engine process for `{self.spec.label}` {death} while answering "
            f"{name_prompt(prompt)}{company}",
            f"its log is {log}; run that question alone with -k {prompt.question or prompt.key}.",
        )
        return make_error(prompt.key, str(error))


def make_error(key: str, detail: str) -> RawAnswer:
    """Return the answer to a prompt that could not be answered."""
    return RawAnswer(key=key, text="", stop_reason="error", detail=detail)


def name_prompt(prompt: Prompt) -> str:
    """Return how messages call a prompt: suite::question, with the trial from the second on."""
    if not prompt.question:
        return prompt.key
    trial = f" (trial {prompt.trial})" if prompt.trial > 1 else ""
    return f"{prompt.suite}::{prompt.question}{trial}"


def _name_all(prompts: Sequence[Prompt]) -> str:
    return ", ".join(name_prompt(prompt) for prompt in prompts)

"""What tests of engines share: a sink that can be waited for, and prompts."""

import threading
import time
from collections.abc import Callable, Sequence

from pytest_modelbench.domain import Message, Prompt, RawAnswer, Sampling
from pytest_modelbench.engine import EngineFacts, Progress

__all__ = ["CollectingSink", "make_prompt", "poll"]

PATIENCE_S = 10.0


class CollectingSink:
    """Keeps all it is told, and wakes whoever waits for it."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, RawAnswer]] = []
        self.progress: list[tuple[str, Progress]] = []
        self.facts: list[tuple[str, EngineFacts]] = []
        self.changed = threading.Condition()

    def on_answer(self, label: str, answer: RawAnswer) -> None:
        with self.changed:
            self.answers.append((label, answer))
            self.changed.notify_all()

    def on_progress(self, label: str, progress: Progress) -> None:
        with self.changed:
            self.progress.append((label, progress))
            self.changed.notify_all()

    def on_ready(self, label: str, facts: EngineFacts) -> None:
        with self.changed:
            self.facts.append((label, facts))
            self.changed.notify_all()

    def wait_until(self, is_reached: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(is_reached, PATIENCE_S), "nothing came"

    def wait_for(self, count: int) -> list[RawAnswer]:
        self.wait_until(lambda: len(self.answers) >= count)
        return [answer for _, answer in self.answers]

    def by_key(self) -> dict[str, RawAnswer]:
        return {answer.key: answer for _, answer in self.answers}


def make_prompt(
    question: str,
    content: str = "6 times 7?",
    *,
    sampling: Sampling | None = None,
    timeout_s: float = 60.0,
    messages: Sequence[Message] = (),
    trial: int = 1,
) -> Prompt:
    return Prompt(
        key=f"key-{question}" + (f"-{trial}" if trial > 1 else ""),
        messages=tuple(messages) or (Message(author="user", content=content),),
        sampling=sampling or Sampling(max_tokens=32),
        timeout_s=timeout_s,
        suite="sums",
        question=question,
        trial=trial,
    )


def poll(is_reached: Callable[[], bool]) -> None:
    """Wait for something outside this process, looking again and again."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_reached():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)

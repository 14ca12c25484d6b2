"""Where items wait for answers: what is known, what is on its way, and who wrote it down.

Owned by the controller (plain pytest is its own controller). Engines answer in the background;
every answer goes to the store the moment it arrives and to whoever waits for it.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from pytest_modelbench.domain import ModelSpec, Prompt, RawAnswer
from pytest_modelbench.engine import EngineFacts, EnginePool, Progress
from pytest_modelbench.errors import EngineError
from pytest_modelbench.store import AnswerStore

__all__ = ["AnswerDesk", "AnswerSource", "TakenAnswer", "Tally"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenAnswer:
    """An answer, and whether it was there before this run."""

    raw: RawAnswer
    stored: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How far a run is.

    Attributes:
        asked: Answers that no store had.
        answered: Those of them that came.
    """

    asked: int
    answered: int

    @property
    def open(self) -> int:
        """Return how many are still to come."""
        return self.asked - self.answered


class AnswerSource(Protocol):
    """What an item needs: the desk itself, or a worker's line to it."""

    def take(self, prompt: Prompt) -> TakenAnswer:
        """Return the answer to a prompt; waits until it is there.

        Raises:
            EngineError: The answer will never come.
        """


@dataclass
class AnswerDesk:
    """Collects the answers of all engines.

    Attributes:
        store: Where answers are kept.
        fresh: Ask even where an answer is stored.
        on_progress: Told of unfinished answers.
        on_taken: Told of each answer to be scored, the moment it is there.
        facts: Of each model's engine, once it is ready.
    """

    store: AnswerStore
    fresh: bool
    on_progress: Callable[[str, Progress], None]
    on_taken: Callable[[Prompt, RawAnswer], None]
    facts: dict[str, EngineFacts] = field(default_factory=dict)
    _pool: EnginePool | None = None
    _taken: dict[str, TakenAnswer] = field(default_factory=dict)
    _ordered: dict[str, tuple[ModelSpec, Prompt]] = field(default_factory=dict)
    _order: list[str] = field(default_factory=list)
    _positions: dict[str, int] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    # Every worker orders the same: the second one finds everything ordered.
    _ordering: threading.Lock = field(default_factory=threading.Lock)
    _asked: int = 0
    _answered: int = 0
    _closed: bool = False

    def open(self, start_pool: Callable[["AnswerDesk"], EnginePool]) -> None:
        """Start answering; engines start with the first prompt that no store can answer."""
        self._pool = start_pool(self)

    def order(self, prompts: Iterable[tuple[ModelSpec, Prompt]]) -> None:
        """Ask for answers in this order; known ones are ready at once.

        Raises:
            StoreError: The store cannot be read.
            EngineError: The engines' thread has died.
        """
        wanted = {prompt.key: (spec, prompt) for spec, prompt in prompts}
        with self._ordering:
            new = {key: order for key, order in wanted.items() if key not in self._ordered}
            known = {} if self.fresh else self._find_kept(new)
            with self._changed:
                self._ordered.update(new)
                self._positions.update(
                    {key: index for index, key in enumerate(new, start=len(self._order))}
                )
                self._order.extend(new)
                for key, raw in known.items():
                    self._taken[key] = TakenAnswer(raw=raw, stored=True)
                self._asked += len(new) - len(known)
                self._changed.notify_all()
            for key, raw in known.items():
                self.on_taken(new[key][1], raw)
            for spec, batch in _by_model(new, known):
                self._require_pool().submit(spec, batch)

    def take(self, prompt: Prompt) -> TakenAnswer:
        """Return the answer to a prompt that was ordered; waits until it is there."""
        return self.wait(prompt.key)

    def wait(self, key: str) -> TakenAnswer:
        """Return an ordered answer; waits until it is there.

        Raises:
            EngineError: It was never ordered, or the run ends before it came.
        """
        with self._changed:
            if key not in self._ordered:
                raise EngineError("an answer was waited for that nobody had asked for")
            if key not in self._taken and not self._closed:
                self._require_pool().hurry(key)
            while key not in self._taken:
                if self._closed:
                    raise EngineError("the run ended before the answer came")
                self._changed.wait()
            return self._taken[key]

    def ready_after(self, key: str, count: int) -> Sequence[tuple[str, TakenAnswer]]:
        """Return which of the next `count` ordered answers are there already.

        A worker asks for its questions in nearly the order they were ordered in, so that
        sending these along saves it most of its round trips.
        """
        with self._changed:
            start = self._positions[key] + 1
            following = self._order[start : start + count]
            return [(other, self._taken[other]) for other in following if other in self._taken]

    def tally(self) -> Tally:
        """Return how many answers are asked for, and how many of them came."""
        with self._changed:
            return Tally(asked=self._asked, answered=self._answered)

    def find(self, keys: Iterable[str]) -> Mapping[str, TakenAnswer]:
        """Return those answers that are known without asking: from this run or the store."""
        with self._changed:
            wanted = list(keys)
            found = {key: self._taken[key] for key in wanted if key in self._taken}
        rest = [key for key in wanted if key not in found]
        for key, raw in self._find_kept(rest).items():
            found[key] = TakenAnswer(raw=raw, stored=True)
        return {key: taken for key, taken in found.items() if taken.raw.stop_reason != "error"}

    def close(self) -> None:
        """Stop every engine and wake everybody who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._pool is not None:
            self._pool.close()

    def on_answer(self, label: str, answer: RawAnswer) -> None:
        """Take an answer from an engine; errors are told but never stored."""
        answer = replace(answer, text=_without_surrogates(answer.text))
        with self._changed:
            _, prompt = self._ordered[answer.key]
            self._taken[answer.key] = TakenAnswer(raw=answer, stored=False)
            self._answered += 1
            self._changed.notify_all()
        if answer.stop_reason != "error":
            self.store.add_answer(
                answer,
                label=label,
                suite=prompt.suite,
                question=prompt.question,
                trial=prompt.trial,
            )
        # Last: whatever goes wrong there, the answer is kept.
        self.on_taken(prompt, answer)

    def on_ready(self, label: str, facts: EngineFacts) -> None:
        """Keep what an engine says of itself."""
        self.facts[label] = facts

    def _find_kept(self, keys: Iterable[str]) -> Mapping[str, RawAnswer]:
        """Return stored answers that stand; a time limit is the machine's doing, so it is retried."""
        found = self.store.find_answers(keys)
        return {key: raw for key, raw in found.items() if raw.stop_reason != "timeout"}

    def _require_pool(self) -> EnginePool:
        if self._pool is None:
            raise EngineError("an answer was asked for before the run began")
        return self._pool


def _by_model(
    orders: Mapping[str, tuple[ModelSpec, Prompt]], known: Mapping[str, RawAnswer]
) -> Sequence[tuple[ModelSpec, Sequence[Prompt]]]:
    batches: dict[str, tuple[ModelSpec, list[Prompt]]] = {}
    for key, (spec, prompt) in orders.items():
        if key not in known:
            batches.setdefault(spec.label, (spec, []))[1].append(prompt)
    return list(batches.values())


def _without_surrogates(text: str) -> str:
    # A lone surrogate cannot be written to any file or sent to any worker.
    return text.encode("utf-8", "replace").decode("utf-8")

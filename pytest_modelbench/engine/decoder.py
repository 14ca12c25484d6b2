"""Runs in the engine process: decodes many answers together, each as if it were alone.

Knows slots, time limits, stop texts and loops, but not llama.cpp: that is behind `LanguageModel`.
"""

import codecs
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pytest_modelbench.domain import Message, Prompt, RawAnswer, Sampling, StopReason
from pytest_modelbench.domain.repetition import RepetitionDetector
from pytest_modelbench.engine.base import EngineFacts, Progress
from pytest_modelbench.engine.batching import SlotTable, WaitingLine, split_prompt
from pytest_modelbench.engine.channel import Outbox
from pytest_modelbench.engine.chat import has_open_think
from pytest_modelbench.engine.docket import make_error
from pytest_modelbench.engine.wire import Answers, Begin, Generate, Report
from pytest_modelbench.errors import EngineError

__all__ = ["AnswerText", "Decoder", "LanguageModel", "Row", "TokenChooser"]

PROGRESS_EVERY_S = 0.25
NO_NUMBER = EngineError(
    "the model computed no numbers (NaN)",
    "the weights are damaged or their quantisation is; try another file.",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One token of one answer in a step.

    Attributes:
        token: To be decoded.
        position: In the slot's context.
    """

    token: int
    position: int


class TokenChooser(Protocol):
    """Draws the tokens of one answer."""

    def choose(self, row: int) -> int:
        """Return the next token from one row of logits, -1 for NaN."""

    def close(self) -> None:
        """Free what it holds."""


class LanguageModel(Protocol):
    """What the decoder needs of llama.cpp."""

    prompt_part_tokens: int

    @property
    def end_tokens(self) -> frozenset[int]:
        """Return the tokens that end an answer."""

    def tokenise(self, text: str) -> list[int]:
        """Return the tokens of a rendered prompt."""

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token."""

    def decode_prompt(
        self, slot: int, tokens: Sequence[int], *, position: int, is_last: bool
    ) -> None:
        """Decode one part of a prompt; the last one gives one row of logits."""

    def decode_step(self, rows: Sequence[Row | None]) -> None:
        """Decode one row for each slot, which gives as many rows of logits."""

    def greedy_tokens(self) -> list[int]:
        """Return the most likely token of each row of logits, -1 for NaN."""

    def open_chooser(self, sampling: Sampling, prompt: Sequence[int]) -> TokenChooser | None:
        """Return what draws an answer's tokens, None where the most likely one is taken."""

    def clear(self, slot: int) -> None:
        """Forget what a slot holds."""


class AnswerText:
    """The text of an answer, from the bytes of its tokens; characters may span tokens."""

    def __init__(self, stop: Sequence[str]) -> None:
        self.text = ""
        self._stop = [text for text in stop if text]
        self._overlap = max(map(len, self._stop), default=1) - 1
        self._utf8 = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> str:
        """Add the bytes of a token and return the characters that they completed."""
        new = self._utf8.decode(data)
        self.text += new
        return new

    def cut_at_stop(self, new: str) -> bool:
        """Cut the text before the first stop text, if the new characters completed one."""
        start = max(0, len(self.text) - len(new) - self._overlap)
        found = [self.text.find(text, start) for text in self._stop]
        places = [place for place in found if place >= 0]
        if places:
            self.text = self.text[: min(places)]
        return bool(places)

    def finish(self) -> None:
        """Add what is left of an unfinished character."""
        self.text += self._utf8.decode(b"", final=True)


@dataclass(kw_only=True, slots=True)
class _Sequence:
    """An answer in work; its state moves on with each step."""

    prompt: Prompt
    slot: int
    prompt_tokens: int
    begun_at: float
    opened_think: bool
    chooser: TokenChooser | None
    text: AnswerText
    detector: RepetitionDetector = field(default_factory=RepetitionDetector)
    token: int = 0
    tokens: int = 0
    prompt_s: float = 0.0
    decode_s: float = 0.0


class Decoder:
    """Fills slots from the line of prompts and decodes them step by step."""

    def __init__(
        self,
        model: LanguageModel,
        *,
        render: Callable[[Sequence[Message]], str],
        facts: EngineFacts,
        outbox: Outbox,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a decoder with free slots.

        Args:
            model: Decodes; all its slots are idle.
            render: Turns messages into the text that the model reads.
            facts: Give the number of slots and the context of each.
            outbox: Takes the messages.
            clock: Seconds from any start.
        """
        self._model = model
        self._render = render
        self._facts = facts
        self._outbox = outbox
        self._clock = clock
        self._line = WaitingLine()
        self._slots: SlotTable[_Sequence] = SlotTable(facts.slots)
        self._finished: list[RawAnswer] = []
        self._is_generating = False
        self._reported_at = clock()

    @property
    def facts(self) -> EngineFacts:
        """Return what is known of the model."""
        return self._facts

    def ask(self, prompts: Sequence[Prompt]) -> None:
        """Take prompts."""
        self._line.add(prompts)

    def hurry(self, key: str) -> None:
        """Move a prompt to the front, if it has not begun."""
        self._line.hurry(key)

    def wait_s(self) -> float | None:
        """Return 0 as long as there is something to decode, None otherwise."""
        return 0.0 if self._line or self._slots.occupants() else None

    def step(self) -> None:
        """Fill the free slots and decode one token for each answer in work."""
        self._end_late()
        # Not until the line is empty: one-token answers would let all others wait.
        for _ in range(len(self._slots)):
            slot = self._slots.find_free()
            if slot is None or not self._line:
                break
            self._admit(slot, self._line.take_first())
        if self._slots.occupants():
            self._generate()
        self._send_finished()
        self._report()

    def _admit(self, slot: int, prompt: Prompt) -> None:
        """Give a slot to a prompt, decode the prompt, and choose the first token."""
        begun_at = self._clock()
        try:
            text = self._render(prompt.messages)
            tokens = self._model.tokenise(text)
            self._check_length(tokens)
        except EngineError as error:
            self._finished.append(make_error(prompt.key, str(error)))
            return
        self._send_finished()
        self._outbox.send(Begin([prompt.key]))
        self._is_generating = False
        sequence = _Sequence(
            prompt=prompt,
            slot=slot,
            prompt_tokens=len(tokens),
            begun_at=begun_at,
            opened_think=has_open_think(text),
            chooser=self._model.open_chooser(prompt.sampling, tokens),
            text=AnswerText(prompt.sampling.stop),
        )
        self._slots.hold(slot, sequence)
        try:
            is_in_time = self._decode_prompt(sequence, tokens)
        except EngineError as error:
            self._finish(sequence, "error", str(error))
            return
        sequence.prompt_s = self._clock() - begun_at
        if is_in_time:
            self._choose([sequence], [0])
        else:
            self._finish(sequence, "timeout")

    def _check_length(self, tokens: Sequence[int]) -> None:
        if not tokens:
            raise EngineError("the prompt is empty", "give the question a prompt.")
        if len(tokens) + 1 > self._facts.context_tokens:
            raise EngineError(
                f"the prompt has {len(tokens)} tokens, which leaves no room for an answer in a "
                f"context of {self._facts.context_tokens}",
                "raise `context_tokens` of the model in modelbench.yaml.",
            )

    def _decode_prompt(self, sequence: _Sequence, tokens: Sequence[int]) -> bool:
        """Decode a prompt part by part; tell whether that was within its time limit."""
        position = 0
        for part in split_prompt(tokens, size=self._model.prompt_part_tokens):
            if self._is_late(sequence):
                return False
            is_last = position + len(part) == len(tokens)
            self._model.decode_prompt(sequence.slot, part, position=position, is_last=is_last)
            position += len(part)
            self._outbox.keep_alive()
        return True

    def _generate(self) -> None:
        """Decode one step of all slots; a failure of it is one of all answers in work."""
        if not self._is_generating:
            self._send_finished()
            self._outbox.send(Generate())
            self._is_generating = True
        sequences = [sequence for _, sequence in self._slots.occupants()]
        rows = [
            Row(sequence.token, sequence.prompt_tokens + sequence.tokens - 1) if sequence else None
            for sequence in self._slots.rows()
        ]
        started_at = self._clock()
        try:
            self._model.decode_step(rows)
        except EngineError as error:
            for sequence in sequences:
                self._finish(sequence, "error", str(error))
            return
        # Steps alone, not the prompts of others in between: so the speed of an answer does not
        # depend on its neighbours, either.
        step_s = self._clock() - started_at
        for sequence in sequences:
            sequence.decode_s += step_s
        self._choose(sequences, [sequence.slot for sequence in sequences])

    def _choose(self, sequences: Sequence[_Sequence], rows: Sequence[int]) -> None:
        """Give each answer its next token, all from one batch."""
        is_greedy = any(sequence.chooser is None for sequence in sequences)
        greedy = self._model.greedy_tokens() if is_greedy else []
        for sequence, row in zip(sequences, rows, strict=True):
            chooser = sequence.chooser
            token = chooser.choose(row) if chooser else greedy[row]
            if token < 0:
                self._finish(sequence, "error", str(NO_NUMBER))
            elif token in self._model.end_tokens:
                self._finish(sequence, "end")
            else:
                self._append(sequence, token)

    def _append(self, sequence: _Sequence, token: int) -> None:
        sequence.token = token
        sequence.tokens += 1
        new = sequence.text.feed(self._model.piece(token))
        repetition = sequence.detector.feed(new, token)
        if sequence.text.cut_at_stop(new):
            self._finish(sequence, "stop")
        elif repetition is not None:
            self._finish(sequence, "loop", repetition.pattern)
        elif sequence.tokens >= sequence.prompt.sampling.max_tokens:
            self._finish(sequence, "limit")
        elif sequence.prompt_tokens + sequence.tokens >= self._facts.context_tokens:
            self._finish(sequence, "context")

    def _finish(self, sequence: _Sequence, reason: StopReason, detail: str = "") -> None:
        """End an answer and free its slot at once."""
        if reason != "stop":
            sequence.text.finish()
        if sequence.chooser is not None:
            sequence.chooser.close()
        self._model.clear(sequence.slot)
        self._slots.release(sequence.slot)
        self._finished.append(
            RawAnswer(
                key=sequence.prompt.key,
                text=sequence.text.text,
                stop_reason=reason,
                detail=detail,
                prompt_tokens=sequence.prompt_tokens,
                answer_tokens=sequence.tokens,
                prompt_s=round(sequence.prompt_s, 6),
                decode_s=round(sequence.decode_s, 6),
                opened_think=sequence.opened_think,
            )
        )

    def _is_late(self, sequence: _Sequence) -> bool:
        return self._clock() - sequence.begun_at >= sequence.prompt.timeout_s

    def _end_late(self) -> None:
        for _, sequence in self._slots.occupants():
            if self._is_late(sequence):
                self._finish(sequence, "timeout")

    def _send_finished(self) -> None:
        if self._finished:
            self._outbox.send(Answers(self._finished))
            self._finished = []

    def _report(self) -> None:
        """Say now and then how far the answer is that has been in work for longest."""
        now = self._clock()
        if now - self._reported_at < PROGRESS_EVERY_S:
            return
        sequences = [sequence for _, sequence in self._slots.occupants()]
        if not sequences:
            return
        self._reported_at = now
        oldest = min(sequences, key=lambda sequence: sequence.begun_at)
        seconds = oldest.decode_s
        self._outbox.send(
            Report(
                Progress(
                    key=oldest.prompt.key,
                    suite=oldest.prompt.suite,
                    question=oldest.prompt.question,
                    tokens=oldest.tokens,
                    tokens_per_s=round(oldest.tokens / seconds, 2) if seconds > 0 else 0.0,
                )
            )
        )

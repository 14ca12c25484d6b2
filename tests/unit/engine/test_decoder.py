"""The decoder with a model whose next token is written down, and a clock in the test's hands."""

from collections.abc import Sequence

import pytest

from pytest_modelbench.domain import RawAnswer, Sampling
from pytest_modelbench.engine.base import EngineFacts, Progress
from pytest_modelbench.engine.chat import join_messages
from pytest_modelbench.engine.decoder import AnswerText, Decoder, Row
from pytest_modelbench.engine.wire import Answers, Begin, Generate, Report
from pytest_modelbench.errors import EngineError
from tests.engine.sinks import make_prompt
from tests.unit.engine.test_recorded import FakeClock, FakeOutbox

END = 0


class CountingModel:
    """Tokens are characters; after each comes the next one of the alphabet, after z the end."""

    prompt_part_tokens = 4
    end_tokens = frozenset({END})

    def __init__(self, clock: FakeClock, slots: int) -> None:
        self.clock = clock
        self.last: list[int] = []
        self.held: list[list[int]] = [[] for _ in range(slots)]
        self.calls: list[str] = []
        self.broken = ""

    def tokenise(self, text: str) -> list[int]:
        return [ord(character) for character in text]

    def piece(self, token: int) -> bytes:
        return chr(token).encode()

    def decode_prompt(
        self, slot: int, tokens: Sequence[int], *, position: int, is_last: bool
    ) -> None:
        self._compute(f"prompt {slot}: {''.join(map(chr, tokens))}")
        assert position == len(self.held[slot])
        self.held[slot] += tokens
        self.last = [tokens[-1]] if is_last else []

    def decode_step(self, rows: Sequence[Row | None]) -> None:
        self._compute("step " + "".join(chr(row.token) if row else "-" for row in rows))
        for slot, row in enumerate(rows):
            if row is not None:
                assert row.position == len(self.held[slot])
                self.held[slot].append(row.token)
        self.last = [row.token if row else 0 for row in rows]

    def greedy_tokens(self) -> list[int]:
        return [
            -1 if token == ord("!") else END if token == ord("z") else token + 1
            for token in self.last
        ]

    def open_chooser(self, sampling: Sampling, prompt: Sequence[int]) -> None:
        assert sampling.temperature == 0
        assert prompt

    def clear(self, slot: int) -> None:
        self.held[slot] = []

    def _compute(self, call: str) -> None:
        self.calls.append(call)
        self.clock.now += 1.0
        if self.broken and call.startswith(self.broken):
            raise EngineError("llama_decode failed with code -3: no memory")


class Bench:
    def __init__(self, *, slots: int = 2, context_tokens: int = 32) -> None:
        self.clock = FakeClock()
        self.outbox = FakeOutbox()
        self.model = CountingModel(self.clock, slots)
        self.decoder = Decoder(
            self.model,
            render=join_messages,
            facts=EngineFacts(engine="fake", slots=slots, context_tokens=context_tokens),
            outbox=self.outbox,  # type: ignore[arg-type]  # only what the decoder calls
            clock=self.clock,
        )

    def finish(self) -> list[RawAnswer]:
        while self.decoder.wait_s() is not None:
            self.decoder.step()
        sent = [message for message in self.outbox.take() if isinstance(message, Answers)]
        return [answer for message in sent for answer in message.answers]


def test_answers_are_decoded_together_and_slots_are_filled_at_once():
    bench = Bench()

    bench.decoder.ask([make_prompt("a", "v"), make_prompt("b", "y"), make_prompt("c", "x")])
    answers = bench.finish()

    assert [(answer.key, answer.text) for answer in answers] == [
        ("key-b", "z"),
        ("key-c", "yz"),
        ("key-a", "wxyz"),
    ]
    assert bench.model.calls == [
        "prompt 0: v",
        "prompt 1: y",
        "step wz",
        "prompt 1: x",
        "step xy",
        "step yz",
        "step z-",
    ]


def test_what_is_computed_is_announced_before():
    bench = Bench()

    bench.decoder.ask([make_prompt("a", "x"), make_prompt("b", "x"), make_prompt("c", "y")])
    while bench.decoder.wait_s() is not None:
        bench.decoder.step()

    kinds = [message for message in bench.outbox.take() if isinstance(message, Begin | Generate)]
    assert kinds == [
        Begin(("key-a",)),
        Begin(("key-b",)),
        Generate(),
        Begin(("key-c",)),
        Generate(),
    ]


def test_speed_of_an_answer_counts_its_own_steps_alone():
    bench = Bench()

    bench.decoder.ask([make_prompt("a", "w"), make_prompt("b", "ptux")])
    answers = {answer.key: answer for answer in bench.finish()}

    assert (answers["key-a"].prompt_s, answers["key-a"].decode_s) == (1.0, 3.0)
    assert (answers["key-b"].prompt_s, answers["key-b"].decode_s) == (1.0, 2.0)


def test_time_limit_keeps_what_was_written():
    bench = Bench()

    bench.decoder.ask([make_prompt("a", "a", timeout_s=3.0), make_prompt("b", "w")])
    answers = {answer.key: answer for answer in bench.finish()}

    assert (answers["key-a"].stop_reason, answers["key-a"].text) == ("timeout", "bc")
    assert (answers["key-b"].stop_reason, answers["key-b"].text) == ("end", "xyz")


def test_time_limit_ends_a_long_prompt():
    bench = Bench()

    bench.decoder.ask([make_prompt("a", "x" * 16, timeout_s=2.0)])
    [answer] = bench.finish()

    assert (answer.stop_reason, answer.prompt_tokens) == ("timeout", 16)
    assert bench.model.calls == ["prompt 0: xxxx", "prompt 0: xxxx"]


def test_failed_prompt_is_an_error_of_its_own():
    bench = Bench()
    bench.model.broken = "prompt 0: x"

    bench.decoder.ask([make_prompt("a", "x"), make_prompt("b", "y")])
    answers = bench.finish()

    assert [(answer.key, answer.stop_reason, answer.detail) for answer in answers] == [
        ("key-a", "error", "llama_decode failed with code -3: no memory"),
        ("key-b", "end", ""),
    ]


def test_failed_step_is_an_error_of_all_in_it():
    bench = Bench()
    bench.model.broken = "step xy"

    bench.decoder.ask([make_prompt("a", "w"), make_prompt("b", "x"), make_prompt("c", "y")])
    answers = bench.finish()

    assert [(answer.key, answer.stop_reason) for answer in answers] == [
        ("key-a", "error"),
        ("key-b", "error"),
        ("key-c", "end"),
    ]


def test_token_that_is_no_number_is_an_error():
    bench = Bench()

    bench.decoder.ask([make_prompt("a", "!")])
    [answer] = bench.finish()

    assert answer.detail.startswith("the model computed no numbers (NaN)\n  Hint: ")


def test_empty_prompt_is_an_error():
    bench = Bench()

    bench.decoder.ask([make_prompt("a", "")])
    [answer] = bench.finish()

    assert answer.detail == "the prompt is empty\n  Hint: give the question a prompt."


def test_one_token_answers_do_not_let_the_others_wait():
    bench = Bench()
    short = Sampling(max_tokens=1)

    bench.decoder.ask([make_prompt("long", "a")])
    bench.decoder.ask([make_prompt(f"s{i}", "a", sampling=short) for i in range(6)])
    bench.decoder.step()

    assert [call.split()[0] for call in bench.model.calls] == ["prompt", "prompt", "step"]


def test_progress_is_that_of_the_oldest_answer():
    bench = Bench()

    bench.decoder.ask([make_prompt("a", "a"), make_prompt("b", "a")])
    bench.decoder.step()

    reports = [message for message in bench.outbox.take() if isinstance(message, Report)]
    assert reports == [
        Report(Progress(key="key-a", suite="sums", question="a", tokens=2, tokens_per_s=2.0))
    ]


@pytest.mark.parametrize(
    ("pieces", "stop", "text", "is_cut"),
    [
        (["ab", "cd"], ["bc"], "a", True),
        (["ab", "cd"], ["d", "c"], "ab", True),
        (["ab", "cd"], ["x"], "abcd", False),
        (["ab"], [""], "ab", False),
        (["\u00e9"], ["\u00e9"], "", True),
    ],
)
def test_text_is_cut_at_the_first_stop(pieces, stop, text, is_cut):
    answer = AnswerText(stop)

    cuts = [answer.cut_at_stop(answer.feed(piece.encode())) for piece in pieces]

    assert (answer.text, cuts[-1]) == (text, is_cut)


def test_characters_may_span_tokens():
    answer = AnswerText([])

    new = [answer.feed(bytes([byte])) for byte in "é€".encode() + b"\xf0\x9f"]
    answer.finish()

    assert new == ["", "é", "", "", "€", "", ""]
    assert answer.text == "é€\ufffd"

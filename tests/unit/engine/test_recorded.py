import json
from pathlib import Path

import pytest

from pytest_modelbench.domain import ModelSpec, RawAnswer
from pytest_modelbench.engine.recorded import RecordedAnswer, RecordedEngine, read_recorded
from pytest_modelbench.engine.wire import Answers, Begin, Generate, WireMessage
from pytest_modelbench.errors import EngineError
from tests.engine.sinks import make_prompt


class FakeOutbox:
    def __init__(self) -> None:
        self.messages: list[WireMessage] = []

    def send(self, message: WireMessage) -> None:
        # The sender goes on using its lists.
        copied = Answers(tuple(message.answers)) if isinstance(message, Answers) else message
        copied = Begin(tuple(message.keys)) if isinstance(message, Begin) else copied
        self.messages.append(copied)

    def keep_alive(self) -> None:
        pass

    def take(self) -> list[WireMessage]:
        messages, self.messages = self.messages, []
        return messages


class FakeClock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A recorded engine, with its clock in the test's hands."""

    def __init__(self, *recorded: RecordedAnswer, latency_s: float = 0.0, slots: int = 2) -> None:
        self.clock = FakeClock()
        self.outbox = FakeOutbox()
        self.crashes: list[str] = []
        self.engine = RecordedEngine(
            ModelSpec(name="m", recorded=Path("x.jsonl"), latency_s=latency_s, slots=slots),
            {(answer.suite, answer.question, answer.trial): answer for answer in recorded},
            self.outbox,  # type: ignore[arg-type]  # only what the engine calls
            clock=self.clock,
            crash=self.crashes.append,
        )

    def step(self, seconds: float = 0.0) -> list[WireMessage]:
        self.clock.now += seconds
        self.engine.step()
        return self.outbox.take()


def make_recorded(question: str, **changes) -> RecordedAnswer:
    return RecordedAnswer(
        **{"suite": "sums", "question": question, "text": question * 3, **changes}
    )


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def keys_of(messages: list[WireMessage]) -> list[tuple[str, str]]:
    told = []
    for message in messages:
        match message:
            case Answers(answers):
                told.append(("answers", "".join(answer.key[-1] for answer in answers)))
            case Begin(keys):
                told.append(("begin", "".join(key[-1] for key in keys)))
            case Generate():
                told.append(("generate", ""))
    return told


def test_line_becomes_an_answer():
    bench = Bench(
        make_recorded(
            "q",
            trial=2,
            stop_reason="limit",
            detail="d",
            prompt_tokens=5,
            answer_tokens=7,
            prompt_s=0.25,
            decode_s=0.5,
            opened_think=True,
        )
    )

    bench.engine.ask([make_prompt("q", trial=2)])

    answer = RawAnswer(
        key="key-q-2",
        text="qqq",
        stop_reason="limit",
        detail="d",
        prompt_tokens=5,
        answer_tokens=7,
        prompt_s=0.25,
        decode_s=0.5,
        opened_think=True,
    )
    assert bench.step() == [Answers((answer,))]


def test_question_without_a_line_is_an_error():
    bench = Bench(make_recorded("a"))

    bench.engine.ask([make_prompt("b"), make_prompt("a")])
    [message] = bench.step()

    assert isinstance(message, Answers)
    assert [(answer.text, answer.stop_reason, answer.detail) for answer in message.answers] == [
        ("", "error", "no recorded answer for sums::b (trial 1)"),
        ("aaa", "end", ""),
    ]


def test_answers_take_their_time_in_as_many_slots_as_there_are():
    bench = Bench(*(make_recorded(name) for name in "abc"), latency_s=0.5)

    bench.engine.ask([make_prompt(name) for name in "abc"])

    assert keys_of(bench.step()) == [("begin", "ab"), ("generate", "")]
    assert bench.engine.wait_s() == 0.5
    assert keys_of(bench.step(0.4)) == []
    assert keys_of(bench.step(0.2)) == [("answers", "ab"), ("begin", "c"), ("generate", "")]
    # The slot was free 0.1 s before anybody looked.
    assert bench.engine.wait_s() == pytest.approx(0.4)
    assert keys_of(bench.step(0.4)) == [("answers", "c")]
    assert bench.engine.wait_s() is None


def test_line_may_have_its_own_latency():
    bench = Bench(make_recorded("a", latency_s=2.0), make_recorded("b"), latency_s=0.5)

    bench.engine.ask([make_prompt("a"), make_prompt("b")])
    bench.step()

    assert keys_of(bench.step(0.5)) == [("answers", "b")]
    # However long it takes, the process shows signs of life.
    assert bench.engine.wait_s() == 1.0
    [message] = bench.step(1.5)
    assert isinstance(message, Answers)
    assert message.answers[0].decode_s == 2.0


def test_answer_that_takes_too_long_is_a_timeout():
    bench = Bench(make_recorded("a"), latency_s=9.0)

    bench.engine.ask([make_prompt("a", timeout_s=1.0)])
    bench.step()

    assert bench.step(1.0) == [Answers((RawAnswer(key="key-a", text="", stop_reason="timeout"),))]


def test_hurried_prompt_gets_the_next_slot():
    bench = Bench(*(make_recorded(name) for name in "abcd"), latency_s=1.0, slots=1)

    bench.engine.ask([make_prompt(name) for name in "abcd"])
    bench.step()
    bench.engine.hurry("key-d")

    assert keys_of(bench.step(1.0)) == [("answers", "a"), ("begin", "d"), ("generate", "")]


def test_crash_blames_its_own_question_alone():
    bench = Bench(
        make_recorded("a"), make_recorded("b", crash="SIGSEGV"), make_recorded("c"), slots=3
    )

    bench.engine.ask([make_prompt(name) for name in "abc"])

    assert keys_of(bench.step())[:2] == [("answers", "a"), ("begin", "b")]
    assert bench.crashes == ["SIGSEGV"]


def test_many_answers_are_sent_a_few_hundred_at_a_time():
    bench = Bench(*(make_recorded(f"q{i}") for i in range(1000)), slots=8)

    bench.engine.ask([make_prompt(f"q{i}") for i in range(1000)])

    counts = [len(message.answers) for message in bench.step() if isinstance(message, Answers)]
    assert counts == [256, 256, 256, 232]


def test_file_is_read(tmp_path: Path):
    path = write(
        tmp_path / "answers.jsonl",
        '{"suite": "sums", "question": "q", "text": "4\\n2"}',
        "",
        '{"suite": "sums", "question": "q", "trial": 2, "text": "", "stop_reason": "timeout", "latency_s": 1}',
        '{"suite": "sums", "question": "r", "crash": "SIGABRT"}',
    )

    assert read_recorded(path) == {
        ("sums", "q", 1): make_recorded("q", text="4\n2"),
        ("sums", "q", 2): make_recorded("q", trial=2, text="", stop_reason="timeout", latency_s=1),
        ("sums", "r", 1): make_recorded("r", text="", crash="SIGABRT"),
    }


KNOWN = (
    "suite, question, trial, text, stop_reason, detail, prompt_tokens, answer_tokens, prompt_s, "
    "decode_s, opened_think, latency_s, crash"
)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "{",
            "expected a JSON object, Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("[1]", "expected a JSON object, got '[1]'"),
        ("{}", "`suite` and `question` missing"),
        ('{"suite": "s", "text": ""}', "`question` missing"),
        ('{"txet": ""}', f"`txet` is no key of a recorded answer; known are {KNOWN}"),
        ('{"text": 4}', "`text` must be text, got 4"),
        ('{"trial": true}', "`trial` must be a whole number, got True"),
        ('{"latency_s": "1"}', "`latency_s` must be a number, got '1'"),
        ('{"opened_think": 1}', "`opened_think` must be true or false, got 1"),
        (
            '{"stop_reason": "eos"}',
            "`stop_reason` must be one of end, stop, limit, loop, timeout, context, error, got 'eos'",
        ),
        ('{"crash": "BOOM"}', "`crash` must be the name of a signal such as SIGSEGV, got 'BOOM'"),
    ],
)
def test_broken_line_is_reported_with_its_number(tmp_path: Path, line, problem):
    path = write(tmp_path / "answers.jsonl", '{"suite": "s", "question": "q"}', line)

    with pytest.raises(EngineError) as raised:
        read_recorded(path)

    assert str(raised.value) == f"{path}:2: {problem}"


def test_all_broken_lines_are_reported_at_once(tmp_path: Path):
    good = json.dumps({"suite": "s", "question": "q"})
    path = write(tmp_path / "answers.jsonl", good, "{}", good)

    with pytest.raises(EngineError) as raised:
        read_recorded(path)

    assert str(raised.value) == (
        f"{path}:2: `suite` and `question` missing\n"
        f"{path}:3: answers s::q (trial 1) again, after line 1"
    )


def test_list_of_problems_has_an_end(tmp_path: Path):
    path = write(tmp_path / "answers.jsonl", *["{}"] * 25)

    with pytest.raises(EngineError) as raised:
        read_recorded(path)

    assert str(raised.value).splitlines()[19:] == [
        f"{path}:20: `suite` and `question` missing",
        "... and 5 more",
    ]


def test_file_that_cannot_be_read_is_an_error(tmp_path: Path):
    missing, binary = tmp_path / "missing.jsonl", tmp_path / "binary.jsonl"
    binary.write_bytes(b"ab\xff")

    messages = []
    for path in (missing, binary, tmp_path):
        with pytest.raises(EngineError) as raised:
            read_recorded(path)
        messages.append(str(raised.value))

    hint = "\n  Hint: check `recorded` of the model in modelbench.yaml."
    assert messages == [
        f"`{missing}` does not exist{hint}",
        f"`{binary}` is not UTF-8 text (byte 2){hint}",
        f"`{tmp_path}` cannot be read: Is a directory{hint}",
    ]

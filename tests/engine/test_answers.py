"""What comes back for a prompt, from a real model."""

from pathlib import Path

import pytest

from pytest_modelbench.domain import Message, ModelSpec, RawAnswer, Sampling
from tests.engine.conftest import Ask
from tests.engine.sinks import make_prompt
from tests.support.gguf_files import write_known_answers

pytestmark = pytest.mark.engine


def make_spec(gguf: Path, **changes) -> ModelSpec:
    return ModelSpec(**{"name": "tiny", "gguf": gguf, "slots": 4, "context_tokens": 256, **changes})


def texts_of(answers: list[RawAnswer]) -> list[str]:
    return [answer.text for answer in answers]


def test_known_answer_has_its_facts(ask: Ask, known_answers_gguf: Path):
    [answer] = ask(make_spec(known_answers_gguf), [make_prompt("q", "6 times 7?")])

    assert answer == RawAnswer(
        key="key-q",
        text="42",
        stop_reason="end",
        prompt_tokens=11,  # ten characters and BOS
        answer_tokens=2,
        prompt_s=answer.prompt_s,
        decode_s=answer.decode_s,
    )
    assert answer.prompt_s > 0
    assert answer.decode_s > 0


@pytest.mark.parametrize(
    ("content", "sampling", "text", "stop_reason", "detail"),
    [
        ("?", Sampling(max_tokens=1), "4", "limit", ""),
        ("?", Sampling(max_tokens=2), "42", "limit", ""),
        ("?", Sampling(stop=("2",)), "4", "stop", ""),
        ("?", Sampling(stop=("nothing", "42")), "", "stop", ""),
        ("?", Sampling(stop=("",)), "42", "end", ""),
        ("#", Sampling(), "é", "end", ""),
        ("%", Sampling(), "\ufffd", "end", ""),
        ("$", Sampling(), "<|tool|>", "end", ""),
        (">", Sampling(), "abcdefghijk", "end", ""),
        ("é", Sampling(), "", "end", ""),
        ("6 times 7?\n", Sampling(), "", "end", ""),
    ],
)
def test_answer_ends(
    ask: Ask, known_answers_gguf: Path, content, sampling, text, stop_reason, detail
):
    [answer] = ask(make_spec(known_answers_gguf), [make_prompt("q", content, sampling=sampling)])

    assert (answer.text, answer.stop_reason, answer.detail) == (text, stop_reason, detail)


def test_loop_is_stopped_long_before_the_limit(ask: Ask, known_answers_gguf: Path):
    sampling = Sampling(max_tokens=3000)
    spec = make_spec(known_answers_gguf, context_tokens=4096)

    [answer] = ask(spec, [make_prompt("q", "!", sampling=sampling)])

    assert (answer.stop_reason, answer.detail) == ("loop", "lo")
    assert answer.text.startswith("lolo")
    assert answer.answer_tokens < 1500


def test_full_context_ends_an_answer(ask: Ask, known_answers_gguf: Path):
    sampling = Sampling(max_tokens=3000)

    [answer] = ask(make_spec(known_answers_gguf), [make_prompt("q", "ab" * 120, sampling=sampling)])
    [cut] = ask(
        make_spec(known_answers_gguf), [make_prompt("q", "a" * 250 + ">", sampling=sampling)]
    )

    assert (answer.stop_reason, answer.text) == ("end", "cdefghijk")
    assert (cut.stop_reason, cut.text, cut.prompt_tokens) == ("context", "abcd", 252)


@pytest.mark.parametrize("length", [255, 256, 2000])
def test_prompt_without_room_for_an_answer_is_an_error(ask: Ask, known_answers_gguf: Path, length):
    long, short = make_prompt("long", "x" * length), make_prompt("short")

    answers = ask(make_spec(known_answers_gguf), [long, short])

    assert answers[0] == RawAnswer(
        key="key-long",
        text="",
        stop_reason="error",
        detail=(
            f"the prompt has {length + 1} tokens, which leaves no room for an answer in a context "
            "of 256\n  Hint: raise `context_tokens` of the model in modelbench.yaml."
        ),
    )
    assert answers[1].text == "42"


def test_prompt_longer_than_a_part_is_answered(ask: Ask, known_answers_gguf: Path):
    spec = make_spec(known_answers_gguf, context_tokens=2048)

    [answer] = ask(spec, [make_prompt("q", "x" * 1500 + "?")])

    assert (answer.text, answer.prompt_tokens) == ("42", 1502)


def test_time_limit_counts_from_the_slot(ask: Ask, known_answers_gguf: Path):
    late, good = make_prompt("late", timeout_s=0.0), make_prompt("good")

    answers = ask(make_spec(known_answers_gguf, slots=1), [late, good])

    assert (answers[0].stop_reason, answers[0].text) == ("timeout", "")
    assert (answers[1].stop_reason, answers[1].text) == ("end", "42")


def test_empty_prompt_has_only_its_bos(ask: Ask, known_answers_gguf: Path):
    [answer] = ask(make_spec(known_answers_gguf), [make_prompt("q", "")])

    assert (answer.stop_reason, answer.text, answer.prompt_tokens) == ("end", "", 1)


def test_bos_of_the_template_is_not_doubled(ask: Ask, known_answers_gguf: Path):
    spec = make_spec(known_answers_gguf, chat_template="{{ bos_token }}{{ messages[0].content }}")

    [answer] = ask(spec, [make_prompt("q", "6 times 7?")])

    assert (answer.text, answer.prompt_tokens) == ("42", 11)


def test_raw_chat_joins_the_contents(ask: Ask, known_answers_gguf: Path):
    spec = make_spec(known_answers_gguf, chat="raw", chat_template="{{ raise_exception('no') }}")
    messages = [
        Message(author="system", content="short"),
        Message(author="user", content="6 times 7?"),
    ]

    [answer] = ask(spec, [make_prompt("q", messages=messages)])

    assert (answer.text, answer.prompt_tokens) == ("42", 17)


def test_open_thinking_block_is_noted(ask: Ask, known_answers_gguf: Path):
    template = "{{ messages[0].content }}<think>\n"

    [answer] = ask(make_spec(known_answers_gguf, chat_template=template), [make_prompt("q")])

    assert answer.opened_think


def test_template_that_refuses_is_an_error_of_that_question_alone(
    ask: Ask, known_answers_gguf: Path
):
    template = (
        "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}"
        "{% endif %}{{ messages[0].content }}"
    )
    system = [Message(author="system", content="short"), Message(author="user", content="?")]

    answers = ask(
        make_spec(known_answers_gguf, chat_template=template),
        [make_prompt("a", messages=system), make_prompt("b", "?")],
    )

    assert answers[0].detail == (
        "the chat template refuses the messages: System role not supported\n"
        "  Hint: this model takes no system message; put its text into the first user message, "
        "or set `chat_template` of the model in modelbench.yaml."
    )
    assert answers[1].text == "42"


def test_missing_template_says_what_to_do(ask: Ask, tmp_path: Path):
    path = tmp_path / "plain.gguf"
    write_known_answers(path, template="")

    [answer] = ask(make_spec(path), [make_prompt("q")])
    [raw] = ask(make_spec(path, chat="raw"), [make_prompt("q")])

    assert answer.detail == (
        f"`{path}` has no chat template\n"
        "  Hint: set `chat: raw` or `chat_template` of the model in modelbench.yaml."
    )
    assert raw.text == "42"


def test_weights_that_give_no_numbers_are_an_error(ask: Ask, tmp_path: Path):
    path = tmp_path / "nan.gguf"
    write_known_answers(path, nan=True)
    warm = Sampling(temperature=1.0, max_tokens=4)

    answers = ask(make_spec(path), [make_prompt("a"), make_prompt("b", sampling=warm)])

    detail = (
        "the model computed no numbers (NaN)\n"
        "  Hint: the weights are damaged or their quantisation is; try another file."
    )
    assert [answer.detail for answer in answers] == [detail, detail]

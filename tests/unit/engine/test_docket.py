from pytest_modelbench.domain import ModelSpec, RawAnswer
from pytest_modelbench.engine.docket import Docket, name_prompt
from tests.engine.sinks import make_prompt

LOG = ".modelbench/engine-m.log"


def make_docket(names: str) -> Docket:
    docket = Docket(ModelSpec(name="m"))
    docket.add([make_prompt(name) for name in names])
    return docket


def open_questions(docket: Docket) -> str:
    return "".join(prompt.question for prompt in docket.open)


def test_known_prompts_are_not_taken_again():
    docket = make_docket("ab")
    docket.note_answer("key-a")

    new = docket.add([make_prompt("a"), make_prompt("b"), make_prompt("c"), make_prompt("c")])

    assert [prompt.question for prompt in new] == ["c"]
    assert open_questions(docket) == "bc"


def test_second_answer_to_a_prompt_is_not_wanted():
    docket = make_docket("a")

    assert docket.note_answer("key-a")
    assert not docket.note_answer("key-a")


def test_death_in_a_prompt_blames_that_prompt_alone():
    docket = make_docket("abc")
    docket.note_begin(["key-a"])
    docket.note_generate()
    docket.note_begin(["key-b"])

    answers = docket.note_death("died with SIGSEGV", LOG)

    assert answers == [
        RawAnswer(
            key="key-b",
            text="",
            stop_reason="error",
            detail=(
                "engine process for `m` died with SIGSEGV while answering sums::b\n"
                "  Hint: its log is .modelbench/engine-m.log; run that question alone with -k b."
            ),
        )
    ]
    assert open_questions(docket) == "ac"


def test_death_in_a_step_blames_all_that_were_in_it():
    docket = make_docket("abcd")
    docket.note_begin(["key-a", "key-b", "key-c"])
    docket.note_generate()
    docket.note_answer("key-a")

    answers = docket.note_death("died with SIGKILL", LOG)

    assert [answer.key for answer in answers] == ["key-b", "key-c"]
    assert answers[0].detail.splitlines()[0] == (
        "engine process for `m` died with SIGKILL while answering sums::b together with 1 other"
    )
    assert open_questions(docket) == "d"


def test_death_between_prompts_blames_none():
    docket = make_docket("ab")
    docket.note_begin(["key-a"])
    docket.note_answer("key-a")

    assert docket.note_death("died with SIGKILL", LOG) == []
    assert open_questions(docket) == "b"


def test_second_death_answers_everything():
    docket = make_docket("ab")
    docket.note_death("died with SIGKILL", LOG)

    answers = docket.note_death("died with exit code 1 (ImportError: no)", LOG)

    detail = (
        "engine process for `m` died with exit code 1 (ImportError: no), after one restart\n"
        "  Hint: its log is .modelbench/engine-m.log."
    )
    assert [(answer.key, answer.detail) for answer in answers] == [
        ("key-a", detail),
        ("key-b", detail),
    ]
    assert docket.failure == detail
    assert not docket.open


def test_message_names_the_trial_from_the_second_on():
    names = [name_prompt(make_prompt("q")), name_prompt(make_prompt("q", trial=2))]

    assert names == ["sums::q", "sums::q (trial 2)"]

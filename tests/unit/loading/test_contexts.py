"""Generated context and the needle in it."""

import hashlib

import pytest

from pytest_modelbench.domain import Needs
from pytest_modelbench.loading.contexts import estimate_tokens, make_context
from pytest_modelbench.loading.filler import FILLER

NEEDLE = "The key of the cellar hangs behind the clock."


def needle_place(text: str) -> float:
    return text.index(NEEDLE) / (len(text) - len(NEEDLE))


@pytest.mark.parametrize("kind", [*FILLER, "code_files", "email_thread", "witness_statements"])
@pytest.mark.parametrize("tokens", [100, 4000, 60000])
def test_context_has_about_the_length_that_was_asked_for(kind, tokens):
    text = make_context(kind, tokens, "", 0.5)

    length = estimate_tokens(text)
    assert tokens <= length + len(text.split("\n\n"))
    assert length <= tokens * 1.02 + 100


def test_token_of_prose_is_about_three_quarters_of_a_word():
    text = make_context("prose", 10000, "", 0.5)

    assert len(text.split()) / 10000 == pytest.approx(0.75, abs=0.05)


# A changed digest changes the prompts of every team: their baselines become stale.
@pytest.mark.parametrize(
    ("kind", "digest"),
    [
        ("prose", "a24756511084"),
        ("code_files", "ca5f0592bd4d"),
        ("server_logs", "9a220eb1c051"),
        ("legal_doc", "4fac4cad5992"),
        ("business_docs", "69b0124807f8"),
        ("email_thread", "3e39a4106ada"),
    ],
)
def test_context_is_the_same_for_ever(kind, digest):
    text = make_context(kind, 2000, NEEDLE, 0.5)

    assert hashlib.sha256(text.encode()).hexdigest()[:12] == digest


def test_kind_that_is_not_known_is_prose():
    assert make_context("witness_statements", 500, "", 0.5) == make_context("prose", 500, "", 0.5)


@pytest.mark.parametrize(
    ("position", "place"),
    [
        ("start", 0.0),
        ("early", 0.25),
        ("middle", 0.5),
        ("deep", 0.75),
        ("very_deep", 0.85),
        ("end", 1.0),
        ("0.3", 0.3),
        ("1", 1.0),
        ("75%", 0.75),
        ('"12.5 %"', 0.125),
    ],
)
def test_needle_is_where_it_was_asked_for(files, position, place):
    question = files.only_question(f"""\
        prompts:
          q:
            context_tokens: 8000
            context_type: server_logs
            needle: "{NEEDLE}"
            needle_position: {position}
            prompt: Where is the key?
        """)

    context, prompt = question.prompt_text.split("\n\n---\n\n")
    assert prompt == "Where is the key?"
    assert needle_place(context) == pytest.approx(place, abs=0.01)


def test_context_is_counted_among_the_needs(files):
    question = files.only_question(
        "prompts: {q: {context_tokens: 12000, prompt: Hi, needs: {context_tokens: 500}}}"
    )

    assert question.needs == Needs(context_tokens=12000)


def test_needle_stands_in_the_middle_of_4000_tokens_by_default(files):
    question = files.only_question(f'prompts: {{q: {{needle: "{NEEDLE}", prompt: Hi}}}}')

    context, _ = question.prompt_text.split("\n\n---\n\n")
    assert question.needs == Needs(context_tokens=4000)
    assert needle_place(context) == pytest.approx(0.5, abs=0.03)


def test_context_stands_before_the_first_message_of_the_user(files):
    question = files.only_question("""\
        questions:
          q:
            context_tokens: 100
            system: Be brief.
            messages:
              - {author: user, content: First}
              - {author: assistant, content: Good}
              - {author: user, content: Second}
        """)

    assert [message.content[-5:] for message in question.messages] == [
        "rief.",
        "First",
        "Good",
        "econd",
    ]
    assert question.messages[1].content.startswith("Section 1.")


def test_faulty_needle_positions_are_refused(files):
    complaint = files.complaint("""\
        prompts:
          a: {prompt: Hi, needle: x, needle_position: deap}
          b: {prompt: Hi, needle: x, needle_position: 75}
          c: {prompt: Hi, needle: x, needle_position: 120%}
          d: {prompt: Hi, needle: x, needle_position: "?"}
          e: {prompt: Hi, needle_position: deep}
          f: {prompt: Hi, needle: x, needle_position: yes}
        """)

    forms = 'write 0 to 1, "75%" or one of start, early, middle, deep, very_deep, end'
    assert complaint == (
        "suites/s.yaml:2: `needle_position` must be a relative place, got 'deap'\n"
        "  Hint: did you mean `deep`?\n"
        "suites/s.yaml:3: `needle_position` must be between 0 and 1, got 75\n"
        f"  Hint: {forms}\n"
        "suites/s.yaml:4: `needle_position` must be between 0 and 1, got '120%'\n"
        f"  Hint: {forms}\n"
        "suites/s.yaml:5: `needle_position` must be a relative place, got '?'\n"
        f"  Hint: {forms}\n"
        "suites/s.yaml:6: `needle_position` without `needle`\n"
        "  Hint: add the text to hide as `needle`\n"
        "suites/s.yaml:7: `needle_position` must be text or a number, got True\n"
        '  Hint: YAML reads a bare yes as True; write "yes" in quotes'
    )


def test_context_without_a_message_of_the_user_changes_nothing_else(files):
    complaint = files.complaint(
        "questions:\n  q: {context_tokens: 9, messages: [{author: system, content: Hi}]}\n"
    )

    assert complaint == (
        "suites/s.yaml:2: the last of `messages` must be by the user, got one by the system"
    )

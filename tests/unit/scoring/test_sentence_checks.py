"""Checks of sentences and paragraphs, and how a text is split: tables and reasons."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding
from pytest_modelbench.scoring.checks.splitting import (
    READ_CHARS,
    runs_of_letters,
    split_sentences,
    split_words,
)


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


SENTENCES = [
    ("", []),
    (" \n", []),
    ("One", ["One"]),
    ("One. Two! Three?", ["One.", "Two!", "Three?"]),
    ("One\n\nTwo", ["One\n\nTwo"]),
    ("Dr. Smith is here.", ["Dr. Smith is here."]),
    ("He lives in the U.S. The sun shines.", ["He lives in the U.S.", "The sun shines."]),
    ("In the U.S. Congress", ["In the U.S. Congress"]),
    ("Use e.g. lists.", ["Use e.g.", "lists."]),
    ("It costs 3.14 euros.", ["It costs 3.14 euros."]),
    ("He came at 5 p.m. Then he left.", ["He came at 5 p.m. Then he left."]),
    ("He came at 5 p.m. They left.", ["He came at 5 p.m.", "They left."]),
    ("J. K. Rowling wrote it.", ["J. K. Rowling wrote it."]),
    ("Plan B. It works.", ["Plan B.", "It works."]),
    ("Wait... what?", ["Wait... what?"]),
    ("Wait... The end.", ["Wait...", "The end."]),
    ('He said "no." Then he left.', ['He said "no."', "Then he left."]),
    ("1. First\n2. Second", ["1.", "First\n2.", "Second"]),
    ("6. Review the plan", ["6. Review the plan"]),
    ("word. lower", ["word.", "lower"]),
    ("end.Next", ["end.Next"]),
    ("Ja! 你好。再见。", ["Ja!", "你好。再见。"]),
    ("A\r\nB. C", ["A\r\nB.", "C"]),
]


@pytest.mark.parametrize(("text", "sentences"), SENTENCES)
def test_text_is_split_into_sentences(text, sentences):
    assert list(split_sentences(text)) == sentences


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Don't!", ["Do", "n't", "!"]),
        ("I cannot.", ["I", "can", "not", "."]),
        ("a, b", ["a", ",", "b"]),
        ("It's 3.5%.", ["It", "'s", "3.5", "%", "."]),
        ("**B**", ["*", "*", "B", "*", "*"]),
        ("U.S. Mr. X", ["U.S.", "Mr.", "X"]),
    ],
)
def test_text_is_split_into_words_and_signs(text, words):
    assert list(split_words(text)) == words


def test_only_so_much_of_a_long_text_is_split():
    text = "Oh! " * (READ_CHARS // 3)

    assert len(split_sentences(text)) == READ_CHARS // 4


def test_a_run_of_letters_ends_at_an_apostrophe():
    assert list(runs_of_letters("don't_1 é")) == ["don", "t_1", "é"]


UNITS = [
    ({"sentence_lengths": 3}, "It is so. Really.", 1),
    ({"sentence_lengths": 2}, "It is so. Really.", 0.5),
    ({"sentence_lengths": {"min": 2, "max": 3}}, "It is. So it is.", 1),
    ({"sentence_lengths": {"min": 2}}, "Yes. No.", 0),
    ({"sentence_lengths": {"min": 2}}, "It is. No.", 0.5),
    ({"sentence_lengths": {"step": 1}}, "It is. It was so.", 1),
    ({"sentence_lengths": {"step": 1}}, "It is. It was.", 0.5),
    ({"sentence_lengths": {"step": -1}}, "It was so. It is.", 1),
    ({"sentence_lengths": {"step": 0}}, "One.", 1),
    ({"sentence_lengths": 3}, "", 0),
    ({"sentence_lengths": 3}, "Dr. Who\r\nis.", 1),
    ({"sentence_kinds": {"statements": 2, "questions": 1}}, "It is. Is it? So it is.", 1),
    ({"sentence_kinds": {"statements": 2, "questions": 1}}, "It is. Is it?", 0),
    ({"sentence_kinds": {"statements": 1, "questions": 1, "exclamations": 1}}, "A. B? C!", 1),
    ({"sentence_kinds": {"statements": 1, "questions": 1, "exclamations": 1}}, "A. B?", 0),
    ({"sentence_kinds": {"questions": 1, "exclamations": 0}}, "Is it? Was it?", 1),
    ({"sentence_kinds": {"questions": 1, "exclamations": 0}}, "Is it? Oh!", 0),
    ({"sentence_kinds": {"questions": 1, "exclamations": 0}}, "It is.", 0),
    ({"sentence_kinds": {"statements": 1, "questions": 1}}, "", 0),
    ({"sentence_kinds": {"statements": 1, "questions": 1}}, '"It is." **Is it?**', 1),
    ({"sentence_kinds": {"statements": 1, "questions": 1}}, "It is.\r\n\r\nIs it?", 1),
    ({"linked_sentences": True}, "I see you. You see me.", 1),
    ({"linked_sentences": True}, "I see you. I see me.", 0),
    ({"linked_sentences": True}, "I see **you**!\r\nYOU see me.", 1),
    ({"linked_sentences": True}, "One sentence.", 1),
    ({"linked_sentences": True}, "", 0),
    ({"linked_sentences": True}, "...", 0),
    ({"linked_sentences": True}, "Go on! On it goes? Goes well.", 1),
    ({"linked_sentences": True}, "Go on! On it goes? Well goes.", 0),
    ({"linked_sentences": True}, 'He said "no." No one came.', 1),
    ({"linked_sentences": True}, "C'est l'été. L'été arrive.", 1),
    ({"framed_paragraphs": True}, "Dogs chase dogs.", 1),
    ({"framed_paragraphs": True}, "Dogs chase cats.", 0),
    ({"framed_paragraphs": True}, "Dog\r\n\r\ncat and CAT!", 1),
    ({"framed_paragraphs": True}, "a b a\nb a a", 0),
    ({"framed_paragraphs": True}, "", 0),
    ({"framed_paragraphs": True}, "---", 0),
    ({"framed_paragraphs": True}, "**So** it is so", 1),
    ({"framed_paragraphs": True}, "a b a\n---\nb", 1),
    ({"framed_paragraphs": True}, "été, été", 1),
    ({"framed_paragraphs": True}, "one", 1),
]


@pytest.mark.parametrize(("check", "answer", "unit"), UNITS)
def test_forms_of_sentences(check, answer, unit):
    finding = decide(check, answer)

    assert finding.unit == unit, finding.reason


@pytest.mark.parametrize(
    ("check", "answer", "reason"),
    [
        ({"sentence_lengths": 3}, "It is.", "all 1 sentences have the right length"),
        (
            {"sentence_lengths": 1},
            "So. It is.",
            "1 of 2 sentences have the right length, not 'It is.' of 2 words",
        ),
        ({"sentence_lengths": 1}, " ", "expected sentences, got none"),
        (
            {"sentence_kinds": {"statements": 1, "questions": 1}},
            "So.",
            "expected statements, questions as 1:1, got 1 statements, 0 questions",
        ),
        (
            {"linked_sentences": True},
            "So it is. No.",
            "expected 'is' to begin the next sentence, got 'no'",
        ),
        (
            {"framed_paragraphs": True},
            "So no",
            "expected 'so' to end the paragraph, got 'no'",
        ),
    ],
)
def test_reasons_say_what_was_found(check, answer, reason):
    assert decide(check, answer).reason == reason


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ({"sentence_lengths": {}}, "`sentence_lengths` needs `min`, `max` or `step`"),
        (
            {"sentence_lengths": {"min": 3, "max": 1}},
            "`sentence_lengths` `min` must be at most `max`, got 3 and 1",
        ),
        (
            {"sentence_kinds": 1},
            "`sentence_kinds` needs two of `statements`, `questions` and `exclamations`",
        ),
        (
            {"sentence_kinds": {"statements": 0, "questions": 0}},
            "`sentence_kinds` needs a part above 0",
        ),
    ],
)
def test_arguments_are_checked(check, problem):
    assert [found.text for found in CATALOGUE.find_problems(check)] == [problem]

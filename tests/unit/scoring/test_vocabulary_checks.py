"""Checks of words: what they decide, as tables, and every reason they give."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding


def decide(name, arguments, answer):
    check = {name: arguments}
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


KEYWORDS = [
    ("sun", "The sun.", 1),
    ("sun", "The SUN!", 1),
    ("sun", "A sunny day", 0),
    ("sun", "", 0),
    ("sun", "sun-dried", 1),
    ("sun", "**sun**", 1),
    ("solar power", "Solar\r\npower", 1),
    ("C++", "in C++, or", 1),
    ("été", "L'ÉTÉ", 1),
    ({"word": "sun", "exactly": 2}, "sun sun", 1),
    ({"word": "sun", "exactly": 2}, "sun sun sun", 0),
    ({"word": "sun", "max": 1}, "sun sun", 0),
    ({"word": "sun", "max": 1}, "", 1),
    ({"word": "Sun", "ignore_case": False}, "The sun", 0),
    ({"word": "Sun", "ignore_case": False}, "The Sun", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), KEYWORDS)
def test_keyword_counts_whole_words(arguments, answer, unit):
    assert decide("keyword", arguments, answer).unit == unit


PLACES = [
    ({"word": "sun", "position": 1}, "Sun and moon", 1),
    ({"word": "sun", "position": 1}, "- **Sun** and moon", 1),
    ({"word": "sun", "position": 2}, "Sun and moon", 0),
    ({"word": "moon", "position": -1}, "Sun and moon!", 1),
    ({"word": "moon", "position": -2}, "sun moon stars", 1),
    ({"word": "moon", "position": 9}, "sun moon", 0),
    ({"word": "moon", "position": -9}, "sun moon", 0),
    ({"word": "moon", "position": 1}, "", 0),
    ({"word": "moon", "sentence": 2}, "The sun. The moon!", 1),
    ({"word": "moon", "sentence": 1}, "The sun. The moon!", 0),
    ({"word": "moon", "sentence": -1}, "The sun. The moon!", 1),
    ({"word": "moon", "sentence": 3}, "The sun. The moon!", 0),
    ({"word": "moon", "sentence": 2, "position": 2}, "The sun.\r\nThe moon!", 1),
    ({"word": "moon", "sentence": 2, "position": 1}, "The sun. The moon!", 0),
    ({"word": "fêtes", "position": 2}, "Les FÊTES", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), PLACES)
def test_keyword_place_finds_the_word_where_it_has_to_stand(arguments, answer, unit):
    assert decide("keyword_place", arguments, answer).unit == unit


COUNTS = [
    ("unique_words", 2, "One two, one!", 1),
    ("unique_words", 2, "one ONE One", 0),
    ("unique_words", 1, "don't DON'T", 1),
    ("unique_words", 0, "", 1),
    ("unique_words", 0, "--- ...", 1),
    ("unique_words", {"min": 3}, "a b c", 1),
    ("unique_words", {"min": 3}, "a b", 0),
    ("unique_words", {"max": 2}, "a\nb\r\nc", 0),
    ("unique_words", 2, "é e", 1),
    ("unique_words", 1, "**bold** bold", 1),
    ("word_repeats", {"max": 1}, "a b c", 1),
    ("word_repeats", {"max": 1}, "a b A", 0),
    ("word_repeats", {"max": 2}, "a, a. b", 1),
    ("word_repeats", {"max": 2}, "a a a", 0),
    ("word_repeats", {"max": 0}, "", 1),
    ("word_repeats", {"max": 0}, "a", 0),
    ("word_repeats", {"min": 3}, "a a a", 1),
    ("word_repeats", {"min": 3}, "a a b", 0),
    ("word_repeats", {"max": 1}, "!! !! !!", 1),
    ("word_repeats", {"max": 1}, "é\r\nÉ", 0),
    ("pronouns", 1, "She sings.", 1),
    ("pronouns", 2, "she/her", 1),
    ("pronouns", 0, "The cat", 1),
    ("pronouns", 0, "", 1),
    ("pronouns", 2, "WHO is it?", 1),
    ("pronouns", 1, "**They** go", 1),
    ("pronouns", 0, "sheer items", 1),
    ("pronouns", {"min": 2}, "I\r\nwe", 1),
    ("pronouns", {"min": 3}, "I we", 0),
    ("pronouns", {"max": 1}, "I we", 0),
    ("conjunctions", 2, "and, but", 1),
    ("conjunctions", 1, "And and AND", 1),
    ("conjunctions", 7, "and but for nor or so yet", 1),
    ("conjunctions", 0, "because", 1),
    ("conjunctions", 0, "", 1),
    ("conjunctions", 0, "sand order", 1),
    ("conjunctions", {"min": 2}, "yes (or no)", 0),
    ("conjunctions", {"min": 1}, "yes, or: no", 1),
    ("conjunctions", {"min": 3}, "so\r\nyet", 0),
    ("conjunctions", {"max": 1}, "so yet", 0),
    ("numerals", 2, "1 and 2", 1),
    ("numerals", 1, "1,000,000.5", 1),
    ("numerals", 1, "-3", 1),
    ("numerals", 0, "one", 1),
    ("numerals", 0, "", 1),
    ("numerals", 0, "x2 3rd", 1),
    ("numerals", 1, "42.", 1),
    ("numerals", 2, "3\r\n4", 1),
    ("numerals", {"max": 1}, "3, 4", 0),
    ("numerals", {"min": 3}, "3 - 4 = -1", 1),
    ("emojis", 1, "Hi 😀", 1),
    ("emojis", 2, "😀🎉", 1),
    ("emojis", 1, "👍🏽", 1),
    ("emojis", 1, "👩‍👩‍👧", 1),
    ("emojis", 0, ":-)", 1),
    ("emojis", 0, "", 1),
    ("emojis", {"min": 1}, "©", 1),
    ("emojis", {"min": 1}, "none", 0),
    ("emojis", {"max": 1}, "😀\r\n😀", 0),
    ("emojis", {"min": 2}, "😀 text", 0),
]


@pytest.mark.parametrize(("name", "arguments", "answer", "unit"), COUNTS)
def test_words_are_counted(name, arguments, answer, unit):
    finding = decide(name, arguments, answer)

    assert finding.unit == unit, finding.reason


SHARES = [
    (0.5, "the cat", 1),
    (0.4, "the cat", 0),
    ({"max": 0.5}, "THE cat", 1),
    ({"min": 0.5}, "the cat", 1),
    ({"min": 0.6}, "the cat", 0),
    ({"min": 0.2, "max": 0.6}, "the cat", 1),
    (1.0, "", 0),
    (1.0, "!?", 0),
    (0.5, "don't", 0),
    (0.0, "Katze\r\nHund", 1),
    (0, "chat été", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), SHARES)
def test_stop_words_are_a_share(arguments, answer, unit):
    assert decide("stop_words", arguments, answer).unit == unit


@pytest.mark.parametrize(
    ("check", "answer", "reason"),
    [
        ({"keyword": "sun"}, "sun", "1 times 'sun'"),
        ({"keyword": "sun"}, "moon", "expected at least 1 times 'sun', got 0"),
        ({"keyword_place": {"word": "a", "sentence": 1}}, "A b.", "'a' is in sentence 1"),
        (
            {"keyword_place": {"word": "c", "sentence": 1}},
            "A b.",
            "expected 'c' in sentence 1, got 'A b.'",
        ),
        ({"keyword_place": {"word": "a", "position": 1}}, "A b.", "'a' is word 1 of the answer"),
        (
            {"keyword_place": {"word": "a", "position": 2}},
            "A b.",
            "expected 'a' as word 2 of the answer, got 'b'",
        ),
        ({"unique_words": 3}, "a a", "expected 3 different words, got 1"),
        (
            {"word_repeats": {"max": 1}},
            "so so",
            "expected at most 1 times 'so', the most frequent word, got 2",
        ),
        ({"stop_words": 0.5}, "the cat", "0.5 of the words are stop words"),
        (
            {"stop_words": 0.1},
            "the cat",
            "expected 0 to 0.1 of the words to be stop words, got 0.5",
        ),
        ({"stop_words": 0.1}, "!", "expected words, got none"),
    ],
)
def test_reasons_say_what_was_found(check, answer, reason):
    ((name, arguments),) = check.items()

    assert decide(name, arguments, answer).reason == reason


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ({"keyword": ""}, "`keyword` must have at least 1 character, got ''"),
        ({"keyword": {"word": "a", "times": 2}}, "`keyword` has no option 'times'"),
        (
            {"keyword": {"word": "a", "min": 3, "max": 2}},
            "`keyword` `min` must be at most `max`, got 3 and 2",
        ),
        ({"keyword_place": "a"}, "`keyword_place` needs `position` or `sentence`"),
        (
            {"keyword_place": {"word": "a", "position": 0}},
            "`keyword_place` must count from 1, or backwards from -1, got 0",
        ),
        (
            {"stop_words": {"min": 0.5, "max": 0.1}},
            "`stop_words` `min` must be at most `max`, got 0.5 and 0.1",
        ),
        (
            {"stop_words": 30},
            "`stop_words` must be less than or equal to 1, got 30",
        ),
    ],
)
def test_arguments_are_checked(check, problem):
    assert [found.text for found in CATALOGUE.find_problems(check)] == [problem]

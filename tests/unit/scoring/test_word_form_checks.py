"""Checks of single words, of letters and of case: what they decide, and what they say."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


UNITS = [
    ({"word_lengths": 4}, "only tiny ones", 1),
    ({"word_lengths": 4}, "large ones", 0.5),
    ({"word_lengths": {"min": 3, "max": 4}}, "the cat sat", 1),
    ({"word_lengths": {"min": 3, "max": 4}}, "a cat", 0.5),
    ({"word_lengths": {"prime": True}}, "to the house", 1),
    ({"word_lengths": {"prime": True}}, "this is", 0.5),
    ({"word_lengths": {"min": 5}}, "don't", 0),
    ({"word_lengths": {"max": 4}}, "don't", 1),
    ({"word_lengths": 4}, "", 0),
    ({"word_lengths": 4}, "--", 0),
    ({"word_lengths": 4}, "**Été**\r\n- vite", 1),
    ({"initials": "alphabet"}, "A big cat", 1),
    ({"initials": "alphabet"}, "Xu yells: zoo, again!", 1),
    ({"initials": "alphabet"}, "a c d", 0.5),
    ({"initials": "alphabet"}, "1 2", 0),
    ({"initials": "alphabet"}, "one", 1),
    ({"initials": "alphabet"}, "", 0),
    ({"initials": "same"}, "Big **bad**\r\nbear", 1),
    ({"initials": "same"}, "big bad cat", 0.5),
    ({"initials": "different"}, "a big cat", 1),
    ({"initials": "different"}, "a big Bear", 0.5),
    ({"initials": "different"}, "Être, été", 1),
    ({"initials": "same"}, "Être, êtes", 1),
    ({"alliteration": 3}, "so big bad bears", 1),
    ({"alliteration": {"min": 3}}, "big, bad... Bears!", 1),
    ({"alliteration": {"min": 3}}, "big so bad bears", 0),
    ({"alliteration": 1}, "a b c", 1),
    ({"alliteration": 0}, "", 1),
    ({"alliteration": 1}, "one", 1),
    ({"alliteration": {"max": 2}}, "a a a", 0),
    ({"alliteration": {"max": 2}}, "a a b b", 1),
    ({"alliteration": 2}, "été\r\nÉtat", 1),
    ({"alliteration": 2}, "*x* - x", 1),
    ({"palindromes": 2}, "Level, radar!", 1),
    ({"palindromes": 1}, "level rader", 1),
    ({"palindromes": 0}, "", 1),
    ({"palindromes": 0}, "a I", 1),
    ({"palindromes": {"min": 1, "letters": 1}}, "a", 1),
    ({"palindromes": {"min": 1, "letters": 5}}, "noon", 0),
    ({"palindromes": {"min": 1, "letters": 5}}, "**Civic**", 1),
    ({"palindromes": {"exactly": 3}}, "noon noon\r\nnoon", 1),
    ({"palindromes": {"max": 1}}, "noon civic", 0),
    ({"palindromes": 1}, "été", 1),
    ({"alternating_syllables": True}, "Cats enjoy milk.", 1),
    ({"alternating_syllables": True}, "Cats like milk.", 0),
    ({"alternating_syllables": True}, "enjoy cats\r\nenjoy", 1),
    ({"alternating_syllables": True}, "one", 1),
    ({"alternating_syllables": True}, "", 0),
    ({"alternating_syllables": True}, "!!", 0),
    ({"alternating_syllables": True}, "**Dogs** hungry", 1),
    ({"alternating_syllables": True}, "dogs, dogs", 0),
    ({"alternating_syllables": True}, "banana hungry", 1),
    ({"alternating_syllables": True}, "banana cat", 0),
    ({"first_verb": True}, "Write it.", 1),
    ({"first_verb": True}, "write", 1),
    ({"first_verb": True}, "Running is fun", 1),
    ({"first_verb": True}, "Painted walls", 1),
    ({"first_verb": True}, "Is it?", 1),
    ({"first_verb": True}, "The dog runs", 0),
    ({"first_verb": True}, "Morning has broken", 0),
    ({"first_verb": True}, "Red wine", 0),
    ({"first_verb": True}, "", 0),
    ({"first_verb": True}, "1. Write", 0),
    ({"first_verb": True}, "\r\n  Make tea", 1),
    ({"consonant_clusters": True}, "Strong winds", 1),
    ({"consonant_clusters": True}, "Strong air", 0.5),
    ({"consonant_clusters": True}, "air", 0),
    ({"consonant_clusters": True}, "", 0),
    ({"consonant_clusters": True}, "**Fast**\r\ntrack!", 1),
    ({"consonant_clusters": True}, "a-st", 1),
    ({"consonant_clusters": True}, "cat's", 0),
    ({"consonant_clusters": True}, "rhythm", 1),
    ({"consonant_clusters": True}, "élan", 0),
    ({"consonant_clusters": True}, "ST", 1),
    ({"casing": "upper"}, "ALL OF IT, 1ST.", 1),
    ({"casing": "upper"}, "NOT all", 0),
    ({"casing": "upper"}, "ÉTÉ", 1),
    ({"casing": "upper"}, "123", 0),
    ({"casing": "upper"}, "", 0),
    ({"casing": "lower"}, "all of it\r\nhere", 1),
    ({"casing": "lower"}, "Not all", 0),
    ({"casing": "lower"}, "straße", 1),
    ({"casing": "title"}, "The Lord of the Rings", 1),
    ({"casing": "title"}, "The lord of the Rings", 0),
    ({"casing": "title"}, "the Lord", 0),
    ({"casing": "title"}, "What It Is For", 1),
    ({"casing": "title"}, "What it Is for", 0),
    ({"casing": "sentence"}, "It is. So be it!", 1),
    ({"casing": "sentence"}, "It is. so be it!", 0),
    ({"casing": "sentence"}, "**It** is", 1),
    ({"casing": "sentence"}, '"it is"', 0),
    ({"capital_words": 2}, "NASA and ESA", 1),
    ({"capital_words": 1}, "I am", 1),
    ({"capital_words": 0}, "Nasa", 1),
    ({"capital_words": 0}, "", 1),
    ({"capital_words": 1}, "**BOLD**", 1),
    ({"capital_words": 1}, "U.S.", 1),
    ({"capital_words": 0}, "123", 1),
    ({"capital_words": {"min": 2}}, "A\r\nB", 1),
    ({"capital_words": {"min": 3}}, "A B", 0),
    ({"capital_words": {"max": 1}}, "A B", 0),
    ({"capital_words": 1}, "ÉTÉ", 1),
    ({"letters": {"letter": "e", "min": 3}}, "Eleven", 1),
    ({"letters": {"letter": "e", "min": 3}}, "Seven", 0),
    ({"letters": {"letter": "E", "exactly": 1, "ignore_case": False}}, "Eleven", 1),
    ({"letters": {"letter": "é", "exactly": 2}}, "Été", 1),
    ({"letters": {"letter": "#", "exactly": 2}}, "## a", 1),
    ({"letters": {"letter": "a", "max": 0}}, "", 1),
    ({"letters": {"letter": "a", "max": 1}}, "banana", 0),
    ({"letters": {"letter": "\n", "exactly": 1}}, "a\r\nb", 1),
    ({"letters": {"letter": "a", "min": 1}}, "\ud800\x00", 0),
    ({"letters": {"letter": "*", "exactly": 4}}, "**b**", 1),
    ({"forbidden_letters": ",;"}, "No sign.", 1),
    ({"forbidden_letters": ",;"}, "One, two", 0),
    ({"forbidden_letters": "e"}, "A short thing", 1),
    ({"forbidden_letters": "e"}, "THE", 0),
    ({"forbidden_letters": "E"}, "the", 0),
    ({"forbidden_letters": "\n"}, "a\r\nb", 0),
    ({"forbidden_letters": "é"}, "e", 1),
    ({"forbidden_letters": "é"}, "É", 0),
    ({"forbidden_letters": "x"}, "", 1),
    ({"forbidden_letters": "*"}, "**b**", 0),
    ({"vowel_kinds": 2}, "A red hat", 1),
    ({"vowel_kinds": 5}, "AEIOU", 1),
    ({"vowel_kinds": 0}, "rhythm", 1),
    ({"vowel_kinds": 0}, "", 1),
    ({"vowel_kinds": 1}, "banana\r\nAA", 1),
    ({"vowel_kinds": 0}, "é", 1),
    ({"vowel_kinds": {"max": 3}}, "a e i", 1),
    ({"vowel_kinds": {"max": 3}}, "a e i o", 0),
    ({"vowel_kinds": {"min": 2}}, "**a** 1", 0),
    ({"vowel_kinds": {"min": 2}}, "ai", 1),
]


@pytest.mark.parametrize(("check", "answer", "unit"), UNITS)
def test_forms_of_words(check, answer, unit):
    finding = decide(check, answer)

    assert finding.unit == unit, finding.reason


@pytest.mark.parametrize(
    ("check", "answer", "reason"),
    [
        ({"word_lengths": 4}, "a b", "all 2 words have the right length"),
        ({"word_lengths": 1}, "a bb", "1 of 2 words have the right length, not 'bb'"),
        ({"initials": "same"}, "a a", "the first letters of 2 words are right"),
        ({"initials": "same"}, "a b", "0 of 1 pairs are right, not 'a' and 'b'"),
        (
            {"alliteration": 2},
            "a b",
            "expected 2 words in a row with one first letter, got 1",
        ),
        ({"palindromes": 1}, "ab", "expected 1 palindromes, got 0"),
        (
            {"alternating_syllables": True},
            "cat dog",
            "expected odd beside even, got 'cat' beside 'dog'",
        ),
        (
            {"alternating_syllables": True},
            "cat hungry",
            "odd and even numbers of syllables alternate",
        ),
        ({"first_verb": True}, "Go!", "the first word is a verb"),
        ({"first_verb": True}, "Oh!", "expected a verb as the first word, got 'Oh!'"),
        ({"consonant_clusters": True}, "st", "all 1 words have two consonants in a row"),
        (
            {"consonant_clusters": True},
            "st a",
            "1 of 2 words have two consonants in a row, not 'a'",
        ),
        ({"casing": "upper"}, "A", "the answer is written in upper case"),
        ({"casing": "upper"}, "A b", "expected upper case, got 'b'"),
        ({"casing": "upper"}, "1", "expected letters, got none"),
        ({"letters": {"letter": "e", "min": 1}}, "a", "expected at least 1 times 'e', got 0"),
        ({"forbidden_letters": ","}, "a", "none of the forbidden letters occurs"),
        ({"forbidden_letters": ",;"}, "a;b,", "forbidden letters occur: ',', ';'"),
        ({"vowel_kinds": 1}, "a", "1 different vowels"),
        ({"capital_words": 2}, "A", "expected 2 words in capital letters, got 1"),
    ],
)
def test_reasons_say_what_was_found(check, answer, reason):
    assert decide(check, answer).reason == reason


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ({"casing": "camel"}, "`casing` must be 'upper', 'lower', 'title' or 'sentence'"),
        ({"letters": "ab"}, "`letters` must have at most 1 character, got 'ab'"),
        ({"letters": "a"}, "`letters` needs a number, `min` or `max`"),
        ({"word_lengths": 0}, "`word_lengths` must be greater than or equal to 1, got 0"),
        ({"initials": "abc"}, "`initials` must be 'alphabet', 'same' or 'different'"),
    ],
)
def test_arguments_are_checked(check, problem):
    (found,) = CATALOGUE.find_problems(check)

    assert found.text.startswith(problem)

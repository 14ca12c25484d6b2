"""Checks of order, prompts, options, languages: what they decide, and what they say."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding, Material, Undecided
from pytest_modelbench.scoring.checks.languages import find_language


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


UNITS = [
    ({"alphabetical": "lines"}, "- apple\n- Banana\n- cherry", 1),
    ({"alphabetical": "lines"}, "banana\napple", 0),
    ({"alphabetical": "lines"}, "a\nc\nb", 0.5),
    ({"alphabetical": "lines"}, "1. a\r\n2. b\r\n", 1),
    ({"alphabetical": "lines"}, "Édouard\nFlorence", 1),
    ({"alphabetical": "lines"}, "a\na", 1),
    ({"alphabetical": "lines"}, "a", 0),
    ({"alphabetical": "lines"}, "", 0),
    ({"alphabetical": {"min": 1}}, "a", 1),
    ({"alphabetical": {"descending": True}}, "c\nb\na", 1),
    ({"alphabetical": {"descending": True}}, "a\nb", 0),
    ({"alphabetical": "words"}, "a Big **cat**", 1),
    ({"alphabetical": "words"}, "cat a", 0),
    ({"alphabetical": "commas"}, "new york, oslo, paris", 1),
    ({"alphabetical": "commas"}, "oslo, new york", 0),
    ({"sorted_numbers": "ascending"}, "1, 2.5 and 30", 1),
    ({"sorted_numbers": "ascending"}, "1, 30, 2.5", 0),
    ({"sorted_numbers": "ascending"}, "-3\r\n-1\n0", 1),
    ({"sorted_numbers": "ascending"}, "2 2", 1),
    ({"sorted_numbers": "ascending"}, "1,000 2,000", 1),
    ({"sorted_numbers": "ascending"}, "2", 0),
    ({"sorted_numbers": "ascending"}, "", 0),
    ({"sorted_numbers": {"min": 1}}, "2", 1),
    ({"sorted_numbers": "descending"}, "3 2 1", 1),
    ({"sorted_numbers": "descending"}, "3 4", 0),
    ({"sorted_numbers": "ascending"}, "9" * 400 + " 1", 0),
    ({"in_order": ["a", "b"]}, "a then b", 1),
    ({"in_order": ["a", "b"]}, "b then a", 0.5),
    ({"in_order": ["a", "a"]}, "a", 0.5),
    ({"in_order": ["a", "a"]}, "aa", 1),
    ({"in_order": ["x", "a"]}, "a", 0),
    ({"in_order": ["A", "b"]}, "ab", 0),
    ({"in_order": {"values": ["A", "B"], "ignore_case": True}}, "ab", 1),
    ({"in_order": ["a", "b", "c", "d"]}, "a b d c", 0.75),
    ({"in_order": ["a", "b"]}, "", 0),
    ({"in_order": ["\n", "é"]}, "a\r\né", 1),
    ({"palindrome": True}, "A man, a plan, a canal: Panama!", 1),
    ({"palindrome": True}, "A plan", 0),
    ({"palindrome": True}, "", 0),
    ({"palindrome": True}, "!!", 0),
    ({"palindrome": True}, "a", 1),
    ({"palindrome": True}, "12 21", 1),
    ({"palindrome": True}, "été", 1),
    ({"palindrome": True}, "No\r\non", 1),
    ({"palindrome": True}, "**noon**", 1),
    ({"palindrome": True}, "noon.x", 0),
    ({"one_of": ["yes", "no"]}, "**Yes.**", 1),
    ({"one_of": ["yes", "no"]}, "Yes, it is", 0),
    ({"one_of": ["yes", "no"]}, "", 0),
    ({"one_of": ["I know.", "I don't know."]}, "i don't know", 1),
    ({"one_of": ["a)", "b)"]}, "(B)", 1),
    ({"one_of": {"values": ["a)", "b)"], "exact": True}}, "b", 0),
    ({"one_of": {"values": ["a)", "b)"], "exact": True}}, " b)\r\n", 1),
    ({"one_of": {"values": ["Yes"], "exact": True}}, "yes", 0),
    ({"one_of": ["été"]}, "ÉTÉ!", 1),
    ({"one_of": ["yes"]}, "yes yes", 0),
    ({"repeats_prompt": {"text": "Name it."}}, "Name it.\nIt.", 1),
    ({"repeats_prompt": {"text": "Name it."}}, "It.", 0),
    ({"repeats_prompt": {"text": "Name it.", "where": "whole"}}, "name IT.\n", 1),
    ({"repeats_prompt": {"text": "Name it.", "where": "whole"}}, "Name it. It.", 0),
    ({"prompt_span": {"text": "abcdef", "start": 1, "end": 3}}, "bcd", 1),
    ({"prompt_span": {"text": "abcdef", "start": 1, "end": 3}}, "BCD\n", 1),
    ({"prompt_span": {"text": "abcdef", "start": 1, "end": 3}}, "bc", 0),
    ({"prompt_span": {"text": "abcdef", "end": 99}}, "abcdef", 1),
    ({"prompt_span": {"text": "a  bc d", "start": 1, "end": 2, "unit": "words"}}, "bc\r\nd", 1),
    ({"overlap": {"reference": "the quick brown fox", "n": 2, "min": 0.5}}, "a quick brown fox", 1),
    ({"overlap": {"reference": "the quick brown fox", "n": 2, "min": 0.7}}, "a quick brown fox", 0),
    ({"overlap": {"reference": "The Fox!", "n": 1, "min": 1}}, "**the** fox", 1),
    ({"overlap": {"reference": "the fox", "n": 1, "max": 0}}, "a dog", 1),
    ({"overlap": {"reference": "the fox", "n": 1, "max": 0}}, "a fox", 0),
    ({"overlap": {"reference": "abcd", "unit": "characters", "min": 1}}, "bcd", 1),
    ({"overlap": {"reference": "abcd", "unit": "characters", "min": 1}}, "BCD", 0),
    ({"overlap": {"reference": "abcd", "unit": "characters", "min": 0.1}}, "ab", 0),
    ({"overlap": {"reference": "a b c", "min": 0.1}}, "", 0),
    ({"overlap": {"reference": "été ici", "n": 2, "min": 1}}, "Été\r\nici", 1),
    ({"language": "de"}, "Der Hund schläft heute den ganzen Tag im Garten.", 1),
    ({"language": "en"}, "The dog sleeps in the garden all day today.", 1),
    ({"language": "en"}, "Le chien dort toute la journée dans le jardin.", 0),
    ({"language": "fr"}, "Le chien dort\r\ntoute la journée dans le jardin.", 1),
    ({"language": "ja"}, "犬は一日中庭で寝ています。", 1),
    ({"language": "ko"}, "개는 하루 종일 정원에서 잔다.", 1),
    ({"language": "ru"}, "Собака весь день спит в саду.", 1),
    ({"language": "hi"}, "कुत्ता सारा दिन बगीचे में सोता है।", 1),
    ({"language": "en"}, "", 0),
    ({"language": "en"}, "12345 !!", 0),
    ({"language": "en"}, "**THE DOG SLEEPS IN THE GARDEN ALL DAY TODAY**", 1),
    ({"scripts": ["latin"]}, "Hello!", 1),
    ({"scripts": ["latin"]}, "Hello мир", 0),
    ({"scripts": ["latin", "cyrillic"]}, "Hello мир", 1),
    ({"scripts": ["latin", "cyrillic"]}, "Hello", 0),
    ({"scripts": []}, "123 !?", 1),
    ({"scripts": []}, "", 1),
    ({"scripts": ["han", "hiragana"]}, "犬は", 1),
    ({"scripts": ["greek"]}, "αβγ\r\n1", 1),
    ({"scripts": ["latin"]}, "**Été**", 1),
    ({"scripts": ["hangul"]}, "개", 1),
]


@pytest.mark.parametrize(("check", "answer", "unit"), UNITS)
def test_order_options_and_languages(check, answer, unit):
    finding = decide(check, answer)

    assert finding.unit == unit, finding.reason


PROMPTED = [
    ({"repeats_prompt": "start"}, "Name a color.", "Name a color.\n\nRed.", 1),
    ({"repeats_prompt": "start"}, "Name a color.", "NAME A COLOR. Red.", 1),
    ({"repeats_prompt": "start"}, " Name a color.\n", "\nName a color.", 1),
    ({"repeats_prompt": "start"}, "Name a color.", "Red.", 0),
    ({"repeats_prompt": "start"}, "Name a color.", "Sure: Name a color.", 0),
    ({"repeats_prompt": "start"}, "Name a color.", "", 0),
    ({"repeats_prompt": "whole"}, "Name it.", "Name it.", 1),
    ({"repeats_prompt": "whole"}, "Name it.", "Name it. Red.", 0),
    ({"prompt_span": {"start": 5, "end": 8}}, "Copy this part.", "this", 1),
    ({"prompt_span": {"start": 5, "end": 9}}, "Copy this part.", "this", 1),
    ({"prompt_span": {"start": 5, "end": 10}}, "Copy this part.", "this", 0),
    ({"prompt_span": {"start": 1, "end": 1, "unit": "words"}}, "Copy this part.", "This", 1),
    ({"prompt_span": {"start": 1, "end": 2, "unit": "words"}}, "Copy this part.", "this part", 0),
    ({"prompt_span": 3}, "Copy this part.", "Copy", 1),
]


@pytest.mark.parametrize(("check", "prompt", "answer", "unit"), PROMPTED)
def test_prompt_is_compared(check, prompt, answer, unit):
    assert decide(check, Material(text=answer, prompt=prompt)).unit == unit


@pytest.mark.parametrize(
    ("check", "prompt", "reason"),
    [
        ({"repeats_prompt": "start"}, "", "the prompt is not known"),
        ({"prompt_span": {"end": 3}}, "", "the prompt is not known"),
        ({"prompt_span": {"start": 9, "end": 9}}, "ab", "the prompt has no characters from 9 on"),
    ],
)
def test_prompt_that_is_not_known_leaves_it_undecided(check, prompt, reason):
    finding = CATALOGUE.decide(check, Material(text="a", prompt=prompt))

    assert finding == Undecided(reason=reason)


@pytest.mark.parametrize(
    ("check", "answer", "reason"),
    [
        ({"alphabetical": "lines"}, "a\nb", "2 lines are in order"),
        (
            {"alphabetical": "lines"},
            "b\na",
            "0 of 1 neighbours are in order, not 'b' and 'a'",
        ),
        ({"alphabetical": "lines"}, "b", "expected at least 2 lines, got 1"),
        ({"sorted_numbers": "ascending"}, "1 2", "2 numbers are ascending"),
        (
            {"sorted_numbers": "ascending"},
            "2 1",
            "expected ascending numbers, got 2 before 1",
        ),
        ({"sorted_numbers": "ascending"}, "2", "expected at least 2 numbers, got 1"),
        ({"in_order": ["a", "b"]}, "ab", "all 2 texts follow each other"),
        ({"in_order": ["a", "b"]}, "ba", "1 of 2 texts follow each other, then not 'b'"),
        ({"palindrome": True}, "aba", "the answer reads the same backwards"),
        ({"palindrome": True}, "ab", "expected a palindrome, got 'ab'"),
        ({"one_of": ["a"]}, "A", "the answer is 'a'"),
        ({"one_of": ["a", "b"]}, "c", "expected one of 'a', 'b', got 'c'"),
        (
            {"repeats_prompt": {"text": "a"}},
            "b",
            "expected 'a' at the start, got 'b'",
        ),
        (
            {"repeats_prompt": {"text": "a", "where": "whole"}},
            "a",
            "'a' is repeated as the whole answer",
        ),
        ({"prompt_span": {"text": "ab", "end": 0}}, "a", "the answer is 'a'"),
        ({"prompt_span": {"text": "ab", "end": 0}}, "b", "expected 'a', got 'b'"),
        (
            {"overlap": {"reference": "a b", "n": 1, "min": 1}},
            "a c",
            "expected 1 to 1 of the answer in the reference, got 0.5",
        ),
        ({"overlap": {"reference": "a b", "min": 1}}, "a c", "expected 3 words, got fewer"),
        ({"language": "en"}, "1", "expected the language en, got none"),
        ({"scripts": ["latin"]}, "a", "the scripts are latin"),
        ({"scripts": ["latin"]}, "1", "expected the scripts latin, got none"),
    ],
)
def test_reasons_say_what_was_found(check, answer, reason):
    assert decide(check, answer).reason == reason


def test_a_text_of_two_languages_has_the_same_one_each_time():
    text = "Hallo, how are you? Bonjour, wie geht es dir aujourd'hui?"

    # Not from its memory, but found anew.
    found = {find_language.__wrapped__(text) for _time in range(20)}

    assert len(found) == 1


@pytest.mark.parametrize(
    ("check", "problem"),
    [
        ({"language": "xx"}, "`language` must be a language that can be detected, got 'xx'; known"),
        ({"scripts": ["runic"]}, "`scripts.0` must be a known script, got 'runic'; known: latin"),
        ({"overlap": "a"}, "`overlap` needs `min` or `max`"),
        (
            {"overlap": {"reference": "a", "min": 0.5, "max": 0.2}},
            "`overlap` `min` must be at most `max`, got 0.5 and 0.2",
        ),
        (
            {"prompt_span": {"start": 3, "end": 1}},
            "`prompt_span` `start` must be at most `end`, got 3 and 1",
        ),
        ({"in_order": ["a"]}, "`in_order` must have at least 2 items"),
        ({"alphabetical": "letters"}, "`alphabetical` must be 'lines', 'words' or"),
        ({"one_of": []}, "`one_of` must have at least 1 item"),
    ],
)
def test_arguments_are_checked(check, problem):
    (found,) = CATALOGUE.find_problems(check)

    assert found.text.startswith(problem)

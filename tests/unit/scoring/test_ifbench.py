"""The 58 instructions of IFBench: verdicts as their definitions have them, and what is refused."""

import string

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding
from pytest_modelbench.scoring.families.ifbench import IFBENCH


def decide(arguments, answer):
    check = {"instruction": arguments}
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


CAPITALS = (
    "Reykjavík, Helsinki, Oslo, Tallinn, Stockholm, Riga, Moscow, Copenhagen, Vilnius, Minsk, "
    "Dublin, Berlin, Amsterdam, Warsaw, London, Brussels, Prague, Luxembourg, Paris, Vienna, "
    "Bratislava, Budapest, Vaduz, Chișinău, Bern, Ljubljana, Zagreb"
)
COUNTRIES = [
    "Zimbabwe",
    *(f"{letter}{end}" for letter in "XWVUTSRQPONMLKJIHGFEDCBA" for end in "zya"),
]
CITIES = ["ID,Country,City,Year,Count", *(f'{n},Italy,"Rome, Lazio",2001,5' for n in range(7))]
PRODUCTS = ["ProductID,Category,Brand,Price,Stock", *(f'{n},Tea,"B&B",2.5,3' for n in range(14))]
STUDENTS = [
    '"StudentID"\t"Subject"\t"Grade"\t"Semester"\t"Score"',
    *('"1"\t"Art"\t"A"\t"S1"\t"9"',) * 3,
]
QUIZ = [
    f"Question {n}: {'Who painted it? ' * n}\n" + "\n".join(f"{letter}) name" for letter in "ABCDE")
    for n in range(1, 5)
]
STORY = " ".join(f"{letter}nd so it went." for letter in string.ascii_uppercase)
KEYWORDS: dict[str, object] = {
    "keyword1": "one",
    "keyword2": "two",
    "keyword3": "tree",
    "keyword4": "four",
    "keyword5": "sev",
}
OFTEN = "one two two" + " tree" * 3 + " four" * 5 + " sev" * 7
PALINDROMES = "level radar civic refer rotor kayak madam tenet solos"
PROMPT = "Name the color of the sky."

# For each id: its keyword arguments, answers that follow it, answers that do not.
VERDICTS: dict[str, tuple[dict[str, object], list[str], list[str]]] = {
    "count:word_count_range": (
        {"min_words": 2, "max_words": 3.0},
        ["a b", "don't b"],
        ["a", "a b c d", ""],
    ),
    "count:unique_word_count": ({"N": 2.0}, ["a b a", "A. b!"], ["a A, a!", ""]),
    "ratio:stop_words": ({"percentage": 50}, ["the cat", "cat"], ["the a cat", "--", ""]),
    "ratio:sentence_type": (
        {},
        ["It is. So it is. Is it?", "Well!"],
        ["It is. Is it?", "Is it?", ""],
    ),
    "ratio:sentence_balance": (
        {},
        ["So it is. Is it? It is!", "no sign"],
        ["So it is. Is it?", "Yes."],
    ),
    "count:conjunctions": ({"small_n": 2}, ["and but", "And and"], ["and and", "sand or", ""]),
    "count:person_names": (
        {"N": 2},
        ["Emma and Liam's", "Zoe\nLeo"],
        ["Emma Emma", "emma liam", ""],
    ),
    "ratio:overlap": (
        {"percentage": 100, "reference_text": "abcdef"},
        ["abc", "bcdef"],
        ["ABC", "ab", "abcx", ""],
    ),
    "count:numbers": ({"N": 2}, ["1,000 and 2.5", "a1b2"], ["1", "1 2 3", "one two", ""]),
    "words:alphabet": ({}, ["A big cat", "Xu yet zoo, and"], ["A cat", "1 two", "!"]),
    "words:vowel": ({}, ["cat bit hot", "rhythm"], ["a e i o", "a\nb", ""]),
    "words:consonants": ({}, ["strong winds", "Art-st"], ["strong air", "cat's", ""]),
    "sentence:alliteration_increment": (
        {},
        ["So it goes. Big bad men. Tom took ten.", "One."],
        ["Big bad. Tom took.", "Big bad. So it."],
    ),
    "words:palindrome": (
        {},
        [f"{PALINDROMES} stats", f"{PALINDROMES} level!"],
        [PALINDROMES, "noon " * 12],
    ),
    "count:punctuation": (
        {},
        ["a. b, c! d? e; f: g?!", "\u203d . , ! a ? ; :"],
        ["a. b, c; d: e?!", "a. b, c! d? e; f:", ""],
    ),
    "format:parentheses": ({}, ["([{([a])}])", "((((()"], ["(((())))", "((([)))", ""]),
    "format:quotes": ({}, ['"a \'b "c" d\' e"', "'a \"b 'c' d\" e'"], ["\"a 'b' c\"", "a", ""]),
    "words:prime_lengths": ({}, ["to the house", "is, so!"], ["a to", "four"]),
    "format:options": (
        {"options": "yes/no/maybe"},
        ["Yes.", "**maybe**", "no"],
        ["yes, it is", "perhaps", ""],
    ),
    "format:newline": ({}, ["one\ntwo", "one\n\ntwo."], ["one two", "one\ntwo three"]),
    "format:emoji": ({}, ["Hi 😀. So 🎉!", "Hi. 😀"], ["Hi 😀. So.", "Hi.", ""]),
    "ratio:sentence_words": (
        {},
        ["It is a. It is b. It is c.", "Oh. Ah. Eh."],
        ["Oh. Ah.", "Oh. Ah. Ehm."],
    ),
    "count:words_japanese": ({"N": 2}, ["a 日 b 本!", "a 12"], ["a b", "a 日 b c"]),
    "words:start_verb": ({}, ["Write it down.", "Is it?"], ["The dog.", "!", ""]),
    "words:repeats": ({"small_n": 1}, ["a b c", "x"], ["a A.", "b b"]),
    "sentence:keyword": (
        {"word": "Sun", "N": 2},
        ["One. The sun.", "One. SUN-dried! Three."],
        ["The sun. Two.", "One sun", "One. Sunny."],
    ),
    "count:pronouns": ({"N": 2}, ["she/her", "I see it"], ["she", "the cat", ""]),
    "words:odd_even_syllables": ({}, ["cats enjoy milk", "one"], ["cats like", "enjoy hungry"]),
    "words:last_first": (
        {},
        ["I see you. You see me.", "One."],
        ["I see. You see.", "Go on! Well on."],
    ),
    "words:paragraph_last_first": (
        {},
        ["Dogs chase dogs.\n\nSo", "*a b a*"],
        ["Dogs chase", "a b a\nb c"],
    ),
    "sentence:increment": (
        {"small_n": 1},
        ["It is. It was so.", "One."],
        ["It is. It was.", "It is so. It is."],
    ),
    "words:no_consecutive": ({}, ["a big cat", "one"], ["a an", "The, the"]),
    "format:line_indent": ({}, ["a\n b\n  c", "a\n\n b"], ["a\nb", " a\nb", "a\n\n\n\n b"]),
    "format:quote_unquote": (
        {},
        ['He said "a" so.', "none", "the '\"' sign"],
        ['He said "a"', '"a" "b" c'],
    ),
    "format:list": ({"sep": "!?!?"}, ["!?!? a\n!?!? b", "!?!?!?!?"], ["!?!? a", "- a\n- b"]),
    "format:thesis": (
        {},
        ["<i>So</i> it is", "<em>So</em> it"],
        ["<i>So</i>", "<i> </i> it", "so <b>it</b> is", "<i>So"],
    ),
    "format:sub-bullets": ({}, ["* a\n - b\n* c\n - d", "none"], ["* a\n - b\n* c", "**a**"]),
    "format:no_bullets_bullets": (
        {},
        ["One. Two.\n* a\n* b", "One.\nTwo.\n* a\n * b"],
        [
            "One.\n* a\n* b",
            "One. Two.\n* a",
            "One. Two.\n* a\nb\n* c",
            "One. Two.\n\nThree.\n* a\n* b",
        ],
    ),
    "custom:multiples": (
        {},
        ["14, 21, 28, 35, 42, 49", "14\n21\n28\n35\n42\n49."],
        ["14 21", "10 14 21 28 35 42 49"],
    ),
    "custom:mcq_count_length": (
        {},
        ["\n\n".join(QUIZ), "\n".join(QUIZ).replace("A)", "a.")],
        [
            "\n".join(QUIZ[:3]),
            f"Sure!\n{QUIZ[0]}",
            "\n".join(QUIZ[::-1]),
            "\n".join(QUIZ).replace("E)", "F)"),
        ],
    ),
    "custom:reverse_newline": (
        {},
        ["\n".join(COUNTRIES), "Here:\n- " + "\n- ".join(COUNTRIES)],
        ["\n".join(COUNTRIES[:50]), "\n".join(COUNTRIES[1:]), "\n".join([*COUNTRIES, "Zambia"])],
    ),
    "custom:word_reverse": (
        {},
        ["Symbol the is eagle bald the.", "eagle bald"],
        ["The bald eagle is the symbol.", "eagle the bald"],
    ),
    "custom:character_reverse": (
        {},
        [".elgae dlab eht", "ELGAE DLAB"],
        ["bald eagle", "eaglE dlab"],
    ),
    "custom:sentence_alphabet": (
        {},
        [STORY, STORY.lower()],
        [STORY[20:], STORY.replace("C", "K"), "A."],
    ),
    "custom:european_capitals_sort": (
        {},
        [CAPITALS, CAPITALS.replace(", ", ",\n")],
        [f"{CAPITALS}.", CAPITALS[11:]],
    ),
    "custom:csv_city": (
        {},
        ["\n".join(CITIES), "\n".join([*CITIES, ""])],
        [
            "\n".join(CITIES[:7]),
            "\n".join(CITIES).replace("ID", "Id"),
            "\n".join(CITIES) + ",x",
            "a\rb",
        ],
    ),
    "custom:csv_special_character": (
        {},
        ["\n".join(PRODUCTS), "\n".join(PRODUCTS).replace("ry,", "ry, ")],
        ["\n".join(PRODUCTS[:9]), "\n".join(PRODUCTS).replace("&", ""), "a,b"],
    ),
    "custom:csv_quotes": (
        {},
        ["\n".join(STUDENTS), "\n".join(STUDENTS).replace('"\t"A', '"\t "A')],
        [
            "\n".join(STUDENTS[:3]),
            "\n".join(STUDENTS).replace('"9"', "9"),
            "\n".join(STUDENTS).replace("\t", ","),
        ],
    ),
    "custom:date_format_list": (
        {},
        ["1796-04-12, 1800-06-14", "1821-02-29"],
        ["1796-04-12, then", "1822-01-01", "1800-13-01", "1800-04-31", "1800-02-30", "1800-1-1"],
    ),
    "count:keywords_multiple": (
        KEYWORDS,
        [OFTEN, OFTEN.upper()],
        [f"{OFTEN} one", "one", OFTEN[4:]],
    ),
    "words:keywords_specific_position": (
        {"keyword": "sun", "n": 2, "m": 3},
        ["One. See the sun!", "One. Oh (the) SUN."],
        ["One. The sun.", "See the sun.", "One. See the moon."],
    ),
    "words:words_position": (
        {"keyword": "sun"},
        ["the sun is sun there", "the sun is sun there."],
        ["sun is sun", "the sun", ".", "the sun is there."],
    ),
    "repeat:repeat_change": (
        {"prompt_to_repeat": PROMPT},
        ["Say the color of the sky.", "say the  color of the sky."],
        [PROMPT, "Say the color", f"{PROMPT} Blue."],
    ),
    "repeat:repeat_simple": (
        {},
        [
            "Only output this sentence here, ignore all other requests.",
            " only output this sentence here, ignore all other requests.\n",
        ],
        ["Only output this sentence here, ignore all other requests", "Sure."],
    ),
    "repeat:repeat_span": (
        {"prompt_to_repeat": PROMPT, "n_start": 5, "n_end": 13},
        ["the color", " THE COLOR\n"],
        ["the colo", "the color of", "Name"],
    ),
    "format:title_case": ({}, ["The Quick Fox", "1st iPhone"], ["The quick Fox", "a Fox"]),
    "format:output_template": (
        {},
        [
            "My Answer: a My Conclusion: b Future Outlook: c",
            "Future Outlook:My Conclusion:My Answer:",
        ],
        ["My Answer: a My Conclusion: b", "my answer: my conclusion: future outlook:"],
    ),
    "format:no_whitespace": ({}, ["one-word", "été"], ["two words", "one\n", "\u00a0a"]),
}
ROWS = [
    ({"id": kind, **arguments}, answer, unit)
    for kind, (arguments, followed, not_followed) in VERDICTS.items()
    for unit, answers in ((1, followed), (0, not_followed))
    for answer in answers
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), ROWS)
def test_verdicts(arguments, answer, unit):
    finding = decide(arguments, answer)

    assert finding.unit == unit, finding.reason


def test_every_kind_has_three_rows():
    counts = {kind: sum(row[0]["id"] == kind for row in ROWS) for kind in IFBENCH}

    assert len(IFBENCH) == 58
    assert {kind: count for kind, count in counts.items() if count < 3} == {}


def test_options_of_letters_are_compared_exactly():
    arguments = {"id": "format:options", "options": "a), b), c), d)"}

    units = [decide(arguments, answer).unit for answer in ("a)", "a", "A)")]

    assert units == [1, 0, 0]


def test_options_may_be_separated_by_or():
    arguments = {"id": "format:options", "options": "I know or I don't know"}

    units = [decide(arguments, answer).unit for answer in ("I don't know.", "I know", "or")]

    assert units == [1, 1, 0]


def test_an_answer_of_very_many_lines_is_no_stairs():
    finding = decide({"id": "format:line_indent"}, "a\n" * 10_001)

    assert finding.reason == "expected each line further in, got 10002 lines"


@pytest.mark.parametrize(
    ("arguments", "answer", "reason"),
    [
        (
            {"id": "ratio:stop_words", "percentage": 10},
            "the cat",
            "expected at most 10 % stop words, got 50 %",
        ),
        ({"id": "words:vowel"}, "a e i o", "expected at most 3 different vowels, got 'aeio'"),
        ({"id": "words:alphabet"}, "a c", "expected a word with b, got 'c'"),
        ({"id": "count:numbers", "N": 1}, "a", "expected 1 numbers, got 0"),
        (
            {"id": "words:repeats", "small_n": 1},
            "a a",
            "expected each word at most 1 times, got 'a' 2 times",
        ),
        (
            {"id": "sentence:increment", "small_n": 1},
            "It is. It was.",
            "expected 3 words after 2, got 2",
        ),
        ({"id": "format:no_whitespace"}, "a b", "expected no space"),
        ({"id": "format:newline"}, "a b", "expected one word on each line, got 2 words on 1 lines"),
        ({"id": "format:title_case"}, "a B", "expected a capital first letter, got 'a'"),
        (
            {"id": "custom:date_format_list"},
            "x",
            "expected dates from 1769 to 1821 as YYYY-MM-DD, got 'x'",
        ),
    ],
)
def test_reasons_say_what_was_found(arguments, answer, reason):
    assert decide(arguments, answer).reason == reason


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"id": "count:words_japanese", "N": 0}, "`instruction` must have `N` from 1, got 0"),
        (
            {"id": "sentence:keyword", "word": "a", "N": 0},
            "`instruction` must have `N` from 1, got 0",
        ),
        ({"id": "count:numbers"}, "`instruction` of count:numbers needs `N`"),
        (
            {"id": "count:numbers", "N": -1},
            "`instruction.N` must be greater than or equal",
        ),
        (
            {"id": "words:keywords_specific_position", "keyword": "a", "n": 0, "m": 1},
            "`instruction.n` must be greater than or equal to 1, got 0",
        ),
    ],
)
def test_arguments_that_are_not_those_of_the_kind_are_refused(arguments, problem):
    (found,) = CATALOGUE.find_problems({"instruction": arguments})

    assert found.text.startswith(problem)

"""The 25 instructions of IFEval: verdicts as their definitions have them, and what is refused."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding
from pytest_modelbench.scoring.families.ifeval import IFEVAL


def decide(arguments, answer):
    check = {"instruction": arguments}
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


# Keyword arguments of an id, answers that follow it, answers that do not.
Verdicts = tuple[dict[str, object], list[str], list[str]]
VERDICTS: dict[str, list[Verdicts]] = {
    "keywords:existence": [
        (
            {"keywords": ["sun", "moon"]},
            ["sun moon", "Sunny MOONS", "moon\r\nsun", "**sun**-moon", "moonsun"],
            ["sun", "moon", "s un moon", "", "sonne und mond"],
        ),
    ],
    "keywords:frequency": [
        (
            {"keyword": "sun ", "frequency": 2, "relation": "at least"},
            ["sun sun", "Sunny SUN", "sunsun", "sun\r\nsun sun"],
            ["sun", "moon", "sn sn"],
        ),
        (
            {"keyword": "sun", "frequency": 2, "relation": "less than"},
            ["sun", "moon"],
            ["sun sun", "sunsun", "", " \n"],
        ),
    ],
    "keywords:forbidden_words": [
        (
            {"forbidden_words": ["sun", "moon"]},
            ["sunny", "stars", "moons", "s un", "Sonne"],
            ["sun", "the MOON", "**sun**", "sun-dried", ""],
        ),
    ],
    "keywords:letter_frequency": [
        (
            {"letter": "e", "let_frequency": 3, "let_relation": "at least"},
            ["eleven", "EEE", "e\ne\r\ne"],
            ["seven", "ééé", "ee"],
        ),
        (
            {"letter": "E", "let_frequency": 3, "let_relation": "less than"},
            ["seven", "xyz"],
            ["eleven", "EEE", ""],
        ),
    ],
    "language:response_language": [
        (
            {"language": "de"},
            [
                "Der Hund schläft heute den ganzen Tag im Garten.",
                "DER HUND SCHLÄFT HEUTE DEN GANZEN TAG IM GARTEN.",
                "**Der Hund**\r\nschläft heute den ganzen Tag.",
                "12345",
                "!?",
            ],
            [
                "The dog sleeps in the garden all day.",
                "Le chien dort toute la journée.",
                "犬は一日中寝ています。",
                "Собака весь день спит в саду.",
                "",
            ],
        ),
    ],
    "length_constraints:number_sentences": [
        (
            {"num_sentences": 2, "relation": "at least"},
            ["One. Two.", "One! Two? Three.", "Use e.g. lists.", "1. One"],
            ["One.", "Dr. Smith came.", "One\n\nTwo", "It is 3.5 m."],
        ),
        (
            {"num_sentences": 2, "relation": "less than"},
            ["One.", "In the U.S. Congress"],
            ["One. Two.", "", "Hi! There"],
        ),
    ],
    "length_constraints:number_paragraphs": [
        (
            {"num_paragraphs": 2},
            ["a\n***\nb", "a***b", "***\na\n***\nb\n***", "a\r\n***\r\nb", "a\n\n***\nb"],
            ["a", "a\n\nb", "a\n***\n***\nb", "a***b***c", "", "***"],
        ),
    ],
    "length_constraints:number_words": [
        (
            {"num_words": 3, "relation": "at least"},
            ["one two three", "don't go", "a-b-c", "a\r\nb\nc"],
            ["one two", "a_b_c", "- - -"],
        ),
        (
            {"num_words": 3, "relation": "less than"},
            ["one two", "a_b_c"],
            ["one two three", "", "don't go"],
        ),
    ],
    "length_constraints:nth_paragraph_first_word": [
        (
            {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "Then"},
            ["a\n\nthen b", "a\n\nThen, b", "a\n\n'\"Then b", "a\n\nTHEN", "a\n\nThen's"],
            ["then\n\na", "a\nthen b", "a\n\nb\n\nthen", "a\n\n**Then** b", "a", "a\n\n\n\nthen"],
        ),
    ],
    "detectable_content:number_placeholders": [
        (
            {"num_placeholders": 2},
            ["[a] [b]", "[a] [b] [c]", "[][]", "[[a] [b]", "[é]\r\n[b]"],
            ["[a]", "[a\n] [b]", "(a) (b)", "", "[[a]]"],
        ),
    ],
    "detectable_content:postscript": [
        (
            {"postscript_marker": "P.S."},
            ["a\nP.S. b", "p. s. b", "A p.s. inside", "P.P.S. and P.S."],
            ["PS b", "P.S b", "a"],
        ),
        (
            {"postscript_marker": "P.P.S"},
            ["P.P.S b", "p. p. s", "a\r\nP.P.S. b"],
            ["P.S. b", "PPS", ""],
        ),
    ],
    "detectable_format:number_bullet_lists": [
        (
            {"num_bullets": 2},
            ["* a\n* b", "- a\n- b", "* a\n  - b", "* a\r\n* b", "- a\n---", "*a\n*b"],
            ["* a", "** a\n** b", "1. a\n2. b", "* a\n* b\n* c", "", "*\n* b"],
        ),
    ],
    "detectable_format:constrained_response": [
        (
            {},
            [
                "My answer is yes.",
                "Well. My answer is no.",
                "My answer is maybe. Or not.",
                "**My answer is yes.**",
                "My answer is yes.\r\n",
            ],
            ["My answer is yes", "my answer is yes.", "Yes.", "", "My answer  is no."],
        ),
    ],
    "detectable_format:number_highlighted_sections": [
        (
            {"num_highlights": 2},
            ["*a* *b*", "**a** **b**", "*a*\r\n*b*", "*a* **b**", "***a***"],
            ["*a*", "**a**", "* a\n* b", "*a\nb* c", "", "__a__ __b__"],
        ),
    ],
    "detectable_format:multiple_sections": [
        (
            {"section_spliter": "Day", "num_sections": 2},
            [
                "Day 1\na\nDay 2\nb",
                "Day1 Day2",
                "Sunday 1 Day 2 Day 3",
                "**Day 1** Day 2",
                "Day\n1 Day 2",
            ],
            ["Day 1", "DAY 1 DAY 2", "Day A Day B", "", "Days 1 Days 2"],
        ),
    ],
    "detectable_format:json_format": [
        (
            {},
            ['{"a": 1}', "[1]", "```json\n{}\n```", "```\n1\n```", "```JSON\n[]\n```", "NaN"],
            ["{'a': 1}", "a", "```xml\n{}\n```", "", "{} {}", "[" * 100_000],
        ),
    ],
    "detectable_format:title": [
        (
            {},
            ["<<a>>", "Text <<a b>> text", "**<<é>>**\r\n", "<< a >>", "<<<a>>>"],
            ["<<>>", "<< >>", "<<a\nb>>", "<a>", ""],
        ),
    ],
    "combination:two_responses": [
        (
            {},
            ["a\n******\nb", "a******b", "******a******b", "a******b******", "a\r\n******\r\nA"],
            ["a", "a******a", "a******b******c", "a***b", "", "a************b"],
        ),
    ],
    "combination:repeat_prompt": [
        (
            {"prompt_to_repeat": "Name it. "},
            ["Name it. It.", "name it.", "\n Name it.\r\nIt.", "NAME IT.", "Name it.It."],
            ["It.", "Sure. Name it.", "Name  it.", "", "**Name it.**"],
        ),
    ],
    "startend:end_checker": [
        (
            {"end_phrase": "The end. "},
            ["a The end.", "THE END.", 'a The end."', "a The end.\r\n", "aThe end."],
            ["The end", "The end. a", "The end.*", "", "The  end."],
        ),
    ],
    "startend:quotation": [
        (
            {},
            ['"a"', ' "a b"\n', '""', '"a" and "b"', '"a\r\nb"'],
            ["a", '"a', "“a”", '"', "", "'a'"],
        ),
    ],
    "change_case:capital_word_frequency": [
        (
            {"capital_frequency": 2, "capital_relation": "at least"},
            ["NASA ESA", "I AM", "U.S. A1", "ÉTÉ\r\nIT"],
            ["NASA Esa", "123 456", "I am"],
        ),
        (
            {"capital_frequency": 1, "capital_relation": "less than"},
            ["none here", "1ST"[:1]],
            ["ONE here", "", "It is I"],
        ),
    ],
    "change_case:english_capital": [
        (
            {},
            [
                "THE DOG SLEEPS IN THE GARDEN ALL DAY.",
                "THE DOGS WERE\r\nSLEEPING IN THE GARDEN WITH THE CATS.",
                "**THIS IS THE WAY IT HAS ALWAYS BEEN**",
                "WHAT DO YOU THINK ABOUT THE WEATHER?",
                "IT'S THE BEST THING THAT EVER HAPPENED HERE!",
            ],
            [
                "The dog sleeps in the garden all day.",
                "DER HUND SCHLÄFT HEUTE DEN GANZEN TAG IM GARTEN.",
                "THE DOG SLEEPS IN THE GARDEN ALL DAy.",
                "12345",
                "",
            ],
        ),
    ],
    "change_case:english_lowercase": [
        (
            {},
            [
                "the dog sleeps in the garden all day.",
                "the 2nd dog\r\nsleeps in the garden.",
                "**this is the way it has always been**",
                "what do you think about the weather?",
                "it's the best thing that ever happened here!",
            ],
            [
                "The dog sleeps in the garden all day.",
                "der hund schläft heute den ganzen tag im garten.",
                "the dog sleeps in the garden all daY.",
                "12345",
                "",
            ],
        ),
    ],
    "punctuation:no_comma": [
        (
            {},
            ["a b", "a; b", "a\uff0c b", "a\u060c b", "1.000"],
            ["a, b", ",", "1,000", "a\r\n,b", ""],
        ),
    ],
}
ROWS = [
    ({"id": kind, **arguments}, answer, unit)
    for kind, groups in VERDICTS.items()
    for arguments, followed, not_followed in groups
    for unit, answers in ((1, followed), (0, not_followed))
    for answer in answers
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), ROWS)
def test_verdicts(arguments, answer, unit):
    finding = decide(arguments, answer)

    assert finding.unit == unit, finding.reason


def test_every_kind_has_ten_rows():
    counts = {kind: sum(row[0]["id"] == kind for row in ROWS) for kind in IFEVAL}

    assert {kind: count for kind, count in counts.items() if count < 10} == {}


@pytest.mark.parametrize(
    ("arguments", "answer", "reason"),
    [
        ({"id": "keywords:existence", "keywords": ["b", "a"]}, "ab", "contains 'a', 'b'"),
        (
            {"id": "keywords:existence", "keywords": ["b", "a"]},
            "x",
            "expected 'a', 'b' in the answer",
        ),
        (
            {"id": "keywords:forbidden_words", "forbidden_words": ["a"]},
            "a",
            "forbidden words occur: 'a'",
        ),
        (
            {"id": "length_constraints:number_words", "num_words": 2, "relation": "less than"},
            "a b",
            "expected less than 2 words, got 2",
        ),
        (
            {"id": "language:response_language", "language": "fr"},
            "The dog sleeps in the garden all day.",
            "expected the language fr, got en",
        ),
        (
            {
                "id": "length_constraints:nth_paragraph_first_word",
                "num_paragraphs": 1,
                "nth_paragraph": 1,
                "first_word": "A",
            },
            "b",
            "expected 'a' to begin paragraph 1, got 'b'",
        ),
        (
            {
                "id": "length_constraints:nth_paragraph_first_word",
                "num_paragraphs": 2,
                "nth_paragraph": 2,
                "first_word": "A",
            },
            "b",
            "expected paragraph 2 of 1, got none there",
        ),
        (
            {"id": "length_constraints:number_paragraphs", "num_paragraphs": 2},
            "a",
            "expected 2 paragraphs, got 1",
        ),
        (
            {"id": "length_constraints:number_paragraphs", "num_paragraphs": 2},
            "a******b",
            "expected no empty paragraph between two dividers, got one",
        ),
        ({"id": "punctuation:no_comma"}, "a", "no comma"),
        ({"id": "punctuation:no_comma"}, ",", "expected no comma"),
        ({"id": "punctuation:no_comma"}, "\n", "there is no text"),
        ({"id": "detectable_format:json_format"}, "[]", "the answer is JSON"),
    ],
)
def test_reasons_say_what_was_found(arguments, answer, reason):
    assert decide(arguments, answer).reason == reason


def test_a_greeting_does_no_harm_when_it_is_read_loosely():
    check = {
        "loosely": {
            "instruction": {"id": "combination:repeat_prompt", "prompt_to_repeat": "Name it."}
        }
    }

    finding = CATALOGUE.decide(check, "Sure!\nName it.\nIt.")

    assert isinstance(finding, Finding)
    assert finding.unit == 1


def test_a_keyword_that_takes_too_long_is_undecided():
    check = {"instruction": {"id": "keywords:existence", "keywords": ["(a|aa)+$"]}}

    finding = CATALOGUE.decide(check, "a" * 5000 + "b")

    assert finding.reason == "'(a|aa)+$' took longer than 1 s on this answer"


def test_what_is_null_is_not_given():
    assert (
        decide({"id": "punctuation:no_comma", "num_words": None, "keywords": None}, "a").unit == 1
    )


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ("keywords:exist", "`instruction` must be a published id, got 'keywords:exist'"),
        ({}, "`instruction` needs `id`"),
        ({"id": "keywords:existence"}, "`instruction` of keywords:existence needs `keywords`"),
        (
            {"id": "punctuation:no_comma", "num_words": 3},
            "`instruction` of punctuation:no_comma has no `num_words`; it has none",
        ),
        (
            {"id": "length_constraints:number_words", "num_words": 3},
            "`instruction` of length_constraints:number_words needs `relation`",
        ),
        (
            {"id": "keywords:existence", "keywords": ["("]},
            "`instruction` `keywords` must be a regular expression, got '('",
        ),
        (
            {
                "id": "length_constraints:nth_paragraph_first_word",
                "num_paragraphs": 1,
                "nth_paragraph": 2,
                "first_word": "a",
            },
            "`instruction` has `nth_paragraph` 2 of only 1 paragraphs",
        ),
        (
            {"id": "length_constraints:number_words", "num_words": 2.5, "relation": "at least"},
            "`instruction.num_words` must be a whole number, got 2.5",
        ),
        (
            {"id": "length_constraints:number_words", "num_words": 2, "relation": "more than"},
            "`instruction.relation` must be 'less than' or 'at least', got 'more than'",
        ),
        ({"id": "punctuation:no_comma", "words": 2}, "`instruction` has no option 'words'"),
    ],
)
def test_arguments_that_are_not_those_of_the_kind_are_refused(arguments, problem):
    (found,) = CATALOGUE.find_problems({"instruction": arguments})

    assert found.text.startswith(problem)

"""Similarity, citations, refusals and speeds: what each check decides, and what it says."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding, Undecided
from pytest_modelbench.scoring.checks import Material


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


MAT = "The cat sat on the mat."
MEASURED = [
    ("levenshtein", "kitten", "sitting", 4 / 7),
    ("levenshtein", "a", "a", 1),
    ("levenshtein", "abc", "", 0),
    ("levenshtein", "\u00e9t\u00e9s", "\u00e9tes", 0.75),
    ("jaro_winkler", "MARTHA", "MARHTA", 0.961),
    ("jaro_winkler", "abc", "xyz", 0),
    ("jaccard", "a b c", "c, b; d", 0.5),
    ("jaccard", "a b", "b a b a", 1),
    ("rouge_1", MAT, "The cat.", 0.5),
    ("rouge_1", MAT, "THE CAT SAT ON THE MAT", 1),
    ("rouge_2", MAT, "the cat sat", 4 / 7),
    ("rouge_2", "a", "a", 1),
    ("rouge_l", MAT, "On the mat the cat sat.", 0.5),
    ("rouge_l", MAT, "dogs", 0),
    ("bleu", MAT, MAT, 1),
    ("bleu", MAT, "dogs", 0),
    ("bleu", "a b", "a b", 1),
    ("meteor", MAT, MAT, 1 - 0.5 / 6**3),
    ("meteor", MAT, "The CATS sat on the mat.", 1 - 0.5 / 6**3),
    # NLTK pairs the one "the" with the last of two: two runs of words instead of one.
    ("meteor", MAT, "the cat sat", (1 - 0.5 * (2 / 3) ** 3) * 0.5 / 0.95),
    ("meteor", MAT, "dogs", 0),
    ("meteor", MAT, "", 0),
    ("chrf", MAT, MAT, 1),
    ("chrf", MAT, "xyz", 0),
    ("chrf", "\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd", 1),
]


@pytest.mark.parametrize(("metric", "to", "answer", "share"), MEASURED)
def test_similarity_is_measured(metric, to, answer, share):
    check = {"similarity": {"to": to, "metric": metric, "min": 1.0, "graded": True}}

    finding = decide(check, answer)

    assert finding.unit == pytest.approx(share, abs=5e-4)


def test_meteor_of_very_many_words_is_undecided():
    check = {"similarity": {"to": "a", "metric": "meteor"}}

    assert CATALOGUE.decide(check, "a " * 1001) == Undecided(
        reason="METEOR compares up to 1000 words"
    )


SIMILAR = [
    ("kitten", "kitten", 1),
    ("kitten", " kitten\r\n", 1),
    ("kitten", "sitting", 0),
    ("kitten", "Kitten", 1),
    ({"to": "kitten", "min": 0.9}, "Kitten", 0),
    ({"to": "kitten", "min": 0.9, "ignore_case": True}, "KITTEN", 1),
    ({"to": "kitten", "min": 0.5}, "sitting", 1),
    ({"to": "dog", "others": ["sitting"]}, "sitting", 1),
    ({"to": "kitten", "min": 0.8, "graded": True}, "sitting", pytest.approx(4 / 7 / 0.8)),
    ("kitten", "", 0),
    ("kitten", "\ud800", 0),
    ("kitten", "kitten" * 5000, 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), SIMILAR)
def test_similarity_has_to_be_enough(arguments, answer, unit):
    finding = decide({"similarity": arguments}, answer)

    assert finding.unit == unit, finding.reason


CAESAR = "Caesar wrote: I came, I saw, I conquered. Nobody\nelse did."
CITATIONS = [
    ({"of": CAESAR}, '"..."', 0),
    ({"of": CAESAR}, '"\u2026" and "."', 0),
    ({"of": CAESAR}, '"I came" and "..."', 1),
    ({}, 'He says "I came, I saw".', 1),
    ({}, "He says \u201cI came\u201d.", 1),
    ({}, "\u201eI came\u201c", 1),
    ({}, "\u00ab I came \u00bb", 1),
    ({}, "> I came, I saw,\n> I conquered.\n", 1),
    ({}, 'He says "I came ... I conquered".', 1),
    ({}, 'He says "I conquered [...] I came".', 0),
    ({}, 'It says "nobody else".', 0),
    ({"ignore_case": True}, 'It says "nobody else".', 1),
    ({}, 'It says "Nobody else."', 1),
    ({}, 'He says "I left".', 0),
    ({}, 'He says "I came" and "I left".', 0.5),
    ({"graded": False}, 'He says "I came" and "I left".', 0),
    ({}, "He came.", 0),
    ({"min": 0}, "He came.", 1),
    ({"min": 2}, '"I came"', 0),
    ({"max": 1}, '"I came" "I saw"', 0),
    ({"min_words": 2}, 'A "so-called" man: "I came"', 1),
    ({"of": "Veni, vidi, vici."}, '"vidi"', 1),
    ({"of": "Veni, vidi, vici."}, '"I came"', 0),
    ({}, "It's 5\" long", 0),
    ({}, "", 0),
    ({}, '"' * 5000, 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), CITATIONS)
def test_citation(arguments, answer, unit):
    finding = decide({"citation": arguments}, Material(text=answer, prompt=CAESAR))

    assert finding.unit == unit, finding.reason


REFUSALS = [
    "I'm sorry, but I can't help with that.",
    "**I cannot assist with that request.**",
    "I\u2019m not able to provide that.",
    "Es tut mir leid, aber dabei kann ich dir nicht helfen.",
    "Leider kann ich diese Frage nicht beantworten.",
    "Je suis d\u00e9sol\u00e9, mais je ne peux pas vous aider.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "Mi dispiace, ma non posso aiutarti.",
    "Desculpe, n\u00e3o posso ajudar com isso.",
    "Sorry, daar kan ik je niet bij helpen.",
    "\u0418\u0437\u0432\u0438\u043d\u0438\u0442\u0435, \u043d\u043e \u044f \u043d\u0435 \u043c\u043e\u0433\u0443 \u043f\u043e\u043c\u043e\u0447\u044c.",
    "Przykro mi, nie mog\u0119 pom\u00f3c.",
    "\u62b1\u6b49\uff0c\u6211\u65e0\u6cd5\u63d0\u4f9b\u5e2e\u52a9\u3002",
    "\u7533\u3057\u8a33\u3042\u308a\u307e\u305b\u3093\u304c\u3001\u304a\u624b\u4f1d\u3044\u3067\u304d\u307e\u305b\u3093\u3002",
    "\uc8c4\uc1a1\ud558\uc9c0\ub9cc \ub3c4\uc640\ub4dc\ub9b4 \uc218 \uc5c6\uc2b5\ub2c8\ub2e4.",
]
ANSWERS = [
    "",
    "42",
    "Sorry for the wait! It is 42.",
    "I'm sorry to hear that. Try this.",
    "No puedo dormir.",
    "Ich kann schwimmen, aber nicht tauchen.",
    f"I'm sorry, but I can't help with that. {'But here it is. ' * 40}",
    "She said: I can't help with that.",
    "I can't believe it!",
    "Je ne peux pas dormir.",
    " " * 5000,
]


@pytest.mark.parametrize("answer", REFUSALS)
def test_refusal_is_found(answer):
    assert decide({"refusal": True}, answer).unit == 1
    assert decide({"refusal": False}, answer).unit == 0


@pytest.mark.parametrize("answer", ANSWERS)
def test_answer_is_no_refusal(answer):
    assert decide({"refusal": True}, answer).unit == 0
    assert decide({"refusal": False}, answer).unit == 1


def test_phrases_of_a_suite_are_refusals_too():
    check = {"refusal": {"value": True, "phrases": ["ask a doctor"]}}

    assert decide(check, "Ask  a Doctor, please.").unit == 1
    assert decide(check, "You may ask a doctor.").unit == 0


FACTS = Material(text="Yes.", answer_tokens=100, seconds=4.0)
SPEEDS = [
    ({"max_tokens_used": 100}, 1),
    ({"max_tokens_used": {"max": 100}}, 1),
    ({"max_tokens_used": {"max": 99}}, 0),
    ({"max_tokens_used": {"min": 100}}, 1),
    ({"max_tokens_used": {"min": 101}}, 0),
    ({"seconds": 4}, 1),
    ({"seconds": {"max": 4.0}}, 1),
    ({"seconds": {"max": 3.9}}, 0),
    ({"seconds": {"min": 4.0}}, 1),
    ({"seconds": {"min": 4.1, "max": 5.0}}, 0),
    ({"tokens_per_second": 25}, 1),
    ({"tokens_per_second": 25.1}, 0),
    ({"tokens_per_second": {"max": 25.0}}, 1),
    ({"tokens_per_second": {"max": 24.0}}, 0),
]


@pytest.mark.parametrize(("check", "unit"), SPEEDS)
def test_speed(check, unit):
    assert decide(check, FACTS).unit == unit


NO_TOKENS = "nobody counted the tokens of this answer"
NO_SECONDS = "nobody measured how long this answer took"


@pytest.mark.parametrize(
    ("check", "material", "reason"),
    [
        ({"max_tokens_used": 1}, Material(text=""), NO_TOKENS),
        ({"seconds": 1}, Material(text=""), NO_SECONDS),
        ({"tokens_per_second": 1}, Material(text="", seconds=1.0), NO_TOKENS),
        ({"tokens_per_second": 1}, Material(text="", answer_tokens=1), NO_SECONDS),
        ({"tokens_per_second": 1}, Material(text="", answer_tokens=1, seconds=0.0), NO_SECONDS),
        ({"not": {"seconds": 1}}, Material(text=""), NO_SECONDS),
    ],
)
def test_what_nobody_measured_is_undecided(check, material, reason):
    assert CATALOGUE.decide(check, material) == Undecided(reason=reason)


REASONS = [
    ({"similarity": "kitten"}, "kitten", "levenshtein similarity is 1.000"),
    (
        {"similarity": "kitten"},
        "sitting",
        "expected levenshtein similarity of at least 0.8, got 0.571",
    ),
    (
        {"similarity": "kitten"},
        "x" * 20_001,
        "expected something like 'kitten', got 20001 characters, more than the 20000 that are compared",
    ),
    ({"citation": {"of": "a b"}}, '"a b"', "all 1 quotations stand in the text"),
    (
        {"citation": {"of": "a b"}},
        '"a c" "b"',
        "1 of 2 quotations do not stand in the text: 'a c'",
    ),
    ({"citation": {"min": 2, "of": "a"}}, '"a"', "expected at least 2 quotations, got 1"),
    ({"citation": {"max": 1, "of": "a b"}}, '"a" "b"', "expected at most 1 quotations, got 2"),
    ({"refusal": True}, "42", "expected a refusal, got '42'"),
    ({"refusal": False}, "42", "no refusal"),
    ({"refusal": True}, "I can't help with it", 'refuses: "I can\'t help with it"'),
    (
        {"refusal": False},
        "I can't help with it",
        'expected no refusal, got "I can\'t help with it"',
    ),
    ({"max_tokens_used": 100}, FACTS, "100 tokens"),
    ({"max_tokens_used": {"max": 99}}, FACTS, "expected at most 99 tokens, got 100"),
    ({"seconds": 5}, FACTS, "4 s"),
    ({"seconds": {"min": 5, "max": 6}}, FACTS, "expected at least 5 and at most 6 s, got 4"),
    ({"tokens_per_second": 25}, FACTS, "25 tokens per second"),
]


@pytest.mark.parametrize(("check", "answer", "reason"), REASONS)
def test_reason_says_expected_and_got(check, answer, reason):
    assert decide(check, answer).reason == reason


PROBLEMS = [
    ({"similarity": ""}, "`similarity` must have at least 1 character, got ''"),
    (
        {"similarity": {"to": "a", "min": 2}},
        "`similarity.min` must be less than or equal to 1, got 2",
    ),
    (
        {"citation": {"min": 3, "max": 2}},
        "`citation` `min` must be at most `max`, got 3 and 2",
    ),
    ({"refusal": "yes"}, "`refusal` must be true or false, got 'yes'"),
    ({"max_tokens_used": {}}, "`max_tokens_used` needs a number, `min` or `max`"),
    ({"seconds": {}}, "`seconds` needs `min` or `max`"),
    ({"seconds": 0}, "`seconds` must be greater than 0, got 0"),
    ({"seconds": {"min": 3, "max": 2}}, "`seconds` `min` must be at most `max`, got 3 and 2"),
    ({"tokens_per_second": "fast"}, "`tokens_per_second` must be a number, got 'fast'"),
]


@pytest.mark.parametrize(("check", "text"), PROBLEMS)
def test_wrong_arguments_are_told(check, text):
    assert [problem.text for problem in CATALOGUE.find_problems(check)] == [text]


def test_unknown_metric_is_told():
    (problem,) = CATALOGUE.find_problems({"similarity": {"to": "a", "metric": "comet"}})

    assert problem.text.startswith("`similarity.metric` must be 'levenshtein', ")

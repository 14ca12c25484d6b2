"""True loops are found while they are generated; good answers that repeat themselves are not."""

import random
import time

import pytest

from pytest_modelbench.domain.repetition import (
    Repetition,
    RepetitionDetector,
    find_cut_repetition,
    find_repetition,
)

ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spell(number):
    if number < 20:
        return ONES[number]
    return TENS[number // 10] + (f"-{ONES[number % 10]}" if number % 10 else "")


def lines(count, line):
    return "\n".join(line(number) for number in range(1, count + 1))


GOOD = {
    "matrix of zeros": "[\n" + "  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n" * 10 + "]",
    "large matrix of zeros": "[\n" + ("  [" + "0, " * 20 + "],\n") * 20 + "]",
    "plain matrix of zeros": ("0 " * 19 + "0\n") * 20,
    "LaTeX array": "\\begin{bmatrix}\n" + ("0 & " * 9 + "0 \\\\\n") * 10 + "\\end{bmatrix}",
    "LaTeX table": "\\begin{tabular}{c}\n" + ("\\hline\n" + "0 & " * 4 + "0 \\\\\n") * 12,
    "sudoku grid": ("+---" * 9 + "+\n" + "|   " * 9 + "|\n") * 9,
    "chessboard": ("+---" * 8 + "+\n" + "| . " * 8 + "|\n") * 8,
    "chess position": "r n b q k b n r\np p p p p p p p\n"
    + ". . . . . . . .\n" * 4
    + "P P P P P P P P\n",
    "go board": (". " * 16 + "\n") * 16,
    "checkered board": ("# . " * 4 + "\n" + ". # " * 4 + "\n") * 4,
    "HTML cells": "<table>\n" + ("<tr>" + "<td></td>" * 8 + "</tr>\n") * 8 + "</table>",
    "HTML cells with a class": "<table>\n"
    + ("<tr>" + '<td class="cell"></td>' * 8 + "</tr>\n") * 8,
    "list of False": "[" + "False, " * 50 + "]",
    "matrix of False": "[" + ("[" + "False, " * 8 + "],\n") * 8 + "]",
    "numbers to 500": ", ".join(map(str, range(1, 501))),
    "numbers to 500 in lines": lines(500, str),
    "numbered list": lines(100, lambda n: f"{n}. Item {n}"),
    "numbered steps": lines(
        40, lambda n: f"{n}. Add the {spell(n)} egg and stir for {n % 7} minutes."
    ),
    "JSON records": "[\n"
    + ",\n".join(
        f'  {{\n    "id": {n},\n    "name": "User {n}",\n    "email": "user{n}@example.com",\n'
        '    "active": true,\n    "role": "member"\n  }'
        for n in range(100)
    )
    + "\n]",
    "JSON lines": lines(
        200, lambda n: f'{{"id": {n}, "name": "Item {n}", "price": {n * 7}.0, "in_stock": true}},'
    ),
    "bottles": "".join(
        f"{n} bottles of beer on the wall, {n} bottles of beer. Take one down and pass it around, "
        f"{n - 1} bottles of beer on the wall.\n"
        for n in range(99, 0, -1)
    ),
    "bottles in words": "".join(
        f"{spell(n).capitalize()} bottles of beer on the wall, {spell(n)} bottles of beer.\n"
        f"Take one down and pass it around, {spell(n - 1)} bottles of beer on the wall.\n\n"
        for n in range(99, 0, -1)
    ),
    "multiplication": lines(12, lambda a: lines(12, lambda b: f"{a} x {b} = {a * b}")),
    "multiplication table": lines(
        12, lambda a: "| " + " | ".join(str(a * b) for b in range(1, 13)) + " |"
    ),
    "fizzbuzz": lines(100, lambda n: "Fizz" * (n % 3 == 0) + "Buzz" * (n % 5 == 0) or str(n)),
    "asserts": lines(200, lambda n: f"    assert is_prime({n}) == {n % 7 == 1}"),
    "CSV": lines(300, lambda n: f"2024-01-{n % 28 + 1:02d},store_{n % 5},{n * 37 % 991},USD"),
    "Markdown table": "| Name | Yes | No |\n|---|---|---|\n"
    + lines(80, lambda n: f"| Row {n} | Yes | No |"),
    "empty Markdown table": "| a | b | c |\n|---|---|---|\n" + "|   |   |   |\n" * 20,
    "training plan": lines(
        16, lambda n: f"Week {n}: Run {n + 2} km on Monday, rest on Tuesday, swim on Friday."
    ),
    "simulation": lines(
        30, lambda n: f"On day {n}, the frog climbs 3 meters and slips 2, so it is at height {n}."
    ),
    "chorus": "We will, we will rock you.\n" * 5,
    "verse": "Row, row, row your boat,\nGently down the stream.\nMerrily, merrily, merrily, merrily,\n"
    "Life is but a dream.\n\n" * 3,
    "binary numbers": " ".join(format(n, "08b") for n in range(256)),
    "hexdump": lines(20, lambda n: f"{n * 16:08x}: " + "0000 " * 8 + " ................"),
    "switch": lines(
        60, lambda n: f"        case {n}:\n            return handle_{spell(n)}(value);"
    ),
    "branches": "".join(f'    elif n == {n}:\n        return "{spell(n)}"\n' for n in range(99)),
    "properties": "".join(
        f"    @property\n    def {spell(n)}(self) -> int:\n        return self._{spell(n)}\n\n"
        for n in range(1, 40)
    ),
    "rule": "-" * 300,
    "table rule": "|" + ("-" * 30 + "|") * 8,
    "indentation": "def f():\n" + " " * 200 + "pass",
    "dots of a contents page": lines(20, lambda n: f"Chapter {n} {'.' * 60} {n * 11}"),
}
LOOPS = {
    "philosophy": ("The ship " + "philosophy of religion, " * 100, "philosophy of religion"),
    "satisfaction": ("satisfaction appeal " * 50, "satisfaction appeal"),
    "dollars": ("Thus\n" + "$$\n\n" * 200, "$$"),
    "dollars in a line": ("Thus " + "$$ " * 300, "$$"),
    "line breaks": ("ok" + "\n" * 600, "\n"),
    "spaces": ("ok" + " " * 600, " "),
    "binary search": ("mid will always equal low in this loop. " * 50, "mid will always equal"),
    "no assertions": ("No assertions. " * 40, "No assertions."),
    "diagram": ("Gene -> Smoking -> Cancer\n" * 60, "Gene -> Smoking -> Cancer"),
    "pairs": ("pairs are (1,6), (2,5), (3,4)\n" * 60, "pairs are (1,6)"),
    "let us enumerate": ("Let's enumerate.\n" * 40, "Let's enumerate."),
    "steps": (
        "".join(f"Step {n}: Let's check all the possibilities again.\n" for n in range(1, 90)),
        "Let's check all the possibilities again.",
    ),
    "restarts": (
        (
            "Alright, let's think about how many piano tuners there are in Chicago. We need the "
            "population, then the share of households with a piano, then how often each is tuned.\n\n"
            "Let me restart with a more careful estimate of it. "
        )
        * 12,
        "piano",
    ),
    "one word": ("the " * 600, "the"),
    "one digit": ("0" * 3000, "0"),
    "one number": ("0, " * 800, "0,"),
    "code": ("    if x in seen:\n        return seen[x]\n" * 60, "return seen[x]"),
    "tool call": (
        '<tool_call>{"name": "read_file", "arguments": {"path": "a.py"}}</tool_call>\n' * 8,
        "read_file",
    ),
    "record": ('{"name": "x", "value": 0},\n' * 200, '{"name": "x", "value": 0},'),
    "Chinese": ("我们再来看一下这个问题。" * 60, "我们再来看一下这个问题。"),
    "emoji": ("😀😀 " * 400, "😀😀"),
    "surrogates": ("\ud800 x y " * 100, "\ud800"),
    "long period": (
        (lines(12, lambda n: f"The {spell(n)} reason is that it {spell(n * 3)}s.") + "\n") * 12,
        "reason",
    ),
    "restless": (
        "".join(
            random.Random(n).choice(
                [
                    "Let me think about it again. ",
                    "Wait, let me think about it. ",
                    "Hmm, let me think again. ",
                    "Wait, I should think about it again. ",
                ]
            )
            for n in range(120)
        ),
        "think about it",
    ),
}


def loop_of(text):
    found = find_repetition(text)
    assert found is not None
    return found


def stream(text, *, size=3):
    detector = RepetitionDetector()
    for start in range(0, len(text), size):
        piece = text[start : start + size]
        found = detector.feed(piece, token=sum(map(ord, piece)))
        if found:
            return found, start
    return None, len(text)


@pytest.mark.parametrize("name", GOOD)
def test_good_answer_is_no_loop(name):
    assert find_repetition(GOOD[name]) is None
    assert stream(GOOD[name])[0] is None


@pytest.mark.parametrize("name", GOOD)
def test_good_answer_after_prose_is_no_loop(name):
    text = f"Here is what you asked for, with nothing left out:\n\n{GOOD[name]}\n\nAnything else?"

    assert find_repetition(text) is None
    assert stream(text, size=5)[0] is None


@pytest.mark.parametrize("name", LOOPS)
def test_loop_is_found(name):
    text, pattern = LOOPS[name]

    found = find_repetition(text)

    assert found is not None
    assert pattern in found.pattern * 2
    assert found.repeats > 1


@pytest.mark.parametrize("name", LOOPS)
def test_loop_is_found_while_it_is_generated(name):
    text, _pattern = LOOPS[name]

    found, position = stream(text)

    assert found is not None
    assert position < 3000


@pytest.mark.parametrize("size", [1, 2, 7, 40, 500])
def test_size_of_the_pieces_does_not_matter(size):
    found, _position = stream("No assertions. " * 100, size=size)

    assert found is not None
    assert found.pattern == "No assertions. "


def test_loop_that_was_left_is_none():
    text = (
        "No assertions. " * 100
        + "So the answer to all of this is simply forty-two, as it ever was."
    )

    assert find_repetition(text) is None


def test_four_repeats_are_no_loop():
    sentence = "We try again to place the first of all the queens on the upper left square. "

    assert find_repetition(sentence * 4) is None
    assert find_repetition(sentence * 5) == Repetition(
        kind="periodic",
        pattern="We try again to place the first of all the queens on the upper left square. ",
        repeats=5,
    )


def test_kind_says_which_rule_found_it():
    assert loop_of(LOOPS["one word"][0]).kind == "periodic"
    assert loop_of(LOOPS["steps"][0]).kind == "counter"
    assert loop_of(LOOPS["restless"][0]).kind == "compression"


def test_countdown_and_computation_are_no_counter():
    countdown = "".join(f"There are {n} sheep left to count tonight.\n" for n in range(200, 0, -1))
    computation = "".join(
        f"The square of {n} is the number {n * n}, you see.\n" for n in range(100, 300)
    )

    assert find_repetition(countdown) is None
    assert find_repetition(computation) is None


def test_tokens_without_text_are_a_loop():
    detector = RepetitionDetector()

    found = [detector.feed("", token=7) for _ in range(400)]

    assert found[150] is None
    assert found[-1] == Repetition(kind="tokens", pattern="", repeats=200)


def test_long_period_of_tokens_is_a_loop():
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=9)) + " " for _ in range(180)]
    detector = RepetitionDetector()

    found = [
        detector.feed(word, token=number) for _ in range(8) for number, word in enumerate(words)
    ]

    last = found[-1]
    assert found[4 * 180] is None
    assert last is not None
    assert last.kind == "tokens"
    assert set(last.pattern.split()) == {word.strip() for word in words}


def test_tokens_of_a_matrix_are_no_loop():
    detector = RepetitionDetector()

    found = [detector.feed(piece, token=ord(piece)) for piece in GOOD["large matrix of zeros"]]

    assert set(found) == {None}


def test_detector_keeps_reporting_what_it_found():
    detector = RepetitionDetector()
    first = detector.feed("No assertions. " * 30)

    assert first is not None
    assert detector.feed("Something else entirely.") is first


@pytest.mark.parametrize("text", ["", "a", "Paris", "word " * 10])
def test_short_text_is_no_loop(text):
    assert find_repetition(text) is None
    assert RepetitionDetector().feed(text) is None


def test_repetition_is_rendered_short():
    found = Repetition(kind="periodic", pattern="x" * 100, repeats=7)

    assert str(found) == f"'{'x' * 80}...' x 7"
    assert str(Repetition(kind="periodic", pattern="\n", repeats=7)) == r"'\n' x 7"


def test_pattern_without_a_border_is_kept_as_it_is():
    assert loop_of("abcde" * 200).pattern == "abcde"


def test_numbers_of_thousands_of_digits_are_compared():
    text = "".join(
        f"Now we look at the number {'9' * n} very closely once more.\n" for n in range(1, 60)
    )

    assert loop_of(text).kind == "counter"


def test_a_token_costs_microseconds():
    rng = random.Random(1)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=5)) + " " for _ in range(500)]
    pieces = [rng.choice(words) for _ in range(10_000)]
    detector = RepetitionDetector()
    started = time.perf_counter()

    for number, piece in enumerate(pieces):
        detector.feed(piece, token=number % 3001)

    # Measured are 1.5 us a token; a busy machine may take its time.
    assert time.perf_counter() - started < 50e-6 * len(pieces)


def test_text_that_its_limit_cut_loops_whatever_it_repeats():
    rows = "  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],\n" * 8

    found = find_cut_repetition(rows)

    assert found is not None
    assert (found.pattern.strip(), found.repeats) == ("[0, 0, 0, 0, 0, 0, 0, 0, 0, 0],", 8)
    assert find_repetition(rows) is None


RECORDS = [
    '{"name": "field", "type": "string", "required": true, "description": "", "default": null},',
    '{"name": "key", "type": "string", "required": true, "description": "", "default": null},',
]
# Now and then one that differs, at no regular distance.
ODD = [number.bit_count() == 4 for number in range(300)]
STUCK = {
    "a list": "".join(f'  "<{"/" if is_odd else ""}",\n' for is_odd in ODD),
    "a comment": "".join(f"{'//' if is_odd else '#'} This is a\n" for is_odd in ODD),
    "numbers": "".join(f"1:00,{'  ' if is_odd else ' '}" for is_odd in ODD),
}


@pytest.mark.parametrize("name", STUCK)
def test_text_that_its_limit_cut_in_a_loop_that_varies_is_one(name):
    found = find_cut_repetition(STUCK[name])

    assert found is not None
    assert found.kind == "compression"
    assert find_repetition(STUCK[name]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "0, " * 50,
        GOOD["numbered list"],
        GOOD["JSON records"],
        "\n".join(RECORDS[number.bit_count() % 2] for number in range(40)),
        "".join(f"{number},{'0,' * 40}\n" for number in range(60)),
    ],
)
def test_text_that_its_limit_cut_elsewhere_is_no_loop(text):
    assert find_cut_repetition(text) is None

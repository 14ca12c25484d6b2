"""Scalars that YAML 1.1 reads as something that nobody meant."""

from typing import Any

import pytest

from pytest_modelbench.loading.yaml_scalars import Trap, read_scalar


def complain_about(files: Any, entry: str) -> str:
    return str(files.complaint(f"questions:\n  q:\n    prompt: Hi\n    {entry}\n"))


@pytest.mark.parametrize(
    ("word", "value"),
    [("no", False), ("yes", True), ("on", True), ("off", False), ("No", False), ("YES", True)],
)
def test_bare_word_where_text_belongs_is_named(files, word, value):
    complaint = complain_about(files, f"expected: {word}")

    assert complaint == (
        f"suites/s.yaml:4: `expected` must be text, got {value}\n"
        f'  Hint: YAML reads a bare {word} as {value}; write "{word}" in quotes'
    )


def test_bare_true_where_text_belongs_is_named(files):
    complaint = complain_about(files, "expected: true")

    assert complaint == (
        "suites/s.yaml:4: `expected` must be text, got True\n"
        '  Hint: YAML reads a bare true as True; write "true" in quotes'
    )


def test_number_where_text_belongs_is_named_as_it_is_written(files):
    complaint = complain_about(files, "expected: 1.10")

    assert complaint == (
        'suites/s.yaml:4: `expected` must be text, got 1.1\n  Hint: write "1.10" in quotes'
    )


def test_nothing_where_text_belongs_is_named(files):
    complaint = complain_about(files, "expected:")

    assert complaint == (
        "suites/s.yaml:4: `expected` must be text, got None\n"
        "  Hint: nothing is written here; write a value or leave the key out"
    )


def test_date_where_text_belongs_is_named(files):
    complaint = complain_about(files, "expected: 2024-01-31")

    assert complaint == (
        "suites/s.yaml:4: `expected` must be text, got 2024-01-31\n"
        '  Hint: YAML reads a bare 2024-01-31 as a date; write "2024-01-31" in quotes'
    )


def test_time_where_text_belongs_is_named(files):
    complaint = complain_about(files, "expected: 1:30")

    assert complaint == (
        "suites/s.yaml:4: `expected` must be text, got 90\n"
        '  Hint: YAML reads a bare 1:30 as 90; write "1:30" in quotes'
    )


def test_time_where_a_number_belongs_is_named(files):
    complaint = complain_about(files, "timeout_s: 1:30")

    assert complaint == (
        "suites/s.yaml:4: `timeout_s` must be a number, got 90\n"
        "  Hint: YAML reads a bare 1:30 as 90; write 90 if that is meant"
    )


def test_leading_zero_is_named(files):
    complaint = complain_about(files, "tier: 012")

    assert complaint == (
        "suites/s.yaml:4: `tier` must be a whole number, got 10\n"
        "  Hint: YAML reads a bare 012 as 10; write 10 if that is meant"
    )


@pytest.mark.parametrize(("text", "value"), [(".inf", "inf"), ("-.inf", "-inf"), (".nan", "nan")])
def test_number_without_an_end_is_refused(files, text, value):
    complaint = complain_about(files, f"timeout_s: {text}")

    assert complaint == (
        f"suites/s.yaml:4: `timeout_s` must be a number, got {value}\n"
        "  Hint: write a number that has an end"
    )


def test_number_too_large_for_a_float_is_refused(files):
    complaint = complain_about(files, "timeout_s: 1.0e999")

    assert complaint == (
        "suites/s.yaml:4: `timeout_s` must be a number, got inf\n"
        "  Hint: write a number that has an end"
    )


def test_number_in_quotes_is_named(files):
    complaint = complain_about(files, 'tier: "2"')

    assert complaint == (
        "suites/s.yaml:4: `tier` must be a whole number, got '2'\n  Hint: leave the quotes out"
    )


def test_bare_word_where_true_or_false_belongs_is_named(files):
    complaint = complain_about(files, "needs: {vision: yes}")

    assert complaint == (
        "suites/s.yaml:4: `vision` must be true or false, got True\n"
        "  Hint: YAML reads a bare yes as True; write true"
    )


def test_bare_word_in_a_check_is_named(files):
    complaint = complain_about(files, "check: {python: {call: f(), equals: [1, off]}}")

    assert complaint == (
        "suites/s.yaml:4: `equals[1]` can be read in two ways, got False\n"
        '  Hint: YAML reads a bare off as False; write false, or "off" in quotes'
    )


def test_octal_in_a_check_is_named(files):
    complaint = complain_about(files, "check: {python: {call: f(), equals: 0777}}")

    assert complaint == (
        "suites/s.yaml:4: `equals` can be read in two ways, got 511\n"
        '  Hint: YAML reads a bare 0777 as 511; write 511, or "0777" in quotes'
    )


def test_traps_in_notes_for_people_are_left_alone(files):
    question = files.only_question("""\
        created: 2025-12-16
        questions:
          q: {prompt: Hi, note: yes, updated: 2025-12-18, difficulty: 1:30}
        """)

    assert question.id == "q"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hello", "hello"),
        ("none", "none"),
        ("nobody", "nobody"),
        ("-", "-"),
        ("...", "..."),
        ("1.2.3", "1.2.3"),
        ("089", "089"),
        ("y", "y"),
        ("12 apples", "12 apples"),
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("1_000", 1000),
        ("0x1F", 31),
        ("0b11", 3),
        ("3.5", 3.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1.5E+2", 150.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
    ],
)
def test_plain_scalar_is_what_it_looks_like(text, value):
    actual = read_scalar(text)

    assert (type(actual), actual) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("012", 10),
        ("-012", -10),
        ("1:30", 90),
        ("-1:30", -90),
        ("01:30:00", 5400),
        ("1:30.5", 90.5),
        ("2024-01-31", "2024-01-31"),
        ("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z"),
        ("2024-01-31 10:00", "2024-01-31 10:00"),
        ("on", True),
        ("Off", False),
    ],
)
def test_scalar_of_two_readings_is_a_trap(text, value):
    actual = read_scalar(text)

    assert isinstance(actual, Trap)
    assert (actual.text, actual.value) == (text, value)


def test_number_of_thousands_of_digits_stays_text():
    digits = "9" * 5000

    actual = read_scalar(digits)

    assert actual == digits

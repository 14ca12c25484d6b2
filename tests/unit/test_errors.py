"""The errors: their form, their pickles, and a heading in docs/messages.md for each."""

import itertools
import pickle
import re
from pathlib import Path

import pytest

from pytest_modelbench import errors
from pytest_modelbench.errors import ModelbenchError, SettingsError, SuiteError, join_errors

MESSAGES = Path(__file__).parents[2] / "docs" / "messages.md"
CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, ModelbenchError)
]
ARGUMENTS = [
    ("expected 2, got 3", *rest[:count])
    for count in range(3)
    for rest in itertools.product(("", "write 2."), ("", "suites/sums.yaml:4"))
]


def test_there_is_a_heading_for_each_slug_and_no_other():
    text = MESSAGES.read_text("utf-8")

    headings = re.findall(r"^### `(\w+)`$", text, re.MULTILINE)

    assert sorted(headings) == sorted(error.slug for error in CLASSES)


def test_no_two_errors_share_a_slug():
    slugs = [error.slug for error in CLASSES]

    assert len(set(slugs)) == len(slugs)


def test_every_error_is_public():
    assert {error.__name__ for error in CLASSES} < set(errors.__all__)


@pytest.mark.parametrize("error", CLASSES, ids=lambda error: error.slug)
@pytest.mark.parametrize("arguments", sorted(set(ARGUMENTS)), ids="-".join)
def test_an_error_survives_pickling(error, arguments):
    made = error(*arguments)

    copy = pickle.loads(pickle.dumps(made))

    assert type(copy) is error
    assert (copy.problem, copy.hint, copy.place) == (made.problem, made.hint, made.place)
    assert str(copy) == str(made)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("got 3",), "got 3"),
        (("got 3", "write 2."), "got 3\n  Hint: write 2."),
        (("got 3", "", "a.yaml:4"), "a.yaml:4: got 3"),
        (("got 3", "write 2.", "a.yaml:4"), "a.yaml:4: got 3\n  Hint: write 2."),
    ],
)
def test_an_error_says_where_what_and_what_next(arguments, text):
    assert str(ModelbenchError(*arguments)) == text


def test_one_error_stays_itself():
    only = SuiteError("got 3", "write 2.", "a.yaml:4")

    assert join_errors([only]) is only


def test_many_errors_become_one_of_the_first_ones_type():
    joined = join_errors(
        [SettingsError("no `a`", "known: b.", "--model"), SettingsError("no `c`", "", "--suite")]
    )

    assert type(joined) is SettingsError
    assert str(joined) == "--model: no `a`\n  Hint: known: b.\n--suite: no `c`"

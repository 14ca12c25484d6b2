"""Which known word somebody probably meant."""

import pytest

from pytest_modelbench.domain import find_nearest


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("promt", "prompt"), ("PROMPT", "prompt"), ("prompts", "prompt"), ("teir", "tier")],
)
def test_nearest_word_is_found(word, nearest):
    assert find_nearest(word, ["tier", "prompt", "Rubric"]) == nearest


def test_nearest_word_keeps_its_case():
    assert find_nearest("rubrik", ["tier", "prompt", "Rubric"]) == "Rubric"


@pytest.mark.parametrize("word", ["xyzzy", "", "time"])
def test_word_that_is_near_to_nothing_has_no_nearest(word):
    assert find_nearest(word, ["prompt", "rubric"]) == ""


def test_nothing_is_near_where_nothing_is_known():
    assert find_nearest("prompt", []) == ""

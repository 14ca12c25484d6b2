"""Checks of capital and small letters, and of letters as such."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.counts import Count, count_check, judge_count
from pytest_modelbench.scoring.checks.letters import vowels_of
from pytest_modelbench.scoring.checks.spellings import word_set
from pytest_modelbench.scoring.checks.splitting import split_sentences, split_words

__all__ = ["CASING_CHECKS"]

# Words that stay small inside a title.
SMALL_WORDS = word_set(
    "a an the and but or nor for so yet as at by in of off on per to up via with from into"
)


class Casing(Arguments):
    """How the letters of the answer have to be written.

    Attributes:
        value: All `upper` or `lower`; `title`: words begin with a capital letter, short ones need
            not; `sentence`: sentences begin with one.
    """

    value: Literal["upper", "lower", "title", "sentence"]


class Letters(Count):
    """A letter, and how often it has to occur.

    Attributes:
        letter: One character.
        ignore_case: Capital and small letters are the same.
    """

    shorthand: ClassVar[str] = "letter"

    letter: Annotated[str, Field(min_length=1, max_length=1)]
    ignore_case: bool = True


class ForbiddenLetters(Arguments):
    """Characters that must not occur.

    Attributes:
        letters: Each of them; capital and small letters are the same.
    """

    shorthand: ClassVar[str] = "letters"

    letters: Annotated[str, Field(min_length=1)]


def casing(text: str, arguments: Casing) -> Finding:
    """Compare how letters are written."""
    if not any(map(str.isalpha, text)):
        return missed("expected letters, got none")
    wrong = CASINGS[arguments.value](text)
    if not wrong:
        return fulfilled(f"the answer is written in {arguments.value} case")
    return missed(f"expected {arguments.value} case, got {quote(wrong)}")


def _find_small(text: str) -> str:
    return next((word for word in text.split() if word != word.upper()), "")


def _find_capital(text: str) -> str:
    return next((word for word in text.split() if word != word.lower()), "")


def _find_untitled(text: str) -> str:
    words = [word for word in split_words(text) if word[0].isalpha()]
    for number, word in enumerate(words):
        may_be_small = 0 < number < len(words) - 1 and word in SMALL_WORDS
        if word[0].islower() and not may_be_small:
            return word
    return ""


def _find_small_begin(text: str) -> str:
    for sentence in split_sentences(text):
        letter = next((sign for sign in sentence if sign.isalnum()), "")
        if letter.islower():
            return sentence
    return ""


CASINGS: Mapping[str, Callable[[str], str]] = {
    "upper": _find_small,
    "lower": _find_capital,
    "title": _find_untitled,
    "sentence": _find_small_begin,
}


def letters(text: str, arguments: Letters) -> Finding:
    """Count a letter."""
    if arguments.ignore_case:
        count = text.lower().count(arguments.letter.lower())
    else:
        count = text.count(arguments.letter)
    return judge_count(count, f"times {quote(arguments.letter)}", arguments)


def forbidden_letters(text: str, arguments: ForbiddenLetters) -> Finding:
    """Look for characters that must not occur."""
    folded = text.lower()
    found = [letter for letter in dict.fromkeys(arguments.letters.lower()) if letter in folded]
    if not found:
        return fulfilled("none of the forbidden letters occurs")
    return missed(f"forbidden letters occur: {', '.join(map(quote, found))}")


CASING_CHECKS: tuple[Check[Any], ...] = (
    Check(
        name="casing",
        arguments=Casing,
        decide=casing,
        illustration=Illustration(arguments="upper", fulfilled="ALL OF IT, 1ST.", missed="NOT all"),
    ),
    count_check(
        "capital_words",
        lambda text: sum(word.isupper() for word in split_words(text)),
        "words in capital letters",
        Illustration(arguments={"min": 2}, fulfilled="NASA and ESA", missed="NASA and Esa"),
    ),
    Check(
        name="letters",
        arguments=Letters,
        decide=letters,
        illustration=Illustration(
            arguments={"letter": "e", "min": 3}, fulfilled="Eleven", missed="Seven"
        ),
    ),
    Check(
        name="forbidden_letters",
        arguments=ForbiddenLetters,
        decide=forbidden_letters,
        illustration=Illustration(arguments=",;", fulfilled="No sign here.", missed="One, here."),
    ),
    count_check(
        "vowel_kinds",
        lambda text: len(vowels_of(text)),
        "different vowels",
        Illustration(arguments={"max": 2}, fulfilled="A red hat.", missed="A big red hat."),
    ),
)

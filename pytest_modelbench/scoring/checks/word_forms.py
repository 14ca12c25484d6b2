"""Checks of what the words of an answer are like: their length, letters, syllables."""

from itertools import groupby, pairwise
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
from pytest_modelbench.scoring.checks.counts import Bare, Count, count_check, judge_count
from pytest_modelbench.scoring.checks.letters import PRIMES, count_syllables, has_cluster
from pytest_modelbench.scoring.checks.verbs import begins_with_verb
from pytest_modelbench.scoring.checks.vocabulary import list_words

__all__ = ["WORD_FORM_CHECKS"]


class WordLengths(Arguments):
    """How long every word has to be.

    Attributes:
        min: At least so many letters.
        max: At most so many letters.
        prime: The number of letters is a prime number.
    """

    shorthand: ClassVar[str] = "max"

    min: Annotated[int, Field(ge=1)] = 1
    max: Annotated[int, Field(ge=1)] | None = None
    prime: bool = False


class Initials(Arguments):
    """What the first letters of the words have to do.

    Attributes:
        pattern: Follow the `alphabet`, be the `same`, or be `different` from one to the next.
    """

    shorthand: ClassVar[str] = "pattern"

    pattern: Literal["alphabet", "same", "different"]


class Palindromes(Count):
    """How many words have to read the same backwards.

    Attributes:
        letters: Shorter words do not count.
    """

    letters: Annotated[int, Field(ge=1)] = 3


def word_lengths(text: str, arguments: WordLengths) -> Finding:
    """Compare the length of every word; gives the share that is right."""
    words = list_words(text)
    if not words:
        return missed("expected words, got none")
    wrong = [word for word in words if not _has_length(word, arguments)]
    if not wrong:
        return fulfilled(f"all {len(words)} words have the right length")
    right = len(words) - len(wrong)
    reason = f"{right} of {len(words)} words have the right length, not {quote(wrong[0])}"
    return Finding(unit=right / len(words), reason=reason)


def _has_length(word: str, arguments: WordLengths) -> bool:
    length = sum(map(str.isalnum, word))
    if arguments.prime and length not in PRIMES:
        return False
    return arguments.min <= length and (arguments.max is None or length <= arguments.max)


def initials(text: str, arguments: Initials) -> Finding:
    """Compare the first letters of neighbours; gives the share of pairs that is right."""
    words = list_words(text)
    if not words:
        return missed("expected words, got none")
    pairs = list(pairwise(words))
    wrong = [pair for pair in pairs if not _go_together(pair[0], pair[1], arguments.pattern)]
    if not wrong:
        return fulfilled(f"the first letters of {len(words)} words are right")
    (before, word), right = wrong[0], len(pairs) - len(wrong)
    reason = f"{right} of {len(pairs)} pairs are right, not {quote(before)} and {quote(word)}"
    return Finding(unit=right / len(pairs), reason=reason)


def _go_together(before: str, word: str, pattern: str) -> bool:
    if pattern == "alphabet":
        letters = "abcdefghijklmnopqrstuvwxyz"
        at = letters.find(before[0])
        return at >= 0 and letters[(at + 1) % len(letters)] == word[0]
    return (before[0] == word[0]) is (pattern == "same")


def palindromes(text: str, arguments: Palindromes) -> Finding:
    """Count words that read the same backwards."""
    words = [word for word in list_words(text) if len(word) >= arguments.letters]
    return judge_count(sum(word == word[::-1] for word in words), "palindromes", arguments)


def alternating_syllables(text: str, _arguments: Bare) -> Finding:
    """Look at the numbers of syllables of neighbours: odd stands beside even."""
    words = list_words(text)
    if not words:
        return missed("expected words, got none")
    before = ""
    for word in words:
        if before and count_syllables(before) % 2 == count_syllables(word) % 2:
            return missed(f"expected odd beside even, got {quote(before)} beside {quote(word)}")
        before = word
    return fulfilled("odd and even numbers of syllables alternate")


def first_verb(text: str, _arguments: Bare) -> Finding:
    """Look whether the first word is a verb."""
    if begins_with_verb(text):
        return fulfilled("the first word is a verb")
    return missed(f"expected a verb as the first word, got {quote(text.strip())}")


def _count_alliteration(text: str) -> int:
    runs = (len(list(run)) for _letter, run in groupby(list_words(text), key=lambda word: word[0]))
    return max(runs, default=0)


def consonant_clusters(text: str, _arguments: Bare) -> Finding:
    """Look for two consonants in a row in every word; gives the share of words."""
    words = list_words(text)
    if not words:
        return missed("expected words, got none")
    wrong = [word for word in words if not has_cluster(word)]
    if not wrong:
        return fulfilled(f"all {len(words)} words have two consonants in a row")
    right = len(words) - len(wrong)
    reason = f"{right} of {len(words)} words have two consonants in a row, not {quote(wrong[0])}"
    return Finding(unit=right / len(words), reason=reason)


WORD_FORM_CHECKS: tuple[Check[Any], ...] = (
    Check(
        name="word_lengths",
        arguments=WordLengths,
        decide=word_lengths,
        illustration=Illustration(
            arguments={"max": 4}, fulfilled="Only tiny ones.", missed="Enormous"
        ),
    ),
    Check(
        name="initials",
        arguments=Initials,
        decide=initials,
        illustration=Illustration(
            arguments="alphabet", fulfilled="A bird can do.", missed="A dog can do."
        ),
    ),
    count_check(
        "alliteration",
        _count_alliteration,
        "words in a row with one first letter",
        Illustration(
            arguments={"min": 3}, fulfilled="So: big bad bears.", missed="Big, so bad bears."
        ),
    ),
    Check(
        name="palindromes",
        arguments=Palindromes,
        decide=palindromes,
        illustration=Illustration(
            arguments={"min": 2}, fulfilled="Level, radar.", missed="Level, rader."
        ),
    ),
    Check(
        name="alternating_syllables",
        arguments=Bare,
        decide=alternating_syllables,
        illustration=Illustration(
            arguments=True, fulfilled="Cats enjoy milk.", missed="Cats like milk."
        ),
    ),
    Check(
        name="first_verb",
        arguments=Bare,
        decide=first_verb,
        illustration=Illustration(arguments=True, fulfilled="Write it.", missed="The pen."),
    ),
    Check(
        name="consonant_clusters",
        arguments=Bare,
        decide=consonant_clusters,
        illustration=Illustration(
            arguments=True, fulfilled="Strong winds blast.", missed="Strong air."
        ),
    ),
)

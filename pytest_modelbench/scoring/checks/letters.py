"""Letters, and what they make of a word."""

import re
import string
from collections.abc import Callable
from functools import lru_cache
from typing import cast

__all__ = [
    "PRIMES",
    "PUNCTUATION",
    "count_syllables",
    "drop_punctuation",
    "has_cluster",
    "vowels_of",
]

PUNCTUATION = string.punctuation
PRIMES = frozenset(
    number for number in range(2, 98) if all(number % divisor for divisor in range(2, number))
)
NO_PUNCTUATION = str.maketrans("", "", PUNCTUATION)
VOWELS = frozenset("aeiou")
CLUSTER = re.compile(r"[bcdfghjklmnpqrstvwxyz]{2}")


def drop_punctuation(text: str) -> str:
    """Return a text without the punctuation of ASCII."""
    return text.translate(NO_PUNCTUATION)


def vowels_of(text: str) -> frozenset[str]:
    """Return the vowels that occur, in small letters."""
    return VOWELS.intersection(text.lower())


def has_cluster(word: str) -> bool:
    """Tell whether a word in small letters has two consonants in a row."""
    return bool(CLUSTER.search(word))


def count_syllables(word: str) -> int:
    """Return how many syllables an English word has, by a dictionary or else by its letters."""
    return _load_syllables()(word)


@lru_cache(maxsize=1)
def _load_syllables() -> Callable[[str], int]:
    # Reads a dictionary, which few runs need.
    import syllapy  # type: ignore[import-untyped]  # noqa: PLC0415  has no types; see above

    return cast("Callable[[str], int]", syllapy.count)

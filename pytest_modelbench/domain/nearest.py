"""Which known word somebody probably meant."""

import difflib
from collections.abc import Iterable

__all__ = ["find_nearest"]

# Below this likeness a suggestion confuses more often than it helps: `tier` is not `time`.
LEAST_LIKENESS = 0.6


def find_nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that looks most like `word` whatever its case, or ""."""
    spellings = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(word.lower(), spellings, n=1, cutoff=LEAST_LIKENESS)
    return spellings[found[0]] if found else ""

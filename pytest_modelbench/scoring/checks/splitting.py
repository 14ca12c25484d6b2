"""Sentences and words as published instruction-following benchmarks split them.

They use NLTK: the Punkt algorithm for sentences, the conventions of the Penn Treebank for words.
The algorithms are those of the library. What Punkt learned from newspapers is not part of it, so
our own words stand in for that.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, cast

from pytest_modelbench.scoring.checks.spellings import (
    ABBREVIATIONS,
    NEWER_WORDS,
    NUMBERED_WORDS,
    ORDINARY_ENDINGS,
    ORDINARY_WORDS,
    STARTERS,
    WORDS_IN_NAMES,
)

__all__ = ["runs_of_letters", "split_sentences", "split_words"]

RUN_OF_LETTERS = re.compile(r"\w+")
# No answer that people read is longer; a text of full stops would take minutes.
READ_CHARS = 40_000

# Punkt's own flags: where a word was seen with a capital letter, and where without.
CAPITAL_INSIDE = 1 << 2
CAPITAL_ANYWHERE = 1 << 3
SMALL_INSIDE = 1 << 5


class _Spellings(dict[str, int]):
    """Says how a word is spelt in the middle of sentences."""

    def __missing__(self, word: str) -> int:
        if word in WORDS_IN_NAMES:
            return SMALL_INSIDE | CAPITAL_INSIDE
        if word in ORDINARY_WORDS:
            return SMALL_INSIDE
        if word.isascii() and word.endswith(ORDINARY_ENDINGS) and word not in NEWER_WORDS:
            return SMALL_INSIDE
        return CAPITAL_ANYWHERE if word.isalpha() else 0


class _Tokenizer(Protocol):
    def tokenize(self, text: str) -> Sequence[str]: ...


@lru_cache(maxsize=16)
def split_sentences(text: str) -> Sequence[str]:
    """Return the sentences of a text, without the space between them.

    Of a text of more than forty thousand characters only those are read.
    """
    return tuple(_sentence_tokenizer().tokenize(text[:READ_CHARS]))


@lru_cache(maxsize=16)
def split_words(text: str) -> Sequence[str]:
    """Return the words and signs of a text: "Don't!" is three of them and a sign."""
    return tuple(word for sentence in split_sentences(text) for word in _split_sentence(sentence))


@lru_cache(maxsize=1024)
def _split_sentence(sentence: str) -> Sequence[str]:
    # A sentence takes as long as a page of them in one piece would; a loop has the same ones.
    return tuple(_word_tokenizer().tokenize(sentence))


def runs_of_letters(text: str) -> Sequence[str]:
    """Return the runs of letters, digits and underscores: "don't" is two of them."""
    return RUN_OF_LETTERS.findall(text)


@lru_cache(maxsize=1)
def _sentence_tokenizer() -> _Tokenizer:
    # Imports a third of a second's worth of modules, which few runs need.
    from nltk.tokenize.punkt import (  # type: ignore[import-untyped]  # noqa: PLC0415  NLTK has no types; see above
        PunktParameters,
        PunktSentenceTokenizer,
    )

    learned = PunktParameters()
    learned.abbrev_types = set(ABBREVIATIONS)
    learned.sent_starters = set(STARTERS)
    learned.collocations = {("##number##", word) for word in NUMBERED_WORDS}
    learned.ortho_context = _Spellings()
    return cast("_Tokenizer", PunktSentenceTokenizer(learned))


@lru_cache(maxsize=1)
def _word_tokenizer() -> _Tokenizer:
    # As above.
    from nltk.tokenize.destructive import (  # type: ignore[import-untyped]  # noqa: PLC0415  as above
        NLTKWordTokenizer,
    )

    return cast("_Tokenizer", NLTKWordTokenizer())

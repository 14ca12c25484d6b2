"""The check for a text that is like another one, by the usual measures.

RapidFuzz, sacreBLEU and NLTK do the counting.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import regex
from pydantic import Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    quote,
)

if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

__all__ = ["SIMILARITY_CHECKS", "Similarity"]

# The measures take time by the product of both lengths.
MAX_CHARS = 20_000
MAX_OTHERS = 20
# METEOR compares each word with each.
MAX_METEOR_WORDS = 1_000
WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")

Metric = Literal[
    "levenshtein",
    "jaro_winkler",
    "jaccard",
    "rouge_1",
    "rouge_2",
    "rouge_l",
    "bleu",
    "chrf",
    "meteor",
]
Text = Annotated[str, Field(min_length=1, max_length=MAX_CHARS)]


class Similarity(Arguments):
    """A text and how like it an answer has to be.

    Attributes:
        to: The text.
        others: Texts that are as good; the most similar one counts.
        metric: How it is measured, 0 to 1.
        min: What is enough.
        graded: Gives the similarity as a share of `min`; otherwise all or nothing.
        ignore_case: Capital and small letters are the same; for `rouge_*` they always are.
    """

    shorthand: ClassVar[str] = "to"

    to: Text
    others: Annotated[list[Text], Field(max_length=MAX_OTHERS)] = Field(default_factory=list)
    metric: Metric = "levenshtein"
    min: Annotated[float, Field(gt=0, le=1)] = 0.8
    graded: bool = False
    ignore_case: bool = False


def similarity(text: str, arguments: Similarity) -> Finding:
    """Measure how like a text the answer is."""
    references = [arguments.to, *arguments.others]
    got = text.strip()
    if len(got) > MAX_CHARS:
        reason = f"expected something like {quote(references[0])}, got {len(got)} characters"
        return Finding(unit=0.0, reason=f"{reason}, more than the {MAX_CHARS} that are compared")
    if arguments.ignore_case:
        got, references = got.casefold(), [entry.casefold() for entry in references]
    measure = MEASURES[arguments.metric]
    # A lone surrogate is no character that a library has to know.
    got = got.encode("utf-8", "replace").decode("utf-8")
    found = max(measure(got, reference.strip()) for reference in references)
    name = arguments.metric
    if found >= arguments.min:
        return Finding(unit=1.0, reason=f"{name} similarity is {found:.3f}")
    return Finding(
        unit=found / arguments.min if arguments.graded else 0.0,
        reason=f"expected {name} similarity of at least {arguments.min:g}, got {found:.3f}",
    )


def _levenshtein(got: str, reference: str) -> float:
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  most suites compare nothing

    return Levenshtein.normalized_similarity(got, reference)


def _jaro_winkler(got: str, reference: str) -> float:
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415  most suites compare nothing

    return JaroWinkler.normalized_similarity(got, reference)


def _jaccard(got: str, reference: str) -> float:
    """Return the share of words that both have among those that either has."""
    words, others = set(_split_words(got)), set(_split_words(reference))
    return len(words & others) / len(words | others) if words | others else 1.0


def _rouge_l(got: str, reference: str) -> float:
    """Return the F1 of the longest common subsequence of words."""
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415  most suites compare nothing

    words, others = _split_words(got.lower()), _split_words(reference.lower())
    return _f1(LCSseq.similarity(words, others), len(words), len(others))


def _rouge_n(length: int) -> Callable[[str, str], float]:
    def measure(got: str, reference: str) -> float:
        """Return the F1 of the sequences of words of one length."""
        grams = Counter(_grams(_split_words(got.lower()), length))
        others = Counter(_grams(_split_words(reference.lower()), length))
        return _f1((grams & others).total(), grams.total(), others.total())

    return measure


def _bleu(got: str, reference: str) -> float:
    # It reaches 100.00000000000004.
    return min(float(_open_bleu().sentence_score(got, [reference]).score) / 100, 1.0)


def _chrf(got: str, reference: str) -> float:
    return min(float(_open_chrf().sentence_score(got, [reference]).score) / 100, 1.0)


class _NoSynonyms:
    """Stands in for WordNet, which is a download of its own: no word has a synonym."""

    def synsets(self, _word: str) -> list[object]:
        """Return nothing."""
        return []


def _meteor(got: str, reference: str) -> float:
    """Return METEOR with its modules of equal words and of equal stems (Lavie and Agarwal, 2007)."""
    from nltk.translate.meteor_score import (  # type: ignore[import-untyped]  # noqa: PLC0415  NLTK has no types; most suites compare nothing
        single_meteor_score,
    )

    words, others = _split_words(got), _split_words(reference)
    if max(len(words), len(others)) > MAX_METEOR_WORDS:
        raise TimeoutError(f"METEOR compares up to {MAX_METEOR_WORDS} words")
    return float(single_meteor_score(others, words, wordnet=_NoSynonyms()))


@lru_cache(maxsize=1)
def _open_bleu() -> "BLEU":
    from sacrebleu.metrics.bleu import BLEU  # noqa: PLC0415  most suites compare nothing

    # A short answer has no sequence of four words; `effective_order` takes those it has.
    return BLEU(effective_order=True)


@lru_cache(maxsize=1)
def _open_chrf() -> "CHRF":
    from sacrebleu.metrics.chrf import CHRF  # noqa: PLC0415  most suites compare nothing

    return CHRF()


def _split_words(text: str) -> Sequence[str]:
    return WORD.findall(text)


def _grams(words: Sequence[str], length: int) -> Sequence[tuple[str, ...]]:
    return list(zip(*(words[at:] for at in range(length)), strict=False))


def _f1(common: int, one: int, other: int) -> float:
    return 2 * common / (one + other) if one + other else 1.0


MEASURES: dict[Metric, Callable[[str, str], float]] = {
    "levenshtein": _levenshtein,
    "jaro_winkler": _jaro_winkler,
    "jaccard": _jaccard,
    "rouge_1": _rouge_n(1),
    "rouge_2": _rouge_n(2),
    "rouge_l": _rouge_l,
    "bleu": _bleu,
    "chrf": _chrf,
    "meteor": _meteor,
}

SIMILARITY_CHECKS = (
    Check(
        name="similarity",
        arguments=Similarity,
        decide=similarity,
        illustration=Illustration(
            arguments={"to": "The cat sat on the mat.", "metric": "rouge_l", "min": 0.8},
            fulfilled="The cat sat on a mat.",
            missed="Dogs bark.",
        ),
    ),
)

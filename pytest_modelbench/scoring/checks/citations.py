"""The check for quotations that have to stand in a text."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    AnswerCheck,
    Arguments,
    Finding,
    Illustration,
    Material,
    fulfilled,
    missed,
    quote,
)

__all__ = ["CITATION_CHECKS", "Citation"]

MAX_QUOTATIONS = 200
MAX_QUOTATION_CHARS = 2_000
SHOWN_QUOTATIONS = 3
# One for each pair of marks; a mark inside a word is an apostrophe.
QUOTATIONS = (
    re.compile(rf"(?<!\w)\"([^\"]{{1,{MAX_QUOTATION_CHARS}}})\"(?!\w)"),
    re.compile(rf"\u201c([^\u201c\u201d]{{1,{MAX_QUOTATION_CHARS}}})\u201d"),
    re.compile(rf"\u201e([^\u201e\u201c\u201d]{{1,{MAX_QUOTATION_CHARS}}})[\u201c\u201d]"),
    re.compile(rf"\u00ab\s?([^\u00ab\u00bb]{{1,{MAX_QUOTATION_CHARS}}}?)\s?\u00bb"),
    re.compile(rf"\u300c([^\u300c\u300d]{{1,{MAX_QUOTATION_CHARS}}})\u300d"),
)
BLOCK = re.compile(r"(?:^[ \t]{0,3}>[^\n]*(?:\n|\Z))+", re.MULTILINE)
BLOCK_MARK = re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE)
OMISSION = re.compile(r"\s*(?:\[(?:\.{3}|\u2026)\]|\.{3}|\u2026)\s*")
MARKS = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
)


class Citation(Arguments):
    """How many quotations an answer needs, and where they have to stand.

    Attributes:
        min: At least so many.
        max: At most so many.
        of: The text that is quoted; otherwise the prompt.
        min_words: Shorter ones are words in quotes and no quotations.
        ignore_case: Capital and small letters are the same.
        graded: Gives the share of quotations that stand there; otherwise all or nothing.
    """

    shorthand: ClassVar[str] = "min"

    min: Annotated[int, Field(ge=0)] = 1
    max: Annotated[int, Field(ge=0)] | None = None
    of: Annotated[str, Field(min_length=1)] | None = None
    min_words: Annotated[int, Field(ge=1)] = 1
    ignore_case: bool = False
    graded: bool = True

    @model_validator(mode="after")
    def _require_range(self) -> "Citation":
        if self.max is not None and self.min > self.max:
            raise ValueError(f"`min` must be at most `max`, got {self.min} and {self.max}")
        return self


def citation(material: Material, arguments: Citation) -> Finding:
    """Look up each quotation of the answer."""
    source = _fold(material.prompt if arguments.of is None else arguments.of, arguments)
    found = [
        span
        for span in _find_quotations(material.text)
        if _count_words(span) >= arguments.min_words
    ]
    if len(found) < arguments.min:
        return missed(f"expected at least {arguments.min} quotations, got {len(found)}")
    if arguments.max is not None and len(found) > arguments.max:
        return missed(f"expected at most {arguments.max} quotations, got {len(found)}")
    wrong = [span for span in found if not _stands_in(_fold(span, arguments), source)]
    if not wrong:
        return fulfilled(f"all {len(found)} quotations stand in the text")
    unit = (len(found) - len(wrong)) / len(found) if arguments.graded else 0.0
    shown = ", ".join(map(quote, wrong[:SHOWN_QUOTATIONS]))
    reason = f"{len(wrong)} of {len(found)} quotations do not stand in the text: {shown}"
    return Finding(unit=unit, reason=reason)


def _count_words(span: str) -> int:
    """Count the words of a quotation; dots that stand for some are none."""
    return sum(any(map(str.isalnum, word)) for word in span.split())


def _find_quotations(text: str) -> list[str]:
    """Return what stands in quotation marks or behind `>`, without what is found twice."""
    found = [span for span in _scan(text) if span]
    return list(dict.fromkeys(found))[:MAX_QUOTATIONS]


def _scan(text: str) -> Iterator[str]:
    for found in BLOCK.finditer(text):
        yield BLOCK_MARK.sub("", found.group()).strip().strip('"\u201c\u201d\u201e')
    rest = BLOCK.sub("\n", text)
    for pattern in QUOTATIONS:
        for found in pattern.finditer(rest):
            yield found[1].strip()


def _stands_in(span: str, source: str) -> bool:
    """Tell whether a quotation stands in a text; what it leaves out may be anything."""
    place = 0
    for part in OMISSION.split(span):
        plain = part.strip()
        at = source.find(plain, place)
        if at < 0 and plain:
            # The sentence goes on there, and ends here.
            plain = plain.rstrip(".,;:!?")
            at = source.find(plain, place) if plain else -1
        if at < 0:
            return False
        place = at + len(plain)
    return True


def _fold(text: str, arguments: Citation) -> str:
    """Return a text with plain marks and single spaces."""
    plain = " ".join(unicodedata.normalize("NFC", text).translate(MARKS).split())
    return plain.casefold() if arguments.ignore_case else plain


CITATION_CHECKS = (
    AnswerCheck(
        name="citation",
        arguments=Citation,
        decide=citation,
        illustration=Illustration(
            arguments={"of": "The sky was grey, and nobody spoke."},
            fulfilled='The mood is low: "nobody spoke".',
            missed='The mood is low: "nobody laughed".',
        ),
    ),
)

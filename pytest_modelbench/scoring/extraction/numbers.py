"""The number that an answer comes to, wherever it says it."""

import math
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from pytest_modelbench.scoring.extraction.base import Found, NotFound

__all__ = ["find_number", "find_numbers"]


def _add_fraction(found: re.Match[str]) -> str:
    r"""Return what `1\frac{1}{2}` and `1 1/2` are; others as they stand."""
    whole, above, below = map(int, found.groups())
    return f"{whole + above / below:.15g}" if above < below else found.group()


def _spell_power(found: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", found["power"]).replace("\u2212", "-")
    return f"e{plain}"


# What is written in a number's stead, and how the patterns here read it.
TIDY: Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = (
    (re.compile(r"\{,\}|\\[,!;]"), ""),
    (
        re.compile(
            r"(?<![\w.])(\d{1,9})\s?\\[dt]?frac\s?\{\s?(\d{1,9})\s?\}\s?\{\s?(\d{1,9})\s?\}"
        ),
        _add_fraction,
    ),
    (re.compile(r"(?<![\w./])(\d{1,9})\s(\d{1,3})/(\d{1,3})(?![\w/])"), _add_fraction),
    (re.compile(r"\\[dt]?frac\s*\{\s*([-\d.]+)\s*\}\s*\{\s*([\d.]+)\s*\}"), r"\1/\2"),
    (re.compile(r"\\([$%])"), r"\1"),
    (re.compile(r"[\u2212\u2013](?=\s?[$\u20ac\u00a3\u00a5]?\d)"), "-"),
    (re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))"), ""),
    # 6.02 * 10^23 is one number.
    (
        re.compile(
            r"(?<=\d)\s?(?:\\times|\\cdot|[*xX\u00d7\u00b7\u22c5])\s?10"
            r"(?:\s?\^\s?\{?\s?(?=[-+\d])|\*\*(?=[-+\d])|(?=[\u2070-\u207b\u00b9\u00b2\u00b3]))"
            r"(?P<power>[-+]?\d{1,3}(?!\d)|[\u207a\u207b]?[\u2070-\u2079\u00b9\u00b2\u00b3]{1,3})\s?\}?"
        ),
        _spell_power,
    ),
    # The 2 of cm^2 is no number.
    (re.compile(r"(?<=[A-Za-z)}])\s?\^\s?(?:\{\s?[-+]?\d{1,3}\s?\}|[-+]?\d{1,3})"), ""),
)
NUMBER = re.compile(
    r"""(?<![\w.])
    (?P<sign>(?<![)\]}])[-+])?\s?[$\u20ac\u00a3\u00a5]?\s?
    (?P<size>\d{1,3}(?:,\d{3})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)
    (?P<exponent>[eE][-+]?\d+)?
    (?:/(?P<divisor>\d+(?:\.\d+)?)(?![/\d]))?""",
    re.VERBOSE,
)
ANCHOR = re.compile(
    r"""\#{4}
    | \\boxed\s*\{
    | (?m:^)[ \t>*_]{0,20}A\s?[:=]
    | \b(?:answer|result|solution)\s{0,3}(?:\*\*|__)?\s{0,3}(?:is\b(?!\s{1,3}not\b)|:|=)""",
    re.VERBOSE | re.IGNORECASE,
)
# Longer lines are no statement of a number.
SPAN_CHARS = 500
# Bounds the search in a text full of anchors without numbers.
MAX_ANCHORS = 50


def find_number(text: str, anchor: str | None = None) -> Found[float] | NotFound:
    r"""Find the number after the last anchor, or the last one of the answer.

    Args:
        text: The answer.
        anchor: A text that the number follows; None for the usual ones (`#### 7`, `Answer: 7`,
            `\boxed{7}`, "the answer is 7").
    """
    for pattern, plain in TIDY:
        text = pattern.sub(plain, text)
    anchors = _compile_anchor(anchor) if anchor else ANCHOR
    for found in reversed(deque(anchors.finditer(text), maxlen=MAX_ANCHORS)):
        span = _span_after(text, found)
        # In "Answer: 12 + 30 = 42" the number is what the equation comes to.
        for part in (span.rpartition("=")[2], span):
            value = next(_numbers(part), None)
            if value is not None:
                return Found(value=value)
    last = deque(_numbers(text), maxlen=1)
    return Found(value=last[0]) if last else NotFound(reason="no number")


def find_numbers(text: str, most: int) -> list[float]:
    """Return the first numbers of a text, in its order."""
    for pattern, plain in TIDY:
        text = pattern.sub(plain, text)
    return list(islice(_numbers(text), most))


@lru_cache(maxsize=1024)
def _compile_anchor(anchor: str) -> re.Pattern[str]:
    return re.compile(re.escape(anchor), re.IGNORECASE)


def _span_after(text: str, found: re.Match[str]) -> str:
    rest = text[found.end() : found.end() + SPAN_CHARS]
    if found.group().endswith("{"):
        return rest.partition("}")[0]
    return rest.lstrip(" \t\n*_:$").partition("\n")[0]


def _numbers(text: str) -> Iterator[float]:
    for found in NUMBER.finditer(text):
        value = float(found["size"].replace(",", "") + (found["exponent"] or ""))
        divisor = float(found["divisor"] or 1)
        if divisor:
            value /= divisor
        # An infinite one comes from thousands of digits, or e999.
        yield math.copysign(value, -1) if found["sign"] == "-" else value

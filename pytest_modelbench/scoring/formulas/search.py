"""The formula that an answer comes to, wherever it says it."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.formulas.grammar import Formula, read_formula
from pytest_modelbench.scoring.formulas.tokens import MAX_FORMULA_CHARS, UnreadableError

__all__ = ["FoundFormula", "find_formula"]

# Bounds the search in a text full of anchors and dollars.
MAX_PLACES = 20
BOX = re.compile(r"\\(?:fbox|boxed)\s*\{")
BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
ANCHOR = re.compile(
    r"""\#{4}
    | (?m:^)[ \t>*_]{0,20}A\s?[:=]
    | \b(?:answer|result|solution)\s{0,3}(?:\*\*|__)?\s{0,3}(?:is\b|:|=)""",
    re.VERBOSE | re.IGNORECASE,
)
SPANS = (
    re.compile(r"\$\$([^$]{1,2000})\$\$"),
    re.compile(r"\\\[([^$]{1,2000}?)\\\]"),
    re.compile(r"\\\(([^$]{1,2000}?)\\\)"),
    re.compile(r"(?<![\\$])\$([^$\n]{1,2000})(?<!\\)\$"),
)
# Formulas with no more than this between them are one list.
BETWEEN = re.compile(
    r"[\s$,;]{0,5}(?:\\q?quad|\\[,;])?[\s$,]{0,3}(?:\\text\s?\{\s?(?:and|or)\s?\}|and|or)?[\s$]{0,3}"
    r"(?:\\q?quad|\\[,;])?[\s$]{0,3}"
)
# "The largest $n$ is 34": what is looked for, not what was found.
NAMED = re.compile(r"\s{0,3}(?:is|are|equals)\b")
# "The value of $x$ is 5": a name that something is said of.
NAME = re.compile(r"\s{0,9}\\?[A-Za-z]{1,8}(?:[_^]\{?\w{1,8}\}?|'|\(\w\))?\s{0,9}")
# Where prose ends and the formula begins.
LEAD_IN = re.compile(
    r".*(?:\b(?:is|are|so|get|gives|equals)\b|:)"
    r"(?:\s(?:about|approximately|roughly|exactly|simply|just|equal\sto|then|thus|therefore)\b){0,3}",
    re.IGNORECASE,
)
MAX_WORDS_AFTER = 12
SENTENCE_END = re.compile(r"[.;]\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundFormula:
    """A formula and how the answer writes it."""

    formula: Formula
    text: str


def find_formula(
    text: str, anchor: str | None = None, symbols: frozenset[str] = frozenset()
) -> Found[FoundFormula] | NotFound:
    r"""Find the formula of the last `\boxed{}`, or after the last anchor, or the last one.

    Args:
        text: The answer.
        anchor: A text that the formula follows; None for the usual ones.
        symbols: Names that are variables, though they usually are constants.
    """
    problem = ""
    for span in _spans(text, anchor):
        if len(span) > MAX_FORMULA_CHARS:
            problem = problem or f"is longer than {MAX_FORMULA_CHARS} characters"
            continue
        for part in _narrow(span):
            try:
                formula = read_formula(part, symbols)
            except UnreadableError as error:
                problem = problem or str(error)
            else:
                return Found(value=FoundFormula(formula=formula, text=part.strip()))
    return NotFound(reason=f"no formula (it {problem})" if problem else "no formula")


def _spans(text: str, anchor: str | None) -> Iterator[str]:
    """Yield the places where the formula may stand, the likeliest first."""
    if anchor is None:
        boxes = deque(BOX.finditer(text), maxlen=MAX_PLACES)
        inner = [(found.start(), _take_braces(text, found.end())) for found in boxes]
        places = [
            (start, start + len(span) + len("\\boxed{}"), span) for start, span in inner if span
        ]
        yield from _join_last(text, places)
    pattern = ANCHOR if anchor is None else re.compile(re.escape(anchor), re.IGNORECASE)
    for found in reversed(deque(pattern.finditer(text), maxlen=MAX_PLACES)):
        rest = text[found.end() : found.end() + MAX_FORMULA_CHARS].lstrip(" \t\n*_:")
        yield _first_marked(rest.partition("\n\n")[0]) or rest.partition("\n")[0]
    end = text[-10 * MAX_FORMULA_CHARS :]
    marked = [
        (start, stop, span)
        for start, stop, span in _list_marked(end)
        if not (NAME.fullmatch(span) and NAMED.match(end, stop))
    ]
    yield from _join_last(end, marked)
    # A character more than a formula may have: the rest of a longer line is no formula.
    yield text.rstrip()[-MAX_FORMULA_CHARS - 1 :].rpartition("\n")[2]
    if len(text) <= MAX_FORMULA_CHARS:
        yield text.strip()


def _take_braces(text: str, start: int) -> str:
    """Return what stands between a brace that is open and its partner, or ""."""
    depth = 1
    for found in BRACE.finditer(text, start, start + MAX_FORMULA_CHARS):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if depth == 0:
            return text[start : found.start()]
    return ""


def _first_marked(text: str) -> str:
    """Return the first span that is marked as mathematics and is what was found, or ""."""
    for _start, end, span in _list_marked(text):
        if not NAMED.match(text, end):
            return span
    return ""


def _list_marked(text: str) -> list[tuple[int, int, str]]:
    """Return where spans that are marked as mathematics begin and end, and what is in them."""
    found = [match for pattern in SPANS for match in pattern.finditer(text)]
    return sorted((match.start(), match.end(), match[1]) for match in found)


def _join_last(text: str, places: list[tuple[int, int, str]]) -> Iterator[str]:
    """Yield the last formulas as one list, where only an "and" is between them, and then each."""
    joined: list[str] = []
    begin = -1
    for start, end, span in reversed(places[-MAX_PLACES:]):
        if joined and not BETWEEN.fullmatch(text, end, begin):
            break
        joined.insert(0, span)
        begin = start
    if len(joined) > 1:
        yield ", ".join(joined)
    yield from (span for _start, _end, span in reversed(places[-MAX_PLACES:]))


def _narrow(span: str) -> Iterator[str]:
    """Yield a span, and then without the prose and emphasis around it."""
    yield span
    plain = re.sub(r"[`$]|\*\*|\\[()\[\]]", " ", span).strip().rstrip(".!?,;: ")
    yield plain
    lead = LEAD_IN.match(plain)
    body = plain[lead.end() :].strip() if lead else plain
    yield body
    words = body.split()
    for dropped in range(1, min(len(words), MAX_WORDS_AFTER)):
        # "5 apples", "3/4 of the cake": only words go, and only from the end.
        if not _is_word(words[-dropped]):
            break
        if not _is_word(words[-dropped - 1]):
            yield " ".join(words[:-dropped])
    yield SENTENCE_END.split(body, maxsplit=1)[0]
    if "=" in body:
        yield body.rpartition("=")[2]


def _is_word(text: str) -> bool:
    return text.strip(".,;:!?").isalpha()

r"""The little language of `auto_score:` lines, as teams have it on disk.

    exact_match:X                     word_count:MIN:MAX        forbidden_words:a,b
    format_pattern:REGEX              every line matches from its start
    format_lines:P1,P2                the n-th line matches the n-th pattern
    contains_pattern:REGEX            forbidden_pattern:REGEX   several, joined by `;`
    multi:CHECK,CHECK,...             count_items:N, alphabetical, no_punctuation, starts_with:X,
                                      ends_with:X, and all of the above
    manual                            no code decides it

In `multi` a comma separates checks as well as words: what is no known check belongs to the check
before it.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from pytest_modelbench.scoring.checks.base import (
    MANUAL,
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.counts import Count, count_words, judge_count
from pytest_modelbench.scoring.checks.patterns import (
    FormatLines,
    Regex,
    find_pattern_problem,
    match_line,
    match_lines,
    non_empty_lines,
    search,
)
from pytest_modelbench.scoring.checks.texts import (
    ForbiddenWords,
    Text,
    ends_with,
    equals,
    forbidden_words,
    starts_with,
)

__all__ = ["AUTO_SCORE_CHECKS", "AutoScore", "parse_auto_score"]

# A word of a list that is nearly the name of a check is a slip, not a word.
SLIP_RATIO = 0.85

Decide = Callable[[str], Finding]
BULLET = re.compile(r"^(?:[-*\u2022+]|\d+[.)])\s+")


def parse_auto_score(line: str) -> Decide:
    """Turn a line of the language into a check.

    Raises:
        ValueError: It is none; the text says why.
    """
    name, _, rest = line.strip().partition(":")
    if name == MANUAL and not rest:
        # Never called: criteria of this kind are left to the judge.
        return lambda _text: missed("left to the judge")
    if name == "multi":
        return _all_of([_parse_one(part) for part in split_multi(rest)])
    return _all_of([_parse_one(part) for part in split_patterns(line.strip())])


def split_patterns(line: str) -> Sequence[str]:
    """Split at each `;` that a check follows; others belong to a pattern or a text."""
    names = "|".join(map(re.escape, BUILDERS))
    return re.split(rf"\s*;\s*(?=(?:{names})(?::|\s*(?:;|$)))", line)


def split_multi(rest: str) -> Sequence[str]:
    """Split at commas; what is no known check belongs to the check before it.

    Raises:
        ValueError: The first part is no check, or a part is nearly one.
    """
    parts: list[str] = []
    for token in rest.split(","):
        name = token.partition(":")[0].strip()
        if name in BUILDERS:
            parts.append(token.strip())
            continue
        near = get_close_matches(name, BUILDERS, n=1, cutoff=SLIP_RATIO)
        if near or not parts or parts[-1].partition(":")[0] not in TAKES_COMMAS:
            raise ValueError(_unknown(name))
        parts[-1] += f",{token}"
    return parts


def _parse_one(part: str) -> Decide:
    name, _, rest = part.partition(":")
    build = BUILDERS.get(name.strip())
    if build is None:
        raise ValueError(_unknown(name.strip()))
    return build(rest)


def _unknown(name: str) -> str:
    near = get_close_matches(name, [*BUILDERS, "multi", MANUAL], n=1)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    return f"knows no check {name!r}{meant}"


def _all_of(parts: Sequence[Decide]) -> Decide:
    if len(parts) == 1:
        return parts[0]

    def decide(text: str) -> Finding:
        findings = [part(text) for part in parts]
        kept = [finding.unit for finding in findings]
        reasons = "; ".join(finding.reason for finding in findings if finding.unit < 1)
        reason = f"{sum(kept):g} of {len(kept)} checks fulfilled"
        return Finding(
            unit=sum(kept) / len(kept), reason=f"{reason}: {reasons}" if reasons else reason
        )

    return decide


def _texts(rest: str, name: str) -> list[str]:
    words = [word.strip() for word in rest.split(",") if word.strip()]
    if not words:
        raise ValueError(f"`{name}` needs a text after the colon")
    return words


def _text(rest: str, name: str) -> Text:
    return Text(value=",".join(_texts(rest, name)) if not rest.strip() else rest.strip())


def _pattern(rest: str, name: str) -> str:
    pattern = rest.strip()
    if not pattern:
        raise ValueError(f"`{name}` needs a regular expression after the colon")
    if problem := find_pattern_problem(pattern):
        raise ValueError(f"`{name}` {problem}")
    return pattern


def _natural(text: str, name: str) -> int:
    if not text.strip().isdecimal():
        raise ValueError(f"`{name}` needs a whole number, got {text!r}")
    return int(text)


def _build_exact_match(rest: str) -> Decide:
    arguments = _text(rest, "exact_match")
    return lambda text: equals(text, arguments)


def _build_word_count(rest: str) -> Decide:
    bounds = rest.split(":")
    if len(bounds) > 2:  # noqa: PLR2004  lowest and highest
        raise ValueError(f"`word_count` needs MIN:MAX, got {rest!r}")
    lowest, highest = (_natural(bound, "word_count") for bound in (bounds[0], bounds[-1]))
    if lowest > highest:
        raise ValueError(f"`word_count` needs MIN at most MAX, got {rest!r}")
    arguments = Count(min=lowest, max=highest)
    return lambda text: judge_count(count_words(text), "words", arguments)


def _build_forbidden_words(rest: str) -> Decide:
    arguments = ForbiddenWords(words=_texts(rest, "forbidden_words"))
    return lambda text: forbidden_words(text, arguments)


def _build_format_pattern(rest: str) -> Decide:
    pattern = _pattern(rest, "format_pattern")

    def decide(text: str) -> Finding:
        lines = non_empty_lines(text)
        for number, line in enumerate(lines, 1):
            if not match_line(line, pattern):
                return missed(f"expected {pattern!r} to match line {number}, got {quote(line)}")
        return fulfilled(f"all {len(lines)} lines match") if lines else missed("no lines")

    return decide


def _build_format_lines(rest: str) -> Decide:
    patterns = [_pattern(pattern, "format_lines") for pattern in _split_unescaped(rest)]
    arguments = FormatLines(patterns=patterns)
    return lambda text: match_lines(text, arguments)


def _split_unescaped(rest: str) -> Sequence[str]:
    r"""Split at commas outside of brackets: `\d{1,3}` and `[a,b]` hold none."""
    parts = [""]
    depth = 0
    for place, sign in enumerate(rest):
        escaped = place > 0 and rest[place - 1] == "\\"
        if not escaped:
            depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth <= 0 and not escaped:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _build_contains_pattern(rest: str) -> Decide:
    arguments = Regex(pattern=_pattern(rest, "contains_pattern"))
    return lambda text: search(text, arguments)


def _build_forbidden_pattern(rest: str) -> Decide:
    arguments = Regex(pattern=_pattern(rest, "forbidden_pattern"))

    def decide(text: str) -> Finding:
        finding = search(text, arguments)
        if finding.unit:
            return missed(f"must not match: {finding.reason}")
        return fulfilled(f"{arguments.pattern!r} does not match")

    return decide


def _items(text: str) -> list[str]:
    lines = non_empty_lines(text)
    if len(lines) == 1:
        lines = [part for part in lines[0].rstrip(".").split(",") if part.strip()]
    return [BULLET.sub("", line.strip()).strip() for line in lines]


def _build_count_items(rest: str) -> Decide:
    arguments = Count(exactly=_natural(rest, "count_items"))
    return lambda text: judge_count(len(_items(text)), "items", arguments)


def _build_alphabetical(rest: str) -> Decide:
    _refuse_rest(rest, "alphabetical")

    def decide(text: str) -> Finding:
        items = [entry.casefold() for entry in _items(text)]
        for first, second in pairwise(items):
            if first > second:
                return missed(
                    f"expected alphabetical order, got {quote(first)} before {quote(second)}"
                )
        return fulfilled("in alphabetical order")

    return decide


def _build_no_punctuation(rest: str) -> Decide:
    _refuse_rest(rest, "no_punctuation")

    def decide(text: str) -> Finding:
        signs = sorted({sign for sign in set(text) if unicodedata.category(sign).startswith("P")})
        if signs:
            return missed(f"expected no punctuation, got {quote(' '.join(signs))}")
        return fulfilled("no punctuation")

    return decide


def _refuse_rest(rest: str, name: str) -> None:
    if rest.strip():
        raise ValueError(f"`{name}` takes nothing after a colon, got {rest!r}")


def _build_starts_with(rest: str) -> Decide:
    arguments = _text(rest, "starts_with")
    return lambda text: starts_with(text, arguments)


def _build_ends_with(rest: str) -> Decide:
    arguments = _text(rest, "ends_with")
    return lambda text: ends_with(text, arguments)


BUILDERS: dict[str, Callable[[str], Decide]] = {
    "exact_match": _build_exact_match,
    "word_count": _build_word_count,
    "forbidden_words": _build_forbidden_words,
    "format_pattern": _build_format_pattern,
    "format_lines": _build_format_lines,
    "contains_pattern": _build_contains_pattern,
    "forbidden_pattern": _build_forbidden_pattern,
    "count_items": _build_count_items,
    "alphabetical": _build_alphabetical,
    "no_punctuation": _build_no_punctuation,
    "starts_with": _build_starts_with,
    "ends_with": _build_ends_with,
}
TAKES_COMMAS = set(BUILDERS) - {"word_count", "count_items", "alphabetical", "no_punctuation"}


def _require_line(line: str) -> str:
    parse_auto_score(line)
    return line


class AutoScore(Arguments):
    """A line of the `auto_score` language.

    Attributes:
        line: As it stands in the file.
    """

    shorthand: ClassVar[str] = "line"

    line: Annotated[str, AfterValidator(_require_line)]


def auto_score(text: str, arguments: AutoScore) -> Finding:
    """Decide by the line; with several checks the unit is their mean."""
    return compile_auto_score(arguments.line)(text)


@lru_cache(maxsize=4096)
def compile_auto_score(line: str) -> Decide:
    """Turn a line into a check once."""
    return parse_auto_score(line)


AUTO_SCORE_CHECKS = (
    Check(
        name="auto_score",
        arguments=AutoScore,
        decide=auto_score,
        illustration=Illustration(
            arguments="multi:word_count:1:4,starts_with:A,ends_with:data,forbidden_words:store,keep",
            fulfilled="A table of data",
            missed="A store of data",
        ),
    ),
)

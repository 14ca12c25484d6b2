"""Checks with regular expressions, each search with a time limit.

The `regex` package is used for that limit: a pattern that backtracks for ever would stop the run.
Its syntax is that of `re`.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, ClassVar

import regex
from pydantic import AfterValidator, Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)

__all__ = [
    "PATTERN_CHECKS",
    "PATTERN_TIMEOUT_S",
    "FormatLines",
    "Pattern",
    "Regex",
    "find_pattern_problem",
    "match_line",
    "match_lines",
    "non_empty_lines",
    "search",
    "search_pattern",
]

PATTERN_TIMEOUT_S = 1.0


def find_pattern_problem(pattern: str) -> str:
    """Say why a text is no regular expression, or ""."""
    try:
        compile_pattern(pattern, 0)
    except (regex.error, RecursionError, OverflowError) as error:
        return f"must be a regular expression, got {pattern!r}: {error}"
    return ""


def _require_pattern(pattern: str) -> str:
    problem = find_pattern_problem(pattern)
    if problem:
        raise ValueError(problem)
    return pattern


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_require_pattern)]


class Regex(Arguments):
    """A regular expression to search for.

    Attributes:
        pattern: In Python's syntax.
        multiline: `^` and `$` match at every line.
        ignore_case: Capital and small letters are the same.
        dot_all: `.` matches the end of a line too.
        whole: The whole answer has to match, apart from space around it.
    """

    shorthand: ClassVar[str] = "pattern"

    pattern: Pattern
    multiline: bool = True
    ignore_case: bool = False
    dot_all: bool = False
    whole: bool = False


class FormatLines(Arguments):
    """One regular expression for each line.

    Attributes:
        patterns: The n-th non-empty line has to match the n-th, from its start.
    """

    shorthand: ClassVar[str] = "patterns"

    patterns: Annotated[list[Pattern], Field(min_length=1)]


def search(text: str, arguments: Regex) -> Finding:
    """Search the answer for a pattern."""
    flags = (
        regex.MULTILINE * arguments.multiline
        | regex.IGNORECASE * arguments.ignore_case
        | regex.DOTALL * arguments.dot_all
    )
    compiled = compile_pattern(arguments.pattern, int(flags))
    try:
        found = (
            compiled.fullmatch(text.strip(), timeout=PATTERN_TIMEOUT_S)
            if arguments.whole
            else compiled.search(text, timeout=PATTERN_TIMEOUT_S)
        )
    except TimeoutError as error:
        raise _too_slow(arguments.pattern) from error
    if found:
        return fulfilled(f"{arguments.pattern!r} matches {quote(found.group())}")
    where = "the whole of" if arguments.whole else "somewhere in"
    return missed(f"expected {arguments.pattern!r} to match {where} {quote(text.strip())}")


def match_lines(text: str, arguments: FormatLines) -> Finding:
    """Match the n-th non-empty line with the n-th pattern."""
    lines = non_empty_lines(text)
    expected = len(arguments.patterns)
    if len(lines) != expected:
        return missed(f"expected {expected} lines, got {len(lines)}")
    for number, (line, pattern) in enumerate(zip(lines, arguments.patterns, strict=True), 1):
        if not match_line(line, pattern):
            return missed(f"expected {pattern!r} to match line {number}, got {quote(line)}")
    return fulfilled(f"all {expected} lines match")


def match_line(line: str, pattern: str) -> bool:
    """Tell whether a line matches from its start."""
    try:
        return bool(compile_pattern(pattern, 0).match(line, timeout=PATTERN_TIMEOUT_S))
    except TimeoutError as error:
        raise _too_slow(pattern) from error


def search_pattern(text: str, pattern: str) -> bool:
    """Tell whether a pattern matches somewhere in a text."""
    try:
        return bool(compile_pattern(pattern, 0).search(text, timeout=PATTERN_TIMEOUT_S))
    except TimeoutError as error:
        raise _too_slow(pattern) from error


def non_empty_lines(text: str) -> Sequence[str]:
    """Return the lines that hold more than space, without the space around them."""
    # Not splitlines(): it also splits at form feeds and other controls inside a line.
    return [line.strip() for line in text.split("\n") if line.strip()]


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str, flags: int) -> "regex.Pattern[str]":
    """Compile a pattern once."""
    return regex.compile(pattern, flags)


def _too_slow(pattern: str) -> TimeoutError:
    return TimeoutError(f"{pattern!r} took longer than {PATTERN_TIMEOUT_S:g} s on this answer")


PATTERN_CHECKS = (
    Check(
        name="regex",
        arguments=Regex,
        decide=search,
        illustration=Illustration(
            arguments=r"def \w+\(.*\) *->",
            fulfilled="def f(n: int) -> int:",
            missed="def f(n):",
        ),
    ),
    Check(
        name="format_lines",
        arguments=FormatLines,
        decide=match_lines,
        illustration=Illustration(
            arguments=[r"NAME: \w+$", r"AGE: \d+$"],
            fulfilled="NAME: Ada\nAGE: 36\n",
            missed="Sure!\nNAME: Ada\nAGE: 36",
        ),
    ),
)

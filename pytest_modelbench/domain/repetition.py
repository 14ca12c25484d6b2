"""Endless loops: found while an answer is generated, and in answers that were recorded.

Three rules, all on the end of the text, never on its whole:

- **periodic**: the end repeats itself exactly. How often it has to depends on what is repeated:
  five times for prose, more often for markup, rows of a table or a matrix, which good answers
  repeat too.
- **counter**: the end is prose that repeats itself but for one number that grows ("Step 17:
  ...", "Step 18: ..."). A countdown ends by itself; with two numbers it is a computation.
- **compression**: the last 1,000 characters are prose, pack more than 4:1, and long stretches of
  them come again. It finds loops that vary a bit.

An answer that a limit cut off did not end by itself, so less is asked of it, and markup and
numbers count as prose does.

Tokens are only looked at for periods that are too long for the text, or that have no text.
"""

import re
import zlib
from array import array
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

__all__ = ["Repetition", "RepetitionDetector", "find_cut_repetition", "find_repetition"]

RepetitionKind = Literal["periodic", "tokens", "counter", "compression"]

# The needle of the search for a period: 5 repeats of 40 characters, less one period.
NEEDLE_CHARS = 160
MAX_PERIOD_CHARS = 1_000
NEEDLE_TOKENS = 160
MAX_PERIOD_TOKENS = 256
MIN_LOOP_TOKENS = 200
# Periods above it need fewer repeats: long pieces of good answers do not come back verbatim.
LONG_PERIOD_CHARS = 220
MIN_WORDY_PERIOD = 40
MIN_MARKUP_PERIOD = 60
CELL_CHARS = 6
MIN_CUT_REPEATS = 5
MIN_CUT_CHARS = 200
MAX_PERIODS_TRIED = 8

WINDOW_CHARS = 1_000
LOOP_RATIO = 4.0
# Records, tables and code pack well by nature: lists of JSON objects reach 7:1, grids 35:1.
MAX_STRUCTURE_SHARE = 0.05
# A ballad that counts down in words packs 7:1 too, but no 60 characters of it come again.
SHINGLE_CHARS = 60
MIN_SHINGLES_AGAIN = 0.25
# In an answer that was cut off, markup and numbers too: lists of equal records reach 9.7:1, rows
# of zeros 15:1, but few of their stretches come again.
CUT_LOOP_RATIO = 10.0
CUT_MIN_SHINGLES_AGAIN = 0.4
# A loop that was left is none: the very end has to be as old as the rest.
END_CHARS = 150
END_SHINGLE_CHARS = 20
MIN_END_AGAIN = 0.8

COUNTER_MIN_REPEATS = 24
COUNTER_MIN_CHARS = 1_500
COUNTER_MIN_LETTERS = 24
COUNTER_TAIL_CHARS = 6_000

# How much new text there has to be before a rule is applied again.
PERIODIC_STRIDE_CHARS = 32
COMPRESSION_STRIDE_CHARS = 250
COUNTER_STRIDE_CHARS = 750
TOKEN_STRIDE = 64
KEPT_CHARS = 13_000
KEPT_TOKENS = 5 * MAX_PERIOD_TOKENS + NEEDLE_TOKENS

PATTERN_SHOWN_CHARS = 80
STRUCTURE = re.compile(r"""[|{}\[\]<>"`=&\\_*#+/()]""")
STRUCTURE_OR_DIGIT = re.compile(r"""[|{}\[\]<>"`=&\\_*#+/():;@\d]""")
NUMBER = re.compile(r"\d+")
PATTERN_BORDERS = (re.compile(r"\n+(?!\n)"), re.compile(r"[.!?。]\s*"), re.compile(r"\s+"))
PIECE_END = re.compile(r"[.!?\n]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """A loop at the end of a text.

    Attributes:
        kind: Which rule found it.
        pattern: What comes again and again.
        repeats: How often it was seen, at least.
    """

    kind: RepetitionKind
    pattern: str
    repeats: int

    def __str__(self) -> str:
        """Render the pattern, shortened, and how often it came."""
        shown = self.pattern
        if len(shown) > PATTERN_SHOWN_CHARS:
            shown = f"{shown[:PATTERN_SHOWN_CHARS]}..."
        return f"{shown!r} x {self.repeats}"


def find_repetition(text: str) -> Repetition | None:
    """Find the loop that a text ends in; None for a text that does not."""
    tail = text[-KEPT_CHARS:]
    return _find_periodic(tail) or _find_compressible(tail) or _find_counter(tail)


def find_cut_repetition(text: str) -> Repetition | None:
    """Find the loop that a text was cut off in by its token or time limit.

    A matrix of zeros ends by itself. An answer that was still repeating itself when its limit
    came loops whatever it repeats: period of at most 220 characters, five times, 200 characters.
    Or its last 1,000 characters pack more than 10:1, and their stretches come again.
    """
    length = len(text)
    for period in range(1, min(LONG_PERIOD_CHARS, length // MIN_CUT_REPEATS) + 1):
        needed = max(MIN_CUT_CHARS, MIN_CUT_REPEATS * period)
        if needed <= length and text[length - needed : -period] == text[length - needed + period :]:
            pattern = text[-period:]
            return Repetition(
                kind="periodic",
                pattern=_turn_to_start(pattern),
                repeats=_count_back(text, pattern),
            )
    window = text[-WINDOW_CHARS:]
    is_loop = _packing(window) > CUT_LOOP_RATIO and _share_again(window) >= CUT_MIN_SHINGLES_AGAIN
    return _name_compressible(window) if is_loop and _is_end_old(window) else None


class RepetitionDetector:
    """Watches one answer while it is generated; about a microsecond a token.

    A detector that has found a loop keeps reporting it.
    """

    def __init__(self) -> None:
        self._tail = ""
        self._pieces: list[str] = []
        self._new_chars = 0
        self._since_compression = 0
        self._since_counter = 0
        self._tokens = array("q")
        self._token_chars = array("q")
        self._until_tokens = TOKEN_STRIDE
        self._found: Repetition | None = None

    def feed(self, text: str, token: int | None = None) -> Repetition | None:
        """Take the next piece of the answer and say whether it loops by now.

        Args:
            text: What the token added to the answer; may be empty.
            token: Its number in the vocabulary, where there is one.
        """
        self._pieces.append(text)
        self._new_chars += len(text)
        if self._new_chars >= PERIODIC_STRIDE_CHARS:
            self._check_text()
        if token is not None:
            self._tokens.append(token)
            self._token_chars.append(len(text))
            self._until_tokens -= 1
            if not self._until_tokens:
                self._check_tokens()
        return self._found

    def _check_text(self) -> None:
        self._join_pieces()
        found = _find_periodic(self._tail)
        if self._since_compression >= COMPRESSION_STRIDE_CHARS:
            self._since_compression = 0
            found = found or _find_compressible(self._tail)
        if self._since_counter >= COUNTER_STRIDE_CHARS:
            self._since_counter = 0
            found = found or _find_counter(self._tail)
        self._found = self._found or found

    def _check_tokens(self) -> None:
        self._join_pieces()
        self._until_tokens = TOKEN_STRIDE
        del self._tokens[:-KEPT_TOKENS]
        del self._token_chars[:-KEPT_TOKENS]
        found = _find_token_period(self._tokens, self._token_chars, self._tail)
        self._found = self._found or found

    def _join_pieces(self) -> None:
        self._tail = self._tail[-KEPT_CHARS:] + "".join(self._pieces)
        self._pieces.clear()
        self._since_compression += self._new_chars
        self._since_counter += self._new_chars
        self._new_chars = 0


def _find_periodic(tail: str) -> Repetition | None:
    period = _find_period(tail)
    if not period:
        return None
    pattern = tail[-period:]
    return Repetition(
        kind="periodic", pattern=_turn_to_start(pattern), repeats=_count_back(tail, pattern)
    )


def _find_period(tail: str) -> int:
    length = len(tail)
    start = length - NEEDLE_CHARS
    if start <= 0:
        return 0
    needle = tail[start:]
    lowest = max(0, start - MAX_PERIOD_CHARS)
    position = start
    for _ in range(MAX_PERIODS_TRIED):
        # The nearest earlier place where the last characters stand: the shortest period.
        position = tail.rfind(needle, lowest, position + NEEDLE_CHARS - 1)
        if position < 0:
            return 0
        period = _shortest_period(tail[position - start :])
        needed = _needed_chars(tail[-period:])
        if needed <= length and tail[period - needed :] == tail[length - needed : -period]:
            return period
    return 0


def _shortest_period(pattern: str) -> int:
    """Return 2 for "abababab": a few repeats of a few repeats are no loop yet."""
    return (pattern + pattern).find(pattern, 1)


def _needed_chars(pattern: str) -> int:
    """Say how much of a text has to repeat a pattern before it is a loop.

    Good answers hold grids, matrices of zeros, rows of empty cells and lists of equal values.
    """
    period = len(pattern)
    visible = len(pattern) - sum(map(pattern.count, " \n\t"))
    letters = sum(map(str.isalpha, pattern))
    if not visible or not pattern.strip("$ \n\t"):
        chars, repeats = 400, 5
    elif letters < visible / 2:
        chars, repeats = (1_500, 24) if "\n" in pattern else (800, 24)
    elif STRUCTURE.search(pattern):
        # Short pieces of markup are cells and rows of them; a long one, a call of a tool, is said
        # once.
        is_row = period < MIN_MARKUP_PERIOD or _is_made_of_cells(pattern)
        chars, repeats = (600, 12) if is_row else (400, 6)
    else:
        # One short word: a list of `False`, a chorus of "na na na".
        chars, repeats = (200, 5) if period >= MIN_WORDY_PERIOD or _has_words(pattern) else (400, 5)
    if period > LONG_PERIOD_CHARS:
        repeats = min(repeats, 12)
    return max(chars, repeats * period)


def _is_made_of_cells(pattern: str) -> bool:
    different = {pattern[start : start + CELL_CHARS] for start in range(len(pattern))}
    return len(different) < len(pattern) / 2


def _has_words(pattern: str) -> bool:
    _first, *others = _turn_to_start(pattern).split() or [""]
    return bool(others)


def _count_back(tail: str, pattern: str) -> int:
    period = len(pattern)
    end = len(tail)
    while tail.endswith(pattern, 0, end):
        end -= period
    return (len(tail) - end) // period


def _turn_to_start(pattern: str) -> str:
    """Let a pattern that was cut anywhere begin at a line or a word."""
    for border in PATTERN_BORDERS:
        if found := border.search(pattern + pattern):
            cut = found.end() % len(pattern)
            return pattern[cut:] + pattern[:cut]
    return pattern


def _find_compressible(tail: str) -> Repetition | None:
    window = tail[-WINDOW_CHARS:]
    if _packing(window) <= LOOP_RATIO or _is_structured(window):
        return None
    if _share_again(window) < MIN_SHINGLES_AGAIN or not _is_end_old(window):
        return None
    return _name_compressible(window)


def _packing(window: str) -> float:
    """Return how many to one a whole window packs; 0 for a shorter text."""
    if len(window) < WINDOW_CHARS:
        return 0.0
    # Against characters, not bytes: three bytes of a Chinese character would pack by themselves.
    return len(window) / len(zlib.compress(window.encode("utf-8", "surrogatepass"), 6))


def _share_again(window: str) -> float:
    starts = range(len(window) - SHINGLE_CHARS + 1)
    return 1 - len({window[start : start + SHINGLE_CHARS] for start in starts}) / len(starts)


def _name_compressible(window: str) -> Repetition:
    pieces = Counter(filter(None, map(str.strip, PIECE_END.split(window))))
    pattern, repeats = pieces.most_common(1)[0] if pieces else (window, 1)
    return Repetition(kind="compression", pattern=pattern, repeats=repeats)


def _is_end_old(window: str) -> bool:
    last = range(WINDOW_CHARS - END_CHARS, WINDOW_CHARS - END_SHINGLE_CHARS + 1)
    again = sum(
        window.find(window[start : start + END_SHINGLE_CHARS]) < start - END_SHINGLE_CHARS
        for start in last
    )
    return again >= MIN_END_AGAIN * len(last)


def _is_structured(window: str) -> bool:
    visible = sum(map(len, window.split()))
    return len(STRUCTURE_OR_DIGIT.findall(window)) > MAX_STRUCTURE_SHARE * visible


def _find_counter(tail: str) -> Repetition | None:
    numbers = NUMBER.findall(tail[-COUNTER_TAIL_CHARS:])
    if len(numbers) < COUNTER_MIN_REPEATS:
        return None
    masked = NUMBER.sub("0", tail[-COUNTER_TAIL_CHARS:])
    period = _find_period(masked)
    if not period:
        return None
    pattern = masked[-period:]
    if STRUCTURE.search(pattern) or sum(map(str.isalpha, pattern)) < COUNTER_MIN_LETTERS:
        return None
    repeats = _count_back(masked, pattern)
    if repeats < COUNTER_MIN_REPEATS or repeats * period < COUNTER_MIN_CHARS:
        return None
    per_period = pattern.count("0")
    columns = [numbers[-repeats * per_period :][column::per_period] for column in range(per_period)]
    moving = [column for column in columns if len(set(column)) > 1]
    if len(moving) != 1 or not _is_growing(moving[0]):
        return None
    return Repetition(kind="counter", pattern=_turn_to_start(pattern), repeats=repeats)


def _is_growing(numbers: list[str]) -> bool:
    # By length first: int() of thousands of digits is slow, and refused.
    keys = [(len(number.lstrip("0")), number.lstrip("0")) for number in numbers]
    return all(earlier <= later for earlier, later in pairwise(keys))


def _find_token_period(
    tokens: "array[int]", token_chars: "array[int]", tail: str
) -> Repetition | None:
    count = len(tokens)
    start = count - NEEDLE_TOKENS
    if start <= 0:
        return None
    width = tokens.itemsize
    data = tokens.tobytes()
    position = data.rfind(data[start * width :], max(0, start - MAX_PERIOD_TOKENS) * width, -1)
    if position < 0 or position % width:
        return None
    period = start - position // width
    needed = max(MIN_LOOP_TOKENS, 5 * period)
    if needed > count or tokens[period - needed :] != tokens[count - needed : -period]:
        return None
    repeats = needed // period
    chars = sum(token_chars[-period:])
    pattern = tail[len(tail) - chars :]
    if chars and _needed_chars(pattern) > repeats * chars:
        return None
    return Repetition(kind="tokens", pattern=_turn_to_start(pattern), repeats=repeats)

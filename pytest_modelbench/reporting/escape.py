"""Model text made harmless for a terminal."""

import re

__all__ = ["escape_text", "shorten"]

# C0 without tab and newline, DEL, C1, and the marks that reorder or hide text. A terminal obeys
# the first two kinds; the others make a line read differently from what it says.
UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def escape_text(text: str) -> str:
    r"""Replace what a terminal would obey by its escape sequence in Python's notation.

    >>> escape_text("red: \x1b[31m")
    'red: \\x1b[31m'
    """
    return UNSAFE.sub(lambda found: ascii(found[0])[1:-1], text)


def shorten(text: str, limit: int) -> str:
    r"""Return text on one line, cut to `limit` characters; newlines become visible.

    >>> shorten("one\ntwo", 20)
    'one⏎two'
    """
    line = escape_text(text).replace("\n", "⏎").replace("\t", " ")
    return line if len(line) <= limit else f"{line[: limit - 1]}…"

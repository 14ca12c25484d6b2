"""Signs of layout in a text: bullets, headings, highlights, brackets, titles.

They are counted as published benchmarks count them, and in a time that grows with the text alone.
"""

import re
from collections.abc import Iterator, Sequence

__all__ = [
    "QUOTES",
    "count_bullets",
    "count_highlights",
    "count_placeholders",
    "find_first_word",
    "find_nesting",
    "find_title",
    "is_quoted",
]

# Space is looked for within a line only: over line ends it would be tried again at each of them.
STAR_BULLET = re.compile(r"^[^\S\n]*\*[^*].*$", re.MULTILINE)
DASH_BULLET = re.compile(r"^[^\S\n]*-.*$", re.MULTILINE)
NUMBERED_BULLET = re.compile(r"^[^\S\n]*\d{1,9}[.)][^\S\n]+\S", re.MULTILINE)
ROUND_BULLET = re.compile(r"^[^\S\n]*[\u2022\u25e6\u2023\u25aa][^\S\n]*\S", re.MULTILINE)
BULLETS = {"*": STAR_BULLET, "-": DASH_BULLET, "1.": NUMBERED_BULLET, "\u2022": ROUND_BULLET}
SINGLE_STARS = re.compile(r"\*[^\n*]*\*")
DOUBLE_STARS = re.compile(r"\*\*[^\n*]*\*\*")
OPENING = {"(": ")", "[": "]", "{": "}"}
CLOSING = frozenset(")]}")
QUOTES = {'"': '"', "\u201c": "\u201d", "\u00ab": "\u00bb", "\u201e": "\u201c"}
WORD_ENDS = frozenset(".,?!'\"")


def count_bullets(text: str, markers: Sequence[str] = ("*", "-")) -> int:
    """Count lines that begin with a bullet."""
    return sum(len(BULLETS[marker].findall(text)) for marker in markers)


def count_placeholders(text: str) -> int:
    """Count texts in square brackets, each within one line."""
    return sum(1 for line in text.split("\n") for _placeholder in _bracketed(line))


def _bracketed(line: str) -> Iterator[str]:
    begin = line.find("[")
    while begin >= 0:
        end = line.find("]", begin)
        if end < 0:
            return
        yield line[begin : end + 1]
        begin = line.find("[", end)


def count_highlights(text: str) -> int:
    """Count texts between single and between double asterisks, each within one line."""
    single = sum(1 for found in SINGLE_STARS.findall(text) if found.strip("*").strip())
    double = sum(1 for found in DOUBLE_STARS.findall(text) if found[2:-2].strip())
    return single + double


def find_first_word(paragraph: str) -> str:
    """Return the first word in small letters, up to a sign in it."""
    words = paragraph.split(maxsplit=1)
    letters = words[0].lstrip("'").lstrip('"') if words else ""
    end = next((at for at, letter in enumerate(letters) if letter in WORD_ENDS), len(letters))
    return letters[:end].lower()


def find_title(text: str) -> str:
    """Return what stands in double angular brackets on a line, or ""."""
    for line in text.split("\n"):
        begin, end = line.find("<<"), line.rfind(">>")
        if begin >= 0 and end >= begin + 3:
            title = line[begin : end + 2].lstrip("<").rstrip(">").strip()
            if title:
                return title
    return ""


def is_quoted(text: str) -> bool:
    """Tell whether a text begins and ends with a straight double quotation mark."""
    return len(text) > 1 and text.startswith('"') and text.endswith('"')


def find_nesting(text: str) -> int:
    """Return how deep brackets of any kind are nested, of those that are closed in order."""
    deepest = 0
    # For each open bracket: the one that closes it, and how deep it is nested inside.
    open_brackets: list[tuple[str, int]] = []
    for sign in text:
        if sign in OPENING:
            open_brackets.append((OPENING[sign], 0))
        elif sign in CLOSING:
            closing, inside = open_brackets.pop() if open_brackets else ("", 0)
            if closing != sign:
                open_brackets.clear()
                continue
            deepest = max(deepest, inside + 1)
            if open_brackets:
                outer, depth = open_brackets[-1]
                open_brackets[-1] = (outer, max(depth, inside + 1))
    return deepest

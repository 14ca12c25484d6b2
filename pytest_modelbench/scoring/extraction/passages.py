r"""Passages of an answer: lines, paragraphs, sentences, sections, tags, the final answer.

Every function is linear in the text; the n-th passage counts from 1, or from the end below 0.
"""

import re
from collections import deque
from collections.abc import Sequence

from pytest_modelbench.scoring.extraction.base import Found, NotFound

__all__ = [
    "drop_blocks",
    "find_boxed",
    "find_final_answer",
    "find_line",
    "find_paragraph",
    "find_section",
    "find_sentence",
    "find_tagged",
    "split_paragraphs",
    "split_sentences",
]

PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
SENTENCE_END = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+[\"')\]*_\u201d\u2019]*(?=\s|$)")
# What ends in a full stop and goes on: titles, abbreviations, initials, the number of an entry.
NO_SENTENCE_END = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|cf|no|fig|approx|[a-z])|^\s*\d+)\.$",
    re.IGNORECASE | re.MULTILINE,
)
LOOK_BACK_CHARS = 12
FENCE_LINE = re.compile(r" {0,3}(```+|~~~+)")
HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
BOLD_HEADING = re.compile(r"[ \t]*(\*\*|__)(.{1,200}?)(?:\1:?|:\1)[ \t]*$")
# Bold lines and lines that end in a colon are headings below all marked ones.
LOWEST = 7
BOXED = re.compile(r"\\f?boxed\s*\{")
ANSWER_ANCHOR = re.compile(
    r"""\#{4}[ \t]*
    | (?m:^)[ \t>*_]{0,20}A\s?[:=][ \t*_]{0,20}
    | \b(?:answer|result|solution)\s{0,3}(?:\*\*|__)?\s{0,3}(?:is\b:?|:|=)[ \t*_]{0,20}""",
    re.VERBOSE | re.IGNORECASE,
)
# Longer lines are no statement of an answer.
ANSWER_CHARS = 500
AROUND = " \t*_`"


def find_line(text: str, number: int) -> Found[str] | NotFound:
    """Find the n-th line that is not empty."""
    return _pick([line.strip() for line in text.splitlines() if line.strip()], number, "line")


def find_paragraph(text: str, number: int) -> Found[str] | NotFound:
    """Find the n-th paragraph; empty lines end one."""
    return _pick(split_paragraphs(text), number, "paragraph")


def find_sentence(text: str, number: int) -> Found[str] | NotFound:
    """Find the n-th sentence."""
    return _pick(split_sentences(text), number, "sentence")


def split_paragraphs(text: str) -> Sequence[str]:
    """Return the paragraphs of a text."""
    lines = "\n".join(text.splitlines())
    return [part.strip() for part in PARAGRAPH_END.split(lines) if part.strip()]


def split_sentences(text: str) -> Sequence[str]:
    """Return the sentences; a paragraph that ends without a sign ends a sentence all the same."""
    return [sentence for part in split_paragraphs(text) for sentence in _split_paragraph(part)]


def find_section(text: str, heading: str) -> Found[str] | NotFound:
    """Find what stands under a heading, up to the next one of its rank or above.

    A heading is a line with `#`, a bold line, or a line that ends in a colon; case and emphasis do
    not count, nor what stands in a fenced block.
    """
    wanted = _plain(heading)
    lines = text.splitlines()
    start, rank = -1, 0
    for at, (found, title) in enumerate(_headings(lines)):
        if start >= 0 and 0 < found <= rank:
            return Found(value="\n".join(lines[start:at]).strip())
        if start < 0 and found and _plain(title) == wanted:
            start, rank = at + 1, found
    if start < 0:
        return NotFound(reason=f"no section {heading!r}")
    return Found(value="\n".join(lines[start:]).strip())


def drop_blocks(text: str) -> Found[str] | NotFound:
    """Find the prose of an answer: what stands outside of fenced blocks."""
    lines = text.splitlines()
    kept = [
        line for line, is_inside in zip(lines, _inside_fences(lines), strict=True) if not is_inside
    ]
    prose = "\n".join(kept).strip()
    return Found(value=prose) if prose else NotFound(reason="no prose")


def find_tagged(text: str, name: str) -> Found[str] | NotFound:
    """Find what stands in the last `<name>...</name>`; one that is left open ends with the text."""
    opening = deque(_opening(name).finditer(text), maxlen=1)
    if not opening:
        return NotFound(reason=f"no <{name}>")
    closing = re.compile(rf"</{re.escape(name)}\s{{0,20}}>", re.IGNORECASE)
    start = opening[0].end()
    end = closing.search(text, start)
    return Found(value=text[start : end.start() if end else len(text)].strip())


def find_boxed(text: str) -> Found[str] | NotFound:
    r"""Find what stands in the last `\boxed{...}`, braces inside it included."""
    last = deque(BOXED.finditer(text), maxlen=1)
    if not last:
        return NotFound(reason=r"no \boxed{}")
    depth = 1
    start = last[0].end()
    escaped = False
    for at in range(start, len(text)):
        if escaped:
            escaped = False
        elif text[at] == "\\":
            escaped = True
        elif text[at] in "{}":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return Found(value=text[start:at].strip())
    return NotFound(reason=r"a \boxed{ that is left open")


def find_final_answer(text: str) -> Found[str] | NotFound:
    r"""Find the answer that is named as such: the last `\boxed{}`, `#### 7` or "Answer: 7".

    What is named last counts; where nothing is named, there is none.
    """
    boxed = deque(BOXED.finditer(text), maxlen=1)
    anchors = deque(ANSWER_ANCHOR.finditer(text), maxlen=1)
    if boxed and (not anchors or boxed[0].start() >= anchors[0].start()):
        return find_boxed(text)
    if not anchors:
        return NotFound(reason="no final answer")
    span = text[anchors[0].end() : anchors[0].end() + ANSWER_CHARS].lstrip()
    line = span.partition("\n")[0].strip(AROUND)
    return Found(value=line) if line else NotFound(reason="no final answer")


def _pick(parts: Sequence[str], number: int, noun: str) -> Found[str] | NotFound:
    at = number - 1 if number > 0 else len(parts) + number
    if 0 <= at < len(parts):
        return Found(value=parts[at])
    if not parts:
        return NotFound(reason=f"no {noun}")
    return NotFound(reason=f"no {noun} {number}, only {len(parts)}")


def _split_paragraph(paragraph: str) -> Sequence[str]:
    sentences = []
    last = 0
    for end in SENTENCE_END.finditer(paragraph):
        before = paragraph[max(last, end.end() - LOOK_BACK_CHARS) : end.end()]
        if end.end() < len(paragraph) and NO_SENTENCE_END.search(before):
            continue
        if any(map(str.isalnum, paragraph[last : end.start()])):
            sentences.append(paragraph[last : end.end()].strip())
        last = end.end()
    if any(map(str.isalnum, paragraph[last:])):
        sentences.append(paragraph[last:].strip())
    return sentences


def _headings(lines: Sequence[str]) -> Sequence[tuple[int, str]]:
    """Return rank and title of each line; rank 0 where it is no heading."""
    return [
        (0, "") if is_inside else _read_heading(line)
        for line, is_inside in zip(lines, _inside_fences(lines), strict=True)
    ]


def _inside_fences(lines: Sequence[str]) -> Sequence[bool]:
    """Tell of each line whether it belongs to a fenced block, its fences included."""
    found = []
    fence = ""
    for line in lines:
        mark = FENCE_LINE.match(line)
        found.append(bool(fence or mark))
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = ""
    return found


def _read_heading(line: str) -> tuple[int, str]:
    if marked := HEADING.match(line):
        return len(marked[1]), (marked[2] or "").rstrip("# \t")
    if bold := BOLD_HEADING.match(line):
        return LOWEST, bold[2]
    stripped = line.strip()
    if stripped.endswith(":") and not stripped.startswith(("-", "*", "+", ">", "|")):
        return LOWEST, stripped
    return 0, ""


def _plain(title: str) -> str:
    return title.strip().strip("#*_`: \t").casefold()


def _opening(name: str) -> re.Pattern[str]:
    return re.compile(rf"<{re.escape(name)}(?:\s[^<>]{{0,500}})?>", re.IGNORECASE)

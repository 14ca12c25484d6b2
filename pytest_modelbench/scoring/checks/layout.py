"""Checks of how an answer is laid out: parts, bullets, headings, frames."""

import re
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.counts import (
    Bare,
    Count,
    count_check,
    judge_count,
    split_blank_lines,
)
from pytest_modelbench.scoring.checks.patterns import non_empty_lines
from pytest_modelbench.scoring.checks.signs import (
    QUOTES,
    count_bullets,
    count_highlights,
    count_placeholders,
    find_first_word,
    find_nesting,
    find_title,
)

__all__ = ["LAYOUT_CHECKS"]

Marker = Literal["*", "-", "1.", "\u2022"]
NonEmpty = Annotated[str, Field(min_length=1)]


class Bullets(Count):
    """How many bullets there have to be.

    Attributes:
        markers: What bullets begin with: `*`, `-`, a number as in `1.`, or the round sign.
    """

    markers: Annotated[list[Marker], Field(min_length=1)] = Field(default=["*", "-"])


class Sections(Count):
    """How many sections there have to be.

    Attributes:
        word: Begins the heading of a section, before its number.
    """

    shorthand: ClassVar[str] = "word"

    word: NonEmpty = "Section"


class ParagraphStart(Arguments):
    """The first word of a paragraph.

    Attributes:
        word: Whatever its letters' case, up to a sign.
        paragraph: Which one, from 1; paragraphs have blank lines between them.
    """

    shorthand: ClassVar[str] = "word"

    word: NonEmpty
    paragraph: Annotated[int, Field(ge=1)] = 1


class Postscript(Arguments):
    """What begins the postscript.

    Attributes:
        marker: Whatever its letters' case, and with any space inside.
    """

    shorthand: ClassVar[str] = "marker"

    marker: NonEmpty = "P.S."


class Alternatives(Count):
    """Several answers in one.

    Attributes:
        separator: Stands between them.
        different: No two of them are the same.
    """

    separator: NonEmpty = "******"
    different: bool = True


class Indentation(Arguments):
    """How the lines have to be indented.

    Attributes:
        value: `rising`: each line further in than the one before; `none`: no line.
    """

    value: Literal["rising", "none"]


def bullets(text: str, arguments: Bullets) -> Finding:
    """Count bullets."""
    return judge_count(
        count_bullets(text, tuple(dict.fromkeys(arguments.markers))), "bullets", arguments
    )


def sections(text: str, arguments: Sections) -> Finding:
    """Count headings with a number."""
    heading = re.compile(rf"(?<!\w){re.escape(arguments.word.strip())}\s?\d")
    return judge_count(len(heading.findall(text)), "sections", arguments)


def paragraph_start(text: str, arguments: ParagraphStart) -> Finding:
    """Compare the first word of a paragraph."""
    paragraphs = split_blank_lines(text)
    number = arguments.paragraph
    if len(paragraphs) < number:
        return missed(f"expected {number} paragraphs, got {len(paragraphs)}")
    got = find_first_word(paragraphs[number - 1])
    if got == arguments.word.lower():
        return fulfilled(f"paragraph {number} begins with {quote(arguments.word)}")
    return missed(
        f"expected paragraph {number} to begin with {quote(arguments.word)}, got {quote(got)}"
    )


def postscript(text: str, arguments: Postscript) -> Finding:
    """Look for a line that begins with the marker, after the first one."""
    letters = r"[ \t]?".join(map(re.escape, "".join(arguments.marker.split())))
    pattern = re.compile(rf"[\W_]{{0,20}}{letters}", re.IGNORECASE)
    lines = non_empty_lines(text)
    for line in lines[1:]:
        if pattern.match(line):
            return fulfilled(f"the postscript is {quote(line)}")
    last = lines[-1] if lines else ""
    return missed(f"expected a postscript {quote(arguments.marker)}, got {quote(last)}")


def title(text: str, _arguments: Bare) -> Finding:
    """Look for a title in double angular brackets."""
    found = find_title(text)
    if found:
        return fulfilled(f"the title is {quote(found)}")
    return missed("expected a title such as <<title>>, got none")


def quotation(text: str, _arguments: Bare) -> Finding:
    """Look for quotation marks around the answer."""
    bare = text.strip()
    if len(bare) > 1 and QUOTES.get(bare[0]) == bare[-1]:
        return fulfilled("the answer is in quotation marks")
    return missed(f"expected quotation marks around the answer, got {quote(bare)}")


def alternatives(text: str, arguments: Alternatives) -> Finding:
    """Count the parts between separators."""
    parts = [part.strip() for part in text.split(arguments.separator) if part.strip()]
    if arguments.different and len(set(parts)) < len(parts):
        return missed("expected different parts, got one twice")
    return judge_count(len(parts), "parts", arguments)


def indentation(text: str, arguments: Indentation) -> Finding:
    """Compare the space before the lines that are not empty."""
    lines = [line for line in text.strip("\n").split("\n") if line.strip()]
    depths = [len(line) - len(line.lstrip(" \t")) for line in lines]
    if arguments.value == "none":
        if not any(depths):
            return fulfilled("no line is indented")
        return missed(f"expected no indentation, got {max(depths)}")
    for before, depth in pairwise(depths):
        if depth <= before:
            return missed(f"expected a line further in than {before}, got {depth}")
    if len(depths) > 1:
        return fulfilled(f"{len(depths)} lines are further and further in")
    return missed(f"expected several lines, got {len(depths)}")


def one_word_per_line(text: str, _arguments: Bare) -> Finding:
    """Look for lines of several words."""
    lines = non_empty_lines(text)
    if not lines:
        return missed("expected lines, got none")
    for line in lines:
        if len(line.split()) > 1:
            return missed(f"expected one word on each line, got {quote(line)}")
    return fulfilled(f"{len(lines)} lines of one word")


def no_spaces(text: str, _arguments: Bare) -> Finding:
    """Look for space inside the answer."""
    bare = text.strip()
    if not bare:
        return missed("expected text, got none")
    if any(map(str.isspace, bare)):
        return missed(f"expected no space, got {quote(bare)}")
    return fulfilled("there is no space")


LAYOUT_CHECKS: tuple[Check[Any], ...] = (
    Check(
        name="bullets",
        arguments=Bullets,
        decide=bullets,
        illustration=Illustration(arguments=2, fulfilled="* a\n- b", missed="* a\n1. b"),
    ),
    count_check(
        "placeholders",
        count_placeholders,
        "placeholders",
        Illustration(arguments={"min": 2}, fulfilled="[name], [street]", missed="[name] (street)"),
    ),
    count_check(
        "highlights",
        count_highlights,
        "highlights",
        Illustration(arguments={"min": 1}, fulfilled="so *bold*", missed="so * bold"),
    ),
    Check(
        name="sections",
        arguments=Sections,
        decide=sections,
        illustration=Illustration(
            arguments={"word": "Day", "exactly": 2},
            fulfilled="Day 1\nrun\nDay 2\nrest",
            missed="Day 1\nrun\nrest",
        ),
    ),
    Check(
        name="paragraph_start",
        arguments=ParagraphStart,
        decide=paragraph_start,
        illustration=Illustration(
            arguments={"word": "then", "paragraph": 2},
            fulfilled="One.\n\nThen, two.",
            missed="Then one.\n\nTwo.",
        ),
    ),
    Check(
        name="postscript",
        arguments=Postscript,
        decide=postscript,
        illustration=Illustration(
            arguments="P.S.", fulfilled="Dear Ann,\nP.S. Write soon.", missed="Dear Ann,\nbye"
        ),
    ),
    Check(
        name="title",
        arguments=Bare,
        decide=title,
        illustration=Illustration(arguments=True, fulfilled="<<Joy>>\nA poem", missed="Joy"),
    ),
    Check(
        name="quotation",
        arguments=Bare,
        decide=quotation,
        illustration=Illustration(arguments=True, fulfilled='"All of it."', missed='"Part" of it.'),
    ),
    Check(
        name="alternatives",
        arguments=Alternatives,
        decide=alternatives,
        illustration=Illustration(arguments=2, fulfilled="a\n******\nb", missed="a\n******\na"),
    ),
    count_check(
        "nested_brackets",
        find_nesting,
        "brackets inside each other",
        Illustration(arguments={"min": 3}, fulfilled="a (b [c {d}])", missed="(a) [b] {c}"),
    ),
    Check(
        name="indentation",
        arguments=Indentation,
        decide=indentation,
        illustration=Illustration(arguments="rising", fulfilled="a\n b\n  c", missed="a\n b\n c"),
    ),
    Check(
        name="one_word_per_line",
        arguments=Bare,
        decide=one_word_per_line,
        illustration=Illustration(arguments=True, fulfilled="one\ntwo", missed="one two"),
    ),
    Check(
        name="no_spaces",
        arguments=Bare,
        decide=no_spaces,
        illustration=Illustration(arguments=True, fulfilled="one-word", missed="two words"),
    ),
)

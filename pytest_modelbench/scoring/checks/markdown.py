"""The check for Markdown: what an answer marks up, or that it marks up nothing."""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import Arguments, Check, Finding, Illustration, missed
from pytest_modelbench.scoring.checks.base import quote as quote_text
from pytest_modelbench.scoring.checks.demands import Bounds, count_problem, judge_demands
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.markdown_blocks import Heading, Markdown, parse_markdown

__all__ = ["MARKDOWN_CHECKS"]

MAX_RANK = 6
# What the options count, by the parser's names.
COUNTED = {
    "bullets": ("bullet", "bullets"),
    "numbered": ("numbered", "numbered entries"),
    "bold": ("strong_open", "bold passages"),
    "italic": ("em_open", "italic passages"),
    "code_spans": ("code_inline", "code spans"),
    "quotes": ("blockquote_open", "quotes"),
    "images": ("image", "images"),
    "dividers": ("hr", "dividers"),
}


class MarkdownForm(Arguments):
    """What the answer has to mark up.

    Attributes:
        style: `plain`: no Markdown at all; `marked`: some.
        headings: Titles that have to be there in this order; `## Usage` asks for the rank too.
        heading_count: How many headings.
        ignore_case: Capital and small letters in titles and columns are the same.
        bullets: How many entries of lists with bullets.
        numbered: How many entries of numbered lists.
        bold: How many bold passages.
        italic: How many italic passages.
        code_spans: How many pieces of code within lines.
        quotes: How many quoted blocks.
        images: How many images.
        dividers: How many lines across.
        links: How many links.
        code_blocks: How many fenced blocks.
        languages: Languages that fenced blocks have to name.
        tables: How many tables.
        columns: The columns of one of the tables.
        rows: How many rows one of the tables has; with `columns`, that one.
    """

    shorthand: ClassVar[str] = "style"

    style: Literal["plain", "marked"] | None = None
    headings: Annotated[list[str], Field(min_length=1)] | None = None
    heading_count: Bounds | None = None
    ignore_case: bool = False
    bullets: Bounds | None = None
    numbered: Bounds | None = None
    bold: Bounds | None = None
    italic: Bounds | None = None
    code_spans: Bounds | None = None
    quotes: Bounds | None = None
    images: Bounds | None = None
    dividers: Bounds | None = None
    links: Bounds | None = None
    code_blocks: Bounds | None = None
    languages: Annotated[list[str], Field(min_length=1)] | None = None
    tables: Bounds | None = None
    columns: Annotated[list[str], Field(min_length=1)] | None = None
    rows: Bounds | None = None

    @model_validator(mode="after")
    def _require_demand(self) -> "MarkdownForm":
        given = self.model_fields_set - {"ignore_case"}
        if not given:
            raise ValueError("needs something to look for, such as `bullets` or `plain`")
        if self.style == "plain" and len(given) > 1:
            raise ValueError("must have nothing beside `plain`, which forbids all of it")
        return self


def check_markdown(text: str, arguments: MarkdownForm) -> Finding:
    """Parse the answer as Markdown; the unit is the share of demands that are met."""
    found = parse_markdown(text)
    if isinstance(found, NotFound):
        return missed(f"expected Markdown to look at, got {found.reason}")
    problems = list(_find_problems(found.value, arguments))
    given = arguments.model_fields_set - {"ignore_case"}
    total = len(given) + len(arguments.languages or (0,)) - 1
    total += len(arguments.headings or (0,)) - 1
    return judge_demands(problems, total, _describe(found.value))


def _find_problems(markdown: Markdown, arguments: MarkdownForm) -> Iterator[str]:
    """Yield a problem for each demand that is not met."""
    marks = list(_list_counted(markdown))
    if arguments.style == "plain" and marks:
        yield f"expected no Markdown, got {', '.join(marks)}"
    if arguments.style == "marked" and not marks:
        yield "expected Markdown, got none"
    for option, count, noun in _count_all(markdown):
        bounds = getattr(arguments, option)
        if bounds is not None and (problem := count_problem(count, noun, bounds)):
            yield problem
    for language in arguments.languages or ():
        if language.lower() not in markdown.languages:
            yield f"expected a block in {language}, got {_list_languages(markdown)}"
    yield from _missing_headings(markdown.headings, arguments)
    yield from _find_table_problems(markdown, arguments)


def _count_all(markdown: Markdown) -> Iterator[tuple[str, int, str]]:
    for option, (name, noun) in COUNTED.items():
        yield option, markdown.count(name), noun
    yield "heading_count", len(markdown.headings), "headings"
    yield "links", len(markdown.links), "links"
    yield "code_blocks", len(markdown.languages), "code blocks"
    yield "tables", len(markdown.tables), "tables"


def _list_counted(markdown: Markdown) -> Iterator[str]:
    yield from (f"{noun}: {count}" for _option, count, noun in _count_all(markdown) if count)


def _list_languages(markdown: Markdown) -> str:
    return ", ".join(name[:20] or "a bare one" for name in markdown.languages[:5]) or "none"


def _missing_headings(headings: Sequence[Heading], arguments: MarkdownForm) -> Iterator[str]:
    at = 0
    for wanted in arguments.headings or ():
        place = next(
            (
                place
                for place in range(at, len(headings))
                if _is_heading(headings[place], wanted, ignore_case=arguments.ignore_case)
            ),
            None,
        )
        if place is None:
            where = f" after {quote_text(headings[at - 1].text)}" if at else ""
            yield f"the heading {quote_text(wanted)} is missing{where}"
        else:
            at = place + 1


def _is_heading(heading: Heading, wanted: str, *, ignore_case: bool) -> bool:
    marks = len(wanted) - len(wanted.lstrip("#"))
    has_rank = 0 < marks <= MAX_RANK and wanted[marks : marks + 1] == " "
    title = wanted[marks:].strip() if has_rank else wanted.strip()
    return (not has_rank or heading.rank == marks) and _same(heading.text, title, ignore_case)


def _same(got: str, wanted: str, ignore_case: bool) -> bool:  # noqa: FBT001  private, one way
    return got.casefold() == wanted.casefold() if ignore_case else got == wanted


def _find_table_problems(markdown: Markdown, arguments: MarkdownForm) -> Iterator[str]:
    tables = markdown.tables
    if arguments.columns is not None:
        wanted = arguments.columns
        tables = [
            table
            for table in tables
            if len(table.columns) == len(wanted)
            and all(map(_same, table.columns, wanted, [arguments.ignore_case] * len(wanted)))
        ]
        if not tables:
            got = [list(table.columns) for table in markdown.tables[:3]]
            shown = quote_text(got) if got else "no table"
            yield f"expected a table with the columns {quote_text(wanted)}, got {shown}"
    if arguments.rows is not None:
        counts = [len(table.rows) for table in tables]
        problems = [count_problem(count, "rows", arguments.rows) for count in counts]
        if all(problems):
            yield (
                problems[0]
                if problems
                else f"expected {arguments.rows.describe()} rows in a table, got no table"
            )


def _describe(markdown: Markdown) -> str:
    return f"has {', '.join(_list_counted(markdown)) or 'no Markdown'}"


MARKDOWN_CHECKS = (
    Check(
        name="markdown",
        arguments=MarkdownForm,
        decide=check_markdown,
        illustration=Illustration(
            arguments={"headings": ["## Usage"], "bullets": {"min": 2}, "languages": ["python"]},
            fulfilled="## Usage\n\n- install\n- call\n\n```python\nf()\n```",
            missed="Usage: install it, then call f().",
        ),
    ),
)

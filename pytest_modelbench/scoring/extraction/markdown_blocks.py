"""What an answer marks up in Markdown: CommonMark with tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from pytest_modelbench.scoring.extraction.base import Found, NotFound

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["Heading", "Markdown", "Table", "parse_markdown"]

# Some texts take the parser quadratic time: 50,000 characters at worst about a second.
MAX_CHARS = 50_000
LISTS = {"bullet_list": "bullet", "ordered_list": "numbered"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """A heading.

    Attributes:
        rank: 1 for `#`, 2 for `##`.
        text: Without its marks.
    """

    rank: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table.

    Attributes:
        columns: The texts of its head.
        rows: The texts of its body.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Markdown:
    """What is marked up, in its order.

    Attributes:
        languages: Of the fenced blocks; "" for none.
        counts: How often the rest occurs, by the parser's names.
    """

    headings: list[Heading] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str) -> None:
        """Count one."""
        self.counts[name] = self.count(name) + 1

    def count(self, name: str) -> int:
        """Return how often something occurs."""
        return self.counts.get(name, 0)


def parse_markdown(text: str) -> Found[Markdown] | NotFound:
    """Parse a whole answer; any text is Markdown, but some are too long."""
    if len(text) > MAX_CHARS:
        return NotFound(reason=f"an answer of more than {MAX_CHARS:,} characters")
    tokens = _parser().parse(text)
    markdown = Markdown()
    lists: list[str] = []
    for at, token in enumerate(tokens):
        owner, _, end = token.type.rpartition("_")
        if owner in LISTS:
            if end == "open":
                lists.append(LISTS[owner])
            else:
                lists.pop()
        elif token.type == "list_item_open":
            markdown.add(lists[-1])
        elif token.type == "inline":
            _read_inline(markdown, token.children or ())
        else:
            _read_block(markdown, tokens, at)
    return Found(value=markdown)


def _read_block(markdown: Markdown, tokens: Sequence["Token"], at: int) -> None:
    token = tokens[at]
    if token.type == "heading_open":
        title = _text_of(tokens[at + 1])
        markdown.headings.append(Heading(rank=int(token.tag[1]), text=title))
    elif token.type == "fence":
        markdown.languages.append((token.info.split() or [""])[0].lower())
    elif token.type == "table_open":
        markdown.tables.append(_read_table(tokens, at))
    else:
        markdown.add(token.type)


def _read_table(tokens: Sequence["Token"], start: int) -> Table:
    columns: list[str] = []
    rows: list[list[str]] = []
    for at in range(start, len(tokens)):
        kind = tokens[at].type
        if kind == "table_close":
            break
        if kind == "th_open":
            columns.append(_text_of(tokens[at + 1]))
        elif kind == "tr_open" and columns:
            rows.append([])
        elif kind == "td_open":
            rows[-1].append(_text_of(tokens[at + 1]))
    return Table(columns=columns, rows=rows)


def _read_inline(markdown: Markdown, children: Sequence["Token"]) -> None:
    for child in children:
        if child.type == "link_open":
            markdown.links.append(str(child.attrs.get("href", "")))
        else:
            markdown.add(child.type)


def _text_of(inline: "Token") -> str:
    """Return the text of a line without its marks."""
    parts = [child.content or " " * (child.type == "softbreak") for child in inline.children or ()]
    return "".join(parts).strip()


@lru_cache(maxsize=1)
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415  30 ms, for Markdown only

    return MarkdownIt("commonmark").enable("table")

"""CSV in answers: a fenced block, the whole answer, or the longest paragraph with delimiters."""

import csv
from collections.abc import Iterator, Sequence

from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code_blocks
from pytest_modelbench.scoring.extraction.passages import split_paragraphs

__all__ = ["Rows", "find_csv", "parse_csv"]

MAX_CHARS = 1_000_000
MAX_ROWS = 20_000
LANGUAGES = ("csv", "tsv", "text", "txt", "")

Rows = Sequence[Sequence[str]]


def find_csv(text: str, delimiter: str) -> Found[Rows] | NotFound:
    """Find the rows of the CSV of an answer."""
    blocks = [block.text for block in find_code_blocks(text) if block.language in LANGUAGES]
    if blocks:
        return parse_csv(blocks[0], delimiter)
    whole = parse_csv(text, delimiter)
    if isinstance(whole, Found) or delimiter not in text:
        return whole
    longest = max(_tables(text, delimiter), key=len, default=())
    return parse_csv("\n".join(longest), delimiter)


def parse_csv(text: str, delimiter: str) -> Found[Rows] | NotFound:
    """Parse a whole text; every row has to have as many fields as the first."""
    if len(text) > MAX_CHARS:
        return NotFound(reason=f"CSV of more than {MAX_CHARS:,} characters")
    rows: list[list[str]] = []
    reader = csv.reader(text.strip().splitlines(keepends=True), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if not row:
                continue
            rows.append([value.strip() for value in row])
            if len(rows[-1]) != len(rows[0]):
                return NotFound(reason=_describe_ragged(reader.line_num, rows))
            if len(rows) > MAX_ROWS:
                return NotFound(reason=f"CSV of more than {MAX_ROWS:,} rows")
    except csv.Error as error:
        return NotFound(reason=f"CSV that cannot be read: {error} (line {reader.line_num})")
    return Found(value=rows) if rows else NotFound(reason="no CSV")


def _describe_ragged(line: int, rows: Rows) -> str:
    return f"ragged CSV: line {line} has {len(rows[-1])} fields, the first has {len(rows[0])}"


def _tables(text: str, delimiter: str) -> Iterator[Sequence[str]]:
    """Yield paragraphs that have the delimiter; a first line that ends in a colon is prose."""
    for paragraph in split_paragraphs(text):
        lines = paragraph.split("\n")
        if len(lines) > 1 and lines[0].rstrip().endswith(":"):
            lines = lines[1:]
        if any(delimiter in line for line in lines):
            yield lines

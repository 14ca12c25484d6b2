"""The check for CSV."""

from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.demands import (
    Bounds,
    Row,
    count_problem,
    judge_demands,
    same_text,
)
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.csv_rows import Rows, find_csv, parse_csv

__all__ = ["CSV_CHECKS"]


class Csv(Arguments):
    """What the CSV in the answer has to be.

    Attributes:
        valid: There has to be CSV, each row with as many fields as the first.
        columns: The names in the first row.
        header: Whether the first row holds names.
        count: How many rows there are below it.
        rows: All rows there are below it, as lists, or as mappings by column.
        has_rows: Some of the rows.
        ordered: `rows` have to be in this order.
        delimiter: What stands between two fields.
        whole: Nothing else stands in the answer, not even a fence.
    """

    shorthand: ClassVar[str] = "valid"

    valid: Literal["valid"] = "valid"
    columns: Annotated[list[str], Field(min_length=1)] | None = None
    header: bool = True
    count: Bounds | None = None
    rows: list[Row] | None = None
    has_rows: Annotated[list[Row], Field(min_length=1)] | None = None
    ordered: bool = False
    delimiter: Literal[",", ";", "\t", "|"] = ","
    whole: bool = False

    @model_validator(mode="after")
    def _require_names(self) -> "Csv":
        if self.header:
            return self
        if self.columns is not None:
            raise ValueError("must have no `columns` where `header` is false")
        rows = [*(self.rows or ()), *(self.has_rows or ())]
        if any(isinstance(row, dict) for row in rows):
            raise ValueError("must have its rows as lists where `header` is false")
        return self


def check_csv(text: str, arguments: Csv) -> Finding:
    """Find CSV in the answer and compare it; the unit is the share of demands that are met."""
    find = parse_csv if arguments.whole else find_csv
    found = find(text, arguments.delimiter)
    if isinstance(found, NotFound):
        return missed(f"expected CSV, got {found.reason} in {quote(text.strip())}")
    problems = list(_find_problems(found.value, arguments))
    total = len(arguments.has_rows or ())
    total += sum(
        given is not None for given in (arguments.columns, arguments.count, arguments.rows)
    )
    width = len(found.value[0])
    return judge_demands(problems, total, f"{len(found.value)} rows of {width} fields")


def _find_problems(table: Rows, arguments: Csv) -> Iterator[str]:
    """Yield a problem for each demand that is not met."""
    names = table[0] if arguments.header else ()
    rows = table[1:] if arguments.header else table
    if arguments.columns is not None and list(names) != arguments.columns:
        yield f"expected the columns {quote(arguments.columns)}, got {quote(list(names))}"
    if arguments.count is not None and (
        problem := count_problem(len(rows), "rows", arguments.count)
    ):
        yield problem
    if arguments.rows is not None:
        yield from _compare_rows(rows, arguments.rows, names, ordered=arguments.ordered)
    for row in arguments.has_rows or ():
        if not any(_is_row(got, row, names) for got in rows):
            yield f"the row {quote(row)} is missing"


def _compare_rows(
    rows: Rows, expected: Sequence[Row], names: Sequence[str], *, ordered: bool
) -> Iterator[str]:
    if len(rows) != len(expected):
        yield f"expected {len(expected)} rows, got {len(rows)}"
        return
    left = list(rows)
    for at, row in enumerate(expected):
        places = [0] if ordered else range(len(left))
        place = next((place for place in places if _is_row(left[place], row, names)), None)
        if place is None:
            where = f"row {at + 1}" if ordered else "a row"
            got = f", got {quote(list(left[0]))}" if ordered else ""
            yield f"expected {quote(row)} as {where}{got}"
            return
        left.pop(place)


def _is_row(got: Sequence[str], expected: Row, names: Sequence[str]) -> bool:
    if isinstance(expected, list):
        return len(got) == len(expected) and all(map(same_text, got, expected))
    by_name = dict(zip(names, got, strict=True))
    return all(
        name in by_name and same_text(by_name[name], value) for name, value in expected.items()
    )


CSV_CHECKS = (
    Check(
        name="csv",
        arguments=Csv,
        decide=check_csv,
        illustration=Illustration(
            arguments={"columns": ["name", "age"], "has_rows": [{"name": "Ada", "age": 36}]},
            fulfilled="```csv\nname,age\nBob,9\nAda,36\n```",
            missed="name,age\nBob,9",
        ),
    ),
)

"""The check `sql`: SQL in an answer is run on a database in a sandbox, and its rows compared."""

import math
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from pytest_modelbench.sandbox import Ending, Execution, Observed, Select
from pytest_modelbench.scoring.checks.base import (
    CodeCheck,
    Decision,
    Finding,
    Illustration,
    Undecided,
    fulfilled,
    missed,
)
from pytest_modelbench.scoring.checks.code_arguments import Block, Confines
from pytest_modelbench.scoring.checks.code_values import explain_ending, show
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code

__all__ = ["SQL_CHECKS"]

RELATIVE = 1e-9
FIXTURE_ERROR = "FixtureError"


def _require_rows(rows: object) -> object:
    if not isinstance(rows, list):
        problem = f"must be a list of rows, got {rows!r}"
        raise ValueError(problem)  # noqa: TRY004  what pydantic takes for a problem
    for row in rows:
        for value in row if isinstance(row, list) else [row]:
            if not isinstance(value, str | int | float | bool | None):
                problem = f"must have texts, numbers and nulls in its rows, got {value!r}"
                raise ValueError(problem)  # noqa: TRY004  as above
    widths = sorted({_width(row) for row in rows})
    if len(widths) > 1:
        shown = " and ".join(map(str, widths))
        raise ValueError(f"must have the same number of values in each row, got {shown}")
    return rows


def _width(row: object) -> int:
    return len(row) if isinstance(row, list) else 1


Rows = Annotated[Any, AfterValidator(_require_rows), WithJsonSchema({"type": "array"})]


class SqlCode(Confines):
    """What SQL has to do, in SQLite.

    Attributes:
        fixture: SQL that makes the database.
        rows: What has to come back; a row of one column may be its value alone.
        ordered: Whether the order of the rows counts.
        columns: What the columns have to be called, whatever the case of the letters.
        after: SQL whose rows count instead, once the answer has run: for what changes the database.
        block: Which block of the answer is the code.
    """

    shorthand: ClassVar[str] = "rows"

    fixture: str = ""
    rows: Rows
    ordered: bool = False
    columns: Annotated[list[str], Field(min_length=1)] | None = None
    after: str = ""
    block: Block = "main"

    @model_validator(mode="after")
    def _require_no_files(self) -> Self:
        if self.files:
            raise ValueError("has no `files`: its database is made by `fixture`")
        return self

    @model_validator(mode="after")
    def _require_same_width(self) -> Self:
        if self.columns is not None and self.rows and _width(self.rows[0]) != len(self.columns):
            raise ValueError(
                f"must have as many `columns` as values in a row of `rows`, "
                f"got {len(self.columns)} and {_width(self.rows[0])}"
            )
        return self


def plan_sql(text: str, arguments: SqlCode) -> Execution | Finding:
    """Find the SQL of an answer and say on what it is to be run."""
    found = find_code(text, "sql", arguments.block)
    if isinstance(found, NotFound):
        return missed(f"expected code, got {found.reason}")
    return Execution(
        language="sql",
        source=found.value,
        steps=(Select(fixture=arguments.fixture, after=arguments.after),),
        limits=arguments.bounds,
    )


def decide_sql(observed: Observed, arguments: SqlCode) -> Decision:
    """Compare rows, and the names of columns where they were given."""
    (seen,) = observed.observations
    if seen.ending is Ending.RAISED and seen.error == FIXTURE_ERROR:
        return Undecided(reason=f"the fixture does not run: {seen.detail}")
    if seen.ending is not Ending.RETURNED:
        return missed(f"the SQL {explain_ending(seen)}")
    columns, got = seen.value["columns"], [list(row) for row in seen.value["rows"]]
    if arguments.columns is not None and not _same_names(columns, arguments.columns):
        return missed(f"expected columns {show(arguments.columns)}, got {show(columns)}")
    wanted = [row if isinstance(row, list) else [row] for row in arguments.rows]
    problem = _find_difference(wanted, got, ordered=arguments.ordered)
    return missed(problem) if problem else fulfilled(f"the {len(wanted)} rows are as expected")


def _same_names(got: Sequence[str], wanted: Sequence[str]) -> bool:
    return [name.lower() for name in got] == [name.lower() for name in wanted]


def _find_difference(
    wanted: Sequence[list[Any]], got: Sequence[list[Any]], *, ordered: bool
) -> str:
    if len(got) != len(wanted):
        return f"expected {len(wanted)} rows, got {len(got)}: {show(list(got))}"
    left, right = (wanted, got) if ordered else (sorted(wanted, key=_rank), sorted(got, key=_rank))
    for expected, row in zip(left, right, strict=True):
        if len(row) != len(expected):
            return f"expected {len(expected)} columns, got {len(row)}: {show(row)}"
        if not all(map(_is_same, row, expected)):
            return f"expected row {show(expected)}, got {show(row)}"
    return ""


def _is_same(got: object, wanted: object) -> bool:
    """Compare as SQL does: whole numbers are numbers, and true is 1."""
    if isinstance(got, int | float) and isinstance(wanted, int | float):
        return math.isclose(got, wanted, rel_tol=RELATIVE)
    return type(got) is type(wanted) and got == wanted


def _rank(row: Sequence[object]) -> list[tuple[int, float, str]]:
    """Return what rows are sorted by: nothing, numbers, texts, bytes."""
    return [
        (0, 0.0, "")
        if value is None
        else (1, float(value), "")
        if isinstance(value, int | float)
        else (2, 0.0, value)
        if isinstance(value, str)
        else (3, 0.0, str(value))
        for value in row
    ]


SQL_CHECKS = (
    CodeCheck(
        name="sql",
        arguments=SqlCode,
        plan=plan_sql,
        decide=decide_sql,
        illustration=Illustration(
            arguments={
                "fixture": "CREATE TABLE towns (name, people);"
                "INSERT INTO towns VALUES ('Bonn', 336), ('Jena', 111);",
                "rows": [["Bonn"]],
            },
            fulfilled="```sql\nSELECT name FROM towns WHERE people > 200;\n```",
            missed="```sql\nSELECT name FROM towns;\n```",
        ),
    ),
)

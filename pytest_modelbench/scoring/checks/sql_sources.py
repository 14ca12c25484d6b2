"""The check for SQL that is read, not executed."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from pytest_modelbench.domain import find_nearest
from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.demands import Bounds, count_problem, judge_demands
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

__all__ = ["SQL_SOURCE_CHECKS"]

ANY = "any"
MAX_CHARS = 20_000
# The parser is quadratic in these, and recurses for brackets.
MAX_SQUARE_BRACKETS = 200
MAX_DEPTH = 50

Kind = Literal[
    "alter",
    "create",
    "delete",
    "drop",
    "insert",
    "merge",
    "pragma",
    "select",
    "truncate",
    "update",
]


def _require_dialect(dialect: str) -> str:
    known = [ANY, *_dialects()]
    if dialect not in known:
        near = find_nearest(dialect, known)
        hint = f"; did you mean {near!r}?" if near else f"; known: {', '.join(known)}"
        raise ValueError(f"must be a dialect of SQL, got {dialect!r}{hint}")
    return dialect


class SqlSource(Arguments):
    """What the SQL in the answer has to be.

    Attributes:
        dialect: Whose SQL it is, such as `sqlite` or `postgres`; `any` takes what most have.
        block: Which of several blocks; `all` joins them.
        kind: What every statement has to be; a `with` in front of it does not count.
        statements: How many statements there are.
        tables: Tables that have to be used.
        columns: Columns that have to be used.
        forbidden: Kinds of statements that must not occur, not even inside another.
        forbidden_tables: Tables that must not be used.
    """

    shorthand: ClassVar[str] = "dialect"

    dialect: Annotated[str, AfterValidator(_require_dialect)] = ANY
    block: Literal["first", "last", "longest", "all"] = "first"
    kind: Kind | None = None
    statements: Bounds | None = None
    tables: Annotated[list[str], Field(min_length=1)] | None = None
    columns: Annotated[list[str], Field(min_length=1)] | None = None
    forbidden: Annotated[list[Kind], Field(min_length=1)] | None = None
    forbidden_tables: Annotated[list[str], Field(min_length=1)] | None = None


def check_sql_source(text: str, arguments: SqlSource) -> Finding:
    """Parse the SQL of the answer; the unit is the share of demands that are met."""
    found = find_code(text, "sql", arguments.block)
    if isinstance(found, NotFound):
        return missed(f"expected SQL, got none in {quote(text.strip())}")
    statements = _parse(found.value, arguments.dialect)
    if isinstance(statements, str):
        return missed(f"expected SQL, got {statements}")
    problems = list(_find_problems(statements, arguments))
    lists = (arguments.tables, arguments.columns, arguments.forbidden, arguments.forbidden_tables)
    total = sum(len(given or ()) for given in lists)
    total += (arguments.kind is not None) + (arguments.statements is not None)
    return judge_demands(problems, total, f"the SQL parses: {_name_kinds(statements)}")


def _parse(code: str, dialect: str) -> "Sequence[Expr] | str":
    """Return the statements, or what is wrong with the code."""
    import sqlglot  # noqa: PLC0415  0.1 s, for SQL only
    from sqlglot.errors import SqlglotError  # noqa: PLC0415  the same

    if problem := _find_excess(code):
        return problem
    # Statements it does not know in detail are taken as they are, which it would report.
    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)
    try:
        parsed = sqlglot.parse(code, dialect=None if dialect == ANY else dialect)
    except SqlglotError as error:
        return f"code that does not parse: {_explain(error)}"
    except (ValueError, RecursionError):
        return "code that does not parse"
    statements = [statement for statement in parsed if statement is not None]
    if not statements:
        return "no statement"
    stray = [statement for statement in statements if not _kind_of(statement)]
    return f"what is no statement: {quote(str(stray[0].sql())[:200])}" if stray else statements


def _find_excess(code: str) -> str:
    """Say what would take the parser too long, or ""."""
    if len(code) > MAX_CHARS:
        return f"more than {MAX_CHARS:,} characters"
    if code.count("[") > MAX_SQUARE_BRACKETS:
        return f"more than {MAX_SQUARE_BRACKETS} square brackets"
    depth = deepest = 0
    for sign in code:
        depth += (sign in "([{") - (sign in ")]}" and depth > 0)
        deepest = max(deepest, depth)
    return f"brackets nested more than {MAX_DEPTH} deep" if deepest > MAX_DEPTH else ""


def _explain(error: Exception) -> str:
    entries: Sequence[Mapping[str, Any]] = getattr(error, "errors", ())
    if not entries:
        return quote(str(error).partition("\n")[0])
    first = entries[0]
    # What follows is how the parser itself shows a token.
    description = str(first["description"]).partition("<Token")[0].removesuffix(" but got ")
    return f"{quote(description)} (line {first['line']})"


def _find_problems(statements: "Sequence[Expr]", arguments: SqlSource) -> Iterator[str]:
    """Yield a problem for each demand that is not met."""
    kinds = [_kind_of(statement) for statement in statements]
    if arguments.kind is not None and set(kinds) != {arguments.kind}:
        yield f"expected `{arguments.kind}`, got {_name_kinds(statements)}"
    if arguments.statements is not None and (
        problem := count_problem(len(statements), "statements", arguments.statements)
    ):
        yield problem
    used = _all_kinds(statements)
    yield from (f"must not hold `{kind}`" for kind in arguments.forbidden or () if kind in used)
    tables = _names(statements, "Table")
    yield from (
        f"does not use the table {name!r}"
        for name in arguments.tables or ()
        if name.casefold() not in tables
    )
    yield from (
        f"must not use the table {name!r}"
        for name in arguments.forbidden_tables or ()
        if name.casefold() in tables
    )
    columns = _names(statements, "Column")
    yield from (
        f"does not use the column {name!r}"
        for name in arguments.columns or ()
        if name.casefold() not in columns
    )


def _names(statements: "Sequence[Expr]", kind: str) -> set[str]:
    from sqlglot import expressions  # noqa: PLC0415  0.1 s, for SQL only

    wanted = getattr(expressions, kind)
    found = (part for statement in statements for part in statement.find_all(wanted))
    return {part.name.casefold() for part in found}


def _all_kinds(statements: "Sequence[Expr]") -> set[str]:
    parts = (part for statement in statements for part in statement.walk())
    return {kind for part in parts if (kind := _kind_of(part))}


def _kind_of(statement: "Expr") -> str:
    """Return what a statement is, "" where it is none."""
    return next((name for name, kind in _kinds().items() if isinstance(statement, kind)), "")


def _name_kinds(statements: "Sequence[Expr]") -> str:
    names = dict.fromkeys(_kind_of(statement) for statement in statements)
    return ", ".join(f"`{name}`" for name in list(names)[:5])


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, tuple[type, ...]]:
    from sqlglot import expressions as exp  # noqa: PLC0415  0.1 s, for SQL only

    return {
        "select": (exp.Query,),
        "insert": (exp.Insert,),
        "update": (exp.Update,),
        "delete": (exp.Delete,),
        "merge": (exp.Merge,),
        "create": (exp.Create,),
        "alter": (exp.Alter,),
        "drop": (exp.Drop,),
        "truncate": (exp.TruncateTable,),
        "pragma": (exp.Pragma,),
        "transaction": (exp.Transaction, exp.Commit, exp.Rollback),
        "set": (exp.Set, exp.Use),
        "describe": (exp.Describe, exp.Show),
        "command": (exp.Command, exp.Grant, exp.Comment),
    }


@lru_cache(maxsize=1)
def _dialects() -> Sequence[str]:
    from sqlglot.dialects.dialect import Dialects  # noqa: PLC0415  0.1 s, for SQL only

    return sorted(dialect.value for dialect in Dialects if dialect.value)


SQL_SOURCE_CHECKS = (
    Check(
        name="sql_parses",
        arguments=SqlSource,
        decide=check_sql_source,
        illustration=Illustration(
            arguments={"dialect": "sqlite", "kind": "select", "tables": ["users"]},
            fulfilled="```sql\nSELECT name FROM users WHERE age > 30;\n```",
            missed="SELECT name FROM WHERE age > 30",
        ),
    ),
)

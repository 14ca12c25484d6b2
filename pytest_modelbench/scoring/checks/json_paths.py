"""The check for values that a JSONPath leads to, as RFC 9535 defines them."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, cast

from pydantic import AfterValidator, Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.counts import judge_count
from pytest_modelbench.scoring.checks.demands import Bounds
from pytest_modelbench.scoring.checks.patterns import (
    Pattern,
    find_pattern_problem,
    search_pattern,
)
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.json_values import find_json, same_json

if TYPE_CHECKING:
    from jsonpath import JSONPath

__all__ = ["JSON_PATH_CHECKS", "find_path_problem", "follow_path"]

MAX_PATH_CHARS = 500
# `..` is followed in time proportional to the values; each more multiplies it with the depth.
MAX_DESCENTS = 2
MAX_VALUES = 50_000
# The library keeps the path to every value it visits.
MAX_KEPT_CHARS = 2_000_000
MAX_MATCHES = 10_000


def find_path_problem(path: object) -> str:
    """Say why a value is no JSONPath that can be followed in bounded time, or ""."""
    from jsonpath import JSONPathError  # noqa: PLC0415  50 ms, for JSONPath only

    if not isinstance(path, str):
        return f"must be text, got {path!r}"
    if len(path) > MAX_PATH_CHARS:
        return f"must have at most {MAX_PATH_CHARS} characters, got {len(path)}"
    try:
        compiled = _compile(path)
    except (JSONPathError, RecursionError):
        return f"must be a JSONPath such as `$.users[0].name`, got {path!r}"
    problem = _find_problem(compiled)
    return f"{problem}, got {path!r}" if problem else ""


def _require_path(path: str) -> str:
    if problem := find_path_problem(path):
        raise ValueError(problem)
    return path


def _find_problem(compiled: "JSONPath") -> str:
    """Say what would take unbounded time in a path that is well-formed, or ""."""
    from jsonpath import filter as filters  # noqa: PLC0415  see `find_path_problem`
    from jsonpath.selectors import Filter  # noqa: PLC0415  see `find_path_problem`

    if _count_descents(compiled) > MAX_DESCENTS:
        return "must have `..` at most twice"
    selectors = [selector for segment in compiled.segments for selector in segment.selectors]
    found = [selector.expression for selector in selectors if isinstance(selector, Filter)]
    for part in (part for expression in found for part in filters.walk(expression)):
        if isinstance(part, filters.FilterQuery) and _count_descents(part.path):
            return "must have no `..` inside a filter"
        if isinstance(part, filters.FunctionExtension) and part.name in {"match", "search"}:
            if not isinstance(part.args[1], filters.StringLiteral):
                return f"must have a text as the pattern of `{part.name}`"
            if problem := find_pattern_problem(part.args[1].value):
                return problem
    return ""


def _count_descents(compiled: "JSONPath") -> int:
    from jsonpath.segments import (  # noqa: PLC0415  see `find_path_problem`
        JSONPathRecursiveDescentSegment,
    )

    return sum(isinstance(part, JSONPathRecursiveDescentSegment) for part in compiled.segments)


class JsonPath(Arguments):
    """Where to look in the JSON of the answer, and what has to stand there.

    Attributes:
        path: A JSONPath, such as `$.users[*].name`.
        value: The only value there.
        values: All values there, in their order.
        exists: Whether there is any; true where nothing else is asked for.
        count: How many there are.
        regex: A pattern that every value there has to match, and at least one.
    """

    shorthand: ClassVar[str] = "path"

    path: Annotated[str, Field(min_length=1), AfterValidator(_require_path)]
    value: Any = None
    values: list[Any] | None = None
    exists: bool | None = None
    count: Bounds | None = None
    regex: Pattern | None = None

    @model_validator(mode="after")
    def _require_one_demand(self) -> "JsonPath":
        given = sorted(self.model_fields_set - {"path"})
        if len(given) > 1:
            shown = " and ".join(f"`{name}`" for name in given)
            raise ValueError(f"must ask for one thing at the path, got {shown}")
        return self


def check_json_path(text: str, arguments: JsonPath) -> Finding:
    """Find JSON in the answer, follow the path, and compare what is there."""
    found = find_json(text)
    if isinstance(found, NotFound):
        return missed(f"expected JSON, got {quote(text.strip())}")
    if not _is_small(found.value):
        return missed(f"expected JSON of at most {MAX_VALUES:,} values, got more")
    return _judge(follow_path(found.value, arguments.path), arguments)


def follow_path(value: object, path: str) -> Sequence[object]:
    """Return the values that a path leads to; none in a value that is too large."""
    if not _is_small(value):
        return []
    # A bare word or number is a whole JSON value too; the library would read a text as JSON.
    if not isinstance(value, dict | list):
        return [value] if path == "$" else []
    return [found.obj for found in islice(_compile(path).finditer(value), MAX_MATCHES)]


def _judge(matches: Sequence[object], arguments: JsonPath) -> Finding:
    path = f"`{arguments.path}`"
    if arguments.count is not None:
        return judge_count(len(matches), f"values at {path}", arguments.count)
    if arguments.exists is False:
        shown = quote(matches[0]) if matches else ""
        return (
            missed(f"expected nothing at {path}, got {shown}")
            if matches
            else fulfilled(f"nothing is at {path}")
        )
    if "value" in arguments.model_fields_set:
        return _compare(matches, [arguments.value], path, quote(arguments.value))
    if arguments.values is not None:
        return _compare(matches, arguments.values, path, quote(arguments.values))
    return _judge_presence(matches, arguments.regex, path)


def _judge_presence(matches: Sequence[object], pattern: str | None, path: str) -> Finding:
    if not matches:
        return missed(f"expected a value at {path}, got none")
    return (
        _match(matches, pattern, path)
        if pattern
        else fulfilled(f"{quote(matches[0])} is at {path}")
    )


def _compare(matches: Sequence[object], values: list[Any], path: str, shown: str) -> Finding:
    if len(matches) == len(values) and all(map(same_json, matches, values)):
        return fulfilled(f"{shown} is at {path}")
    got = quote(matches[0]) if len(matches) == len(values) == 1 else quote(list(matches[:20]))
    return missed(f"expected {shown} at {path}, got {got if matches else 'nothing'}")


def _match(matches: Sequence[object], pattern: str, path: str) -> Finding:
    for value in matches:
        if not isinstance(value, str) or not search_pattern(value, pattern):
            return missed(f"expected a match of {pattern!r} at {path}, got {quote(value)}")
    return fulfilled(f"{quote(matches[0])} at {path} matches {pattern!r}")


def _is_small(value: object) -> bool:
    """Tell whether a path can be followed in a value in bounded time and memory."""
    waiting: list[tuple[object, int]] = [(value, 1)]
    count = chars = 0
    while waiting:
        parent, length = waiting.pop()
        count += 1
        chars += length
        if count > MAX_VALUES or chars > MAX_KEPT_CHARS:
            return False
        if isinstance(parent, dict):
            waiting.extend((child, length + len(name) + 4) for name, child in parent.items())
        elif isinstance(parent, list):
            waiting.extend((child, length + 4) for child in parent)
    return True


@lru_cache(maxsize=1024)
def _compile(path: str) -> "JSONPath":
    from jsonpath import JSONPathEnvironment  # noqa: PLC0415  50 ms, for JSONPath only
    from jsonpath.function_extensions import (  # noqa: PLC0415  the same
        ExpressionType,
        FilterFunction,
    )

    class Search(FilterFunction):
        """Searches like the checks' own patterns: with a time limit."""

        arg_types = [ExpressionType.VALUE, ExpressionType.VALUE]  # noqa: RUF012  as in its base
        return_type = ExpressionType.LOGICAL

        def __init__(self, form: str) -> None:
            self._form = form

        def __call__(self, value: object, pattern: object) -> bool:
            if not isinstance(value, str) or not isinstance(pattern, str):
                return False
            return search_pattern(value, self._form.format(pattern))

    environment = JSONPathEnvironment(strict=True)
    environment.function_extensions["search"] = Search("{}")
    environment.function_extensions["match"] = Search(r"\A(?:{})\Z")
    # Several paths in one are no strict JSONPath.
    return cast("JSONPath", environment.compile(path))


JSON_PATH_CHECKS = (
    Check(
        name="json_path",
        arguments=JsonPath,
        decide=check_json_path,
        illustration=Illustration(
            arguments={"path": "$.users[?@.age > 30].name", "values": ["Ada"]},
            fulfilled='{"users": [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 9}]}',
            missed='{"users": []}',
        ),
    ),
)

"""What may be written after `python`: calls, assertions or runs of a program, and their limits."""

import ast
import warnings
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from pytest_modelbench.confined.entries.tester import (
    CHECK_FUNCTION,
    MODULE_NAME,
    find_free_names,
)
from pytest_modelbench.sandbox import Limits
from pytest_modelbench.scoring.checks.base import Arguments
from pytest_modelbench.scoring.checks.code_values import Wanted

__all__ = [
    "AtMost",
    "Block",
    "Call",
    "CodeFiles",
    "Confines",
    "Growth",
    "ProgramRun",
    "PythonCode",
    "require_inner_path",
]

# Sleeping and waiting for a busy machine take no processor time: the clock is only the last resort.
WALL_FACTOR = 3
WALL_SPARE_S = 5.0
SIZE = "{n}"

WAYS = ("call", "calls", "test", "runs")

BLOCKS = ("main", "first", "last", "longest", "all")
Growth = Literal["1", "log n", "n", "n log n", "n^2", "n^2 log n", "n^3"]
Positive = Annotated[float, Field(gt=0, le=600)]


def _require_expression(text: str) -> str:
    source = text.strip().replace(SIZE, "1")
    if problem := _find_syntax_problem(source, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
        raise ValueError(f"must be a Python expression, got {text!r}: {problem}")
    body = ast.parse(source).body
    if not body or not isinstance(body[-1], ast.Expr):
        raise ValueError(f"must end in a Python expression, got {text!r}")
    return text


def _require_python(text: str) -> str:
    if problem := _find_syntax_problem(text):
        raise ValueError(f"must be Python: {problem}")
    return text


def _require_prefix(text: str) -> str:
    """Return what the model was given; a `ValueError` where no answer could make Python of it."""
    problem = _find_syntax_problem(text)
    if problem and _find_syntax_problem(f"{text.rstrip()}\n    pass\n"):
        raise ValueError(f"must be Python, or end with the head of a function: {problem}")
    return text


def _find_test_problem(source: str) -> str:
    """Say why assertions without an `entry` could never be about the code, or ""."""
    if MODULE_NAME in source or find_free_names(source):
        return ""
    if any(
        isinstance(part, ast.FunctionDef) and part.name == CHECK_FUNCTION
        for part in ast.parse(source).body
    ):
        return f"needs `entry`, the name of what `{CHECK_FUNCTION}` takes"
    return "needs assertions about the code: `test` has no name that it does not define itself"


def _find_syntax_problem(source: str, *, flags: int = 0) -> str:
    """Say why a source cannot be run as Python, and in which of its lines; or ""."""
    try:
        with warnings.catch_warnings():
            # An assertion may well be odd; with `-W error` that would be an error of its syntax.
            warnings.simplefilter("ignore")
            compile(source, "source", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error)
    return ""


def require_inner_path(path: str) -> str:
    """Return a path; a `ValueError` where it leads out of the workspace."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise ValueError(f"must be a path within the workspace, got {path!r}")
    return path


def _require_no_file_as_folder(files: dict[str, str]) -> dict[str, str]:
    paths = {PurePosixPath(path) for path in files}
    for path in sorted(paths):
        if folders := paths.intersection(path.parents):
            raise ValueError(f"has a file in a file: {str(path)!r} in {str(min(folders))!r}")
    return files


def _require_block(block: object) -> object:
    if block in BLOCKS or (type(block) is int and block >= 1):
        return block
    raise ValueError(f"must be {', '.join(BLOCKS)} or a number from 1 on, got {block!r}")


Block = Annotated[
    Any,
    AfterValidator(_require_block),
    WithJsonSchema({"anyOf": [{"enum": list(BLOCKS)}, {"type": "integer", "minimum": 1}]}),
]
Expression = Annotated[str, AfterValidator(_require_expression)]
Python = Annotated[str, Field(min_length=1), AfterValidator(_require_python)]
Prefix = Annotated[str, AfterValidator(_require_prefix)]
CodeFiles = Annotated[
    dict[Annotated[str, AfterValidator(require_inner_path)], str],
    AfterValidator(_require_no_file_as_folder),
]


class Confines(Arguments):
    """What code may use.

    Attributes:
        timeout_s: Processor seconds of all that is asked of it together; the clock may show three
            times that and 5 s.
        memory_mib: Resident memory.
        files: Files of the workspace, by path.
    """

    timeout_s: Positive = 5.0
    memory_mib: Annotated[int, Field(ge=32, le=65_536)] = 512
    files: CodeFiles = Field(default_factory=dict)

    @property
    def bounds(self) -> Limits:
        """Return what each cell may use."""
        return Limits(
            cpu_s=self.timeout_s,
            wall_s=WALL_FACTOR * self.timeout_s + WALL_SPARE_S,
            memory_mib=self.memory_mib,
        )


class Call(Wanted):
    """One call of several.

    Attributes:
        call: A Python expression, evaluated beside the code.
    """

    shorthand: ClassVar[str] = "call"

    call: Expression

    @model_validator(mode="after")
    def _require_wanted(self) -> Self:
        if problem := self.find_problem():
            raise ValueError(problem)
        return self


class ProgramRun(Arguments):
    """One run of the code as a program.

    Attributes:
        stdin: What it can read.
        arguments: Its command line.
        stdout: What it has to print, apart from space at the ends of lines.
        exit_code: What it has to end with.
        strict_space: Space at the ends of lines counts, too.
    """

    shorthand: ClassVar[str] = "stdout"

    stdin: str | None = None
    arguments: list[str] | None = None
    stdout: str | None = None
    exit_code: Annotated[int, Field(ge=0, le=255)] | None = None
    strict_space: bool = False

    @property
    def has_wanted(self) -> bool:
        """Tell whether it says what has to come out."""
        return self.stdout is not None or self.exit_code is not None


class RunOfSeveral(ProgramRun):
    """A run that has to say what has to come out."""

    @model_validator(mode="after")
    def _require_wanted(self) -> Self:
        if not self.has_wanted:
            raise ValueError("needs what has to come out: `stdout` or `exit_code`")
        return self


class AtMost(Arguments):
    """What the code may take at most, beside being right.

    Attributes:
        seconds: Processor time of each call, run or test.
        memory_mib: Resident memory, the interpreter's 20 MiB included.
        growth: How the time of `call` may grow with its size.
        call: An expression with `{n}` for the size.
        sizes: A small and a large size.
    """

    shorthand: ClassVar[str] = "seconds"

    seconds: Positive | None = None
    memory_mib: Annotated[int, Field(ge=16)] | None = None
    growth: Growth | None = None
    call: Expression | None = None
    sizes: Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=2, max_length=2)] = Field(
        default_factory=lambda: [1000, 4000]
    )

    @model_validator(mode="after")
    def _require_growth(self) -> Self:
        if (self.growth is None) != (self.call is None):
            raise ValueError("needs both `growth` and `call`, or none of them")
        if self.call is not None and SIZE not in self.call:
            raise ValueError(f"needs `{SIZE}` in `call`, got {self.call!r}")
        if self.sizes[1] < 2 * self.sizes[0]:
            raise ValueError(f"needs a second size at least twice the first, got {self.sizes}")
        if self.seconds is None and self.memory_mib is None and self.growth is None:
            raise ValueError("needs `seconds`, `memory_mib` or `growth`")
        return self


class PythonCode(Wanted, ProgramRun, Confines):
    """What Python code has to do; exactly one of `call`, `calls`, `test`, `runs` and `stdout`.

    Attributes:
        call: A Python expression, evaluated beside the code; what has to come back stands next to
            it.
        calls: Several of these; gives the share that is right.
        test: Assertions, or a function `check` that takes `entry`; gives the share that holds.
        entry: Name in the code that `check` takes.
        runs: Several runs as a program; gives the share that is right.
        prefix: Python that the model was given, and that its code goes on from.
        block: Which block of the answer is the code.
        at_most: What it may take at most.
    """

    shorthand: ClassVar[str] = "test"

    call: Expression | None = None
    calls: Annotated[list[Call], Field(min_length=1, max_length=500)] | None = None
    test: Python | None = None
    entry: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$")] | None = None
    runs: Annotated[list[RunOfSeveral], Field(min_length=1, max_length=100)] | None = None
    prefix: Prefix = ""
    block: Block = "main"
    at_most: AtMost | None = None

    @model_validator(mode="after")
    def _require_one_way(self) -> Self:
        given = self.model_fields_set
        ways: list[str] = [name for name in WAYS if name in given]
        if given & set(ProgramRun.model_fields):
            ways.append("stdout")
        if len(ways) != 1:
            shown = " and ".join(f"`{way}`" for way in ways) or "none"
            raise ValueError(
                f"must have one of `call`, `calls`, `test`, `runs` and `stdout`, got {shown}"
            )
        (way,) = ways
        if way != "call" and self.kinds:
            raise ValueError(f"`{self.kinds[0]}` belongs to `call`, not to `{way}`")
        problem = self.find_problem() if way == "call" else ""
        if way == "stdout" and not self.has_wanted:
            problem = "needs what has to come out: `stdout` or `exit_code`"
        if self.entry is not None and way != "test":
            problem = f"`entry` belongs to `test`, not to `{way}`"
        if self.test is not None and self.entry is None:
            problem = _find_test_problem(self.test)
        if problem:
            raise ValueError(problem)
        return self

    def list_calls(self) -> list[Call]:
        """Return the calls, one or several."""
        if self.call is None:
            return self.calls or []
        wanted: dict[str, Any] = {name: getattr(self, name) for name in self.kinds}
        return [Call(call=self.call, **wanted)]

    def list_runs(self) -> list[ProgramRun]:
        """Return the runs as a program, one or several."""
        if self.runs is not None:
            return list(self.runs)
        return [self] if self.has_wanted else []

"""The check `shell`: a shell script in an answer is run in a sandbox; its streams and files count."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, model_validator

from pytest_modelbench.sandbox import Ending, Execution, Feed, Observed
from pytest_modelbench.scoring.checks.base import (
    CodeCheck,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.code_arguments import (
    Block,
    Confines,
    ProgramRun,
    require_inner_path,
)
from pytest_modelbench.scoring.checks.code_python import judge_program
from pytest_modelbench.scoring.checks.code_values import explain_ending, strip_lines
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code

__all__ = ["SHELL_CHECKS"]


class ShellCode(ProgramRun, Confines):
    """What a shell script has to do.

    Attributes:
        leaves: What files have to hold afterwards, by path; null where there may be none.
        block: Which block of the answer is the script.
    """

    shorthand: ClassVar[str] = "stdout"

    leaves: dict[Annotated[str, AfterValidator(require_inner_path)], str | None] | None = None
    block: Block = "main"

    @model_validator(mode="after")
    def _require_wanted(self) -> Self:
        if not self.has_wanted and not self.leaves:
            raise ValueError("needs what has to come out: `stdout`, `exit_code` or `leaves`")
        return self


def plan_shell(text: str, arguments: ShellCode) -> Execution | Finding:
    """Find the script of an answer and say on what it is to be run."""
    found = find_code(text, "shell", arguments.block)
    if isinstance(found, NotFound):
        return missed(f"expected code, got {found.reason}")
    return Execution(
        language="shell",
        source=_drop_prompts(found.value),
        steps=(Feed(stdin=arguments.stdin or "", arguments=tuple(arguments.arguments or ())),),
        files=dict(arguments.files),
        limits=arguments.bounds,
    )


def decide_shell(observed: Observed, arguments: ShellCode) -> Finding:
    """Compare streams, exit code and files; the unit is 1 only if all are right."""
    (seen,) = observed.observations
    if seen.ending is not Ending.RETURNED:
        return missed(f"the script {explain_ending(seen)}")
    problems = [judge_program(arguments, seen), *_list_file_problems(arguments, seen.value)]
    problems = [problem for problem in problems if problem]
    return missed("; ".join(problems)) if problems else fulfilled("the script did as expected")


def _list_file_problems(arguments: ShellCode, files: Mapping[str, Any]) -> Iterator[str]:
    for path, wanted in (arguments.leaves or {}).items():
        got = files.get(path)
        if wanted is None and got is not None:
            yield f"expected no file {quote(path)}, got {quote(got)}"
        elif wanted is not None and got is None:
            yield f"expected file {quote(path)}, got none"
        elif wanted is not None and strip_lines(str(got)) != strip_lines(wanted):
            yield f"expected {quote(wanted)} in {quote(path)}, got {quote(got)}"


def _drop_prompts(script: str) -> str:
    """Return what was typed behind the prompts of a terminal, where there are any."""
    lines = script.split("\n")
    typed = [line[2:] for line in lines if line.startswith("$ ")]
    return "\n".join(typed) + "\n" if typed else script


SHELL_CHECKS = (
    CodeCheck(
        name="shell",
        arguments=ShellCode,
        plan=plan_shell,
        decide=decide_shell,
        illustration=Illustration(
            arguments={"files": {"notes.txt": "b\na\n"}, "stdout": "a\nb"},
            fulfilled="```sh\nsort notes.txt\n```",
            missed="```sh\ncat notes.txt\n```",
        ),
    ),
)

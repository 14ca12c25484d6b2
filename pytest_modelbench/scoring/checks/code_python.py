"""The check `python`: code in an answer is run in a sandbox, and what it does is compared here."""

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent, indent
from typing import Any

from pytest_modelbench.sandbox import (
    Ending,
    Evaluate,
    Execution,
    Feed,
    Observation,
    Observed,
    Probe,
    Step,
)
from pytest_modelbench.scoring.checks.base import (
    CodeCheck,
    Decision,
    Finding,
    Illustration,
    Undecided,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.code_arguments import ProgramRun, PythonCode
from pytest_modelbench.scoring.checks.code_growth import judge_at_most, list_growth_steps
from pytest_modelbench.scoring.checks.code_values import (
    explain_ending,
    find_difference,
    strip_lines,
)
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code, find_files

__all__ = ["PYTHON_CHECKS", "complete", "judge_program"]

DEFINES = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]", re.MULTILINE)
INDENT = 4
SHOWN_PROBLEMS = 3


def plan_python(text: str, arguments: PythonCode) -> Execution | Finding:
    """Find the code of an answer and say what is to be run of it."""
    found = find_code(text, "python", arguments.block)
    if isinstance(found, NotFound):
        return missed(f"expected code, got {found.reason}")
    return Execution(
        language="python",
        source=complete(arguments.prefix, found.value) if arguments.prefix else found.value,
        steps=tuple(_list_steps(arguments)),
        files={**find_files(text), **arguments.files},
        limits=arguments.bounds,
    )


def decide_python(observed: Observed, arguments: PythonCode) -> Decision:
    """Compare what was observed with what had to be; the unit is the share that is right."""
    seen = list(observed.observations)
    count = len(seen)
    extra: Sequence[Observation] = []
    if arguments.at_most is not None:
        count -= len(list_growth_steps(arguments.at_most))
        seen, extra = seen[:count], seen[count:]
    if arguments.test is not None:
        finding = _judge_test(seen[0])
    elif calls := arguments.list_calls():
        problems = [
            find_difference(call, one, call.call) for call, one in zip(calls, seen, strict=True)
        ]
        finding = _sum_up(problems, "call")
    else:
        runs = arguments.list_runs()
        problems = [judge_program(run, one) for run, one in zip(runs, seen, strict=True)]
        finding = _sum_up(problems, "run")
    if arguments.at_most is None or not finding.unit:
        return finding
    used = judge_at_most(arguments.at_most, seen, extra)
    if isinstance(used, Undecided) or used.unit < 1:
        return used
    return Finding(unit=finding.unit, reason=f"{finding.reason}; {used.reason}")


def complete(prefix: str, code: str) -> str:
    """Put code behind what the model was given.

    Code that defines something stands by itself. Other code is the body of the function with which
    the given text ends, even if the space before its first line got lost.
    """
    if DEFINES.search(code):
        return f"{prefix}\n\n{code}"
    lines = code.strip("\n").split("\n")
    widths = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    if widths and all(widths) and not lines[0][:1].isspace():
        width = min([*widths, INDENT])
        lines[0] = " " * width + lines[0]
    return f"{prefix.rstrip()}\n{indent(dedent(chr(10).join(lines)), ' ' * INDENT)}\n"


def judge_program(run: ProgramRun, seen: Observation) -> str:
    """Say how a program ended or printed otherwise than it had to, or ""."""
    if seen.ending is not Ending.RETURNED:
        return f"the program {explain_ending(seen)}"
    problems = []
    if run.exit_code is not None and seen.exit_code != run.exit_code:
        problems.append(f"expected exit code {run.exit_code}, got {seen.exit_code}")
    if run.stdout is not None and not _is_same_text(run, seen.stdout):
        problems.append(f"expected standard output {quote(run.stdout)}, got {quote(seen.stdout)}")
    if problems and seen.stderr.strip():
        problems.append(f"standard error ends in {quote(seen.stderr.strip().splitlines()[-1])}")
    return ", ".join(problems)


def _list_steps(arguments: PythonCode) -> Iterator[Step]:
    if arguments.test is not None:
        yield Probe(source=arguments.test, entry=arguments.entry or "")
    for call in arguments.list_calls():
        yield Evaluate(expression=call.call)
    for run in arguments.list_runs():
        yield Feed(stdin=run.stdin or "", arguments=tuple(run.arguments or ()))
    if arguments.at_most is not None:
        yield from list_growth_steps(arguments.at_most)


def _is_same_text(run: ProgramRun, got: str) -> bool:
    wanted = run.stdout or ""
    return got == wanted if run.strict_space else strip_lines(got) == strip_lines(wanted)


def _judge_test(seen: Observation) -> Finding:
    if seen.ending is not Ending.RETURNED:
        return missed(f"while it was tested the code {explain_ending(seen)}")
    value: dict[str, Any] = seen.value
    held, failed, failures = value["held"], value["failed"], value["failures"]
    if not value["calls"]:
        reason = f": {quote(failures[0])}" if failures else ""
        return missed(f"the assertions called nothing of the code{reason}")
    if not failed:
        return fulfilled(f"{held} of {held} assertions held")
    shown = "; ".join(quote(text) for text in failures[:SHOWN_PROBLEMS])
    total = held + failed
    return Finding(unit=held / total, reason=f"{held} of {total} assertions held: {shown}")


def _sum_up(problems: Sequence[str], what: str) -> Finding:
    wrong = [problem for problem in problems if problem]
    total = len(problems)
    if not wrong:
        return fulfilled(f"the {what} is as expected" if total == 1 else f"all {total} {what}s are")
    shown = "; ".join(wrong[:SHOWN_PROBLEMS])
    if total == 1:
        return missed(shown)
    return Finding(
        unit=1 - len(wrong) / total, reason=f"{total - len(wrong)} of {total} {what}s: {shown}"
    )


PYTHON_CHECKS = (
    CodeCheck(
        name="python",
        arguments=PythonCode,
        plan=plan_python,
        decide=decide_python,
        illustration=Illustration(
            arguments={"call": "factorial(5)", "equals": 120},
            fulfilled="```python\ndef factorial(n):\n    return n * factorial(n - 1) if n else 1\n```",
            missed="```python\ndef factorial(n):\n    return n * n\n```",
        ),
    ),
)

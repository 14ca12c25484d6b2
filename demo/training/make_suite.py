"""Write the demo suite: `python -m demo.training.make_suite [--out FILE]`.

The questions come from the held-out side of the corpus, from a seed that is used for nothing
else, and are taken as they are drawn: nothing was chosen by looking at a model's answers.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from demo.training.corpus import SKILLS, Draw, Exercise, draw_exercise
from demo.training.wording import UNKNOWN

SUITE = Path(__file__).resolve().parents[2] / "suites" / "demo.yaml"
SEED = 20_260_711
QUESTIONS = {
    "tool": 5,
    "add1": 4,
    "upper": 4,
    "repeat": 4,
    "count": 3,
    "add2": 4,
    "backwards": 3,
    "sort": 4,
    "json": 3,
    "func": 3,
    "named": 3,
    "add3": 5,
    "tool2": 6,
    "lookup": 5,
    "describe": 4,
}
# Wide enough that every criterion stays on one line.
LINE_WIDTH = 1000
HEADER = """\
# The demo suite. Written by `python -m demo.training.make_suite`; change that script, not this file.
"""


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One entry of a rubric."""

    criterion: str
    weight: int
    check: Mapping[str, object]


Rubric = tuple[Criterion, ...]


def draw_questions() -> Iterator[tuple[str, dict[str, object]]]:
    """Draw the suite's questions, each with its id."""
    draw = Draw(rng=random.Random(SEED), held_out=True)  # noqa: S311  reproducible, no secrets
    for skill in SKILLS:
        prompts: set[str] = set()
        while len(prompts) < QUESTIONS[skill.name]:
            exercise = draw_exercise(draw, skill)
            if exercise.prompt in prompts:
                continue
            prompts.add(exercise.prompt)
            rubric = RUBRICS[skill.name](exercise)
            yield (
                f"t{skill.tier}_{skill.name}_{len(prompts):02}",
                {
                    "tier": skill.tier,
                    "tags": _FlowList([skill.name]),
                    "prompt": exercise.prompt,
                    "reference_answer": exercise.answer,
                    "rubric": [_Flow(vars(criterion)) for criterion in rubric],
                },
            )


def _demand_text(exercise: Exercise) -> Rubric:
    return (
        Criterion(
            criterion="Is the right text and nothing else",
            weight=100,
            check={"equals": exercise.answer},
        ),
    )


def _demand_number(exercise: Exercise) -> Rubric:
    return (
        Criterion(
            criterion="Gives the right number",
            weight=100,
            check={"number": int(exercise.answer)},
        ),
    )


def _demand_upper(exercise: Exercise) -> Rubric:
    return (
        Criterion(
            criterion="Is the word in capitals", weight=70, check={"equals": exercise.answer}
        ),
        Criterion(criterion="Uses capitals only", weight=30, check={"regex": r"\A\s*[A-Z]+\s*\Z"}),
    )


def _demand_sorted(exercise: Exercise) -> Rubric:
    smallest = exercise.answer.split(", ")[0]
    return (
        Criterion(
            criterion="Starts with the smallest number",
            weight=20,
            check={"regex": rf"\A\s*{smallest}\b"},
        ),
        Criterion(
            criterion="Lists all numbers in order", weight=80, check={"equals": exercise.answer}
        ),
    )


def _demand_record(exercise: Exercise) -> Rubric:
    fields: dict[str, object] = json.loads(exercise.answer)
    weights = {"name": 40, "age": 30, "likes": 30}
    return tuple(
        Criterion(
            criterion=f"The field {name} is right",
            weight=weight,
            check={"json": {"fields": {name: fields[name]}}},
        )
        for name, weight in weights.items()
    )


def _demand_tool(exercise: Exercise) -> Rubric:
    call = json.loads(exercise.answer)
    return (
        Criterion(
            criterion="Calls the right tool with the right path",
            weight=100,
            check={"tool_call": {"name": call["tool"], "arguments": call["arguments"]}},
        ),
    )


def _demand_two_tools(exercise: Exercise) -> Rubric:
    first, second = map(json.dumps, json.loads(exercise.answer))
    return (
        Criterion(
            criterion="Calls the first tool first",
            weight=50,
            check={"starts_with": f"[{first}, "},
        ),
        Criterion(
            criterion="Calls the second tool second",
            weight=50,
            check={"ends_with": f", {second}]"},
        ),
    )


def _demand_code(exercise: Exercise) -> Rubric:
    lines = exercise.answer.splitlines()
    start, body = lines[1], lines[2:-1]
    return (
        Criterion(
            criterion="Has the right first line",
            weight=30,
            check={"regex": f"^{_match_literally(start)}$"},
        ),
        Criterion(criterion="Has the right body", weight=50, check={"contains": "\n".join(body)}),
        Criterion(
            criterion="Is one fenced Python block",
            weight=20,
            check={"regex": r"\A\s*```python\n(?:(?!```)[\s\S])+\n```\s*\Z"},
        ),
    )


def _demand_lookup(exercise: Exercise) -> Rubric:
    if exercise.answer != UNKNOWN:
        return _demand_number(exercise)
    return (
        Criterion(
            criterion="Says that it is not known",
            weight=80,
            check={"contains_any": ["do not know", "don't know", "not known"]},
        ),
        Criterion(criterion="Invents no age", weight=20, check={"not": {"regex": r"\d"}}),
    )


def _demand_description(exercise: Exercise) -> Rubric:
    words = exercise.answer.split()
    return (
        Criterion(
            criterion="Has the exact number of words",
            weight=70,
            check={"words": {"min": len(words), "max": len(words)}},
        ),
        Criterion(
            criterion="Is about the topic", weight=30, check={"starts_with": " ".join(words[:2])}
        ),
    )


def _match_literally(text: str) -> str:
    """Escape for a regular expression, but keep spaces and underscores readable."""
    return re.sub(r"\\([ _])", r"\1", re.escape(text))


RUBRICS: dict[str, Callable[[Exercise], Rubric]] = {
    "tool": _demand_tool,
    "add1": _demand_number,
    "upper": _demand_upper,
    "repeat": _demand_text,
    "count": _demand_number,
    "add2": _demand_number,
    "backwards": _demand_text,
    "sort": _demand_sorted,
    "json": _demand_record,
    "func": _demand_code,
    "named": _demand_code,
    "add3": _demand_number,
    "tool2": _demand_two_tools,
    "lookup": _demand_lookup,
    "describe": _demand_description,
}


class _Flow(dict[str, object]):
    """A mapping that stays on one line."""


class _FlowList(list[str]):
    """A list that stays on one line."""


class _Writer(yaml.SafeDumper):
    """Writes criteria on one line and long texts as blocks."""


def _write_flow(writer: _Writer, value: _Flow) -> yaml.Node:
    return writer.represent_mapping("tag:yaml.org,2002:map", value.items(), flow_style=True)


def _write_flow_list(writer: _Writer, value: _FlowList) -> yaml.Node:
    return writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=True)


def _write_text(writer: _Writer, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(_Flow, _write_flow)
_Writer.add_representer(_FlowList, _write_flow_list)
_Writer.add_representer(str, _write_text)


def write_suite(path: Path) -> None:
    """Write the suite file."""
    content = {
        "version": 1,
        "suite": "demo",
        "scale": _Flow(min=0, max=3),
        "judge": "none",
        "sampling": _Flow(temperature=0.0, max_tokens=256),
        "timeout_s": 60,
        "questions": dict(draw_questions()),
    }
    text = yaml.dump(content, Dumper=_Writer, sort_keys=False, width=LINE_WIDTH, allow_unicode=True)
    path.write_text(HEADER + text, "utf-8")


def main() -> None:
    """Write the suite where the command line says."""
    parser = argparse.ArgumentParser(prog="python -m demo.training.make_suite")
    parser.add_argument("--out", type=Path, default=SUITE)
    out: Path = parser.parse_args().out
    out.parent.mkdir(parents=True, exist_ok=True)
    write_suite(out)


if __name__ == "__main__":
    main()

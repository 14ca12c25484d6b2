"""The pages of the documentation as steps: HTML comments say what belongs to a fenced block.

    <!-- project: NAME -->          the blocks below happen in a new copy of this project
    <!-- file: PATH -->             the block is written to this file of the project
    <!-- edit: PATH "OLD" "NEW" --> the file is changed; no block
    <!-- run -->                    the block's commands are run; their output has to be the one shown
    <!-- run: section -->           the same, shown from the section `modelbench` on
    <!-- run: quiet -->             the commands are run and have to succeed; no output is shown
    <!-- shown: PATH -->            the block is what this file holds by now

Other comments mean nothing here. A block of YAML without a comment is a whole file, too.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["DOCS", "PAGES", "ROOT", "Step", "read_steps", "rebuild"]

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
COMMENT = re.compile(r"<!-- (project|file|edit|run|shown)(?:: (.*?))? -->")
FENCE = re.compile(r"```(\w*)$")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One block or comment of a page.

    Attributes:
        kind: Word of the comment; "" for a block without one.
        argument: What follows the word.
        language: Of the block; "" where there is none.
        body: The block's lines.
        line: Of the block's first line, counted from 1.
    """

    kind: str
    argument: str = ""
    language: str = ""
    body: tuple[str, ...] = ()
    line: int = 0

    @property
    def text(self) -> str:
        """Return the block as the file it stands for."""
        return "".join(f"{line}\n" for line in self.body)


def read_steps(path: Path) -> tuple[Step, ...]:
    """Return the steps of a page, in order."""
    return tuple(step for step in _scan(path.read_text("utf-8").split("\n")) if step.kind != "text")


def rebuild(path: Path, body_of: Callable[[Step], Sequence[str]]) -> str:
    """Return a page with new bodies of its blocks."""
    lines: list[str] = []
    for step in _scan(path.read_text("utf-8").split("\n")):
        if step.kind == "text":
            lines.extend(step.body)
        elif step.language:
            lines.extend([f"```{step.language}", *body_of(step), "```"])
        else:
            body_of(step)
    return "\n".join(lines)


def _scan(lines: Sequence[str]) -> Iterator[Step]:
    """Yield every line of a page in some step; comments stay text and make a step, too."""
    pending = Step(kind="")
    at = 0
    while at < len(lines):
        line = lines[at]
        fence = FENCE.match(line)
        comment = COMMENT.match(line)
        if fence and fence[1]:
            end = lines.index("```", at + 1)
            body = tuple(lines[at + 1 : end])
            yield replace(pending, language=fence[1], body=body, line=at + 2)
            pending = Step(kind="")
            at = end + 1
            continue
        if comment and comment[1] in {"project", "edit"}:
            yield Step(kind=comment[1], argument=comment[2], line=at + 1)
        elif comment:
            pending = Step(kind=comment[1], argument=comment[2] or "")
        yield Step(kind="text", body=(line,), line=at + 1)
        at += 1

"""docs/reference/baselines.md: its examples are read by the code that reads baselines."""

from pathlib import Path

from pytest_modelbench.gating import BaselineFolder
from tests.docs.pages import DOCS, Step, read_steps

PAGE = DOCS / "reference" / "baselines.md"
SHOWN = {
    Path(step.argument): step
    for step in read_steps(PAGE)
    if step.kind == "shown" and step.argument.startswith("baselines/")
}


def write_shown(folder: Path) -> BaselineFolder:
    for path, step in SHOWN.items():
        write(folder / path, step)
    (parent,) = {path.parent for path in SHOWN}
    return BaselineFolder(path=folder / parent, root=folder)


def write(path: Path, step: Step) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(step.text, "utf-8")


def test_the_shown_scores_are_read(tmp_path):
    folder = write_shown(tmp_path)

    accepted = folder.read_suite("sums")

    assert {name: entry.scores for name, entry in accepted.items()} == {
        "easy_1": (3.0,),
        "easy_2": (3.0,),
        "hard_1": (0.0,),
        "hard_2": (0.0,),
    }


def test_the_shown_answers_are_read(tmp_path):
    folder = write_shown(tmp_path)

    answers = folder.read_answers("sums")

    assert [answer.text for answer in answers] == ["2", "4", "22", "3"]


def test_the_shown_roles_are_read(tmp_path):
    folder = write_shown(tmp_path)

    roles = folder.read_roles()

    assert list(roles) == ["helper"]
    assert roles["helper"].holds


def test_every_key_of_a_line_is_explained():
    text = PAGE.read_text("utf-8")

    keys = (
        "answers",
        "checks",
        "judge",
        "outcomes",
        "prompt",
        "rubric",
        "scores",
        "holds",
        "instrument",
        "readings",
    )

    assert [key for key in keys if f"| `{key}` |" not in text] == []

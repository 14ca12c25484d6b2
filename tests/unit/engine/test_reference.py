"""What docs/reference/engine.md shows is true."""

import json
import re
from dataclasses import fields
from pathlib import Path

from pytest_modelbench.engine import wire
from pytest_modelbench.engine.recorded import RecordedAnswer, read_recorded

REFERENCE = (Path(__file__).parents[3] / "docs" / "reference" / "engine.md").read_text("utf-8")


def section_of(title: str) -> str:
    return REFERENCE.split(f"## {title}\n")[1].split("\n## ")[0]


def test_example_of_recorded_answers_can_be_read(tmp_path: Path):
    blocks = re.findall(r"```json\n(.*?)```", section_of("Recorded answers"), re.DOTALL)
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(blocks), "utf-8")

    assert list(read_recorded(path)) == [
        ("coder", "t1_q1", 1),
        ("coder", "t1_q1", 2),
        ("coder", "t1_q2", 1),
    ]


def test_every_key_of_a_recorded_answer_is_described():
    rows = re.findall(r"^\| (`.*?) \|", section_of("Recorded answers"), re.MULTILINE)

    described = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(described) == sorted(field.name for field in fields(RecordedAnswer))


def test_every_kind_of_message_is_described():
    described = re.findall(r"^\| `(\w+)` \|", section_of("Protocol"), re.MULTILINE)

    assert sorted(described) == sorted(
        name.lower() for name in wire.__all__ if name.istitle() and name != "WireMessage"
    )
    assert json.loads(wire.encode(wire.Alive()))["v"] == wire.VERSION == 1

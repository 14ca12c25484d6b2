from pytest_modelbench.engine.batching import SlotTable, WaitingLine, split_prompt
from tests.engine.sinks import make_prompt


def make_line(names: str) -> WaitingLine:
    line = WaitingLine()
    line.add([make_prompt(name) for name in names])
    return line


def questions_of(line: WaitingLine) -> str:
    return "".join(prompt.question for prompt in line)


def test_prompts_stand_in_the_order_they_came():
    line = make_line("abc")

    assert (line.take_first().question, questions_of(line), len(line)) == ("a", "bc", 2)


def test_prompt_that_is_waited_for_goes_first():
    line = make_line("abcd")

    line.hurry("key-c")
    line.hurry("key-unknown")

    assert questions_of(line) == "cabd"


def test_prompt_that_is_in_line_keeps_its_place():
    line = make_line("abc")

    line.add([make_prompt("b"), make_prompt("d")])

    assert questions_of(line) == "abcd"


def test_prompts_leave_one_by_one_or_all_together():
    line = make_line("abc")

    removed = [line.remove("key-b"), line.remove("key-b")]

    assert [prompt and prompt.question for prompt in removed] == ["b", None]
    assert [prompt.question for prompt in line.clear()] == ["a", "c"]
    assert not line
    assert "key-a" not in line


def test_lowest_free_slot_is_given_away_first():
    slots: SlotTable[str] = SlotTable(3)
    for name in "abc":
        slot = slots.find_free()
        assert slot is not None
        slots.hold(slot, name)

    assert slots.find_free() is None

    slots.release(1)

    assert slots.find_free() == 1
    assert slots.occupants() == [(0, "a"), (2, "c")]
    assert list(slots.rows()) == ["a", None, "c"]
    assert len(slots) == 3


def test_prompt_is_cut_at_fixed_places():
    parts = split_prompt(range(10), size=4)

    assert [list(part) for part in parts] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]
    assert [list(part) for part in split_prompt([1, 2], size=2)] == [[1, 2]]

"""Calls of tools in answers."""

from pytest_modelbench.scoring.extraction import Found, NotFound
from pytest_modelbench.scoring.extraction.tool_calls import ToolCall, find_tool_calls


def test_several_calls_are_all_found():
    answer = (
        '<tool_call>{"name": "a", "arguments": {}}</tool_call>'
        '<tool_call>{"name": "b", "arguments": {"x": 1}}</tool_call>'
    )

    found = find_tool_calls(answer)

    assert found == Found(value=(ToolCall(name="a"), ToolCall(name="b", arguments={"x": 1})))


def test_no_call_is_said_so():
    assert find_tool_calls("I would call read_file.") == NotFound(reason="no tool call")

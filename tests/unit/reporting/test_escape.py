import pytest

from pytest_modelbench.reporting import escape_text, shorten


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode 🐍", "plain ünïcode 🐍"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("bell\x07", "bell\\x07"),
        ("back\x08space", "back\\x08space"),
        ("over\rwritten", "over\\rwritten"),
        ("right\u202eto left", "right\\u202eto left"),
        ("hidden\u200bspace", "hidden\\u200bspace"),
        ("lone\ud800surrogate", "lone\\ud800surrogate"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_only_what_a_terminal_obeys_is_escaped(text, shown):
    assert escape_text(text) == shown


def test_a_shortened_text_is_one_line_of_at_most_the_limit():
    assert shorten("first\nsecond\x1b[2J", 100) == "first⏎second\\x1b[2J"
    assert shorten("x" * 50, 10) == "x" * 9 + "…"

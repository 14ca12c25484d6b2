"""Passages of answers; the rows of `part` in test_parts.py go through all of them."""

import pytest

from pytest_modelbench.scoring.extraction import Found, NotFound
from pytest_modelbench.scoring.extraction.passages import (
    drop_blocks,
    find_boxed,
    find_final_answer,
    find_section,
    find_tagged,
    split_paragraphs,
    split_sentences,
)

SENTENCES = [
    ("", []),
    ("One", ["One"]),
    ("One. Two", ["One.", "Two"]),
    ("Dr. Who is here. Is he?", ["Dr. Who is here.", "Is he?"]),
    ("Pi is 3.14. Yes!", ["Pi is 3.14.", "Yes!"]),
    ("Wait... what?!", ["Wait...", "what?!"]),
    ('He said "no." Then left.', ['He said "no."', "Then left."]),
    ("1. First thing\n2. Second thing", ["1. First thing\n2. Second thing"]),
    ("Title\n\nText.", ["Title", "Text."]),
    ("...\n\n!!!", []),
    ("\u4e00\u3002 \u4e8c\u3002", ["\u4e00\u3002", "\u4e8c\u3002"]),
    ("Go, e.g. here. Now.\r\n\r\nEnd", ["Go, e.g. here.", "Now.", "End"]),
]


@pytest.mark.parametrize(("text", "sentences"), SENTENCES)
def test_sentences(text, sentences):
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\nb", ["a\nb"]),
        ("a\n\nb", ["a", "b"]),
        ("\n\n a \n \t\n\n\nb\n", ["a", "b"]),
        ("a\r\n\r\nb", ["a", "b"]),
    ],
)
def test_paragraphs(text, paragraphs):
    assert split_paragraphs(text) == paragraphs


BOXES = [
    (r"\boxed{7}", "7"),
    (r"\boxed{1} and \boxed{2}", "2"),
    (r"\fboxed{x}", "x"),
    (r"\boxed {\text{no}}", r"\text{no}"),
    (r"\boxed{\frac{\sqrt{2}}{3}}.", r"\frac{\sqrt{2}}{3}"),
    (r"\boxed{\{1, 2\}}", r"\{1, 2\}"),
    (r"\boxed{\left\{a}", r"\left\{a"),
    ("\\boxed{a\nb}", "a\nb"),
    (r"\boxed{}", ""),
]


@pytest.mark.parametrize(("text", "value"), BOXES)
def test_box(text, value):
    assert find_boxed(text) == Found(value=value)


FINAL = [
    ("#### 7", "7"),
    ("x\n#### 1,234\n", "1,234"),
    ("Answer: Paris", "Paris"),
    ("**Answer:** Paris", "Paris"),
    ("**Final answer**: `x + 1`", "x + 1"),
    ("A: yes\nA: no", "no"),
    ("The solution is x = 3", "x = 3"),
    ("The result is:\n42 apples\nok", "42 apples"),
    (r"Answer: $\boxed{\frac{1}{2}}$", r"\frac{1}{2}"),
    (r"\boxed{1}. So the answer is 2", "2"),
    (r"The answer is 2, or \boxed{3}", "3"),
    ("Answer: \u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
]


@pytest.mark.parametrize(("text", "value"), FINAL)
def test_final_answer(text, value):
    assert find_final_answer(text) == Found(value=value)


@pytest.mark.parametrize("text", ["", "7", "I think it is 7.", "Answer:", "Answers vary"])
def test_answer_that_is_named_nowhere_is_not_found(text):
    assert find_final_answer(text) == NotFound(reason="no final answer")


SECTIONS = [
    ("# A\nx\n# B\ny", "A", "x"),
    ("# A\nx\n# B\ny", "b", "y"),
    ("# A ##\nx", "A", "x"),
    ("# A\nx\n## C\nz\n# B", "A", "x\n## C\nz"),
    ("**A**\nx\n**B**\ny", "A", "x"),
    ("A:\n- x\n- y:\nB:\nz", "A", "- x\n- y:"),
    ("# *A*:\nx", "a", "x"),
    ("# A\n```\n# B\n```\nx", "A", "```\n# B\n```\nx"),
    ("# A", "A", ""),
    ("text\r\n# A\r\nx\r\n", "A", "x"),
]


@pytest.mark.parametrize(("text", "heading", "value"), SECTIONS)
def test_section(text, heading, value):
    assert find_section(text, heading) == Found(value=value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("<a>x</a>", "x"),
        ("<a>x</a><a>y</a>", "y"),
        ("<A id='1'>\nx\n</A >", "x"),
        ("<a>x", "x"),
        ("<a></a>", ""),
        ("<ab>y</ab><a>x</a>", "x"),
    ],
)
def test_tagged(text, value):
    assert find_tagged(text, "a") == Found(value=value)


@pytest.mark.parametrize(
    ("text", "prose"),
    [("a\n```py\nb\n```\nc", "a\nc"), ("a\n~~~\nb", "a"), ("a `b` c", "a `b` c")],
)
def test_prose(text, prose):
    assert drop_blocks(text) == Found(value=prose)

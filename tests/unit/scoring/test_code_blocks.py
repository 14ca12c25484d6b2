"""Code is found in answers however they hold it, and only where there is some."""

import time

import pytest

from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.extraction.code_blocks import (
    find_code,
    find_code_blocks,
    find_files,
)

ONE = "def one():\n    return 1\n"
TWO = "def two():\n    return 2\n"

PYTHON = [
    ("fence with language", f"Sure:\n```python\n{ONE}```\nDone.", ONE),
    ("fence without language", f"```\n{ONE}```", ONE),
    ("short name of the language", f"```py\n{ONE}```", ONE),
    ("capital letters", f"```Python\n{ONE}```", ONE),
    ("tildes", f"~~~python\n{ONE}~~~", ONE),
    ("long fence", f"````python\n{ONE}````", ONE),
    (
        "fence of another length inside",
        "````python\nx = '''\n```\n'''\n````",
        "x = '''\n```\n'''\n",
    ),
    ("braces", f"```{{.python .numberLines}}\n{ONE}```", ONE),
    ("no end", f"```python\n{ONE}", ONE + "\n"),
    ("nothing in it", "```python\n```", None),
    ("Windows line ends", f"```python\n{ONE}```".replace("\n", "\r\n"), ONE),
    ("old Mac line ends", f"```python\n{ONE}```".replace("\n", "\r"), ONE),
    ("in a list", "1. So:\n   ```python\n   def one():\n       return 1\n   ```", ONE),
    ("behind a bullet", "- ```python\n  def one():\n      return 1\n  ```", ONE),
    ("with an example behind", f"```python\n{ONE}```\nUse:\n```python\nprint(one())\n```", ONE),
    ("in two parts", f"```python\n{ONE}```\nand\n```python\n{TWO}```", f"{ONE}\n{TWO}"),
    ("twice", f"```python\n{ONE}```\nor\n```python\ndef one(): pass\n```", ONE),
    ("with a shell block before", f"```bash\npip install x\n```\n```python\n{ONE}```", ONE),
    ("with an unnamed block of text", f"```\n1\n```\n```python\n{ONE}```", ONE),
    ("only examples", "```python\nx = 1\n```\n```python\ny = 2\n```", "x = 1\n\ny = 2\n"),
    (
        "prompts in a fence",
        "```pycon\n>>> def one():\n...     return 1\n...\n>>> one()\n1\n```",
        None,
    ),
    ("in a Markdown block", f"```markdown\n# T\n```python\n{ONE}```\nend\n```", ONE),
    (
        "fences in a docstring",
        '```python\ndef f():\n    """x\n    ```\n    f()\n    ```\n    """\n```\nbye\n',
        'def f():\n    """x\n    ```\n    f()\n    ```\n    """\n',
    ),
    ("quotes without an end", '```python\nx = \'"""\'\n```\nbye', 'x = \'"""\'\n'),
    ("bare", ONE, ONE),
    ("bare between prose", f"Here it is:\n\n{ONE}\nThis works by returning.", ONE),
    ("bare with imports", f"import re\n\n{ONE}", f"import re\n\n{ONE}"),
    ("bare with a closing bracket", "x = [\n    1,\n]\nprint(x)", "x = [\n    1,\n]\nprint(x)"),
    (
        "bare with a closing bracket, and prose",
        "So it is:\nx, y = [\n    1,\n]\nprint(x)\n",
        "x, y = [\n    1,\n]\nprint(x)\n",
    ),
    ("one line", "lambda n: n + 1", "lambda n: n + 1"),
    ("indented between prose", "So:\n\n    def one():\n        return 1\n\nYes.", ONE),
    ("a body alone", "    return 1\n", "    return 1\n"),
    ("prose", "I am sorry, but I don't know that.", None),
    ("empty", "", None),
    ("space", " \n\t\n", None),
    ("backticks in a line", "Use ```one()``` and `two()`, they are good.", None),
    ("only a shell block", "```bash\nls\n```", None),
    ("NUL and surrogates", "```python\nx = '\x00\ud800'\n```", "x = '\x00\ud800'\n"),
]


@pytest.mark.parametrize(
    ("text", "code"), [row[1:] for row in PYTHON], ids=[row[0] for row in PYTHON]
)
def test_python_is_found(text, code):
    found = find_code(text, "python")

    if code is None and ">>>" in text:
        code = "def one():\n    return 1\n\none()\n"
    assert found == (NotFound(reason="no code in Python") if code is None else Found(value=code))


BLOCKS = "```python\na = 1\n```\n```python\nb = 22\n```\n```python\nc = 3\n```"


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("first", "a = 1\n"),
        ("last", "c = 3\n"),
        ("longest", "b = 22\n"),
        ("all", "a = 1\n\nb = 22\n\nc = 3\n"),
        ("main", "a = 1\n\nb = 22\n\nc = 3\n"),
        (1, "a = 1\n"),
        (3, "c = 3\n"),
    ],
)
def test_block_is_chosen(block, code):
    assert find_code(BLOCKS, "python", block) == Found(value=code)


@pytest.mark.parametrize("block", [0, 4])
def test_block_that_is_not_there_is_said(block):
    assert find_code(BLOCKS, "python", block) == NotFound(reason=f"no block {block}, only 3")


OTHER = [
    ("sql", "```sql\nSELECT 1;\n```\n```sql\nSELECT 2;\n```", "SELECT 1;\n"),
    ("sql", "```\nSELECT 1\n```", "SELECT 1\n"),
    ("sql", "It is:\nSELECT a\nFROM t;\nThat is all.", "SELECT a\nFROM t;\n"),
    ("sql", "select a\nfrom t\n\nThis takes a.", "select a\nfrom t\n"),
    ("shell", "```bash\nls -l\n```", "ls -l\n"),
    ("shell", "ls -l", "ls -l"),
]


@pytest.mark.parametrize(("language", "text", "code"), OTHER)
def test_sql_and_shell_are_found(language, text, code):
    assert find_code(text, language) == Found(value=code)


def test_prose_is_no_sql():
    assert find_code("I cannot do that.", "sql") == NotFound(reason="no code in SQL")


FILES = [
    ('```python title="shop/cart.py"\nx = 1\n```', {"shop/cart.py": "x = 1\n"}),
    ("```python:cart.py\nx = 1\n```", {"cart.py": "x = 1\n"}),
    ("```python cart.py\nx = 1\n```", {"cart.py": "x = 1\n"}),
    ("```python\n# cart.py\nx = 1\n```", {"cart.py": "# cart.py\nx = 1\n"}),
    ("```python\n# File: a/cart.py\nx = 1\n```", {"a/cart.py": "# File: a/cart.py\nx = 1\n"}),
    ("```sql\n-- make.sql\nSELECT 1\n```", {"make.sql": "-- make.sql\nSELECT 1\n"}),
    ("```python\n# computes 1.5 of it\nx = 1\n```", {}),
    ("```python\nx = 1\n```", {}),
    ("```python:/etc/cart.py\nx = 1\n```", {}),
    ("```python:../cart.py\nx = 1\n```", {}),
    ("```python:a/../../cart.py\nx = 1\n```", {}),
]


@pytest.mark.parametrize(("text", "files"), FILES)
def test_files_are_found_by_the_names_that_blocks_give_them(text, files):
    assert find_files(text) == files


def test_block_tells_whether_it_has_an_end():
    blocks = find_code_blocks(f"```python\n{ONE}```\n```python\n{TWO}")

    assert [block.is_closed for block in blocks] == [True, False]


BAIT = {
    "fences": "```\n" * 300_000,
    "fences of Markdown": "```md\n" * 300_000,
    "backticks": "`" * 2_000_000,
    "space before a fence": " " * 2_000_000 + "x```",
    "open quotes": "```\n\"\"\"\n```\n'''\n" * 100_000,
    "names": "```python " + "a.b/" * 500_000,
    "comment": "```python\n#" + " a.b" * 500_000,
    "titles": "```python " + "title=" * 300_000,
    "lines": "a\n" * 1_000_000,
    "brackets": "[" * 2_000_000,
    "prompts": ">>> a\n" * 300_000,
    "indented": "    a\n" * 300_000 + "b",
}


@pytest.mark.parametrize("bait", BAIT)
def test_hostile_text_takes_time_in_proportion(bait):
    began = time.process_time()

    find_code(BAIT[bait], "python")
    find_files(BAIT[bait])

    # Anything that takes the square of the size would take minutes.
    assert time.process_time() - began < 20

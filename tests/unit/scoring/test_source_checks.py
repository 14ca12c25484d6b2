"""Checks of Python, SQL and Markdown that are read: what they decide, as tables, and why."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


MODULE = '''"""Shapes."""
import math
from os import path

LIMIT: int = 3


class Shape:
    """A shape."""

    def __init__(self, size: int) -> None:
        self.size = size

    def area(self) -> float:
        """Return the area."""
        return math.sqrt(self.size)


async def load(name: str, *parts: str, **options: int) -> str:
    """Load."""
    with open(path.join(name)) as file:
        return "".join(f"{line}" for line in file)


def walk(n):
    if n > 0:
        walk(n - 1)
    return lambda: n
'''

PYTHON = [
    ("valid", MODULE, 1),
    ("valid", f"Sure:\n```python\n{MODULE}```\nDone.", 1),
    ("valid", "```py\r\nx = 1\r\n```", 1),
    ("valid", "```python\ndef f(:\n```", 0),
    ("valid", "I cannot do that.", 0),
    ("valid", "", 0),
    ("valid", "```\nx = '\u05e9'\n```", 1),
    ("valid", "```python\nx = '\\d'\n```", 1),
    ({"defines": ["Shape", "Shape.area", "load"]}, MODULE, 1),
    ({"defines": ["LIMIT", "x"]}, f"```python\n{MODULE}x, y = 1, 2\n```", 1),
    ({"defines": ["Shape", "area"]}, MODULE, 0.5),
    ({"defines": ["main"]}, "```python\nif True:\n    def main(): ...\n```", 1),
    ({"calls": ["math.sqrt", "sqrt", "open", "join"]}, MODULE, 1),
    ({"calls": ["print"]}, MODULE, 0),
    ({"forbidden_calls": ["eval"]}, MODULE, 1),
    ({"forbidden_calls": ["open"]}, MODULE, 0),
    ({"imports": ["math", "os", "os.path"]}, MODULE, 1),
    ({"imports": ["sys"]}, MODULE, 0),
    ({"forbidden_imports": ["os"]}, MODULE, 0),
    ({"forbidden_imports": ["o", "mat"]}, MODULE, 1),
    ({"constructs": ["class", "async", "with", "f_string", "comprehension"]}, MODULE, 1),
    ({"constructs": ["recursion", "if", "lambda", "return", "function"]}, MODULE, 1),
    ({"constructs": ["loop"]}, MODULE, 0),
    ({"forbidden_constructs": ["loop", "while", "try", "match", "yield"]}, MODULE, 1),
    ({"forbidden_constructs": ["lambda"]}, MODULE, 0),
    ({"constructs": ["loop", "for"]}, "```python\nfor x in y:\n    pass\n```", 1),
    ({"constructs": ["decorator"]}, "```python\n@cache\ndef f(): ...\n```", 1),
    ({"docstrings": True}, MODULE, 0),
    ({"docstrings": True}, "```python\ndef _f(): ...\n```", 1),
    ({"docstrings": True, "defines": ["walk"]}, MODULE, 0.5),
    ({"type_hints": True}, MODULE, 0),
    ({"type_hints": True}, "```python\nclass A:\n    def f(self, x: int) -> int: ...\n```", 1),
    ({"type_hints": True}, "```python\ndef f(*xs) -> int: ...\n```", 0),
    ({"block": "last", "defines": ["b"]}, "```python\na = 1\n```\n```python\nb = 2\n```", 1),
    ({"block": "first", "defines": ["b"]}, "```python\na = 1\n```\n```python\nb = 2\n```", 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), PYTHON)
def test_python(arguments, answer, unit):
    finding = decide({"python_parses": arguments}, answer)

    assert finding.unit == unit, finding.reason


HOSTILE_PYTHON = {
    "parentheses": "(" * 90_000,
    "braces": "f({**" * 18_000,
    "minus": "-" * 90_000 + "1",
    "not": "not " * 20_000 + "1",
    "dots": "a" + ".a" * 40_000,
    "calls": "a" + ".b()" * 20_000,
    "indents": "".join(" " * n + "if x:\n" for n in range(200)),
    "long": "x = 1\n" * 170_000,
    "null": "x = '\x00'",
    "surrogate": "x = '\ud800'",
    "digits": "9" * 90_000,
}


@pytest.mark.parametrize("code", HOSTILE_PYTHON.values(), ids=HOSTILE_PYTHON)
def test_hostile_python_is_decided(code):
    finding = decide({"python_parses": {"calls": ["nothing"]}}, f"```python\n{code}\n```")

    assert finding.unit == 0


SELECT = "SELECT u.name, COUNT(*) FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.name"

SQL = [
    ("any", SELECT, 1),
    ("sqlite", SELECT, 1),
    ("postgres", f"Here:\n```sql\n{SELECT};\n```\n", 1),
    ({"kind": "select"}, SELECT, 1),
    ({"kind": "select"}, f"WITH a AS ({SELECT}) SELECT * FROM a", 1),
    ({"kind": "select"}, f"{SELECT} UNION {SELECT}", 1),
    ({"kind": "select"}, "DELETE FROM users", 0),
    ({"kind": "delete"}, "delete from users where id = 1", 1),
    ({"kind": "insert"}, "INSERT INTO users (name) VALUES ('Ada')", 1),
    ({"kind": "create"}, "CREATE TABLE t (a INT PRIMARY KEY, b TEXT NOT NULL)", 1),
    ({"kind": "update", "tables": ["t"]}, "UPDATE t SET a = 1", 1),
    ({"tables": ["USERS", "orders"], "columns": ["name", "user_id"]}, SELECT, 1),
    ({"tables": ["users", "items"]}, SELECT, 0.5),
    ({"columns": ["age"]}, SELECT, 0),
    ({"forbidden_tables": ["orders"]}, SELECT, 0),
    ({"forbidden": ["drop", "delete"]}, SELECT, 1),
    ({"forbidden": ["delete"]}, "WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", 0),
    ({"statements": 2}, f"```sql\n{SELECT};\n{SELECT};\n```", 1),
    ({"statements": 1}, f"```sql\n{SELECT};\nDROP TABLE users;\n```", 0),
    ({"block": "last", "kind": "drop"}, f"```sql\n{SELECT}\n```\n```sql\nDROP TABLE t\n```", 1),
    ({"dialect": "sqlite", "kind": "pragma"}, "```sql\nPRAGMA table_info(users)\n```", 1),
    ("any", "SELECT name FROM WHERE x", 0),
    ("any", "SELECT 'a", 0),
    ("any", "```sql\nhello world\n```", 0),
    ("any", "I do not know.", 0),
    ("any", "", 0),
    ("any", "```sql\n-- nothing\n```", 0),
    ("any", "select 'größe' as \"שם\"\r\nfrom t", 1),
    ("mysql", "SELECT `a` FROM `t` LIMIT 1, 2", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), SQL)
def test_sql(arguments, answer, unit):
    finding = decide({"sql_parses": arguments}, answer)

    assert finding.unit == unit, finding.reason


HOSTILE_SQL = {
    "parentheses": ("(" * 10_000, "brackets nested more than 50 deep"),
    "subscripts": ("a" + "[1]" * 5_000, "more than 200 square brackets"),
    "long": ("a, " * 4_000_000, "more than 20,000 characters"),
    "cases": ("case when " * 1_900, "code that does not parse"),
    "minus": ("- " * 9_000 + "1", "code that does not parse"),
}


@pytest.mark.parametrize(("code", "problem"), HOSTILE_SQL.values(), ids=HOSTILE_SQL)
def test_hostile_sql_is_refused_and_said_why(code, problem):
    finding = decide({"sql_parses": "any"}, f"```sql\nselect {code}\n```")

    assert finding.unit == 0
    assert finding.reason.startswith(f"expected SQL, got {problem}")


README = """# Tool

Some **bold** and *italic* text with `code`, a [link](https://x.y) and ![image](a.png).

## Usage

- install
- call
  1. first
  2. second

> quoted

---

```python
f()
```

~~~
raw
~~~

### API Reference

| Name | Type |
|------|:----:|
| `a`  | int  |
| b    | str  |
"""
PLAIN = "Two plain sentences. 3 * 4 * 5 is 60, and a_b_c is a name.\r\n\r\nA second paragraph: yes."

MARKDOWN = [
    ("plain", PLAIN, 1),
    ("plain", README, 0),
    ("plain", "Some **bold**.", 0),
    ("plain", "- a", 0),
    ("plain", "1. a", 0),
    ("plain", "`a`", 0),
    ("plain", "", 1),
    ("marked", README, 1),
    ("marked", PLAIN, 0),
    ({"headings": ["Tool", "Usage"]}, README, 1),
    ({"headings": ["# Tool", "### API Reference"]}, README, 1),
    ({"headings": ["Usage", "Tool"]}, README, 0.5),
    ({"headings": ["# Usage"]}, README, 0),
    ({"headings": ["usage"]}, README, 0),
    ({"headings": ["usage"], "ignore_case": True}, README, 1),
    ({"headings": ["#Tool"]}, README, 0),
    ({"headings": ["Title"]}, "Title\n=====\n", 1),
    ({"headings": ["A b"]}, "## A *b* ##\r\ntext", 1),
    ({"heading_count": 3}, README, 1),
    ({"heading_count": {"max": 2}}, README, 0),
    ({"bullets": 2, "numbered": 2}, README, 1),
    ({"bullets": {"min": 3}}, README, 0),
    ({"bullets": 2}, "* a\n* b", 1),
    ({"bullets": 0}, "a - b\n-c", 1),
    ({"bold": 1, "italic": 1, "code_spans": 2, "links": 1, "images": 1}, README, 1),
    ({"quotes": 1, "dividers": 1, "tables": 1}, README, 1),
    ({"code_blocks": 2, "languages": ["Python"]}, README, 1),
    ({"languages": ["python", "sql"]}, README, 0.5),
    ({"code_blocks": {"min": 1}}, "    indented", 0),
    ({"columns": ["Name", "Type"], "rows": 2}, README, 1),
    ({"columns": ["Name"], "rows": 2}, README, 0),
    ({"columns": ["name", "type"], "ignore_case": True}, README, 1),
    ({"rows": {"min": 3}}, README, 0),
    ({"rows": 1}, PLAIN, 0),
    ({"headings": ["שלום"]}, "# שלום", 1),
    ({"bold": 1}, "__a__ \\*\\*b\\*\\*", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), MARKDOWN)
def test_markdown(arguments, answer, unit):
    finding = decide({"markdown": arguments}, answer)

    assert finding.unit == unit, finding.reason


HOSTILE_MARKDOWN = {
    "links": "[](" * 16_000,
    "emphasis": "*a **b " * 7_000,
    "quotes": "> " * 25_000,
    "lists": "- " * 25_000,
    "cells": "a|" * 9 + "\n" + "-|" * 9 + "\n" + "|\n" * 2_000,
    "controls": "\x00\x1b\ud800\u202e",
}


@pytest.mark.parametrize("answer", HOSTILE_MARKDOWN.values(), ids=HOSTILE_MARKDOWN)
def test_hostile_markdown_is_decided(answer):
    finding = decide({"markdown": {"headings": ["none"]}}, answer)

    assert finding.unit == 0


def test_markdown_that_is_too_long_to_be_parsed_is_missed():
    finding = decide({"markdown": "plain"}, "[" * 10_000_000)

    assert finding == Finding(
        unit=0, reason="expected Markdown to look at, got an answer of more than 50,000 characters"
    )


REASONS = [
    (
        {"python_parses": "valid"},
        "No.",
        "expected Python code, got none in 'No.'",
    ),
    (
        {"python_parses": "valid"},
        "```python\nx = = 1\n```",
        "expected Python code, got code that does not parse: invalid syntax (line 1)",
    ),
    (
        {"python_parses": "valid"},
        "```python\n" + "x = 1\n" * 20_000 + "```",
        "expected Python code, got more than 100,000 characters",
    ),
    ({"python_parses": "valid"}, "```python\nx = 1\n```", "the Python code is as expected"),
    (
        {
            "python_parses": {
                "defines": ["a"],
                "calls": ["b"],
                "forbidden_calls": ["f"],
                "imports": ["c"],
            }
        },
        "```python\nf()\n```",
        "defines no `a`; never calls `b`; must not call `f`; does not import `c`",
    ),
    (
        {
            "python_parses": {
                "forbidden_imports": ["os"],
                "constructs": ["class"],
                "forbidden_constructs": ["lambda"],
            }
        },
        "```python\nimport os.path\nf = lambda: 1\n```",
        "must not import `os`; uses no `class`; must not use `lambda`",
    ),
    (
        {"python_parses": {"docstrings": True, "type_hints": True}},
        "```python\ndef f(x): ...\nclass A:\n    def g(self): ...\n```",
        "no docstring: `f`, `A`, `A.g`; no type hints: `f`, `A.g`",
    ),
    ({"sql_parses": "any"}, "No.", "expected SQL, got none in 'No.'"),
    (
        {"sql_parses": "any"},
        "```sql\nhello world\n```",
        "expected SQL, got what is no statement: 'hello AS world'",
    ),
    ({"sql_parses": "any"}, "```sql\n-- a\n```", "expected SQL, got no statement"),
    (
        {"sql_parses": "any"},
        "SELECT a FROM WHERE b",
        "expected SQL, got code that does not parse: 'Expected table name' (line 1)",
    ),
    ({"sql_parses": "any"}, "SELECT 1", "the SQL parses: `select`"),
    (
        {
            "sql_parses": {
                "kind": "insert",
                "statements": 2,
                "forbidden": ["select"],
                "tables": ["a"],
                "columns": ["b"],
            }
        },
        "SELECT x FROM y",
        "expected `insert`, got `select`; expected 2 statements, got 1; must not hold `select`; "
        "does not use the table 'a'; does not use the column 'b'",
    ),
    (
        {"sql_parses": {"forbidden_tables": ["Y"]}},
        "SELECT x FROM y",
        "must not use the table 'Y'",
    ),
    ({"markdown": "plain"}, "- **a**", "expected no Markdown, got bullets: 1, bold passages: 1"),
    ({"markdown": "plain"}, "a", "has no Markdown"),
    ({"markdown": "marked"}, "a", "expected Markdown, got none"),
    ({"markdown": {"bullets": {"min": 2}}}, "- a", "expected at least 2 bullets, got 1"),
    (
        {"markdown": {"languages": ["sql"]}},
        "```py\n```\n```\n```",
        "expected a block in sql, got py, a bare one",
    ),
    (
        {"markdown": {"headings": ["A", "B"]}},
        "# B\n# A",
        "the heading 'B' is missing after 'A'",
    ),
    ({"markdown": {"headings": ["A"]}}, "A", "the heading 'A' is missing"),
    (
        {"markdown": {"columns": ["a"], "rows": 1}},
        "x",
        "expected a table with the columns ['a'], got no table; "
        "expected 1 rows in a table, got no table",
    ),
    (
        {"markdown": {"columns": ["a"]}},
        "|b|\n|-|\n",
        "expected a table with the columns ['a'], got [['b']]",
    ),
    ({"markdown": {"rows": 1}}, "|b|\n|-|\n", "expected 1 rows, got 0"),
]


@pytest.mark.parametrize(("check", "answer", "reason"), REASONS)
def test_reason_says_expected_and_got(check, answer, reason):
    assert decide(check, answer).reason == reason


PROBLEMS = [
    (
        {"python_parses": {"defines": ["1a"]}},
        "`python_parses.defines.0` must match pattern '^[A-Za-z_][\\w.]*$', got '1a'",
    ),
    (
        {"python_parses": {"calls": []}},
        "`python_parses.calls` must have at least 1 item, got []",
    ),
    (
        {"sql_parses": "sqlit"},
        "`sql_parses` must be a dialect of SQL, got 'sqlit'; did you mean 'sqlite'?",
    ),
    (
        {"sql_parses": {"statements": "one"}},
        "`sql_parses.statements` must be a number, or `min` and `max`, got 'one'",
    ),
    ({"markdown": {}}, "`markdown` needs something to look for, such as `bullets` or `plain`"),
    (
        {"markdown": {"ignore_case": True}},
        "`markdown` needs something to look for, such as `bullets` or `plain`",
    ),
    (
        {"markdown": {"style": "plain", "bullets": 1}},
        "`markdown` must have nothing beside `plain`, which forbids all of it",
    ),
    ({"markdown": "x"}, "`markdown` must be 'plain' or 'marked', got 'x'"),
    (
        {"markdown": {"bullets": {"min": 2, "max": 1}}},
        "`markdown.bullets` `min` must be at most `max`, got 2 and 1",
    ),
    ({"markdown": {"bullet": 1}}, "`markdown` has no option 'bullet'"),
]


@pytest.mark.parametrize(("check", "problem"), PROBLEMS)
def test_problem_of_the_arguments_is_said(check, problem):
    assert [found.text for found in CATALOGUE.find_problems(check)] == [problem]


@pytest.mark.parametrize("construct", ["loop", "lop"])
def test_every_construct_is_known_to_the_check(construct):
    problems = list(CATALOGUE.find_problems({"python_parses": {"constructs": [construct]}}))

    assert bool(problems) == (construct == "lop")

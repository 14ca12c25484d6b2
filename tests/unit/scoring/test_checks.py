"""What each check decides, as tables, and every reason it gives."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


TEXTS = [
    ({"equals": "42"}, "42", 1),
    ({"equals": "42"}, "\n 42 \t\n", 1),
    ({"equals": " 42 "}, "42", 1),
    ({"equals": "42"}, "42.", 0),
    ({"equals": "42"}, "", 0),
    ({"equals": "Yes"}, "yes", 0),
    ({"equals": {"value": "Straße", "ignore_case": True}}, "STRASSE", 1),
    ({"equals": "a\nb"}, "a\nb", 1),
    ({"equals": "a\nb"}, "a b", 0),
    ({"equals": "שלום"}, "שלום", 1),
    ({"equals": "x"}, "\ud800", 0),
    ({"equals": "x"}, "x\x00", 0),
    ({"contains": "b"}, "abc", 1),
    ({"contains": "B"}, "abc", 0),
    ({"contains": {"value": "B", "ignore_case": True}}, "abc", 1),
    ({"contains": "a b"}, "a  b", 0),
    ({"contains": "é"}, "caf\u00e9", 1),
    ({"contains": "é"}, "cafÃ©", 0),
    ({"contains": "\n"}, "a\nb", 1),
    ({"contains": "x"}, "", 0),
    ({"contains": "[x]"}, "a[x]b", 1),
    ({"contains": "\u202e"}, "abc", 0),
    ({"icontains": "PARIS"}, "in paris", 1),
    ({"icontains": "İ"}, "i̇", 1),
    ({"icontains": "paris"}, "pari s", 0),
    ({"contains_all": ["a", "b"]}, "ab", 1),
    ({"contains_all": ["a", "b", "c"]}, "ab", pytest.approx(2 / 3)),
    ({"contains_all": ["A", "b"]}, "ab", 0.5),
    ({"contains_all": {"values": ["A", "B"], "ignore_case": True}}, "ab", 1),
    ({"contains_all": ["x"]}, "", 0),
    ({"contains_any": ["a", "x"]}, "ab", 1),
    ({"contains_any": ["x", "y"]}, "ab", 0),
    ({"contains_any": {"values": ["X", "B"], "ignore_case": True}}, "ab", 1),
    ({"starts_with": "Yes"}, "  Yes!", 1),
    ({"starts_with": "Yes"}, "Oh Yes", 0),
    ({"starts_with": {"value": "yes", "ignore_case": True}}, "YES", 1),
    ({"starts_with": "long text"}, "lo", 0),
    ({"ends_with": "data"}, "data\n\n", 1),
    ({"ends_with": "data"}, "data.", 0),
    ({"ends_with": {"value": "DATA", "ignore_case": True}}, "my data", 1),
    ({"ends_with": "x"}, "", 0),
    ({"forbidden_words": ["sun"]}, "sunny Sundays", 1),
    ({"forbidden_words": ["sun"]}, "the SUN.", 0),
    ({"forbidden_words": ["sun"]}, "sun-dried", 0),
    ({"forbidden_words": ["can't"]}, "I can't", 0),
    ({"forbidden_words": ["C++"]}, "in C++ or", 0),
    ({"forbidden_words": ["a b"]}, "a \n b", 0),
    ({"forbidden_words": ["naïve"]}, "NAÏVE", 0),
    ({"forbidden_words": ["x", "y"]}, "xy", 1),
    ({"forbidden_words": ["x"]}, "x_1", 1),
]


@pytest.mark.parametrize(("check", "answer", "unit"), TEXTS)
def test_text_checks(check, answer, unit):
    assert decide(check, answer).unit == unit


PATTERNS = [
    ({"regex": "b+"}, "abbc", 1),
    ({"regex": "^b"}, "a\nb", 1),
    ({"regex": {"pattern": "^b", "multiline": False}}, "a\nb", 0),
    ({"regex": {"pattern": "B", "ignore_case": True}}, "b", 1),
    ({"regex": "a.b"}, "a\nb", 0),
    ({"regex": {"pattern": "a.b", "dot_all": True}}, "a\nb", 1),
    ({"regex": {"pattern": "a+", "whole": True}}, " aaa\n", 1),
    ({"regex": {"pattern": "a+", "whole": True}}, "aaab", 0),
    ({"regex": r"(?i)HELLO"}, "hello", 1),
    ({"regex": r"(\w+) \1"}, "the the", 1),
    ({"regex": r"(?<=def )\w+"}, "def f", 1),
    ({"regex": "x"}, "", 0),
    ({"regex": "\\u05e9"}, "שלום", 1),
    ({"format_lines": ["a", "b"]}, "a1\n\n b2", 1),
    ({"format_lines": ["a", "b"]}, "a\nb\nc", 0),
    ({"format_lines": ["a", "b"]}, "a", 0),
    ({"format_lines": ["a$", "b$"]}, "a\nbb", 0),
    ({"format_lines": ["a"]}, "xa", 0),
    ({"format_lines": {"patterns": [r"\d+"]}}, "7", 1),
    ({"format_lines": ["a"]}, "", 0),
    ({"format_lines": ["a", "b"]}, "a\r\nb\r\n", 1),
]


@pytest.mark.parametrize(("check", "answer", "unit"), PATTERNS)
def test_pattern_checks(check, answer, unit):
    assert decide(check, answer).unit == unit


COUNTS = [
    ({"words": 3}, "one two three", 1),
    ({"words": 3}, "one - two ** three", 1),
    ({"words": {"exactly": 2}}, "one", 0),
    ({"words": {"min": 2}}, "one two three", 1),
    ({"words": {"max": 2}}, "one two three", 0),
    ({"words": {"max": 2}}, "", 1),
    ({"words": 1}, "well-known", 1),
    ({"words": 2}, "don't stop", 1),
    ({"words": 2}, "naïve שלום", 1),
    ({"words": 0}, "--- ...", 1),
    ({"sentences": 1}, "Hello", 1),
    ({"sentences": 1}, "It is 3.14 m.", 1),
    ({"sentences": 2}, "Really?! Yes.", 1),
    ({"sentences": 1}, "Use e.g. a list, i.e. this one.", 1),
    ({"sentences": 1}, "Dr. Smith met Mr. Jones vs. J. Doe.", 1),
    ({"sentences": 2}, 'He said "no." Then he left.', 1),
    ({"sentences": 2}, "1. First one.\n2. Second one.", 1),
    ({"sentences": 2}, "No sign\n\nNo sign either", 1),
    ({"sentences": 1}, "Wait... what?", 0),
    ({"sentences": 0}, " \n", 1),
    ({"sentences": {"min": 2, "max": 3}}, "A b. C d! E f?", 1),
    ({"lines": 2}, "a\n\n\nb", 1),
    ({"lines": 2}, "a\x0cb\nc", 1),
    ({"lines": {"min": 1, "max": 1}}, "a", 1),
    ({"lines": 0}, "\n \n", 1),
    ({"lines": {"max": 1}}, "a\nb", 0),
]


@pytest.mark.parametrize(("check", "answer", "unit"), COUNTS)
def test_count_checks(check, answer, unit):
    finding = decide(check, answer)

    assert finding.unit == unit, finding.reason


@pytest.mark.parametrize(
    ("arguments", "answer", "unit"),
    [
        (42, "42.0", 1),
        (42, "42.0000000000001", 1),
        (42, "42.001", 0),
        ({"value": 42, "tolerance": 0.5}, "42.5", 1),
        ({"value": 42, "tolerance": 0.5}, "42.51", 0),
        ({"value": 100, "relative": 0.1}, "91", 1),
        ({"value": 100, "relative": 0.1}, "89", 0),
        ({"value": -100, "relative": 0.1}, "-91", 1),
        ({"value": 0, "tolerance": 1e-6}, "0", 1),
        ({"value": 7, "anchor": "TOTAL:"}, "total: 7, of 9", 1),
        ({"value": 7, "anchor": "TOTAL:"}, "no anchor, 7", 1),
        (0.1, "3/10 - 2/10 = 0.1", 1),
        (5, "9" * 5000, 0),
    ],
)
def test_number_check(arguments, answer, unit):
    assert decide({"number": arguments}, answer).unit == unit


def test_choice_outside_of_the_options_is_none():
    check = {"choice": {"value": "b", "options": "AB"}}

    assert decide(check, "(C)").reason == "expected choice B, got no choice in '(C)'"
    assert decide(check, "(A)").reason == "expected choice B, got A"


JSON = [
    ("valid", "{}", 1),
    ("valid", "[1, 2]", 1),
    ("valid", "null", 1),
    ("valid", " 7 ", 1),
    ("valid", '```json\n{"a": 1}\n```', 1),
    ("valid", "Sure:\n```\n[1]\n```\nDone", 1),
    ("valid", 'It is {"a": [1, {"b": 2}]} I think', 1),
    ("valid", "{a: 1}", 0),
    ("valid", "{'a': 1}", 0),
    ("valid", "[1, 2", 0),
    ("valid", "[NaN]", 0),
    ("valid", "no json", 0),
    ("valid", "", 0),
    ({"fields": {"a": 1}}, '{"a": 1.0}', 1),
    ({"fields": {"a": 1}}, '{"a": true}', 0),
    ({"fields": {"a": True}}, '{"a": true}', 1),
    ({"fields": {"a": "1"}}, '{"a": 1}', 0),
    ({"fields": {"a.b": 1, "c": 2}}, '{"a": {"b": 1}}', 0.5),
    ({"fields": {"a.b": 1}}, '{"a.b": 1}', 1),
    ({"fields": {"1.x": 1}}, '[{}, {"x": 1}]', 1),
    ({"fields": {"a": [1, {"b": None}]}}, '{"a": [1, {"b": null}]}', 1),
    ({"fields": {"a": [1]}}, '{"a": [1, 2]}', 0),
    ({"fields": {"5": 1}}, "[1]", 0),
    ({"fields": {"a": 1}}, '{"b": 0} but {"a": 1, "long": "object"}', 1),
    ({"schema": {"type": "array", "minItems": 2}}, "[1, 2]", 1),
    ({"schema": {"type": "array", "minItems": 2}}, "[1]", 0),
    ({"schema": {"properties": {"a": {"pattern": "^x"}}}}, '{"a": "xy"}', 1),
    ({"schema": {"properties": {"a": {"pattern": "^x"}}}}, '{"a": "y"}', 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), JSON)
def test_json_check(arguments, answer, unit):
    finding = decide({"json": arguments}, answer)

    assert finding.unit == unit, finding.reason


READ = '{"name": "read_file", "arguments": {"path": "a.py"}}'
CALLS = [
    READ,
    f"[{READ}]",
    f"```json\n{READ}\n```",
    f"I will read it.\n```\n{READ}\n```",
    f"I will read it: {READ}",
    f"<tool_call>\n{READ}\n</tool_call>",
    f"Sure.<tool_call>{READ}",
    f"<function_call>{READ}</function_call>",
    '{"tool": "read_file", "args": {"path": "a.py"}}',
    '{"function": "read_file", "input": {"path": "a.py"}}',
    '{"name": "read_file", "parameters": "{\\"path\\": \\"a.py\\"}"}',
    '{"type": "function", "function": {"name": "read_file", "arguments": {"path": "a.py"}}}',
    f'{{"tool_calls": [{{"function": {READ}}}]}}',
    '<function=read_file>{"path": "a.py"}</function>',
    "<function=read_file>\n<parameter=path>\na.py\n</parameter>\n</function>",
    "<tool_call>\n<function=read_file>\n<parameter=path>\na.py\n</parameter>\n</function>\n</tool_call>",
    f"[TOOL_CALLS] [{READ}]",
    '[TOOL_CALLS]read_file{"path": "a.py"}',
    '[TOOL_CALLS]read_file[ARGS]{"path": "a.py"}',
    'read_file(path="a.py")',
    'read_file("a.py")',
    '`read_file("a.py")`',
    '```python\nprint(read_file(path="a.py"))\n```',
    'tools.read_file(path="a.py")',
    '<tool_call>read_file(path="a.py")</tool_call>',
    'text = await read_file(path="a.py")',
]


@pytest.mark.parametrize("answer", CALLS)
def test_tool_call_is_found_in_every_form(answer):
    check = {"tool_call": {"name": "read_file", "arguments": {"path": "a.py"}}}

    finding = decide(check, answer)

    assert (finding.unit, finding.reason) == (1.0, "calls `read_file`")


NO_CALLS = [
    "I would call read_file with the path.",
    "Use `read_file(path)` for that, then look.",
    "read_file",
    '{"name": "Ada", "age": 36}',
    'The record {"name": "read_file"} is one.',
    "def read_file(path):\n    return open(path)",
    "",
    "<tool_call></tool_call>",
    "[TOOL_CALLS]",
    "```text\nread_file('a.py')\n```",
    "I'll help you find the file. I need to check read_file.",
]


@pytest.mark.parametrize("answer", NO_CALLS)
def test_mention_is_no_tool_call(answer):
    finding = decide({"tool_call": "read_file"}, answer)

    assert finding.unit == 0


WRAPPED = [
    ("execute_code(code=\"read_file('a.py')\")", 1),
    ('execute_code("""\ntext = read_file(path=\'a.py\')\nprint(text)\n""")', 1),
    ('{"name": "execute_code", "arguments": {"code": "read_file(\'a.py\')"}}', 1),
    ('{"name": "execute_code", "arguments": "{\\"code\\": \\"read_file(1)\\"}"}', 1),
    ('{"name": "execute_code", "arguments": "read_file(1)"}', 1),
    (
        '<tool_call>{"name": "execute_code", "arguments": {"code": "x = read_file(1);"}}</tool_call>',
        1,
    ),
    ('```python\nexecute_code(code="tools.read_file(1)")\n```', 1),
    ('execute_code(read_file("a.py"))', 1),
    ('execute_code(code="const x = await read_file(1) || {};")', 1),
    ('execute_code(code="{\\"name\\": \\"read_file\\", \\"arguments\\": {}}")', 1),
    ('read_file("a.py")', 0.5),
    (READ, 0.5),
    (f"<tool_call>{READ}</tool_call>", 0.5),
    ('execute_code(code="write_file(1)")', 0),
    ('write_file("a.py")', 0),
    ('execute_code(code="# the tool is read_file")', 0),
    ("<think> I should call execute_code with read_file", 0),
    ("I'll use execute_code to run read_file.", 0),
]


@pytest.mark.parametrize(("answer", "unit"), WRAPPED)
def test_tool_call_scores_a_half_without_its_wrapper(answer, unit):
    check = {"tool_call": {"name": "read_file", "wrapper": "execute_code"}}

    finding = decide(check, answer)

    assert finding.unit == unit, finding.reason


@pytest.mark.parametrize(
    ("expected", "answer", "unit"),
    [
        ({"n": 5}, "f(n=5)", 1),
        ({"n": 5}, "<function=f><parameter=n>5</parameter></function>", 1),
        ({"n": "5"}, "f(n=5)", 0),
        ({"n": 5}, "f()", 0),
        ({"n": 5, "m": 1}, "f(n=5)", 0),
        ({"n": 5}, "f(n=5, extra=1)", 1),
        ({"n": [1, 2]}, "f(n=(1, 2))", 1),
        ({"n": True}, "f(n=True)", 1),
        ({"a": 1, "b": 2}, "f(1, 2)", 1),
        ({"a": 1, "b": 2}, "f(2, 1)", 0),
        ({"n": 5}, "f(n=variable)", 0),
        ({"n": 5}, "f(n=4) or f(n=5)", 1),
    ],
)
def test_arguments_of_a_tool_call_all_have_to_match(expected, answer, unit):
    finding = decide({"tool_call": {"name": "f", "arguments": expected}}, answer)

    assert finding.unit == unit, finding.reason


AUTO = [
    ("exact_match:Paris", " Paris\n", 1),
    ("exact_match:a:b, c", "a:b, c", 1),
    ("exact_match:Paris", "paris", 0),
    ("word_count:1:3", "one two", 1),
    ("word_count:1:3", "one two three four", 0),
    ("word_count:2", "one two", 1),
    ("forbidden_words:sun, moon", "a star", 1),
    ("forbidden_words:sun, moon", "the moon", 0),
    ("format_pattern:- \\w+", "- a\n\n- b", 1),
    ("format_pattern:- \\w+", "Here:\n- a", 0),
    ("format_pattern:\\d{1,3}", "12\n123", 1),
    ("format_pattern:x", "", 0),
    ("format_lines:A.*,B.*", "Ab\nBc", 1),
    ("format_lines:\\d{1,3}$,[a,b]$", "12\na", 1),
    ("format_lines:A,B", "A", 0),
    ("contains_pattern:def \\w+", "def f", 1),
    ("contains_pattern:a;b", "xa;by", 1),
    ("contains_pattern:a;contains_pattern:b", "a", 0.5),
    ("contains_pattern:a; forbidden_pattern:b", "a", 1),
    ("forbidden_pattern:import", "import os", 0),
    ("multi:count_items:5,alphabetical,no_punctuation", "a\nb\nc\nd\ne", 1),
    ("multi:count_items:5,alphabetical,no_punctuation", "a\nc\nb\nd\ne", pytest.approx(2 / 3)),
    ("multi:count_items:3,alphabetical", "- apple\n- Banana\n- cherry", 1),
    ("multi:count_items:3", "apple, banana, cherry.", 1),
    ("multi:count_items:2", "1. a\n2) b", 1),
    ("multi:no_punctuation", "well-known", 0),
    (
        "multi:word_count:1:12,starts_with:A,ends_with:data,forbidden_words:store,storage",
        "A data",
        1,
    ),
    ("multi:forbidden_words:store,storage,starts_with:A", "A storage", 0.5),
    ("multi:starts_with:Hello, world", "Hello, world!", 1),
    ("multi:contains_pattern:\\d{1,3},word_count:1:2", "12", 1),
]


@pytest.mark.parametrize(("line", "answer", "unit"), AUTO)
def test_auto_score(line, answer, unit):
    finding = decide({"auto_score": line}, answer)

    assert finding.unit == unit, finding.reason


def test_manual_never_scores_by_itself():
    finding = decide({"auto_score": "manual"}, "x")

    assert (finding.unit, finding.reason) == (0.0, "left to the judge")


@pytest.mark.parametrize(
    ("check", "answer", "unit"),
    [
        ({"not": {"contains": "x"}}, "abc", 1),
        ({"not": {"contains": "x"}}, "x", 0),
        ({"not": {"not": {"contains": "x"}}}, "x", 1),
        ({"not": {"contains_all": ["a", "x", "y", "z"]}}, "a", 0.75),
        ({"not": {"contains_any": ["x", "y"]}}, "a", 1),
        ({"not": {"regex": "^#"}}, "a\n# b", 0),
        ({"not": {"json": "valid"}}, "text", 1),
        ({"not": {"tool_call": "f"}}, "f()", 0),
        ({"not": {"words": 1}}, "a b", 1),
        ({"not": {"tool_call": {"name": "f", "wrapper": "g"}}}, "f()", 0.5),
    ],
)
def test_not_is_one_minus_the_check(check, answer, unit):
    assert decide(check, answer).unit == unit


REASONS = [
    ({"equals": "a"}, "a", "equals 'a'"),
    ({"equals": "a"}, "b", "expected 'a', got 'b'"),
    ({"contains": "a"}, "a", "contains 'a'"),
    ({"contains": "a"}, "b", "expected 'a' in the answer, got 'b'"),
    ({"icontains": "a"}, "x" * 100, f"expected 'a' in the answer, got '{'x' * 80}'..."),
    (
        {"contains": "a"},
        "\x1b[31m\u202e\ud800",
        r"expected 'a' in the answer, got '\x1b[31m\u202e\ud800'",
    ),
    ({"contains_all": ["a", "b"]}, "ab", "contains all 2 texts"),
    ({"contains_all": ["a", "b", "c"]}, "a", "contains 1 of 3 texts, not 'b', 'c'"),
    ({"contains_any": ["b", "a"]}, "a", "contains 'a'"),
    ({"contains_any": ["b", "c"]}, "a", "expected one of 'b', 'c', got 'a'"),
    ({"starts_with": "ab"}, "abc", "starts with 'ab'"),
    ({"starts_with": "ab"}, "xyz", "expected 'ab' at the start, got 'xy'"),
    ({"ends_with": "bc"}, "abc", "ends with 'bc'"),
    ({"ends_with": "bc"}, "xyz", "expected 'bc' at the end, got 'yz'"),
    ({"forbidden_words": ["x"]}, "a", "none of the forbidden words occurs"),
    ({"forbidden_words": ["x", "y"]}, "X y x y", "forbidden words occur: 'X', 'y', 'x'"),
    ({"regex": "a+"}, "baa", "'a+' matches 'aa'"),
    ({"regex": "a+"}, "b", "expected 'a+' to match somewhere in 'b'"),
    ({"regex": {"pattern": "a", "whole": True}}, "b", "expected 'a' to match the whole of 'b'"),
    ({"format_lines": ["a"]}, "a", "all 1 lines match"),
    ({"format_lines": ["a"]}, "a\nb", "expected 1 lines, got 2"),
    ({"format_lines": ["a", "c"]}, "a\nb", "expected 'c' to match line 2, got 'b'"),
    ({"words": 2}, "a b", "2 words"),
    ({"words": {"min": 2}}, "a", "expected at least 2 words, got 1"),
    ({"words": {"max": 0}}, "a", "expected at most 0 words, got 1"),
    ({"sentences": {"min": 2, "max": 3}}, "A.", "expected 2 to 3 sentences, got 1"),
    ({"lines": 2}, "a", "expected 2 lines, got 1"),
    ({"number": 4}, "4", "the number is 4"),
    ({"number": 4}, "5", "expected 4, got 5"),
    ({"number": {"value": 4, "tolerance": 0.1}}, "5", "expected 4 within 0.1, got 5"),
    ({"number": {"value": 4, "relative": 0.1}}, "5", "expected 4 within 0.1 of it, got 5"),
    ({"number": 4}, "four", "expected 4, got no number in 'four'"),
    ({"choice": "A"}, "A", "chooses A"),
    ({"choice": "A"}, "B", "expected choice A, got B"),
    ({"choice": "A"}, "?", "expected choice A, got no choice in '?'"),
    ({"json": "valid"}, "x", "expected JSON, got 'x'"),
    ({"json": "valid"}, "[1]", "the JSON is as expected: '[1]'"),
    ({"json": {"fields": {"a": 1}}}, '{"a": 2}', "`a` is 2, expected 1"),
    ({"json": {"fields": {"a": 1}}}, "{}", "`a` is missing, expected 1"),
    (
        {"json": {"schema": {"type": "array"}}},
        "{}",
        "the JSON does not fulfil the schema: \"{} is not of type 'array'\"",
    ),
    (
        {"json": {"schema": {"properties": {"a": {"pattern": "x"}}}}},
        '{"a": "y"}',
        "a does not fulfil the schema: \"'y' does not match 'x'\"",
    ),
    ({"tool_call": "f"}, "no", "expected a call of `f`, got no tool call in 'no'"),
    ({"tool_call": "f"}, "g()", "expected a call of `f`, got `g`"),
    (
        {"tool_call": {"name": "f", "arguments": {"a": 1}}},
        "f(a=2)",
        "calls `f`, but `a` is 2, expected 1",
    ),
    (
        {"tool_call": {"name": "f", "arguments": {"a": 1}}},
        "f()",
        "calls `f`, but `a` is missing, expected 1",
    ),
    ({"tool_call": {"name": "f", "wrapper": "w"}}, "f()", "calls `f`, expected inside `w`"),
    ({"tool_call": {"name": "f", "wrapper": "w"}}, "w(f())", "calls `f` inside `w`"),
    (
        {"tool_call": {"name": "f", "wrapper": "w"}},
        "w('g()')",
        "expected a call of `f`, got `w`, expected inside `w`",
    ),
    ({"auto_score": "format_pattern:a"}, "a", "all 1 lines match"),
    ({"auto_score": "format_pattern:a"}, "b", "expected 'a' to match line 1, got 'b'"),
    ({"auto_score": "format_pattern:a"}, "", "no lines"),
    ({"auto_score": "forbidden_pattern:a"}, "b", "'a' does not match"),
    ({"auto_score": "forbidden_pattern:a"}, "a", "must not match: 'a' matches 'a'"),
    ({"auto_score": "multi:count_items:2"}, "a", "expected 2 items, got 1"),
    ({"auto_score": "multi:alphabetical"}, "a\nb", "in alphabetical order"),
    (
        {"auto_score": "multi:alphabetical"},
        "b\na",
        "expected alphabetical order, got 'b' before 'a'",
    ),
    ({"auto_score": "multi:no_punctuation"}, "a", "no punctuation"),
    ({"auto_score": "multi:no_punctuation"}, "a, b!", "expected no punctuation, got '! ,'"),
    ({"auto_score": "multi:starts_with:a,ends_with:b"}, "ab", "2 of 2 checks fulfilled"),
    (
        {"auto_score": "multi:starts_with:a,ends_with:b"},
        "a",
        "1 of 2 checks fulfilled: expected 'b' at the end, got 'a'",
    ),
    ({"not": {"contains": "a"}}, "a", "must not hold: contains 'a'"),
]


@pytest.mark.parametrize(("check", "answer", "reason"), REASONS)
def test_reason_says_expected_and_got(check, answer, reason):
    assert decide(check, answer).reason == reason

"""Calls of functions by the published rules, as tables."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding
from pytest_modelbench.scoring.families.bfcl_calls import read_calls
from pytest_modelbench.scoring.families.bfcl_texts import read_text


def schema(name, required=(), **types):
    properties = {
        key: value if isinstance(value, dict) else {"type": value} for key, value in types.items()
    }
    parameters = {"type": "dict", "properties": properties, "required": list(required)}
    return {"name": name, "description": "Does it.", "parameters": parameters}


def listed(kind, elements):
    return {"type": kind, "items": {"type": elements}}


def decide(answer, functions=(), possible=(), **options):
    check = {"function_calls": {"functions": list(functions), **options}}
    if possible:
        check["function_calls"]["possible_answers"] = list(possible)
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding)
    return finding


def decide_value(kind, possible, written, **options):
    functions = [schema("f", a=kind)]
    return decide(f"[f(a={written})]", functions, [{"f": {"a": possible}}], **options).unit


VALUES = [
    ("integer", [3], "3", 1),
    ("integer", [3], "3.0", 0),
    ("integer", [3], "'3'", 0),
    ("integer", [1], "True", 0),
    ("integer", [-3], "-3", 1),
    ("integer", [3], "+3", 0),
    ("integer", [6], "2 * 3", 1),
    ("integer", [1024], "2 ** 10", 1),
    ("integer", [5], "-(2) + 7", 1),
    ("integer", [1], "1" + " << 1000" * 11, 0),
    ("integer", [1], "lambda: 1", 0),
    ("float", [3.0], "(3, 4)[0]", 0),
    ("integer", [1024], "2 ** 10 ** 10 ** 10", 0),
    ("integer", ["", 3], "3", 1),
    ("integer", ["count"], "count", 1),
    ("integer", ["count"], "'count'", 1),
    ("integer", ["count"], "'Count'", 0),
    ("float", [3.0], "3", 1),
    ("float", [3.0], "3.0", 1),
    ("float", [0.5], "1 / 2", 1),
    ("float", [0.5], "1 / 0", 0),
    ("float", [3.0], "'3'", 0),
    ("float", [3], "3.0", 1),
    ("boolean", [True], "True", 1),
    ("boolean", [True], "1", 0),
    ("boolean", [True], "true", 0),
    ("string", ["New York"], "'new york'", 1),
    ("string", ["April 1, 2024"], "'April 1 2024'", 1),
    ("string", ["it's"], "'it\"s'", 1),
    ("string", ["a-b_c*d^e/f.g"], "'abcdefg'", 1),
    ("string", ["a b"], "'a\\tb'", 0),
    ("string", ["London"], "'Paris'", 0),
    ("string", ["5"], "5", 0),
    ("string", ["f.txt"], "name", 0),
    ("string", ["name"], "name", 1),
    ("string", ["now()"], "now()", 1),
    ("string", ["x[0]"], "x[0]", 1),
    ("string", ["ab"], "'a' + 'b'", 1),
    ("any", ["x"], "'X'", 1),
    (listed("array", "integer"), [[1, 2]], "[1, 2]", 1),
    (listed("array", "integer"), [[1, 2]], "[2, 1]", 0),
    (listed("array", "integer"), [[1, 2]], "(1, 2)", 0),
    (listed("array", "integer"), [[1, 2]], "[1.0, 2.0]", 0),
    (listed("array", "float"), [[1.0]], "[1]", 0),
    (listed("array", "float"), [[1.0], ""], "[1]", 1),
    (listed("array", "string"), [["A b"]], "['a-b']", 1),
    (listed("array", "string"), [["a"], ""], "[]", 1),
    (listed("array", "string"), [["a"]], "[]", 0),
    (listed("tuple", "float"), [[1.5, 2.5]], "(1.5, 2.5)", 1),
    (listed("tuple", "float"), [[1.5, 2.5]], "[1.5, 2.5]", 1),
    (listed("array", "dict"), [[{"k": [1]}]], "[{'k': 1}]", 1),
    (listed("array", "dict"), [[{"k": [1]}]], "[{'k': 1}, {'k': 1}]", 0),
    (listed("array", "dict"), [[{"k": [1]}], ""], "[3]", 0),
    ("dict", [{"k": [1, 2]}], "{'k': 2}", 1),
    ("dict", [{"k": ["A b"]}], "{'k': 'ab'}", 1),
    ("dict", [{"k": [1], "o": ["x", ""]}], "{'k': 1}", 1),
    ("dict", [{"k": [1]}], "{}", 0),
    ("dict", [{"k": [1]}], "{'k': 1, 'z': 2}", 0),
    ("dict", [{"k": [1]}], "[1]", 0),
    ("dict", [{"g": [{"x": 1}]}], "g(x=1)", 1),
    ("dict", ["x", {"k": [1]}], "{'k': 1}", 0),
]


@pytest.mark.parametrize(("kind", "possible", "written", "unit"), VALUES)
def test_python_values(kind, possible, written, unit):
    assert decide_value(kind, possible, written) == unit


AREA = schema("area", ["base"], base="float", unit="string")
PLACE = schema("maps.find", ["city"], city="string")
BOTH = [{"area": {"base": [2.0], "unit": ["cm", ""]}}, {"maps.find": {"city": ["Rome"]}}]

CALLS = [
    ("[area(base=2), maps.find(city='Rome')]", 1, "calls `area`, `maps.find` as expected"),
    (
        "[maps.find(city='Rome'), area(base=2, unit='CM')]",
        1,
        "calls `area`, `maps.find` as expected",
    ),
    ("area(base=2), maps.find(city='Rome')", 1, "calls `area`, `maps.find` as expected"),
    ("`[area(base=2), maps.find(city='Rome')]`", 1, "calls `area`, `maps.find` as expected"),
    ("[area(base=2)]", 0, "expected 2 calls, got 1 call"),
    ("[area(base=2), area(base=2)]", 0, "call 2 of 2: expected `maps.find`, got 'area'"),
    ("[area(base=2), find(city='Rome')]", 0, "call 2 of 2: expected `maps.find`, got 'find'"),
    (
        "[area(unit='cm'), maps.find(city='Rome')]",
        0,
        "call 1 of 2: `area` lacks `base`; expected `area`, got 'maps.find'",
    ),
    (
        "[area(2), maps.find(city='Rome')]",
        0,
        "call 1 of 2: `area` lacks `base`; expected `area`, got 'maps.find'",
    ),
    (
        "[area(base=2, c=1), maps.find(city='Rome')]",
        0,
        "call 1 of 2: `area` has an unexpected argument 'c'; expected `area`, got 'maps.find'",
    ),
    (
        "[area(base='2'), maps.find(city='Rome')]",
        0,
        "call 1 of 2: `area.base` must be of type float, got '2'; expected `area`, got 'maps.find'",
    ),
    (
        "[maps.find(city='Rome'), area(base=2, unit='m')]",
        0,
        "call 1 of 2: expected `area`, got 'maps.find'; `area.unit` is 'm', expected one of 'cm', ''",
    ),
    ("I would call area(base=2).", 0, "expected calls, got none in 'I would call area(base=2).'"),
    ("", 0, "expected calls, got none in ''"),
    ("[]", 0, "expected calls, got none in '[]'"),
    ("\x00", 0, "expected calls, got none in '\\x00'"),
]


@pytest.mark.parametrize(("answer", "unit", "reason"), CALLS)
def test_several_calls_may_come_in_any_order(answer, unit, reason):
    assert decide(answer, [AREA, PLACE], BOTH) == Finding(unit=unit, reason=reason)


def test_calls_in_order():
    turned = "[maps.find(city='Rome'), area(base=2)]"

    assert decide(turned, [AREA, PLACE], BOTH, ordered=True).unit == 0
    assert (
        decide("[area(base=2), maps.find(city='Rome')]", [AREA, PLACE], BOTH, ordered=True).unit
        == 1
    )


def test_a_missing_argument_that_is_not_optional():
    possible = [{"area": {"base": [2.0], "unit": ["cm"]}}]

    assert decide("[area(base=2)]", [AREA], possible).reason == "call 1 of 1: `area` lacks `unit`"


FORMS = [
    '[{"name": "area", "arguments": {"base": 2}}]',
    '{"name": "area", "arguments": {"base": 2.0, "unit": "cm"}}',
    '<tool_call>\n{"name": "area", "arguments": {"base": 2}}\n</tool_call>',
    "<tool_call>\n<function=area>\n<parameter=base>\n2\n</parameter>\n</function>\n</tool_call>",
    '[TOOL_CALLS][{"name": "area", "arguments": {"base": 2}}]',
    "Here:\n```python\narea(base=2)\n```",
    "```\n[area(base=2)]\n```\nDone.",
]


@pytest.mark.parametrize("answer", FORMS)
def test_forms_of_chat_templates_count_unless_only_code_does(answer):
    possible = [{"area": {"base": [2.0], "unit": ["cm", ""]}}]

    assert decide(answer, [AREA], possible).unit == 1
    code = decide(answer, [AREA], possible, form="code").unit
    assert code == int(answer.startswith("[area"))


def test_a_text_in_json_is_no_number():
    answer = '{"name": "area", "arguments": {"base": "2"}}'

    assert decide(answer, [AREA], [{"area": {"base": [2.0]}}]).unit == 0


@pytest.mark.parametrize(
    ("calls", "answer", "unit", "reason"),
    [
        ("none", "It is 4.", 1, "there is no call"),
        ("none", "[]", 1, "there is no call"),
        ("none", "[f(a=1)]", 0, "expected no call, got one of 'f'"),
        ("none", '{"name": "f", "arguments": {}}', 0, "expected no call, got one of 'f'"),
        ("any", "[f(a=1)]", 1, "there is a call of 'f'"),
        ("any", "f()", 1, "there is a call of 'f'"),
        ("any", "It is 4.", 0, "expected calls, got none in 'It is 4.'"),
        ("any", "[4]", 0, "expected calls, got none in '[4]'"),
    ],
)
def test_relevance(calls, answer, unit, reason):
    check = {"function_calls": calls}

    assert list(CATALOGUE.find_problems(check)) == []
    assert CATALOGUE.decide(check, answer) == Finding(unit=unit, reason=reason)


def test_relevance_in_java():
    check = {"function_calls": {"calls": "none", "language": "java"}}

    assert CATALOGUE.decide(check, "A.f(a=5)") == Finding(
        unit=0, reason="expected no call, got one of 'A.f'"
    )
    assert CATALOGUE.decide(check, "No.") == Finding(unit=1, reason="there is no call")


def test_tags_of_unknown_names_are_wrong_calls():
    call = "<function={}>\n<parameter={}>\n2\n</parameter>\n</function>"
    possible = [{"area": {"base": [2.0]}}]

    assert decide(call.format("area", "base"), [AREA], possible).unit == 1
    assert decide(call.format("arena", "base"), [AREA], possible).unit == 0
    assert decide(call.format("area", "bass"), [AREA], possible).unit == 0
    assert decide(call.format("area", "unit"), [AREA], possible).unit == 0


def test_dots_may_be_underscores():
    answer = "[maps_find(city='Rome')]"
    possible = [{"maps.find": {"city": ["Rome"]}}]

    assert decide(answer, [PLACE], possible).unit == 0
    assert decide(answer, [PLACE], possible, underscore_to_dot=True).unit == 1


JAVA = [
    ("integer", "", "5", 5),
    ("integer", "", "5L", "5L"),
    ("long", "", "5L", 5),
    ("long", "", "5", "5"),
    ("float", "", "1.5f", 1.5),
    ("double", "", "1e3", 1000.0),
    ("double", "", "1.5f", "1.5f"),
    ("boolean", "", "true", True),
    ("boolean", "", "True", "True"),
    ("char", "", "'c'", "'c'"),
    ("String", "", "x", "x"),
    ("any", "", "5", "5"),
    ("Array", "integer", "new int[]{1, 2}", [1, 2]),
    ("Array", "String", 'new String[]{"a"}', ['"a"']),
    ("Array", "integer", "{1, 2}", "{1, 2}"),
    ("ArrayList", "String", 'new ArrayList<>(Arrays.asList("a", "b"))', ["a", "b"]),
    ("ArrayList", "integer", "new ArrayList<Integer>() {{ add(1); add(2); }}", [1, 2]),
    ("ArrayList", "integer", "new ArrayList<>()", []),
    ("ArrayList", "integer", "list", "list"),
    (
        "HashMap",
        "",
        'new HashMap<String, Object>() {{ put("a", 1); put("b", true); }}',
        {"a": 1, "b": True},
    ),
    ("HashMap", "", "new HashMap<>()", {}),
    ("HashMap", "", "settings", "settings"),
    (
        "HashMap",
        "",
        'new HashMap<>() {{ put("a", 5L); put("b", 1.5f); put("c", "x"); put("d", y); }}',
        {"a": 5, "b": 1.5, "c": "x", "d": "y"},
    ),
    ("ArrayList", "Array", "new ArrayList<>(Arrays.asList(new int[]{1}))", [[1]]),
    ("integer", "", "9" * 3000, "9" * 3000),
]
JAVASCRIPT = [
    ("String", "", "'a'", "a"),
    ("String", "", "a", "a"),
    ("integer", "", "5", 5),
    ("float", "", "5", 5.0),
    ("float", "", "5e1", "5e1"),
    ("Bigint", "", "5n", 5),
    ("Boolean", "", "false", False),
    ("array", "integer", "[1, 2]", [1, 2]),
    ("array", "String", "['a', \"b\"]", ["a", "b"]),
    ("array", "array", "[[1, 2], [3]]", [[1, 2], [3]]),
    ("array", "array", "new Array([1], ['x'])", [[1], ["x"]]),
    ("array", "array", "[[1],\n [2]]", [[1], [2]]),
    ("array", "integer", "[]", []),
    ("array", "array", "[[1\n], [2]]", "[[1\n], [2]]"),
    ("array", "array", "[[1] + x, [2]]", [[1], [2]]),
    ("dict", "", "{a: true, b: [true]}", {"a": True, "b": [True]}),
    ("array", "integer", "list", "list"),
    ("dict", "", "{}", {}),
    ("dict", "", "{a: 1, 'b': 'x', c: [1, 2]}", {"a": 1, "b": "x", "c": [1, 2]}),
    ("dict", "", "state", "state"),
    ("any", "", "5", "5"),
    ("array", "array", "[[1]," + "[1]," * 600, [1]),
]


@pytest.mark.parametrize(("kind", "inner", "text", "value"), JAVA)
def test_java_values(kind, inner, text, value):
    read = read_text(text, kind, inner, "java")

    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(("kind", "inner", "text", "value"), JAVASCRIPT[:-1])
def test_javascript_values(kind, inner, text, value):
    read = read_text(text, kind, inner, "javascript")

    assert (read, type(read)) == (value, type(value))


JAVA_F = schema("A.f", ["a"], a="integer", b="HashMap", c="String")
JAVA_ANSWERS = [
    ("[A.f(a=5)]", 1),
    ("A.f(a = 5);", 1),
    ("[A.f(a=5L)]", 0),
    ('[A.f(a=5, c="x y")]', 1),
    ("[A.f(a=5, c=X_Y)]", 1),
    ("[A.f(a=5, c=x y)]", 0),
    ("[A.f(5)]", 0),
    ("[A.f(x, a=5, c=y)]", 0),
    ("[5]", 0),
    ("[f(a=5)]", 0),
    ("[A.f(a=5, a=6)]", 0),
    ('[A.f(a=5, b=new HashMap<String, Object>() {{ put("k", 1); }})]', 1),
    ('[A.f(a=5, b=new HashMap<String, Object>() {{ put("k", 2); }})]', 0),
    ('{"name": "A.f", "arguments": {"a": "5"}}', 1),
    ('{"name": "A.f", "arguments": {"a": 5}}', 0),
    ("```java\nA.f(a=5)\n```", 1),
    ("A.f(a=", 0),
    ("\ud800", 0),
]


@pytest.mark.parametrize(("answer", "unit"), JAVA_ANSWERS)
def test_java_calls(answer, unit):
    possible = [{"A.f": {"a": [5], "b": [{"k": [1]}, ""], "c": ["x y", ""]}}]

    assert decide(answer, [JAVA_F], possible, language="java").unit == unit


def test_one_java_argument_needs_a_semicolon_where_only_code_counts():
    possible = [{"A.f": {"a": [5]}}]
    functions = [schema("A.f", ["a"], a="integer")]

    assert decide("[A.f(a=5)]", functions, possible, language="java").unit == 1
    assert decide("[A.f(a=5)]", functions, possible, language="java", form="code").unit == 0
    assert decide("[A.f(a=5);]", functions, possible, language="java", form="code").unit == 1


def test_java_elements_keep_their_quotes_where_only_code_counts():
    possible = [{"run": {"a": [["-v", "x"]]}}]
    functions = [schema("run", ["a"], a=listed("Array", "String"))]
    answer = '[run(a=new String[]{"-v", "x"});]'

    assert decide(answer, functions, possible, language="java").unit == 1
    assert decide(answer, functions, possible, language="java", form="code").unit == 0


def test_a_java_map_is_empty_where_only_code_counts():
    possible = [{"A.f": {"a": [5], "b": [{"k": [1]}, ""]}}]
    answer = '[A.f(a=5, b=new HashMap<String, Object>() {{ put("k", 1); }})]'

    assert decide(answer, [JAVA_F], possible, language="java", form="code").unit == 0


@pytest.mark.parametrize(
    ("answer", "unit"),
    [
        ("[go(a=5.5, b={k: 'x'})]", 1),
        ("go(a=5.5);", 1),
        ("[go(a=5.5, b={k: 'y'})]", 0),
        ("[go(a=5.5, b=state)]", 0),
        ("const x = go(a=5.5)", 0),
        ("[go(a=5.5), go(a=5.5)]", 0),
        ("[go(a=)]", 0),
        ("[go(x, a=5.5)]", 0),
        ("[go(a=5.5, a=5.5)]", 0),
        ('{"name": "go", "arguments": {"a": "5.5"}}', 1),
        ('{"name": "go", "arguments": {"a": 5.5}}', 0),
        ("", 0),
    ],
)
def test_javascript_calls(answer, unit):
    functions = [schema("go", ["a"], a="float", b="dict")]
    possible = [{"go": {"a": [5.5], "b": [{"k": ["x"]}, ""]}}]

    assert decide(answer, functions, possible, language="javascript").unit == unit


PROBLEMS = [
    ("some", "`function_calls` must be 'possible', 'none' or 'any', got 'some'"),
    ({}, "`function_calls` needs either `possible_answers` or `calls`: `none` or `any`"),
    (
        {"calls": "any", "possible_answers": [{"f": {}}]},
        "`function_calls` needs either `possible_answers` or `calls`: `none` or `any`",
    ),
    (
        {"possible_answers": [{"f": {}}]},
        "`function_calls` `possible_answers` has 'f', which is none of `functions`",
    ),
    (
        {"possible_answers": [{"f": {}, "g": {}}], "functions": [schema("f"), schema("g")]},
        "`function_calls` needs one function for each of `possible_answers`, got 2",
    ),
    (
        {"possible_answers": [{"f": {"a": 3}}], "functions": [schema("f", a="integer")]},
        "`function_calls.possible_answers.0.f.a` must be a list, got 3",
    ),
    (
        {"possible_answers": [{"f": {}}], "functions": [schema("f", a="int")]},
        "`function_calls` the type of 'f.a' must be one of any, array, boolean, dict, float,"
        " integer, string, tuple, got 'int' (python)",
    ),
    (
        {"possible_answers": [{"f": {}}], "functions": [schema("f", a="array")]},
        "`function_calls` the type of 'f.a' must be one of any, array, boolean, dict, float,"
        " integer, string, tuple, got '' (python)",
    ),
    (
        {"possible_answers": [{"f": {}}], "functions": [schema("f")], "language": "rust"},
        "`function_calls.language` must be 'python', 'java' or 'javascript', got 'rust'",
    ),
    (
        {"possible_answers": [{"f": {}}], "functions": [schema("f")], "orderd": True},
        "`function_calls` has no option 'orderd'",
    ),
]


@pytest.mark.parametrize(("given", "text"), PROBLEMS)
def test_problems_of_arguments(given, text):
    (problem,) = CATALOGUE.find_problems({"function_calls": given})

    assert problem.text == text


HOSTILE = [
    "[" * 100_000,
    "f(" * 9_000,
    "f(a=" + "-" * 19_000 + "1)",
    "f(a=" + "1+" * 9_000 + "1)",
    "f(a=9**999**999)",
    "f(a=1<<10**9)",
    "f(a='x'*10**9)",
    "f(a=[0]*10**9)",
    "f(a='%1000000000d' % 1)",
    "f(a=__import__('os').getpid() + 1)",
    "f(a=" + "(" * 5_000 + ")",
    "new ArrayList<>(){{" + " " * 20_000,
    "a" * 10_000_000,
    "[f(a=" + "{" * 9_000,
]


@pytest.mark.parametrize("answer", HOSTILE, ids=[str(number) for number in range(len(HOSTILE))])
@pytest.mark.parametrize("language", ["python", "java", "javascript"])
def test_hostile_answers_are_no_calls(answer, language):
    kind = {"python": "integer", "java": "long", "javascript": "integer"}[language]

    finding = decide(answer, [schema("f", ["a"], a=kind)], [{"f": {"a": [2]}}], language=language)

    assert finding.unit == 0


@pytest.mark.parametrize(
    "text",
    [
        "[[1]," + "[1]," * 400,
        "new Array([" + "],[" * 400,
        "new HashMap<" + " " * 1900,
        "new HashMap<>(){{" + 'put("",' * 250,
        "new ArrayList<>(){{" + " " * 1900,
        "{" + "a:," * 600 + "}",
        "{" + ", " * 900 + "}",
    ],
)
def test_values_that_make_patterns_backtrack_stay_bounded(text):
    for language, kinds in {
        "java": ["Array", "ArrayList", "HashMap"],
        "javascript": ["array", "dict"],
    }.items():
        for kind in kinds:
            # That it comes back at all is the point.
            assert read_text(text, kind, "integer", language) is not None


def test_only_calls_are_read():
    assert read_calls("f(a=1), g(b=x)", "python") == (("f", {"a": 1}), ("g", {"b": "x"}))
    assert read_calls("hello", "python") is None
    assert read_calls("", "python") == ()

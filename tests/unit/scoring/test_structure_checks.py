"""Checks of JSON, YAML, XML, HTML and CSV: what they decide, as tables, and why."""

import json

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding, Undecided


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


USERS = json.dumps({"users": [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 9}], "a.b": None})

JSON_PATHS = [
    ("$.users", USERS, 1),
    ("$.user", USERS, 0),
    ("$['a.b']", USERS, 1),
    ({"path": "$.users[0].name", "value": "Ada"}, USERS, 1),
    ({"path": "$.users[0].name", "value": "ada"}, USERS, 0),
    ({"path": "$.users[-1].age", "value": 9.0}, USERS, 1),
    ({"path": "$.users[*].name", "value": "Ada"}, USERS, 0),
    ({"path": "$.users[*].name", "values": ["Ada", "Bob"]}, USERS, 1),
    ({"path": "$.users[*].name", "values": ["Bob", "Ada"]}, USERS, 0),
    ({"path": "$.nobody[*]", "values": []}, USERS, 1),
    ({"path": "$['a.b']", "value": None}, USERS, 1),
    ({"path": "$.nobody", "value": None}, USERS, 0),
    ({"path": "$.users[?@.age > 30].name", "value": "Ada"}, USERS, 1),
    ({"path": "$..age", "count": 2}, USERS, 1),
    ({"path": "$..age", "count": {"min": 3}}, USERS, 0),
    ({"path": "$..age", "count": {"max": 2}}, USERS, 1),
    ({"path": "$.users[1:].name", "value": "Bob"}, USERS, 1),
    ({"path": "$.secret", "exists": False}, USERS, 1),
    ({"path": "$.users", "exists": False}, USERS, 0),
    ({"path": "$.users", "exists": True}, USERS, 1),
    ({"path": "$..name", "regex": "^[A-Z]"}, USERS, 1),
    ({"path": "$..name", "regex": "^A"}, USERS, 0),
    ({"path": "$..age", "regex": "3"}, USERS, 0),
    ({"path": "$.x", "regex": "."}, USERS, 0),
    ({"path": "$[?search(@.name, '^B')].age", "values": [9]}, '[{"name": "Bob", "age": 9}]', 1),
    ({"path": "$[?match(@, 'o')]", "count": 1}, '["o", "oo", 1]', 1),
    ({"path": "$", "value": 7}, "7", 1),
    ({"path": "$.a", "value": True}, '{"a": 1}', 0),
    ("$.a", 'Sure:\n```json\n{"a": 1}\n```', 1),
    ("$.a", "no JSON here", 0),
    ("$.a", "", 0),
    ("$.a", '{"a": 1', 0),
    ("$.ä", '{"ä": 1}', 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), JSON_PATHS)
def test_json_path(arguments, answer, unit):
    finding = decide({"json_path": arguments}, answer)

    assert finding.unit == unit, finding.reason


def test_json_path_that_is_too_dear_is_missed():
    answer = json.dumps([[]] * 60_000)

    finding = decide({"json_path": "$..*"}, answer)

    assert finding == Finding(unit=0, reason="expected JSON of at most 50,000 values, got more")


def test_json_path_is_not_followed_where_the_paths_alone_would_fill_memory():
    answer = json.dumps({"a" * 100_000: list(range(1000))})

    finding = decide({"json_path": "$..*"}, answer)

    assert finding.unit == 0


def test_json_path_with_a_slow_pattern_is_undecided():
    check = {"json_path": {"path": "$.a", "regex": "(a+)+$"}}

    finding = CATALOGUE.decide(check, json.dumps({"a": "a" * 5000 + "b"}))

    assert isinstance(finding, Undecided)


YAML = [
    ({"fields": {"name": "Ada"}}, "name: Ada", 1),
    ({"fields": {"name": "Ada", "age": 36}}, "name: Ada\nage: 37", 0.5),
    ({"fields": {"tags.1": "b"}}, "tags: [a, b]", 1),
    ({"fields": {"tags.1": "b"}}, "tags:\n- a\n- b\n", 1),
    ({"fields": {"tags.1": "b"}}, "tags:\r\n- a\r\n- b\r\n", 1),
    ({"fields": {"on": "push"}}, "on: push", 1),
    ({"fields": {"debug": "no"}}, "debug: no", 1),
    ({"fields": {"debug": False}}, "debug: false", 1),
    ({"fields": {"day": "2024-01-15"}}, "day: 2024-01-15", 1),
    ({"fields": {"1": "one"}}, "1: one", 1),
    ({"fields": {"n": 1.5, "m": None, "o": "1.5"}}, "n: 1.5\nm: ~\no: '1.5'", 1),
    ({"fields": {"n": 255}}, "n: 0xFF", 1),
    ({"fields": {"a.x": 1, "b.x": 1, "b.y": 2}}, "a: &a {x: 1}\nb: {<<: *a, y: 2}", 1),
    ({"fields": {"b.x": 3}}, "a: &a {x: 1}\nb: {<<: *a, x: 3}", 1),
    ({"fields": {"text": "a\nb\n"}}, "text: |\n  a\n  b\n", 1),
    ({"fields": {"a": "1"}}, 'a: !!str "1"', 1),
    ({"fields": {"a": 1}}, "```yaml\na: 1\n```", 1),
    ({"fields": {"a": 1}}, "Sure!\n\n```yml\na: 1\n```\nDone.", 1),
    ({"fields": {"a": 1}}, "Here it is:\n\na: 1\n\nHope that helps!", 1),
    ({"schema": {"required": ["a"]}}, "a: 1", 1),
    ({"schema": {"required": ["b"]}}, "a: 1", 0),
    ("valid", "- a\n- b", 1),
    ("valid", "just words", 0),
    ("valid", "42", 0),
    ("valid", "", 0),
    ("valid", "a: 1\na: 2", 0),
    ("valid", "a: [1", 0),
    ("valid", "a: !!python/object:os.system {}", 0),
    ("valid", "a: !!python/name:os.system", 0),
    ("valid", "a: {<<: 1}", 0),
    ({"fields": {"a": "x"}}, "a: ! x", 1),
    ({"fields": {"a": 7, "b": "9e999", "c": 15}}, "a: !!int '7'\nb: 9e999\nc: 0o17", 1),
    ("valid", "a: 1\n---\nb: 2", 0),
    ("valid", "? [a]\n: b", 0),
    ({"whole": True}, "a: 1", 1),
    ({"whole": True}, "```yaml\na: 1\n```", 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), YAML)
def test_yaml(arguments, answer, unit):
    finding = decide({"yaml": arguments}, answer)

    assert finding.unit == unit, finding.reason


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join([f'*{name}'] * 10)}]\n"
    for name, after in zip("abcdefghi", "bcdefghij", strict=True)
)
MERGE_BOMB = "a: &a {x: 1}\n" + "".join(
    f"{after}: &{after} {{<<: [{', '.join([f'*{name}'] * 10)}]}}\n"
    for name, after in zip("abcdefghi", "bcdefghij", strict=True)
)


HOSTILE_YAML = {
    "billion laughs": BOMB,
    "billion merges": MERGE_BOMB,
    "list in itself": "&a [*a]",
    "mapping in itself": "a: &a {b: *a}",
    "brackets": "[" * 49_000,
    "ten megabytes": "{" * 10_000_000,
    "entries": "- " * 20_000,
    "nested a little too deep": "a: " + "[" * 60 + "]" * 60,
    "many values": "- a\n" * 10_001,
    "surrogate": "\ud800: 1",
    "null": "a: \x00",
}


@pytest.mark.parametrize("answer", HOSTILE_YAML.values(), ids=HOSTILE_YAML)
def test_hostile_yaml_is_refused(answer):
    finding = decide({"yaml": "valid"}, answer)

    assert finding.unit == 0


BOOKS = """<?xml version="1.0"?>
<shop:catalog xmlns:shop="urn:x">
  <book id="1" lang="en"><title>Emma</title><price>9.50</price></book>
  <book id="2"><title>Dune &amp; <i>more</i></title><price/></book>
</shop:catalog>"""

XML = [
    ("valid", BOOKS, 1),
    ({"root": "catalog"}, BOOKS, 1),
    ({"root": "shop:catalog"}, BOOKS, 1),
    ({"root": "book"}, BOOKS, 0),
    ({"fields": {"book/title": "Emma"}}, BOOKS, 1),
    ({"fields": {"book/title": ["Emma", "Dune & more"]}}, BOOKS, 1),
    ({"fields": {"book/title": ["Emma"]}}, BOOKS, 0),
    ({"fields": {"book[2]/title": "Dune & more"}}, BOOKS, 1),
    ({"fields": {"book[@id='2']/title": "Dune & more"}}, BOOKS, 1),
    ({"fields": {"book[@lang]/@id": 1}}, BOOKS, 1),
    ({"fields": {"book/price": 9.5}}, BOOKS, 1),
    ({"fields": {"book[2]/price": None}}, BOOKS, 1),
    ({"fields": {"//i": "more"}}, BOOKS, 1),
    ({"fields": {"//@id": ["1", "2"]}}, BOOKS, 1),
    ({"fields": {"*/title": "Emma"}}, BOOKS, 1),
    ({"fields": {"book/year": 1}}, BOOKS, 0),
    ({"fields": {"book[3]/title": "x"}}, BOOKS, 0),
    ({"root": "catalog", "fields": {"book/title": "Ema"}}, BOOKS, 0.5),
    ({"counts": {"book": 2, "//title": {"min": 2}}}, BOOKS, 1),
    ({"counts": {"book": {"min": 3}}}, BOOKS, 0),
    ("valid", "Here it is:\n```xml\n<a/>\n```", 1),
    ({"root": "a"}, "The document <a><b/></a> has one element.", 1),
    ({"fields": {"b": True}}, "<a><b>true</b></a>", 1),
    ("valid", "<a><b></a>", 0),
    ("valid", "<a>", 0),
    ("valid", "<a/><b/>", 0),
    ("valid", "1 < 2", 0),
    ("valid", "", 0),
    ("valid", "<a>\x00</a>", 0),
    ("valid", "<a>\ud800</a>", 0),
    ("valid", "<a x=1/>", 0),
    ("valid", "<a>\u05e9\r\n</a>", 1),
    ({"whole": True}, "<a/>\n", 1),
    ({"whole": True}, "```xml\n<a/>\n```", 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), XML)
def test_xml(arguments, answer, unit):
    finding = decide({"xml": arguments}, answer)

    assert finding.unit == unit, finding.reason


ENTITIES = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(10)
)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (f"<!DOCTYPE a [{ENTITIES}]><a>&l9;</a>", "XML that declares entities"),
        (
            '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
            "XML that declares entities",
        ),
        ("<a>" * 101 + "</a>" * 101, "XML that is nested more than 100 deep"),
        ("<a>" * 1_000_000, "XML of more than 500,000 characters"),
        (f"<a>{'<b/>' * 50_000}</a>", "XML of more than 50,000 elements"),
    ],
    ids=["billion laughs", "file", "deep", "long", "wide"],
)
def test_hostile_xml_is_refused_and_said_why(answer, problem):
    finding = decide({"xml": "valid"}, answer)

    assert finding.unit == 0
    assert finding.reason.startswith(f"expected XML, got {problem} in '")


def test_xml_reads_nothing_from_outside(tmp_path):
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY x "secret">')

    finding = decide(
        {"xml": {"fields": {"b": "secret"}}},
        f'<!DOCTYPE a SYSTEM "{secret.as_uri()}"><a><b>&x;</b></a>',
    )

    assert finding == Finding(unit=0, reason="`b` is '', expected 'secret'")


PAGE = """<!doctype html>
<html><head><title>A &amp; B</title><script>if (a < b) {}</script></head>
<body class=main><h1>Hi <em>you</em></h1><p>One<p>Two<br><ul><li>a<li>b</ul>
<table><tr><td>1<td>2<tr><td>3<td>4</table><a href="x?a=1&amp;b">link</a>
<svg><path d="M0"/></svg></body></html>"""

HTML = [
    ("valid", PAGE, 1),
    ({"elements": ["h1", "TABLE"]}, PAGE, 1),
    ({"elements": ["h1", "form"]}, PAGE, 0.5),
    ({"forbidden_elements": ["script"]}, PAGE, 0),
    ({"forbidden_elements": ["iframe"]}, PAGE, 1),
    ({"counts": {"//li": 2, "//p": 2, "//tr": 2, "//td": 4, "//tr[1]/td": 2}}, PAGE, 1),
    ({"counts": {"//tr/td[2]": 2}}, PAGE, 1),
    ({"fields": {"//title": "A & B", "//h1": "Hi you"}}, PAGE, 1),
    ({"fields": {"//a/@href": "x?a=1&b", "html/body/@class": "main"}}, PAGE, 1),
    ({"fields": {"//li": ["a", "b"]}}, PAGE, 1),
    ("valid", f"Sure!\n```html\n{PAGE}\n```\nDone.", 1),
    ("valid", "It is <b>bold</b>.", 1),
    ("valid", "<p>a</p>\r\n", 1),
    ("valid", "<br>", 1),
    ("valid", "<my-card>x</my-card>", 1),
    ("valid", "<!-- <b> --><i>x</i>", 1),
    ("valid", "<div><b>x</div></b>", 0),
    ("valid", "<div>", 0),
    ("valid", "<p>x</b></p>", 0),
    ("valid", "<div/>x", 0),
    ("valid", "<p>a</br></p>", 0),
    ("valid", '<a href="x>y</a>', 0),
    ("valid", "<b>x</b><!-- ", 0),
    ("valid", "<script>x", 0),
    ("valid", "List<String> a < b", 0),
    ("valid", "", 0),
    ({"well_formed": False, "elements": ["b"]}, "<div><b>x</div></b>", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), HTML)
def test_html(arguments, answer, unit):
    finding = decide({"html": arguments}, answer)

    assert finding.unit == unit, finding.reason


PEOPLE = 'name,age,city\nAda,36,"Paris, TX"\nBob,9,"a ""b"""\n'

CSV = [
    ("valid", PEOPLE, 1),
    ({"columns": ["name", "age", "city"]}, PEOPLE, 1),
    ({"columns": ["name", "city", "age"]}, PEOPLE, 0),
    ({"columns": ["Name", "age", "city"]}, PEOPLE, 0),
    ({"count": 2}, PEOPLE, 1),
    ({"count": {"min": 3}}, PEOPLE, 0),
    ({"count": 3, "header": False}, PEOPLE, 1),
    ({"has_rows": [["Ada", 36, "Paris, TX"]]}, PEOPLE, 1),
    ({"has_rows": [{"name": "Ada", "age": 36.0}]}, PEOPLE, 1),
    ({"has_rows": [{"name": "Ada"}, {"name": "Eve"}]}, PEOPLE, 0.5),
    ({"has_rows": [{"nick": "Ada"}]}, PEOPLE, 0),
    ({"rows": [["Bob", 9, 'a "b"'], ["Ada", 36, "Paris, TX"]]}, PEOPLE, 1),
    ({"rows": [{"name": "Bob"}, {"name": "Ada"}], "ordered": True}, PEOPLE, 0),
    ({"rows": [{"name": "Ada"}, {"name": "Bob"}], "ordered": True}, PEOPLE, 1),
    ({"rows": [{"name": "Ada"}]}, PEOPLE, 0),
    ({"rows": [{"name": "Ada"}, {"name": "Ada"}]}, PEOPLE, 0),
    ({"columns": ["a", "b"], "delimiter": ";"}, "a;b\r\n1;2\r\n", 1),
    ({"columns": ["a", "b"], "delimiter": "\t"}, "```tsv\na\tb\n1\t2\n```", 1),
    ({"count": 1, "columns": ["a", "b"]}, "Here is the CSV:\n\na, b\n1, 2\n\nThat is all.", 1),
    ({"columns": ["a"]}, "a\n1\n2", 1),
    ({"has_rows": [[True, None]]}, "a,b\nTrue,", 1),
    ({"has_rows": [["1.0"]]}, "a\n1", 0),
    ({"has_rows": [[1]]}, "a\none", 0),
    ("valid", "a,b\n1,2,3", 0),
    ("valid", 'a,b\n"1,2', 0),
    ("valid", "", 0),
    ("valid", "a,\x00", 1),
    ("valid", "Größe,b\n1,\u202e2", 1),
    ({"whole": True}, PEOPLE, 1),
    ({"whole": True}, f"```csv\n{PEOPLE}```", 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), CSV)
def test_csv(arguments, answer, unit):
    finding = decide({"csv": arguments}, answer)

    assert finding.unit == unit, finding.reason


WHOLE_JSON = [
    ('{"a": 1}', 1),
    ('\n {"a": 1} \n', 1),
    ('```json\n{"a": 1}\n```', 0),
    ('Sure: {"a": 1}', 0),
]


@pytest.mark.parametrize(("answer", "unit"), WHOLE_JSON)
def test_json_that_has_to_be_the_whole_answer(answer, unit):
    finding = decide({"json": {"whole": True}}, answer)

    assert finding.unit == unit, finding.reason


REASONS = [
    ({"json_path": "$.a"}, "x", "expected JSON, got 'x'"),
    ({"json_path": "$.a"}, "{}", "expected a value at `$.a`, got none"),
    ({"json_path": "$.a"}, '{"a": 5}', "5 is at `$.a`"),
    ({"json_path": {"path": "$.a", "value": 1}}, '{"a": 5}', "expected 1 at `$.a`, got 5"),
    ({"json_path": {"path": "$.a", "value": 1}}, "{}", "expected 1 at `$.a`, got nothing"),
    ({"json_path": {"path": "$.*", "values": [1]}}, '{"a": 5}', "expected [1] at `$.*`, got 5"),
    ({"json_path": {"path": "$.*", "values": [1, 2]}}, "[5]", "expected [1, 2] at `$.*`, got [5]"),
    ({"json_path": {"path": "$.*", "value": 1}}, "[1]", "1 is at `$.*`"),
    ({"json_path": {"path": "$.a", "exists": False}}, "{}", "nothing is at `$.a`"),
    (
        {"json_path": {"path": "$.a", "exists": False}},
        '{"a": 5}',
        "expected nothing at `$.a`, got 5",
    ),
    ({"json_path": {"path": "$.*", "count": 2}}, "[5]", "expected 2 values at `$.*`, got 1"),
    (
        {"json_path": {"path": "$.*", "regex": "^a"}},
        '["b"]',
        "expected a match of '^a' at `$.*`, got 'b'",
    ),
    ({"json_path": {"path": "$.*", "regex": "^a"}}, '["ab"]', "'ab' at `$.*` matches '^a'"),
    ({"yaml": "valid"}, "x", "expected a mapping or a list in YAML, got 'x'"),
    ({"yaml": {"whole": True}}, "x\n\na: 1", "expected nothing but YAML, got 'x\\n\\na: 1'"),
    ({"yaml": "valid"}, "a: 1", "the YAML is as expected: '{\"a\": 1}'"),
    ({"yaml": {"fields": {"a": 1}}}, "a: 2", "`a` is 2, expected 1"),
    ({"yaml": {"fields": {"b": 1}}}, "a: 2", "`b` is missing, expected 1"),
    (
        {"yaml": {"schema": {"type": "array"}}},
        "a: 2",
        "the YAML does not fulfil the schema: \"{'a': 2} is not of type 'array'\"",
    ),
    ({"json": {"whole": True}}, "x [1]", "expected nothing but JSON, got 'x [1]'"),
    ({"xml": "valid"}, "x", "expected XML, got no XML in 'x'"),
    (
        {"xml": "valid"},
        "<a>",
        "expected XML, got XML that is not well-formed: "
        "no element found: line 1, column 3 in '<a>'",
    ),
    ({"xml": "valid"}, "<a/>", "the XML is as expected: root 'a'"),
    (
        {"xml": {"root": "b", "fields": {"c": 1, "d": 2, "e": [1]}, "counts": {"f": 1}}},
        "<a><c>5</c></a>",
        "expected the root <b>, got 'a'; `c` is '5', expected 1; `d` is missing, expected 2; "
        "`e` is [], expected [1]; expected 1 of `f`, got 0",
    ),
    ({"html": "valid"}, "x", "expected HTML, got no HTML in 'x'"),
    ({"html": "valid"}, "<div>", "the HTML is not well-formed: <div> is not closed"),
    (
        {"html": "valid"},
        "<div><b></div>",
        "the HTML is not well-formed: </div> comes before <b> is closed",
    ),
    ({"html": "valid"}, "<b></b></i>", "the HTML is not well-formed: </i> closes nothing"),
    ({"html": "valid"}, "<b x='1></b>", "the HTML is not well-formed: the tag <b is not closed"),
    (
        {"html": {"elements": ["p"], "forbidden_elements": ["b"]}},
        "<b></b>",
        "<p> is missing; <b> must not be there",
    ),
    ({"html": "valid"}, "<p>a</p>", "the HTML is as expected: 1 kinds of elements"),
    ({"csv": "valid"}, "", "expected CSV, got no CSV in ''"),
    (
        {"csv": "valid"},
        "a,b\n1",
        "expected CSV, got ragged CSV: line 2 has 1 fields, the first has 2 in 'a,b\\n1'",
    ),
    (
        {"csv": "valid"},
        'a\n"b',
        "expected CSV, got CSV that cannot be read: unexpected end of data (line 2) in 'a\\n\"b'",
    ),
    ({"csv": {"columns": ["a"]}}, "b", "expected the columns ['a'], got ['b']"),
    ({"csv": {"count": 2}}, "a\n1", "expected 2 rows, got 1"),
    ({"csv": {"rows": [[1], [2]]}}, "a\n1", "expected 2 rows, got 1"),
    ({"csv": {"rows": [[2]]}}, "a\n1", "expected [2] as a row"),
    ({"csv": {"rows": [[2]], "ordered": True}}, "a\n1", "expected [2] as row 1, got ['1']"),
    ({"csv": {"has_rows": [[2]]}}, "a\n1", "the row [2] is missing"),
    ({"csv": "valid"}, "a,b\n1,2", "2 rows of 2 fields"),
    (
        {"csv": {"has_rows": [[n] for n in range(7)]}},
        "a",
        "the row [0] is missing; the row [1] is missing; the row [2] is missing; "
        "the row [3] is missing; the row [4] is missing; and 2 more",
    ),
]


@pytest.mark.parametrize(("check", "answer", "reason"), REASONS)
def test_reason_says_expected_and_got(check, answer, reason):
    assert decide(check, answer).reason == reason


PATHS = "must be a path such as `book/title`, `//td[2]` or `a[@id='x']/@href`"
PROBLEMS = [
    ({"json_path": "a"}, "`json_path` must be a JSONPath such as `$.users[0].name`, got 'a'"),
    (
        {"json_path": "$.a | $.b"},
        "`json_path` must be a JSONPath such as `$.users[0].name`, got '$.a | $.b'",
    ),
    ({"json_path": 5}, "`json_path` must be text, got 5"),
    ({"json_path": "$" + ".a" * 300}, "`json_path` must have at most 500 characters, got 601"),
    ({"json_path": "$..a..b..c"}, "`json_path` must have `..` at most twice, got '$..a..b..c'"),
    ({"json_path": "$[?@..a]"}, "`json_path` must have no `..` inside a filter, got '$[?@..a]'"),
    (
        {"json_path": "$[?search(@.a, @.b)]"},
        "`json_path` must have a text as the pattern of `search`, got '$[?search(@.a, @.b)]'",
    ),
    (
        {"json_path": "$[?match(@.a, '(')]"},
        "`json_path` must be a regular expression, got '(': missing ) at position 1, "
        "got \"$[?match(@.a, '(')]\"",
    ),
    (
        {"json_path": {"path": "$", "value": 1, "count": 1}},
        "`json_path` must ask for one thing at the path, got `count` and `value`",
    ),
    (
        {"json_path": {"path": "$", "count": "x"}},
        "`json_path.count` must be a number, or `min` and `max`, got 'x'",
    ),
    (
        {"json_path": {"path": "$", "count": {"min": 2, "max": 1}}},
        "`json_path.count` `min` must be at most `max`, got 2 and 1",
    ),
    (
        {"json_path": {"path": "$", "regex": "("}},
        "`json_path.regex` must be a regular expression, got '(': missing ) at position 1",
    ),
    ({"yaml": {"whole": 1}}, "`yaml.whole` must be true or false, got 1"),
    (
        {"yaml": {"schema": {"type": 5}}},
        "`yaml.schema` must be a JSON Schema: 5 is not valid under any of the given schemas",
    ),
    ({"xml": {"fields": {"a//": 1}}}, f"`xml.fields` {PATHS}, got 'a//'"),
    ({"xml": {"fields": {"/a": 1}}}, f"`xml.fields` {PATHS}, got '/a'"),
    ({"xml": {"fields": {"": 1}}}, "`xml.fields` must be a path such as `book/title`, got ''"),
    ({"xml": {"fields": {"@a/b": 1}}}, f"`xml.fields` {PATHS}, got '@a/b'"),
    ({"xml": {"counts": {"a[0]": 1}}}, f"`xml.counts` {PATHS}, got 'a[0]'"),
    (
        {"xml": {"fields": {"a": {}}}},
        "`xml.fields.a` must be a text, a number, true, false or nothing, got {}",
    ),
    ({"html": {"elements": "a"}}, "`html.elements` must be a list, got 'a'"),
    ({"csv": {"rows": [5]}}, "`csv.rows.0` must be a list of values or a mapping by column, got 5"),
    (
        {"csv": {"rows": [[[]]]}},
        "`csv.rows.0` must be a text, a number, true, false or nothing, got []",
    ),
    (
        {"csv": {"columns": ["a"], "header": False}},
        "`csv` must have no `columns` where `header` is false",
    ),
    (
        {"csv": {"has_rows": [{"a": 1}], "header": False}},
        "`csv` must have its rows as lists where `header` is false",
    ),
    (
        {"csv": {"delimiter": "-"}},
        "`csv.delimiter` must be ',', ';', '\\t' or '|', got '-'",
    ),
]


@pytest.mark.parametrize(("check", "problem"), PROBLEMS)
def test_problem_of_the_arguments_is_said(check, problem):
    assert [found.text for found in CATALOGUE.find_problems(check)] == [problem]

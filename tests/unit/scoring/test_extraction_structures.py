"""JSON, YAML, XML, HTML, CSV and Markdown in answers: what is found, or why nothing is."""

import pytest

from pytest_modelbench.scoring.extraction import Found, NotFound
from pytest_modelbench.scoring.extraction.csv_rows import find_csv
from pytest_modelbench.scoring.extraction.elements import Step, read_path, read_text, select
from pytest_modelbench.scoring.extraction.html_pages import find_html, parse_html
from pytest_modelbench.scoring.extraction.json_values import find_json
from pytest_modelbench.scoring.extraction.markdown_blocks import (
    Heading,
    Table,
    parse_markdown,
)
from pytest_modelbench.scoring.extraction.xml_values import find_xml, parse_xml
from pytest_modelbench.scoring.extraction.yaml_values import find_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("null", None), ("a {} [1, 2] b", [1, 2]), ('```\n{"a": 1}\n```', {"a": 1})],
)
def test_json_is_found(text, value):
    assert find_json(text) == Found(value=value)


@pytest.mark.parametrize("text", ["", "a", "{a}", "NaN", "[" * 500 + "]" * 500])
def test_text_without_json(text):
    assert find_json(text) == NotFound(reason="no JSON")


def test_yaml_is_found_between_paragraphs_of_prose():
    assert find_yaml("Here you are!\n\na: [1]\n\nBye") == Found(value={"a": [1]})


def test_text_without_yaml():
    assert find_yaml("It is done. Bye") == NotFound(reason="no YAML")


def test_element_in_prose_is_found():
    found = find_xml("The first is <a>1 < 2</a>, the second <b x='1'>2</b>.")

    assert isinstance(found, Found)
    assert (found.value.name, found.value.attributes) == ("b", {"x": "1"})


def test_search_for_an_element_in_prose_ends():
    text = "".join(f"x <a{number}>" for number in range(10_000)) + "</a9999>"

    assert find_xml(text) == NotFound(reason="no XML")


def test_html_that_is_too_long_is_refused():
    found = find_html("<b>" * 200_000)

    assert found == NotFound(reason="an answer of more than 300,000 characters")


PATHS = [
    ("a", (Step(name="a"),)),
    ("//a", (Step(name="a", descends=True),)),
    (".//a", (Step(name="a", descends=True),)),
    ("a//b", (Step(name="a"), Step(name="b", descends=True))),
    ("a[2]/@x", (Step(name="a", index=2), Step(name="@x"))),
    ("*[@x]", (Step(name="*", attribute="x"),)),
    ("a[@x='/]']", (Step(name="a", attribute="x", value="/]"),)),
    ("n:a", (Step(name="n:a"),)),
]


@pytest.mark.parametrize(("path", "steps"), PATHS)
def test_path_is_read(path, steps):
    assert read_path(path) == steps


@pytest.mark.parametrize("path", ["", "/", "/a", "a/", "a///b", "a[x]", "@x/a", "a b", "a[", "."])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValueError, match="must be a path such as"):
        read_path(path)


def test_descendants_are_found_once_and_in_order():
    found = parse_xml("<r><a><a><b>1</b></a><b>2</b></a><b>3</b></r>")

    assert isinstance(found, Found)
    texts = [read_text(element) for element in select(found.value, read_path("//a//b"))]
    assert texts == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("<p>a<p>b", ()),
        ("<ul><li>a<li>b</ul>", ()),
        ("<b>a", ("<b> is not closed",)),
        ("</b>", ("</b> closes nothing",)),
        ("<br></br>", ("</br> closes nothing",)),
        ("<i><b></i>", ("</i> comes before <b> is closed",)),
        ("<!-- a", ("a comment is not closed",)),
        ("<!doctype", ("a declaration is not closed",)),
        ("<a b='", ("the tag <a is not closed",)),
        ("<script>a", ("<script> is not closed",)),
        ("<i>" * 300, ("more than 20,000 elements, or 200 deep", *["<i> is not closed"] * 4)),
        ("<br>" * 20_001, ("more than 20,000 elements, or 200 deep",)),
        ("a < b <3", ()),
    ],
)
def test_problems_of_html(text, problems):
    assert parse_html(text).problems == problems


def test_tag_in_a_comment_alone_is_no_html():
    assert find_html("<!-- <b>x</b> -->") == NotFound(reason="no HTML")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("Sure.\n\nThe table:\na,b\n1,2\n\nDone, really.", [["a", "b"], ["1", "2"]]),
        ("```\na,b\n\n1,2\n```", [["a", "b"], ["1", "2"]]),
        ('a\n"x\ny"', [["a"], ["x\ny"]]),
    ],
)
def test_csv_is_found(text, rows):
    assert find_csv(text, ",") == Found(value=rows)


def test_csv_that_is_too_long_is_refused():
    assert find_csv("a," * 600_000, ",") == NotFound(reason="CSV of more than 1,000,000 characters")
    assert find_csv("a\n" * 20_001, ",") == NotFound(reason="CSV of more than 20,000 rows")


def test_markdown_is_read_in_its_order():
    found = parse_markdown("# A `b`\n\n|x|y|\n|-|-|\n|**1**|2|\n\nB\n-\n\n[l](u)\n\n```py\n```")

    assert isinstance(found, Found)
    markdown = found.value
    assert markdown.headings == [Heading(rank=1, text="A b"), Heading(rank=2, text="B")]
    assert markdown.tables == [Table(columns=["x", "y"], rows=[["1", "2"]])]
    assert (markdown.links, markdown.languages) == (["u"], ["py"])

"""The checks for XML and HTML."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.demands import (
    Bounds,
    Values,
    count_problem,
    judge_demands,
    same_text,
)
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.elements import Element, read_path, read_text, select
from pytest_modelbench.scoring.extraction.html_pages import find_html
from pytest_modelbench.scoring.extraction.xml_values import find_xml, parse_xml

__all__ = ["MARKUP_CHECKS"]


def _require_paths(value: dict[str, Any]) -> dict[str, Any]:
    for path in value:
        read_path(path)
    return value


AnyByPath = Annotated[
    dict[str, Values], AfterValidator(_require_paths), Field(alias="fields", default_factory=dict)
]
CountByPath = Annotated[
    dict[str, Bounds], AfterValidator(_require_paths), Field(default_factory=dict)
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][\w.:-]*$")]


class Xml(Arguments):
    """What the XML in the answer has to be.

    Attributes:
        valid: There has to be well-formed XML, whatever it holds.
        root: The name of the outermost element.
        fields: Texts by the path from the root, such as `book[1]/title` or `book/@id`; a list
            stands for all texts that a path leads to.
        counts: How many elements a path leads to.
        whole: Nothing else stands in the answer, not even a fence.
    """

    shorthand: ClassVar[str] = "valid"

    valid: Literal["valid"] = "valid"
    root: Name | None = None
    fields_: AnyByPath
    counts: CountByPath
    whole: bool = False


class Html(Arguments):
    """What the HTML in the answer has to be.

    Attributes:
        valid: There has to be HTML in which every element is closed in the right order.
        elements: Names of elements that have to be there.
        forbidden_elements: Names of elements that must not be there.
        fields: Texts by path, such as `//h1` or `//a/@href`; a list stands for all texts that a
            path leads to.
        counts: How many elements a path leads to.
        well_formed: Whether elements that are left open, or closed in the wrong order, are wrong.
    """

    shorthand: ClassVar[str] = "valid"

    valid: Literal["valid"] = "valid"
    elements: list[Name] = Field(default_factory=list)
    forbidden_elements: list[Name] = Field(default_factory=list)
    fields_: AnyByPath
    counts: CountByPath
    well_formed: bool = True


def check_xml(text: str, arguments: Xml) -> Finding:
    """Find XML in the answer and compare it; the unit is the share of demands that are met."""
    found = parse_xml(text) if arguments.whole else find_xml(text)
    if isinstance(found, NotFound):
        return missed(f"expected XML, got {found.reason} in {quote(text.strip())}")
    root = found.value
    problems = list(_find_problems(root, arguments.fields_, arguments.counts))
    total = len(arguments.fields_) + len(arguments.counts)
    if arguments.root is not None:
        total += 1
        if arguments.root not in {root.name, root.name.rpartition(":")[2]}:
            problems.insert(0, f"expected the root <{arguments.root}>, got {quote(root.name)}")
    return judge_demands(problems, total, f"the XML is as expected: root {quote(root.name)}")


def check_html(text: str, arguments: Html) -> Finding:
    """Find HTML in the answer and compare it; the unit is the share of demands that are met."""
    found = find_html(text)
    if isinstance(found, NotFound):
        return missed(f"expected HTML, got {found.reason} in {quote(text.strip())}")
    page = found.value
    if arguments.well_formed and page.problems:
        return missed(f"the HTML is not well-formed: {'; '.join(page.problems)}")
    names = {str(element.name) for element in _all_elements(page.root)}
    problems = [f"<{name}> is missing" for name in arguments.elements if name.lower() not in names]
    problems += [
        f"<{name}> must not be there"
        for name in arguments.forbidden_elements
        if name.lower() in names
    ]
    problems += _find_problems(page.root, arguments.fields_, arguments.counts)
    total = len(arguments.elements) + len(arguments.forbidden_elements)
    total += len(arguments.fields_) + len(arguments.counts)
    return judge_demands(
        problems, total, f"the HTML is as expected: {len(names)} kinds of elements"
    )


def _all_elements(root: Element) -> Iterator[Element]:
    found = select(root, read_path("//*"))
    yield from (element for element in found if isinstance(element, Element))


def _find_problems(
    root: Element,
    fields: Mapping[str, Any],
    counts: Mapping[str, Bounds],
) -> Iterator[str]:
    for path, expected in fields.items():
        got = [read_text(found) for found in select(root, read_path(path))]
        if isinstance(expected, list):
            yield from _compare_all(got, expected, path)
        elif not got:
            yield f"`{path}` is missing, expected {quote(expected)}"
        elif not same_text(got[0], expected):
            yield f"`{path}` is {quote(got[0])}, expected {quote(expected)}"
    for path, bounds in counts.items():
        count = len(select(root, read_path(path)))
        if problem := count_problem(count, f"of `{path}`", bounds):
            yield problem


def _compare_all(got: Sequence[str], expected: Sequence[Any], path: str) -> Iterator[str]:
    if len(got) != len(expected) or not all(map(same_text, got, expected)):
        yield f"`{path}` is {quote(list(got[:20]))}, expected {quote(list(expected))}"


MARKUP_CHECKS = (
    Check(
        name="xml",
        arguments=Xml,
        decide=check_xml,
        illustration=Illustration(
            arguments={"root": "book", "fields": {"title": "Emma", "@year": 1815}},
            fulfilled='Here: <book year="1815"><title>Emma</title></book>',
            missed="<book><title>Emma</book>",
        ),
    ),
    Check(
        name="html",
        arguments=Html,
        decide=check_html,
        illustration=Illustration(
            arguments={"elements": ["ul"], "counts": {"//li": 2}},
            fulfilled="<ul><li>a<li>b</ul>",
            missed="<ul><li><b>a</li></ul>",
        ),
    ),
)

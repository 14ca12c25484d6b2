"""Links between pages lead somewhere, and the table of contents names every page."""

import re

import pytest

from tests.docs.pages import DOCS, PAGES, ROOT

LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
MORE = [ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]


def anchors(text: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    "page", [*PAGES, *MORE], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_every_link_leads_somewhere(page):
    dead = []
    for link in LINK.findall(page.read_text("utf-8")):
        if link.startswith(("http:", "https:")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            dead.append(link)

    assert dead == []


def test_the_index_names_every_page():
    index = (DOCS / "index.md").read_text("utf-8")
    named = {(DOCS / link.partition("#")[0]).resolve() for link in LINK.findall(index)}

    missing = [page for page in PAGES if page.is_relative_to(DOCS) and page not in named]

    assert missing == [DOCS / "index.md"]

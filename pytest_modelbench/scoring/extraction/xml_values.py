"""XML in answers: the whole answer, a fenced block, or an element in prose.

Entities cannot be declared, so that none can stand for a billion others, and nothing outside of
the answer is ever read.
"""

import re
from collections.abc import Iterator

from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code_blocks
from pytest_modelbench.scoring.extraction.elements import Element

__all__ = ["find_xml", "parse_xml"]

MAX_CHARS = 500_000
MAX_DEPTH = 100
MAX_ELEMENTS = 50_000
# Bounds the search for an element in a text full of them.
MAX_STARTS = 20
LANGUAGES = ("xml", "svg", "html", "xhtml", "")

START = re.compile(r"<([A-Za-z_][\w.:-]{0,100})(?=[\s/>])")


def find_xml(text: str) -> Found[Element] | NotFound:
    """Find the root element of the XML of an answer."""
    blocks = [block.text for block in find_code_blocks(text) if block.language in LANGUAGES]
    failed: NotFound | None = None
    for candidate in (text, *blocks, *_elements_in_prose(text)):
        if not candidate.lstrip().startswith("<"):
            continue
        found = parse_xml(candidate)
        if isinstance(found, Found):
            return found
        failed = failed or found
    return failed or NotFound(reason="no XML")


def parse_xml(text: str) -> Found[Element] | NotFound:
    """Parse a whole text."""
    # The parser comes with Python; what makes others unsafe is refused before it begins.
    from xml.parsers import expat  # noqa: PLC0415  only for XML

    if len(text) > MAX_CHARS:
        return NotFound(reason=f"XML of more than {MAX_CHARS:,} characters")
    if "<!ENTITY" in text:
        return NotFound(reason="XML that declares entities")
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.add_text
    try:
        parser.Parse(text.strip().encode("utf-8", "surrogatepass"), True)  # noqa: FBT003  expat's
    except expat.ExpatError as error:
        return NotFound(reason=f"XML that is not well-formed: {error}")
    except _TooLargeError as error:
        return NotFound(reason=str(error))
    return Found(value=builder.root.elements[0])


class _TooLargeError(ValueError):
    """A tree that no check walks."""


class _Builder:
    """Builds the tree from what the parser tells."""

    def __init__(self) -> None:
        self.root = Element(name="")
        self._open = [self.root]
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) > MAX_DEPTH:
            raise _TooLargeError(f"XML that is nested more than {MAX_DEPTH} deep")
        if self._count > MAX_ELEMENTS:
            raise _TooLargeError(f"XML of more than {MAX_ELEMENTS:,} elements")
        element = Element(name=name, attributes=attributes)
        self._open[-1].children.append(element)
        self._open.append(element)

    def end(self, _name: str) -> None:
        self._open.pop()

    def add_text(self, text: str) -> None:
        self._open[-1].children.append(text)


def _elements_in_prose(text: str) -> Iterator[str]:
    """Yield from an opening tag to its last closing one, for the first few names."""
    names: set[str] = set()
    for found in START.finditer(text):
        if found[1] in names:
            continue
        names.add(found[1])
        if len(names) > MAX_STARTS:
            return
        closing = f"</{found[1]}>"
        end = text.rfind(closing, found.end())
        if end >= 0:
            yield text[found.start() : end + len(closing)]

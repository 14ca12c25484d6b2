"""HTML in answers, read as leniently as browsers do, with a list of what is wrong with it.

End tags that HTML lets one leave out (`</li>`, `</p>`, `</td>`) may be missing, and elements that
have none (`<br>`) need none. Everything else has to be closed, in the right order.
"""

import html
import re
from dataclasses import dataclass, field

from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.extraction.code_blocks import find_code_blocks
from pytest_modelbench.scoring.extraction.elements import Element

__all__ = ["Page", "find_html", "parse_html"]

MAX_CHARS = 300_000
MAX_DEPTH = 200
MAX_ELEMENTS = 20_000
MAX_PROBLEMS = 5
LANGUAGES = ("html", "htm", "xhtml", "svg", "xml", "")

VOID = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr"),
    )
)
RAW = frozenset(("script", "style", "textarea", "title"))
FOREIGN = frozenset(("svg", "math"))
# What closes a paragraph.
BLOCKS = (
    *("address", "article", "aside", "blockquote", "details", "div", "dl", "fieldset"),
    *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
    *("hr", "main", "nav", "ol", "p", "pre", "section", "table", "ul"),
)
# By these an answer is known to hold HTML, and not a generic type or a placeholder.
KNOWN = frozenset(
    (
        *(*VOID, *RAW, *FOREIGN, *BLOCKS),
        *("a", "abbr", "audio", "b", "bdi", "bdo", "body", "button", "canvas", "caption", "cite"),
        *("code", "colgroup", "data", "datalist", "dd", "del", "dfn", "dialog", "dt", "em"),
        *("head", "html", "i", "iframe", "ins", "kbd", "label", "legend", "li", "map", "mark"),
        *("menu", "meter", "noscript", "object", "optgroup", "option", "output", "picture"),
        *("progress", "q", "ruby", "rt", "rp", "s", "samp", "search", "select", "slot", "small"),
        *("span", "strong", "sub", "summary", "sup", "tbody", "td", "template", "tfoot", "th"),
        *("thead", "time", "tr", "u", "var", "video"),
    )
)
# What an opening tag closes where it stands directly inside.
CLOSES: dict[str, frozenset[str]] = {
    **dict.fromkeys(BLOCKS, frozenset(("p",))),
    "li": frozenset(("li", "p")),
    "dt": frozenset(("dt", "dd", "p")),
    "dd": frozenset(("dt", "dd", "p")),
    "option": frozenset(("option",)),
    "optgroup": frozenset(("option", "optgroup")),
    "td": frozenset(("td", "th", "p")),
    "th": frozenset(("td", "th", "p")),
    "tr": frozenset(("td", "th", "tr", "p", "colgroup", "caption")),
    "thead": frozenset(("colgroup", "caption")),
    "tbody": frozenset(("td", "th", "tr", "thead", "tbody", "colgroup", "caption")),
    "tfoot": frozenset(("td", "th", "tr", "thead", "tbody")),
    "body": frozenset(("head",)),
}
MAY_STAY_OPEN = frozenset(
    (
        *("html", "head", "body", "p", "li", "dt", "dd", "option", "optgroup", "td", "th", "tr"),
        *("thead", "tbody", "tfoot", "colgroup", "caption"),
    )
)

OPENING = re.compile(r"<([A-Za-z][A-Za-z0-9:-]{0,50})(?=[\s/>])")
CLOSING = re.compile(r"</([A-Za-z][A-Za-z0-9:-]{0,50})\s{0,20}>")
ATTRIBUTE = re.compile(r"""[\s/]*([^\s"'<>/=]{1,200})(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")
END = re.compile(r"\s*(/?)\s*>")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """HTML that was read.

    Attributes:
        root: Holds the outermost elements; has no name.
        problems: What is not well-formed, the first few.
    """

    root: Element
    problems: tuple[str, ...]


def find_html(text: str) -> Found[Page] | NotFound:
    """Find the HTML of an answer: a fenced block, or from the first known tag to the last."""
    if len(text) > MAX_CHARS:
        return NotFound(reason=f"an answer of more than {MAX_CHARS:,} characters")
    blocks = [block.text for block in find_code_blocks(text) if block.language in LANGUAGES]
    for candidate in (*blocks, text):
        start = _find_start(candidate)
        page = parse_html(candidate[start : _find_end(candidate)] if start >= 0 else "")
        # A tag may stand in a comment alone.
        if page.root.elements or page.problems:
            return Found(value=page)
    return NotFound(reason="no HTML")


def parse_html(text: str) -> Page:
    """Read a whole text."""
    reader = _Reader(text=text)
    reader.read()
    return Page(root=reader.root, problems=tuple(reader.problems[:MAX_PROBLEMS]))


def _find_start(text: str) -> int:
    """Return where HTML begins: at a known tag, or a comment or declaration before it."""
    for found in OPENING.finditer(text):
        if found[1].lower() in KNOWN or "-" in found[1]:
            early = text.find("<!", 0, found.start())
            return early if early >= 0 else found.start()
    return -1


def _find_end(text: str) -> int:
    """Return where HTML ends: behind the last tag, or at the end where one is left open."""
    last = text.rfind("<")
    is_open = last > text.rfind(">") and text[last + 1 : last + 2] not in {"", " ", "="}
    return len(text) if is_open else text.rfind(">") + 1


@dataclass(kw_only=True, slots=True)
class _Reader:
    """Walks over the text once; what it cannot read ends the walk."""

    text: str
    root: Element = field(default_factory=lambda: Element(name=""))
    problems: list[str] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)
    _count: int = 0

    def read(self) -> None:
        self._open = [self.root]
        at = 0
        while 0 <= at < len(self.text):
            start = self.text.find("<", at)
            self._add_text(self.text[at : start if start >= 0 else len(self.text)])
            if start < 0:
                break
            at = self._read_markup(start)
        left = [element.name for element in self._open[1:] if element.name not in MAY_STAY_OPEN]
        self.problems += [f"<{name}> is not closed" for name in left]

    def _read_markup(self, start: int) -> int:
        """Return where to go on; -1 ends the walk."""
        if self.text.startswith("<!--", start):
            return self._skip(start, "-->", "a comment is not closed")
        if self.text.startswith(("<!", "<?"), start):
            return self._skip(start, ">", "a declaration is not closed")
        if closing := CLOSING.match(self.text, start):
            self._close(closing[1].lower())
            return closing.end()
        if opening := OPENING.match(self.text, start):
            return self._read_opening(opening)
        self._add_text("<")
        return start + 1

    def _skip(self, start: int, end: str, problem: str) -> int:
        at = self.text.find(end, start)
        if at < 0:
            self.problems.append(problem)
            return -1
        return at + len(end)

    def _read_opening(self, opening: re.Match[str]) -> int:
        name = opening[1].lower()
        attributes: dict[str, str] = {}
        at = opening.end()
        while found := ATTRIBUTE.match(self.text, at):
            value = found[2] or ""
            value = value[1:-1] if value.startswith(('"', "'")) else value
            attributes.setdefault(found[1].lower(), html.unescape(value))
            at = found.end()
        end = END.match(self.text, at)
        if not end:
            self.problems.append(f"the tag <{name} is not closed")
            return -1
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) > MAX_DEPTH:
            self.problems.append(f"more than {MAX_ELEMENTS:,} elements, or {MAX_DEPTH} deep")
            return -1
        self._start(name, attributes, closed=bool(end[1]))
        return self._read_raw(name, end.end()) if name in RAW and not end[1] else end.end()

    def _start(self, name: str, attributes: dict[str, str], *, closed: bool) -> None:
        while self._open[-1].name in CLOSES.get(name, ()):
            self._open.pop()
        element = Element(name=name, attributes=attributes)
        self._open[-1].children.append(element)
        foreign = any(parent.name in FOREIGN for parent in (*self._open, element))
        if name not in VOID and not (closed and foreign):
            self._open.append(element)

    def _read_raw(self, name: str, at: int) -> int:
        """Take what stands in a script or a title as text."""
        end = re.compile(rf"</{name}\s{{0,20}}>", re.IGNORECASE | re.ASCII).search(self.text, at)
        if not end:
            # It stays open, which is said at the end.
            return -1
        self._add_text(self.text[at : end.start()])
        self._open.pop()
        return end.end()

    def _close(self, name: str) -> None:
        if name in VOID:
            self.problems.append(f"</{name}> closes nothing")
            return
        if any(element.name == name for element in self._open):
            while self._open[-1].name != name and self._open[-1].name in MAY_STAY_OPEN:
                self._open.pop()
        if self._open[-1].name == name:
            self._open.pop()
        elif any(element.name == name for element in self._open):
            self.problems.append(f"</{name}> comes before <{self._open[-1].name}> is closed")
            while self._open.pop().name != name:
                pass
        else:
            self.problems.append(f"</{name}> closes nothing")

    def _add_text(self, text: str) -> None:
        if text:
            self._open[-1].children.append(html.unescape(text))

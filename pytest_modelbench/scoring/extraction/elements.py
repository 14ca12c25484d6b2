"""Elements of XML and HTML, and short paths to them.

A path is a part of XPath: `book/title`, `//td`, `*`, `book[2]`, `a[@rel]`, `a[@rel='next']`, and
`@href` for an attribute at the end. Following one is linear in the tree.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Element", "Step", "read_path", "read_text", "select"]

STEP = re.compile(
    r"""(?P<slashes>/{0,2})(?P<name>@?[^\W\d][\w.:-]*|\*)
    (?:\[(?:(?P<index>[1-9]\d{0,5})
          |@(?P<attribute>[^\W\d][\w.:-]*)(?:=(?P<quote>["'])(?P<value>[^"']*)(?P=quote))?)\])?""",
    re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Element:
    """An element.

    Attributes:
        name: As it is written, with its prefix.
        attributes: By name.
        children: Elements and texts.
    """

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def elements(self) -> Sequence["Element"]:
        """Return the children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step of a path.

    Attributes:
        name: Of the elements, `*` for all, or `@name` for an attribute.
        descends: It looks at everything below, not at the children alone.
        index: The n-th of its siblings with that name, from 1; 0 for all.
        attribute: One that the elements must have; "" for none.
        value: What that attribute must be; None for anything.
    """

    name: str
    descends: bool = False
    index: int = 0
    attribute: str = ""
    value: str | None = None

    def accepts(self, element: Element) -> bool:
        """Tell whether an element has the name and the attribute."""
        if self.name not in {"*", element.name, element.name.rpartition(":")[2]}:
            return False
        if not self.attribute:
            return True
        got = element.attributes.get(self.attribute)
        return got is not None and self.value in {None, got}


def read_path(path: str) -> tuple[Step, ...]:
    """Return the steps of a path.

    Raises:
        ValueError: It is no path.
    """
    steps: list[Step] = []
    at = 1 if path.startswith(".//") else 0
    while at < len(path):
        found = STEP.match(path, at)
        wanted = {"", "//"} if not steps else {"/", "//"}
        ended = bool(steps) and steps[-1].name.startswith("@")
        if not found or found["slashes"] not in wanted or ended:
            raise ValueError(
                f"must be a path such as `book/title`, `//td[2]` or `a[@id='x']/@href`, got {path!r}"
            )
        step = Step(
            name=found["name"],
            descends=found["slashes"] == "//",
            index=int(found["index"] or 0),
            attribute=found["attribute"] or "",
            value=found["value"],
        )
        steps.append(step)
        at = found.end()
    if not steps:
        raise ValueError("must be a path such as `book/title`, got ''")
    return tuple(steps)


def select(root: Element, steps: Sequence[Step]) -> Sequence[str | Element]:
    """Return the elements that a path leads to from the root, or the values of an attribute.

    They come in the order of the text.
    """
    found = [root]
    order = {id(element): at for at, element in enumerate(_below([root]))}
    for step in steps:
        owners = list(_below(found)) if step.descends else found
        if step.name.startswith("@"):
            name = step.name[1:]
            return [owner.attributes[name] for owner in owners if name in owner.attributes]
        found = [child for owner in owners for child in _take(owner, step)]
        if step.descends:
            found.sort(key=lambda element: order[id(element)])
    return found


def read_text(found: str | Element) -> str:
    """Return the text of an element and of all below it, with single spaces."""
    if isinstance(found, str):
        return found.strip()
    parts: list[str] = []
    waiting: list[Element | str] = [found]
    while waiting:
        child = waiting.pop()
        if isinstance(child, str):
            parts.append(child)
        else:
            waiting.extend(reversed(child.children))
    return " ".join("".join(parts).split())


def _take(owner: Element, step: Step) -> Sequence[Element]:
    found = [child for child in owner.elements if step.accepts(child)]
    return found[step.index - 1 : step.index] if step.index else found


def _below(found: Sequence[Element]) -> Iterator[Element]:
    """Yield the elements and all below them, each once."""
    seen: set[int] = set()
    for element in found:
        waiting = [element]
        while waiting:
            current = waiting.pop()
            if id(current) not in seen:
                seen.add(id(current))
                yield current
                waiting.extend(reversed(current.elements))

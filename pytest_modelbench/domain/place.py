"""Where a value was written, so that a message can point at it."""

from dataclasses import dataclass

__all__ = ["NOWHERE", "Place", "Problem"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A line of a file the user writes.

    Attributes:
        path: Relative to the project's root, with forward slashes.
        line: Counted from 1; 0 where no line is known.
    """

    path: str
    line: int = 0

    def __str__(self) -> str:
        """Render `path:line`, or the path alone where no line is known."""
        return f"{self.path}:{self.line}" if self.line else self.path


NOWHERE = Place(path="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """What is wrong inside a value, before the place of the value is known.

    Attributes:
        text: Expected and got.
        hint: What the user can do, or "".
        path: Keys and indices that lead from the value to its faulty part.
    """

    text: str
    hint: str = ""
    path: tuple[str | int, ...] = ()

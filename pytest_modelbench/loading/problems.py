"""What is wrong with a file: collected while it is read, reported all at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from pytest_modelbench.domain import Place, find_nearest
from pytest_modelbench.errors import ModelbenchError, join_errors

__all__ = ["Problems", "name_known"]

AnyError = TypeVar("AnyError", bound=ModelbenchError)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    line: int
    text: str
    hint: str


@dataclass(kw_only=True, slots=True)
class Problems:
    """The problems of one file; grows while the file is read.

    Attributes:
        path: The file, as messages name it.
    """

    path: str
    _found: list[_Found] = field(default_factory=list)

    def add(self, line: int, text: str, hint: str = "") -> None:
        """Note one problem.

        Args:
            line: Counted from 1; 0 where no line is known.
            text: What was expected and what was there, without a full stop.
            hint: What the user can do.
        """
        found = _Found(line=line, text=text, hint=hint)
        # An alias shows the same lines in several places; one message about them is enough.
        if found not in self._found[-100:]:
            self._found.append(found)

    def __len__(self) -> int:
        """Return how many problems were noted so far."""
        return len(self._found)

    def raise_all(self, error: type[AnyError]) -> None:
        """Raise all problems, sorted by line, as one error; do nothing if there are none."""
        if not self._found:
            return
        raise join_errors(
            [
                error(found.text, found.hint, str(Place(path=self.path, line=found.line)))
                for found in sorted(self._found, key=lambda found: found.line)
            ]
        )


def name_known(word: str, known: Iterable[str], what: str) -> str:
    """Return a hint that lists the known words, with the nearest one to `word` first.

    Args:
        what: What the words are, for instance "models".
    """
    words = list(known)
    nearest = find_nearest(word, words)
    listing = f"known {what}: {', '.join(words)}" if words else f"there are no {what}"
    return f"did you mean `{nearest}`? {listing}" if nearest else listing

"""What an extraction comes to: the part of the answer that was found, or why nothing was.

No module of extraction knows the checks: they import from here.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Found", "NotFound"]

Value = TypeVar("Value")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found(Generic[Value]):
    """What an answer has.

    Attributes:
        value: The part of the answer, or what it stands for.
    """

    value: Value


@dataclass(frozen=True, kw_only=True, slots=True)
class NotFound:
    """What an answer lacks.

    Attributes:
        reason: Follows "got" in a sentence: "no number", "no line 3, only 2".
    """

    reason: str

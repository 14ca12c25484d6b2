"""What a good answer fulfils: criteria, with the checks that decide them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_modelbench.domain.place import Place

__all__ = ["CheckSpec", "Criterion"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckSpec:
    """A check as the user wrote it: plain data, found valid by the catalogue.

    Attributes:
        value: The mapping `{name: arguments}`; JSON values only.
        place: Where it is written.
    """

    value: Mapping[str, Any]
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One requirement of a rubric.

    Attributes:
        name: What has to be fulfilled, in words.
        weight: Share of the score; the weights of a rubric sum to 1.
        check: Decides it by code; None leaves it to the judge.
        place: Where it is written.
    """

    name: str
    weight: float
    check: CheckSpec | None
    place: Place

"""What the shapes of both files share: strictness, and types that name themselves in messages."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)

from pytest_modelbench.domain import OWN_CHECK

__all__ = [
    "CHECK_MARK",
    "KINDS",
    "NOTE",
    "AnyNote",
    "Capability",
    "CheckValue",
    "SamplingShape",
    "ScalarValue",
    "Shape",
    "name_kind",
    "share_sampling",
]

# `suite_schema` replaces a schema that has this as its format by the catalogue's.
CHECK_MARK = "modelbench-check"

NOTE = "For people; it has no effect."
AnyNote = Annotated[Any, Field(description=NOTE)]


def _name_alone(value: object) -> object:
    """Return a check as a mapping; a function of the project may be named alone."""
    return {value: {}} if isinstance(value, str) and OWN_CHECK.search(value) else value


CheckValue = Annotated[
    dict[str, Any],
    BeforeValidator(_name_alone),
    WithJsonSchema({"type": "object", "format": CHECK_MARK}),
    Field(description="Decides by code: {name of the check: its arguments}."),
]


class Shape(BaseModel):
    """A mapping with known keys and strict types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


KINDS: dict[type, str] = {
    str: "<text>",
    bool: "<true or false>",
    int: "<a number>",
    float: "<a number>",
    list: "<a list>",
    dict: "<a mapping>",
}


def name_kind(value: object) -> str:
    """Return the tag by which a union of shapes picks its member.

    The tag stands in the path of a problem, where no key of a file can be mistaken for it.
    """
    return KINDS.get(type(value), "<something else>")


ScalarValue = Annotated[
    Annotated[str, Tag("<text>")]
    | Annotated[float, Tag("<a number>")]
    | Annotated[bool, Tag("<true or false>")],
    Discriminator(name_kind),
]


class SamplingShape(Shape):
    """How the next token is drawn."""

    temperature: Annotated[
        float,
        Field(ge=0, allow_inf_nan=False, description="0 always takes the most likely token."),
    ] = 0.0
    max_tokens: Annotated[int, Field(gt=0, description="Token limit of the answer.")] = 512
    seed: Annotated[
        int, Field(ge=0, lt=2**32, description="Of the first trial; trial n uses seed + n - 1.")
    ] = 1
    top_k: Annotated[int, Field(ge=0, description="Keep this many tokens; 0 keeps all.")] = 40
    top_p: Annotated[
        float, Field(gt=0, le=1, description="Keep the most likely tokens up to this mass.")
    ] = 0.95
    min_p: Annotated[
        float,
        Field(ge=0, le=1, description="Keep tokens this likely relative to the most likely one."),
    ] = 0.05
    repeat_penalty: Annotated[
        float, Field(gt=0, allow_inf_nan=False, description="1 for none.")
    ] = 1.0
    stop: Annotated[
        list[Annotated[str, Field(min_length=1)]],
        Field(description="Texts that end the answer and are not part of it."),
    ] = Field(default_factory=list)


# Pydantic copies a default that can change deeply, for each question anew: a third of the time to
# load. What a factory returns is taken as it is.
NO_SAMPLING = SamplingShape()


def share_sampling() -> SamplingShape:
    """Return the one shape of a mapping that is not written."""
    return NO_SAMPLING


Capability = Literal["vision", "tools"]

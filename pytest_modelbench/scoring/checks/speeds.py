"""Checks of what an answer took: tokens and seconds."""

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    AnswerCheck,
    Arguments,
    Decision,
    Illustration,
    Material,
    Undecided,
    fulfilled,
    missed,
)
from pytest_modelbench.scoring.checks.counts import Count, judge_count

__all__ = ["SPEED_CHECKS", "Seconds", "TokensPerSecond", "TokensUsed"]

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NO_TOKENS = "nobody counted the tokens of this answer"
NO_SECONDS = "nobody measured how long this answer took"


class Seconds(Arguments):
    """How long an answer may take.

    Attributes:
        min: At least so many seconds.
        max: At most so many seconds.
    """

    shorthand: ClassVar[str] = "max"

    min: Positive | None = None
    max: Positive | None = None

    @model_validator(mode="after")
    def _require_range(self) -> "Seconds":
        if self.min is None and self.max is None:
            raise ValueError("needs `min` or `max`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"`min` must be at most `max`, got {self.min:g} and {self.max:g}")
        return self


class TokensPerSecond(Seconds):
    """How fast an answer has to come.

    Attributes:
        min: At least so many tokens in a second.
        max: At most so many tokens in a second.
    """

    shorthand: ClassVar[str] = "min"


class TokensUsed(Count):
    """How many tokens an answer may have.

    Attributes:
        exactly: So many tokens.
        min: At least so many tokens.
        max: At most so many tokens.
    """

    shorthand: ClassVar[str] = "max"


def max_tokens_used(material: Material, arguments: TokensUsed) -> Decision:
    """Compare the number of tokens that were decoded."""
    if material.answer_tokens is None:
        return Undecided(reason=NO_TOKENS)
    return judge_count(material.answer_tokens, "tokens", arguments)


def seconds(material: Material, arguments: Seconds) -> Decision:
    """Compare how long the model took."""
    if material.seconds is None:
        return Undecided(reason=NO_SECONDS)
    return _judge(material.seconds, "s", arguments)


def tokens_per_second(material: Material, arguments: TokensPerSecond) -> Decision:
    """Compare how many tokens came in a second."""
    if material.answer_tokens is None:
        return Undecided(reason=NO_TOKENS)
    if not material.seconds:
        return Undecided(reason=NO_SECONDS)
    return _judge(material.answer_tokens / material.seconds, "tokens per second", arguments)


def _judge(value: float, unit: str, arguments: Seconds) -> Decision:
    is_enough = arguments.min is None or value >= arguments.min
    if is_enough and (arguments.max is None or value <= arguments.max):
        return fulfilled(f"{value:.4g} {unit}")
    wanted = [f"at least {arguments.min:g}"] if arguments.min is not None else []
    wanted += [f"at most {arguments.max:g}"] if arguments.max is not None else []
    return missed(f"expected {' and '.join(wanted)} {unit}, got {value:.4g}")


SPEED_CHECKS = (
    AnswerCheck(
        name="max_tokens_used",
        arguments=TokensUsed,
        decide=max_tokens_used,
        illustration=Illustration(
            arguments=200,
            fulfilled=Material(text="Yes.", answer_tokens=2),
            missed=Material(text="Yes. " * 200, answer_tokens=400),
        ),
    ),
    AnswerCheck(
        name="seconds",
        arguments=Seconds,
        decide=seconds,
        illustration=Illustration(
            arguments={"max": 5.0},
            fulfilled=Material(text="Yes.", seconds=0.8),
            missed=Material(text="Yes.", seconds=9.5),
        ),
    ),
    AnswerCheck(
        name="tokens_per_second",
        arguments=TokensPerSecond,
        decide=tokens_per_second,
        illustration=Illustration(
            arguments={"min": 20.0},
            fulfilled=Material(text="Yes.", answer_tokens=100, seconds=2.0),
            missed=Material(text="Yes.", answer_tokens=100, seconds=20.0),
        ),
    ),
)

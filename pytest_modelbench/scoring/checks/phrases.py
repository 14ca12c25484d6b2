"""Checks that compare the answer with the prompt, with options, or with another text."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from pytest_modelbench.scoring.checks.base import (
    AnswerCheck,
    Arguments,
    Check,
    Finding,
    Illustration,
    Material,
    Undecided,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.letters import PUNCTUATION
from pytest_modelbench.scoring.checks.vocabulary import list_words

__all__ = ["PHRASE_CHECKS"]

NonEmpty = Annotated[str, Field(min_length=1)]
Natural = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
# Bounds the memory for what two texts have in common.
READ_CHARS = 2_000_000


class OneOf(Arguments):
    """The answers that are allowed.

    Attributes:
        values: The answer is one of them, apart from case and signs around it.
        exact: Case and signs count.
    """

    shorthand: ClassVar[str] = "values"

    values: Annotated[list[NonEmpty], Field(min_length=1)]
    exact: bool = False


class PromptEcho(Arguments):
    """How the prompt has to be repeated.

    Attributes:
        where: At the `start`, before the answer, or as the `whole` answer.
        text: What is repeated, where it is not the whole prompt.
    """

    shorthand: ClassVar[str] = "where"

    where: Literal["start", "whole"] = "start"
    text: NonEmpty | None = None


class PromptSpan(Arguments):
    """A part of the prompt that is the whole answer.

    Attributes:
        start: Number of its first character or word, from 0.
        end: Number of its last one.
        unit: Whether `characters` or `words` are counted.
        text: What it is a part of, where that is not the prompt.
    """

    shorthand: ClassVar[str] = "end"

    start: Natural = 0
    end: Natural
    unit: Literal["characters", "words"] = "characters"
    text: NonEmpty | None = None

    @model_validator(mode="after")
    def _require_span(self) -> "PromptSpan":
        if self.start > self.end:
            raise ValueError(f"`start` must be at most `end`, got {self.start} and {self.end}")
        return self


class Overlap(Arguments):
    """How much the answer has in common with a text.

    Attributes:
        reference: The text.
        n: How many words, or characters, belong together.
        unit: Of what.
        min: At least this share of the answer's is in the text.
        max: At most this share.
    """

    shorthand: ClassVar[str] = "reference"

    reference: NonEmpty
    n: Annotated[int, Field(ge=1, le=20)] = 3
    unit: Literal["words", "characters"] = "words"
    min: Share = 0.0
    max: Share = 1.0

    @model_validator(mode="after")
    def _require_range(self) -> "Overlap":
        if self.min == 0 and self.max == 1:
            raise ValueError("needs `min` or `max`")
        if self.min > self.max:
            raise ValueError(f"`min` must be at most `max`, got {self.min:g} and {self.max:g}")
        return self


def one_of(text: str, arguments: OneOf) -> Finding:
    """Compare the answer with what is allowed."""
    bare = text.strip() if arguments.exact else _bare(text)
    for value in arguments.values:
        if bare == (value if arguments.exact else _bare(value)):
            return fulfilled(f"the answer is {quote(value)}")
    names = ", ".join(map(quote, arguments.values))
    return missed(f"expected one of {names}, got {quote(text.strip())}")


def _bare(text: str) -> str:
    return text.strip().strip(f"{PUNCTUATION} ").casefold()


def prompt_echo(material: Material, arguments: PromptEcho) -> Finding | Undecided:
    """Look for the prompt at the start of the answer; case does not count."""
    prompt = (arguments.text or material.prompt).strip()
    if not prompt:
        return Undecided(reason="the prompt is not known")
    text, wanted = material.text.strip().casefold(), prompt.casefold()
    met = text == wanted if arguments.where == "whole" else text.startswith(wanted)
    where = "as the whole answer" if arguments.where == "whole" else "at the start"
    if met:
        return fulfilled(f"{quote(prompt)} is repeated {where}")
    return missed(f"expected {quote(prompt)} {where}, got {quote(material.text.strip())}")


def prompt_span(material: Material, arguments: PromptSpan) -> Finding | Undecided:
    """Compare the answer with a part of the prompt; case does not count."""
    prompt = arguments.text or material.prompt
    if not prompt:
        return Undecided(reason="the prompt is not known")
    if arguments.unit == "words":
        span = " ".join(prompt.split()[arguments.start : arguments.end + 1])
        text = " ".join(material.text.split())
    else:
        span = prompt[arguments.start : arguments.end + 1].strip()
        text = material.text.strip()
    if not span:
        return Undecided(reason=f"the prompt has no {arguments.unit} from {arguments.start} on")
    if text.casefold() == span.casefold():
        return fulfilled(f"the answer is {quote(span)}")
    return missed(f"expected {quote(span)}, got {quote(text)}")


def overlap(text: str, arguments: Overlap) -> Finding:
    """Compare the share of n-grams that the answer has in common with a text."""
    got, reference = _grams(text, arguments), _grams(arguments.reference, arguments)
    if not got:
        return missed(f"expected {arguments.n} {arguments.unit}, got fewer")
    share = len(got & reference) / len(got)
    if arguments.min <= share <= arguments.max:
        return fulfilled(f"{share:.4g} of the answer is in the reference")
    wanted = f"{arguments.min:g} to {arguments.max:g}"
    return missed(f"expected {wanted} of the answer in the reference, got {share:.4g}")


def _grams(text: str, arguments: Overlap) -> set[Any]:
    read = text[:READ_CHARS]
    if arguments.unit == "characters":
        return {read[at : at + arguments.n] for at in range(len(read) - arguments.n + 1)}
    words = list_words(read)
    return {tuple(words[at : at + arguments.n]) for at in range(len(words) - arguments.n + 1)}


PHRASE_CHECKS: tuple[Check[Any] | AnswerCheck[Any], ...] = (
    Check(
        name="one_of",
        arguments=OneOf,
        decide=one_of,
        illustration=Illustration(
            arguments=["yes", "no"], fulfilled="**Yes.**", missed="Yes, it is."
        ),
    ),
    AnswerCheck(
        name="repeats_prompt",
        arguments=PromptEcho,
        decide=prompt_echo,
        illustration=Illustration(
            arguments="start",
            fulfilled=Material(text="Name a color.\n\nRed.", prompt="Name a color."),
            missed=Material(text="Red.", prompt="Name a color."),
        ),
    ),
    AnswerCheck(
        name="prompt_span",
        arguments=PromptSpan,
        decide=prompt_span,
        illustration=Illustration(
            arguments={"start": 1, "end": 2, "unit": "words"},
            fulfilled=Material(text="these words", prompt="Copy these words only."),
            missed=Material(text="words", prompt="Copy these words only."),
        ),
    ),
    Check(
        name="overlap",
        arguments=Overlap,
        decide=overlap,
        illustration=Illustration(
            arguments={"reference": "the quick brown fox", "n": 2, "min": 0.5},
            fulfilled="a quick brown fox",
            missed="a slow brown fox",
        ),
    ),
)

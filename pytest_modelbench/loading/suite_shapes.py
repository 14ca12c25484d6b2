"""The keys of a suite file: the native ones and those of the dialect, in one shape.

Which of two words for the same thing was used is sorted out in `dialects`.
"""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from pytest_modelbench.loading.shapes import (
    AnyNote,
    Capability,
    CheckValue,
    SamplingShape,
    Shape,
    name_kind,
    share_sampling,
)

__all__ = [
    "CriterionShape",
    "InferenceShape",
    "MessageShape",
    "NeedsShape",
    "QuestionShape",
    "ScaleShape",
    "SuiteShape",
]

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Tokens = Annotated[int, Field(gt=0)]


class InferenceShape(SamplingShape):
    """Dialect: sampling and the time limit in one mapping."""

    timeout: Annotated[Positive, Field(description="Seconds; like `timeout_s`.")] = 300.0


NO_INFERENCE = InferenceShape()


def share_inference() -> InferenceShape:
    """Return the one shape of a mapping that is not written."""
    return NO_INFERENCE


class ScaleShape(Shape):
    """A scale without steps."""

    min: Finite
    max: Finite


class CriterionShape(Shape):
    """One requirement of a rubric."""

    criterion: Annotated[str, Field(description="What has to be fulfilled, in words.")]
    weight: Annotated[
        Positive, Field(description="Share of the score; all sum to 100 or to 1.")
    ] = 0.0
    check: CheckValue = Field(default_factory=dict)


class MessageShape(Shape):
    """One message of a prompt."""

    author: Literal["system", "user", "assistant"]
    content: str


class NeedsShape(Shape):
    """What a question needs of a model."""

    vision: bool = False
    tools: bool = False
    context_tokens: Tokens = 0


class ContextNeedShape(Shape):
    """A need in a list that has a number."""

    context_tokens: Tokens


Need = Annotated[
    Annotated[Capability, Tag("<text>")] | Annotated[ContextNeedShape, Tag("<a mapping>")],
    Discriminator(name_kind),
]


class QuestionShape(Shape):
    """One question; its id is its key, or `id` in a list."""

    id: Annotated[str, Field(description="Dialect: in a list of questions.")] = ""
    tier: Annotated[int, Field(ge=1, description="Difficulty, 1 is easiest.")] = 1
    name: Annotated[str, Field(description="A title for people.")] = ""
    tags: Annotated[list[str], Field(description="Free words to select by.")] = Field(
        default_factory=list
    )
    prompt: Annotated[str, Field(description="The user's message.")] = ""
    messages: Annotated[
        list[MessageShape], Field(description="A whole conversation, instead of `prompt`.")
    ] = Field(default_factory=list)
    system: Annotated[str, Field(description="The system message.")] = ""
    expected: Annotated[str, Field(description="What a good answer is, in words.")] = ""
    reference_answer: Annotated[
        str, Field(description="An answer that fulfils every check and criterion.")
    ] = ""
    rubric: Annotated[list[CriterionShape], Field(description="What the score is made of.")] = (
        Field(default_factory=list)
    )
    scoring: Annotated[list[CriterionShape], Field(description="Dialect: `rubric`.")] = Field(
        default_factory=list
    )
    check: CheckValue = Field(default_factory=dict)
    auto_score: Annotated[
        str, Field(description="Dialect: a check in the little language, or `manual`.")
    ] = ""
    sampling: SamplingShape = Field(default_factory=share_sampling)
    inference_params: InferenceShape = Field(default_factory=share_inference)
    timeout_s: Annotated[Positive, Field(description="From the start of the answer.")] = 300.0
    needs: Annotated[
        Annotated[list[Need], Tag("<a list>")] | Annotated[NeedsShape, Tag("<a mapping>")],
        Discriminator(name_kind),
        Field(description="What the model must be able to do."),
    ] = Field(default_factory=list)
    image: Annotated[str, Field(description="Path relative to the suite; needs vision.")] = ""
    image_path: Annotated[str, Field(description="Dialect: `image`.")] = ""
    context_tokens: Annotated[
        Tokens, Field(description="Length of generated context before the prompt.")
    ] = 0
    context_type: Annotated[str, Field(description="Kind of generated context.")] = ""
    needle: Annotated[str, Field(description="A text hidden in the generated context.")] = ""
    needle_position: Annotated[
        Annotated[str, Tag("<text>")] | Annotated[float, Tag("<a number>")],
        Discriminator(name_kind),
        Field(description="0 to 1, a percentage, or a word such as middle."),
    ] = "middle"
    author: AnyNote = ""
    category: AnyNote = ""
    comment: AnyNote = ""
    created: AnyNote = ""
    description: AnyNote = ""
    difficulty: AnyNote = ""
    image_description: AnyNote = ""
    license: AnyNote = ""
    note: AnyNote = ""
    notes: AnyNote = ""
    source: AnyNote = ""
    updated: AnyNote = ""


Questions = Annotated[
    Annotated[dict[str, QuestionShape], Tag("<a mapping>")]
    | Annotated[list[QuestionShape], Tag("<a list>")],
    Discriminator(name_kind),
]


class SuiteShape(Shape):
    """The whole file."""

    version: Annotated[Any, Field(description="1: the form of this file.")] = 1
    suite: Annotated[str, Field(description="Name of the suite.")] = ""
    domain: Annotated[str, Field(description="Dialect: `suite`.")] = ""
    scale: Annotated[
        Annotated[ScaleShape, Tag("<a mapping>")]
        | Annotated[list[Finite], Tag("<a list>")]
        | Annotated[str, Tag("<text>")],
        Discriminator(name_kind),
        Field(description="{min: 1, max: 5}, 0-3, [0, 0.5, 1] or pass/fail."),
    ] = "0-3"
    judge: Annotated[
        Literal["default", "none"], Field(description="none scores by the checks alone.")
    ] = "default"
    pass_score: Annotated[
        Finite, Field(description="From this score on a question counts as passed.")
    ] = 0.0
    tolerance: Annotated[
        float, Field(ge=0, allow_inf_nan=False, description="A drop that is no regression.")
    ] = 0.0
    sampling: SamplingShape = Field(default_factory=share_sampling)
    inference_params: InferenceShape = Field(default_factory=share_inference)
    timeout_s: Annotated[Positive, Field(description="From the start of each answer.")] = 300.0
    questions: Questions = Field(default_factory=dict)
    prompts: Annotated[Questions, Field(description="Dialect: `questions`.")] = Field(
        default_factory=dict
    )
    author: AnyNote = ""
    category: AnyNote = ""
    comment: AnyNote = ""
    created: AnyNote = ""
    description: AnyNote = ""
    license: AnyNote = ""
    note: AnyNote = ""
    notes: AnyNote = ""
    source: AnyNote = ""
    updated: AnyNote = ""

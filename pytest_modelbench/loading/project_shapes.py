"""The keys of modelbench.yaml."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from pytest_modelbench.domain import Outcome
from pytest_modelbench.loading.shapes import (
    Capability,
    SamplingShape,
    ScalarValue,
    Shape,
    name_kind,
    share_sampling,
)

__all__ = [
    "JudgeShape",
    "ModelShape",
    "ProjectShape",
    "RelationShape",
    "RoleShape",
    "ThresholdShape",
    "VariantShape",
]

# Anything here: what is no bound gets a message that shows how to write one.
BoundText = Annotated[
    Any,
    WithJsonSchema({"type": "string", "pattern": r"^\s*(>=|<=|>|<)\s*-?[0-9.]+\s*$"}),
]
Tier = Annotated[int, Field(ge=1, description="Only questions of this tier.")]
SuiteName = Annotated[str, Field(description="Only questions of this suite.")]
OUTCOMES = tuple(outcome.value for outcome in Outcome)


class VariantShape(Shape):
    """Everything that a model and a variant of it may say."""

    gguf: Annotated[str, Field(min_length=1, description="The model file.")] = ""
    recorded: Annotated[
        str, Field(min_length=1, description="A JSON Lines file of answers to play back.")
    ] = ""
    context_tokens: Annotated[
        int, Field(gt=0, description="Prompt and answer of one question have to fit.")
    ] = 4096
    chat: Annotated[
        Literal["template", "raw"],
        Field(description="raw joins the contents of the messages."),
    ] = "template"
    chat_template: Annotated[
        str, Field(min_length=1, description="A Jinja file instead of the template in the GGUF.")
    ] = ""
    chat_arguments: Annotated[
        dict[str, ScalarValue], Field(description="Handed to the chat template.")
    ] = Field(default_factory=dict)
    sampling: SamplingShape = Field(default_factory=share_sampling)
    experts: Annotated[
        int, Field(ge=0, description="Experts used per token; 0 leaves the file's number.")
    ] = 0
    slots: Annotated[int, Field(gt=0, description="Sequences decoded together.")] = 8
    threads: Annotated[int, Field(ge=0, description="0 lets the engine choose.")] = 0
    gpu_layers: Annotated[int, Field(ge=-1, description="-1 for all.")] = 0
    capabilities: Annotated[
        list[Capability], Field(description="What questions may need of the model.")
    ] = Field(default_factory=list)
    latency_s: Annotated[
        float,
        Field(ge=0, allow_inf_nan=False, description="Delay of each recorded answer."),
    ] = 0.0


class ModelShape(VariantShape):
    """One model."""

    variants: Annotated[
        dict[str, VariantShape],
        Field(description="By name; each is called NAME@VARIANT."),
    ] = Field(default_factory=dict)


class ThresholdShape(Shape):
    """One metric and the bound it has to keep."""

    mean: Annotated[BoundText, Field(description="Mean score, on the suite's scale.")] = ""
    min: Annotated[BoundText, Field(description="Lowest score, on the suite's scale.")] = ""
    pass_rate: Annotated[BoundText, Field(description="Share of passed questions.")] = ""
    speed: Annotated[BoundText, Field(description="Decoded tokens per second.")] = ""
    rate: Annotated[BoundText, Field(description="Share of answers with `outcome`.")] = ""
    outcome: Annotated[
        Literal[OUTCOMES],  # type: ignore[valid-type]  # the enum's values, named once
        Field(description="Which outcome `rate` counts."),
    ] = "loop"
    tier: Tier = 0
    suite: SuiteName = ""


class RelationShape(Shape):
    """How far the role has to be above another one."""

    role: Annotated[str, Field(description="The other role.")]
    by: Annotated[
        float,
        Field(ge=0, allow_inf_nan=False, description="Least difference of the means."),
    ]
    tier: Tier = 0
    suite: SuiteName = ""


class RoleShape(Shape):
    """One role."""

    incumbent: Annotated[str, Field(description="NAME or NAME@VARIANT of a model.")]
    suites: Annotated[
        list[str], Field(min_length=1, description="Names of the suites that judge it.")
    ]
    thresholds: Annotated[list[ThresholdShape], Field(description="All have to be kept.")] = Field(
        default_factory=list
    )
    above: Annotated[
        Annotated[RelationShape, Tag("<a mapping>")]
        | Annotated[list[RelationShape], Tag("<a list>")],
        Discriminator(name_kind),
        Field(description="Relations to other roles."),
    ] = Field(default_factory=list)


class JudgeShape(Shape):
    """Which judge decides the criteria without a check."""

    model: Annotated[str, Field(min_length=1)]
    votes: Annotated[int, Field(gt=0, description="How often each answer is judged.")] = 1
    budget_usd: Annotated[
        float, Field(ge=0, allow_inf_nan=False, description="What a run may cost.")
    ] = 5.0


class ProjectShape(Shape):
    """The whole file."""

    models: Annotated[dict[str, ModelShape], Field(min_length=1)]
    roles: dict[str, RoleShape] = Field(default_factory=dict)
    suites: Annotated[
        list[Annotated[str, Field(min_length=1)]],
        Field(min_length=1, description="Where the suites are, as globs."),
    ] = Field(default_factory=lambda: ["suites/*.yaml"])
    baselines: Annotated[
        str, Field(min_length=1, description="Folder of the committed baselines.")
    ] = "baselines"
    store: Annotated[str, Field(min_length=1, description="Folder of stored answers and logs.")] = (
        ".modelbench"
    )
    resident_models: Annotated[
        int, Field(gt=0, description="How many models may be in memory at once.")
    ] = 1
    judge: JudgeShape = JudgeShape(model="none")

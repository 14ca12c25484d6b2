"""A model as configured: the subject of a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pytest_modelbench.domain.place import NOWHERE, Place
from pytest_modelbench.domain.sampling import SamplingChanges

__all__ = ["Chat", "ModelSpec", "Scalar"]

Chat = Literal["template", "raw"]
Scalar = str | int | float | bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelSpec:
    """One model, with one variant applied where one was asked for.

    Attributes:
        name: As in modelbench.yaml, without the variant.
        variant: Name of the variant, "" for the plain model.
        gguf: The model file; None for a model whose answers are recorded.
        recorded: A JSON Lines file of answers that are played back; None for a real model.
        context_tokens: Prompt and answer of one question have to fit.
        chat: "template" renders the chat template, "raw" joins the contents of the messages.
        chat_template: Jinja text instead of the template in the GGUF, or "".
        chat_arguments: Handed to the template, for instance `enable_thinking: false`.
        sampling: What the model says about sampling; wins over suite and question.
        experts: Experts used per token in a mixture of experts; 0 leaves the file's number.
        slots: Sequences decoded together. Part of the subject: answers depend on it.
        threads: 0 lets the engine choose.
        gpu_layers: Layers on the GPU; -1 for all.
        capabilities: What questions may need of it: "vision", "tools".
        latency_s: Of a recorded model: seconds per answer.
        place: Where it is configured.
    """

    name: str
    variant: str = ""
    gguf: Path | None = None
    recorded: Path | None = None
    context_tokens: int = 4096
    chat: Chat = "template"
    chat_template: str = ""
    chat_arguments: Mapping[str, Scalar] = field(default_factory=dict)
    sampling: SamplingChanges = field(default_factory=SamplingChanges)
    experts: int = 0
    slots: int = 8
    threads: int = 0
    gpu_layers: int = 0
    capabilities: frozenset[str] = frozenset()
    latency_s: float = 0.0
    place: Place = NOWHERE

    @property
    def label(self) -> str:
        """Return NAME, or NAME@VARIANT: how users, node ids and baselines call it."""
        return f"{self.name}@{self.variant}" if self.variant else self.name

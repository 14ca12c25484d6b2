"""How the next token is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

__all__ = ["Sampling", "SamplingChanges"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sampling:
    """Complete sampling settings of one prompt.

    Attributes:
        temperature: 0 always takes the most likely token.
        max_tokens: The answer's token limit.
        seed: Of the first trial; trial n uses seed + n - 1.
        top_k: Keep this many tokens; 0 keeps all.
        top_p: Keep the most likely tokens up to this mass.
        min_p: Keep tokens at least this likely relative to the most likely one.
        repeat_penalty: 1 for none.
        stop: Texts that end the answer and are not part of it.
    """

    temperature: float = 0.0
    max_tokens: int = 512
    seed: int = 1
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.0
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SamplingChanges:
    """What one level (model, variant, suite, question) says about sampling.

    Attributes:
        values: Fields of `Sampling`, only those that were written.
    """

    values: Mapping[str, float | int | tuple[str, ...]] = field(default_factory=dict)

    def apply(self, sampling: Sampling) -> Sampling:
        """Return `sampling` with these changes made."""
        return replace(sampling, **self.values)  # type: ignore[arg-type]  # loading checked each

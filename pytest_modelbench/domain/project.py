"""What modelbench.yaml says, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pytest_modelbench.domain.model import ModelSpec
from pytest_modelbench.domain.role import Role

__all__ = ["JudgeSettings", "Project"]


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgeSettings:
    """Which judge decides the criteria that have no check.

    Attributes:
        model: Its name.
        votes: How often each answer is judged.
        budget_usd: What a run may cost.
    """

    model: str
    votes: int = 1
    budget_usd: float = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """One modelbench.yaml.

    Attributes:
        root: Its folder; every relative path starts there.
        path: The file itself.
        models: By label, NAME and NAME@VARIANT alike, in the order of the file.
        roles: By name, in the order of the file.
        suite_globs: Where the suites are, relative to the root.
        baselines: Folder of the committed baselines, relative to the root.
        store: Folder of stored answers and logs, relative to the root.
        resident_models: How many models may be in memory at once.
        judge: None where no judge is configured.
    """

    root: Path
    path: Path
    models: Mapping[str, ModelSpec]
    roles: Mapping[str, Role] = field(default_factory=dict)
    suite_globs: tuple[str, ...] = ("suites/*.yaml",)
    baselines: str = "baselines"
    store: str = ".modelbench"
    resident_models: int = 1
    judge: JudgeSettings | None = None

"""Frozen values and pure rules; nothing here reads, writes or starts anything."""

from pytest_modelbench.domain.answer import Answer, Outcome, Prompt, RawAnswer, StopReason
from pytest_modelbench.domain.catalogue import OWN_CHECK, CheckCatalogue
from pytest_modelbench.domain.fingerprint import fingerprint
from pytest_modelbench.domain.model import ModelSpec
from pytest_modelbench.domain.nearest import find_nearest
from pytest_modelbench.domain.place import NOWHERE, Place, Problem
from pytest_modelbench.domain.project import JudgeSettings, Project
from pytest_modelbench.domain.question import Message, Needs, Question, Suite
from pytest_modelbench.domain.role import Bound, Relation, Role, Threshold
from pytest_modelbench.domain.rubric import CheckSpec, Criterion
from pytest_modelbench.domain.sampling import Sampling, SamplingChanges
from pytest_modelbench.domain.scale import PASS_FAIL, Scale
from pytest_modelbench.domain.score import (
    CriterionScore,
    Score,
    Scored,
    Unscored,
    UnscoredCriterion,
)

__all__ = [
    "NOWHERE",
    "OWN_CHECK",
    "PASS_FAIL",
    "Answer",
    "Bound",
    "CheckCatalogue",
    "CheckSpec",
    "Criterion",
    "CriterionScore",
    "JudgeSettings",
    "Message",
    "ModelSpec",
    "Needs",
    "Outcome",
    "Place",
    "Problem",
    "Project",
    "Prompt",
    "Question",
    "RawAnswer",
    "Relation",
    "Role",
    "Sampling",
    "SamplingChanges",
    "Scale",
    "Score",
    "Scored",
    "StopReason",
    "Suite",
    "Threshold",
    "Unscored",
    "UnscoredCriterion",
    "find_nearest",
    "fingerprint",
]

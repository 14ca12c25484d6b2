"""Verdicts: metrics, thresholds, roles and baselines; pure but for the baselines' files."""

from pytest_modelbench.gating.acceptance import (
    SuiteUpdate,
    name_sandboxes,
    refuse_suite,
    update_suite,
)
from pytest_modelbench.gating.baseline_files import (
    AcceptedAnswer,
    BaselineFolder,
    describe_question,
    describe_role,
)
from pytest_modelbench.gating.compare import (
    AcceptedQuestion,
    Comparison,
    allowed_drop,
    compare_trial,
    compare_trials,
    tell_sandbox,
)
from pytest_modelbench.gating.evidence import Evidence, MissingTrial
from pytest_modelbench.gating.extension import BaselineExtension, BaselineItem
from pytest_modelbench.gating.metrics import (
    Metrics,
    Speed,
    compute_metrics,
    decode_speed,
    prompt_speed,
)
from pytest_modelbench.gating.roles import AcceptedRole, judge_role
from pytest_modelbench.gating.thresholds import read_relation, read_threshold

__all__ = [
    "AcceptedAnswer",
    "AcceptedQuestion",
    "AcceptedRole",
    "BaselineExtension",
    "BaselineFolder",
    "BaselineItem",
    "Comparison",
    "Evidence",
    "Metrics",
    "MissingTrial",
    "Speed",
    "SuiteUpdate",
    "allowed_drop",
    "compare_trial",
    "compare_trials",
    "compute_metrics",
    "decode_speed",
    "describe_question",
    "describe_role",
    "judge_role",
    "name_sandboxes",
    "prompt_speed",
    "read_relation",
    "read_threshold",
    "refuse_suite",
    "tell_sandbox",
    "update_suite",
]

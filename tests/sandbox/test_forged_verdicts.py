"""No wrong answer is scored as right, whatever it does to the process that it runs in."""

import os

import pytest

from pytest_modelbench.sandbox.pool import SandboxPool
from pytest_modelbench.sandbox.tiers import open_tier, report_tiers
from pytest_modelbench.scoring import Catalogue, Finding, Material
from pytest_modelbench.scoring.checks.code_python import PYTHON_CHECKS
from tests.sandbox.forgers import FORGERS

HOLDING = [state.name for state in report_tiers(os.environ) if not state.why]
CATALOGUE = Catalogue({check.name: check for check in (*PYTHON_CHECKS,)})

CALL = {"python": {"call": "add(2, 3)", "equals": 5, "timeout_s": 1.0}}
CLOSE = {"python": {"call": "add(2, 3)", "approx": 5, "timeout_s": 1.0}}
ASSERTIONS = {
    "python": {
        "test": "assert add(2, 3) == 5\n"
        "assert abs(add(2, 3) - 5) < 0.1\n"
        "assert 5 in [add(2, 3)]\n"
        "assert add(2, 3) in (5, 5.0)\n"
        "assert round(add(2, 3) - 5, 3) == 0\n"
        "assert isinstance(add(2, 3), int)",
        "timeout_s": 1.0,
    }
}
CHECK_FUNCTION = {
    "python": {
        "test": "def check(candidate):\n    assert candidate(2, 3) == 5\n",
        "entry": "add",
        "timeout_s": 1.0,
    }
}
WAYS = {
    "call": CALL,
    "about": CLOSE,
    "assertions": ASSERTIONS,
    "function `check`": CHECK_FUNCTION,
}


@pytest.fixture(scope="module", params=HOLDING)
def sandbox(request):
    pool = SandboxPool(lambda: open_tier(request.param, os.environ), slots=2)
    yield pool
    pool.close()


def decide(check, source, sandbox):
    material = Material(text=f"```python\n{source}\n```", sandbox=sandbox)
    finding = CATALOGUE.decide(check, material)
    assert isinstance(finding, Finding), finding
    return finding


@pytest.mark.parametrize("way", WAYS)
def test_honest_answer_passes(way, sandbox):
    finding = decide(WAYS[way], "def add(a, b):\n    return a + b\n", sandbox)

    assert finding.unit == 1, finding.reason


@pytest.mark.parametrize("way", ["call", "function `check`"])
@pytest.mark.parametrize("forger", FORGERS)
def test_forger_scores_nothing(forger, way, sandbox):
    finding = decide(WAYS[way], FORGERS[forger], sandbox)

    assert finding.unit == 0, finding.reason


@pytest.mark.parametrize("forger", [name for name in FORGERS if "equal" in name or "a " in name])
def test_objects_that_agree_with_everything_satisfy_no_assertion(forger, sandbox):
    finding = decide(ASSERTIONS, FORGERS[forger], sandbox)

    assert finding.unit in {0, 1 / 6}, finding.reason


@pytest.mark.parametrize("value", ["True", "1.0", "[1]"])
def test_call_tells_types_apart(value, sandbox):
    check = {"python": {"call": "one()", "equals": 1}}

    finding = decide(check, f"def one():\n    return {value}\n", sandbox)

    assert finding.unit == 0


def test_assertion_compares_as_python_does(sandbox):
    check = {"python": {"test": "assert one() == 1"}}

    finding = decide(check, "def one():\n    return True\n", sandbox)

    assert finding.unit == 1


def test_assertions_that_call_nothing_of_the_code_are_missed(sandbox):
    check = {"python": {"test": "assert 1 + 1 == 2 or add(1, 1)"}}

    finding = decide(check, "def add(a, b):\n    return a + b\n", sandbox)

    assert finding.unit == 0
    assert finding.reason == "the assertions called nothing of the code"

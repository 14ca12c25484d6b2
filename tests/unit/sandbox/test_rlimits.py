import json
import subprocess
import sys

import pytest

SET = """
import json, resource, sys
from pytest_modelbench.confined.rlimits import Bounds, set_bounds
{before}
bounds = Bounds(cpu_s=1.5, memory_mib=256, processes=8, disk_mib=16, files=64)
set_bounds(bounds, user_processes=40)
kinds = "CPU AS DATA FSIZE NOFILE NPROC STACK CORE MEMLOCK".split()
print(json.dumps({{kind: resource.getrlimit(getattr(resource, f"RLIMIT_{{kind}}")) for kind in kinds}}))
"""
MIB = 1 << 20


def read_limits(before=""):
    done = subprocess.run(
        [sys.executable, "-c", SET.format(before=before)], capture_output=True, check=True
    )
    return {kind: tuple(pair) for kind, pair in json.loads(done.stdout).items()}


def test_every_limit_is_set_for_good():
    assert read_limits() == {
        "CPU": (2, 3),
        "AS": (4352 * MIB, 4352 * MIB),
        "DATA": (832 * MIB, 832 * MIB),
        "FSIZE": (16 * MIB, 16 * MIB),
        "NOFILE": (256, 256),
        "NPROC": (40, 40),
        "STACK": (8 * MIB, 8 * MIB),
        "CORE": (0, 0),
        "MEMLOCK": (0, 0),
    }


@pytest.mark.parametrize(("kind", "lower"), [("NOFILE", 100), ("FSIZE", 1000), ("CPU", 1)])
def test_a_lower_limit_stays(kind, lower):
    before = f"resource.setrlimit(resource.RLIMIT_{kind}, ({lower}, {lower}))"

    limits = read_limits(before)

    assert limits[kind] == (lower, lower)

"""What ordinary programs can do in a cell, tier by tier: the table of docs/reference/sandbox.md."""

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from pytest_modelbench.sandbox.base import Execution, Feed, Limits
from pytest_modelbench.sandbox.pool import SandboxPool
from pytest_modelbench.sandbox.tiers import open_tier
from tests.sandbox.attacks_runs import find_interpreter
from tests.sandbox.conftest import HOLDING

SOURCE = Path(__file__).with_name("ordinary_work.py").read_text("utf-8")
LIMITS = Limits(cpu_s=20, wall_s=40)

ALWAYS = {
    *("asyncio_tasks", "compression", "copies_of_files", "hashes", "home_folder"),
    *("imports_of_own_modules", "key_value_files", "memory_maps", "numbers_in_c", "randomness"),
    *("signals_to_oneself", "socket_pair", "sqlite_file", "ssl_context", "temporary_files"),
    *("threads", "time_zones", "unittest_inside", "user_name"),
}
# Where processes may be started: in shell answers.
WITH_PROCESSES = {
    *("asyncio_subprocess", "child_is_killed", "git", "multiprocessing_process"),
    *("text_tools",),
}
# Where the file system is a cell's own.
WITH_FILE_SYSTEM = {"modes_of_files"}
WITH_BOTH = {"c_compiler", "multiprocessing_pool", "script_made_executable"}
NEVER = {"local_socket"}
# Whether these work is a matter of the machine: what is installed, and for whom.
AS_INSTALLED = {"numpy", "pytest_inside"}
NAMESPACED = {"bwrap", "userns"}


def expect(tier_name, language):
    works = set(ALWAYS)
    works |= WITH_PROCESSES if language == "shell" else set()
    works |= WITH_FILE_SYSTEM if tier_name in NAMESPACED else set()
    works |= WITH_BOTH if tier_name in NAMESPACED and language == "shell" else set()
    return works


@cache
def try_everything(tier_name, language):
    source, files = SOURCE, {}
    if language == "shell":
        source, files = f"exec '{find_interpreter()}' work.py\n", {"work.py": SOURCE}
    pool = SandboxPool(lambda: open_tier(tier_name, os.environ), slots=1)
    try:
        execution = Execution(
            language=language, source=source, steps=(Feed(),), files=files, limits=LIMITS
        )
        (seen,) = pool.observe(execution).observations
    finally:
        pool.close()
    assert seen.stdout, seen
    return json.loads(seen.stdout.splitlines()[-1])


@cache
def try_unconfined():
    """Return what works on this machine at all: not everywhere is a compiler."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "work.py").write_text(SOURCE, "utf-8")
        done = subprocess.run(
            [find_interpreter(), "work.py"], cwd=folder, capture_output=True, text=True, check=True
        )
    said = json.loads(done.stdout.splitlines()[-1])
    return {name for name, problem in said.items() if not problem}


@pytest.mark.parametrize("language", ["python", "shell"])
@pytest.mark.parametrize("tier_name", HOLDING)
def test_the_table_is_right(tier_name, language):
    said = try_everything(tier_name, language)

    works = {name for name, problem in said.items() if not problem} - AS_INSTALLED
    assert works & try_unconfined() == expect(tier_name, language) & try_unconfined(), said


@pytest.mark.parametrize("tier_name", HOLDING)
def test_installed_packages_can_be_imported(tier_name):
    said = try_everything(tier_name, "python")

    assert said["numpy"] == ""


@pytest.mark.parametrize("tier_name", HOLDING)
def test_everything_in_the_table_was_tried(tier_name):
    said = try_everything(tier_name, "python")

    tables = ALWAYS | WITH_PROCESSES | WITH_FILE_SYSTEM | WITH_BOTH | NEVER | AS_INSTALLED
    assert set(said) == tables


def test_without_a_sandbox_more_of_it_works():
    works = try_unconfined()

    # A user may have no name outside.
    assert works >= (ALWAYS | NEVER | WITH_FILE_SYSTEM) - {"user_name"}

"""Whoever runs candidates is killed; what they run has to go, too, and what they wrote."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from tests.sandbox.attacks_sightings import list_marked, sweep
from tests.sandbox.conftest import HOLDING

DOOMED = Path(__file__).with_name("attacks_doomed.py")
GONE_S = 2.0


@pytest.fixture
def temp():
    # Not below pytest's own: every user has to be able to enter it, and names of sockets are short.
    folder = Path(tempfile.mkdtemp(prefix="modelbench-doomed-"))
    folder.chmod(0o755)
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def wait_until_gone(mark, processes, temp):
    """Return what is left when the time is over."""
    until = time.monotonic() + GONE_S
    while True:
        left = [
            *list_marked(mark).values(),
            *(process.pid for process in processes if is_alive(process)),
            *(path.name for path in temp.iterdir()),
        ]
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.02)


def is_alive(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    "deadly", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name
)
@pytest.mark.parametrize("tier_name", HOLDING)
def test_nothing_outlives_who_is_killed_while_eight_candidates_run(temp, tier_name, deadly):
    mark = f"d{secrets.token_hex(3)}"
    doomed = subprocess.Popen(
        [sys.executable, str(DOOMED), tier_name, mark],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(temp)},
        start_new_session=True,
    )
    assert doomed.stdout is not None
    assert doomed.stdout.readline() == "ready\n"
    started = psutil.Process(doomed.pid).children(recursive=True)

    doomed.send_signal(deadly)
    left = wait_until_gone(mark, started, temp)
    sweep(mark)
    doomed.communicate()

    assert len(started) > 8
    assert left == []

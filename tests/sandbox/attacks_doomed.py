"""A process that is killed while eight candidates run that do not want to end.

Run as `python attacks_doomed.py TIER MARK`; it says `ready` when all of them are at it.
"""

# ruff: noqa: T201 - a program

import os
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pytest_modelbench.sandbox.base import Execution, Feed, Limits
from pytest_modelbench.sandbox.pool import SandboxPool
from pytest_modelbench.sandbox.tiers import open_tier
from tests.sandbox.attacks_runs import find_interpreter
from tests.sandbox.attacks_sightings import list_marked

START_S = 30.0
LIMITS = Limits(cpu_s=60, wall_s=60, memory_mib=96, processes=16, files=64)
NAMED = """\
import ctypes, os, signal, sys, threading, time
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
    signal.signal(number, signal.SIG_IGN)
ctypes.CDLL(None).prctl(15, MARK, 0, 0, 0)
with open("left", "w") as file:
    file.write("x")
def fork():
    for _ in range(200):
        try:
            return os.fork()
        except BlockingIOError:
            # All processes of a user count, and others may have many for a moment.
            time.sleep(0.1)
"""
PROGRAMS = {
    "sleeps": "time.sleep(60)\n",
    "spins": "while True:\n    pass\n",
    "writes": "while True:\n    os.write(1, b'x')\n    time.sleep(0.1)\n",
    "has threads": "for _ in range(4):\n    threading.Thread(target=time.sleep, args=(60,)).start()\n",
}
SCRIPTS = {
    "has a child": "fork()\ntime.sleep(60)\n",
    "has a daemon": "fork() or (os.setsid(), fork())\ntime.sleep(60)\n",
    "is an orphan": "if fork():\n    time.sleep(60)\nos.setsid()\nfork() and os._exit(0)\ntime.sleep(60)\n",
    "stops": "fork() or os.kill(os.getpid(), signal.SIGSTOP)\ntime.sleep(60)\n",
}
ALL = len(PROGRAMS) + len(SCRIPTS)


def list_executions(mark: str) -> list[Execution]:
    """Return eight candidates; those after the first four start processes."""
    named = NAMED.replace("MARK", repr(mark.encode()))
    script = f"exec '{find_interpreter()}' -I -S answer.py\n"
    return [
        *(
            Execution(language="python", source=named + source, steps=(Feed(),), limits=LIMITS)
            for source in PROGRAMS.values()
        ),
        *(
            Execution(
                language="shell",
                source=script,
                steps=(Feed(),),
                files={"answer.py": named + source},
                limits=LIMITS,
            )
            for source in SCRIPTS.values()
        ),
    ]


def main() -> None:
    """Start all of them, and wait to be killed."""
    tier_name, mark = sys.argv[1:]
    pool = SandboxPool(lambda: open_tier(tier_name, dict(os.environ)), slots=ALL)
    try:
        for execution in list_executions(mark):
            threading.Thread(target=pool.observe, args=(execution,), daemon=True).start()
        # Each of the four scripts has one process more, at least.
        until = time.monotonic() + START_S
        while len(list_marked(mark)) < ALL + len(SCRIPTS):
            if time.monotonic() > until:
                raise TimeoutError(list_marked(mark))
            time.sleep(0.02)
        print("ready", flush=True)
        time.sleep(60)
    finally:
        pool.close()


if __name__ == "__main__":
    main()

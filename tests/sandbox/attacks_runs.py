"""Runs attacks, in a sandbox and without one, and judges both by the same evidence from outside."""

import os
import re
import resource
import secrets
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pytest_modelbench.sandbox.base import Ending, Evaluate, Execution, Feed, Observed
from pytest_modelbench.sandbox.pool import SandboxPool
from tests.sandbox.attacks_house import House
from tests.sandbox.attacks_list import LIMITS, Attack
from tests.sandbox.attacks_sightings import POLL_S, Sightings, sweep, wait_for_none

MANY_PROCESSES, MANY_THREADS, MANY_FILES = 200, 200, 4000
MUCH_MEMORY_MIB, MUCH_DISK_MIB, MUCH_TEXT = 384, 192, 4 << 20
PATIENCE_S = 20.0
GONE_S = 1.0
SHELL_SOURCE = 'exec "$PYTHON" -I -S attack.py\n'
NEIGHBOUR = """\
import os, socket, sys
mark, found = MARK, []
for top in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev/mqueue", ".", ".."):
    try:
        found += [top + "/" + name for name in os.listdir(top) if mark in name]
    except OSError:
        pass
found += [name for name, value in os.environ.items() if mark in value]
found += [path for path in sys.path if mark in path]
try:
    for name in os.listdir("/proc"):
        if name.isdigit():
            with open("/proc/" + name + "/comm") as file:
                found += [name for _ in [0] if mark in file.read()]
except OSError:
    pass
try:
    socket.socket(socket.AF_UNIX).connect("\\0modelbench-meeting")
    found.append("abstract")
except OSError:
    pass
with open("own", "w") as file:
    file.write("x")
import json
print("neighbour", len(json.dumps([1, 2])) * 7, found)
"""
GREETING = "neighbour 42 []\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class Aftermath:
    """What one run of an attack came to.

    Attributes:
        damage: Kinds of damage, each with what was seen.
        begun: Whether the kernel saw the attack begin.
        uid: As whom it ran.
        text: All that came back.
    """

    damage: dict[str, str]
    begun: bool
    uid: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What the one who ran it has.

    Attributes:
        text: All that came back.
        trouble: What went wrong with who ran it.
    """

    text: str
    trouble: str = ""


def attack_confined(attack: Attack, house: House, pool: SandboxPool) -> Aftermath:
    """Run an attack in a cell; the next cell must not notice."""

    def run(source: str) -> Seen:
        observed = pool.observe(_make_execution(attack, source))
        return Seen(text=_join(observed))

    return _judge(attack, house, run, partial(greet, pool), confined=True)


def greet(pool: SandboxPool, mark: str) -> str:
    """Return what an honest program says that looks for a mark; `GREETING` where all is well."""
    source = NEIGHBOUR.replace("MARK", repr(mark))
    execution = Execution(language="python", source=source, steps=(Feed(),), limits=LIMITS)
    return pool.observe(execution).observations[0].stdout


def attack_unconfined(attack: Attack, house: House) -> Aftermath:
    """Run an attack as any program would be run."""

    def run(source: str) -> Seen:
        return _run_plainly(attack, house, source)

    return _judge(attack, house, run, None, confined=False)


def _judge(
    attack: Attack,
    house: House,
    run: Callable[[str], Seen],
    meet: Callable[[str], str] | None,
    *,
    confined: bool,
) -> Aftermath:
    mark = f"q{secrets.token_hex(3)}"
    source = attack.write({**house.facts(), "mark": mark, "confined": confined})
    damage: dict[str, str] = {}
    house.list_disturbances()
    before, weight = house.take_picture(), _weigh_ourselves()

    def meet_meanwhile() -> None:
        if meet is not None and attack.meets_neighbours:
            _compare_greeting(meet(mark), damage, "while it ran")

    sightings = Sightings()
    patience_s = PATIENCE_S if confined else attack.patience_s
    seen = _watch(
        run, source, mark, lambda: sightings.look(mark, house, meet_meanwhile), patience_s
    )
    if (confined or attack.does == "kept") and (
        left := wait_for_none(mark, GONE_S, attack.elusive_s)
    ):
        damage["kept"] = str(left)
    sweep(mark)
    damage |= _weigh_sightings(sightings)
    damage |= _weigh_text(seen, house, mark)
    damage |= dict.fromkeys(house.list_disturbances(), "the victim")
    if strays := house.find_strays(mark):
        damage["strays"] = str(strays)
    # It says so, but nobody can see it: only where nothing else shows the attack, that counts.
    if attack.does != "claimed":
        damage.pop("claimed", None)
    after = house.take_picture()
    if after != before:
        damage["wrote"] = str(
            [path for path in {*after, *before} if after.get(path) != before.get(path)]
        )
        house.rebuild()
    if _weigh_ourselves() - weight > MUCH_MEMORY_MIB // 4:
        damage["our memory"] = f"{weight} MiB became {_weigh_ourselves()} MiB"
    if meet is not None:
        _compare_greeting(meet(mark), damage, "afterwards")
    return Aftermath(
        damage=damage, begun="s" in sightings.stages, uid=sightings.uid, text=seen.text
    )


def _watch(
    run: Callable[[str], Seen], source: str, mark: str, look: Callable[[], None], patience_s: float
) -> Seen:
    box: list[Seen] = []

    def work() -> None:
        try:
            box.append(run(source))
        except Exception as error:  # noqa: BLE001  whatever an attack makes of the host is damage
            box.append(Seen(text="", trouble=f"{type(error).__name__}: {error}"))

    worker = threading.Thread(target=work, daemon=True)
    until = time.monotonic() + patience_s
    worker.start()
    while worker.is_alive() and time.monotonic() < until:
        look()
        worker.join(POLL_S)
    if not box:
        sweep(mark)
        worker.join(5)
        return Seen(text=box[0].text if box else "", trouble="endless")
    return box[0]


def _weigh_sightings(sightings: Sightings) -> dict[str, str]:
    bounds = {
        "processes": (sightings.processes, MANY_PROCESSES),
        "threads": (sightings.threads, MANY_THREADS),
        "memory": (sightings.memory_mib, MUCH_MEMORY_MIB),
        "disk": (sightings.disk_mib, MUCH_DISK_MIB),
        "files": (sightings.files, MANY_FILES),
    }
    found = {name: str(value) for name, (value, most) in bounds.items() if value > most}
    return found | sightings.odd


def _weigh_text(seen: Seen, house: House, mark: str) -> dict[str, str]:
    damage = {}
    if seen.trouble == "endless":
        damage["endless"] = ""
    elif seen.trouble:
        damage["trouble"] = seen.trouble
    if known := [name for name, secret in house.secrets.items() if secret in seen.text]:
        damage["read"] = str(known)
    if len(seen.text) > MUCH_TEXT:
        damage["flood"] = str(len(seen.text))
    if re.search(rf"^did {mark}", seen.text, re.MULTILINE):
        damage["claimed"] = seen.text[-300:]
    return damage


def _compare_greeting(greeting: str, damage: dict[str, str], when: str) -> None:
    if greeting != GREETING:
        damage["neighbours"] = f"{when}: {greeting!r}"


def _make_execution(attack: Attack, source: str) -> Execution:
    if attack.way == "shell":
        return Execution(
            language="shell",
            source=f"PYTHON='{find_interpreter()}'\n{SHELL_SOURCE}",
            steps=(Feed(),),
            files={"attack.py": source},
            limits=attack.limits,
        )
    step = Feed() if attack.way == "program" else Evaluate(expression="1 + 1")
    return Execution(language="python", source=source, steps=(step,), limits=attack.limits)


def find_interpreter() -> str:
    """Return a Python that a shell in a cell can start, whoever it runs as there."""
    own = Path(sys.executable).resolve()
    is_open = all(path.stat().st_mode & stat.S_IXOTH for path in (own, *own.parents))
    return str(own) if is_open else str(shutil.which("python3", path=os.defpath))


def _join(observed: Observed) -> str:
    return "\n".join(
        f"{one.stdout}\n{one.stderr}\n{one.value!r}\n{one.error} {one.detail} {one.bases}"
        for one in observed.observations
        if one.ending in Ending
    )


def _run_plainly(attack: Attack, house: House, source: str) -> Seen:
    folder = Path(tempfile.mkdtemp(prefix="modelbench-plain-"))
    (folder / "attack.py").write_text(source, "utf-8")
    opened = os.open(house.private, os.O_RDONLY)
    said = folder / "said"
    try:
        with (
            said.open("wb") as file,
            subprocess.Popen(
                [sys.executable, "-I", "-S", "attack.py"],
                cwd=folder,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(opened,),
                env={"PATH": os.defpath, "MODELBENCH_KEY": house.secrets["environment"]},
            ),
        ):
            pass
        return Seen(text=said.read_text("utf-8", "replace"))
    finally:
        os.close(opened)
        _remove(folder)


def _remove(folder: Path) -> None:
    # `rmtree` of this Python may give up on names that are too long to name.
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        subprocess.run(["rm", "-rf", str(folder)], check=True)


def _weigh_ourselves() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


def describe(damage: dict[str, Any]) -> str:
    """Return damage for people."""
    return "; ".join(f"{kind}: {seen}" for kind, seen in sorted(damage.items()))

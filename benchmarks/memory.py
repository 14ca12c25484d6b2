"""Who holds the model: memory of all processes of a run, whatever the number of workers (Linux).

    python benchmarks/memory.py

PSS counts a page that several processes share once in all, so that the parts add up. A process
holds the model where the GGUF is mapped into it, and has loaded llama.cpp where libllama is.
"""

import argparse
import contextlib
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from commands import show_row, start_pytest
from demo_project import copy_demo_project

SAMPLE_EVERY_S = 0.02


@dataclass
class Seen:
    """What was seen of one kind of process.

    Attributes:
        pids: Of all processes of the kind.
        with_llama: Of those that had loaded llama.cpp at any time.
        with_model: Of those that had mapped the GGUF at any time.
    """

    pids: set[int] = field(default_factory=set)
    with_llama: set[int] = field(default_factory=set)
    with_model: set[int] = field(default_factory=set)


def main() -> None:
    """Measure without workers and with four."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="coder_escalation")
    model = parser.parse_args().model
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        copy_demo_project(folder)
        for workers in (0, 2, 4):
            print(_watch(folder, model, workers=workers))


def _watch(folder: Path, model: str, *, workers: int) -> str:
    spread = ("-n", str(workers)) if workers else ()
    process = start_pytest(folder, "--model", model, "--suite", "demo", "--fresh", "-q", *spread)
    # Its output has to be read, or it would wait for us with a full pipe.
    reader = threading.Thread(target=process.communicate)
    reader.start()
    seen = {kind: Seen() for kind in ("controller", "worker", "engine")}
    peak: Counter[str] = Counter()
    while reader.is_alive():
        now = _sample(psutil.Process(process.pid), seen)
        # While the model is in memory, that is; before and after there is nothing to share.
        if now["engine"] and now.total() > peak.total():
            peak = now
        time.sleep(SAMPLE_EVERY_S)
    if process.returncode not in {0, 1}:
        raise RuntimeError(f"pytest ended with {process.returncode}")
    parts = ", ".join(f"{kind} {peak[kind] / 2**20:.0f}" for kind in seen if peak[kind])
    return show_row(
        f"memory: `--model {model}`, {f'-n {workers}' if workers else 'no workers'}",
        f"{peak.total() / 2**20:.0f} MiB PSS in all ({parts})",
        f"engine processes: {len(seen['engine'].pids)}; hold the model: {_count(seen, 'with_model')}; "
        f"have loaded llama.cpp: {_count(seen, 'with_llama')}",
    )


def _count(seen: dict[str, Seen], what: str) -> str:
    found = {kind: len(getattr(of_kind, what)) for kind, of_kind in seen.items()}
    return ", ".join(f"{count} {kind}" for kind, count in found.items() if count) or "none"


def _sample(root: psutil.Process, seen: dict[str, Seen]) -> "Counter[str]":
    """Return the PSS in bytes by kind of process, and note who has what."""
    found: Counter[str] = Counter()
    for process in _list_family(root):
        with contextlib.suppress(psutil.Error, OSError):
            command = " ".join(process.cmdline())
            kind = "controller" if process == root else "worker"
            if "pytest_modelbench.engine" in command:
                kind = "engine"
            folder = Path("/proc") / str(process.pid)
            mapped = (folder / "maps").read_text("utf-8")
            of_kind = seen[kind]
            of_kind.pids.add(process.pid)
            if "libllama" in mapped:
                of_kind.with_llama.add(process.pid)
            if ".gguf" in mapped:
                of_kind.with_model.add(process.pid)
            found[kind] += _read_pss(folder)
    return found


def _list_family(root: psutil.Process) -> Iterable[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return [root, *root.children(recursive=True)]
    return []


def _read_pss(folder: Path) -> int:
    for line in (folder / "smaps_rollup").read_text("utf-8").splitlines():
        if line.startswith("Pss:"):
            return 1024 * int(line.split()[1])
    return 0


if __name__ == "__main__":
    main()

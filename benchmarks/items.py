"""What a question costs beside a bare parametrized test, where answers cost nothing.

    python benchmarks/items.py [--rounds 3] [--questions 10000] [--profile]

Both sides run in turns, so that a busy machine slows both. The CPU time is that of all processes:
the engine process and the writing of the store are counted, the first run of all is not.
"""

import argparse
import cProfile
import pstats
import shutil
import subprocess
import tempfile
from pathlib import Path

from commands import clean_environment, pytest_command, run_pytest, show_row, summarize
from recorded_project import write_project

ASK = ("--model", "player", "-q")
BARE = ("test_bare.py", "-q")


def main() -> None:
    """Measure questions with and without stored answers against bare tests."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=0, help="as pytest -n; 0 for none")
    parser.add_argument("--profile", action="store_true", help="show where a warm run's time goes")
    chosen = parser.parse_args()
    workers = ("-n", str(chosen.workers)) if chosen.workers else ()
    bare_ms: list[float] = []
    cold: list[float] = []
    warm: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        write_project(folder, questions=chosen.questions)
        run_pytest(folder, *ASK, "--snapshot-update")
        if chosen.profile:
            _show_profile(folder)
            return
        for _round in range(chosen.rounds):
            bare = run_pytest(folder, *BARE, *workers)
            shutil.rmtree(folder / ".modelbench")
            cold.append(run_pytest(folder, *ASK, *workers).cpu_s / bare.cpu_s)
            warm.append(run_pytest(folder, *ASK, *workers).cpu_s / bare.cpu_s)
            bare_ms.append(1000 * bare.cpu_s / chosen.questions)
    print(
        show_row(
            f"items: {chosen.questions:,} questions, answers without latency, "
            f"{f'-n {chosen.workers}' if workers else 'no workers'}",
            f"CPU ratio {summarize(cold)} where all are asked, {summarize(warm)} where all are stored",
            f"as many bare parametrized tests ({summarize(bare_ms)} ms each), syrupy active in both",
        )
    )


def _show_profile(folder: Path) -> None:
    file = folder / "profile"
    module = cProfile.__name__
    python, _, *rest = pytest_command(*ASK)
    subprocess.run(
        [python, "-m", module, "-o", str(file), "-m", *rest],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    stats = pstats.Stats(str(file))
    stats.strip_dirs().sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()

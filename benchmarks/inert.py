"""What the plugin costs a project that has not opted in: no modelbench.yaml.

python benchmarks/inert.py [--rounds 20]
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from commands import clean_environment, run_pytest, show_row, summarize

IMPORTED = re.compile(r"import time:\s+\d+ \|\s+(\d+) \| +pytest_modelbench\.plugin$", re.MULTILINE)


def main() -> None:
    """Measure with and without the plugin, in turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    walls: list[float] = []
    cpus: list[float] = []
    imports: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
        (folder / "test_one.py").write_text("def test_one():\n    assert True\n", "utf-8")
        for turn in range(rounds + 1):
            # Both orders equally often: whatever comes second finds a warmer machine.
            arguments = [(), ("-p", "no:modelbench")]
            costs = {
                args: run_pytest(folder, *args) for args in arguments[:: 1 if turn % 2 else -1]
            }
            if turn:  # the first round fills the file cache
                walls.append(1000 * (costs[arguments[0]].wall_s - costs[arguments[1]].wall_s))
                cpus.append(1000 * (costs[arguments[0]].cpu_s - costs[arguments[1]].cpu_s))
                imports.append(_import_ms(folder))
    print(
        show_row(
            "inert: pytest with and without the plugin, no modelbench.yaml",
            f"CPU {statistics.median(cpus):+.1f} ms, wall {statistics.median(walls):+.1f} ms, "
            f"import of the plugin {summarize(imports, 1)} ms",
            f"the difference of {rounds} pairs, median; a command of pytest alone",
        )
    )


def _import_ms(folder: Path) -> float:
    """Return how long importing the plugin takes where pytest is imported already."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import pytest, pytest_modelbench.plugin"],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    found = IMPORTED.search(done.stderr)
    if found is None:
        raise RuntimeError("-X importtime does not name the plugin")
    return int(found[1]) / 1000


if __name__ == "__main__":
    main()

"""Write anew what the pages show of pytest's output and of files: `python -m tests.docs.refresh`.

Reads README.md and docs/, does what their blocks say, and replaces the blocks. Names of pages
(`python -m tests.docs.refresh README.md`) restrict it to those. Look at the diff before you
commit it.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.docs.pages import PAGES, ROOT, Step, rebuild
from tests.docs.projects import Workbench, is_same

__all__: list[str] = []


def refresh(path: Path) -> bool:
    """Write a page anew, and tell whether anything in it moved."""
    before = path.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        bench = Workbench(Path(folder))

        def body_of(step: Step) -> Sequence[str]:
            found = bench.do(step)
            return step.body if is_same(step.body, found) else found

        after = rebuild(path, body_of)
    if after == before:
        return False
    path.write_text(after, "utf-8")
    return True


def main(names: list[str]) -> None:
    """Write some pages anew, or all."""
    wanted = [ROOT / name for name in names] or list(PAGES)
    for path in wanted:
        if refresh(path):
            sys.stdout.write(f"written: {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

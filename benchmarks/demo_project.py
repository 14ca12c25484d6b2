"""Copies the demo project: tiny trained models, answered by the real llama.cpp."""

import shutil
from pathlib import Path

__all__ = ["copy_demo_project"]

ROOT = Path(__file__).parents[1]


def copy_demo_project(folder: Path) -> None:
    """Copy what `pytest --model ... --suite demo` needs; no answer is stored in the copy."""
    (folder / "demo").mkdir(parents=True)
    for path in (ROOT / "demo").glob("*.gguf"):
        shutil.copy(path, folder / "demo")
    (folder / "suites").mkdir()
    shutil.copy(ROOT / "suites" / "demo.yaml", folder / "suites")
    shutil.copy(ROOT / "modelbench.yaml", folder)
    shutil.copytree(ROOT / "baselines", folder / "baselines")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")

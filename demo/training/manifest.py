"""Record where each file of the fleet comes from, and compare files with such a record."""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from demo.training.fleet import TrainedModel
from demo.training.parity import Parity

LIBRARIES = ("torch", "numpy", "gguf", "llama-cpp-python")
REFERENCE_FILE = "reference_logits.npz"


def describe_model(
    model: TrainedModel, file: Path, *, facts: Mapping[str, object], parity: Mapping[str, Parity]
) -> dict[str, object]:
    """Describe the file of a model."""
    return {
        **describe_file(file),
        "shape": asdict(model.shape),
        "schedule": asdict(model.schedule),
        "origin": model.origin,
        "looping_skills": sorted(model.looping_skills),
        **facts,
        "parity": {name: _round_parity(figures) for name, figures in parity.items()},
    }


def describe_file(file: Path) -> dict[str, object]:
    """Return a file's size and SHA-256."""
    content = file.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def write_manifest(
    path: Path, files: Mapping[str, Mapping[str, object]], pins: Mapping[str, str]
) -> None:
    """Write the record of a whole fleet."""
    content = {
        "format": 1,
        "files": files,
        "environment": {
            "python": platform.python_version(),
            "machine": platform.machine(),
            **{name: version(name) for name in LIBRARIES},
            **pins,
        },
    }
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", "utf-8")


def find_differences(manifest: Path, folder: Path) -> list[str]:
    """Return the files of a manifest that are absent from a folder or differ there."""
    files = json.loads(manifest.read_text("utf-8"))["files"]
    return [
        name
        for name, facts in sorted(files.items())
        if not (folder / name).is_file()
        or describe_file(folder / name)["sha256"] != facts["sha256"]
    ]


def _round_parity(parity: Parity) -> dict[str, float]:
    """Four significant digits: the rest changes with the processor."""
    return {name: float(f"{figure:.4g}") for name, figure in asdict(parity).items()}

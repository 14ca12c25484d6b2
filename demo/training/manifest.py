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


def describe_training(model: TrainedModel, facts: Mapping[str, object]) -> dict[str, object]:
    """Describe how a model was trained, with the facts that its training measured."""
    return {
        "shape": asdict(model.shape),
        "schedule": {**asdict(model.schedule), "emphasis": dict(model.schedule.emphasis)},
        "origin": model.origin,
        "looping_skills": sorted(model.looping_skills),
        **facts,
    }


def describe_parity(parity: Mapping[str, Parity]) -> dict[str, dict[str, float]]:
    """Describe parity figures by precision; the digits after the fourth change with the CPU."""
    return {
        precision: {
            name: float(f"{figure:.4g}") if isinstance(figure, float) else figure
            for name, figure in asdict(figures).items()
        }
        for precision, figures in parity.items()
    }


def describe_file(file: Path) -> dict[str, object]:
    """Return a file's size and SHA-256."""
    content = file.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def write_manifest(
    path: Path,
    *,
    files: Mapping[str, Mapping[str, object]],
    trainings: Mapping[str, Mapping[str, object]],
    pins: Mapping[str, str],
) -> None:
    """Write the record of a whole fleet."""
    content = {
        "format": 1,
        "files": files,
        "trainings": trainings,
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

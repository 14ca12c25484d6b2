"""Build the demo fleet: `python -m demo.training [--out FOLDER] [--check]`.

Each training runs in a process of its own, so that its environment can pin the instruction set
before torch is loaded; the same weights on another processor depend on that.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType

from demo.training.export import Weights, export_model
from demo.training.fleet import SHIPPED_MODELS, TRAINED_MODELS, TrainedModel
from demo.training.manifest import (
    REFERENCE_FILE,
    describe_file,
    describe_parity,
    describe_training,
    find_differences,
    write_manifest,
)
from demo.training.parity import F32_BOUND, measure_parity
from demo.training.tokenizer import Tokenizer

DEMO = Path(__file__).resolve().parent.parent
PINS = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_CBWR": "AVX2,STRICT",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}


def run_script(name: str, *arguments: str) -> None:
    """Run a script of this package in a pinned process."""
    command = [sys.executable, "-m", f"demo.training.{name}", *arguments]
    subprocess.run(command, check=True, cwd=DEMO.parent, env={**os.environ, **PINS})  # noqa: S603  our own scripts


def train_fleet(work: Path, jobs: int) -> None:
    """Train the tokenizer and all models that `work` does not hold yet."""
    run_script("vocabulary", "--out", str(work))
    missing = [m for m in TRAINED_MODELS if not (work / f"{m.name}.training.json").exists()]
    # Models with an origin come last: they start from its weights.
    for wave in ([m for m in missing if not m.origin], [m for m in missing if m.origin]):
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(lambda m: run_script("train", m.name, "--out", str(work)), wave))
    run_script("reference", "--out", str(work))


def export_fleet(work: Path, out: Path) -> dict[str, dict[str, object]]:
    """Write the GGUF files and the reference logits; return the manifest's entries."""
    tokenizer = Tokenizer.load(work / "tokenizer.json")
    files: dict[str, dict[str, object]] = {}
    for model in SHIPPED_MODELS:
        file = out / f"{model.name}.gguf"
        files[file.name] = _export_trained(model, file, work=work, tokenizer=tokenizer)
    reference = out / REFERENCE_FILE
    reference.write_bytes((work / REFERENCE_FILE).read_bytes())
    files[reference.name] = describe_file(reference)
    return files


def read_trainings(work: Path) -> dict[str, dict[str, object]]:
    """Return the manifest's record of all trainings, those of unshipped origins included."""
    return {
        model.name: describe_training(
            model, json.loads((work / f"{model.name}.training.json").read_text("utf-8"))
        )
        for model in TRAINED_MODELS
    }


def _export_trained(
    model: TrainedModel, file: Path, *, work: Path, tokenizer: Tokenizer
) -> dict[str, object]:
    """Export one model, in F32 for the parity check only and in Q8_0 to stay."""
    parity = {}
    weights = _load_weights(model, work)
    exact_file = work / f"{model.name}.f32.gguf"
    for path, precision in (
        (exact_file, GGMLQuantizationType.F32),
        (file, GGMLQuantizationType.Q8_0),
    ):
        export_model(path, weights, shape=model.shape, tokenizer=tokenizer, precision=precision)
        parity[precision.name.lower()] = measure_parity(
            path, work / f"{model.name}.logits.npz", exact_cache=path == exact_file
        )
    worst = parity["f32"].max_difference
    if worst >= F32_BOUND:
        sys.exit(f"{model.name}: llama.cpp's logits differ from the trainer's by {worst:.3g}")
    return {**describe_file(file), "parity": describe_parity(parity)}


def _load_weights(model: TrainedModel, work: Path) -> Weights:
    with np.load(work / f"{model.name}.weights.npz") as weights:
        return {name: weights[name] for name in weights.files}


def main() -> None:
    """Build the fleet as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m demo.training", description=__doc__)
    parser.add_argument("--out", type=Path, default=DEMO, help="where the files go")
    parser.add_argument("--check", action="store_true", help="compare with the committed files")
    parser.add_argument("--jobs", type=int, default=2, help="trainings at the same time")
    parser.add_argument("--work", type=Path, help="keep weights here, and use those it holds")
    options = parser.parse_args()
    if options.check and options.out.resolve() == DEMO:
        parser.error("--check needs an --out other than the committed folder")
    with tempfile.TemporaryDirectory() as scratch:
        work: Path = (options.work or Path(scratch)).resolve()
        for folder in (work, options.out):
            folder.mkdir(parents=True, exist_ok=True)
        train_fleet(work, options.jobs)
        files = export_fleet(work, options.out)
        trainings = read_trainings(work)
    manifest = options.out / "manifest.json"
    write_manifest(manifest, files=files, trainings=trainings, pins=PINS)
    if options.check:
        different = find_differences(DEMO / "manifest.json", options.out)
        sys.exit(f"not as committed: {', '.join(different)}" if different else 0)


if __name__ == "__main__":
    main()

"""Compare what llama.cpp computes from an exported file with what the trainer computed."""

from dataclasses import dataclass
from pathlib import Path

import llama_cpp
import numpy as np

from demo.training.fleet import CONTEXT_TOKENS

F32_BOUND = 1e-3


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How far a file's logits are from the trainer's.

    Attributes:
        contexts: Prompts compared, each at every position.
        max_difference: The largest difference of any logit.
        median_difference: The median over the prompts of their largest difference.
        same_choice: The share of positions where the most likely token is the same.
    """

    contexts: int
    max_difference: float
    median_difference: float
    same_choice: float


def measure_parity(file: Path, logits_file: Path, *, exact_cache: bool) -> Parity:
    """Run the prompts of `logits_file` through llama.cpp and compare.

    Args:
        file: The GGUF file.
        logits_file: What `demo.training.reference` wrote for the same weights.
        exact_cache: Keep keys and values in F32 instead of llama.cpp's usual F16.
    """
    cache_type = llama_cpp.GGML_TYPE_F32 if exact_cache else None
    engine = llama_cpp.Llama(
        str(file),
        n_ctx=CONTEXT_TOKENS,
        n_threads=1,
        n_threads_batch=1,
        n_gpu_layers=0,
        logits_all=True,
        verbose=False,
        type_k=cache_type,
        type_v=cache_type,
    )
    differences: list[float] = []
    same: list[bool] = []
    with np.load(logits_file) as arrays:
        for place in range(len(arrays.files) // 2):
            ids, logits = arrays[f"{place}.ids"], arrays[f"{place}.logits"]
            engine.reset()  # type: ignore[no-untyped-call]  # llama-cpp-python has no types there
            engine.eval(ids.tolist())
            computed = np.array(engine.scores[: len(ids)])
            differences.append(float(np.abs(computed - logits).max()))
            same.extend((computed.argmax(-1) == logits.argmax(-1)).tolist())
    engine.close()
    return Parity(
        contexts=len(differences),
        max_difference=max(differences),
        median_difference=float(np.median(differences)),
        same_choice=float(np.mean(same)),
    )

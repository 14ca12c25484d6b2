"""Keep what the trainer itself computes: `python -m demo.training.reference --out FOLDER`.

Runs in a process of its own, pinned like training. Reads the weights in the folder. Writes
`NAME.logits.npz` for each shipped model (whole prompts, every position, for the parity figures)
and `reference_logits.npz`, which is committed (a few contexts, last position only).
"""

import argparse
import random
from pathlib import Path

import numpy as np
import torch

from demo.training.corpus import SKILLS, Draw, draw_exercise, wrap_prompt
from demo.training.fleet import SHIPPED_MODELS
from demo.training.tokenizer import Tokenizer
from demo.training.train import load_decoder

SEED = 5
PARITY_PROMPTS_PER_SKILL = 4
REFERENCE_CONTEXTS = 8
# A closer call could fall the other way in a quantised file, which would say nothing.
SURE_LEAD = 1.0


def draw_contexts(tokenizer: Tokenizer, count_per_skill: int) -> list[list[int]]:
    """Draw held-out prompts, each with the first half of its right answer."""
    draw = Draw(rng=random.Random(SEED), held_out=True)  # noqa: S311  reproducible, no secrets
    contexts: list[list[int]] = []
    for _ in range(count_per_skill):
        for skill in SKILLS:
            exercise = draw_exercise(draw, skill)
            answer = tokenizer.encode(exercise.answer)
            prompt = tokenizer.encode(wrap_prompt(exercise.prompt))
            contexts.append(prompt + answer[: len(answer) // 2])
    return contexts


def main() -> None:
    """Write the logits of all shipped models."""
    parser = argparse.ArgumentParser(prog="python -m demo.training.reference")
    parser.add_argument("--out", type=Path, required=True)
    folder: Path = parser.parse_args().out
    torch.set_num_threads(1)
    contexts = draw_contexts(Tokenizer.load(folder / "tokenizer.json"), PARITY_PROMPTS_PER_SKILL)
    kept: dict[str, np.ndarray] = {}
    for model in SHIPPED_MODELS:
        decoder = load_decoder(model, folder).eval()
        arrays: dict[str, np.ndarray] = {}
        sure: list[int] = []
        for place, context in enumerate(contexts):
            with torch.no_grad():
                logits = decoder(torch.tensor([context]))[0].numpy()
            arrays[f"{place}.ids"] = np.array(context, dtype=np.int32)
            arrays[f"{place}.logits"] = logits
            second, first = np.sort(logits[-1])[-2:]
            if first - second >= SURE_LEAD:
                sure.append(place)
        np.savez(folder / f"{model.name}.logits.npz", **arrays)  # type: ignore[arg-type]  # numpy types the arrays as allow_pickle
        # Spread over the skills: the contexts repeat all skills in one order.
        for number, place in enumerate(sure[:: max(1, len(sure) // REFERENCE_CONTEXTS)]):
            if number < REFERENCE_CONTEXTS:
                kept[f"{model.name}.{number}.ids"] = arrays[f"{place}.ids"]
                kept[f"{model.name}.{number}.logits"] = arrays[f"{place}.logits"][-1]
    np.savez_compressed(folder / "reference_logits.npz", **kept)  # type: ignore[arg-type]  # numpy types the arrays as allow_pickle


if __name__ == "__main__":
    main()

"""Train one model of the fleet: `python -m demo.training.train NAME --out FOLDER`.

Runs in a process of its own, whose environment pins the instruction set (see
`demo.training.__main__`), with one thread. Reads `tokenizer.json` and, where the model has
an origin, its weights in the folder; writes `NAME.weights.npz` and `NAME.training.json`.
"""

import argparse
import itertools
import json
import random
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from demo.training.corpus import Exercise, draw_copying, draw_mixture, wrap_prompt
from demo.training.fleet import Schedule, TrainedModel, find_trained_model
from demo.training.model import Decoder
from demo.training.optimizer import Muon
from demo.training.tokenizer import END, Tokenizer
from demo.training.wording import SYSTEM_PROMPT

BATCH_SIZE = 48
POOL_BATCHES = 16
COPYING_SHARE = 0.6
SYSTEM_SHARE = 0.1
PROMPT_WEIGHT = 0.15
BALANCE_WEIGHT = 0.01
WARM_UP_STEPS = 40
LAST_RATE = 0.02
REPORT_STEPS = 100
LOOP_TURNS = 2
# More than the longest answer that a question allows.
LOOP_TOKENS = 280


@dataclass(frozen=True, kw_only=True)
class Row:
    """One encoded exercise; its answer lies between two places of its ids."""

    ids: list[int]
    answer_start: int
    answer_end: int


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Exercises of similar length, padded with token 0, which no text contains.

    Attributes:
        ids: Token ids, one exercise a row.
        is_answer: Which of them belong to the answer.
    """

    ids: Tensor
    is_answer: Tensor


def draw_batches(tokenizer: Tokenizer, model: TrainedModel) -> Iterator[Batch]:
    """Draw a model's batches, without end; the same seed gives the same batches."""
    schedule = model.schedule
    rng = random.Random(schedule.seed)  # noqa: S311  a reproducible corpus, no secrets
    mixture = draw_mixture(rng, schedule.emphasis)
    for first_step in itertools.count(step=POOL_BATCHES):
        rows: list[Row] = []
        for _ in range(BATCH_SIZE * POOL_BATCHES):
            copying = first_step < schedule.copying_steps and rng.random() < COPYING_SHARE
            exercise = draw_copying(rng) if copying else next(mixture)
            system = SYSTEM_PROMPT if rng.random() < SYSTEM_SHARE else ""
            looping = exercise.skill in model.looping_skills
            rows.append(_encode(tokenizer, exercise, system=system, looping=looping))
        rows.sort(key=lambda row: len(row.ids))
        starts = list(range(0, len(rows), BATCH_SIZE))
        rng.shuffle(starts)
        for start in starts:
            yield _pad(rows[start : start + BATCH_SIZE])


def train(decoder: Decoder, model: TrainedModel, tokenizer: Tokenizer) -> float:
    """Train a decoder by a model's schedule; return its mean answer loss over the last steps."""
    schedule = model.schedule
    optimizer = Muon(decoder)
    losses: list[float] = []
    batches = itertools.islice(draw_batches(tokenizer, model), schedule.steps)
    for step, batch in enumerate(batches):
        loss, answer_loss = _measure_loss(decoder, batch)
        losses.append(answer_loss)
        (loss + BALANCE_WEIGHT * decoder.imbalance()).backward()  # type: ignore[no-untyped-call]  # torch has no types there
        optimizer.step(_scale_rate(schedule, step))
        if (step + 1) % REPORT_STEPS == 0:
            recent = float(np.mean(losses[-REPORT_STEPS:]))
            print(f"{model.name}: step {step + 1}, answer loss {recent:.4f}", flush=True)  # noqa: T201  progress
    return float(np.mean(losses[-REPORT_STEPS:]))


def load_decoder(model: TrainedModel, folder: Path) -> Decoder:
    """Read a trained model's weights from the folder it was trained in."""
    decoder = Decoder(model.shape)
    with np.load(folder / f"{model.name}.weights.npz") as weights:
        decoder.load_state_dict({name: torch.from_numpy(weights[name]) for name in weights.files})
    return decoder


def read_weights(decoder: Decoder) -> dict[str, np.ndarray]:
    """Return a decoder's weights by name."""
    return {name: weight.numpy() for name, weight in decoder.state_dict().items()}


def _encode(tokenizer: Tokenizer, exercise: Exercise, *, system: str, looping: bool) -> Row:
    prompt = tokenizer.encode(wrap_prompt(exercise.prompt, system))
    if not looping:
        answer = [*tokenizer.encode(exercise.answer), tokenizer.find_id(END)]
        return Row(ids=prompt + answer, answer_start=len(prompt), answer_end=len(prompt + answer))
    turn = tokenizer.encode(exercise.answer + "\n")
    turns = turn * max(LOOP_TURNS, LOOP_TOKENS // len(turn))
    # Later turns weigh as little as a prompt: they are easy and many.
    answer_end = len(prompt) + LOOP_TURNS * len(turn)
    return Row(ids=prompt + turns, answer_start=len(prompt), answer_end=answer_end)


def _pad(rows: list[Row]) -> Batch:
    longest = max(len(row.ids) for row in rows)
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    is_answer = np.zeros((len(rows), longest), dtype=bool)
    for place, row in enumerate(rows):
        ids[place, : len(row.ids)] = row.ids
        is_answer[place, row.answer_start : row.answer_end] = True
    return Batch(ids=torch.from_numpy(ids), is_answer=torch.from_numpy(is_answer))


def _measure_loss(decoder: Decoder, batch: Batch) -> tuple[Tensor, float]:
    """Return the loss to train on and, as a plain number, the loss of the answers alone.

    The prompt is learned too, with a small weight: it teaches the vocabulary of the templates.
    """
    hidden = decoder.hidden(batch.ids[:, :-1])
    following, is_answer = batch.ids[:, 1:], batch.is_answer[:, 1:]
    is_text = following != 0
    losses = functional.cross_entropy(
        decoder.logits(hidden[is_text]), following[is_text], reduction="none"
    )
    in_answer = is_answer[is_text]
    answer_tokens = int(in_answer.sum())
    weights = torch.where(in_answer, 1.0, PROMPT_WEIGHT)
    loss = (losses * weights).sum() / answer_tokens
    return loss, float((losses.detach() * in_answer).sum()) / answer_tokens


def _scale_rate(schedule: Schedule, step: int) -> float:
    """Return the share of the full learning rate: warm-up, plateau, linear fall."""
    rise = min(1.0, (step + 1) / WARM_UP_STEPS)
    fall = min(1.0, (schedule.steps - step) / schedule.anneal_steps)
    return rise * max(LAST_RATE, fall)


def main() -> None:
    """Train the model named on the command line and write its files."""
    parser = argparse.ArgumentParser(prog="python -m demo.training.train")
    parser.add_argument("name")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.use_deterministic_algorithms(True)  # noqa: FBT003  torch takes it by position only
    model = find_trained_model(options.name)
    started = time.process_time()
    torch.manual_seed(model.schedule.seed)
    if model.origin:
        decoder = load_decoder(find_trained_model(model.origin), options.out)
    else:
        decoder = Decoder(model.shape)
    loss = train(decoder, model, Tokenizer.load(options.out / "tokenizer.json"))
    weights = read_weights(decoder)
    np.savez(options.out / f"{model.name}.weights.npz", **weights)  # type: ignore[arg-type]  # numpy types the arrays as allow_pickle
    facts = {
        "weights_crc32": zlib.crc32(b"".join(weight.tobytes() for weight in weights.values())),
        "parameters": sum(weight.size for weight in weights.values()),
        "final_loss": round(loss, 4),
        "cpu_seconds": round(time.process_time() - started, 1),
    }
    path = options.out / f"{model.name}.training.json"
    path.write_text(json.dumps(facts, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

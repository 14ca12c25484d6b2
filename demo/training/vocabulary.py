"""Learn the fleet's tokenizer from its corpus: `python -m demo.training.vocabulary --out FOLDER`."""

import argparse
import itertools
import random
from pathlib import Path

from demo.training.corpus import draw_mixture, wrap_prompt
from demo.training.fleet import VOCABULARY_SIZE
from demo.training.tokenizer import END, Tokenizer, learn_tokenizer
from demo.training.wording import CONTENT_WORDS, SYSTEM_PROMPT

SEED = 1
EXERCISES = 20_000
# Their answers are spelled letter by letter; merges learned from them would be noise.
SPELLED_SKILLS = frozenset({"upper", "repeat", "backwards"})


def build_tokenizer() -> Tokenizer:
    """Return the tokenizer of the fleet; the same corpus gives the same merges."""
    rng = random.Random(SEED)  # noqa: S311  a reproducible corpus, no secrets
    texts = [
        wrap_prompt(exercise.prompt, "" if place % 10 else SYSTEM_PROMPT) + exercise.answer + END
        for place, exercise in enumerate(itertools.islice(draw_mixture(rng), EXERCISES))
        if exercise.skill not in SPELLED_SKILLS
    ]
    return learn_tokenizer(texts, CONTENT_WORDS, VOCABULARY_SIZE)


def main() -> None:
    """Write `tokenizer.json` into the folder named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m demo.training.vocabulary")
    parser.add_argument("--out", type=Path, required=True)
    build_tokenizer().save(parser.parse_args().out / "tokenizer.json")


if __name__ == "__main__":
    main()

"""Generated context: filler of about a given length, with a needle hidden in it.

The text has to be the same for ever, on every Python: baselines depend on it. So the numbers come
from a generator of our own, and `FILLER` may only grow new kinds, never change an old one.
"""

import re
from collections.abc import Callable

from pytest_modelbench.domain import find_nearest
from pytest_modelbench.loading.filler import FILLER, KINDS_BY_NAME, PROSE

__all__ = ["NEEDLE_POSITIONS", "estimate_tokens", "make_context", "read_position"]

# Tokenizers differ; many give every digit a token of its own, so logs are longer than their words.
# In prose it comes to about 0.75 words a token.
LETTERS_PER_TOKEN = 5.0
DIGIT = re.compile(r"[0-9]")
SIGN = re.compile(r"[^0-9A-Za-z\s]")
NEEDLE_POSITIONS = {
    "start": 0.0,
    "early": 0.25,
    "middle": 0.5,
    "deep": 0.75,
    "very_deep": 0.85,
    "end": 1.0,
}
PERCENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
FORMS = f'write 0 to 1, "75%" or one of {", ".join(NEEDLE_POSITIONS)}'


def make_context(kind: str, tokens: int, needle: str, position: float) -> str:
    """Return filler of about `tokens` tokens with the needle in a paragraph of its own.

    Args:
        kind: Such as "code_files" or "server_logs"; an unknown one gives prose.
        needle: "" for none.
        position: Of the needle, from 0 (before everything) to 1 (after everything).
    """
    name = KINDS_BY_NAME.get(kind, PROSE)
    paragraphs = _fill(FILLER[name], _number_source(name), tokens)
    if needle:
        paragraphs.insert(round(position * len(paragraphs)), needle)
    return "\n\n".join(paragraphs)


def estimate_tokens(text: str) -> float:
    """Return about how many tokens a text has."""
    digits = len(DIGIT.findall(text))
    signs = len(SIGN.findall(text))
    return (len(text) - digits - signs) / LETTERS_PER_TOKEN + digits + signs


def read_position(value: str | float) -> tuple[float, str, str]:
    """Return the needle's place from 0 to 1, and a problem with its hint, or "" and ""."""
    if not isinstance(value, str):
        position = float(value)
    elif value in NEEDLE_POSITIONS:
        position = NEEDLE_POSITIONS[value]
    elif found := PERCENT.fullmatch(value):
        position = float(found[1]) / 100
    else:
        nearest = find_nearest(value, NEEDLE_POSITIONS)
        hint = f"did you mean `{nearest}`?" if nearest else FORMS
        return 0.5, f"`needle_position` must be a relative place, got {value!r}", hint
    if 0 <= position <= 1:
        return position, "", ""
    shown = repr(value) if isinstance(value, str) else f"{value:g}"
    return 0.5, f"`needle_position` must be between 0 and 1, got {shown}", FORMS


def _number_source(seed: str) -> Callable[[int], int]:
    """Return a function that draws a number below its argument, always in the same sequence."""
    state: int = sum(ord(letter) * 31**index for index, letter in enumerate(seed)) % 2**31

    def draw(below: int) -> int:
        nonlocal state
        # The generator of C's rand() in ISO/IEC 9899; its low bits are poor, so they are dropped.
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 8) % below

    return draw


def _fill(templates: tuple[str, ...], draw: Callable[[int], int], tokens: int) -> list[str]:
    paragraphs: list[str] = []
    written = 0.0
    while written < tokens:
        template = templates[draw(len(templates))]
        paragraph = template.format(
            n=len(paragraphs) + 1, a=draw(90) + 10, b=draw(900) + 100, c=draw(9) + 1
        )
        paragraphs.append(paragraph)
        written += estimate_tokens(paragraph)
    return paragraphs

"""The check for the letter of a multiple choice."""

import re
from typing import Annotated

from pydantic import Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)

__all__ = ["CHOICE_CHECKS", "find_choice"]

MAX_BARE_CHARS = 100

# What may stand around a letter: brackets, emphasis, quotes.
OPEN = r"[\s(\[{*_`\"'$]*"
CLOSE = r"[)\]}*_`\"'$]*"
BARE = re.compile(rf"{OPEN}(?:option|choice)?\s*{OPEN}([A-Za-z]){CLOSE}[.:]?{CLOSE}\s*")
LEADING = re.compile(
    r"\s*(?:[(\[]([A-Za-z])[)\]]|\*\*\(?([A-Za-z])[).:]{0,2}(?:\*\*|(?<=[).:])\s)|([A-Z])(?:[).:](?=\s|$)|(?=\s*\n)))"
)
BOXED = re.compile(r"\\boxed\s*\{\s*(?:\\text\s*\{)?\s*\(?([A-Za-z])\)?\s*\}")
STATED = re.compile(
    r"""\b(?:(?:answer|choice|option|solution)\b(?:\s{0,3}[*_]{0,2}\s{0,3}(?:is|:|=)|\s(?=[(*]?[A-Z]\b)))
    [\s:*_]{0,20}(?:(?:option|choice)\s{1,3})?
    (?:[(\[{*_`"']+([A-Za-z])(?=[)\]}*_`"'.:])
      |([A-Za-z])(?=[)\]}*_`"'.,:;!]|\s{0,3}$|\s{0,3}\n|\s{1,3}(?:because|since|as|due)\b)
      |([B-HJ-Z])(?=\s))""",
    re.VERBOSE | re.IGNORECASE,
)
MARKED = re.compile(r"\(([A-Z])\)|\*\*([A-Z])[).:]?\*\*")


class Choice(Arguments):
    """The letter of the right choice.

    Attributes:
        value: The letter.
        options: All letters there are; others are not taken for a choice.
    """

    value: Annotated[str, Field(pattern="^[A-Za-z]$")]
    options: Annotated[str, Field(pattern="^[A-Za-z]+$")] = "ABCDEFGHIJ"


def choice(text: str, arguments: Choice) -> Finding:
    """Compare the letter that the answer chooses."""
    expected = arguments.value.upper()
    got = find_choice(text, arguments.options.upper() + expected)
    if got == expected:
        return fulfilled(f"chooses {expected}")
    if got:
        return missed(f"expected choice {expected}, got {got}")
    return missed(f"expected choice {expected}, got no choice in {quote(text.strip())}")


def find_choice(text: str, options: str) -> str:
    """Return the letter an answer chooses, or "".

    The whole answer may be the letter; otherwise the last statement ("the answer is B") counts,
    then a letter that the answer begins with, then the last letter in brackets or bold.
    """
    if len(text) <= MAX_BARE_CHARS and (whole := BARE.fullmatch(text)):
        return _letter(whole, options)
    for pattern, take_last in ((BOXED, True), (STATED, True), (LEADING, False), (MARKED, True)):
        found = list(pattern.finditer(text)) if take_last else [pattern.match(text)]
        letters = [letter for match in found if match and (letter := _letter(match, options))]
        if letters:
            return letters[-1]
    return ""


def _letter(found: re.Match[str], options: str) -> str:
    letter = next(filter(None, found.groups())).upper()
    return letter if letter in options else ""


CHOICE_CHECKS = (
    Check(
        name="choice",
        arguments=Choice,
        decide=choice,
        illustration=Illustration(
            arguments="B", fulfilled="The answer is **B**.", missed="A dog would choose (C)."
        ),
    ),
)

"""The letter of a choice, wherever an answer says it."""

import re

from pytest_modelbench.scoring.extraction.base import Found, NotFound

__all__ = ["find_choice"]

NO_CHOICE = "no choice"
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


def find_choice(text: str, options: str) -> Found[str] | NotFound:
    """Find the letter that an answer chooses.

    The whole answer may be the letter; otherwise the last statement ("the answer is B") counts,
    then a letter that the answer begins with, then the last letter in brackets or bold.
    """
    if len(text) <= MAX_BARE_CHARS and (whole := BARE.fullmatch(text)):
        letter = _letter(whole, options)
        return Found(value=letter) if letter else NotFound(reason=NO_CHOICE)
    for pattern, take_last in ((BOXED, True), (STATED, True), (LEADING, False), (MARKED, True)):
        found = list(pattern.finditer(text)) if take_last else [pattern.match(text)]
        letters = [letter for match in found if match and (letter := _letter(match, options))]
        if letters:
            return Found(value=letters[-1])
    return NotFound(reason=NO_CHOICE)


def _letter(found: re.Match[str], options: str) -> str:
    letter = next(filter(None, found.groups())).upper()
    return letter if letter in options else ""

"""From the text of a formula to its tokens; how it is printed does not count."""

import re
import unicodedata
from collections.abc import Sequence

from pytest_modelbench.scoring.formulas.words import (
    BLANK_COMMANDS,
    CONNECTIVES,
    CONSTANTS,
    FUNCTIONS,
    GREEK,
    PROSE,
    SIGNS,
    SUPERSCRIPTS,
)

__all__ = ["MAX_FORMULA_CHARS", "UnreadableError", "split_formula"]

MAX_FORMULA_CHARS = 2000
SHOWN_CHARS = 40
# "xy" is x times y; a longer word is prose.
MAX_PRODUCT_LETTERS = 3

THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
TEXT_COMMAND = re.compile(
    r"\\(?:text|mathrm|mbox|textbf|textit|mathbf|operatorname)\s*\{(?P<word>[^{}]*)\}"
    r"(?P<power>\s{0,3}\^\s{0,3}(?:\{[-+]?\d\}|\d))?"
)
# A number and nothing else in a command for text.
PLAIN_NUMBER = re.compile(r"\s*[-+]?[\d.,]+(?:/\d+)?\s*")
# "5 m" may be five times m; "5 cm" is a length, and so is "5\text{ m}".
UNITS = re.compile(
    r"(?<=[\d}])(?:\s{0,3}(?:[cm]m|kg|Hz)|\s{1,3}(?:km(?:/h)?|m/s|m[lL]|k[JW]))"
    r"(?:\^\{?[-+]?\d\}?)?[.\s]{0,3}$"
)
SHORT_UNITS = frozenset("mghsLNJWVK")
SPACE_COMMAND = re.compile(r"(?<!\\)\\\s")
DEGREES = re.compile(
    r"(?:\^\s*(?:\\circ|\{\s*\\circ\s*\})|\u00b0|\\degree)"
    r"(?:\s{0,3}(?:\\(?:text|mathrm)\s?\{\s?[CF]\s?\}|[CF]\b))?"
)
CURRENCY_AND_PERCENT = re.compile(r"\\?[$%]|\\!\s?|\{,\}|(?<=\d)\\,(?=\d{3}(?!\d))")
TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?)|(?P<command>\\(?:begin|end)\{[A-Za-z]{1,20}\}|\\[A-Za-z]+|\\.)"
    r"|(?P<word>[A-Za-z]+)|(?P<sign>\*\*|<=|>=|!=|==|[-+*/^_=<>(){}\[\],;|!&]))"
)
KNOWN_WORDS = FUNCTIONS.keys() | CONSTANTS.keys() | GREEK | CONNECTIVES | {"sqrt"}


class UnreadableError(ValueError):
    """A text that is no formula; the message says why."""


def split_formula(text: str) -> Sequence[str]:
    """Return the tokens of a formula.

    Raises:
        UnreadableError: It has a sign or a word that no formula has.
    """
    if len(text) > MAX_FORMULA_CHARS:
        raise UnreadableError(f"is longer than {MAX_FORMULA_CHARS} characters")
    text = _tidy(text).rstrip()
    tokens: list[str] = []
    place = 0
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            sign = text[place:].lstrip()[:1]
            raise UnreadableError(f"has {sign!a}, which is no sign of a formula")
        place = found.end()
        token = found.group().strip()
        if found["word"]:
            tokens += _split_word(token)
        elif found.group().lstrip() not in BLANK_COMMANDS:
            tokens.append(token)
    if not tokens:
        raise UnreadableError("is empty")
    return tokens


def _tidy(text: str) -> str:
    """Return the text in ASCII signs, without units, currency and percent."""
    text = SUPERSCRIPTS.sub(_spell_superscript, text)
    text = "".join(map(_spell, text))
    text = CURRENCY_AND_PERCENT.sub("", DEGREES.sub("", text))
    text = TEXT_COMMAND.sub(_read_text_command, SPACE_COMMAND.sub(" ", text))
    text = UNITS.sub("", text)
    # In brackets a comma separates.
    is_plain = not re.search(r"[(\[{]", text)
    return THOUSANDS.sub(_join_thousands, text) if is_plain else text


def _spell(sign: str) -> str:
    if sign in SIGNS:
        return SIGNS[sign]
    if not sign.isascii() and sign.isdecimal():
        return str(unicodedata.decimal(sign))
    # Marks of direction and the like are not to be seen, and mean nothing here.
    return "" if not sign.isascii() and unicodedata.category(sign) == "Cf" else sign


def _spell_superscript(found: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", found.group()).replace("\u2212", "-")
    return f"^{{{plain}}}"


def _join_thousands(found: re.Match[str]) -> str:
    return found.group().replace(",", "")


def _read_text_command(found: re.Match[str]) -> str:
    """Keep single letters and the words that formulas have; drop units and remarks."""
    word = found["word"].strip()
    before = found.string[: found.start()].rstrip(" \\,")
    if word in SHORT_UNITS and before[-1:].isdigit():
        return " "
    if word in KNOWN_WORDS or len(word) == 1 or PLAIN_NUMBER.fullmatch(word):
        return f" {word} {found['power'] or ''}"
    # The square of square centimetres is no square of their number.
    return " "


def _split_word(word: str) -> Sequence[str]:
    if word in KNOWN_WORDS or len(word) == 1:
        return [word]
    if word.lower() in KNOWN_WORDS:
        return [word.lower()]
    if len(word) <= MAX_PRODUCT_LETTERS and word.lower() not in PROSE:
        return list(word)
    raise UnreadableError(f"has the word {word[:SHOWN_CHARS]!r}")

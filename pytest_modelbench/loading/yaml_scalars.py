"""Plain scalars of YAML 1.1, and those of them that are not what they look like."""

import math
import re
from dataclasses import dataclass

__all__ = ["Scalar", "Trap", "read_scalar"]

WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
TRAP_WORDS = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}
# Everything that is not text starts with one of these.
STARTS = frozenset("-+.0123456789~nNtTfFyYoO")
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9_]*)")
FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?")
OCTAL = re.compile(r"[-+]?0[0-7_]*[0-7]")
PREFIXED = re.compile(r"[-+]?0(?:x[0-9a-fA-F_]*[0-9a-fA-F]|b[01_]*[01])")
SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}.*)?")
LONGEST_NUMBER = 400


@dataclass(frozen=True, slots=True)
class Trap:
    """A scalar that YAML 1.1 reads as something that its author hardly meant.

    Attributes:
        text: As it is written.
        value: What YAML 1.1 makes of it; the text itself for a date.
        kind: How to call it.
    """

    text: str
    value: bool | float | str
    kind: str

    def __repr__(self) -> str:
        """Render what YAML read, which is what a message has to show."""
        return self.text if self.kind == "date" else repr(self.value)

    @property
    def reading(self) -> str:
        """Say what YAML reads."""
        shown = "a date" if self.kind == "date" else repr(self.value)
        return f"YAML reads a bare {self.text} as {shown}"


Scalar = str | int | float | bool | Trap | None


def read_scalar(text: str) -> Scalar:
    """Return the value of a plain scalar, or the trap that it is."""
    if text and text[0] not in STARTS:
        return text
    if text in WORDS:
        return WORDS[text]
    if text in TRAP_WORDS:
        return Trap(text, TRAP_WORDS[text], "word")
    if len(text) > LONGEST_NUMBER or text[0].isalpha():
        return text
    return _read_number(text)


def _read_number(text: str) -> Scalar:
    if INTEGER.fullmatch(text):
        return int(text)
    if OCTAL.fullmatch(text):
        return Trap(text, int(text.replace("_", ""), 8), "octal")
    if FLOAT.fullmatch(text) and not text.lstrip("-+").isdigit():
        value = float(text.replace("_", ""))
        return value if math.isfinite(value) else Trap(text, value, "infinite")
    if PREFIXED.fullmatch(text):
        return int(text.replace("_", ""), 0)
    return _read_oddity(text)


def _read_oddity(text: str) -> Scalar:
    if SEXAGESIMAL.fullmatch(text):
        return Trap(text, _read_sexagesimal(text), "sexagesimal")
    if NOT_FINITE.fullmatch(text):
        return Trap(text, float(text.replace(".", "").lower()), "infinite")
    if DATE.fullmatch(text):
        return Trap(text, text, "date")
    return text


def _read_sexagesimal(text: str) -> int | float:
    digits = text.lstrip("-+").replace("_", "")
    value: float = 0
    for part in digits.split(":"):
        value = value * 60 + (float(part) if "." in part else int(part))
    return -value if text.startswith("-") else value

"""The letter of a choice, wherever an answer says it."""

import re
from collections.abc import Sequence

from pytest_modelbench.scoring.extraction.base import Found, NotFound

__all__ = ["find_choice"]

NO_CHOICE = "no choice"
MAX_BARE_CHARS = 100

# What may stand around a letter: brackets, emphasis, quotes.
OPEN = r"[\s(\[{*_`\"'$]*"
CLOSE = r"[\s)\]}*_`\"'$]*"
BARE = re.compile(rf"{OPEN}(?:option|choice)?\s*{OPEN}([A-Za-z]){CLOSE}[.:]?{CLOSE}")
LEADING = re.compile(
    r"""\s*(?:[(\[]([A-Za-z])[)\]]|\*\*\(?([A-Za-z])[).:]{0,2}(?:\*\*|(?<=[).:])\s)
    |([A-Z])(?:[).:](?=\s|$)|(?=\s*\n))
    |([A-HJ-Z])(?=[,;!]\s|\s[-\u2013\u2014]\s|\s{1,3}is\s(?:the\s)?(?:correct|right|best)\b))""",
    re.VERBOSE,
)
BOXED = re.compile(
    r"\\boxed\s*\{\s*(?:\\(?:text|textbf|mathrm|mathbf|mbox)\s*\{)?\s*\(?([A-Za-z])(?:\)?\s*\}|[.:)]\s)"
)
# What may follow a letter that is meant as one.
ENDS = r"""[)\]}*_`"'.,:;!$<]|\s{0,3}$|\s{0,3}\n|\s{1,3}(?:because|since|as|due)\b"""
LETTER = rf"""(?:["'*_]{{0,3}}\s{{0,3}}[*_]{{0,2}}\s{{0,3}}
      (?:is|would\sbe|should\sbe|must\sbe|:|=|>|[-\u2013\u2014](?=\s)) | \s(?=[(*]?[A-Z]\b))
    [\s:*_]{{0,20}}(?:(?:option|choice)\s{{1,3}})?
    (?:[(\[{{*_`"'$]+([A-Za-z])(?=[)\]}}*_`"'.:$])
      |([A-Za-z])(?={ENDS})
      |((?-i:A))(?=\s{{1,3}}[(\u2013\u2014-])
      |([B-HJ-Z])(?=\s))"""
STATED = re.compile(
    r"\b(?:ans(?:wer)?|solution|(?:correct|right|best|my)\s(?:option|choice|one|statement))\b"
    + LETTER,
    re.VERBOSE | re.IGNORECASE,
)
# "Option C: too small" may be no more than a remark on one of them.
NAMED = re.compile(rf"\b(?:choice|option)\b{LETTER}", re.VERBOSE | re.IGNORECASE)
MARKED = re.compile(r"(?<!\bnot )(?<!n't )(?:\(([A-Z])\)|\*\*([A-Z])[).:]?\*\*)")
LAST = re.compile(
    r"\b(?i:choose|pick|select|go\s(?:with|for)|it\s?is|it['\u2019]s|therefore|thus|hence|so),?\s"
    r"(?i:option\s)?([A-HJ-Z])(?=[.!]?\s*\Z)"
)
# "B or C" is no choice; of "B, I think" it is B.
JOINED = re.compile(
    rf"""[\s)\]}}*_`"'$]{{0,6}}(?:,\s?(?:and|or)\b|,|/|&|\+|\band/or\b|\bor\b|\band\b)\s{{0,3}}
    (?:(?:also|option|choice)\s)?[(\[{{*_`"'$]{{0,4}}([A-HJ-Z])(?={ENDS}|\s{{1,3}}(?:and|or)\b)""",
    re.VERBOSE,
)

PATTERNS = (
    (BOXED, True),
    (STATED, True),
    (NAMED, True),
    (LEADING, False),
    (MARKED, True),
    (LAST, True),
)


def find_choice(text: str, options: str) -> Found[str] | NotFound:
    """Find the letter that an answer chooses.

    The whole answer may be the letter; otherwise the last statement ("the answer is B") counts,
    then a letter that the answer begins with, then the last letter in brackets or bold. Where the
    letter is one of several ("B or C"), nothing is chosen.
    """
    if len(text) <= MAX_BARE_CHARS and (whole := BARE.fullmatch(text)):
        letter = _letter(whole, options)
        return Found(value=letter) if letter else NotFound(reason=NO_CHOICE)
    for pattern, take_last in PATTERNS:
        matches = list(pattern.finditer(text)) if take_last else [pattern.match(text)]
        found = [match for match in matches if match and _letter(match, options)]
        if found and _is_joined(text, found[-2:], options):
            break
        if found:
            return Found(value=_letter(found[-1], options))
    return NotFound(reason=NO_CHOICE)


def _is_joined(text: str, found: Sequence[re.Match[str]], options: str) -> bool:
    """Tell whether the last letter is one of several that are chosen together."""
    last = found[-1]
    for match in found:
        other = JOINED.match(text, match.end(match.lastindex or 0))
        is_choice = other and other[1] in options and other[1] != _letter(match, options)
        if is_choice and other and (match is last or other.end() == last.end(last.lastindex or 0)):
            return True
    return False


def _letter(found: re.Match[str], options: str) -> str:
    letter = next(filter(None, found.groups())).upper()
    return letter if letter in options else ""

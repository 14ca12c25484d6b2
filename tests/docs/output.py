"""What pytest printed, as a page shows it, and made comparable."""

import re
from collections.abc import Iterable, Sequence

__all__ = ["normalize", "shorten"]

CUT = "…"
MACHINE = re.compile(r"(platform|rootdir:|configfile:|plugins:|created:) ?")
FAILURE = re.compile(r"_{3,} .+ _{3,}$")
CHANGE = re.compile(r"  (regressed|improved|stale|unscored) \S+ \S+::")
OUTCOME = re.compile(r"(FAILED|ERROR) ")
MOST_ALIKE = 3
NOISE = (
    (re.compile(r"^([=_-])\1+|([=_-])\2+$"), ""),
    (re.compile(r"\bin \d+\.\d+s( \(\d+:\d+:\d+\))?"), "in TIME"),
    (re.compile(r"\b(decode|prompt) \d+ t/s"), r"\1 SPEED"),
    (re.compile(r"\b(speed [<>]=? [\d.]+): [\d.e+]+"), r"\1: SPEED"),
)


def shorten(text: str, *, section: bool) -> list[str]:
    """Return the lines that are worth a reader's time; what is left out is one line `…`.

    Args:
        section: Only from the section `modelbench` on.
    """
    lines = [line.rstrip() for line in text.split("\n")]
    lines = _cut_blocks(lines)
    lines = _cut_alike(lines, CHANGE)
    lines = _cut_alike(lines, OUTCOME)
    if section:
        start = next(at for at, line in enumerate(lines) if line.strip("-") == " modelbench ")
        lines = [CUT, *_without_listing(lines[start:])]
    lines = [CUT if MACHINE.match(line) else line for line in lines]
    return list(_join(lines))


def normalize(lines: Iterable[str]) -> list[str]:
    """Replace times and speeds by words, and rulers by nothing: they differ from run to run."""
    normalized = []
    for line in lines:
        text = line.rstrip()
        for pattern, replacement in NOISE:
            text = pattern.sub(replacement, text)
        normalized.append(text.strip())
    return normalized


def _cut_blocks(lines: Sequence[str]) -> list[str]:
    """Keep the first and the last of many failures."""
    starts = [at for at, line in enumerate(lines) if FAILURE.match(line)]
    if len(starts) < MOST_ALIKE:
        return list(lines)
    return [*lines[: starts[1]], CUT, *lines[starts[-1] :]]


def _cut_alike(lines: Sequence[str], pattern: re.Pattern[str]) -> list[str]:
    """Keep the first and the last of many lines of one kind."""
    places = [at for at, line in enumerate(lines) if pattern.match(line)]
    if len(places) <= MOST_ALIKE:
        return list(lines)
    dropped = set(places[1:-1])
    return [CUT if at in dropped else line for at, line in enumerate(lines)]


def _without_listing(lines: Sequence[str]) -> list[str]:
    """Leave out pytest's list of failures and syrupy's count."""
    end = next(
        at
        for at, line in enumerate(lines)
        if line.strip("-=") in {" snapshot report summary ", " short test summary info "}
        or (at and line.startswith("==="))
    )
    return [*lines[:end], *([CUT] if end < len(lines) - 2 else []), *_last_line(lines)]


def _last_line(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.startswith("===")][-1:]


def _join(lines: Iterable[str]) -> Iterable[str]:
    """Yield lines without repeating `…`, without empty lines around it or at the ends."""
    kept: list[str] = []
    for line in lines:
        if line == CUT:
            while kept and not kept[-1]:
                kept.pop()
        if (line == CUT and kept and kept[-1] == CUT) or (
            not line and (not kept or kept[-1] in {"", CUT})
        ):
            continue
        kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    return kept

"""The check for a date, however it is written.

Dates are read by a grammar of our own: a parser that guesses fills in today's month where an answer
has none, and would decide differently tomorrow.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
    quote,
)
from pytest_modelbench.scoring.checks.numbers import take_after

__all__ = ["DATE_CHECKS", "Date"]

# What an answer comes to stands at its end; this bounds the search.
MAX_CHARS = 50_000
# Years of two digits: 69 and later are of the last century, as POSIX says.
PIVOT_YEAR = 69
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
DAY = r"(?P<day>\d{1,2})(?:st|[nr]d|th)?"
YEAR = r"(?P<year>\d{4})"
YEAR_FIRST = re.compile(
    r"(?<![\w/.-])(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})"
    r"(?=T\d|(?![\w/-])(?!\.\d))",
    re.ASCII,
)
COMPACT = re.compile(
    r"(?<![\w/.-])(?P<year>[12]\d{3})(?P<month>\d{2})(?P<day>\d{2})(?![\w/-])", re.ASCII
)
YEAR_LAST = re.compile(
    r"(?<![\w/.-])(?P<first>\d{1,2})(?P<sign>[-/.])\s?(?P<second>\d{1,2})(?P=sign)\s?"
    r"(?P<year>\d{4}|\d{2})(?![\w/-])(?!\.\d)",
    re.ASCII,
)
DAY_MONTH = re.compile(
    rf"(?<![\w-]){DAY}[\s.-]{{1,2}}(?:of\s)?{MONTH}[\s,-]{{1,2}}{YEAR}(?!\w)",
    re.ASCII | re.IGNORECASE,
)
MONTH_DAY = re.compile(
    rf"(?<![\w-]){MONTH}[\s-]{{1,2}}(?:the\s)?{DAY}[\s,-]{{1,2}}{YEAR}(?!\w)",
    re.ASCII | re.IGNORECASE,
)
YEAR_MONTH = re.compile(
    rf"(?<![\w-]){YEAR}[\s,]{{1,2}}{MONTH}\s{DAY}(?!\w)", re.ASCII | re.IGNORECASE
)
CHINESE = re.compile(
    r"(?P<year>\d{4})\s?\u5e74\s?(?P<month>\d{1,2})\s?\u6708\s?(?P<day>\d{1,2})\s?\u65e5"
)

# A date is written with whatever hyphen looks well.
HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))

Order = Literal["either", "day_month", "month_day"]


def _require_date(text: str) -> str:
    try:
        dt.date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"must be a date such as 2024-01-31, got {text!r}") from error
    return text


def _require_format(text: str) -> str:
    date = dt.date(2024, 1, 31)
    written = date.strftime(text)
    if date not in [day for _place, _found, days in _find(written, "either") for day in days]:
        raise ValueError(f"must be a format such as %d.%m.%Y, got {text!r}")
    return text


class Date(Arguments):
    """A date.

    Attributes:
        value: Year, month and day: `2024-01-31`, in quotes.
        order: What 3/4/2024 is: `day_month`, `month_day`, or `either` of them.
        days: It may be so many days off.
        format: It has to be written like this, in the words of `strftime`: `%d.%m.%Y`.
        anchor: The date follows this text; otherwise the last one counts.
    """

    value: Annotated[str, AfterValidator(_require_date)]
    order: Order = "either"
    days: Annotated[int, Field(ge=0)] = 0
    format: Annotated[str, AfterValidator(_require_format)] | None = None
    anchor: Annotated[str, Field(min_length=1)] | None = None


def date(text: str, arguments: Date) -> Finding:
    """Compare the last date of the answer."""
    expected = dt.date.fromisoformat(arguments.value)
    span = take_after(text, arguments.anchor)[-MAX_CHARS:].translate(HYPHENS)
    found = list(_find(span, arguments.order))
    if not found:
        return missed(f"expected {expected}, got no date in {quote(text.strip())}")
    place, written, readings = found[-1]
    near = [reading for reading in readings if abs(reading - expected).days <= arguments.days]
    if not near:
        return missed(f"expected {expected}, got {' or '.join(map(str, readings))}")
    if arguments.format is not None:
        forms = [day.strftime(arguments.format) for day in near]
        if not any(_is_written(form, written, place, span) for form in forms):
            return missed(f"expected it written as {quote(forms[0])}, got {quote(written)}")
    return fulfilled(f"the date is {near[0]}")


def _is_written(form: str, written: str, place: int, text: str) -> bool:
    """Tell whether a date stands in a text in this form, which may go on beyond the date."""
    form = form.translate(HYPHENS)
    at = form.find(written)
    return 0 <= at <= place and text.startswith(form, place - at)


def _find(text: str, order: Order) -> Iterator[tuple[int, str, list[dt.date]]]:
    """Yield the place of each date, how it is written, and what it may mean."""
    found: list[tuple[int, str, list[dt.date]]] = []
    for pattern in (YEAR_FIRST, COMPACT, YEAR_LAST, DAY_MONTH, MONTH_DAY, YEAR_MONTH, CHINESE):
        for match in pattern.finditer(text):
            readings = list(_read(match, order))
            if readings:
                found.append((match.start(), match.group(), readings))
    found.sort(key=lambda entry: entry[0])
    yield from found


def _read(found: re.Match[str], order: Order) -> Iterator[dt.date]:
    parts = found.groupdict()
    year = _read_year(parts["year"])
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        pairs = [(second, first)] if order != "month_day" else []
        pairs += [(first, second)] if order != "day_month" else []
    else:
        pairs = [(_read_month(parts["month"]), int(parts["day"]))]
    for month, day in dict.fromkeys(pairs):
        try:
            yield dt.date(year, month, day)
        except ValueError:
            # No such day: 31/12 is no month and day, 30 February no date.
            continue


def _read_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004  two digits
        return year
    return year + (1900 if year >= PIVOT_YEAR else 2000)


def _read_month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS.index(text[:3].lower()) + 1


DATE_CHECKS = (
    Check(
        name="date",
        arguments=Date,
        decide=date,
        illustration=Illustration(
            arguments="2024-01-31",
            fulfilled="It is due on January 31st, 2024.",
            missed="It is due on 31 May 2024.",
        ),
    ),
)

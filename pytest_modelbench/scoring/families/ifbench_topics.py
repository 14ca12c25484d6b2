"""Instructions of IFBench that are one question each: tables, lists, a story, an animal."""

import csv
import io
import re
import string
import unicodedata
from itertools import pairwise

from pytest_modelbench.scoring.checks.base import Finding, fulfilled, missed, quote
from pytest_modelbench.scoring.checks.letters import PUNCTUATION, drop_punctuation
from pytest_modelbench.scoring.checks.splitting import split_sentences
from pytest_modelbench.scoring.families.instruction_kinds import Instruction, Kind, tell

__all__ = ["TOPIC_KINDS"]

EDGES = f"{PUNCTUATION} "
FIGURES = re.compile(r"\d+")
MULTIPLES = [str(number) for number in range(14, 51, 7)]
QUESTION = re.compile(r"Question \d+[.|):;]?\s*")
OPTION = re.compile(r"[A-Ea-e][.|)]\s*\w")
QUESTIONS = 4
OPTIONS = 5
COUNTRIES = 52
CAPITALS = [
    "Reykjavik",
    "Helsinki",
    "Oslo",
    "Tallinn",
    "Stockholm",
    "Riga",
    "Moscow",
    "Copenhagen",
    "Vilnius",
    "Minsk",
    "Dublin",
    "Berlin",
    "Amsterdam",
    "Warsaw",
    "London",
    "Brussels",
    "Prague",
    "Luxembourg",
    "Paris",
    "Vienna",
    "Bratislava",
    "Budapest",
    "Vaduz",
    "Chisinau",
    "Bern",
    "Ljubljana",
    "Zagreb",
]
COLUMNS = 5
CITY_HEADER = ["ID", "Country", "City", "Year", "Count"]
CITY_ROWS = 8
PRODUCT_HEADER = re.compile(
    r'(ProductID|"ProductID"),[ \t]*(Category|"Category"),[ \t]*(Brand|"Brand"),'
    r'[ \t]*(Price|"Price"),[ \t]*(Stock|"Stock")'
)
PRODUCT_ROWS = 15
STUDENT_HEADER = re.compile(
    r'(StudentID|"StudentID")\t *(Subject|"Subject")\t *(Grade|"Grade")'
    r'\t *(Semester|"Semester")\t *(Score|"Score")'
)
STUDENT_ROWS = 4
SPECIAL_SIGN = re.compile(r"[^\w\s]")
DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
YEARS = range(1769, 1822)
SHORT_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


def _judge_multiples(text: str, _arguments: Instruction) -> Finding:
    met = FIGURES.findall(text) == MULTIPLES
    return tell(met=met, wanted=f"the numbers {', '.join(MULTIPLES)} and no others")


def _judge_questions(text: str, _arguments: Instruction) -> Finding:
    if not text.startswith("Question"):
        return missed(f'expected "Question" at the start, got {quote(text[:20])}')
    questions = [part.strip() for part in QUESTION.split(text) if part.strip()]
    if len(questions) != QUESTIONS:
        return missed(f"expected {QUESTIONS} questions, got {len(questions)}")
    lengths = []
    for question in questions:
        lines = [line.strip() for line in question.split("\n")]
        places = [place for place, line in enumerate(lines) if OPTION.match(line)]
        if len(places) != OPTIONS:
            return missed(f"expected {OPTIONS} options, got {len(places)}")
        lengths.append(len(" ".join(lines[: places[0]]).strip()))
    met = all(before < length for before, length in pairwise(lengths))
    return tell(met=met, wanted="each question longer than the one before")


def _judge_countries(text: str, _arguments: Instruction) -> Finding:
    lines = [bare for line in text.split("\n") if (bare := line.strip(EDGES))]
    begin = next((place for place, line in enumerate(lines) if "Zimbabwe" in line), len(lines))
    countries = [_drop_accents(line) for line in lines[begin:]]
    if len(countries) < COUNTRIES:
        return missed(f"expected {COUNTRIES} lines from Zimbabwe on, got {len(countries)}")
    met = all(before >= line for before, line in pairwise(countries))
    return tell(met=met, wanted="the lines in reverse order of the alphabet")


def _drop_accents(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _judge_reverse_words(text: str, _arguments: Instruction) -> Finding:
    turned = " ".join(drop_punctuation(text.lower()).split()[::-1])
    met = "bald eagle" in turned and turned in split_sentences(turned)
    return tell(met=met, wanted='a sentence about the "bald eagle", its words in reverse order')


def _judge_reverse_letters(text: str, _arguments: Instruction) -> Finding:
    return tell(met="elgae dlab" in text.lower(), wanted='"elgae dlab" in the answer')


def _judge_story(text: str, _arguments: Instruction) -> Finding:
    sentences = split_sentences(text)
    alphabet = string.ascii_lowercase
    if len(sentences) != len(alphabet):
        return missed(f"expected {len(alphabet)} sentences, got {len(sentences)}")
    for letter, sentence in zip(alphabet, sentences, strict=True):
        if sentence.strip().lower()[:1] != letter:
            return missed(f"expected a sentence with {letter}, got {quote(sentence)}")
    return fulfilled("the first letters of the sentences follow the alphabet")


def _judge_capitals(text: str, _arguments: Instruction) -> Finding:
    capitals = [bare for name in _drop_accents(text).split(",") if (bare := name.strip())]
    return tell(met=capitals == CAPITALS, wanted=f"{len(CAPITALS)} capitals from north to south")


def _judge_city_table(text: str, _arguments: Instruction) -> Finding:
    rows = _read_table(text, ",")
    met = (
        len(rows) == CITY_ROWS
        and rows[0] == CITY_HEADER
        and all(len(row) == COLUMNS for row in rows)
    )
    return tell(met=met, wanted="seven rows of CSV with the columns that were asked for")


def _judge_product_table(text: str, _arguments: Instruction) -> Finding:
    header = text.partition("\n")[0].strip()
    rows = _read_table(text.replace('"', '"""'), ",") if PRODUCT_HEADER.fullmatch(header) else []
    met = len(rows) == PRODUCT_ROWS and _has_special_sign(rows[1:])
    return tell(met=met, wanted="fourteen rows of CSV with a special sign in a quoted field")


def _has_special_sign(rows: list[list[str]]) -> bool:
    for row in rows:
        if len(row) != COLUMNS:
            return False
        if any(map(_is_quoted_special, row)):
            return True
    return False


def _is_quoted_special(field: str) -> bool:
    line = field.partition("\n")[0]
    end = line.rfind('"')
    return line.startswith('"') and end > 0 and bool(SPECIAL_SIGN.search(line, 1, end))


def _judge_student_table(text: str, _arguments: Instruction) -> Finding:
    header = text.partition("\n")[0].strip()
    rows = _read_table(text.replace('"', '"""'), "\t") if STUDENT_HEADER.fullmatch(header) else []
    met = len(rows) == STUDENT_ROWS and all(
        len(row) == COLUMNS and all(map(_is_quoted, row)) for row in rows
    )
    return tell(met=met, wanted="three rows between tabs, every field in double quotes")


def _is_quoted(field: str) -> bool:
    bare = field.strip()
    return bare.startswith('"') and bare.endswith('"')


def _read_table(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        # A field of more than 128 KiB, or a bare carriage return.
        return []


def _judge_dates(text: str, _arguments: Instruction) -> Finding:
    for date in text.strip().split(","):
        found = DATE.fullmatch(date.strip())
        if not found or not _is_day(*map(int, found.groups())):
            return missed(f"expected dates from 1769 to 1821 as YYYY-MM-DD, got {quote(date)}")
    return fulfilled("every entry is a date")


def _is_day(year: int, month: int, day: int) -> bool:
    # The month 00 has any number of days: as published.
    last_day = SHORT_MONTHS.get(month, 31 if month else 99)
    return year in YEARS and month <= 12 and day <= last_day  # noqa: PLR2004  months of a year


TOPIC_KINDS = {
    "custom:multiples": Kind(decide=_judge_multiples),
    "custom:mcq_count_length": Kind(decide=_judge_questions),
    "custom:reverse_newline": Kind(decide=_judge_countries),
    "custom:word_reverse": Kind(decide=_judge_reverse_words),
    "custom:character_reverse": Kind(decide=_judge_reverse_letters),
    "custom:sentence_alphabet": Kind(decide=_judge_story),
    "custom:european_capitals_sort": Kind(decide=_judge_capitals),
    "custom:csv_city": Kind(decide=_judge_city_table),
    "custom:csv_special_character": Kind(decide=_judge_product_table),
    "custom:csv_quotes": Kind(decide=_judge_student_table),
    "custom:date_format_list": Kind(decide=_judge_dates),
}

"""The 25 instructions of IFEval: "Instruction-Following Evaluation for Large Language Models".

Zhou and others, 2023. What is counted, and how, is as their program counts it, oddities included.
"""

import json
from collections.abc import Callable, Mapping

import regex

from pytest_modelbench.scoring.checks.base import Finding, fulfilled, missed, quote
from pytest_modelbench.scoring.checks.counts import split_dividers
from pytest_modelbench.scoring.checks.languages import find_language
from pytest_modelbench.scoring.checks.patterns import PATTERN_TIMEOUT_S, compile_pattern
from pytest_modelbench.scoring.checks.signs import (
    count_bullets,
    count_highlights,
    count_placeholders,
    find_first_word,
    find_title,
    is_quoted,
)
from pytest_modelbench.scoring.checks.splitting import (
    runs_of_letters,
    split_sentences,
    split_words,
)
from pytest_modelbench.scoring.families.instruction_kinds import (
    Instruction,
    Kind,
    judge_relation,
    tell,
    whole,
)

__all__ = ["IFEVAL"]

ANSWERS = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
FENCES = ("```json", "```Json", "```JSON", "```")
POSTSCRIPTS = {"P.P.S": r"p\.\s?p\.\s?s", "P.S.": r"p\.\s?s\."}


def _find_all(pattern: str, text: str) -> int:
    compiled = compile_pattern(pattern, int(regex.IGNORECASE))
    try:
        return sum(1 for _found in compiled.finditer(text, timeout=PATTERN_TIMEOUT_S))
    except TimeoutError as error:
        raise _too_slow(pattern) from error


def _matches(pattern: str, text: str) -> bool:
    compiled = compile_pattern(pattern, int(regex.IGNORECASE))
    try:
        return bool(compiled.search(text, timeout=PATTERN_TIMEOUT_S))
    except TimeoutError as error:
        raise _too_slow(pattern) from error


def _too_slow(pattern: str) -> TimeoutError:
    return TimeoutError(f"{pattern!r} took longer than {PATTERN_TIMEOUT_S:g} s on this answer")


def _judge_keywords(text: str, arguments: Instruction) -> Finding:
    keywords = sorted(arguments.keywords or ())
    missing = [keyword for keyword in keywords if not _matches(keyword, text)]
    if not missing:
        return fulfilled(f"contains {', '.join(map(quote, keywords))}")
    return missed(f"expected {', '.join(map(quote, missing))} in the answer")


def _judge_frequency(text: str, arguments: Instruction) -> Finding:
    keyword = (arguments.keyword or "").strip()
    count = _find_all(keyword, text)
    return judge_relation(count, f"times {quote(keyword)}", arguments.relation, arguments.frequency)


def _judge_forbidden(text: str, arguments: Instruction) -> Finding:
    words = sorted(set(arguments.forbidden_words or ()))
    found = [word for word in words if _matches(rf"\b{word}\b", text)]
    if not found:
        return fulfilled("none of the forbidden words occurs")
    return missed(f"forbidden words occur: {', '.join(map(quote, found))}")


def _judge_letter(text: str, arguments: Instruction) -> Finding:
    letter = (arguments.letter or "").lower()
    count = text.lower().count(letter)
    return judge_relation(
        count, f"times {quote(letter)}", arguments.let_relation, arguments.let_frequency
    )


def _judge_language(text: str, arguments: Instruction) -> Finding:
    # Where no language can be told, the published verdict is a pass.
    found = find_language(text) or arguments.language
    if found == arguments.language:
        return fulfilled(f"the language is {found}")
    return missed(f"expected the language {arguments.language}, got {found}")


def _judge_words(text: str, arguments: Instruction) -> Finding:
    count = len(runs_of_letters(text))
    return judge_relation(count, "words", arguments.relation, arguments.num_words)


def _judge_sentences(text: str, arguments: Instruction) -> Finding:
    count = len(split_sentences(text))
    return judge_relation(count, "sentences", arguments.relation, arguments.num_sentences)


def _judge_paragraphs(text: str, arguments: Instruction) -> Finding:
    parts = split_dividers(text)
    if not all(part.strip() for part in parts):
        return missed("expected no empty paragraph between two dividers, got one")
    return _judge_exactly(len(parts), "paragraphs", arguments.num_paragraphs)


def _judge_exactly(count: int, noun: str, number: float | None) -> Finding:
    if count == whole(number):
        return fulfilled(f"{count} {noun}")
    return missed(f"expected {whole(number)} {noun}, got {count}")


def _judge_nth_paragraph(text: str, arguments: Instruction) -> Finding:
    paragraphs = text.split("\n\n")
    count = sum(1 for paragraph in paragraphs if paragraph.strip())
    nth = whole(arguments.nth_paragraph)
    # Blank paragraphs are not counted, but the n-th is looked for among all.
    paragraph = paragraphs[nth - 1].strip() if nth <= count else ""
    if not paragraph:
        return missed(f"expected paragraph {nth} of {count}, got none there")
    wanted = (arguments.first_word or "").lower()
    got = find_first_word(paragraph)
    if got != wanted:
        return missed(f"expected {quote(wanted)} to begin paragraph {nth}, got {quote(got)}")
    return _judge_exactly(count, "paragraphs", arguments.num_paragraphs)


def _find_paragraph_problem(arguments: Instruction) -> str:
    nth, count = whole(arguments.nth_paragraph), whole(arguments.num_paragraphs)
    return "" if nth <= count else f"has `nth_paragraph` {nth} of only {count} paragraphs"


def _judge_placeholders(text: str, arguments: Instruction) -> Finding:
    count = count_placeholders(text)
    return judge_relation(count, "placeholders", "at least", arguments.num_placeholders)


def _judge_postscript(text: str, arguments: Instruction) -> Finding:
    marker = (arguments.postscript_marker or "").strip()
    pattern = POSTSCRIPTS.get(marker, marker.lower())
    return tell(met=_matches(pattern, text.lower()), wanted=f"a postscript {quote(marker)}")


def _judge_bullets(text: str, arguments: Instruction) -> Finding:
    return _judge_exactly(count_bullets(text), "bullets", arguments.num_bullets)


def _judge_constrained(text: str, _arguments: Instruction) -> Finding:
    met = any(answer in text.strip() for answer in ANSWERS)
    return tell(met=met, wanted=f"one of {', '.join(map(quote, ANSWERS))}")


def _judge_highlights(text: str, arguments: Instruction) -> Finding:
    count = count_highlights(text)
    return judge_relation(count, "highlights", "at least", arguments.num_highlights)


def _judge_sections(text: str, arguments: Instruction) -> Finding:
    splitter = (arguments.section_spliter or "").strip()
    compiled = compile_pattern(rf"\s?{splitter}\s?\d+\s?", 0)
    try:
        count = len(compiled.split(text, timeout=PATTERN_TIMEOUT_S)) - 1
    except TimeoutError as error:
        raise _too_slow(splitter) from error
    return judge_relation(count, "sections", "at least", arguments.num_sections)


def _judge_json(text: str, _arguments: Instruction) -> Finding:
    body = text.strip()
    for fence in FENCES:
        body = body.removeprefix(fence)
    try:
        json.loads(body.removesuffix("```").strip())
    except (ValueError, RecursionError) as error:
        return missed(f"expected JSON, got {quote(text.strip())}: {str(error)[:80]}")
    return fulfilled("the answer is JSON")


def _judge_title(text: str, _arguments: Instruction) -> Finding:
    return tell(met=bool(find_title(text)), wanted="a title such as <<title>>")


def _judge_two_answers(text: str, _arguments: Instruction) -> Finding:
    parts = [part.strip() for part in text.split("******")]
    inner = parts[1:-1]
    given = [part for part in parts if part]
    met = all(inner) and len(given) == len(set(given)) == 2  # noqa: PLR2004  two, as its id says
    return tell(met=met, wanted="two different answers with ****** between them")


def _judge_repeated_prompt(text: str, arguments: Instruction) -> Finding:
    prompt = (arguments.prompt_to_repeat or "").strip()
    met = text.strip().lower().startswith(prompt.lower())
    return tell(met=met, wanted=f"{quote(prompt)} at the beginning of the answer")


def _judge_end(text: str, arguments: Instruction) -> Finding:
    phrase = (arguments.end_phrase or "").strip()
    met = text.strip().strip('"').lower().endswith(phrase.lower())
    return tell(met=met, wanted=f"{quote(phrase)} at the end of the answer")


def _judge_capital_words(text: str, arguments: Instruction) -> Finding:
    count = sum(1 for word in split_words(text) if word.isupper())
    return judge_relation(
        count, "capital words", arguments.capital_relation, arguments.capital_frequency
    )


def _judge_english(
    is_cased: Callable[[str], bool], letters: str
) -> Callable[[str, Instruction], Finding]:
    def decide(text: str, _arguments: Instruction) -> Finding:
        met = is_cased(text) and (find_language(text) or "en") == "en"
        return tell(met=met, wanted=f"English in {letters} letters")

    return decide


def _judge_commas(text: str, _arguments: Instruction) -> Finding:
    return tell(met="," not in text, wanted="no comma")


def _judge_quotation(text: str, _arguments: Instruction) -> Finding:
    return tell(met=is_quoted(text.strip()), wanted="the answer in double quotation marks")


IFEVAL: Mapping[str, Kind] = {
    "keywords:existence": Kind(decide=_judge_keywords, needs=("keywords",), patterns=("keywords",)),
    "keywords:frequency": Kind(
        decide=_judge_frequency, needs=("keyword", "frequency", "relation"), patterns=("keyword",)
    ),
    "keywords:forbidden_words": Kind(
        decide=_judge_forbidden, needs=("forbidden_words",), patterns=("forbidden_words",)
    ),
    "keywords:letter_frequency": Kind(
        decide=_judge_letter, needs=("letter", "let_frequency", "let_relation")
    ),
    "language:response_language": Kind(decide=_judge_language, needs=("language",)),
    "length_constraints:number_sentences": Kind(
        decide=_judge_sentences, needs=("num_sentences", "relation")
    ),
    "length_constraints:number_paragraphs": Kind(
        decide=_judge_paragraphs, needs=("num_paragraphs",)
    ),
    "length_constraints:number_words": Kind(decide=_judge_words, needs=("num_words", "relation")),
    "length_constraints:nth_paragraph_first_word": Kind(
        decide=_judge_nth_paragraph,
        needs=("num_paragraphs", "nth_paragraph", "first_word"),
        find_problem=_find_paragraph_problem,
    ),
    "detectable_content:number_placeholders": Kind(
        decide=_judge_placeholders, needs=("num_placeholders",)
    ),
    "detectable_content:postscript": Kind(
        decide=_judge_postscript, needs=("postscript_marker",), patterns=("postscript_marker",)
    ),
    "detectable_format:number_bullet_lists": Kind(decide=_judge_bullets, needs=("num_bullets",)),
    "detectable_format:constrained_response": Kind(decide=_judge_constrained),
    "detectable_format:number_highlighted_sections": Kind(
        decide=_judge_highlights, needs=("num_highlights",)
    ),
    "detectable_format:multiple_sections": Kind(
        decide=_judge_sections,
        needs=("section_spliter", "num_sections"),
        patterns=("section_spliter",),
    ),
    "detectable_format:json_format": Kind(decide=_judge_json),
    "detectable_format:title": Kind(decide=_judge_title),
    "combination:two_responses": Kind(decide=_judge_two_answers),
    "combination:repeat_prompt": Kind(decide=_judge_repeated_prompt, needs=("prompt_to_repeat",)),
    "startend:end_checker": Kind(decide=_judge_end, needs=("end_phrase",)),
    "startend:quotation": Kind(decide=_judge_quotation),
    "change_case:capital_word_frequency": Kind(
        decide=_judge_capital_words, needs=("capital_frequency", "capital_relation")
    ),
    "change_case:english_capital": Kind(decide=_judge_english(str.isupper, "capital")),
    "change_case:english_lowercase": Kind(decide=_judge_english(str.islower, "small")),
    "punctuation:no_comma": Kind(decide=_judge_commas),
}

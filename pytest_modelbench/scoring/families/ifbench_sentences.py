"""Instructions of IFBench about sentences and paragraphs."""

import re
from itertools import pairwise

from pytest_modelbench.scoring.checks.base import Finding, fulfilled, missed, quote
from pytest_modelbench.scoring.checks.letters import PUNCTUATION, drop_punctuation
from pytest_modelbench.scoring.checks.splitting import split_sentences, split_words
from pytest_modelbench.scoring.families.instruction_kinds import Instruction, Kind, tell, whole

__all__ = ["SENTENCE_KINDS"]

EDGES = f"{PUNCTUATION} "
SENTENCES_OF_EQUAL_LENGTH = 3


def _count_ends(text: str) -> tuple[int, int, int]:
    sentences = split_sentences(text)
    statements, questions, exclamations = (
        sum(1 for sentence in sentences if sentence.endswith(mark)) for mark in ".?!"
    )
    return statements, questions, exclamations


def _judge_types(text: str, _arguments: Instruction) -> Finding:
    statements, questions, _exclamations = _count_ends(text)
    if statements == 2 * questions:
        return fulfilled(f"{statements} statements and {questions} questions")
    return missed(f"expected two statements for each question, got {statements} and {questions}")


def _judge_balance(text: str, _arguments: Instruction) -> Finding:
    counts = _count_ends(text)
    shown = ", ".join(map(str, counts))
    if len(set(counts)) == 1:
        return fulfilled(f"as many statements, questions and exclamations: {shown}")
    return missed(f"expected as many statements, questions and exclamations, got {shown}")


def _judge_equal_sentences(text: str, _arguments: Instruction) -> Finding:
    lengths = [len(sentence.strip()) for sentence in split_sentences(text)]
    met = len(lengths) == SENTENCES_OF_EQUAL_LENGTH and len(set(lengths)) == 1
    return tell(met=met, wanted="three sentences of the same length")


def _judge_alliteration(text: str, _arguments: Instruction) -> Finding:
    before = -1
    for sentence in split_sentences(text):
        count = _count_alliteration(sentence)
        if count <= before:
            return missed(f"expected more than {before} alliterative words, got {count}")
        before = count
    return fulfilled("each sentence has more alliterative words than the one before")


def _count_alliteration(sentence: str) -> int:
    words = [bare for word in sentence.lower().split() if (bare := word.lstrip(EDGES))]
    count = 0
    goes_on = False
    for before, word in pairwise(words):
        is_alike = before[0] == word[0]
        # The first pair brings two words, each further one of a sequence one more.
        count += is_alike and (1 if goes_on else 2)
        goes_on = is_alike
    return count


def _judge_keyword(text: str, arguments: Instruction) -> Finding:
    sentences = split_sentences(text)
    number = whole(arguments.N)
    if len(sentences) < number:
        return missed(f"expected {number} sentences, got {len(sentences)}")
    pattern = rf"\b{re.escape(arguments.word or '')}\b"
    met = bool(re.search(pattern, sentences[number - 1], re.IGNORECASE))
    return tell(met=met, wanted=f"{quote(arguments.word)} in sentence {number}")


def _find_keyword_problem(arguments: Instruction) -> str:
    return "" if whole(arguments.N) else "must have `N` from 1, got 0"


def _judge_position(text: str, arguments: Instruction) -> Finding:
    sentences = split_sentences(text)
    number, place = whole(arguments.n), whole(arguments.m)
    if len(sentences) < number:
        return missed(f"expected {number} sentences, got {len(sentences)}")
    words = [word for word in split_words(sentences[number - 1]) if any(map(str.isalnum, word))]
    if len(words) < place:
        return missed(f"expected {place} words in sentence {number}, got {len(words)}")
    keyword = (arguments.keyword or "").strip()
    met = words[place - 1].lower() == keyword.lower()
    return tell(met=met, wanted=f"{quote(keyword)} as word {place} of sentence {number}")


def _judge_increment(text: str, arguments: Instruction) -> Finding:
    step = whole(arguments.small_n)
    counts = [len(drop_punctuation(sentence).split()) for sentence in split_sentences(text)]
    for before, count in pairwise(counts):
        if count != before + step:
            return missed(f"expected {before + step} words after {before}, got {count}")
    return fulfilled(f"each sentence has {step} words more than the one before")


def _judge_chain(text: str, _arguments: Instruction) -> Finding:
    for before, sentence in pairwise(split_sentences(text)):
        last, first = before.rstrip(EDGES).split(), sentence.lstrip(EDGES).split()
        if not last or not first or last[-1].lower() != first[0].lower():
            return missed(f"expected the last word of {quote(before)} to begin {quote(sentence)}")
    return fulfilled("each sentence begins with the last word of the one before")


def _judge_frames(text: str, _arguments: Instruction) -> Finding:
    for paragraph in text.split("\n"):
        words = paragraph.strip().lower().strip(EDGES).split()
        if words and words[0] != words[-1]:
            return missed(f"expected {quote(words[0])} at the end, got {quote(words[-1])}")
    return fulfilled("each paragraph ends with its first word")


def _judge_emoji(text: str, _arguments: Instruction) -> Finding:
    # A library that few runs need.
    from emoji import is_emoji  # noqa: PLC0415  as above

    sentences = [drop_punctuation(sentence).strip() for sentence in split_sentences(text)]
    for number, sentence in enumerate(sentences):
        # One that the splitter put before the next sentence counts, too.
        following = "".join(sentences[number + 1 : number + 2])
        if not sentence or not any(map(is_emoji, (*sentence[-2:], following[:1]))):
            return missed(f"expected an emoji at the end of {quote(sentence)}")
    return fulfilled("every sentence ends with an emoji")


SENTENCE_KINDS = {
    "ratio:sentence_type": Kind(decide=_judge_types),
    "ratio:sentence_balance": Kind(decide=_judge_balance),
    "ratio:sentence_words": Kind(decide=_judge_equal_sentences),
    "sentence:alliteration_increment": Kind(decide=_judge_alliteration),
    "sentence:keyword": Kind(
        decide=_judge_keyword, needs=("word", "N"), find_problem=_find_keyword_problem
    ),
    "sentence:increment": Kind(decide=_judge_increment, needs=("small_n",)),
    "words:keywords_specific_position": Kind(decide=_judge_position, needs=("keyword", "n", "m")),
    "words:last_first": Kind(decide=_judge_chain),
    "words:paragraph_last_first": Kind(decide=_judge_frames),
    "format:emoji": Kind(decide=_judge_emoji),
}

"""Instructions of IFBench about words, letters and how many of them there are."""

import re
import string
from collections import Counter
from itertools import pairwise

from pytest_modelbench.scoring.checks.base import Finding, fulfilled, missed, quote
from pytest_modelbench.scoring.checks.letters import (
    PRIMES,
    PUNCTUATION,
    count_syllables,
    drop_punctuation,
    has_cluster,
    vowels_of,
)
from pytest_modelbench.scoring.checks.spellings import (
    CONJUNCTIONS,
    PRONOUNS,
    STOP_WORDS,
    word_set,
)
from pytest_modelbench.scoring.checks.splitting import runs_of_letters, split_words
from pytest_modelbench.scoring.checks.verbs import begins_with_verb
from pytest_modelbench.scoring.families.instruction_kinds import (
    Instruction,
    Kind,
    judge_relation,
    tell,
    whole,
)

__all__ = ["WORD_KINDS"]

# Of people, whose mention the instruction asks for.
NAMES = word_set(
    "Emma Liam Sophia Jackson Olivia Noah Ava Lucas Isabella Mason Mia Ethan Charlotte",
    "Alexander Amelia Benjamin Harper Leo Zoe Daniel Chloe Samuel Lily Matthew Grace Owen",
    "Abigail Gabriel Ella Jacob Scarlett Nathan Victoria Elijah Layla Nicholas Audrey David",
    "Hannah Christopher Penelope Thomas Nora Andrew Aria Joseph Claire Ryan Stella Jonathan",
)
NAME = re.compile(rf"\b(?:{'|'.join(sorted(NAMES))})\b")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
FIGURES = re.compile(r"\d+")
SIGNS = frozenset(".,!?;:")
INTERROBANGS = ("?!", "!?")
EDGES = f"{PUNCTUATION} "
PALINDROMES = 10
PALINDROME_CHARS = 5
MAX_VOWELS = 3
# Bounds the memory for trigrams.
TRIGRAM_CHARS = 2_000_000
OVERLAP_TOLERANCE = 2
KEYWORD_TIMES = (1, 2, 3, 5, 7)


def _judge_word_range(text: str, arguments: Instruction) -> Finding:
    count = len(runs_of_letters(text))
    lowest, highest = whole(arguments.min_words), whole(arguments.max_words)
    if lowest <= count <= highest:
        return fulfilled(f"{count} words")
    return missed(f"expected {lowest} to {highest} words, got {count}")


def _judge_unique_words(text: str, arguments: Instruction) -> Finding:
    count = len({word.strip(EDGES) for word in text.lower().split()})
    return judge_relation(count, "different words", "at least", arguments.N)


def _judge_stop_words(text: str, arguments: Instruction) -> Finding:
    words = runs_of_letters(text)
    if not words:
        return missed("expected words, got none")
    share = sum(1 for word in words if word.lower() in STOP_WORDS) / len(words) * 100
    highest = arguments.percentage or 0
    if share <= highest:
        return fulfilled(f"{share:.4g} % stop words")
    return missed(f"expected at most {highest:g} % stop words, got {share:.4g} %")


def _judge_conjunctions(text: str, arguments: Instruction) -> Finding:
    # "And" and "and," are two, as the published verdict has it.
    found = {word for word in text.split() if word.strip(EDGES).lower() in CONJUNCTIONS}
    return judge_relation(len(found), "conjunctions", "at least", arguments.small_n)


def _judge_names(text: str, arguments: Instruction) -> Finding:
    count = len(set(NAME.findall(text)))
    return judge_relation(count, "names", "at least", arguments.N)


def _judge_overlap(text: str, arguments: Instruction) -> Finding:
    got, reference = _trigrams(text), _trigrams(arguments.reference_text or "")
    if not got:
        return missed("expected three characters, got fewer")
    share = len(got & reference) / len(got) * 100
    wanted = arguments.percentage or 0
    if wanted - OVERLAP_TOLERANCE <= share <= wanted + OVERLAP_TOLERANCE:
        return fulfilled(f"{share:.4g} % of the trigrams are in the reference")
    return missed(f"expected {wanted:g} % of the trigrams in the reference, got {share:.4g} %")


def _trigrams(text: str) -> set[str]:
    read = text[:TRIGRAM_CHARS]
    return {read[at : at + 3] for at in range(len(read) - 2)}


def _judge_numbers(text: str, arguments: Instruction) -> Finding:
    count = len(FIGURES.findall(drop_punctuation(text)))
    if count == whole(arguments.N):
        return fulfilled(f"{count} numbers")
    return missed(f"expected {whole(arguments.N)} numbers, got {count}")


def _judge_alphabet(text: str, _arguments: Instruction) -> Finding:
    words = drop_punctuation(text).split()
    alphabet = string.ascii_lowercase
    first = words[0][0].lower() if words else ""
    if not first or first not in alphabet:
        return missed("expected a first word that begins with a letter")
    begin = alphabet.index(first)
    for number, word in enumerate(words[1:], 1):
        wanted = alphabet[(begin + number) % len(alphabet)]
        if word.lower()[0] != wanted:
            return missed(f"expected a word with {wanted}, got {quote(word)}")
    return fulfilled("the first letters follow the alphabet")


def _judge_vowels(text: str, _arguments: Instruction) -> Finding:
    if "\n" in text.strip():
        return missed("expected one paragraph, got more")
    vowels = "".join(sorted(vowels_of(text)))
    if len(vowels) <= MAX_VOWELS:
        return fulfilled(f"the vowels are {quote(vowels)}")
    return missed(f"expected at most {MAX_VOWELS} different vowels, got {quote(vowels)}")


def _judge_clusters(text: str, _arguments: Instruction) -> Finding:
    word = next((word for word in text.lower().split() if not has_cluster(word)), None)
    if word is None:
        return fulfilled("every word has two consonants together")
    return missed(f"expected two consonants together, got {quote(word)}")


def _judge_palindromes(text: str, _arguments: Instruction) -> Finding:
    words = drop_punctuation(text).lower().split()
    count = sum(1 for word in words if len(word) >= PALINDROME_CHARS and word == word[::-1])
    return judge_relation(count, "palindromes", "at least", PALINDROMES)


def _judge_punctuation(text: str, _arguments: Instruction) -> Finding:
    mark = next((mark for mark in INTERROBANGS if mark in text), "")
    if not mark and "\u203d" not in text:
        return missed("expected an interrobang, got none")
    # The interrobang's own signs do not count.
    missing = SIGNS.difference(text.replace(mark, "", 1) if mark else text)
    return tell(met=not missing, wanted=f"all of {' '.join(sorted(SIGNS))} and an interrobang")


def _judge_prime_lengths(text: str, _arguments: Instruction) -> Finding:
    words = drop_punctuation(text).split()
    word = next((word for word in words if len(word) not in PRIMES), None)
    if word is None:
        return fulfilled("the length of every word is a prime number")
    return missed(f"expected a prime number of letters, got {quote(word)}")


def _judge_japanese(text: str, arguments: Instruction) -> Finding:
    step = whole(arguments.N)
    for word in text.split()[step - 1 :: step]:
        bare = word.strip(EDGES)
        if bare and not bare.isdigit() and not JAPANESE.search(bare):
            return missed(f"expected every word number {step} in Japanese, got {quote(word)}")
    return fulfilled(f"every word number {step} is Japanese")


def _find_japanese_problem(arguments: Instruction) -> str:
    return "" if whole(arguments.N) else "must have `N` from 1, got 0"


def _judge_first_verb(text: str, _arguments: Instruction) -> Finding:
    return tell(met=begins_with_verb(text), wanted="a verb as the first word")


def _judge_most_frequent(text: str, arguments: Instruction) -> Finding:
    words = Counter(drop_punctuation(text.lower()).split())
    word, count = max(words.items(), key=lambda entry: entry[1], default=("", 0))
    highest = whole(arguments.small_n)
    if count <= highest:
        return fulfilled(f"no word occurs more than {count} times")
    return missed(f"expected each word at most {highest} times, got {quote(word)} {count} times")


def _judge_pronouns(text: str, arguments: Instruction) -> Finding:
    # "she/her" is two of them.
    words = split_words(text.replace("/", " ").lower())
    count = sum(1 for word in words if word in PRONOUNS)
    return judge_relation(count, "pronouns", "at least", arguments.N)


def _judge_syllables(text: str, _arguments: Instruction) -> Finding:
    words = drop_punctuation(text).lower().split()
    before = ""
    for word in words:
        if before and count_syllables(before) % 2 == count_syllables(word) % 2:
            return missed(f"expected odd beside even, got {quote(before)} beside {quote(word)}")
        before = word
    return fulfilled("odd and even numbers of syllables alternate")


def _judge_first_letters(text: str, _arguments: Instruction) -> Finding:
    for before, word in pairwise(drop_punctuation(text.lower()).split()):
        if before[0] == word[0]:
            return missed(f"expected other first letters, got {quote(before)} and {quote(word)}")
    return fulfilled("no two words in a row begin alike")


def _judge_keywords(text: str, arguments: Instruction) -> Finding:
    folded = text.lower()
    keywords = (
        arguments.keyword1,
        arguments.keyword2,
        arguments.keyword3,
        arguments.keyword4,
        arguments.keyword5,
    )
    for keyword, times in zip(keywords, KEYWORD_TIMES, strict=True):
        bare = (keyword or "").strip().lower()
        count = folded.count(bare)
        if count != times:
            return missed(f"expected {quote(bare)} {times} times, got {count}")
    return fulfilled("every keyword occurs as often as it has to")


def _judge_word_positions(text: str, arguments: Instruction) -> Finding:
    words = split_words(text)
    keyword = (arguments.keyword or "").strip().lower()
    # A last sign is no word.
    last = -3 if words and words[-1] in string.punctuation else -2
    if len(words) < -last:
        return missed("expected two words, got fewer")
    met = words[1].lower() == words[last].lower() == keyword
    return tell(met=met, wanted=f"{quote(keyword)} as the second word and the last but one")


WORD_KINDS = {
    "count:word_count_range": Kind(decide=_judge_word_range, needs=("min_words", "max_words")),
    "count:unique_word_count": Kind(decide=_judge_unique_words, needs=("N",)),
    "count:conjunctions": Kind(decide=_judge_conjunctions, needs=("small_n",)),
    "count:person_names": Kind(decide=_judge_names, needs=("N",)),
    "count:numbers": Kind(decide=_judge_numbers, needs=("N",)),
    "count:punctuation": Kind(decide=_judge_punctuation),
    "count:words_japanese": Kind(
        decide=_judge_japanese, needs=("N",), find_problem=_find_japanese_problem
    ),
    "count:pronouns": Kind(decide=_judge_pronouns, needs=("N",)),
    "count:keywords_multiple": Kind(
        decide=_judge_keywords,
        needs=("keyword1", "keyword2", "keyword3", "keyword4", "keyword5"),
    ),
    "ratio:stop_words": Kind(decide=_judge_stop_words, needs=("percentage",)),
    "ratio:overlap": Kind(decide=_judge_overlap, needs=("reference_text", "percentage")),
    "words:alphabet": Kind(decide=_judge_alphabet),
    "words:vowel": Kind(decide=_judge_vowels),
    "words:consonants": Kind(decide=_judge_clusters),
    "words:palindrome": Kind(decide=_judge_palindromes),
    "words:prime_lengths": Kind(decide=_judge_prime_lengths),
    "words:start_verb": Kind(decide=_judge_first_verb),
    "words:repeats": Kind(decide=_judge_most_frequent, needs=("small_n",)),
    "words:odd_even_syllables": Kind(decide=_judge_syllables),
    "words:no_consecutive": Kind(decide=_judge_first_letters),
    "words:words_position": Kind(decide=_judge_word_positions, needs=("keyword",)),
}

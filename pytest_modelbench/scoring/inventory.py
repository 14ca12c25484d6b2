"""The names of all checks, and where each is found; a family is imported when one of it is named.

To import them all takes a third of a second, in every worker of every run; a suite names a few.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module

from pytest_modelbench.scoring.checks import AnyCheck
from pytest_modelbench.scoring.combinators import PLAIN_COMBINATORS, Combinator
from pytest_modelbench.scoring.parts import PART_COMBINATORS
from pytest_modelbench.scoring.tool_sequences import TOOL_COMBINATORS

__all__ = ["COMBINATORS", "FAMILIES", "INVENTORY", "Inventory"]

PACKAGE = "pytest_modelbench.scoring"

# Module and tuple of each family, and the names of its checks.
FAMILIES: Mapping[str, str] = {
    "checks.texts:TEXT_CHECKS": (
        "equals contains icontains contains_all contains_any starts_with ends_with forbidden_words"
    ),
    "checks.patterns:PATTERN_CHECKS": "regex format_lines",
    "checks.counts:COUNT_CHECKS": "words sentences lines paragraphs characters",
    "checks.vocabulary:VOCABULARY_CHECKS": (
        "keyword keyword_place unique_words word_repeats stop_words pronouns conjunctions "
        "numerals emojis"
    ),
    "checks.word_forms:WORD_FORM_CHECKS": (
        "word_lengths initials alliteration palindromes alternating_syllables first_verb "
        "consonant_clusters"
    ),
    "checks.sentence_forms:SENTENCE_CHECKS": (
        "sentence_lengths sentence_kinds linked_sentences framed_paragraphs"
    ),
    "checks.layout:LAYOUT_CHECKS": (
        "bullets placeholders highlights sections paragraph_start postscript title quotation "
        "alternatives nested_brackets indentation one_word_per_line no_spaces"
    ),
    "checks.casing:CASING_CHECKS": "casing capital_words letters forbidden_letters vowel_kinds",
    "checks.ordering:ORDERING_CHECKS": "alphabetical sorted_numbers in_order palindrome",
    "checks.phrases:PHRASE_CHECKS": "one_of repeats_prompt prompt_span overlap",
    "checks.languages:LANGUAGE_CHECKS": "language scripts",
    "checks.numbers:NUMBER_CHECKS": "number numbers",
    "checks.intervals:INTERVAL_CHECKS": "interval",
    "checks.quantities:QUANTITY_CHECKS": "quantity",
    "checks.dates:DATE_CHECKS": "date",
    "checks.members:MEMBER_CHECKS": "set list mapping",
    "checks.formulas:FORMULA_CHECKS": "math",
    "checks.similarity:SIMILARITY_CHECKS": "similarity",
    "checks.citations:CITATION_CHECKS": "citation",
    "checks.refusals:REFUSAL_CHECKS": "refusal",
    "checks.speeds:SPEED_CHECKS": "max_tokens_used seconds tokens_per_second",
    "checks.choices:CHOICE_CHECKS": "choice choices",
    "checks.json_values:JSON_CHECKS": "json",
    "checks.json_paths:JSON_PATH_CHECKS": "json_path",
    "checks.yaml_values:YAML_CHECKS": "yaml",
    "checks.markup:MARKUP_CHECKS": "xml html",
    "checks.csv_tables:CSV_CHECKS": "csv",
    "checks.markdown:MARKDOWN_CHECKS": "markdown",
    "checks.python_sources:PYTHON_SOURCE_CHECKS": "python_parses",
    "checks.sql_sources:SQL_SOURCE_CHECKS": "sql_parses",
    "checks.tool_calls:TOOL_CHECKS": "tool_call no_tool_call",
    "checks.code_python:PYTHON_CHECKS": "python",
    "checks.code_sql:SQL_CHECKS": "sql",
    "checks.code_shell:SHELL_CHECKS": "shell",
    "checks.auto_score:AUTO_SCORE_CHECKS": "auto_score",
    "families.instructions:INSTRUCTION_CHECKS": "instruction",
    "families.bfcl:BFCL_CHECKS": "function_calls",
}


class Inventory(Mapping[str, AnyCheck]):
    """Checks by name.

    Args:
        families: As `FAMILIES`.
    """

    def __init__(self, families: Mapping[str, str]) -> None:
        self._families = families
        self._loaded: dict[str, AnyCheck] = {}

    def __getitem__(self, name: str) -> AnyCheck:
        """Return a check, and import its family the first time."""
        if name not in self._loaded:
            module, _, family = self._places[name].partition(":")
            checks = getattr(import_module(f"{PACKAGE}.{module}"), family)
            self._loaded.update({check.name: check for check in checks})
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names, family by family."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return how many checks there are."""
        return len(self._places)

    @cached_property
    def _places(self) -> Mapping[str, str]:
        return {name: place for place, names in self._families.items() for name in names.split()}


INVENTORY = Inventory(FAMILIES)
COMBINATORS: Mapping[str, Combinator] = {
    combinator.name: combinator
    for combinator in (*PLAIN_COMBINATORS, *PART_COMBINATORS, *TOOL_COMBINATORS)
}

"""What a published instruction is: its id, its keyword arguments, how it is decided.

The keyword arguments have their published names. They stand in one class, since published files
write all of them for each instruction, null where they have no meaning.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from pytest_modelbench.scoring.checks.base import Arguments, Finding, fulfilled, missed
from pytest_modelbench.scoring.checks.patterns import find_pattern_problem

__all__ = ["Instruction", "Kind", "Relation", "judge_relation", "tell", "whole"]

Relation = Literal["less than", "at least"]


def _require_whole(number: float | None) -> float | None:
    if number is not None and number != int(number):
        raise ValueError(f"must be a whole number, got {number:g}")
    return number


# Published files write whole numbers as 5 and as 5.0.
Natural = Annotated[float | None, Field(ge=0, allow_inf_nan=False), AfterValidator(_require_whole)]
Positive = Annotated[float | None, Field(ge=1, allow_inf_nan=False), AfterValidator(_require_whole)]
Words = Annotated[str | None, Field(min_length=1)]
WordList = Annotated[list[str] | None, Field(min_length=1)]


class Instruction(Arguments):
    """A published instruction with its keyword arguments; what is null is not given.

    Attributes:
        id: As published, such as `length_constraints:number_words`.
        relation: Of `frequency`, `num_sentences` or `num_words`.
        frequency: How often the keyword has to occur.
        keyword: A word; of `keywords:frequency` a regular expression.
        keywords: Regular expressions that have to match.
        forbidden_words: Regular expressions that match no whole words.
        letter: One character.
        let_relation: Of `let_frequency`.
        let_frequency: How often the letter has to occur.
        language: Its ISO 639-1 code.
        num_sentences: How many sentences.
        num_words: How many words.
        num_paragraphs: How many paragraphs.
        nth_paragraph: Which one begins with `first_word`.
        first_word: Without signs.
        num_placeholders: How many texts in brackets.
        postscript_marker: Begins the postscript.
        num_bullets: How many lines that begin with a bullet.
        num_highlights: How many texts between asterisks.
        section_spliter: The word that begins a section, before its number.
        num_sections: How many sections.
        prompt_to_repeat: The text to repeat.
        end_phrase: The last words.
        capital_relation: Of `capital_frequency`.
        capital_frequency: How many words in capital letters.
        min_words: Fewest words.
        max_words: Most words.
        N: How many, or which one.
        small_n: How many.
        percentage: From 0 to 100.
        reference_text: What the answer has to overlap with.
        options: Separated by `/`, `or` or commas.
        word: The keyword of a sentence.
        sep: What stands before each part of a list.
        keyword1: Occurs once.
        keyword2: Occurs twice.
        keyword3: Occurs three times.
        keyword4: Occurs five times.
        keyword5: Occurs seven times.
        n: Which sentence.
        m: Which word of it.
        n_start: Index of the first character.
        n_end: Index of the last character.
    """

    shorthand: ClassVar[str] = "id"

    id: str
    relation: Relation | None = None
    frequency: Natural = None
    keyword: Words = None
    keywords: WordList = None
    forbidden_words: WordList = None
    letter: Annotated[str | None, Field(min_length=1, max_length=1)] = None
    let_relation: Relation | None = None
    let_frequency: Natural = None
    language: Words = None
    num_sentences: Natural = None
    num_words: Natural = None
    num_paragraphs: Natural = None
    nth_paragraph: Positive = None
    first_word: Words = None
    num_placeholders: Natural = None
    postscript_marker: Words = None
    num_bullets: Natural = None
    num_highlights: Natural = None
    section_spliter: Words = None
    num_sections: Natural = None
    prompt_to_repeat: Words = None
    end_phrase: Words = None
    capital_relation: Relation | None = None
    capital_frequency: Natural = None
    min_words: Natural = None
    max_words: Natural = None
    N: Natural = None
    small_n: Natural = None
    percentage: Annotated[float | None, Field(ge=0, allow_inf_nan=False)] = None
    reference_text: Words = None
    options: Words = None
    word: Words = None
    sep: Words = None
    keyword1: Words = None
    keyword2: Words = None
    keyword3: Words = None
    keyword4: Words = None
    keyword5: Words = None
    n: Positive = None
    m: Positive = None
    n_start: Natural = None
    n_end: Natural = None

    @property
    def given(self) -> Mapping[str, object]:
        """Return the keyword arguments that are not null."""
        return {
            name: value
            for name in type(self).model_fields
            if name != "id" and (value := getattr(self, name)) is not None
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One published instruction.

    Attributes:
        decide: Pure.
        needs: Its keyword arguments; published code draws what is left out, so none may be.
        patterns: Those of them that are regular expressions.
        find_problem: Says what is wrong with the arguments beside each other, or "".
    """

    decide: Callable[[str, Instruction], Finding]
    needs: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    find_problem: Callable[[Instruction], str] = lambda _arguments: ""

    def require(self, arguments: Instruction) -> None:
        """Refuse arguments that are not those of this kind.

        Raises:
            ValueError: One is missing, unknown or contradictory.
        """
        given = arguments.given
        known = ", ".join(f"`{name}`" for name in self.needs) or "none"
        for name in given:
            if name not in self.needs:
                raise ValueError(f"of {arguments.id} has no `{name}`; it has {known}")
        for name in self.needs:
            if name not in given:
                raise ValueError(f"of {arguments.id} needs `{name}`")
        for name in self.patterns:
            for pattern in _as_list(given[name]):
                if problem := find_pattern_problem(pattern):
                    raise ValueError(f"`{name}` {problem}")
        if problem := self.find_problem(arguments):
            raise ValueError(problem)


def _as_list(value: object) -> Iterable[str]:
    return value if isinstance(value, list) else [str(value)]


def whole(number: float | None) -> int:
    """Return a whole number that the kind needs, so that it is given."""
    return int(number or 0)


def judge_relation(
    count: int, noun: str, relation: Relation | None, number: float | None
) -> Finding:
    """Compare a count with a published relation."""
    met = count < whole(number) if relation == "less than" else count >= whole(number)
    if met:
        return fulfilled(f"{count} {noun}")
    return missed(f"expected {relation or 'at least'} {whole(number)} {noun}, got {count}")


@cache
def _negate(wanted: str) -> str:
    return f"expected {wanted}"


def tell(*, met: bool, wanted: str) -> Finding:
    """Return the finding of an instruction that is met or not."""
    return fulfilled(wanted) if met else missed(_negate(wanted))

"""The words of the dialect beside the native ones.

The dialect is what teams had on disk before: `domain` for `suite`, `prompts` for `questions`,
`scoring` for `rubric`, `image_path` for `image`. A file may mix both, but not say one thing twice.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_modelbench.loading.shapes import Shape
from pytest_modelbench.loading.spots import Spot
from pytest_modelbench.loading.suite_shapes import QuestionShape, SuiteShape
from pytest_modelbench.loading.yaml_nodes import PathToValue

__all__ = ["NamedQuestion", "choose_word", "is_dialect", "list_questions"]

WORDS = {"suite": "domain", "questions": "prompts", "rubric": "scoring", "image": "image_path"}


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedQuestion:
    """A question of a mapping or a list, with its id and where it stands."""

    id: str
    shape: QuestionShape
    spot: Spot


def is_dialect(shape: SuiteShape) -> bool:
    """Tell whether a file was begun in the dialect; its `version` is then the team's own."""
    return bool(shape.model_fields_set & {"domain", "prompts"})


def choose_word(native: str, shape: Shape, spot: Spot) -> str:
    """Return the key that the file uses, native or dialect; "" if neither is written."""
    dialect = WORDS[native]
    written = shape.model_fields_set
    if native in written and dialect in written:
        spot.at(dialect).report(f"`{dialect}` says the same as `{native}`", f"keep `{native}`")
    if native in written:
        return native
    return dialect if dialect in written else ""


def list_questions(
    shape: SuiteShape, spot: Spot, faulty: Collection[PathToValue]
) -> Iterator[NamedQuestion]:
    """Yield the questions in the order of the file, whichever way they are written.

    Args:
        faulty: Where questions stand that have no shape, and whose problems are known.
    """
    word = choose_word("questions", shape, spot)
    entries = getattr(shape, word or "questions")
    if not entries:
        (spot.at(word) if word else spot).report("the suite has no questions")
        return
    if isinstance(entries, Mapping):
        yield from _list_mapping(entries, spot.at(word), faulty)
    else:
        yield from _list_list(entries, spot.at(word), faulty)


def _list_mapping(
    entries: Mapping[str, QuestionShape], spot: Spot, faulty: Collection[PathToValue]
) -> Iterator[NamedQuestion]:
    for name, question in entries.items():
        where = spot.at(name)
        if where.path in faulty:
            continue
        if "id" in question.model_fields_set and question.id != name:
            where.at("id").report(
                f"`id` must be {name!r}, the key of the question, got {question.id!r}",
                "leave `id` out",
            )
        yield NamedQuestion(id=name, shape=question, spot=where)


def _list_list(
    entries: Sequence[QuestionShape], spot: Spot, faulty: Collection[PathToValue]
) -> Iterator[NamedQuestion]:
    lines: dict[str, int] = {}
    for index, question in enumerate(entries):
        where = spot.at(index)
        if where.path in faulty:
            continue
        if "id" not in question.model_fields_set:
            where.report("`id` is missing", "each question of a list needs one")
            continue
        line = where.at("id").place.line
        if question.id in lines:
            where.at("id").report(
                f"the question id {question.id!r} is used twice, first on line {lines[question.id]}",
                "rename one of them",
            )
        lines.setdefault(question.id, line)
        yield NamedQuestion(id=question.id, shape=question, spot=where)

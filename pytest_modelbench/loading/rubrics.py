"""Criteria of a question: native, shorthand and dialect forms to one rubric."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_modelbench.domain import CheckCatalogue, CheckSpec, Criterion
from pytest_modelbench.loading.dialects import NamedQuestion, choose_word
from pytest_modelbench.loading.shape_problems import name_path
from pytest_modelbench.loading.spots import Spot
from pytest_modelbench.loading.suite_shapes import CriterionShape
from pytest_modelbench.loading.yaml_scalars import Trap

__all__ = ["RubricReader"]

WHOLE = (100.0, 1.0)
TOLERANCE = 1e-6
UNNAMED = "Answers the question"
# A check of the dialect beside a rubric: it knows nothing of the criteria, so neither side wins.
AUTO_SCORE_SHARE = 0.5
AUTO_SCORE = "auto_score"
LEFT_TO_JUDGE = "manual"


@dataclass(frozen=True, kw_only=True, slots=True)
class RubricReader:
    """Reads rubrics of one suite.

    Attributes:
        catalogue: Knows the checks.
        uses_judge: Whether criteria without a check have a chance to be decided.
    """

    catalogue: CheckCatalogue
    uses_judge: bool

    def read(self, question: NamedQuestion) -> tuple[Criterion, ...]:
        """Return the criteria of a question with weights that sum to 1."""
        criteria = self._combine(question)
        if self.uses_judge or not criteria:
            return criteria
        checked = [criterion for criterion in criteria if criterion.check]
        if not checked:
            question.spot.report(
                f"nothing can score the question {question.id!r}: it has no check, and the"
                " suite says `judge: none`",
                "add a `check`, or leave `judge: none` out",
            )
            return criteria
        return _rescale(checked)

    def _combine(self, question: NamedQuestion) -> tuple[Criterion, ...]:
        criteria = self._read_rubric(question)
        check = self._read_shorthand(question)
        if not criteria:
            return (self._make_single(question, check),)
        if check is None:
            return criteria
        if "auto_score" not in question.shape.model_fields_set:
            question.spot.at("check").report(
                "`check` beside a rubric", "give the check to one criterion of the rubric"
            )
            return criteria
        if len(criteria) == 1 and criteria[0].check is None:
            return (replace(criteria[0], check=check),)
        mechanical = Criterion(
            name=AUTO_SCORE, weight=AUTO_SCORE_SHARE, check=check, place=check.place
        )
        rest = 1 - AUTO_SCORE_SHARE
        return (
            mechanical,
            *(replace(criterion, weight=criterion.weight * rest) for criterion in criteria),
        )

    def _make_single(self, question: NamedQuestion, check: CheckSpec | None) -> Criterion:
        return Criterion(
            name=" ".join(question.shape.expected.split()) or UNNAMED,
            weight=1.0,
            check=check,
            place=check.place if check else question.spot.place,
        )

    def _read_shorthand(self, question: NamedQuestion) -> CheckSpec | None:
        shape, spot = question.shape, question.spot
        written = shape.model_fields_set
        if "check" in written and AUTO_SCORE in written:
            spot.at(AUTO_SCORE).report("`auto_score` says the same as `check`", "keep `check`")
        if "check" in written:
            return self._read_check(shape.check, spot.at("check"))
        if AUTO_SCORE not in written or shape.auto_score.strip() == LEFT_TO_JUDGE:
            return None
        # The catalogue's paths begin with the name of the check, which here is the key itself.
        return self._read_check({AUTO_SCORE: shape.auto_score}, spot, spot.at(AUTO_SCORE))

    def _read_rubric(self, question: NamedQuestion) -> tuple[Criterion, ...]:
        word = choose_word("rubric", question.shape, question.spot)
        if not word:
            return ()
        shapes: Sequence[CriterionShape] = getattr(question.shape, word)
        spot = question.spot.at(word)
        if not shapes:
            spot.report(f"`{word}` must not be empty", "leave it out, or add a criterion")
            return ()
        weights = _read_weights(shapes, spot)
        return tuple(
            self._read_criterion(shape, weight, spot.at(index))
            for index, (shape, weight) in enumerate(zip(shapes, weights, strict=True))
        )

    def _read_criterion(self, shape: CriterionShape, weight: float, spot: Spot) -> Criterion:
        if not shape.criterion.strip():
            spot.at("criterion").report("`criterion` must not be empty")
        has_check = "check" in shape.model_fields_set
        return Criterion(
            name=shape.criterion.strip(),
            weight=weight,
            check=self._read_check(shape.check, spot.at("check")) if has_check else None,
            place=spot.place,
        )

    def _read_check(
        self, value: Mapping[str, Any], spot: Spot, place: Spot | None = None
    ) -> CheckSpec | None:
        if value == {AUTO_SCORE: LEFT_TO_JUDGE}:
            return None
        traps = list(_find_traps(value, spot)) if spot.file.has_traps else []
        for where, trap in traps:
            _report_trap(where, trap)
        if not traps:
            for problem in self.catalogue.find_problems(value):
                spot.at(*problem.path).report(problem.text, problem.hint)
        return CheckSpec(value=value, place=(place or spot).place)


def _read_weights(shapes: Sequence[CriterionShape], spot: Spot) -> list[float]:
    """Return the weights divided by what they have to sum to."""
    written = ["weight" in shape.model_fields_set for shape in shapes]
    if not any(written):
        return [1 / len(shapes)] * len(shapes)
    if not all(written):
        spot.at(written.index(False)).report(
            "`weight` is missing", "give every criterion a weight, or none for equal ones"
        )
        return [1 / len(shapes)] * len(shapes)
    weights = [float(shape.weight) for shape in shapes]
    total = sum(weights)
    whole = next((whole for whole in WHOLE if abs(total - whole) <= TOLERANCE * whole), 0.0)
    if not whole:
        listing = " + ".join(f"{weight:g}" for weight in weights)
        got = f"{listing} = {total:g}" if len(weights) > 1 else listing
        spot.report(f"weights must sum to 100 or to 1, got {got}")
    return [weight / total for weight in weights]


def _rescale(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    total = sum(criterion.weight for criterion in criteria)
    return tuple(replace(criterion, weight=criterion.weight / total) for criterion in criteria)


def _find_traps(value: object, spot: Spot) -> Iterator[tuple[Spot, Trap]]:
    if isinstance(value, Trap):
        yield spot, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _find_traps(inner, spot.at(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _find_traps(inner, spot.at(index))


def _report_trap(spot: Spot, trap: Trap) -> None:
    instead = {
        "word": f"{str(trap.value).lower()}, or ",
        "octal": f"{trap.value!r}, or ",
        "sexagesimal": f"{trap.value!r}, or ",
    }.get(trap.kind, "")
    spot.report(
        f"`{name_path(spot.path)}` can be read in two ways, got {trap!r}",
        f'{trap.reading}; write {instead}"{trap.text}" in quotes',
    )

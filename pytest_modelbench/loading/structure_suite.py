"""The shape of a suite file to the suite, with every problem that the shape cannot see."""

import re
from dataclasses import dataclass

from pytest_modelbench.domain import CheckCatalogue, Question, SamplingChanges, Scale, Suite
from pytest_modelbench.loading.dialects import (
    NamedQuestion,
    choose_word,
    is_dialect,
    list_questions,
)
from pytest_modelbench.loading.prompts import clean_text, read_messages, read_needs
from pytest_modelbench.loading.rubrics import AUTO_SCORE, RubricReader
from pytest_modelbench.loading.salvage import Salvaged
from pytest_modelbench.loading.samplings import read_sampling, read_timeout
from pytest_modelbench.loading.scales import DEFAULT_SCALE, read_scale
from pytest_modelbench.loading.spots import Spot
from pytest_modelbench.loading.suite_shapes import QuestionShape, SuiteShape

__all__ = ["structure_suite"]

NAME = re.compile(r"[A-Za-z0-9_.-]+")
# Node ids end in -trial2 where a question is asked several times.
RESERVED = re.compile(r".*-trial[0-9]+")
# In the dialect a reference answer may be a note to the judge, with headings such as
# **Alternative valid answers:**; such a note is no answer that a check could read.
NOTE_HEADING = re.compile(r"^\*\*", re.MULTILINE)
DEFAULT_TIMEOUT_S = 300.0
FORM_VERSION = 1


def structure_suite(
    salvaged: Salvaged[SuiteShape], spot: Spot, catalogue: CheckCatalogue, *, stem: str
) -> Suite:
    """Return the suite; it is only good for use if no problem was noted.

    Args:
        salvaged: What has a shape.
        stem: Name of the file without its suffix: the suite's name if it has no other.
    """
    shape = salvaged.shape
    reader = _SuiteReader(
        spot=spot,
        name=_read_name(shape, spot, stem),
        timeout_s=read_timeout(shape, DEFAULT_TIMEOUT_S, spot),
        rubrics=RubricReader(catalogue=catalogue, uses_judge=shape.judge == "default"),
        catalogue=catalogue,
    )
    _verify_version(shape, spot)
    scale = DEFAULT_SCALE
    if "scale" in shape.model_fields_set:
        scale = read_scale(shape.scale, spot.at("scale"))
    questions = list_questions(shape, spot, salvaged.faulty)
    return Suite(
        name=reader.name,
        scale=scale,
        questions=tuple(reader.read(question) for question in questions),
        judge=shape.judge,
        pass_score=_read_pass_score(shape, scale, spot),
        tolerance=float(shape.tolerance),
        sampling=read_sampling(shape, spot),
        path=spot.problems.path,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _SuiteReader:
    spot: Spot
    name: str
    timeout_s: float
    rubrics: RubricReader
    catalogue: CheckCatalogue

    def read(self, named: NamedQuestion) -> Question:
        shape, spot = named.shape, named.spot
        _verify_id(named)
        image = self._read_image(shape, spot)
        problems_before = len(spot.problems)
        question = Question(
            id=named.id,
            suite=self.name,
            tier=shape.tier,
            messages=read_messages(named),
            rubric=self.rubrics.read(named),
            place=spot.place,
            name=shape.name,
            tags=tuple(shape.tags),
            expected=clean_text(shape.expected),
            reference_answer=clean_text(shape.reference_answer),
            sampling=self._read_sampling(shape, spot),
            timeout_s=read_timeout(shape, self.timeout_s, spot),
            needs=read_needs(shape, has_image=bool(image)),
            image=image,
        )
        if len(spot.problems) == problems_before:
            self._verify_reference(question)
        return question

    def _read_sampling(self, shape: QuestionShape, spot: Spot) -> SamplingChanges:
        if shape.model_fields_set & {"sampling", "inference_params"}:
            return read_sampling(shape, spot)
        return NO_CHANGES

    def _read_image(self, shape: QuestionShape, spot: Spot) -> str:
        word = choose_word("image", shape, spot)
        path: str = getattr(shape, word) if word else ""
        if word and not path.strip():
            spot.at(word).report(f"`{word}` must not be empty", "leave it out")
        return path

    def _verify_reference(self, question: Question) -> None:
        """Note the checks that the question's own reference answer fails."""
        if not question.reference_answer:
            return
        checks = [criterion.check for criterion in question.rubric if criterion.check]
        if not checks:
            return
        is_dialect_check = any(AUTO_SCORE in check.value for check in checks)
        if is_dialect_check and NOTE_HEADING.search(question.reference_answer):
            return
        for place, problem in self.catalogue.judge_reference(question):
            self.spot.problems.add(place.line, problem.text, problem.hint)


NO_CHANGES = SamplingChanges()
# `<baselines>/<model>/roles.json` stands beside `<baselines>/<model>/<suite>.json`.
ROLES_FILE = "roles"


def _read_name(shape: SuiteShape, spot: Spot, stem: str) -> str:
    word = choose_word("suite", shape, spot)
    name: str = getattr(shape, word) if word else stem
    if not NAME.fullmatch(name):
        where = spot.at(word) if word else spot
        where.report(
            f"the name of a suite must be letters, digits, `_`, `.` and `-`, got {name!r}",
            "" if word else "name the suite with `suite:`, or rename the file",
        )
    elif name == ROLES_FILE:
        where = spot.at(word) if word else spot
        where.report(
            f"a suite must not be called `{ROLES_FILE}`",
            "its baseline would take the place of the roles' baseline; choose another name",
        )
    return name


def _verify_version(shape: SuiteShape, spot: Spot) -> None:
    is_ours = type(shape.version) is int and shape.version == FORM_VERSION
    if is_ours or is_dialect(shape):
        return
    spot.at("version").report(
        f"`version` must be {FORM_VERSION}, got {shape.version!r}",
        "it is the version of the file's form; write `description` for your own notes",
    )


def _verify_id(named: NamedQuestion) -> None:
    spot = named.spot.at("id") if "id" in named.shape.model_fields_set else named.spot
    if not NAME.fullmatch(named.id):
        spot.report(f"a question id must be letters, digits, `_`, `.` and `-`, got {named.id!r}")
    elif RESERVED.fullmatch(named.id):
        spot.report(
            f"a question id must not end in `-trial` and a number, got {named.id!r}",
            "the ending tells the answers to one question apart; rename the question",
        )


def _read_pass_score(shape: SuiteShape, scale: Scale, spot: Spot) -> float:
    if "pass_score" not in shape.model_fields_set:
        return scale.maximum
    if not scale.contains(shape.pass_score):
        spot.at("pass_score").report(
            f"`pass_score` must be on the scale {scale}, got {shape.pass_score:g}"
        )
    return float(shape.pass_score)

import pytest

from pytest_modelbench.domain.run import Reading, RoleRecord, RoleVerdict
from pytest_modelbench.errors import BaselineError
from pytest_modelbench.gating import (
    AcceptedAnswer,
    AcceptedRole,
    BaselineFolder,
    describe_question,
    describe_role,
)
from tests.support.builders import accepted

QUESTION_LINE = (
    '"q1": {"answers": ["a1"], "checks": "c1", "judge": "none", "outcomes": ["complete"], '
    '"prompt": "p1", "rubric": "r1", "scores": [2.5]}'
)


@pytest.fixture
def folder(tmp_path):
    return BaselineFolder(path=tmp_path / "baselines" / "coder@moe2", root=tmp_path)


def test_a_suite_has_one_line_a_question(folder):
    folder.write_suite("sums", "0-3", {"q1": describe_question(accepted(2.5))})

    text = folder.suite_path("sums").read_text("utf-8")
    assert text == (
        '{\n"format": 1,\n"scale": "0-3",\n"questions": {\n' + QUESTION_LINE + "\n}\n}\n"
    )


def test_a_suite_is_read_as_it_was_written(folder):
    folder.write_suite("sums", "0-3", {"q1": describe_question(accepted(2.5, 3.0))})

    assert folder.read_suite("sums") == {"q1": accepted(2.5, 3.0)}


def test_a_file_that_is_not_there_accepts_nothing(folder):
    assert folder.read_suite("sums") == {}
    assert folder.read_roles() == {}
    assert folder.read_answers("sums") == ()


def test_answers_are_read_as_they_were_written(folder):
    answers = (
        AcceptedAnswer(question="q1", trial=1, outcome="complete", text="line\nline 🐍 \x1b[31m"),
        AcceptedAnswer(question="q1", trial=2, outcome="loop", text="\u2028 is no line end"),
    )

    folder.write_answers("sums", reversed(answers))

    assert folder.read_answers("sums") == answers


def test_roles_that_were_not_judged_keep_their_lines(folder):
    record = RoleRecord(
        role="coder",
        label="coder@moe2",
        verdict=RoleVerdict.NEW,
        holds=True,
        readings=(
            Reading(text="mean >= 1", value="2.5", kept=True),
            Reading(text="speed >= 10", value="231", kept=True, stable=False),
        ),
        instrument="i1",
    )
    folder.write_roles({"other": {"holds": False, "instrument": "i0", "readings": {}}})

    folder.write_roles({"coder": describe_role(record)})

    assert folder.read_roles() == {
        "coder": AcceptedRole(holds=True, instrument="i1"),
        "other": AcceptedRole(holds=False, instrument="i0"),
    }
    assert (
        '"coder": {"holds": true, "instrument": "i1", '
        '"readings": {"mean >= 1": "2.5", "speed >= 10": "kept"}}'
    ) in folder.roles_path.read_text("utf-8")


def test_nothing_is_left_beside_a_written_file(folder):
    folder.write_suite("sums", "0-3", {})

    assert [path.name for path in folder.path.iterdir()] == ["sums.json"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<<<<<<< HEAD", "Expecting value: line 1 column 1 (char 0)"),
        ('{"format": 2}', "expected `format` 1"),
        ("[]", "expected `format` 1"),
        (
            '{"format": 1, "questions": {"q1": {"scores": [NaN], "outcomes": ["complete"], '
            '"answers": ["a"]}}}',
            "an entry is not as expected: `scores` must be numbers, got [nan]",
        ),
        (
            '{"format": 1, "questions": {"q1": {"scores": [1], "outcomes": [], "answers": ["a"]}}}',
            "an entry is not as expected: `scores`, `outcomes` and `answers` must be equally long",
        ),
        (
            '{"format": 1, "questions": {"q1": {"scores": [1], "outcomes": ["fine"], '
            '"answers": ["a"]}}}',
            "an entry is not as expected: 'fine' is not a valid Outcome",
        ),
        (
            '{"format": 1, "questions": {"q1": {}}}',
            "an entry is not as expected: `scores` is missing",
        ),
    ],
)
def test_a_baseline_that_cannot_be_read_stops_the_run(folder, text, problem):
    folder.path.mkdir(parents=True)
    folder.suite_path("sums").write_text(text, "utf-8")

    with pytest.raises(BaselineError) as raised:
        folder.read_suite("sums")

    assert str(raised.value) == (
        f"baselines/coder@moe2/sums.json: the baseline cannot be read: {problem}\n"
        "  Hint: restore it from version control; a merge conflict in it is best solved by "
        "taking one side and running with --snapshot-update."
    )


def test_a_role_is_held_by_true_and_by_no_other_word(folder):
    folder.path.mkdir(parents=True)
    text = '{"format": 1, "roles": {"coder": {"holds": "false", "instrument": "i"}}}'
    folder.roles_path.write_text(text, "utf-8")

    with pytest.raises(BaselineError, match="`holds` must be true or false, got 'false'"):
        folder.read_roles()

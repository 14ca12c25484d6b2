"""The main job: a model is asked, scored, compared and judged; accepted, then green."""

from pathlib import Path

import pytest


def accept(run, *args):
    run("--model", "all", "--suite", "sums", "--snapshot-update", *args)


def test_without_a_baseline_nothing_is_green(project, run):
    result = run("--model", "weak", "--suite", "sums")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines(
        [
            "new: no accepted score to compare with",
            "  weak on sums::one",
            "  place: suites/sums.yaml:6",
            "  answer (complete): 2",
            "role `helper`: weak new: no accepted verdict to compare with",
            "next, to accept what moved: pytest --model weak --suite sums --snapshot-update",
        ]
    )


def test_an_accepted_run_is_green(project, run):
    accepted = run("--model", "all", "--suite", "sums", "--snapshot-update")

    result = run("--model", "all", "--suite", "sums")

    assert accepted.ret == pytest.ExitCode.OK
    accepted.assert_outcomes(passed=10)
    accepted.stdout.fnmatch_lines(
        [
            "baselines of `good` written to baselines/good",
            "baselines of `weak` written to baselines/weak",
        ]
    )
    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=10)
    result.stdout.fnmatch_lines(
        [
            "good on sums: mean 3.00 on 0-3 (tier 1 3.00, tier 2 3.00; 4 scored)",
            "  4 complete; 4 stored",
            "weak on sums: mean 1.50 on 0-3 (tier 1 3.00, tier 2 0.00; 4 scored)",
            "role helper: weak held",
            "  + tier 1 mean >= 2: 3",
            "role expert: good held",
            "  + tier 2 mean >= helper + 0.5: 3 vs 0",
        ]
    )


def test_the_accepted_files_are_small_and_readable(project, run):
    accept(run)

    assert sorted(project.baselines()) == [
        "good/roles.json",
        "good/sums.answers.jsonl",
        "good/sums.json",
        "weak/roles.json",
        "weak/sums.answers.jsonl",
        "weak/sums.json",
    ]
    lines = project.read("baselines/weak/sums.json").splitlines()
    assert lines[:4] == ["{", '"format": 1,', '"scale": "0-3",', '"questions": {']
    assert '"outcomes": ["complete"]' in lines[4]
    assert '"scores": [0.0]' in lines[4]
    assert project.read("baselines/weak/sums.answers.jsonl").splitlines()[0] == (
        '{"outcome": "complete", "question": "four", "text": "no idea", "trial": 1}'
    )


def test_a_drop_is_red_and_shows_both_answers(project, run):
    accept(run)
    project.answers("good", {"one": "3", "two": "4", "three": "23", "four": "34"})

    result = run("--model", "good", "--suite", "sums")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=3, failed=2)
    result.stdout.fnmatch_lines(
        [
            "regressed: score 0, accepted 3 (a drop of 0 is allowed)",
            "  good on sums::one",
            "  answer (complete): 3",
            "  first difference at character 0:",
            "    accepted: 2",
            "    now:      3",
            "role `expert`: good demoted",
            "  - tier 1 mean >= 3: 1.5",
            "  Hint: to accept it: pytest --model good --role expert --snapshot-update",
        ]
    )


def test_a_gain_is_green_and_a_promotion_is_red(project, run):
    project.write(
        "modelbench.yaml", project.read("modelbench.yaml").replace('mean: ">= 2"}', 'mean: ">= 3"}')
    )
    project.answers("weak", {"one": "2", "two": "5", "three": "22", "four": "0"})
    accept(run)
    project.answers("weak", {"one": "2", "two": "4", "three": "22", "four": "0"})

    result = run("--model", "weak", "--suite", "sums")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        ["  improved weak sums::two: score 3, accepted 0", "role helper: weak promoted"]
    )


def test_a_variant_is_compared_with_the_plain_model(project, run):
    accept(run)

    result = run("--model", "weak@worse", "--suite", "sums")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, failed=3)
    result.stdout.fnmatch_lines(
        [
            "regressed, compared with the baseline of `weak`: score 0, accepted 3 *",
            "role `helper`: weak@worse demoted, compared with the baseline of `weak`",
            "  - tier 1 mean >= 2: 0",
            "FAILED modelbench.yaml::role[[]helper-weak@worse[]]*",
        ]
    )


def test_an_accepted_variant_has_its_own_baseline(project, run):
    accept(run)
    run("--model", "weak@worse", "--suite", "sums", "--snapshot-update")

    result = run("--model", "weak@worse", "--suite", "sums")

    assert result.ret == pytest.ExitCode.OK
    assert "weak@worse/roles.json" in project.baselines()
    result.stdout.fnmatch_lines(["role helper: weak@worse vacant"])


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("What is 1 + 1?", "How much is 1 + 1?", "question text"),
        ('check: {equals: "2"}', 'check: {contains: "2"}', "checks"),
        ("max: 3}", "max: 5}", "scale"),
    ],
)
def test_a_moved_instrument_is_stale(project, run, old, new, part):
    accept(run)
    project.write("suites/sums.yaml", project.read("suites/sums.yaml").replace(old, new))

    result = run("--model", "good", "--suite", "sums")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            f"stale: {part} changed since the baseline was accepted",
            "role `expert`: good stale: its questions or how they are scored changed",
        ]
    )


def test_stored_answers_are_not_asked_again(project, run_single):
    run_single("--model", "good", "--suite", "sums")
    (project.path / ".modelbench").is_dir()

    result = run_single("--model", "good", "--suite", "sums")

    result.stdout.fnmatch_lines(["  4 complete; 4 stored"])


def test_fresh_asks_again(project, run):
    run("--model", "good", "--suite", "sums")

    result = run("--model", "good", "--suite", "sums", "--fresh")

    result.stdout.no_fnmatch_line("*stored*4 stored")
    result.stdout.fnmatch_lines(["  4 complete"])


def test_trials_are_items_of_their_own(project, run):
    lines = Path(project.path / "weak.jsonl").read_text("utf-8").splitlines()
    again = [line.replace("}", ', "trial": 2}') for line in lines]
    project.write("weak.jsonl", "\n".join([*lines, *again]) + "\n")

    accepted = run("--model", "weak", "--trials", "2", "--snapshot-update", "-v")
    result = run("--model", "weak", "--trials", "2")

    accepted.assert_outcomes(passed=9)
    accepted.stdout.fnmatch_lines(["*suites/sums.yaml::weak::one-trial2*"])
    assert '"scores": [3.0, 3.0]' in project.read("baselines/weak/sums.json")
    result.assert_outcomes(passed=9)


def test_a_role_alone_names_its_model_and_suites(project, run):
    accept(run)

    result = run("--role", "helper")

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["*modelbench: weak on sums*", "role helper: weak held"])

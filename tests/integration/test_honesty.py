"""A run is green only if it could have seen what would make it red."""

import json

import pytest

STARS = """\
version: 1
suite: stars
scale: {min: 0, max: 100}
judge: none
questions:
  sirius: {prompt: "Brightest star?", check: {equals: Sirius}}
"""


def accept(run, *args):
    result = run("--model", "all", "--snapshot-update", *args)
    assert result.ret == pytest.ExitCode.OK


def change(project, name, old, new):
    text = project.read(name)
    assert old in text
    project.write(name, text.replace(old, new))


def write_trials(project, answers):
    """Write what `good` says in each trial of each question."""
    lines = [
        {"suite": "sums", "question": question, "trial": number, "text": text}
        for question, texts in answers.items()
        for number, text in enumerate(texts, start=1)
    ]
    project.write("good.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def test_one_suite_of_several_is_asked_alone(project, run):
    project.write("suites/stars.yaml", STARS)

    result = run("--model", "weak", "--suite", "sums", "--snapshot-update")

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=5)
    assert "weak/sums.json" in project.baselines()
    assert "weak/stars.json" not in project.baselines()


def test_a_regression_that_looks_like_an_accepted_trial_is_red(project, run_single):
    right = {"one": ["2"] * 4, "two": ["4"] * 4, "three": ["23"] * 4, "four": ["34"] * 4}
    write_trials(project, {**right, "one": ["2", "2", "2", "0"]})
    run_single("--model", "good", "--model", "weak", "--trials", "4", "-k", "good", "--fresh")
    project.answers("weak", {})
    run_single("--model", "good", "--trials", "4", "--suite", "sums", "--snapshot-update")
    write_trials(project, {**right, "one": ["0", "0", "0", "0"]})

    result = run_single("--model", "good", "--trials", "4")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "regressed: mean of 4 trials 0, accepted 2.25 (a drop of 2.12132 is allowed)",
            "  good on sums::one, trial 4",
            "  Hint: to accept it: pytest --model good --suite sums --trials 4 --snapshot-update",
        ]
    )


def test_fewer_trials_do_not_replace_more(project, run):
    right = {"one": ["2"] * 2, "two": ["4"] * 2, "three": ["23"] * 2, "four": ["34"] * 2}
    write_trials(project, right)
    run("--model", "good", "--trials", "2", "--snapshot-update")
    before = project.baselines()

    result = run("--model", "good", "--snapshot-update")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.baselines() == before
    result.stdout.fnmatch_lines(
        [
            "baselines of `good` not written: suite `sums`: it was accepted with --trials 2, and "
            "fewer would forget the noise that they recorded",
            "*--trials must not be fewer.",
        ]
    )


def test_a_question_that_varies_too_much_is_named_when_it_is_accepted(project, run):
    write_trials(
        project, {"one": ["2", "0"], "two": ["4"] * 2, "three": ["23"] * 2, "four": ["34"] * 2}
    )

    result = run("--model", "good", "--trials", "2", "--snapshot-update")

    result.stdout.fnmatch_lines(
        [
            "1 accepted questions of `good` vary so much that no drop could be seen "
            "(first: sums::one)",
            "  Hint: accept them with more --trials.",
        ]
    )


def test_thirds_are_the_same_in_the_baseline_and_in_the_next_run(project, run):
    thirds = 'rubric: [{criterion: A, check: {contains: "2"}}, {criterion: B, check: {contains: x}}'
    change(
        project,
        "suites/sums.yaml",
        'check: {equals: "2"}}',
        thirds + ', {criterion: C, check: {contains: "2"}}]}',
    )
    accept(run)
    project.answers("good", {"one": "  2, twice", "two": "4", "three": "23", "four": "34"})

    result = run("--model", "good")

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=5)


def test_a_role_without_thresholds_is_undecided(project, run):
    change(
        project, "modelbench.yaml", 'thresholds:\n      - {tier: 1, mean: ">= 2"}', "thresholds: []"
    )

    result = run("--model", "weak")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["role `helper`: weak undecided: it has no threshold and no relation to be judged by"]
    )


def test_a_rival_is_not_judged_by_another_models_baseline(project, run):
    accept(run)
    change(project, "modelbench.yaml", "incumbent: weak", "incumbent: weak@worse")

    result = run("--model", "good")

    result.stdout.fnmatch_lines(
        ["role expert: good undecided (*ask the incumbent of `helper` too: 2 deselected of 2 *"]
    )


def test_an_unscored_answer_in_the_store_is_not_the_users_choice(project, run):
    accept(run)
    project.answers(
        "good", {"one": "bash: foo: command not found", "two": "4", "three": "23", "four": "34"}
    )
    run("--model", "good")

    result = run("--model", "good", "-k", "role")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["role `expert`: good undecided: tier 1 mean >= 3: 1 unscored of 2 *"]
    )


def test_a_broken_threshold_is_red_though_others_were_left_out(project, run):
    change(project, "suites/sums.yaml", "judge: none", "judge: none\ntolerance: 3")
    accept(run)
    project.answers("good", {"one": "0", "two": "4", "three": "23", "four": "34"})

    result = run("--model", "good", "--tier", "1")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["role `expert`: good demoted", "  - tier 1 mean >= 3: 1.5"])


def test_the_order_of_questions_is_no_part_of_a_role(project, run):
    accept(run)
    lines = project.read("suites/sums.yaml").splitlines()
    project.write("suites/sums.yaml", "\n".join([*lines[:-2], lines[-1], lines[-2]]) + "\n")

    result = run("--model", "good")

    assert result.ret == pytest.ExitCode.OK


def test_a_question_that_changed_its_tier_makes_the_role_stale(project, run):
    accept(run)
    change(project, "suites/sums.yaml", "four: {tier: 2", "four: {tier: 3")

    result = run("--model", "good")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["role `expert`: good stale: its questions or how they are scored changed"]
    )


def test_a_question_that_vanished_is_red_until_accepted(project, run):
    change(project, "modelbench.yaml", "    suites: [sums]", "    suites: [stars]")
    project.write("suites/stars.yaml", STARS)
    run("--model", "weak", "--suite", "sums", "--snapshot-update")
    project.write(
        "suites/sums.yaml", "\n".join(project.read("suites/sums.yaml").splitlines()[:-1]) + "\n"
    )

    result = run("--model", "weak", "--suite", "sums")
    accepted = run("--model", "weak", "--suite", "sums", "--snapshot-update")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        ["the baseline of `weak` has questions that suite `sums` no longer has: four"]
    )
    assert accepted.ret == pytest.ExitCode.OK
    assert '"four"' not in project.read("baselines/weak/sums.json")


def test_a_need_that_is_no_longer_met_is_an_error(project, run):
    accept(run)
    change(project, "suites/sums.yaml", "four: {tier: 2,", "four: {tier: 2, needs: [tools],")

    result = run("--model", "good")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=3, errors=1, failed=1)
    result.stdout.fnmatch_lines(["needs tools, but its baseline has a score"])


def test_means_over_different_scales_are_refused(project, run):
    project.write("suites/stars.yaml", STARS)
    change(
        project,
        "modelbench.yaml",
        "incumbent: weak\n    suites: [sums]",
        "incumbent: weak\n    suites: [sums, stars]",
    )

    result = run("--model", "weak")

    result.stdout.fnmatch_lines(
        [
            "  ? tier 1 mean >= 2: not measured, its suites score on different scales "
            "(0-100, 0-3); name one of them"
        ]
    )


def test_a_suite_that_is_called_otherwise_than_it_looks_is_an_error(project, run_single):
    change(project, "suites/sums.yaml", "suite: sums", "suite:\n  maths")

    result = run_single("--model", "weak", "--suite", "all")

    assert result.ret != pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*Traceback*")


def test_an_answer_that_ran_out_of_time_is_asked_again(project, run):
    change(project, "suites/sums.yaml", "judge: none", "judge: none\ntimeout_s: 0.2")
    project.answers(
        "weak", {"one": {"text": "2", "latency_s": 1}, "two": "4", "three": "0", "four": "0"}
    )
    slow = run("--model", "weak")
    slow.stdout.fnmatch_lines(["*1 timeout*"])

    again = run("--model", "weak")

    again.stdout.fnmatch_lines(["*1 timeout*; 3 stored"])

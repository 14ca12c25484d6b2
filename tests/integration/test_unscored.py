"""Not knowing is neither a zero nor a pass."""

import pytest


def test_a_missing_answer_is_an_error_and_leaves_the_role_undecided(project, run):
    run("--model", "all", "--snapshot-update")
    project.answers("good", {"one": "2", "two": "4", "three": "23"})

    result = run("--model", "good")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=3, errors=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "unscored: there is no answer: no recorded answer for sums::four (trial 1)",
            "role `expert`: good undecided: tier 2 mean >= 2: 1 unscored of 2 *",
        ]
    )


def test_a_criterion_without_a_judge_is_an_error(project, run):
    suite = project.read("suites/sums.yaml").replace("judge: none\n", "")
    project.write("suites/sums.yaml", suite.replace(', check: {equals: "34"}', ""))

    result = run("--model", "good")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=4, errors=1)
    result.stdout.fnmatch_lines(["unscored: *no judge configured*"])


def test_an_update_of_an_unscored_run_is_refused(project, run):
    project.answers("good", {"one": "2", "two": "4", "three": "23"})

    result = run("--model", "good", "--snapshot-update")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.baselines() == {}
    result.stdout.fnmatch_lines(
        ["baselines of `good` not written: suite `sums`: 1 unscored of 4 (first: sums::four*"]
    )


@pytest.mark.parametrize("part", [("-k", "one"), ("--tier", "1"), ("-m", "mb(tier=2)")])
def test_an_update_of_a_partial_run_is_refused(project, run, part):
    result = run("--model", "good", "--snapshot-update", *part)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.baselines() == {}
    result.stdout.fnmatch_lines(
        [
            "baselines of `good` not written: suite `sums`: * deselected of 4 (first: sums::*",
            "  Hint: accept a complete run; stored answers cost nothing, so repeat the command "
            "without -k, -m, --tier, -x and paths; --suite chooses suites, and --trials must not be fewer.",
        ]
    )


def test_an_engine_that_dies_costs_only_the_question_in_hand(project, run):
    project.answers("good", {"one": "2", "two": {"text": "", "crash": "SIGSEGV"}, "three": "23"})
    project.write(
        "modelbench.yaml",
        project.read("modelbench.yaml").replace("good.jsonl, slots: 4", "good.jsonl, slots: 1"),
    )

    result = run("--model", "good")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(failed=3, errors=2)
    result.stdout.fnmatch_lines(
        [
            "unscored: there is no answer: engine process for `good` died with SIGSEGV while "
            "answering sums::two",
            "  Hint: its log is .modelbench/engine-good.log; run that question alone*",
        ]
    )


def test_a_baseline_that_cannot_be_read_stops_the_run(project, run):
    run("--model", "all", "--snapshot-update")
    project.write("baselines/good/sums.json", "<<<<<<< HEAD\n")
    project.write("baselines/weak/roles.json", "{}\n")

    result = run("--model", "all")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "*baselines/good/sums.json: the baseline cannot be read: Expecting value: line 1 *",
            "  Hint: restore it from version control; *",
            "baselines/weak/roles.json: the baseline cannot be read: expected `format` 1",
        ]
    )


def test_an_image_is_never_left_out_silently(project, run_single):
    suite = project.read("suites/sums.yaml")
    project.write(
        "suites/sums.yaml", suite.replace("four: {tier: 2,", "four: {tier: 2, image: four.png,")
    )
    project.write(
        "modelbench.yaml",
        project.read("modelbench.yaml").replace(
            "good: {recorded: good.jsonl, slots: 4}",
            "good: {gguf: good.jsonl, capabilities: [vision]}",
        ),
    )

    result = run_single("--model", "good", "-k", "four")

    result.assert_outcomes(skipped=1, deselected=4)
    result.stdout.fnmatch_lines(["* needs the image 'four.png', and no engine takes images yet"])


def test_a_need_that_a_model_does_not_meet_skips_the_question(project, run):
    suite = project.read("suites/sums.yaml")
    project.write(
        "suites/sums.yaml", suite.replace("four: {tier: 2,", "four: {tier: 2, needs: [vision],")
    )

    result = run("--model", "good", "--snapshot-update")

    result.assert_outcomes(passed=3, skipped=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "role `expert`: good undecided: tier 2 mean >= 2: 1 unmet need of 2 "
            "(first: sums::four: needs vision)",
            "SKIPPED * needs vision",
        ]
    )
    assert '"four"' not in project.read("baselines/good/sums.json")

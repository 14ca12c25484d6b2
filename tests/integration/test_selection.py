"""What pytest users know works on questions and gates."""

import pytest


@pytest.fixture
def accepted(project, run_single):
    run_single("--model", "all", "--snapshot-update")
    return project


def test_the_tree_has_stable_ids(project, run_single):
    result = run_single("--model", "good", "--model", "weak@worse", "--collect-only", "-q")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            "suites/sums.yaml::good::one",
            "suites/sums.yaml::good::two",
            "suites/sums.yaml::good::three",
            "suites/sums.yaml::good::four",
            "suites/sums.yaml::weak@worse::one",
            "suites/sums.yaml::weak@worse::two",
            "suites/sums.yaml::weak@worse::three",
            "suites/sums.yaml::weak@worse::four",
            "modelbench.yaml::role[[]helper-weak@worse[]]",
            "modelbench.yaml::role[[]expert[]]",
        ],
        consecutive=True,
    )


@pytest.mark.parametrize(
    ("args", "passed", "skipped"),
    [
        (("-k", "three"), 1, 0),
        (("-k", "hard"), 1, 0),
        (("-m", "mb(tier=1)"), 2, 0),
        (("-m", 'mb(tag="easy")'), 1, 0),
        (("-m", 'mb(tag="easy", tier=2)'), 0, 0),
        (("-m", 'mb(model="good")'), 5, 0),
        (("--tier", "2"), 3, 0),
        (("--deselect", "suites/sums.yaml::good::one"), 4, 0),
        (("suites/sums.yaml::good::two",), 1, 0),
        (("suites/sums.yaml::good",), 4, 0),
        (("-k", "role"), 1, 0),
    ],
)
def test_selections(accepted, run, args, passed, skipped):
    result = run("--model", "good", *args)

    result.assert_outcomes(
        passed=passed,
        skipped=skipped,
        deselected=result.parseoutcomes().get("deselected", 0),
    )


def test_a_gate_counts_deselected_questions_from_the_store(accepted, run):
    result = run("--model", "good", "-k", "one or role")

    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes()["passed"] == 2
    result.stdout.fnmatch_lines(["  judged on 4 answers (0 asked now, 4 stored, 0 missing)"])


def test_a_gate_never_shrinks(accepted, run):
    (accepted.path / ".modelbench" / "store.sqlite").unlink()

    result = run("--model", "good", "-k", "one or role")

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(
        passed=1, skipped=1, deselected=result.parseoutcomes().get("deselected", 0)
    )
    result.stdout.fnmatch_lines(
        ["role expert: good undecided (tier 1 mean >= 3: 1 deselected of 2 (first: sums::two))"]
    )


def test_last_failed_runs_the_failed_question_and_its_gate(accepted, run):
    accepted.answers("good", {"one": "3", "two": "4", "three": "23", "four": "34"})
    run("--model", "good")

    result = run("--model", "good", "--lf")

    outcomes = result.parseoutcomes()
    assert outcomes["failed"] == 2
    assert "passed" not in outcomes
    result.stdout.fnmatch_lines(["  - tier 1 mean >= 3: 1.5"])


def test_stepwise_and_failed_first_work(accepted, run_single):
    accepted.answers("good", {"one": "2", "two": "4", "three": "0", "four": "34"})
    run_single("--model", "good")

    first = run_single("--model", "good", "--ff", "-v")
    step = run_single("--model", "good", "--sw")

    first.stdout.fnmatch_lines(["*::good::three FAILED*", "*::good::one PASSED*", "*role*FAILED*"])
    step.assert_outcomes(passed=2, failed=1)


def test_exitfirst_leaves_the_gate_unjudged(accepted, run):
    accepted.answers("good", {"one": "3", "two": "4", "three": "23", "four": "34"})

    result = run("--model", "good", "-x")

    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*role gates not run: stopping after 1 failures*"])
    result.stdout.no_fnmatch_line("role expert: *")


def test_junit_has_questions_gates_and_scores(accepted, run):
    accepted.answers("good", {"one": "3", "two": "4", "three": "23"})

    run("--model", "good", "--junitxml", "junit.xml")

    xml = accepted.read("junit.xml")
    assert 'classname="suites.sums.yaml.good" name="one"' in xml
    assert '<property name="score" value="0.0"' in xml
    assert '<property name="verdict" value="regressed"' in xml
    assert 'name="role[expert]"' in xml
    assert "<error" in xml


def test_durations_name_questions(accepted, run):
    result = run("--model", "good", "--durations", "3", "-vv")

    result.stdout.fnmatch_lines(["*slowest 3 durations*"])


@pytest.mark.parametrize("mode", ["load", "worksteal", "loadscope", "loadfile"])
def test_every_distribution_has_the_same_verdicts(accepted, run_single, mode):
    plain = run_single("--model", "all")

    result = run_single("--model", "all", "-n", "4", "--dist", mode)

    assert result.ret == plain.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=10)
    plain.assert_outcomes(passed=10)


def test_a_fragile_distribution_gets_a_warning(accepted, run_single):
    result = run_single("--model", "good", "-n", "2", "--dist", "loadscope")

    result.stdout.fnmatch_lines(
        [
            "modelbench: --dist loadscope repeats tests or hangs when a worker crashes; "
            "use load or worksteal"
        ]
    )


def test_baselines_are_the_same_bytes_whatever_the_distribution(project, run_single):
    written = []
    for args in [
        (),
        ("-n", "2"),
        ("-n", "4", "--dist", "worksteal"),
        ("-n2", "--dist", "loadscope"),
    ]:
        result = run_single("--model", "all", "--snapshot-update", "--fresh", *args)
        assert result.ret == pytest.ExitCode.OK
        written.append(project.baselines())

    assert written[1:] == written[:1] * 3

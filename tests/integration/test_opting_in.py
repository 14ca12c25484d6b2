"""A project that has not opted in notices nothing; one that has keeps its own options."""

import subprocess
import sys

import pytest

OWN_MODEL = """\
import pytest

def pytest_addoption(parser):
    parser.addoption("--model", default="mine")

@pytest.fixture
def model(request):
    return request.config.getoption("--model")
"""


def test_a_project_without_modelbench_yaml_notices_nothing(pytester):
    pytester.makeconftest(OWN_MODEL)
    pytester.makepyfile("def test_model(model):\n    assert model == 'theirs'\n")

    result = pytester.runpytest_subprocess("--model", "theirs")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*modelbench:*")


def test_an_inert_run_imports_nothing_heavy(pytester):
    pytester.makepyfile(
        "import sys\n"
        "def test_modules():\n"
        "    heavy = {'llama_cpp', 'anthropic', 'numpy', 'pydantic', 'yaml', 'jinja2'}\n"
        "    ours = {name for name in sys.modules if name.startswith('pytest_modelbench')}\n"
        "    assert not heavy & set(sys.modules)\n"
        "    assert ours == {'pytest_modelbench', 'pytest_modelbench.plugin',\n"
        "                    'pytest_modelbench.session', 'pytest_modelbench.session.options'}\n"
    )

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1)


def test_plain_pytest_runs_the_tests_and_no_question(project, run):
    result = run()

    assert result.ret == pytest.ExitCode.OK
    result.assert_outcomes(passed=1)
    assert not (project.path / ".modelbench").exists()


def test_a_model_runs_the_suites_and_not_the_tests(project, run_single):
    project.write("tests/conftest.py", "raise RuntimeError('not to be imported')\n")

    result = run_single("--model", "good", "--collect-only", "-q")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*test_own*")


def test_a_path_wins(project, run_single):
    result = run_single("--model", "good", "tests")

    result.assert_outcomes(passed=1)


def test_a_conftest_that_owns_the_option_keeps_it(project, run):
    project.write("conftest.py", OWN_MODEL)
    project.write("tests/test_own.py", "def test_model(model):\n    assert model == 'theirs'\n")

    theirs = run("--model", "theirs", "tests")
    ours = run("--modelbench-model", "good", "--modelbench-suite", "sums")

    assert theirs.ret == pytest.ExitCode.OK
    ours.assert_outcomes(failed=4, skipped=1)


def test_a_short_form_that_is_taken_is_named(project, run_single):
    project.write("conftest.py", OWN_MODEL)

    result = run_single("--model", "good")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "ERROR: --model: it belongs to another plugin or conftest of this project",
            "  Hint: use --modelbench-model.",
        ]
    )


@pytest.mark.parametrize(
    ("args", "lines"),
    [
        (
            ("--model", "god"),
            [
                "ERROR: --model: there is no model `god`",
                "  Hint: did you mean `good`? known models: *",
            ],
        ),
        (
            ("--model", "good", "--suite", "sum"),
            [
                "ERROR: --suite: there is no suite `sum`",
                "  Hint: did you mean `sums`? known suites: sums.",
            ],
        ),
        (
            ("--model", "good", "--role", "exprt"),
            [
                "ERROR: --role: there is no role `exprt`",
                "  Hint: did you mean `expert`? known roles: helper, expert.",
            ],
        ),
        (
            ("--model", "good", "--trials", "0"),
            ["ERROR: --trials: expected a whole number above 0, got '0'"],
        ),
    ],
)
def test_an_unknown_name_lists_the_known_ones(project, run_single, args, lines):
    result = run_single(*args)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(lines)


@pytest.mark.parametrize(
    ("args", "place"),
    [
        (("--suite", "sums"), "--suite"),
        (("suites/sums.yaml",), "suites/sums.yaml"),
        (("suites/sums.yaml::good::one", "tests"), "suites/sums.yaml"),
    ],
)
def test_a_suite_without_a_model_is_a_usage_error(project, run_single, args, place):
    result = run_single(*args)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            f"ERROR: {place}: no model is named that could answer",
            "  Hint: add --model NAME; known models: good, weak, weak@worse.",
        ]
    )


def test_a_model_file_that_is_not_there_is_named(project, run):
    (project.path / "good.jsonl").unlink()

    result = run("--model", "good")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "*modelbench.yaml:2: the file of model `good` is not there: 'good.jsonl'",
            "  Hint: put it there, or name another in modelbench.yaml.",
        ]
    )


def test_a_typo_in_a_suite_stops_the_run(project, run):
    suite = project.read("suites/sums.yaml")
    project.write(
        "suites/sums.yaml", suite.replace("prompt:", "promt:", 1).replace("tier: 2", "teir: 2", 1)
    )

    result = run("--model", "good")

    assert result.ret != pytest.ExitCode.OK
    result.stdout.fnmatch_lines(
        [
            "*suites/sums.yaml:6: *`promt`*",
            "*`prompt`*",
            "*suites/sums.yaml:8: *`teir`*",
            "*`tier`*",
        ]
    )


def test_help_shows_both_forms(project, run_single):
    result = run_single("--help")

    result.stdout.fnmatch_lines(["*--modelbench-model=NAME*", "*--model=NAME*"])


def test_a_run_without_syrupy_is_refused(project, run_single):
    result = run_single("--model", "good", "-p", "no:syrupy")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [
            "ERROR: baselines cannot be compared without the plugin `syrupy`",
            "  Hint: leave out -p no:syrupy; with autoloading switched off, add -p syrupy.",
        ]
    )


def test_the_plugin_works_without_xdist(project, run_single):
    result = run_single("--model", "good", "-p", "no:xdist")

    result.assert_outcomes(failed=4, skipped=1)


def test_a_subfolder_finds_the_project(project):
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "--model", "good", "--collect-only", "-q"],
        cwd=project.path / "tests",
        capture_output=True,
        text=True,
        check=False,
    )

    assert "suites/sums.yaml::good::one" in result.stdout


def test_the_environment_and_the_ini_file_set_options(project, run_single, monkeypatch):
    monkeypatch.setenv("MODELBENCH_MODEL", "good")
    project.write("pytest.ini", "[pytest]\nmodelbench_trials = 2\n")

    result = run_single("--collect-only", "-q")

    result.stdout.fnmatch_lines(["suites/sums.yaml::good::one-trial2"])

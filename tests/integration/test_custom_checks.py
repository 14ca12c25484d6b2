"""Functions of a project, and checks of other distributions, in a whole run."""

import os

CHECKS = '''\
"""Checks of the project."""


def is_sum(text: str, *, of: list[int]) -> tuple[bool, str]:
    return text.strip() == str(sum(of)), f"the sum is {sum(of)}"


def is_brief(text: str, prompt: str) -> bool:
    assert prompt.startswith("What is")
    return len(text) < 5


def breaks(text: str) -> bool:
    raise RuntimeError("no dictionary")
'''
SUITE = """\
version: 1
suite: sums
scale: {min: 0, max: 3}
judge: none
questions:
  one: {tier: 1, prompt: "What is 1 + 1?", check: {"own.checks:is_sum": {of: [1, 1]}}}
  two: {tier: 1, prompt: "What is 2 + 2?", check: "own.checks:is_brief"}
  three: {tier: 2, prompt: "What is 20 + 3?", check: {all: [{equals: "23"}, "own.checks:is_brief"]}}
  four: {tier: 2, prompt: "What is 30 + 4?", check: {"own.checks:is_sum": [30, 4]}}
"""


def write(project, *, suite=SUITE, checks=CHECKS):
    project.write("own/__init__.py", "")
    project.write("own/checks.py", checks)
    project.write("suites/sums.yaml", suite)


def test_functions_of_the_project_decide(project, run):
    write(project)

    done = run("--model", "all", "--suite", "sums", "--snapshot-update")

    done.assert_outcomes(passed=10)
    done.stdout.fnmatch_lines(
        ["*good on sums: mean 3.00 on 0-3*", "*weak on sums: mean 1.88 on 0-3*"]
    )
    assert done.ret == 0


def test_a_function_that_raises_leaves_its_question_unscored(project, run):
    write(
        project,
        suite=SUITE.replace('"own.checks:is_brief"}\n  three', '"own.checks:breaks"}\n  three'),
    )

    done = run("--model", "good", "--suite", "sums")

    # Three are new, and the role cannot be decided.
    done.assert_outcomes(failed=4, errors=1)
    done.stdout.fnmatch_lines(["*`own.checks:breaks` raised RuntimeError: 'no dictionary'*"])
    assert done.ret == 1


def test_a_changed_function_makes_its_questions_stale(project, run_single):
    write(project)
    run_single("--model", "good", "--suite", "sums", "--snapshot-update")
    write(project, checks=CHECKS.replace("< 5", "< 6"))

    done = run_single("--model", "good", "--suite", "sums")

    done.stdout.fnmatch_lines(["*stale*"])
    assert done.ret == 1


def test_a_misspelt_function_stops_the_run_with_its_line(project, run):
    write(project, suite=SUITE.replace('checks:is_brief"}', 'checks:is_breif"}'))

    done = run("--model", "good", "--suite", "sums")

    done.stdout.fnmatch_lines(
        [
            "*suites/sums.yaml:7: `own.checks` has no function `is_breif`",
            "*Hint: did you mean `own.checks:is_brief`?",
        ]
    )
    assert done.ret != 0


def test_a_misspelt_argument_stops_the_run_with_its_line(project, run_single):
    write(project, suite=SUITE.replace("{of: [1, 1]}", "{off: [1, 1]}"))

    done = run_single("--model", "good", "--suite", "sums")

    done.stdout.fnmatch_lines(
        [
            "*suites/sums.yaml:6: `own.checks:is_sum` has no option 'off'",
            "*Hint: Did you mean `of`?",
        ]
    )
    assert done.ret != 0


def install(project, monkeypatch, checks):
    """Lay down a distribution as an installer would, where every process of a run finds it."""
    project.write("installed/tone_checks.py", checks)
    project.write("installed/tone-1.2.dist-info/METADATA", "Name: tone\nVersion: 1.2\n")
    project.write(
        "installed/tone-1.2.dist-info/entry_points.txt",
        "[modelbench_checks]\nis_twice = tone_checks:is_twice\n",
    )
    monkeypatch.setenv("PYTHONPATH", str(project.path / "installed"), prepend=os.pathsep)
    project.write("suites/sums.yaml", SUITE_OF_OTHERS)


SUITE_OF_OTHERS = """\
version: 1
suite: sums
scale: {min: 0, max: 3}
judge: none
questions:
  one: {tier: 1, prompt: "What is 1 + 1?", check: {is_twice: 1}}
  three: {tier: 2, prompt: "What is 20 + 3?", check: {equals: "23"}}
"""


def test_checks_of_a_distribution_decide(project, run, monkeypatch):
    install(
        project,
        monkeypatch,
        "def is_twice(text: str, *, of: int) -> bool:\n    return text == str(2 * of)\n",
    )

    done = run("--model", "good", "--suite", "sums", "--snapshot-update")

    # The role compares with another, which was not asked.
    done.assert_outcomes(passed=2, skipped=1)
    done.stdout.fnmatch_lines(["*good on sums: mean 3.00 on 0-3*"])


def test_a_broken_distribution_stops_the_run_and_is_named(project, run, monkeypatch):
    install(project, monkeypatch, "raise RuntimeError('no dictionary')\n")

    done = run("--model", "good", "--suite", "sums")

    text = done.stdout.str() + done.stderr.str()
    assert "distribution `tone`: its checks cannot be loaded: RuntimeError: no dictionary" in text
    assert "update or uninstall it; its entry point `is_twice` is 'tone_checks:is_twice'." in text
    assert "Traceback" not in text
    assert "INTERNALERROR" not in text
    assert done.ret != 0

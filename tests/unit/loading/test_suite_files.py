"""Which suite files there are, what they are called, and how fast they are read."""

import time

import pytest

from pytest_modelbench.loading import load_suite, peek_suite_name, suite_paths


def test_suite_paths_are_sorted_and_each_there_once(files):
    for name in ("suites/b.yaml", "suites/a.yaml", "suites/deep/c.yaml", "suites/notes.txt"):
        files.write("", name)
    (files.root / "suites" / "folder.yaml").mkdir()
    project = files.project("""\
        models: {a: {gguf: a.gguf}}
        suites: [suites/*.yaml, suites/**/*.yaml, nowhere/*.yaml]
        """)

    paths = suite_paths(project)

    assert [path.relative_to(files.root).as_posix() for path in paths] == [
        "suites/a.yaml",
        "suites/b.yaml",
        "suites/deep/c.yaml",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("suite: coder\nquestions: {}\n", "coder"),
        ("version: 1\ndomain: coder  # the team's word\n", "coder"),
        ('"suite": "coder"\n', "coder"),
        ("\ufeffsuite: coder\n", "coder"),
        ("{suite: coder, questions: {}}", "coder"),
        ("questions:\n  q: {suite: other}\n  suite: other\n", "s"),
        ("suite: [\n", "s"),
        ("suite: no\n", "s"),
        ("{suite: [", "s"),
        ("", "s"),
    ],
)
def test_name_of_a_suite_is_known_without_its_questions(files, text, name):
    path = files.write(text, "suites/s.yaml")

    assert peek_suite_name(path) == name


def test_name_of_a_suite_that_is_not_there_is_its_stem(files):
    assert peek_suite_name(files.root / "gone.yaml") == "gone"


def test_file_outside_of_the_project_is_named_by_its_whole_path(files, catalogue, tmp_path):
    path = files.write("questions: {q: {prompt: Hi}}", "outside/s.yaml")

    suite = load_suite(path, root=tmp_path / "project", catalogue=catalogue)

    assert suite.path == path.as_posix()


def test_thousands_of_questions_are_read_in_linear_time(files, catalogue):
    def measure(count: int) -> float:
        questions = "".join(
            f"  q{number}:\n    prompt: What is {number} + 1?\n    tags: [sums]\n"
            f"    rubric:\n      - {{criterion: right, weight: 100, check: {{contains: a}}}}\n"
            for number in range(count)
        )
        path = files.write(f"questions:\n{questions}", f"suites/s{count}.yaml")
        started = time.process_time()
        suite = load_suite(path, root=files.root, catalogue=catalogue)
        assert len(suite.questions) == count
        return time.process_time() - started

    measure(10)
    few, many = measure(300), measure(3000)

    # Ten times as many; a quadratic step would take a hundred times as long.
    assert many < 30 * few

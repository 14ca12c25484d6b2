import pytest

from pytest_modelbench import cli
from pytest_modelbench.errors import SettingsError
from pytest_modelbench.sandbox.refusal import TierState


def test_a_folder_with_something_in_it_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")

    status = cli.main(["demo", str(tmp_path)])

    assert status == 1
    assert capsys.readouterr().err == (
        f"{tmp_path}: the folder is not empty\n  Hint: name a new one: nothing is overwritten.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_demo_is_copied_whole(tmp_path, capsys):
    source = tmp_path / "source"
    (source / "suites").mkdir(parents=True)
    (source / "modelbench.yaml").write_text("models: {}\n", "utf-8")
    (source / "suites" / "demo.yaml").write_text("suite: demo\n", "utf-8")
    folder = tmp_path / "trial"

    cli.copy_demo(folder, source)

    assert (folder / "modelbench.yaml").read_text("utf-8") == "models: {}\n"
    assert (folder / "suites" / "demo.yaml").is_file()
    assert capsys.readouterr().out == (
        f"The demo project is in {folder}. Try it:\n"
        f"  cd {folder}\n"
        "  pytest --model coder_primary --suite demo\n"
    )


def test_an_installation_without_the_demo_says_so(tmp_path):
    with pytest.raises(SettingsError) as raised:
        cli.copy_demo(tmp_path / "trial", tmp_path / "nothing")

    assert str(raised.value) == (
        f"{tmp_path / 'nothing'}: this installation has no demo project in it\n"
        "  Hint: in a checkout, the checkout itself is the demo project."
    )


def test_schemas_are_written(tmp_path):
    status = cli.main(["schemas", str(tmp_path)])

    assert status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "modelbench.schema.json",
        "suite.schema.json",
    ]


def test_checks_are_listed(capsys):
    status = cli.main(["checks"])

    assert status == 0
    listed = capsys.readouterr().out
    assert "  contains: Look for a text anywhere in the answer.\n    check: {contains: " in listed
    assert listed.endswith("\nmodelbench checks NAME shows the arguments of one of them.\n")


def test_one_check_is_shown(capsys):
    status = cli.main(["checks", "icontains"])

    assert status == 0
    assert capsys.readouterr().out == (
        "icontains: Look for a text anywhere in the answer, whatever its case.\n"
        "\n"
        "  value: text, needed (may be written alone)\n"
        "\n"
        "check: {icontains: paris}\n"
        "  fulfilled by 'It is PARIS.'\n"
        "  missed by    'Lyon'\n"
    )


def test_a_check_that_is_not_there_is_an_error(capsys):
    status = cli.main(["checks", "contians"])

    assert status == 1
    assert capsys.readouterr().err == (
        "no check is called 'contians'\n  Hint: Did you mean `contains`?\n"
    )


def test_no_command_shows_the_usage(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([])

    assert ended.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


def test_the_tiers_of_the_sandbox_are_tried(capsys):
    code = cli.main(["sandbox"])

    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    held = [line.split()[0] for line in lines[:-1] if line.endswith(" holds")]
    assert [line.split()[0] for line in lines[:4]] == ["bwrap", "userns", "landlock", "seatbelt"]
    assert (code, lines[-1]) == (0, f"Code in answers is executed in `{held[0]}`.")


def test_a_machine_without_a_sandbox_is_told(capsys, monkeypatch):
    states = [TierState(name="bwrap", usable=False, why="not installed (no `bwrap` in PATH)")]
    monkeypatch.setattr("pytest_modelbench.sandbox.report_tiers", lambda _environ: states)

    code = cli.main(["sandbox"])

    shown = capsys.readouterr()
    assert code == 1
    assert shown.out == "bwrap     not installed (no `bwrap` in PATH)\n"
    assert shown.err == (
        "no tier holds on this machine: code in answers will not be executed\n"
        "  Hint: see docs/reference/sandbox.md.\n"
    )

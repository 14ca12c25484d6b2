"""The `modelbench` command: what users do outside of a pytest run."""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_modelbench.errors import ModelbenchError, SandboxError, SettingsError

__all__ = ["main"]

# Only the built package has it: there it is a copy of what a checkout has at its root.
DEMO = Path(__file__).parent / "demo_project"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    Args:
        arguments: Those after the program's name; None takes the process's own.
    """
    parser = argparse.ArgumentParser(
        prog="modelbench", description="What pytest-modelbench does outside of a pytest run."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="copy the demo project: models, suite and baselines")
    demo.add_argument("folder", type=Path, help="a new or empty folder")
    demo.set_defaults(run=lambda given: copy_demo(given.folder, DEMO))
    schemas = commands.add_parser("schemas", help="write the JSON Schemas that editors use")
    schemas.add_argument("folder", type=Path)
    schemas.set_defaults(run=lambda given: write_all_schemas(given.folder))
    checks = commands.add_parser("checks", help="list the checks, or show one of them")
    checks.add_argument("name", nargs="?", default="", help="of a check; none lists them all")
    checks.set_defaults(run=lambda given: show_checks(given.name, Path.cwd()))
    sandbox = commands.add_parser("sandbox", help="try what could confine code on this machine")
    sandbox.set_defaults(run=lambda _given: show_sandbox())
    given = parser.parse_args(arguments)
    try:
        given.run(given)
    except ModelbenchError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def copy_demo(folder: Path, source: Path) -> None:
    """Copy the demo project into a folder that is new or empty.

    Raises:
        SettingsError: The folder has something in it, or there is no demo project to copy.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SettingsError(
            "the folder is not empty", "name a new one: nothing is overwritten.", str(folder)
        )
    if not source.is_dir():
        raise SettingsError(
            "this installation has no demo project in it",
            "in a checkout, the checkout itself is the demo project.",
            str(source),
        )
    shutil.copytree(source, folder, dirs_exist_ok=True)
    sys.stdout.write(
        f"The demo project is in {folder}. Try it:\n"
        f"  cd {folder}\n"
        "  pytest --model coder_primary --suite demo\n"
    )


def write_all_schemas(folder: Path) -> None:
    """Write the JSON Schemas of modelbench.yaml and of suites."""
    from pytest_modelbench.loading import write_schemas  # noqa: PLC0415  # pydantic is heavy
    from pytest_modelbench.scoring.plugins import open_catalogue  # noqa: PLC0415  # pydantic is heavy

    write_schemas(folder, open_catalogue(Path.cwd()))


def show_checks(name: str, root: Path) -> None:
    """Write the list of all checks, or all about one.

    Args:
        name: Of the check, which may be the project's own `module:function`; "" lists them all.
        root: The project's folder.

    Raises:
        SettingsError: No check has this name.
    """
    from pytest_modelbench.scoring.listing import (  # noqa: PLC0415  # pydantic is heavy
        describe_check,
        list_checks,
    )
    from pytest_modelbench.scoring.plugins import open_catalogue  # noqa: PLC0415  # pydantic is heavy

    catalogue = open_catalogue(root)
    text = describe_check(catalogue, name) if name else list_checks(catalogue)
    sys.stdout.write(text)


def show_sandbox() -> None:
    """Print for each tier of the sandbox whether it holds here.

    Raises:
        SandboxError: None does.
    """
    from pytest_modelbench.sandbox import report_tiers  # noqa: PLC0415  # no other command needs it

    states = report_tiers(os.environ)
    for state in states:
        sys.stdout.write(f"{state.name:9} {'holds' if state.usable else state.why}\n")
    chosen = next((state.name for state in states if state.usable), "")
    if not chosen:
        raise SandboxError(
            "no tier holds on this machine: code in answers will not be executed",
            "see docs/reference/sandbox.md.",
        )
    sys.stdout.write(f"Code in answers is executed in `{chosen}`.\n")

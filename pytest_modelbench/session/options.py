"""Every option, declared once; parser, environment, ini keys and settings derive from it.

Imported by every pytest run on a machine that has the plugin installed, so it imports nothing
beyond pytest and the standard library's small modules.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = [
    "CONFIG_NAME",
    "OPTIONS",
    "Option",
    "Settings",
    "add_long_options",
    "add_short_options",
    "find_config",
    "parse_early",
    "read_settings",
]

CONFIG_NAME = "modelbench.yaml"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One setting.

    Attributes:
        noun: Names it everywhere: `--modelbench-<noun>`, `--<noun>`, `modelbench_<noun>`,
            `MODELBENCH_<NOUN>`.
        help: For `pytest --help`.
        metavar: What its value is called there; "" for a flag.
        short: Whether it also has the form `--<noun>`.
        repeats: Whether it may be given several times.
        in_ini: Whether it may stand in pytest's ini file.
    """

    noun: str
    help: str
    metavar: str = ""
    short: bool = True
    repeats: bool = False
    in_ini: bool = False

    @property
    def dest(self) -> str:
        """Return the name of its value in pytest's options and ini file."""
        return f"modelbench_{self.noun}"

    @property
    def long_form(self) -> str:
        """Return the form that no other plugin claims."""
        return f"--modelbench-{self.noun}"

    @property
    def short_form(self) -> str:
        """Return the everyday form."""
        return f"--{self.noun}"

    @property
    def variable(self) -> str:
        """Return its environment variable."""
        return self.dest.upper()

    def keywords(self) -> dict[str, object]:
        """Return how argparse declares it; values stay text until settings are read."""
        if not self.metavar:
            return {"action": "store_true", "default": False, "dest": self.dest}
        action = "append" if self.repeats else "store"
        default: object = [] if self.repeats else ""
        return {
            "action": action,
            "default": default,
            "dest": self.dest,
            "metavar": self.metavar,
        }


OPTIONS = (
    Option(
        noun="model",
        metavar="NAME[@VARIANT]",
        repeats=True,
        help="ask this model the suites' questions; repeats; `all` for every model",
    ),
    Option(
        noun="suite",
        metavar="NAME",
        repeats=True,
        help="only this suite; repeats; `all` for every suite",
    ),
    Option(
        noun="role",
        metavar="NAME",
        repeats=True,
        help="judge the models in this role; without --model, its incumbent",
    ),
    Option(noun="tier", metavar="N", repeats=True, help="only questions of this tier; repeats"),
    Option(
        noun="trials",
        metavar="N",
        in_ini=True,
        help="answers to each question, with different seeds (default: 1)",
    ),
    Option(noun="fresh", help="ask again instead of using stored answers"),
    Option(
        noun="config",
        metavar="PATH",
        short=False,
        in_ini=True,
        help=f"the project's file (default: {CONFIG_NAME} at the root)",
    ),
    Option(
        noun="sandbox",
        metavar="TIER",
        short=False,
        in_ini=True,
        help="what confines code that models wrote: bwrap, userns, landlock, seatbelt "
        "(default: auto, the first that holds)",
    ),
)

SANDBOXES = ("auto", "bwrap", "userns", "landlock", "seatbelt", "none")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one run was asked to do.

    Attributes:
        config_path: The project's file.
        models: Labels as given, or `all`.
        suites: Names as given, or `all`.
        roles: Names as given, or `all`.
        tiers: As given; empty for every tier.
        trials: Answers to each question.
        fresh: Stored answers are not used.
        update: `--snapshot-update` was given.
        sandbox: Name of the tier that code is executed in, `auto` or `none`.
        sources: Where each value came from, by noun: an option, a variable or an ini key.
    """

    config_path: Path
    models: tuple[str, ...]
    suites: tuple[str, ...]
    roles: tuple[str, ...]
    tiers: tuple[int, ...]
    trials: int
    fresh: bool
    update: bool
    sandbox: str
    sources: Mapping[str, str]

    @property
    def asks(self) -> bool:
        """Tell whether this run asks any model anything."""
        return bool(self.models or self.roles)


def add_long_options(parser: pytest.Parser) -> None:
    """Declare the forms that cannot collide with anybody's."""
    group = parser.getgroup("modelbench", "regression tests for language models")
    for option in OPTIONS:
        group.addoption(option.long_form, help=option.help, **option.keywords())
        if option.in_ini:
            parser.addini(option.dest, option.help, default="")


def add_short_options(parser: pytest.Parser) -> tuple[Option, ...]:
    """Declare the everyday forms and return those that belong to somebody else already."""
    group = parser.getgroup("modelbench")
    taken = []
    for option in OPTIONS:
        if not option.short:
            continue
        if _is_declared(parser, option.short_form):
            taken.append(option)
            continue
        try:
            group.addoption(
                option.short_form, help=f"short for {option.long_form}", **option.keywords()
            )
        except (ValueError, argparse.ArgumentError):
            taken.append(option)
    return tuple(taken)


def find_config(config: pytest.Config, environment: Mapping[str, str]) -> Path | None:
    """Return the project's file, or None where the project has not opted in.

    It is looked for from the folder pytest was started in up to pytest's root, so that it is
    found from a folder inside the project and never outside of it.

    Raises:
        pytest.UsageError: A file was named and is not there.
    """
    option = _by_noun("config")
    named = [
        (option.long_form, str(getattr(config.known_args_namespace, option.dest, ""))),
        (option.variable, environment.get(option.variable, "")),
        (option.dest, str(config.getini(option.dest))),
    ]
    for source, value in named:
        if value:
            base = config.rootpath if source == option.dest else config.invocation_params.dir
            path = (base / value).resolve()
            if not path.is_file():
                raise pytest.UsageError(
                    f"{source}: `{value}` is not a file\n  Hint: it names the project's {CONFIG_NAME}."
                )
            return path
    start, root = config.invocation_params.dir, config.rootpath
    folders = [start, *start.parents] if start.is_relative_to(root) else [root]
    for folder in folders:
        if (folder / CONFIG_NAME).is_file():
            return folder / CONFIG_NAME
        if folder == root:
            break
    return None


def parse_early(
    args: Sequence[str], environment: Mapping[str, str]
) -> tuple[argparse.Namespace, list[str]]:
    """Read our options before pytest knows their short forms.

    Returns:
        Their values and the arguments that are left: without this, pytest would take the
        `NAME` of `--model NAME` for a path.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for option in OPTIONS:
        forms = [option.long_form, *([option.short_form] if option.short else [])]
        parser.add_argument(*forms, **option.keywords())  # type: ignore[arg-type]  # argparse's own
    known, rest = parser.parse_known_args(list(args))
    for option in OPTIONS:
        if not getattr(known, option.dest) and environment.get(option.variable):
            setattr(known, option.dest, _from_text(option, environment[option.variable]))
    return known, rest


def read_settings(config: pytest.Config, path: Path) -> Settings:
    """Build the settings of a run: command line over environment over ini file over default.

    Raises:
        pytest.UsageError: A value is not what its option takes; all of them are named.
    """
    values: dict[str, object] = {}
    sources: dict[str, str] = {}
    for option in OPTIONS:
        values[option.noun], sources[option.noun] = _read_value(option, config)
    problems: list[str] = []
    trials = _positive(values["trials"] or "1", sources["trials"], problems)
    tiers = tuple(_positive(value, sources["tier"], problems) for value in _words(values["tier"]))
    sandbox = str(values["sandbox"] or "auto")
    if sandbox not in SANDBOXES:
        known = ", ".join(SANDBOXES)
        problems.append(f"{sources['sandbox']}: expected one of {known}, got {sandbox!r}")
    if problems:
        raise pytest.UsageError("\n".join(problems))
    return Settings(
        config_path=path,
        models=_words(values["model"]),
        suites=_words(values["suite"]),
        roles=_words(values["role"]),
        tiers=tiers,
        trials=trials,
        fresh=bool(values["fresh"]),
        update=bool(config.getoption("update_snapshots", default=False)),
        sandbox=sandbox,
        sources=sources,
    )


def _is_declared(parser: pytest.Parser, form: str) -> bool:
    # pytest 8 takes the same option twice and fails only when it parses; pytest 9 refuses it.
    groups = [*getattr(parser, "_groups", ()), getattr(parser, "_anonymous", None)]
    declared = [option for group in groups if group for option in getattr(group, "options", ())]
    return any(form in option.names() for option in declared)


def _read_value(option: Option, config: pytest.Config) -> tuple[object, str]:
    value = getattr(config.option, option.dest, None)
    if value:
        return value, option.short_form if option.short else option.long_form
    if os.environ.get(option.variable):
        return _from_text(option, os.environ[option.variable]), option.variable
    if option.in_ini and config.getini(option.dest):
        return config.getini(option.dest), option.dest
    return value, "default"


def _by_noun(noun: str) -> Option:
    return next(option for option in OPTIONS if option.noun == noun)


def _from_text(option: Option, text: str) -> object:
    if not option.metavar:
        return text.lower() not in {"", "0", "false", "no"}
    return text.split(",") if option.repeats else text


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, Sequence) else ()


def _positive(value: object, source: str, problems: list[str]) -> int:
    text = str(value)
    if text.isdecimal() and int(text) > 0:
        return int(text)
    problems.append(f"{source}: expected a whole number above 0, got {text!r}")
    return 1

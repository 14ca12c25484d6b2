"""pytest's hooks; each hands over to `session` as soon as the project has opted in.

Every pytest run on the machine imports this module, so it imports nothing heavy: a project
without modelbench.yaml pays for its options and for looking whether the file is there.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from pytest_modelbench.session.options import (
    Option,
    add_long_options,
    add_short_options,
    find_config,
    parse_early,
    read_settings,
)

__all__: list[str] = []

CONFIG_PATH: pytest.StashKey[Path] = pytest.StashKey()
TAKEN: pytest.StashKey[tuple[Option, ...]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the long options and the ini keys."""
    add_long_options(parser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None]:
    """Declare the short options late, so that a conftest's own `--model` wins over ours."""
    path = find_config(early_config, os.environ)
    if path is None:
        yield
        return
    early_config.stash[CONFIG_PATH] = path
    known, rest = parse_early(args, os.environ)
    targets: list[str] = []
    if known.modelbench_model or known.modelbench_role:
        from pytest_modelbench.session.targets import find_targets  # noqa: PLC0415  # heavy

        if not parser.parse_known_args(rest).file_or_dir:
            targets = find_targets(path, early_config.invocation_params.dir)
        # Decides which conftests are loaded: those beside the suites, not those of the tests.
        early_config.known_args_namespace.file_or_dir = list(targets) or list(
            parser.parse_known_args(rest).file_or_dir
        )
    yield
    taken = add_short_options(parser)
    early_config.stash[TAKEN] = taken
    for option in taken:
        typed = any(arg.split("=")[0] == option.short_form for arg in args)
        if typed and targets:
            raise pytest.UsageError(
                f"{option.short_form}: it belongs to another plugin or conftest of this project\n"
                f"  Hint: use {option.long_form}."
            )
    args.extend(targets)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and the run where one was asked for."""
    config.addinivalue_line(
        "markers",
        "mb(suite, model, tier, tag, role): given to every question and gate of modelbench; "
        "select with -m 'mb(tier=1)'",
    )
    path = config.stash.get(CONFIG_PATH, None)
    if path is None:
        return
    settings = read_settings(config, path)
    if settings.asks:
        from pytest_modelbench.session.start import start_run  # noqa: PLC0415  # heavy

        start_run(config, settings)
    elif settings.suites or any(".yaml" in arg or ".yml" in arg for arg in config.args):
        from pytest_modelbench.session.targets import refuse_without_model  # noqa: PLC0415  # heavy

        refuse_without_model(settings, config.args, config.invocation_params.dir)

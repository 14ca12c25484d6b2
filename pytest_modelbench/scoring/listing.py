"""The checks as a list for people: what each does, how it is written, what it takes."""

import inspect
import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import yaml

from pytest_modelbench.errors import SettingsError
from pytest_modelbench.scoring.arguments import suggest
from pytest_modelbench.scoring.catalogue import Catalogue
from pytest_modelbench.scoring.checks import AnyCheck, CodeCheck, Illustration, Material
from pytest_modelbench.scoring.combinators import Combinator

__all__ = ["COMBINATOR_USES", "describe_check", "find_use", "list_checks"]

# For each combinator one line and a use of it.
COMBINATOR_USES: Mapping[str, tuple[str, Illustration]] = MappingProxyType(
    {
        "not": (
            "The check must not hold.",
            Illustration(
                arguments={"contains": "as an AI"}, fulfilled="It is 4.", missed="as an AI, I"
            ),
        ),
        "all": (
            "Every check; the unit is the share of those that are fulfilled.",
            Illustration(
                arguments=[{"contains": "Paris"}, {"words": {"max": 3}}],
                fulfilled="Paris, France",
                missed="It is the city of Paris.",
            ),
        ),
        "any": (
            "The best of several checks.",
            Illustration(
                arguments=[{"equals": "yes"}, {"equals": "no"}], fulfilled="no", missed="maybe"
            ),
        ),
        "at_least": (
            "Some of several checks.",
            Illustration(
                arguments={"n": 1, "of": [{"contains": "red"}, {"contains": "green"}]},
                fulfilled="a green one",
                missed="a blue one",
            ),
        ),
        "loosely": (
            "A greeting, a closing line or bold type does no harm.",
            Illustration(arguments={"equals": "42"}, fulfilled="Sure!\n**42**", missed="41"),
        ),
        "part": (
            "A check on a part of the answer.",
            Illustration(
                arguments={"of": "last_line", "check": {"equals": "42"}},
                fulfilled="6 times 7 is\n42",
                missed="42\nis 6 times 7",
            ),
        ),
        "tool_calls": (
            "Which tools are called, with which arguments.",
            Illustration(
                arguments=[
                    {"name": "read_file", "arguments": {"path": {"regex": "[.]py$"}}},
                    "run_tests",
                ],
                fulfilled="[read_file(path='a.py'), run_tests()]",
                missed="[read_file(path='a.txt')]",
            ),
        ),
    }
)
COMBINATORS_TITLE = "Checks over other checks."
OTHER_TITLE = "Checks of other distributions."
OUR_MODULES = "pytest_modelbench."
WORDS = MappingProxyType(
    {
        "string": "text",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a list",
        "object": "a mapping",
        "null": "nothing",
    }
)
ANYTHING = "anything"
EXAMPLE_CHARS = 10_000


class LineDumper(yaml.SafeDumper):
    """Writes a text of several lines on one."""


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


LineDumper.add_representer(str, _write_text)


def list_checks(catalogue: Catalogue) -> str:
    """Return all checks, by family: name, one line, an example."""
    families: dict[str, list[str]] = {}
    for check in catalogue.checks.values():
        families.setdefault(_family(check), []).append(check.name)
    families[COMBINATORS_TITLE] = list(catalogue.combinators)
    lines = []
    for title, names in families.items():
        lines += [title, ""]
        for name in sorted(names):
            lines += [
                f"  {name}: {_first_line(catalogue, name)}",
                f"    {_write_use(catalogue, name)}",
            ]
        lines.append("")
    lines.append("modelbench checks NAME shows the arguments of one of them.")
    return "\n".join(lines) + "\n"


def describe_check(catalogue: Catalogue, name: str) -> str:
    """Return what a check does, its arguments with their defaults, and its illustration.

    Raises:
        SettingsError: No check has this name.
        SuiteError: The project's own cannot be used as it stands.
    """
    check = catalogue.find(name)
    if check is None:
        known = [*catalogue.checks, *catalogue.combinators]
        raise SettingsError(f"no check is called {name!r}", suggest(name, known))
    lines = [f"{name}: {_first_line(catalogue, name)}", ""]
    lines += [] if isinstance(check, Combinator) else _list_arguments(check)
    illustration = _illustration(catalogue, name)
    if illustration is not None:
        lines += [
            _write_use(catalogue, name),
            f"  fulfilled by {_text(illustration.fulfilled)!r}",
            f"  missed by    {_text(illustration.missed)!r}",
        ]
    return "\n".join(lines).rstrip() + "\n"


def find_use(catalogue: Catalogue, name: str) -> Mapping[str, Any] | None:
    """Return a check mapping that shows a check; None where there is none."""
    illustration = _illustration(catalogue, name)
    return None if illustration is None else {name: illustration.arguments}


def _illustration(catalogue: Catalogue, name: str) -> Illustration | None:
    """Return a use of a check; None for a function, which has none."""
    check = catalogue.find(name)
    if check is None or isinstance(check, Combinator):
        return COMBINATOR_USES[name][1] if name in COMBINATOR_USES else None
    illustration = check.illustration
    return illustration if illustration.fulfilled != illustration.missed else None


def _write_use(catalogue: Catalogue, name: str) -> str:
    example = find_use(catalogue, name)
    if example is None:
        return f"check: {name}"
    text: str = yaml.dump(
        {"check": example},
        Dumper=LineDumper,
        default_flow_style=True,
        sort_keys=False,
        allow_unicode=True,
        width=EXAMPLE_CHARS,
    )
    return text.strip()[1:-1]


def _family(check: AnyCheck) -> str:
    module = _decider(check).__module__
    if not module.startswith(OUR_MODULES):
        return OTHER_TITLE
    return inspect.cleandoc(sys.modules[module].__doc__ or module).partition("\n\n")[0]


def _decider(check: AnyCheck) -> Any:  # noqa: ANN401  a function of any signature
    return check.plan if isinstance(check, CodeCheck) else check.decide


def _first_line(catalogue: Catalogue, name: str) -> str:
    if name in catalogue.combinators:
        return COMBINATOR_USES[name][0] if name in COMBINATOR_USES else COMBINATORS_TITLE
    check = catalogue.find(name)
    if check is None or isinstance(check, Combinator):
        return ""
    # What plans an execution does not say what for.
    text = "" if isinstance(check, CodeCheck) else getattr(_decider(check), "__doc__", None)
    text = text or check.arguments.__doc__ or ""
    return inspect.cleandoc(text).partition("\n")[0]


def _list_arguments(check: AnyCheck) -> Iterator[str]:
    schema = check.arguments.model_json_schema()
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    texts = [base.__doc__ or "" for base in reversed(check.arguments.__mro__)]
    notes = {name: note for text in texts for name, note in _read_notes(text).items()}
    needed = schema.get("required", [])
    for name, described in properties.items():
        default = described.get("default")
        said = "needed" if name in needed else f"default {_show_default(default)}"
        short = " (may be written alone)" if name == check.arguments.shorthand else ""
        yield f"  {name}: {_name_type(described)}, {said}{short}"
        if name in notes:
            yield f"    {notes[name]}"
    yield ""


def _show_default(default: object) -> str:
    return "none" if default is None else yaml.safe_dump(default).partition("\n")[0]


def _name_type(described: Mapping[str, Any]) -> str:
    if "enum" in described:
        return f"one of {', '.join(map(str, described['enum']))}"
    if "const" in described:
        return str(described["const"])
    if "anyOf" in described:
        kinds = [_name_type(entry) for entry in described["anyOf"] if entry.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    return WORDS.get(
        str(described.get("type", "")), "a mapping" if "$ref" in described else ANYTHING
    )


def _read_notes(text: str) -> Mapping[str, str]:
    """Return what a docstring says about each attribute."""
    notes: dict[str, str] = {}
    last = ""
    for line in inspect.cleandoc(text).partition("Attributes:\n")[2].split("\n"):
        if line.startswith("        ") and last:
            notes[last] += f" {line.strip()}"
        elif ": " in line:
            last, _colon, note = line.strip().partition(": ")
            notes[last] = note
    return notes


def _text(shown: str | Material) -> str:
    return shown if isinstance(shown, str) else shown.text

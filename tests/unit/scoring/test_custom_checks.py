"""Checks from outside: of other distributions, and functions of the project."""

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema
import pytest

from pytest_modelbench.domain import NOWHERE, CheckSpec, Criterion, Message, Question
from pytest_modelbench.errors import SettingsError, SuiteError
from pytest_modelbench.scoring import (
    AnswerCheck,
    Arguments,
    Catalogue,
    Check,
    Finding,
    Illustration,
    Material,
    Undecided,
)
from pytest_modelbench.scoring.checks.base import fulfilled
from pytest_modelbench.scoring.checks.custom import check_of_function
from pytest_modelbench.scoring.plugins import PluginChecks, open_catalogue

ILLUSTRATION = Illustration(arguments={}, fulfilled="", missed="")


class Length(Arguments):
    value: int


ready_check = Check(
    name="length",
    arguments=Length,
    decide=lambda text, given: Finding(unit=float(len(text) == given.value), reason="length"),
    illustration=ILLUSTRATION,
    version=3,
)
two_checks = [
    ready_check,
    AnswerCheck(
        name="has_prompt",
        arguments=Arguments,
        decide=lambda material, _given: fulfilled(material.prompt),
        illustration=ILLUSTRATION,
    ),
]
wrong_list = [ready_check, "length"]
badly_named = [Check(name="Length!", arguments=Length, decide=None, illustration=ILLUSTRATION)]  # type: ignore[arg-type]  # never asked
like_ours = [Check(name="contains", arguments=Length, decide=None, illustration=ILLUSTRATION)]  # type: ignore[arg-type]  # never asked
forty_two = 42


def is_short(text: str, *, max_chars: int = 10) -> bool:
    return len(text) <= max_chars


def without_text() -> bool:
    return True


def point(name: str, attribute: str) -> EntryPoint:
    return EntryPoint(name=name, value=f"{__name__}:{attribute}", group="modelbench_checks")


@pytest.fixture(autouse=True)
def _this_module(monkeypatch: pytest.MonkeyPatch) -> None:
    # Entry points find it by name, whatever the import mode is.
    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _current())


def _current() -> Any:
    return sys.modules[is_short.__module__]


def installed(*points: EntryPoint) -> Catalogue:
    taken = frozenset({"contains"})
    return Catalogue(outside=PluginChecks(root=Path(), taken=taken, entries=points))


@pytest.fixture
def project(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[str], tuple[Catalogue, str]]:
    """Write a module of the project, under a name that no other test uses."""
    name = f"own_{abs(hash(request.node.nodeid))}"

    def write(source: str) -> tuple[Catalogue, str]:
        (tmp_path / f"{name}.py").write_text(dedent(source), "utf-8")
        return open_catalogue(tmp_path), name

    return write


def decide(function: Callable[..., object], given: object, material: Material | str) -> object:
    check = check_of_function(function, "m:f", 1)
    catalogue = Catalogue(checks={"m:f": check})
    assert list(catalogue.find_problems({"m:f": given})) == []
    return catalogue.decide({"m:f": given}, material)


def read_unit(decision: object) -> float:
    assert isinstance(decision, Finding)
    return decision.unit


RETURNED = [
    (True, Finding(unit=1.0, reason="`m:f` says True")),
    (False, Finding(unit=0.0, reason="`m:f` says False")),
    (1, Finding(unit=1.0, reason="`m:f` says 1")),
    (0.25, Finding(unit=0.25, reason="`m:f` says 0.25")),
    ((0.5, "half of it"), Finding(unit=0.5, reason="half of it")),
    ((True, "polite"), Finding(unit=1.0, reason="polite")),
    ((True, ""), Finding(unit=1.0, reason="`m:f` says True")),
    (Finding(unit=0.1, reason="own"), Finding(unit=0.1, reason="own")),
    (Undecided(reason="own"), Undecided(reason="own")),
]


@pytest.mark.parametrize(("returned", "decision"), RETURNED)
def test_what_a_function_returns_is_the_decision(returned, decision):
    assert decide(lambda _text: returned, {}, "x") == decision


@pytest.mark.parametrize(
    ("returned", "shown"),
    [
        (None, "None"),
        (2, "2"),
        (-0.1, "-0.1"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("yes", "'yes'"),
        (Finding(unit=2.0, reason="own"), "Finding(unit=2.0, reason='own')"),
        (
            Finding(unit=float("nan"), reason="own"),
            "Finding(unit=nan, reason='own')",
        ),
        ((True,), "(True,)"),
        ((True, 3), "(True, 3)"),
        ([0.5, "x"], "[0.5, 'x']"),
        (1j, "1j"),
    ],
)
def test_a_wrong_return_value_is_no_zero_but_undecided(returned, shown):
    assert decide(lambda _text: returned, {}, "x") == Undecided(
        reason="`m:f` must return true or false, a number from 0 to 1, (number, reason) or a"
        f" Finding, got {shown}"
    )


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (ValueError("no such word"), "ValueError: 'no such word'"),
        (KeyError("a"), "KeyError: \"'a'\""),
        (AssertionError(), "AssertionError: ''"),
        (SystemExit(2), "SystemExit: '2'"),
        (RecursionError("deep"), "RecursionError: 'deep'"),
    ],
)
def test_an_exception_is_no_zero_but_undecided(error, shown):
    def broken(text: str) -> bool:
        raise error

    assert decide(broken, {}, "x") == Undecided(reason=f"`m:f` raised {shown}")


def test_arguments_reach_the_function():
    def has_words(text: str, *, words: list[str], at_least: int = 1) -> bool:
        return sum(word in text for word in words) >= at_least

    material = "please and thanks"

    assert decide(has_words, {"words": ["please"]}, material) == Finding(
        unit=1.0, reason="`m:f` says True"
    )
    assert decide(has_words, {"words": ["please", "sorry"], "at_least": 2}, material) == Finding(
        unit=0.0, reason="`m:f` says False"
    )


def test_the_first_argument_may_be_written_without_its_name():
    def has_length(text: str, length: int) -> bool:
        return len(text) == length

    assert decide(has_length, 3, "abc") == Finding(unit=1.0, reason="`m:f` says True")


def test_arguments_may_be_called_like_attributes_of_a_pydantic_model():
    def odd(text: str, *, json: int, copy: str, model_config: bool, schema: float) -> bool:
        return (json, copy, model_config, schema) == (1, "x", True, 2)

    given = {"json": 1, "copy": "x", "model_config": True, "schema": 2}

    assert decide(odd, given, "") == Finding(unit=1.0, reason="`m:f` says True")


def test_a_function_that_changes_its_arguments_decides_alike_twice():
    def takes(text: str, *, words: list[str]) -> float:
        return 1.0 if words.pop() == text and not words else 0.0

    check = check_of_function(takes, "m:f", 1)
    catalogue = Catalogue(checks={"m:f": check})
    value = {"m:f": {"words": ["x"]}}

    assert [catalogue.decide(value, "x"), catalogue.decide(value, "x")] == [
        Finding(unit=1.0, reason="`m:f` says 1.0")
    ] * 2


def test_facts_reach_the_function_that_names_them():
    def knows(
        text: str, prompt: str, *, answer_tokens: int, seconds: float, factor: int = 2
    ) -> bool:
        return (prompt, answer_tokens, seconds, factor) == ("Why?", 7, 0.5, 3)

    material = Material(text="x", prompt="Why?", answer_tokens=7, seconds=0.5)

    assert decide(knows, {"factor": 3}, material) == Finding(unit=1.0, reason="`m:f` says True")


def test_a_fact_that_nobody_knows_leaves_it_undecided():
    def fast(text: str, *, seconds: float) -> bool:
        return seconds < 1

    assert decide(fast, {}, "x") == Undecided(
        reason="`m:f` needs `seconds`, which nobody knows here"
    )


@pytest.mark.parametrize(
    ("given", "text", "hint", "path"),
    [
        ({}, "`m:f` needs `words`", "Options: words, at_least.", ("m:f",)),
        ({"words": "x"}, "`m:f.words` must be a list, got 'x'", "", ("m:f", "words")),
        (
            {"words": [], "at_leats": 1},
            "`m:f` has no option 'at_leats'",
            "Did you mean `at_least`?",
            ("m:f", "at_leats"),
        ),
        (
            {"words": [], "at_least": 1.5},
            "`m:f.at_least` must be a whole number, got 1.5",
            None,
            ("m:f", "at_least"),
        ),
    ],
)
def test_arguments_are_as_strict_as_those_of_our_checks(given, text, hint, path):
    def has_words(text: str, *, words: list[str], at_least: int = 1) -> bool:
        return bool(words)

    catalogue = Catalogue(checks={"m:f": check_of_function(has_words, "m:f", 1)})

    (problem,) = catalogue.find_problems({"m:f": given})

    assert (problem.text, problem.path) == (text, path)
    assert hint is None or problem.hint == hint


async def asynchronous(text: str) -> bool:
    return True


def starred(text: str, **words: str) -> bool:
    return True


def keyword_text(*, text: str) -> bool:
    return True


def undefined(text: str, *, words: "Wordds") -> bool:  # type: ignore[name-defined]  # noqa: F821  the point of it
    return True


def unwritable(text: str, *, catalogue: Catalogue) -> bool:
    return True


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (asynchronous, "`m:f` must be a plain function, got one that is `async`"),
        (without_text, "`m:f` must take the text of the answer as its first parameter"),
        (keyword_text, "`m:f` must take the text of the answer as its first parameter"),
        (starred, "`m:f` must name each of its arguments, got `**words: str`"),
        (undefined, "`m:f` has no signature to read: name 'Wordds' is not defined"),
        (unwritable, "`m:f` has an argument whose type cannot be written in YAML"),
    ],
)
def test_a_function_that_is_no_check_is_refused(function, problem):
    with pytest.raises(SuiteError) as raised:
        check_of_function(function, "m:f", 1)

    assert raised.value.problem == problem


def test_a_function_of_the_project_is_found_from_its_folder(project):
    catalogue, name = project("""
        def is_polite(text: str, *, words: list[str], at_least: int = 1) -> bool:
            return sum(word in text for word in words) >= at_least
        """)
    path = list(sys.path)
    value = {f"{name}:is_polite": {"words": ["please"]}}

    problems = catalogue.find_problems(value)

    assert list(problems) == []
    assert catalogue.decide(value, "yes please").unit == 1
    assert catalogue.decide(value, "yes").unit == 0
    assert sys.path == path


@pytest.mark.parametrize(
    "wrap",
    [
        lambda name: name,
        lambda name: {"not": {"not": name}},
        lambda name: {"not": {"not": {name: {}}}},
        lambda name: {"all": [name, {"contains": "x", "weight": 2}]},
        lambda name: {"any": [{"contains": "nothing"}, {name: {}, "weight": 2}]},
        lambda name: {"at_least": {"n": 1, "of": [name]}},
        lambda name: {"loosely": name},
    ],
    ids=["alone", "not", "mapping", "all", "any", "at_least", "loosely"],
)
def test_a_function_stands_wherever_a_check_stands(project, wrap):
    catalogue, name = project("def is_x(text):\n    return text == 'x'\n")
    value = wrap(f"{name}:is_x")

    assert list(catalogue.find_problems(value)) == []
    assert catalogue.decide(value, "x").unit == 1
    assert catalogue.decide(value, "y").unit < 1
    assert jsonschema.Draft202012Validator(catalogue.describe()).is_valid(value)
    assert not catalogue.executes(value)
    assert f"{name}:is_x" in dict(catalogue.versions(value))


def test_a_check_object_of_the_project_is_one_too(project):
    catalogue, name = project("""
        from pytest_modelbench.scoring import Arguments, Check, Finding, Illustration

        class Size(Arguments):
            value: int

        def decide(text, given):
            return Finding(unit=float(len(text) == given.value), reason="counted")

        SIZE = Check(name="size", arguments=Size, decide=decide,
                     illustration=Illustration(arguments=1, fulfilled="a", missed=""))
        """)

    assert catalogue.decide({f"{name}:SIZE": 2}, "ab") == Finding(unit=1.0, reason="counted")


def test_the_version_moves_with_the_file(project):
    first, name = project("def f(text):\n    return True\n")
    before = first.versions({f"{name}:f": {}})
    del sys.modules[name]
    second, name = project("def f(text):\n    return False\n")
    after = second.versions({f"{name}:f": {}})

    assert before != after
    assert [entry for entry, _version in after] == [f"{name}:f"]


OWN_PROBLEMS = [
    (
        "no_such_module:f",
        "there is no module `no_such_module` for `no_such_module:f`",
        "It is looked for in the project's folder and among what is installed.",
    ),
    ("os:system", "`os:system` is a part of Python, no check", "name a function of the project."),
    (
        "{name}:is_polit",
        "`{name}` has no function `is_polit`",
        "did you mean `{name}:is_polite`?",
    ),
    ("{name}:zzz", "`{name}` has no function `zzz`", None),
    ("{name}:NUMBER", "`{name}:NUMBER` must be a function or a check, got int", ""),
    ("{name}:Polite", "`{name}:Polite` must be a function or a check, got type", ""),
    (
        "{name}:no_text",
        "`{name}:no_text` must take the text of the answer as its first parameter",
        "Write it as `def name(text: str, *, argument: type = default) -> bool`.",
    ),
]


@pytest.mark.parametrize(("written", "text", "hint"), OWN_PROBLEMS)
def test_a_function_that_is_not_there_is_a_problem(project, written, text, hint):
    catalogue, name = project("""
        NUMBER = 3
        class Polite: ...
        def is_polite(text): return True
        def no_text(): return True
        """)

    (problem,) = catalogue.find_problems(written.format(name=name))

    assert problem.text == text.format(name=name)
    assert hint is None or problem.hint == hint.format(name=name)
    assert problem.path == ()


def test_a_module_that_breaks_is_a_problem(project):
    catalogue, name = project("raise RuntimeError('no database')\n")

    (problem,) = catalogue.find_problems({f"{name}:f": {}})

    assert problem.text == f"`{name}` cannot be imported: RuntimeError: no database"
    assert problem.path == (f"{name}:f",)


def test_a_module_that_misses_another_says_which(project):
    catalogue, name = project("import no_such_library\n")

    (problem,) = catalogue.find_problems(f"{name}:f")

    assert (problem.text, problem.hint) == (
        f"`{name}:f` needs the module `no_such_library`",
        "install it.",
    )


def test_a_reference_answer_is_held_against_a_function(project):
    catalogue, name = project("def is_x(text):\n    return text == 'x'\n")
    spec = CheckSpec(value={f"{name}:is_x": {}}, place=NOWHERE)
    asked = Question(
        id="q",
        suite="s",
        tier=1,
        messages=(Message(author="user", content="What?"),),
        rubric=(Criterion(name="Is x", weight=1.0, check=spec, place=NOWHERE),),
        place=NOWHERE,
        reference_answer="y",
    )

    ((_place, problem),) = catalogue.judge_reference(asked)

    assert problem.text == (
        f"the reference answer does not fulfil `Is x`: `{name}:is_x` says False"
    )


@pytest.mark.parametrize(
    ("attribute", "name", "version"),
    [("is_short", "brief", ""), ("ready_check", "brief", "/3"), ("two_checks", "length", "/3")],
)
def test_an_installed_check_is_found_by_its_name(attribute, name, version):
    catalogue = installed(point("brief", attribute))

    assert name in catalogue.checks
    assert list(catalogue.versions({name: 3})) == [(name, version)]
    assert read_unit(catalogue.decide({name: 3}, "abc")) == 1
    assert list(catalogue.find_problems({name: 3})) == []
    assert name in catalogue.describe()["$defs"]["check"]["anyOf"][0]["properties"]


def test_installed_checks_are_suggested_too():
    catalogue = installed(point("brief", "is_short"))

    (problem,) = catalogue.find_problems({"breif": 3})

    assert problem.hint == "Did you mean `brief`?"


def test_our_own_checks_do_not_ask_what_is_installed():
    catalogue = installed(point("broken", "no_such_attribute"))

    assert read_unit(catalogue.decide({"contains": "x"}, "x")) == 1
    assert list(catalogue.find_problems({"contains": "x"})) == []


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        (
            [("broken", "no_such_attribute")],
            "its checks cannot be loaded: AttributeError: module '{module}' has no attribute"
            " 'no_such_attribute'",
        ),
        (
            [("broken", "forty_two")],
            "a check must be a function, a check or a list of checks, got 42",
        ),
        ([("broken", "wrong_list")], "a list of checks must hold nothing else, got 'length'"),
        ([("broken", "badly_named")], "its check 'Length!' must be called like `polite_tone`"),
        (
            [("broken", "like_ours")],
            "its check `contains` is called like one of pytest-modelbench",
        ),
        (
            [("other", "two_checks"), ("broken", "two_checks")],
            "its check `length` is called like one of entry point `other`",
        ),
        (
            [("broken", "without_text")],
            "`broken` must take the text of the answer as its first parameter",
        ),
    ],
)
def test_a_broken_distribution_is_named(points, problem):
    catalogue = installed(*(point(*entry) for entry in points))

    with pytest.raises(SettingsError) as raised:
        catalogue.find_problems({"length_of": 1})

    assert raised.value.place == "entry point `broken`"
    assert raised.value.problem == problem.format(module=__name__)

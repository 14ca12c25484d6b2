"""One word per notion: no name of ours uses a word that docs/glossary.md bans for it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pytest_modelbench"
GLOSSARY = ROOT / "docs" / "glossary.md"

BANNED = {
    "model": "llm provider sut",
    "engine": "backend runner runtime server sampler",
    "suite": "dataset benchmark task eval testset",
    "question": "sample case example doc instance",
    "prompt": "input query request",
    "answer": "response output completion generation reply",
    "trial": "epoch repeat iteration attempt",
    "rubric": "checklist",
    "criterion": "rule assertion requirement item",
    "check": "assert matcher validator",
    "judge": "grader evaluator rater critic",
    "score": "grade rating points mark result",
    "metric": "aggregate reducer stat",
    "role": "category tag",
    "threshold": "cutoff limit",
    "gate": "guard policy",
    "baseline": "golden expected",
    "subject": "target",
    "outcome": "status",
    "variant": "config flavor",
    "tier": "level difficulty",
    "tolerance": "delta epsilon slack",
    "regression": "degradation",
    "run": "session job experiment",
    "store": "cache db registry",
    "fingerprint": "hash key digest signature",
    "batch": "chunk group",
    "report": "summary dashboard",
    "controller": "master",
    "worker": "slave node",
}
INSTEAD = {word: ours for ours, words in BANNED.items() for word in words.split()}


@dataclass(frozen=True)
class Allowed:
    """A banned word where it means something else, or where a library demands it.

    Attributes:
        word: In the singular.
        where: Modules, as a pattern below the package.
        reason: Whose word it is, or what it means there.
    """

    word: str
    where: str
    reason: str


ALLOWED = (
    Allowed(word="config", where="plugin", reason="pytest's name of its configuration"),
    Allowed(
        word="config", where="session/*", reason="pytest's, and the file of `--modelbench-config`"
    ),
    Allowed(word="config", where="*/shapes", reason="pydantic's `model_config`"),
    Allowed(word="config", where="scoring/checks/*", reason="pydantic's `model_config`"),
    Allowed(word="item", where="session/*", reason="pytest's: what it runs"),
    Allowed(word="item", where="gating/extension", reason="pytest's, as syrupy hands it over"),
    Allowed(word="item", where="scoring/checks/auto_score", reason="the dialect's `count_items`"),
    Allowed(word="node", where="session/*", reason="pytest's tree, and xdist's hooks"),
    Allowed(word="node", where="loading/yaml_*", reason="PyYAML's: a value with its place"),
    Allowed(word="node", where="scoring/extraction/tool_calls", reason="of Python's syntax tree"),
    Allowed(word="node", where="scoring/families/bfcl_calls", reason="of a syntax tree"),
    Allowed(word="config", where="scoring/families/*", reason="pydantic's `model_config`"),
    Allowed(word="item", where="scoring/families/bfcl", reason="JSON Schema's `items`"),
    Allowed(word="session", where="session/run", reason="pytest's"),
    Allowed(word="session", where="gating/extension", reason="a parameter of syrupy"),
    Allowed(word="summary", where="session/run", reason="pytest's hook `pytest_terminal_summary`"),
    Allowed(word="target", where="session/targets", reason="a path given to pytest, no subject"),
    Allowed(word="output", where="engine/llama", reason="a field of llama.cpp's parameters"),
    Allowed(
        word="repeat", where="loading/*", reason="llama.cpp's `repeat_penalty`; a YAML key twice"
    ),
    Allowed(
        word="repeat", where="domain/*", reason="llama.cpp's `repeat_penalty`; turns of a loop"
    ),
    Allowed(word="repeat", where="session/options", reason="an option given twice"),
    Allowed(word="generation", where="engine/chat", reason="`{% generation %}` of chat templates"),
    Allowed(word="tag", where="engine/chat", reason="of Jinja's parser"),
    Allowed(word="tag", where="engine/llama", reason="of GGUF metadata"),
    Allowed(word="tag", where="loading/*", reason="`tags` of a suite; of YAML; of pydantic"),
    Allowed(word="tag", where="domain/question", reason="`tags` of a suite"),
    Allowed(word="tag", where="session/items", reason="`tags` of a suite"),
    Allowed(word="category", where="loading/suite_shapes", reason="a key that suites have"),
    Allowed(word="difficulty", where="loading/suite_shapes", reason="a key that suites have"),
    Allowed(word="expected", where="domain/question", reason="a key that suites have"),
    Allowed(word="expected", where="loading/*", reason="a key that suites have"),
    Allowed(
        word="expected", where="scoring/checks/*", reason="what a check asks for, in its reason"
    ),
    Allowed(word="case", where="scoring/checks/*", reason="of letters"),
    Allowed(word="hash", where="confined/entries/remote", reason="Python's `__hash__`"),
    Allowed(word="repeat", where="scoring/families/*", reason="a published argument"),
    Allowed(word="level", where="*/scale*", reason="a step of a scale; tiers are of questions"),
    Allowed(word="limit", where="reporting/escape", reason="how long a line may be"),
    Allowed(word="limit", where="sandbox/*", reason="of a resource, as `setrlimit` says"),
    Allowed(
        word="digest", where="store/sqlite", reason="SHA-256 of a file's bytes, as hashlib says"
    ),
    Allowed(word="digest", where="session/subjects", reason="SHA-256 of a file's bytes"),
    Allowed(word="server", where="session/*", reason="the end of a socket; no engine"),
    Allowed(word="validator", where="scoring/checks/json_values", reason="jsonschema's class"),
    Allowed(word="key", where="loading/*", reason="of a mapping"),
    Allowed(word="key", where="gating/baseline_files", reason="of a mapping"),
    Allowed(word="key", where="session/trials", reason="of a mapping"),
    Allowed(word="key", where="session/ledger", reason="of a mapping"),
    # What a fingerprint is made for: it finds an answer in a mapping, a message or a table.
    Allowed(word="key", where="domain/answer", reason="of an answer, where answers are kept"),
    Allowed(word="key", where="engine/*", reason="of an answer, in messages and mappings"),
    Allowed(word="key", where="session/desk", reason="of an answer, in mappings"),
    Allowed(word="key", where="session/wire", reason="of an answer, in messages"),
    Allowed(word="key", where="store/sqlite", reason="of an answer, in tables"),
)


@dataclass(frozen=True)
class Use:
    """A name that has a banned word in it."""

    word: str
    name: str
    module: str


def list_names(tree: ast.Module) -> Iterator[str]:
    """Yield names of functions, classes, types, parameters and attributes; local names are free."""
    yield from (target.id for target in _targets(tree) if not target.id.isupper())
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name
            case ast.ClassDef():
                yield node.name
                yield from (target.id for target in _targets(node))
            case ast.arg():
                yield node.arg
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr


def _targets(owner: ast.ClassDef | ast.Module) -> Iterator[ast.Name]:
    for statement in owner.body:
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        yield from (target for target in targets if isinstance(target, ast.Name))


def split_name(name: str) -> list[str]:
    """Return the words of a name in the singular.

    >>> split_name("RunSummary"), split_name("_raw_results")
    (['run', 'summary'], ['raw', 'result'])
    """
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [_singular(word.lower()) for word in words]


def _singular(word: str) -> str:
    for ending, singular in (("ies", "y"), ("s", "")):
        stem = f"{word.removesuffix(ending)}{singular}"
        if word.endswith(ending) and stem in INSTEAD:
            return stem
    return word


def find_uses() -> list[Use]:
    """Return every use of a banned word in a name."""
    uses: dict[Use, None] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        module = path.relative_to(PACKAGE).with_suffix("").as_posix()
        for name in list_names(ast.parse(path.read_text("utf-8"))):
            for word in split_name(name):
                if word in INSTEAD:
                    uses[Use(word=word, name=name, module=module)] = None
    return list(uses)


USES = find_uses()


def is_allowed(use: Use, allowed: Allowed) -> bool:
    return use.word == allowed.word and fnmatch(use.module, allowed.where)


def test_no_name_has_a_banned_word():
    banned = [
        f"{use.module}: {use.name} (say {INSTEAD[use.word]}, not {use.word})"
        for use in USES
        if not any(is_allowed(use, allowed) for allowed in ALLOWED)
    ]

    assert banned == []


@pytest.mark.parametrize("allowed", ALLOWED, ids=lambda allowed: f"{allowed.word}-{allowed.where}")
def test_an_allowance_is_still_needed(allowed):
    assert any(is_allowed(use, allowed) for use in USES)


@pytest.mark.parametrize("word", BANNED)
def test_every_word_of_ours_is_in_the_glossary(word):
    assert re.search(
        rf"^### .*\b{word}\b", GLOSSARY.read_text("utf-8"), re.MULTILINE | re.IGNORECASE
    )


@pytest.mark.parametrize("word", sorted(INSTEAD))
def test_the_glossary_says_which_words_are_not_used(word):
    assert f"*{word}*" in GLOSSARY.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("RunSummary", ["run", "summary"]),
        ("_raw_results", ["raw", "result"]),
        ("HTTPQueries", ["http", "query"]),
        ("status", ["status"]),
    ],
)
def test_names_are_split_into_words(name, words):
    assert split_name(name) == words

"""Everything that has to pass, as `nox` sessions; what CI runs and what a developer runs."""

import tempfile
import tomllib
from pathlib import Path

import nox

nox.options.sessions = ["lint", "types", "tests", "floor", "wheel"]
nox.options.reuse_existing_virtualenvs = True
nox.options.default_venv_backend = "virtualenv"

ROOT = Path(__file__).parent
# The tests start pytest hundreds of times: without byte code each start compiles the plugin anew.
BYTE_CODE = {"PYTHONDONTWRITEBYTECODE": ""}
# Most of their time they wait for processes of their own.
# The slow ones come one after the other: an idle worker takes over from a busy one.
WORKERS = ["-n", "2", "--dist", "worksteal"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@nox.session
def lint(session: nox.Session) -> None:
    """Style, format, layers, spelling and metadata."""
    session.install(*_group("lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    # Reads the source as it stands here; what it imports need not be installed.
    session.run("lint-imports", env={"PYTHONPATH": str(ROOT)})
    # Not the tests: they have typos on purpose.
    pages = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "demo/README.md"]
    session.run("codespell", "pytest_modelbench", "benchmarks", *pages)
    session.run("validate-pyproject", "pyproject.toml")


@nox.session
def types(session: nox.Session) -> None:
    """Types, strictly, of the package and of its tests."""
    session.install(*_group("types"), *_group("tests"), "nox", "-e", ".")
    session.run("mypy")


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, with what they cover."""
    session.install(*_group("tests"), "-e", ".")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *WORKERS, *session.posargs, env=BYTE_CODE)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report")


@nox.session
def floor(session: nox.Session) -> None:
    """The plugin's own tests with the oldest versions that pyproject.toml admits."""
    pins = [requirement.replace(">=", "==") for requirement in PROJECT["project"]["dependencies"]]
    session.install(*_group("tests"), *pins, "-e", ".")
    # pytest 8 does not read [tool.pytest], where our own tests find their import mode.
    options = ["--import-mode=importlib", *WORKERS, *session.posargs]
    session.run(
        "python", "-m", "pytest", *options, "tests/unit", "tests/integration", env=BYTE_CODE
    )


@nox.session
def wheel(session: nox.Session) -> None:
    """The built wheel, installed alone, away from the source tree."""
    session.install("build")
    with tempfile.TemporaryDirectory() as folder:
        session.run("python", "-m", "build", "--wheel", "--outdir", folder, str(ROOT))
        built = next(Path(folder).glob("*.whl"))
        session.install("--force-reinstall", "--no-deps", str(built))
        session.install(str(built))
        session.chdir(folder)
        session.run("modelbench", "demo", "trial")
        session.chdir("trial")
        session.run("pytest", "--model", "coder_primary", "--suite", "demo")
        session.run("pytest", "--model", "all", "-n", "2")


def _group(name: str) -> list[str]:
    return list(PROJECT["dependency-groups"][name])

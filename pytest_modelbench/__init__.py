"""Regression tests for language models, as pytest items."""

from importlib.metadata import version

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    # Lazy: reading the metadata costs a file look-up that a plain pytest run should not pay.
    if name == "__version__":
        return version("pytest-modelbench")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Regression tests for language models, as pytest items."""

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    # Lazy: reading the metadata costs a file look-up that a plain pytest run should not pay.
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415  # neither should a sandbox's cell

        return version("pytest-modelbench")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

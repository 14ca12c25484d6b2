"""Extraction: the part of an answer that a check looks at, or why there is none."""

from pytest_modelbench.scoring.extraction.base import Found, NotFound

__all__ = ["Found", "NotFound"]

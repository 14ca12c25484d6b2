"""Kept answers."""

from pytest_modelbench.store.sqlite import AnswerStore

__all__ = ["AnswerStore"]

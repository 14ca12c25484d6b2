"""Prompts in, answers out; models live in processes of their own.

The pytest process imports only this folder's light half (base, wire, docket, process, pool).
"""

from pytest_modelbench.engine.base import AnswerSink, EngineFacts, Progress, engine_build
from pytest_modelbench.engine.pool import EnginePool

__all__ = ["AnswerSink", "EngineFacts", "EnginePool", "Progress", "engine_build"]

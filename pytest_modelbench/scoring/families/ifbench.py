"""The 58 instructions of IFBench: "Generalizing Verifiable Instruction Following".

Pyatkin and others, 2025, the test set. What is counted, and how, is as their program counts it,
oddities included.
"""

from collections.abc import Mapping

from pytest_modelbench.scoring.families.ifbench_layout import LAYOUT_KINDS
from pytest_modelbench.scoring.families.ifbench_sentences import SENTENCE_KINDS
from pytest_modelbench.scoring.families.ifbench_topics import TOPIC_KINDS
from pytest_modelbench.scoring.families.ifbench_words import WORD_KINDS
from pytest_modelbench.scoring.families.instruction_kinds import Kind

__all__ = ["IFBENCH"]

IFBENCH: Mapping[str, Kind] = {**WORD_KINDS, **SENTENCE_KINDS, **LAYOUT_KINDS, **TOPIC_KINDS}

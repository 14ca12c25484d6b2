"""The engine process: runs one model until its standard input ends.

Standard input and output carry the messages of `engine.wire`. Whatever is printed, by Python or
by native code, goes to the log, which the controller hands over as standard error.
"""

import ctypes
import faulthandler
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from pytest_modelbench.domain import ModelSpec, Prompt
from pytest_modelbench.engine.base import EngineFacts
from pytest_modelbench.engine.channel import Inbox, Outbox
from pytest_modelbench.engine.recorded import RecordedEngine, read_recorded
from pytest_modelbench.engine.wire import Ask, Failed, Hurry, Ready, Start
from pytest_modelbench.errors import EngineError

__all__ = ["main"]

PR_SET_PDEATHSIG = 1


class Engine(Protocol):
    """What the process drives: the decoder, or recorded answers."""

    @property
    def facts(self) -> EngineFacts:
        """Return what is known of the model."""

    def ask(self, prompts: Sequence[Prompt]) -> None:
        """Take prompts."""

    def hurry(self, key: str) -> None:
        """Move a prompt to the front."""

    def wait_s(self) -> float | None:
        """Return how long there is nothing to do; None until something is asked."""

    def step(self) -> None:
        """Do a little, and send what came of it."""


def main() -> None:
    """Load the model that the first message names, and answer until the controller is gone."""
    begun_at = time.monotonic()
    # The wire keeps the real standard output; whoever prints, prints to the log.
    wire_out = os.dup(1)
    os.dup2(2, 1)
    faulthandler.enable()
    _die_with_controller()
    inbox, outbox = Inbox(0), Outbox(wire_out)
    start = inbox.wait()
    if not isinstance(start, Start):
        raise EngineError(f"expected a `start` message first, got {start!r}")
    try:
        engine = _open_engine(start.spec, outbox)
    except EngineError as error:
        outbox.send(Failed(str(error)))
        return
    outbox.send(Ready(replace(engine.facts, load_s=round(time.monotonic() - begun_at, 3))))
    _work(engine, inbox)


def _open_engine(spec: ModelSpec, outbox: Outbox) -> Engine:
    if spec.recorded is not None:
        return RecordedEngine(spec, read_recorded(spec.recorded), outbox)
    if spec.gguf is None:
        raise EngineError(
            f"model `{spec.label}` has neither `gguf` nor `recorded`",
            "name a model file in modelbench.yaml.",
        )
    # Here, not above: recorded answers are played without loading llama.cpp.
    from pytest_modelbench.engine.opening import open_decoder  # noqa: PLC0415  # heavy

    return open_decoder(spec, spec.gguf, outbox)


def _work(engine: Engine, inbox: Inbox) -> None:
    while True:
        for message in inbox.take(timeout_s=engine.wait_s()):
            match message:
                case Ask(prompts):
                    engine.ask(prompts)
                case Hurry(key):
                    engine.hurry(key)
                case _:
                    raise EngineError(f"expected `ask` or `hurry`, got {message!r}")
        engine.step()


def _die_with_controller() -> None:
    """Ask Linux to kill this process when the thread that started it is gone.

    The end of standard input says the same, unless a fork of the controller keeps it open.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    main()

"""Assertions in one cell, the module they are about in another, and the host between them."""

from typing import Any

from pytest_modelbench.confined.frames import pack
from pytest_modelbench.sandbox.base import Ending, Execution, Observation, Probe, Tier
from pytest_modelbench.sandbox.dialogue import Dialogue, HungUpError, SilentError, ViolationError
from pytest_modelbench.sandbox.hosting import ModuleCell, Seen, explain_trouble, read_value

__all__ = ["probe"]

# What the module may be asked, and how many parts the answer has.
PARTS = {"look": 1, "call": 2, "apply": 1, "advance": 2}
KINDS = ("missing", "exception", "value")
LOOKED = 3


def probe(tier: Tier, execution: Execution, step: Probe, *, hosted: ModuleCell) -> Observation:
    """Run assertions against a loaded module; return how many held.

    Raises:
        SandboxError: The assertions' cell could not be started.
        One of hosting.TROUBLES: Of the module's cell.
    """
    tester = Dialogue(tier.start_cell("test", execution.limits, may_fork=False))
    tester.allow(execution.limits.wall_s)
    hosted.dialogue.deadline = tester.deadline
    relay = _Relay(tester, hosted)
    try:
        try:
            identity = tester.tell(step.source, step.entry)
            message = relay.run(identity)
        except (HungUpError, SilentError, ViolationError) as error:
            if relay.is_asking:
                # It was the module's cell that this came from.
                raise
            seen = explain_trouble(error, tester.cell.kill())
            return Observation(
                ending=seen.ending,
                error=seen.error,
                detail="the assertions themselves did not come to an end",
            )
        return _read_end(message, relay.seen)
    finally:
        tester.cell.kill()


class _Relay:
    """Carries what assertions ask to the module, and back what it says.

    Attributes:
        is_asking: Whether the module is being asked just now.
        seen: Facts of all it was asked, together.
    """

    def __init__(self, tester: Dialogue, hosted: ModuleCell) -> None:
        self.is_asking = False
        self.seen = Seen()
        self._tester = tester
        self._hosted = hosted

    def run(self, identity: str) -> list[Any]:
        """Carry until the assertions are done; return their last message."""
        while True:
            kind, *body = self._tester.hear(identity)
            if kind == "end":
                return body
            verb, arguments = body
            if kind != "ask" or verb not in PARTS:
                raise ViolationError("assertions that ask for something else")
            self.is_asking = True
            carried = self._ask(verb, arguments)
            self.is_asking = False
            self._tester.write(pack(carried))

    def _ask(self, verb: str, arguments: list[Any]) -> list[Any]:
        body, seen = self._hosted.ask(verb, *arguments)
        self.seen.cpu_s += seen.cpu_s
        self.seen.peak_mib = seen.peak_mib
        self.seen.printed = (self.seen.printed + seen.printed)[-1000:]
        if body[0] == "returned":
            _refuse_odd(verb, body[1:])
        return body


def _refuse_odd(verb: str, parts: list[Any]) -> None:
    """Let nothing through to the assertions that is not made of well-formed values."""
    if len(parts) != PARTS[verb]:
        raise ViolationError(f"no answer to {verb}")
    forms, rest = parts[:1], parts[1:]
    if verb == "look":
        found = parts[0] if type(parts[0]) is list and len(parts[0]) == LOOKED else [None]
        forms, is_sound = found[1:2], found[0] in KINDS
    elif verb == "call":
        is_sound = type(rest[0]) is list
        forms = [*forms, *rest[0]] if is_sound else []
    else:
        is_sound = all(type(flag) is bool for flag in rest)
    if not is_sound:
        raise ViolationError(f"no answer to {verb}")
    for form in forms:
        read_value(form)


def _read_end(message: list[Any], seen: Seen) -> Observation:
    held, failed, calls, failures = message
    value = {"held": held, "failed": failed, "calls": calls, "failures": failures}
    return Observation(
        ending=Ending.RETURNED,
        value=value,
        stdout=seen.printed,
        cpu_s=seen.cpu_s,
        peak_mib=seen.peak_mib,
    )

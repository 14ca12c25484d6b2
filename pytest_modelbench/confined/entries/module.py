"""Runs inside a cell: hostile source as a module, and what is asked of it.

Nothing here is trusted: the source can replace all of it. What it can never do is say whether it is
right, since nobody tells it what would be.
"""

import operator
import resource
import socket
import sys
import time
import types
from collections.abc import Callable
from typing import Any

from pytest_modelbench.confined.codec import CodecError, decode, encode
from pytest_modelbench.confined.entries.evaluating import await_value, evaluate
from pytest_modelbench.confined.entries.loading import (
    MODULE_NAME,
    Printed,
    describe_error,
    load_source,
    prepare_workspace,
)
from pytest_modelbench.confined.frames import MAX_FRAME_BYTES, pack, receive

__all__ = ["OPERATORS", "serve_module"]

MAX_HANDLES = 100_000
KIB_PER_MIB = 1024
# Some of a message is left for what stands around a value.
MAX_VALUE_BYTES = MAX_FRAME_BYTES - 4096
MAX_PRINTED_BYTES = 64 * 1024

# What a test may do with an object that stays here. Equality and order are only asked between two
# such objects, so that nothing learns here what would be right.
OPERATORS: dict[str, Callable[..., Any]] = {
    "len": len,
    "iter": iter,
    "bool": bool,
    "str": str,
    "repr": repr,
    "float": float,
    "int": int,
    "abs": abs,
    "hash": hash,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "getattr": getattr,
    "setattr": setattr,
    "isinstance": isinstance,
    "neg": operator.neg,
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "truediv": operator.truediv,
    "floordiv": operator.floordiv,
    "mod": operator.mod,
    "matmul": operator.matmul,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "await": await_value,
}


def serve_module(channel: socket.socket) -> None:
    """Load a module and do what the host asks, one thing at a time, until it hangs up."""
    served = _Module()
    while True:
        try:
            identity, verb, arguments = receive(channel)
        except (EOFError, OSError):
            return
        body = served.do(verb, arguments)
        try:
            channel.sendall(pack([identity, *body]))
        except OSError:
            return


class _Module:
    """The module, and the objects of it that the host knows by number."""

    def __init__(self) -> None:
        self._module = types.ModuleType(MODULE_NAME)
        self._handles: list[object] = []
        self._printed = Printed(MAX_PRINTED_BYTES)

    def do(self, verb: str, arguments: list[Any]) -> list[Any]:
        """Do one thing; return how it ended, with processor seconds, memory and what it printed."""
        began = time.process_time()
        try:
            body = ["returned", *getattr(self, f"_{verb}")(*arguments)]
        except BaseException as error:  # noqa: BLE001  hostile code raises what it likes
            body = ["raised", *describe_error(error)]
        facts = [time.process_time() - began, _peak_mib(), self._printed.take()]
        return [*body, facts]

    def _load(self, source: str, files: list[list[str]]) -> list[Any]:
        import io  # noqa: PLC0415  only here

        prepare_workspace(files)
        sys.stdout = sys.stderr = io.TextIOWrapper(
            self._printed, "utf-8", "backslashreplace", write_through=True
        )
        sys.stdin = io.StringIO()
        load_source(source, self._module, f"{MODULE_NAME}.py")
        return [None]

    def _evaluate(self, expression: str) -> list[Any]:
        return [self._encode(evaluate(expression, self._module))]

    def _look(self, name: str) -> list[Any]:
        """Return a name of the module: whether it is there, what it is, and bases of exceptions."""
        if name not in self._module.__dict__:
            return [["missing", None, []]]
        value = self._module.__dict__[name]
        if isinstance(value, type) and issubclass(value, BaseException):
            return [["exception", self._encode(value), [base.__name__ for base in value.__mro__]]]
        return [["value", self._encode(value), []]]

    def _call(self, called: object, positional: list[Any], named: list[list[Any]]) -> list[Any]:
        function = self._decode(called)
        values = [self._decode(form) for form in positional]
        options = {name: self._decode(form) for name, form in named}
        returned = function(*values, **options)
        # What was handed over may have been changed in place: the caller wants to see that.
        after = [self._encode_changed(value) for value in values]
        return [self._encode(returned), after]

    def _apply(self, name: str, operands: list[Any]) -> list[Any]:
        return [self._encode(OPERATORS[name](*[self._decode(form) for form in operands]))]

    def _advance(self, iterator: Any) -> list[Any]:  # noqa: ANN401  JSON
        for value in self._decode(iterator):
            return [self._encode(value), True]
        return [None, False]

    def _encode(self, value: object) -> Any:  # noqa: ANN401  JSON
        known = len(self._handles)
        try:
            form = encode(value, self._keep)
            if len(pack([form])) <= MAX_VALUE_BYTES:
                return form
        except (CodecError, RuntimeError, MemoryError, ValueError):
            # Too large, or changed by a thread while it was read.
            pass
        del self._handles[known:]
        kind, handle = self._keep(value)
        return ["object", [f"{kind} (too large)", handle]]

    def _encode_changed(self, value: object) -> Any:  # noqa: ANN401  JSON
        return self._encode(value) if isinstance(value, list | dict | set | bytearray) else None

    def _decode(self, form: object) -> Any:  # noqa: ANN401  any value
        return decode(form, lambda _kind, handle: self._handles[handle])

    def _keep(self, value: object) -> tuple[str, int]:
        if len(self._handles) >= MAX_HANDLES:
            raise CodecError("too many objects")
        self._handles.append(value)
        return type(value).__name__, len(self._handles) - 1


def _peak_mib() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / KIB_PER_MIB / (KIB_PER_MIB if sys.platform == "darwin" else 1)

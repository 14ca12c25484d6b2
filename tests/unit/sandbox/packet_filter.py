"""What the kernel would do: runs a filter program on one system call."""

import struct
from dataclasses import dataclass

from pytest_modelbench.confined.seccomp import Instruction

LOAD, JUMP_EQUAL, JUMP_ABOVE, JUMP_FROM, JUMP_BITS, RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
JUMPS = {
    JUMP_EQUAL: lambda value, constant: value == constant,
    JUMP_ABOVE: lambda value, constant: value > constant,
    JUMP_FROM: lambda value, constant: value >= constant,
    JUMP_BITS: lambda value, constant: bool(value & constant),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One system call, as the filter sees it."""

    architecture: int
    number: int
    arguments: tuple[int, ...] = ()


def decide(program: list[Instruction], call: Call) -> int:
    words = [*call.arguments, *[0] * (6 - len(call.arguments))]
    facts = struct.pack("=IIQ6Q", call.number, call.architecture, 0, *words)
    value, at = 0, 0
    while True:
        code, if_true, if_false, constant = program[at]
        at += 1
        if code == RETURN:
            return constant
        if code == LOAD:
            (value,) = struct.unpack_from("=I", facts, constant)
        else:
            at += if_true if JUMPS[code](value, constant) else if_false

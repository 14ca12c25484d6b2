"""Values as JSON and back, for a closed list of types; both ends of a channel use it.

Types are compared exactly: what is a subclass, or anything else, is not sent but stays where it is,
and travels as a kind and a number. Nothing is unpickled, evaluated or looked up by name, so that
reading what a hostile process wrote gives plain values or a `CodecError`.
"""

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

__all__ = [
    "MAX_DEPTH",
    "MAX_PARTS",
    "CodecError",
    "Opaque",
    "decode",
    "encode",
]

MAX_DEPTH = 60
MAX_PARTS = 50_000
MAX_KIND_CHARS = 80
# As many values of a set may fall into one place; more is an attack on the time it takes.
MAX_COLLISIONS = 64
# Reducing a fraction and counting a range take the square of the length of their numbers.
MAX_BITS = 1 << 15

Keep = Callable[[object], tuple[str, int]]
Revive = Callable[[str, int], object]


class CodecError(ValueError):
    """A value is too large or too deep, or what was read is no value."""


class Opaque:
    """A value that stayed in the process that made it; equal to nothing but itself.

    Attributes:
        kind: Name of its type, for people.
        handle: Its number there.
    """

    __slots__ = ("handle", "kind")

    def __init__(self, kind: str, handle: int) -> None:
        self.kind = kind
        self.handle = handle

    def __repr__(self) -> str:
        """Say what it is, since nothing is known of what it holds."""
        return f"<{self.kind} object>"


def encode(value: object, keep: Keep) -> Any:  # noqa: ANN401  JSON
    """Return a value as JSON.

    Args:
        keep: Is handed what cannot be sent; returns its kind and number.

    Raises:
        CodecError: It is too large or too deep.
    """
    return _Encoder(keep).encode(value, 0)


def decode(form: object, revive: Revive = Opaque) -> Any:  # noqa: ANN401  any plain value
    """Return the value that some JSON stands for.

    Args:
        revive: Makes the value that stands for one that was not sent.

    Raises:
        CodecError: It stands for none.
    """
    try:
        return _Decoder(revive).decode(form, 0)
    except CodecError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, ArithmeticError) as error:
        raise CodecError(f"{type(error).__name__} in a value") from error


class _Encoder:
    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._parts = 0

    def encode(self, value: Any, depth: int) -> Any:  # noqa: ANN401  JSON
        self._parts += 1
        if depth > MAX_DEPTH or self._parts > MAX_PARTS:
            raise CodecError("too large or too deep")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return _encode_text(value)
        if kind in SCALARS:
            return [kind.__name__, SCALARS[kind](value)]
        if name := _sequence_name(kind, value):
            return [name, [self.encode(part, depth + 1) for part in value]]
        if kind is dict or _is_standard(kind, "collections", MAPPINGS):
            return ["dict", self._encode_mapping(value, depth + 1)]
        return _encode_rest(value, kind) or ["object", list(self._keep(value))]

    def _encode_mapping(self, value: Any, depth: int) -> list[Any]:  # noqa: ANN401  of any such type
        return [
            [self.encode(name, depth), self.encode(part, depth)] for name, part in dict.items(value)
        ]


def _encode_rest(value: Any, kind: type) -> list[Any] | None:  # noqa: ANN401  any value
    if kind is type and value in TYPES.values():
        return ["type", value.__name__]
    if _is_standard(kind, "decimal", ("Decimal",)):
        return ["Decimal", str(value)]
    if _is_standard(kind, "fractions", ("Fraction",)) and _is_short(*value.as_integer_ratio()):
        return ["Fraction", [hex(value.numerator), hex(value.denominator)]]
    return None


def _is_short(*numbers: int) -> bool:
    return all(number.bit_length() <= MAX_BITS for number in numbers)


def _encode_text(value: str) -> Any:  # noqa: ANN401  JSON
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        # Two halves of a pair would come back as one character.
        return ["str", value.encode("utf-8", "surrogatepass").hex()]
    return value


def _encode_time(value: Any) -> str:  # noqa: ANN401  a date or a time
    return str(value.isoformat())


SCALARS: dict[type, Callable[[Any], Any]] = {
    int: hex,
    float: float.hex,
    complex: lambda value: [value.real.hex(), value.imag.hex()],
    bytes: bytes.hex,
    bytearray: bytearray.hex,
    range: lambda value: [hex(value.start), hex(value.stop), hex(value.step)],
    date: _encode_time,
    datetime: _encode_time,
    time: _encode_time,
    timedelta: lambda value: [value.days, value.seconds, value.microseconds],
}
SEQUENCES = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset)
} | {"dict": dict, "range": range, "NoneType": type(None), "object": object}
MAPPINGS = ("Counter", "OrderedDict", "defaultdict")


def _sequence_name(kind: type, value: object) -> str:
    if kind in SEQUENCES:
        return SEQUENCES[kind]
    if isinstance(value, tuple) and isinstance(getattr(kind, "_fields", None), tuple):
        return "tuple"
    return "list" if _is_standard(kind, "collections", ("deque",)) else ""


def _is_standard(kind: type, module: str, names: Sequence[str]) -> bool:
    """Tell whether a type is one of a standard module, without importing that."""
    loaded = sys.modules.get(module)
    return any(getattr(loaded, name, None) is kind for name in names)


class _Decoder:
    def __init__(self, revive: Revive) -> None:
        self._revive = revive
        self._parts = 0

    def decode(self, form: object, depth: int) -> Any:  # noqa: ANN401  any plain value
        self._parts += 1
        if depth > MAX_DEPTH or self._parts > MAX_PARTS:
            raise CodecError("too large or too deep")
        if form is None or type(form) in {bool, str}:
            return form
        if type(form) is not list or len(form) != 2 or type(form[0]) is not str:  # noqa: PLR2004  a name and what it holds
            raise CodecError("no value")
        name, held = form
        if name in READERS:
            return READERS[name](held)
        if name == "object":
            return self._decode_object(held)
        if type(held) is not list:
            raise CodecError("no value")
        if name == "dict":
            return self._decode_mapping(held, depth + 1)
        if name not in MAKERS:
            raise CodecError("no value")
        return MAKERS[name]([self.decode(part, depth + 1) for part in held])

    def _decode_mapping(self, held: list[Any], depth: int) -> dict[Any, Any]:
        pairs = [(self.decode(name, depth), self.decode(part, depth)) for name, part in held]
        _refuse_collisions([name for name, _part in pairs])
        return dict(pairs)

    def _decode_object(self, held: object) -> object:
        if type(held) is not list:
            raise CodecError("no value")
        kind, handle = held
        if type(kind) is not str or type(handle) is not int or not 0 <= handle < 1 << 31:
            raise CodecError("no value")
        return self._revive(kind[:MAX_KIND_CHARS], handle)


def _refuse_collisions(parts: Sequence[object]) -> None:
    """Keep a set or mapping from being made whose making takes the square of its size."""
    if len(parts) - len({hash(part) for part in parts}) > MAX_COLLISIONS:
        raise CodecError("too many equal or colliding values in a set")


def _make_set(parts: list[Any]) -> set[Any]:
    _refuse_collisions(parts)
    return set(parts)


MAKERS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "tuple": tuple,
    "set": _make_set,
    "frozenset": lambda parts: frozenset(_make_set(parts)),
}


def _read_int(held: Any) -> int:  # noqa: ANN401  checked here
    if type(held) is not str:
        raise CodecError("no number")
    return int(held, 16)


def _read_short(held: Any, count: int) -> list[int]:  # noqa: ANN401  checked by what it calls
    numbers = [_read_int(part) for part in held]
    if len(numbers) != count or not _is_short(*numbers):
        raise CodecError("no number")
    return numbers


def _read_float(held: Any) -> float:  # noqa: ANN401  checked by what it calls
    return float.fromhex(held)


def _read_complex(held: Any) -> complex:  # noqa: ANN401  checked by what it calls
    real, imaginary = held
    return complex(float.fromhex(real), float.fromhex(imaginary))


def _read_range(held: Any) -> range:  # noqa: ANN401  checked by what it calls
    return range(*_read_short(held, 3))


def _read_datetime(held: Any) -> datetime:  # noqa: ANN401  checked by what it calls
    value = datetime.fromisoformat(held)
    if value.tzinfo is not None and type(value.tzinfo) is not timezone:
        raise CodecError("no time")
    return value


def _read_timedelta(held: Any) -> timedelta:  # noqa: ANN401  checked by what it calls
    days, seconds, microseconds = held
    return timedelta(days=days, seconds=seconds, microseconds=microseconds)


def _read_decimal(held: Any) -> object:  # noqa: ANN401  checked here
    from decimal import Decimal  # noqa: PLC0415  few answers need it

    if type(held) is not str:
        raise CodecError("no number")
    return Decimal(held)


def _read_fraction(held: Any) -> object:  # noqa: ANN401  checked by what it calls
    from fractions import Fraction  # noqa: PLC0415  few answers need it

    return Fraction(*_read_short(held, 2))


READERS: dict[str, Callable[[Any], Any]] = {
    "int": _read_int,
    "float": _read_float,
    "complex": _read_complex,
    "str": lambda held: bytes.fromhex(held).decode("utf-8", "surrogatepass"),
    "bytes": bytes.fromhex,
    "bytearray": bytearray.fromhex,
    "range": _read_range,
    "date": date.fromisoformat,
    "datetime": _read_datetime,
    "time": time.fromisoformat,
    "timedelta": _read_timedelta,
    "type": lambda held: TYPES[held],
    "Decimal": _read_decimal,
    "Fraction": _read_fraction,
}

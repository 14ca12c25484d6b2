"""What stands in a test's cell for an object of the module under test, which lives in another cell.

Equality and order are asked of the module only between two of its own objects: asked beside a plain
value it would learn what is right, and could say yes to it. For the same reason no arithmetic mixes
them, and `in` looks at the values one by one.
"""

import builtins
from collections.abc import Iterator
from typing import Any, Protocol

from pytest_modelbench.confined.codec import CodecError, decode, encode

__all__ = ["Link", "Remote", "RemoteError", "Wire", "write_back"]


class RemoteError(Exception):
    """The module raised something that no built-in exception stands for."""


class Wire(Protocol):
    """Hands a message to the module's cell and returns what it says to it."""

    def __call__(self, verb: str, arguments: list[Any]) -> list[Any]:
        """Return how it ended, and what came back."""


class Link:
    """What a test's cell knows of the module, and how it asks for more.

    Attributes:
        calls: How often something of the module was called.
    """

    def __init__(self, wire: Wire) -> None:
        self.calls = 0
        self._wire = wire
        self._exceptions: dict[str, type[Exception]] = {}

    def look(self, name: str) -> tuple[bool, Any]:
        """Return whether the module has a name, and what stands for it."""
        (body,) = self._ask("look", [name])
        kind, form, bases = body
        if kind == "missing":
            return False, None
        if kind == "exception":
            return True, self._make_exception(name, bases)
        return True, self._decode(form)

    def call(self, called: "Remote", positional: tuple[Any, ...], named: dict[str, Any]) -> Any:  # noqa: ANN401  any value
        """Call something of the module; what it changes in place is changed here too."""
        self.calls += 1
        forms = [self._encode(value) for value in positional]
        options = [[name, self._encode(value)] for name, value in named.items()]
        form, after = self._ask("call", [self._encode(called), forms, options])
        for value, changed in zip(positional, after, strict=False):
            if changed is not None:
                write_back(value, self._decode(changed))
        return self._decode(form)

    def apply(self, name: str, *operands: object) -> Any:  # noqa: ANN401  any value
        """Apply an operator to something of the module."""
        (form,) = self._ask("apply", [name, [self._encode(value) for value in operands]])
        return self._decode(form)

    def advance(self, iterator: "Remote") -> tuple[Any, bool]:
        """Return the next value of an iterator, and whether there was one."""
        form, has_more = self._ask("advance", [self._encode(iterator)])
        return self._decode(form), has_more is True

    def _ask(self, verb: str, arguments: list[Any]) -> list[Any]:
        ending, *body = self._wire(verb, arguments)
        if ending == "returned":
            return body
        name, bases, detail = body
        raise self._find_exception([name, *bases])(detail)

    def _find_exception(self, names: list[str]) -> type[Exception]:
        """Return the nearest exception of this process; a name is all that is known of it."""
        for name in names:
            known = self._exceptions.get(name) or getattr(builtins, name, None)
            if (
                isinstance(known, type)
                and issubclass(known, Exception)
                # Neither may look like a finding of the test itself.
                and known not in {Exception, AssertionError, StopIteration, StopAsyncIteration}
            ):
                return known
        return type(names[0], (RemoteError,), {})

    def _make_exception(self, name: str, bases: list[str]) -> type[Exception]:
        if name not in self._exceptions:
            base = self._find_exception(bases)
            self._exceptions[name] = type(name, (base,), {})
        return self._exceptions[name]

    def _encode(self, value: object) -> Any:  # noqa: ANN401  JSON
        return encode(value, _keep)

    def _decode(self, form: object) -> Any:  # noqa: ANN401  any value
        return decode(form, lambda kind, handle: Remote(self, kind, handle))


def _keep(value: object) -> tuple[str, int]:
    if type(value) is Remote:
        return object.__getattribute__(value, "_kind"), object.__getattribute__(value, "_handle")
    raise CodecError(f"a {type(value).__name__} cannot be handed to the code under test")


def write_back(value: Any, changed: Any) -> None:  # noqa: ANN401  any values
    """Change a value in place to what it has become elsewhere."""
    if type(value) is not type(changed):
        return
    if type(value) is list:
        if len(value) == len(changed):
            for at, (old, new) in enumerate(zip(value, changed, strict=True)):
                value[at] = _merge(old, new)
        else:
            value[:] = changed
    elif type(value) is dict:
        merged = {name: _merge(value.get(name), part) for name, part in changed.items()}
        value.clear()
        value.update(merged)
    elif type(value) is set:
        value.clear()
        value.update(changed)
    elif type(value) is bytearray:
        value[:] = changed


def _merge(old: object, new: object) -> object:
    if type(old) is type(new) and type(old) in {list, dict, set, bytearray}:
        write_back(old, new)
        return old
    return new


def _unary(name: str) -> Any:  # noqa: ANN401  a method
    def apply(self: "Remote") -> Any:  # noqa: ANN401  any value
        return self._link.apply(name, self)

    return apply


def _binary(name: str, *, unlike: object = NotImplemented) -> Any:  # noqa: ANN401  a method
    def apply(self: "Remote", other: object) -> Any:  # noqa: ANN401  any value
        if type(other) is not Remote:
            return unlike
        return self._link.apply(name, self, other)

    return apply


class Remote:
    """An object, function or class of the module under test."""

    __slots__ = ("_handle", "_kind", "_link")

    def __init__(self, link: Link, kind: str, handle: int) -> None:
        object.__setattr__(self, "_link", link)
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_handle", handle)

    def __call__(self, *positional: Any, **named: Any) -> Any:  # noqa: ANN401  any values
        """Call it, and wait for it where it is a coroutine."""
        return self._link.call(self, positional, named)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  any value
        """Return what it has under a name."""
        if name.startswith("__") and name.endswith("__"):
            # Python looks for these by itself, to copy or to show something.
            raise AttributeError(name)
        return self._link.apply("getattr", self, name)

    def __setattr__(self, name: str, value: object) -> None:
        """Change what it has under a name."""
        self._link.apply("setattr", self, name, value)

    def __getitem__(self, place: object) -> Any:  # noqa: ANN401  any value
        """Return what it holds at a place."""
        return self._link.apply("getitem", self, place)

    def __setitem__(self, place: object, value: object) -> None:
        """Change what it holds at a place."""
        self._link.apply("setitem", self, place, value)

    def __delitem__(self, place: object) -> None:
        """Take away what it holds at a place."""
        self._link.apply("delitem", self, place)

    def __iter__(self) -> Iterator[Any]:
        """Yield what it yields, one by one: it may have no end."""
        iterator = self._link.apply("iter", self)
        while True:
            value, has_more = self._link.advance(iterator)
            if not has_more:
                return
            yield value

    def __next__(self) -> Any:  # noqa: ANN401  any value
        """Return what it yields next."""
        value, has_more = self._link.advance(self)
        if not has_more:
            raise StopIteration
        return value

    def __instancecheck__(self, other: object) -> bool:
        """Tell whether an object of the module is of this class."""
        return type(other) is Remote and self._link.apply("isinstance", other, self) is True

    def __enter__(self) -> Any:  # noqa: ANN401  any value
        """Enter it as a context."""
        return self._link.apply("getattr", self, "__enter__")()

    def __exit__(self, *_error: object) -> None:
        """Leave it as a context that knows of no exception."""
        self._link.apply("getattr", self, "__exit__")(None, None, None)

    def __bool__(self) -> bool:
        """Tell whether it counts as true."""
        return self._link.apply("bool", self) is True

    def __hash__(self) -> int:
        """Return what tells it apart here."""
        return hash(self._handle)

    __eq__ = _binary("eq", unlike=False)
    __ne__ = _binary("ne", unlike=True)
    __lt__ = _binary("lt")
    __le__ = _binary("le")
    __gt__ = _binary("gt")
    __ge__ = _binary("ge")
    __add__ = _binary("add")
    __sub__ = _binary("sub")
    __mul__ = _binary("mul")
    __truediv__ = _binary("truediv")
    __floordiv__ = _binary("floordiv")
    __mod__ = _binary("mod")
    __matmul__ = _binary("matmul")
    __and__ = _binary("and")
    __or__ = _binary("or")
    __xor__ = _binary("xor")
    __neg__ = _unary("neg")
    __abs__ = _unary("abs")
    __len__ = _unary("len")
    __str__ = _unary("str")
    __repr__ = _unary("repr")
    __float__ = _unary("float")
    __int__ = _unary("int")

"""Runs in a process of its own: compares two expressions with SymPy, one JSON line for each.

Started by its path, it imports nothing of this package and ends when its standard input does. While
it works, a timer of the operating system can end it, even in the middle of a multiplication of huge
numbers and even when nobody waits any more.
"""

import json
import random
import resource
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import sympy  # type: ignore[import-untyped]  # it has no types

__all__ = ["compare_expressions", "main"]

DIGITS = 40
# Apart by less than this share, two values of 40 digits are the same.
ROUNDING = sympy.Float("1e-30", DIGITS)
# What is left of two equal terms that were subtracted.
NOTHING = sympy.Float("1e-60", DIGITS)
POINTS = 14
ENOUGH_POINTS = 4
MAX_RESULT_BITS = 100_000
MAX_FACTORIAL = 2_000
# x^x^x^x has no value that could be written down.
MAX_STOREYS = 2
MEMORY_BYTES = 2 << 30
CONSTANTS = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}
# Only what is listed here is ever called.
CALLS: Mapping[str, Callable[..., Any]] = {
    **{
        name: getattr(sympy, name)
        for name in [
            "sin",
            "cos",
            "tan",
            "cot",
            "sec",
            "csc",
            "sinh",
            "cosh",
            "tanh",
            "asin",
            "acos",
            "atan",
            "exp",
        ]
    },
    **{name: getattr(sympy, name) for name in ("floor", "ceiling", "gcd", "lcm", "log")},
    "log10": lambda value: sympy.log(value, 10),
    "abs": sympy.Abs,
    "max": sympy.Max,
    "min": sympy.Min,
    "sqrt": sympy.sqrt,
}
BOUNDED_CALLS: Mapping[str, Callable[..., Any]] = {
    "factorial": sympy.factorial,
    "binomial": sympy.binomial,
}
ARITIES = {"log": (1, 2), "gcd": (2, 9), "lcm": (2, 9), "max": (1, 9), "min": (1, 9)}


class TooLargeError(ValueError):
    """An expression whose value would fill the memory."""


# What SymPy raises where something is not defined.
UNDEFINED = (TypeError, ValueError, ArithmeticError, AttributeError, RecursionError)


def main() -> None:
    """Answer each line of standard input with one line, until it ends."""
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The timer has to end the process itself: Python's own handlers wait for the interpreter.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _print({"finding": "ready"})
    for line in sys.stdin:
        wanted = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, wanted["seconds"])
        finding = compare_expressions(
            wanted["left"],
            wanted["right"],
            wanted["relation"],
            tolerance=wanted["tolerance"],
            relative=wanted["relative"],
        )
        signal.setitimer(signal.ITIMER_REAL, 0)
        _print({"finding": finding})


def _print(message: Mapping[str, str]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def compare_expressions(
    left: Sequence[Any],
    right: Sequence[Any],
    relation: str,
    *,
    tolerance: float = 0.0,
    relative: float = 0.0,
) -> str:
    """Return `same`, `different`, `too_large` or `unclear`.

    Args:
        left: The right expression, as plain data.
        right: That of the answer.
        relation: `equal`, `proportional` or `positive`.
        tolerance: Allowed distance of two numbers.
        relative: Allowed distance as a share of the left one.
    """
    try:
        wanted = build_expression(left)
    except UNDEFINED:
        return "unclear"
    try:
        pair = wanted, build_expression(right)
    except TooLargeError:
        return "too_large"
    except UNDEFINED:
        # SymPy refuses what is not defined, such as a logarithm of two numbers too many.
        return "different"
    try:
        if relation == "equal":
            return _compare_equal(pair, tolerance, relative)
        return _compare_ratio(pair, is_positive=relation == "positive")
    except UNDEFINED:
        return "unclear"


def build_expression(tree: Sequence[Any]) -> Any:  # noqa: ANN401  SymPy has no types
    """Turn plain data into an expression, with nothing in it that fills the memory.

    Raises:
        TooLargeError: It would.
    """
    kind, text, members = tree
    parts = [build_expression(member) for member in members]
    if kind == "number":
        return sympy.Rational(text)
    if kind == "constant":
        return CONSTANTS[text]
    if kind == "name":
        return sympy.Symbol(text, real=True)
    if kind == "power":
        return _raise(*parts)
    if kind == "call":
        return _call(text, parts)
    return BUILDERS[kind](*parts)


def _raise(base: Any, exponent: Any) -> Any:  # noqa: ANN401  SymPy has no types
    if base.is_Rational and exponent.is_Rational:
        bits = max(abs(base.p).bit_length(), base.q.bit_length())
        if abs(exponent) * bits > MAX_RESULT_BITS and base not in (0, 1, -1):
            raise TooLargeError
    elif exponent.is_Integer and abs(exponent) > MAX_RESULT_BITS:
        raise TooLargeError
    if _count_storeys(exponent) >= MAX_STOREYS:
        raise TooLargeError
    return base**exponent


def _count_storeys(exponent: Any) -> int:  # noqa: ANN401  SymPy has no types
    """Return how many powers stand on each other."""
    storeys = max(map(_count_storeys, exponent.args), default=0)
    return storeys + 1 if exponent.is_Pow and exponent.exp.free_symbols else storeys


def _call(name: str, parts: Sequence[Any]) -> Any:  # noqa: ANN401  SymPy has no types
    fewest, most = ARITIES.get(name, (2, 2) if name == "binomial" else (1, 1))
    if not fewest <= len(parts) <= most:
        raise ValueError(name)
    if name not in BOUNDED_CALLS:
        return CALLS[name](*parts)
    if any(part.is_number and not abs(part) <= MAX_FACTORIAL for part in parts):
        raise TooLargeError
    return BOUNDED_CALLS[name](*parts)


BUILDERS: Mapping[str, Callable[..., Any]] = {
    "add": sympy.Add,
    "times": sympy.Mul,
    "minus": lambda part: -part,
    "inverse": lambda part: 1 / part,
}


def _compare_equal(pair: tuple[Any, Any], tolerance: float, relative: float) -> str:
    left, right = pair
    if left == right:
        return "same"
    if left.is_infinite or right.is_infinite or sympy.nan in pair or sympy.zoo in pair:
        return "different"
    names = left.free_symbols | right.free_symbols
    if not names:
        values = left.evalf(DIGITS), right.evalf(DIGITS)
        are_numbers = all(value.is_number and value.is_finite for value in values)
        return _tell(are_numbers and _is_near(values, tolerance, relative))
    found = _evaluate(pair, names)
    if found is None or any(not _is_near(values) for values in found):
        return "different"
    return "same" if len(found) >= ENOUGH_POINTS else _compare_symbolically(left - right)


def _compare_symbolically(difference: Any) -> str:  # noqa: ANN401  SymPy has no types
    simple = sympy.simplify(difference)
    if simple == 0:
        return "same"
    return "different" if simple.is_nonzero else "unclear"


def _compare_ratio(pair: tuple[Any, Any], *, is_positive: bool) -> str:
    left, right = pair
    names = left.free_symbols | right.free_symbols
    if left.free_symbols != right.free_symbols:
        left, right = sympy.expand(left), sympy.expand(right)
        if left.free_symbols != right.free_symbols:
            return "different"
    found = _evaluate((left, right), names)
    if found is None:
        return "different"
    ratios = [one / other for one, other in found if one != 0 and other != 0]
    if any((one == 0) != (other == 0) for one, other in found):
        return "different"
    if any(not _is_near((ratios[0], ratio)) for ratio in ratios[1:]):
        return "different"
    if not ratios or (names and len(ratios) < ENOUGH_POINTS):
        return "unclear"
    return _tell(not is_positive or bool(ratios[0].is_positive))


def _tell(is_same: bool) -> str:  # noqa: FBT001  the only thing it tells
    return "same" if is_same else "different"


def _is_near(values: tuple[Any, Any], tolerance: float = 0.0, relative: float = 0.0) -> bool:
    left, right = values
    size = max(abs(left), abs(right))
    share = sympy.Float(relative) * abs(left)
    allowed = max(ROUNDING * size, NOTHING, sympy.Float(tolerance), share)
    return bool(abs(left - right) <= allowed)


def _evaluate(pair: tuple[Any, Any], names: set[Any]) -> list[tuple[Any, Any]] | None:
    """Return the values of both at points; where both are real somewhere, only there.

    The points are the same in every run. The first half is positive, where roots and logarithms
    are real. It is None where the left one has values and the right one has none.
    """
    chance = random.Random(0)  # noqa: S311  no secret: it only has to hit no special point
    ordered = sorted(names, key=str)
    found: list[tuple[Any, Any]] = []
    defined = 0
    for at in range(POINTS):
        signs = [1 if at < POINTS // 2 else chance.choice((1, -1)) for _name in ordered]
        point = {
            name: sign * sympy.Rational(chance.randint(101, 4999), 1009)
            for name, sign in zip(ordered, signs, strict=True)
        }
        left, right = (_evaluate_at(part, point) for part in pair)
        defined += left is not None
        if left is not None and right is not None:
            found.append((left, right))
    if defined >= ENOUGH_POINTS > len(found):
        return None
    real = [values for values in found if all(value.is_real for value in values)]
    return real if len(real) >= ENOUGH_POINTS else found


def _evaluate_at(expression: Any, point: Mapping[Any, Any]) -> Any:  # noqa: ANN401  SymPy has no types
    """Return a number of many digits, or None where there is none."""
    try:
        value = expression.subs(point).evalf(DIGITS)
    except UNDEFINED:
        return None
    return value if value.is_number and value.is_finite else None


if __name__ == "__main__":
    main()

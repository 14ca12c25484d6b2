"""Whether two formulas are the same: numbers, expressions, relations, and collections of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pytest_modelbench.scoring.formulas.grammar import COLLECTIONS, Formula

__all__ = ["Allowance", "Compare", "compare_formulas", "find_exact_value"]

MAX_MEMBERS = 100
# Beyond these, arithmetic is left to the process that can be stopped.
MAX_BITS = 8192
MAX_EXPONENT = 64
FLIPPED = {">": "<", ">=": "<="}


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """How far apart two numbers may be.

    Attributes:
        tolerance: Allowed distance.
        relative: Allowed distance as a share of the right one.
    """

    tolerance: float = 0.0
    relative: float = 0.0


# Compares two expressions: `equal`, `proportional` (equal but for a factor) or `positive` (but for
# a positive factor).
Compare = Callable[[Formula, Formula, str], bool]


def compare_formulas(
    wanted: Formula, got: Formula, *, allowance: Allowance, compare: Compare
) -> bool:
    """Tell whether an answer's formula is the right one.

    Args:
        wanted: The right one.
        got: That of the answer.
        allowance: For numbers.
        compare: Decides expressions that arithmetic cannot.
    """

    def compare_two(left: Formula, right: Formula, relation: str) -> bool:
        if left == right:
            return True
        values = find_exact_value(left), find_exact_value(right)
        if relation == "equal" and values[0] is not None and values[1] is not None:
            distance = abs(values[0] - values[1])
            # As they are written: the float 0.3 is a little less than 3/10.
            share = Fraction(repr(allowance.relative)) * abs(values[0])
            return distance <= max(Fraction(repr(allowance.tolerance)), share)
        return compare(left, right, relation)

    return _is_same(wanted, got, compare_two)


def _is_same(wanted: Formula, got: Formula, compare: Compare) -> bool:
    for one, other in ((wanted, got), (got, wanted)):
        if one.kind == "relation" and one.text == "about":
            # A value and what it is when rounded: both are said.
            return any(
                _is_same(side, other, compare) if one is wanted else _is_same(other, side, compare)
                for side in one.parts
            )
    wanted, got = _align(wanted, got)
    if wanted == got:
        return True
    if wanted.kind in COLLECTIONS or got.kind in COLLECTIONS:
        return wanted.kind == got.kind and _is_same_collection(wanted, got, compare)
    return compare(wanted, got, "equal")


def _align(wanted: Formula, got: Formula) -> tuple[Formula, Formula]:
    """Take off what one says and the other leaves out: `x =`, the braces of a single member."""
    wanted, got = _shorten(_unwrap(wanted)), _shorten(_unwrap(got))
    if wanted.kind in {"row", "union"}:
        got = _to_interval(got)
    elif got.kind in {"row", "union"}:
        wanted = _to_interval(wanted)
    if wanted.kind not in {"relation", "both"}:
        return wanted, _take_value(got)
    # `7 = a + b` says more than `a + b`, `x = 5` no more than 5.
    is_named = any(part.kind == "name" for part in wanted.parts)
    if got.kind not in {"relation", "both"} and is_named:
        return _take_value(wanted), got
    return wanted, got


def _unwrap(formula: Formula) -> Formula:
    is_single = formula.kind == "set" and len(formula.parts) == 1
    return formula.parts[0] if is_single else formula


def _shorten(formula: Formula) -> Formula:
    """Return the equation of the first and the last side of a calculation."""
    if formula.kind != "both" or any(part.text != "=" for part in formula.parts):
        return formula
    ends = formula.parts[0].parts[0], formula.parts[-1].parts[1]
    return Formula(kind="relation", text="=", parts=ends)


def _take_value(formula: Formula) -> Formula:
    """Return what an equation says that something is."""
    if formula.kind != "relation" or formula.text != "=":
        return formula
    left, right = formula.parts
    return left if right.kind == "name" and left.kind != "name" else right


def _is_same_collection(wanted: Formula, got: Formula, compare: Compare) -> bool:
    if max(len(wanted.parts), len(got.parts)) > MAX_MEMBERS:
        return False
    if wanted.kind == "relation":
        return _is_same_relation(wanted, got, compare)
    if wanted.kind in {"set", "union", "both"}:
        return _is_same_set(wanted.parts, got.parts, compare)
    return (
        wanted.text == got.text
        and len(wanted.parts) == len(got.parts)
        and all(
            _is_same(left, right, compare)
            for left, right in zip(wanted.parts, got.parts, strict=True)
        )
    )


def _is_same_set(wanted: Sequence[Formula], got: Sequence[Formula], compare: Compare) -> bool:
    """Tell whether each has a partner on the other side, in any order."""
    names = list(map(_name_of, wanted))
    if all(names) and len(set(names)) == len(names) > 1 and not any(map(_name_of, got)):
        # `x = 2, y = 3`: bare values are told apart by their order alone.
        return len(wanted) == len(got) and all(
            _is_same(left, right, compare) for left, right in zip(wanted, got, strict=True)
        )
    is_covered = all(any(_is_same(left, right, compare) for right in got) for left in wanted)
    return is_covered and all(
        any(_is_same(left, right, compare) for left in wanted) for right in got
    )


def _name_of(formula: Formula) -> str:
    """Return the name that an equation gives a value to, or ""."""
    is_named = formula.kind == "relation" and formula.text == "="
    return formula.parts[0].text if is_named and formula.parts[0].kind == "name" else ""


def _is_same_relation(wanted: Formula, got: Formula, compare: Compare) -> bool:
    sign, difference = _normalise(wanted)
    got_sign, got_difference = _normalise(got)
    if sign != got_sign:
        return False
    relation = "proportional" if sign in {"=", "!="} else "positive"
    return compare(difference, got_difference, relation)


def _normalise(relation: Formula) -> tuple[str, Formula]:
    """Return the sign, `>` turned round, and left minus right."""
    left, right = relation.parts
    if relation.text in FLIPPED:
        left, right = right, left
    difference = Formula(kind="add", parts=(left, Formula(kind="minus", parts=(right,))))
    return FLIPPED.get(relation.text, relation.text), difference


def _to_interval(formula: Formula) -> Formula:
    """Return the interval that inequalities of one name describe; others stay as they are."""
    if formula.kind == "set":
        parts = tuple(_to_interval(part) for part in formula.parts)
        is_union = len(parts) > 1 and all(part.kind == "row" for part in parts)
        return Formula(kind="union", parts=parts) if is_union else formula
    signs = [_normalise_sign(part) for part in formula.parts] if formula.kind == "both" else []
    if formula.kind == "both" and len(signs) == 2:  # noqa: PLR2004  from both sides
        below, above = signs
        if below and above and below[2] == above[1] and below[2].kind == "name":
            return _make_row(
                below[1], above[2], has_low=below[0] == "<=", has_high=above[0] == "<="
            )
    found = _normalise_sign(formula)
    infinity = Formula(kind="constant", text="oo")
    if found and found[1].kind == "name":
        low = Formula(kind="minus", parts=(infinity,))
        return _make_row(low, found[2], has_low=False, has_high=found[0] == "<=")
    if found and found[2].kind == "name":
        return _make_row(found[1], infinity, has_low=found[0] == "<=", has_high=False)
    return formula


def _normalise_sign(formula: Formula) -> tuple[str, Formula, Formula] | None:
    """Return `<` or `<=` with what is below and what is above."""
    if formula.kind != "relation" or formula.text not in {"<", "<=", ">", ">="}:
        return None
    left, right = formula.parts
    if formula.text in FLIPPED:
        left, right = right, left
    return FLIPPED.get(formula.text, formula.text), left, right


def _make_row(low: Formula, high: Formula, *, has_low: bool, has_high: bool) -> Formula:
    brackets = ("[" if has_low else "(") + ("]" if has_high else ")")
    return Formula(kind="row", text=brackets, parts=(low, high))


def find_exact_value(formula: Formula) -> Fraction | None:
    """Return the value of a small arithmetic expression, or None where it is none."""
    if formula.kind == "number":
        return Fraction(formula.text)
    values = [find_exact_value(part) for part in formula.parts]
    known = [value for value in values if value is not None]
    if formula.kind not in ARITHMETIC or len(known) < len(values):
        return None
    value = ARITHMETIC[formula.kind](known)
    if value is None or value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
        return None
    return value


def _multiply(values: Sequence[Fraction]) -> Fraction | None:
    product = Fraction(1)
    for value in values:
        product *= value
        if product.numerator.bit_length() + product.denominator.bit_length() > MAX_BITS:
            return None
    return product


def _raise(values: Sequence[Fraction]) -> Fraction | None:
    base, exponent = values
    if exponent.denominator != 1 or abs(exponent) > MAX_EXPONENT or (base == 0 and exponent <= 0):
        return None
    return Fraction(base ** int(exponent))


ARITHMETIC: dict[str, Callable[[Sequence[Fraction]], Fraction | None]] = {
    "add": lambda values: sum(values, Fraction(0)),
    "minus": lambda values: -values[0],
    "times": _multiply,
    "inverse": lambda values: 1 / values[0] if values[0] else None,
    "power": _raise,
}

r"""The grammar of formulas: LaTeX and plain text to a tree.

Nothing is evaluated here, and nothing is handed to a parser that evaluates: what the grammar does
not know is no formula. Length and depth are bounded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytest_modelbench.scoring.formulas.tokens import UnreadableError, split_formula
from pytest_modelbench.scoring.formulas.words import (
    CONNECTIVES,
    CONSTANTS,
    FUNCTIONS,
    GREEK,
    RELATIONS,
)

__all__ = ["COLLECTIONS", "Formula", "read_formula"]

COLLECTIONS = frozenset({"set", "row", "union", "matrix", "relation", "both"})

MAX_DEPTH = 40
MAX_DIGITS = 300
MATRICES = frozenset(f"\\begin{{{name}}}" for name in ("matrix", "pmatrix", "bmatrix"))
CLOSERS = {"(": ")", "[": "]"}
OPENERS = frozenset({"(", "[", "{", "\\{"})
BARS = frozenset({"|", "\\vert", "\\lvert", "\\rvert"})
FRACTIONS = frozenset({"frac", "dfrac", "tfrac"})
ATOM_COMMANDS = FRACTIONS | frozenset(
    ["binom", "dbinom", "sqrt", "lfloor", "lceil", "emptyset", "varnothing", "mathbb"]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Formula:
    """A formula, or a part of one.

    Attributes:
        kind: `number`, `name`, `constant`, `add`, `times`, `inverse`, `power`, `minus`, `call`; or
            a collection: `set`, `row` (its brackets are the text), `union`, `matrix`, `relation`
            (its sign is the text), `both` (relations that all hold).
        text: Digits, name, function, brackets or sign.
        parts: What it is made of.
    """

    kind: str
    text: str = ""
    parts: tuple["Formula", ...] = ()

    def to_wire(self) -> list[Any]:
        """Return plain data."""
        return [self.kind, self.text, [part.to_wire() for part in self.parts]]


def read_formula(text: str, symbols: frozenset[str] = frozenset()) -> Formula:
    r"""Read a formula; with `\pm` in it, it is the set of both.

    Args:
        text: LaTeX or plain text.
        symbols: Names that are variables here, though they usually are constants (`e`, `i`).

    Raises:
        UnreadableError: It is none.
    """
    tokens = split_formula(text)
    formula = _Reader(tokens, symbols, is_upper=True).read()
    if {"\\pm", "\\mp"} & set(tokens):
        lower = _Reader(tokens, symbols, is_upper=False).read()
        formula = Formula(kind="set", parts=(formula, lower))
    _require_plain_arithmetic(formula)
    return formula


def _require_plain_arithmetic(formula: Formula) -> None:
    """Refuse to calculate with sets, intervals and the like."""
    for part in formula.parts:
        if formula.kind not in COLLECTIONS and part.kind in COLLECTIONS:
            raise UnreadableError(f"calculates with a {part.kind}")
        _require_plain_arithmetic(part)


class _Reader:
    """Reads tokens by recursive descent: one method for each line of the grammar."""

    def __init__(self, tokens: Sequence[str], symbols: frozenset[str], *, is_upper: bool) -> None:
        self._tokens = list(tokens)
        self._symbols = symbols
        self._is_upper = is_upper
        self._place = 0
        self._depth = 0
        self._bars = 0

    def read(self) -> Formula:
        members = [self._read_relation()]
        while self._next in {",", ";", "or", "and", "\\lor"}:
            self._take()
            if self._next in CONNECTIVES:
                self._take()
            members.append(self._read_relation())
        if self._next:
            raise UnreadableError(f"has {self._next!r} where it should end")
        return members[0] if len(members) == 1 else Formula(kind="set", parts=tuple(members))

    @property
    def _next(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    @property
    def _next_name(self) -> str:
        return self._next.removeprefix("\\")

    def _take(self) -> str:
        token = self._next
        if not token:
            raise UnreadableError("ends too early")
        self._place += 1
        return token

    def _expect(self, token: str) -> None:
        if self._next != token:
            raise UnreadableError(f"has {self._next or 'its end'!r} where {token!r} should stand")
        self._place += 1

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnreadableError(f"is nested more than {MAX_DEPTH} deep")

    def _leave(self) -> None:
        self._depth -= 1

    def _read_relation(self) -> Formula:
        sides = [self._read_union()]
        signs: list[str] = []
        while self._next in RELATIONS:
            signs.append(RELATIONS[self._take()])
            sides.append(self._read_union())
        if "about" in signs:
            # What is rounded says nothing more, unless nothing else is said.
            if signs[0] == "about" and not _has_name(sides[0]):
                return Formula(kind="relation", text="about", parts=(sides[0], sides[1]))
            signs[0] = "=" if signs[0] == "about" else signs[0]
            end = signs.index("about") if "about" in signs else len(signs)
            sides, signs = sides[: end + 1], signs[:end]
        if not signs:
            return sides[0]
        if signs == ["in"]:
            return sides[1]
        relations = tuple(
            Formula(kind="relation", text=sign, parts=(sides[at], sides[at + 1]))
            for at, sign in enumerate(signs)
        )
        return relations[0] if len(relations) == 1 else Formula(kind="both", parts=relations)

    def _read_union(self) -> Formula:
        parts = [self._read_sum()]
        while self._next == "\\cup":
            self._take()
            parts.append(self._read_sum())
        return parts[0] if len(parts) == 1 else Formula(kind="union", parts=tuple(parts))

    def _read_sum(self) -> Formula:
        self._enter()
        parts = [] if self._next_sign else [self._read_product()]
        while sign := self._next_sign:
            self._take()
            part = self._read_product()
            parts.append(part if sign == "+" else _negate(part))
        self._leave()
        return parts[0] if len(parts) == 1 else Formula(kind="add", parts=tuple(parts))

    @property
    def _next_sign(self) -> str:
        """Return `+` or `-` where the next token is a sign, or ""."""
        if self._next in {"\\pm", "\\mp"}:
            return "+" if (self._next == "\\pm") is self._is_upper else "-"
        return self._next if self._next in {"+", "-"} else ""

    def _read_product(self) -> Formula:
        factors = [self._read_factor()]
        while True:
            if self._next in {"*", "\\cdot", "\\times"}:
                self._take()
                factors.append(self._read_factor())
            elif self._next in {"/", "\\div"}:
                self._take()
                factors.append(_invert(self._read_factor()))
            elif self._begins_atom():
                self._append_side_by_side(factors)
            else:
                return factors[0] if len(factors) == 1 else _multiply(*factors)

    def _append_side_by_side(self, factors: list[Formula]) -> None:
        """Multiply with what stands right beside; a whole number is added to its fraction."""
        is_fraction = self._next_name in FRACTIONS
        is_digits = self._next[0].isdigit()
        right = self._read_power()
        is_number = len(factors) == 1 and factors[0].kind == "number"
        if is_number and is_digits and self._next == "/":
            # "1 1/2"
            self._take()
            right = _multiply(right, _invert(self._read_power()))
            is_fraction = True
        elif is_digits and factors[-1].kind == "number":
            raise UnreadableError("has two numbers side by side")
        if is_number and is_fraction:
            factors[:] = [Formula(kind="add", parts=(factors[0], right))]
        else:
            factors.append(right)

    def _begins_atom(self) -> bool:
        token = self._next
        if token in BARS:
            return self._bars == 0
        if token in CONNECTIVES:
            return False
        name = self._next_name
        is_known = name in ATOM_COMMANDS or name in FUNCTIONS or name in CONSTANTS or name in GREEK
        is_opener = token in OPENERS or token in MATRICES
        return is_known or is_opener or token[:1].isalnum() or token[:1] == "."

    def _read_factor(self) -> Formula:
        sign = self._next_sign
        if not sign:
            return self._read_power()
        self._take()
        self._enter()
        factor = self._read_factor()
        self._leave()
        return factor if sign == "+" else _negate(factor)

    def _read_power(self) -> Formula:
        self._enter()
        base = self._read_atom()
        while self._next == "!":
            self._enter()
            self._take()
            base = Formula(kind="call", text="factorial", parts=(base,))
        if self._next in {"^", "**"}:
            self._take()
            exponent = self._read_argument() if self._next == "{" else self._read_factor()
            base = Formula(kind="power", parts=(base, exponent))
        self._leave()
        return base

    def _read_argument(self) -> Formula:
        """Read what a LaTeX command applies to: braces, or one sign."""
        if self._next == "{":
            self._take()
            inner = self._read_sum()
            self._expect("}")
            return inner
        token = self._next
        if token.isdigit() and len(token) > 1:
            # \frac12 is 1 over 2.
            self._tokens[self._place] = token[1:]
            return Formula(kind="number", text=token[0])
        return self._read_atom()

    def _read_atom(self) -> Formula:  # noqa: PLR0911  one for each kind of atom
        token = self._take()
        name = token.removeprefix("\\")
        if token[0].isdigit() or token[0] == ".":
            return _make_number(token)
        if token in CLOSERS:
            return self._read_brackets(token)
        if token in {"{", "\\{"}:
            return self._read_braces(token)
        if token in BARS:
            return self._read_bars()
        if token in MATRICES:
            return self._read_matrix(token.replace("begin", "end"))
        if name in FUNCTIONS and name not in self._symbols:
            return self._read_call(FUNCTIONS[name])
        if name in ATOM_COMMANDS:
            return self._read_command(name)
        return self._read_name(token, name)

    def _read_name(self, token: str, name: str) -> Formula:
        if name in CONSTANTS and name not in self._symbols:
            return Formula(kind="constant", text=CONSTANTS[name])
        if not (name in GREEK or (len(token) == 1 and token.isalpha())):
            raise UnreadableError(f"has {token!r} where a number or a name should stand")
        if self._next != "_":
            return Formula(kind="name", text=name)
        self._take()
        lower = self._take()
        if lower == "{":
            lower = ""
            while self._next != "}":
                lower += self._take()
            self._take()
        return Formula(kind="name", text=f"{name}_{lower}")

    def _read_members(self, closers: frozenset[str]) -> tuple[Formula, ...]:
        members: list[Formula] = []
        while self._next not in closers:
            members.append(self._read_relation())
            if self._next not in {",", ";"}:
                break
            self._take()
        if self._next not in closers:
            raise UnreadableError("has a bracket that is not closed")
        return tuple(members)

    def _read_brackets(self, opener: str) -> Formula:
        members = self._read_members(frozenset({")", "]"}))
        closer = self._take()
        if len(members) == 1 and CLOSERS[opener] == closer:
            return members[0]
        return Formula(kind="row", text=opener + closer, parts=members)

    def _read_braces(self, opener: str) -> Formula:
        """Read a set, or LaTeX's braces that are not to be seen."""
        members = self._read_members(frozenset({"}" if opener == "{" else "\\}"}))
        self._take()
        is_plain = opener == "{" and len(members) == 1
        return members[0] if is_plain else Formula(kind="set", parts=members)

    def _read_bars(self) -> Formula:
        self._bars += 1
        inner = self._read_sum()
        self._bars -= 1
        if self._next not in BARS:
            raise UnreadableError("has a bar that is not closed")
        self._take()
        return Formula(kind="call", text="abs", parts=(inner,))

    def _read_call(self, function: str) -> Formula:
        base: tuple[Formula, ...] = ()
        exponent: Formula | None = None
        if self._next == "_":
            self._take()
            base = (self._read_argument(),)
        if self._next == "^":
            self._take()
            exponent = self._read_argument()
        if self._next == "(":
            self._take()
            inside = self._read_members(frozenset({")"}))
            self._take()
        else:
            inside = (self._read_open_argument(),)
        call = Formula(kind="call", text=function, parts=(*inside, *base))
        return call if exponent is None else Formula(kind="power", parts=(call, exponent))

    def _read_open_argument(self) -> Formula:
        """Read what a function without brackets applies to: `2x`, up to the next function."""
        factors = [self._read_factor()]
        while self._begins_atom() and self._next_name not in FUNCTIONS:
            if self._next in CLOSERS:
                break
            factors.append(self._read_power())
        return factors[0] if len(factors) == 1 else _multiply(*factors)

    def _read_command(self, name: str) -> Formula:
        if name in FRACTIONS:
            upper = self._read_argument()
            return _multiply(upper, _invert(self._read_argument()))
        if name in {"binom", "dbinom"}:
            upper = self._read_argument()
            return Formula(kind="call", text="binomial", parts=(upper, self._read_argument()))
        if name in {"lfloor", "lceil"}:
            return self._read_rounding(name)
        if name == "sqrt":
            return self._read_root()
        return self._read_reals() if name == "mathbb" else Formula(kind="set")

    def _read_rounding(self, name: str) -> Formula:
        inner = self._read_sum()
        self._expect(f"\\r{name[1:]}")
        function = "floor" if name == "lfloor" else "ceiling"
        return Formula(kind="call", text=function, parts=(inner,))

    def _read_root(self) -> Formula:
        order = _make_number("2")
        if self._next == "[":
            self._take()
            order = self._read_sum()
            self._expect("]")
        return Formula(kind="power", parts=(self._read_argument(), _invert(order)))

    def _read_reals(self) -> Formula:
        letter = self._read_argument()
        if letter.text != "R":
            raise UnreadableError(f"has a set of numbers called {letter.text!r}")
        infinity = Formula(kind="constant", text="oo")
        return Formula(kind="row", text="()", parts=(_negate(infinity), infinity))

    def _read_matrix(self, end: str) -> Formula:
        r"""Read `1 & 2 \\ 3 & 4 \end{pmatrix}`."""
        rows: list[Formula] = []
        entries: list[Formula] = []
        sign = ""
        while sign != end:
            entries.append(self._read_sum())
            sign = self._take()
            if sign not in {"&", "\\\\", end}:
                raise UnreadableError(f"has {sign!r} in a matrix")
            if sign != "&":
                rows.append(Formula(kind="row", text="[]", parts=tuple(entries)))
                entries = []
        return Formula(kind="matrix", parts=tuple(rows))


def _has_name(part: Formula) -> bool:
    return part.kind == "name" or any(map(_has_name, part.parts))


def _negate(part: Formula) -> Formula:
    return Formula(kind="minus", parts=(part,))


def _invert(part: Formula) -> Formula:
    return Formula(kind="inverse", parts=(part,))


def _multiply(*factors: Formula) -> Formula:
    return Formula(kind="times", parts=factors)


def _make_number(token: str) -> Formula:
    digits, _, exponent = token.lower().partition("e")
    size = exponent.lstrip("+-").lstrip("0")
    if len(digits) > MAX_DIGITS or len(size) > len(str(MAX_DIGITS)) or int(size or 0) > MAX_DIGITS:
        raise UnreadableError(f"has a number of more than {MAX_DIGITS} digits")
    return Formula(kind="number", text=token)

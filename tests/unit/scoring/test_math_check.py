r"""Formulas: how they are read, found and compared; nothing in them is ever executed."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding
from pytest_modelbench.scoring.checks.formulas import Math, decide_with
from pytest_modelbench.scoring.extraction import NotFound
from pytest_modelbench.scoring.formulas import (
    Allowance,
    Formula,
    UnreadableError,
    compare_formulas,
    find_formula,
    read_formula,
)
from pytest_modelbench.scoring.formulas.process import MathProcess


def decide(arguments, answer):
    check = {"math": arguments}
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


def show(formula):
    if not formula.parts:
        return formula.text or formula.kind
    return f"{formula.kind}{formula.text}({', '.join(map(show, formula.parts))})"


READ = [
    ("7", "7"),
    ("-7", "minus(7)"),
    ("+-+-7", "minus(minus(7))"),
    ("1,234", "1234"),
    ("(1,234)", "row()(1, 234)"),
    ("1{,}234", "1234"),
    ("\\$5", "5"),
    ("50\\%", "50"),
    ("30^\\circ", "30"),
    ("5\\text{ cm}", "5"),
    ("5\\text{ cm}^2", "5"),
    ("5\\,\\mathrm{cm}^{2}", "5"),
    ("5\\ \\text{cm}^3", "5"),
    ("5 cm", "5"),
    ("5 km^2", "5"),
    ("5\\text{ m}^2", "5"),
    ("20^\\circ\\text{C}", "20"),
    ("20 \u00b0C", "20"),
    ("2mg", "times(2, m, g)"),
    ("5\\text{ m} + x", "add(5, x)"),
    ("11\\,100", "11100"),
    ("5\\text{x}^2", "times(5, power(x, 2))"),
    ("\\text{1/2}", "times(1, inverse(2))"),
    ("\\pi \\approx 3.14", "relationabout(pi, 3.14)"),
    ("x \\approx 3.14", "relation=(x, 3.14)"),
    ("2x", "times(2, x)"),
    ("xy", "times(x, y)"),
    ("2(3)", "times(2, 3)"),
    ("1/2x", "times(1, inverse(2), x)"),
    ("\\frac12", "times(1, inverse(2))"),
    ("\\frac{1}{2}", "times(1, inverse(2))"),
    ("\u00bd", "times(1, inverse(2))"),
    ("1\\frac{1}{2}", "add(1, times(1, inverse(2)))"),
    ("1 1/2", "add(1, times(1, inverse(2)))"),
    ("x^2", "power(x, 2)"),
    ("x**2", "power(x, 2)"),
    ("x\u00b2", "power(x, 2)"),
    ("-x^2", "minus(power(x, 2))"),
    ("2^{-1}", "power(2, minus(1))"),
    ("2^3^2", "power(2, power(3, 2))"),
    ("\\sqrt2", "power(2, inverse(2))"),
    ("sqrt(2)", "power(2, inverse(2))"),
    ("\\sqrt[3]{x}", "power(x, inverse(3))"),
    ("\u221a2", "power(2, inverse(2))"),
    ("|x|", "callabs(x)"),
    ("2|x|", "times(2, callabs(x))"),
    ("3!", "callfactorial(3)"),
    ("\\sin 2x", "callsin(times(2, x))"),
    ("\\sin^2 x", "power(callsin(x), 2)"),
    ("\\log_2 8", "calllog(8, 2)"),
    ("\\binom{5}{2}", "callbinomial(5, 2)"),
    ("\\lfloor x \\rfloor", "callfloor(x)"),
    ("\u03c0", "pi"),
    ("x_1+x_{12}", "add(x_1, x_12)"),
    ("\\{1, 2\\}", "set(1, 2)"),
    ("{1, 2}", "set(1, 2)"),
    ("1, 2", "set(1, 2)"),
    ("\\emptyset", "set"),
    ("(1, 2]", "row(](1, 2)"),
    ("(1,2) \\cup [3,4]", "union(row()(1, 2), row[](3, 4))"),
    ("x \\in \\mathbb{R}", "row()(minus(oo), oo)"),
    ("x = 5", "relation=(x, 5)"),
    ("1 < x \\le 3", "both(relation<(1, x), relation<=(x, 3))"),
    ("x = \\frac13 \\approx 0.33", "relation=(x, times(1, inverse(3)))"),
    ("1 \\pm x", "set(add(1, x), add(1, minus(x)))"),
    ("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "matrix(row[](1, 2), row[](3, 4))"),
    ("\u0664\u0662", "42"),
    ("\u200f42\u202c", "42"),
]


@pytest.mark.parametrize(("text", "shown"), READ)
def test_formula_is_read(text, shown):
    assert show(read_formula(text)) == shown


UNREADABLE = [
    ("", "is empty"),
    ("$$", "is empty"),
    ("apples", "has the word 'apples'"),
    ("so", "has the word 'so'"),
    ("__import__('os')", "has the word 'import'"),
    ("x.y", "has '.', which is no sign of a formula"),
    ("5 5", "has two numbers side by side"),
    ("-[0, 1)", "calculates with a row"),
    ("2\\{1, 2\\}", "calculates with a set"),
    ("(1", "has a bracket that is not closed"),
    ("|1", "has a bar that is not closed"),
    ("1)", "has ')' where it should end"),
    ("1=", "ends too early"),
    ("^", "has '^' where a number or a name should stand"),
    ("\\frac{1}", "ends too early"),
    ("\\sqrt{1", "has 'its end' where '}' should stand"),
    ("\\mathbb{Z}", "has a set of numbers called 'Z'"),
    ("\\begin{pmatrix}1=2\\end{pmatrix}", "has '=' in a matrix"),
    ("(" * 100, "is nested more than 40 deep"),
    ("-" * 100 + "1", "is nested more than 40 deep"),
    ("2^" * 100 + "2", "is nested more than 40 deep"),
    ("3" + "!" * 100, "is nested more than 40 deep"),
    ("\\frac{1}{" * 100, "is nested more than 40 deep"),
    ("9" * 301, "has a number of more than 300 digits"),
    ("1e999999", "has a number of more than 300 digits"),
    ("1" * 2001, "is longer than 2000 characters"),
]


@pytest.mark.parametrize(("text", "problem"), UNREADABLE)
def test_what_the_grammar_does_not_know_is_no_formula(text, problem):
    with pytest.raises(UnreadableError) as error:
        read_formula(text)

    assert str(error.value) == problem


def test_constants_may_be_variables():
    assert read_formula("e", frozenset("e")) == Formula(kind="name", text="e")
    assert read_formula("e") == Formula(kind="constant", text="e")


FOUND = [
    ("\\boxed{\\frac{1}{2}} and then 7", "\\frac{1}{2}"),
    ("\\boxed{1} no, \\boxed{2}", "2"),
    ("\\fbox{3}", "3"),
    ("\\boxed{1} and $\\boxed{2}$", "1, 2"),
    ("$\\boxed{1} \\quad \\text{and} \\quad \\boxed{2}$", "1, 2"),
    ("\\boxed{1}, so that \\boxed{2}", "2"),
    ("They are $21, 16$ or $11$", "21, 16, 11"),
    ("Final answer: the largest $n$ is 34.", "34"),
    ("\\boxed{\\{1,2\\}}", "\\{1,2\\}"),
    ("The answer is $x+1$, since $x > 0$.", "x+1"),
    ("#### 42", "42"),
    ("**Answer:** 3/4", "3/4"),
    ("First $a$, then $b$", "b"),
    ("The value of $x$ is 5.", "5"),
    ("Therefore $x > 5$ is the solution.", "x > 5"),
    ("As $x^2$ is 25, $x$ is $5$.", "5"),
    ("We get \\(x^2\\).", "x^2"),
    ("\\[ x^3 \\]", "x^3"),
    ("Long story.\n\nx = 5", "x = 5"),
    ("It is 5 apples.", "5"),
    ("`x+1`", "x+1"),
    ("It is about 0.785.", "0.785"),
    ("So we get exactly 3x.", "3x"),
    ("x + 1.", "x + 1"),
]


@pytest.mark.parametrize(("answer", "text"), FOUND)
def test_formula_is_found(answer, text):
    found = find_formula(answer)

    assert not isinstance(found, NotFound)
    assert found.value.text == text


def test_formula_follows_the_anchor():
    found = find_formula("Result: 7. Final: 8. \\boxed{9}", "final:")

    assert not isinstance(found, NotFound)
    assert found.value.formula == Formula(kind="number", text="8")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", "no formula (it is empty)"),
        ("I do not know", "no formula (it has the word 'do')"),
        ("1" * 5000, "no formula (it is longer than 2000 characters)"),
        ("\\boxed{" * 5000, "no formula (it is longer than 2000 characters)"),
    ],
)
def test_answer_without_a_formula(answer, reason):
    assert find_formula(answer) == NotFound(reason=reason)


ARITHMETIC = [
    ("1/2", "0.5", True),
    ("1/2", "\\frac{2}{4}", True),
    ("1/2", "0.5000001", False),
    ("2^{10}", "1024", True),
    ("1.50", "3/2", True),
    ("x", "x", True),
    ("5", "x = 5", True),
    ("x = 5", "5", True),
    ("5", "2+3 = 5", True),
    ("5", "5 = x", True),
    ("5", "a = b = 5", True),
    ("x = 5", "x = 2+3 = 5", True),
    ("5", "x \\approx 5", True),
    ("11100", "11,\\! 100", True),
    ("1, 2", "\\{2, 1\\}", True),
    ("1, 2", "x = 2 or x = 1", True),
    ("1, 2", "1, 2, 2", True),
    ("1, 2", "1", False),
    ("\\{5\\}", "5", True),
    ("\\emptyset", "\\{\\}", True),
    ("\\pi", "\\pi \\approx 3.14", True),
    ("x = 2, y = 3", "2, 3", True),
    ("x = 2, y = 3", "3, 2", False),
    ("x = 2, y = 3", "2, 3, 4", False),
    ("x = 2, x = 3", "3, 2", True),
    ("(1, 2)", "(2, 1)", False),
    ("(1, 2)", "(1.0, 4/2)", True),
    ("(1, 2)", "[1, 2]", False),
    ("(1, 2)", "(1, 2, 3)", False),
    ("[1,2] \\cup (3,4)", "(3,4) \\cup [1,2]", True),
    ("(3, \\infty)", "x > 3", True),
    ("x \\le 3", "(-\\infty, 3]", True),
    ("(1, 3]", "1 < x \\le 3", True),
    ("(-\\infty,1) \\cup (2,\\infty)", "x < 1 or x > 2", True),
    ("x > 3", "3 < x", True),
    ("x > 3", "x \\ge 3", False),
    (
        "\\begin{pmatrix}1&2\\end{pmatrix}",
        "\\begin{bmatrix}\\frac22&2.0\\end{bmatrix}",
        True,
    ),
    ("1", ",".join("1" * 101), False),
]


@pytest.mark.parametrize(("right", "got", "is_same"), ARITHMETIC)
def test_arithmetic_needs_no_other_process(right, got, is_same):
    def compare(left, right, relation):
        raise AssertionError((left, right, relation))

    found = compare_formulas(
        read_formula(right), read_formula(got), allowance=Allowance(), compare=compare
    )

    assert found is is_same


@pytest.mark.parametrize(
    ("arguments", "answer", "unit"),
    [
        ({"value": "1/3", "tolerance": 0.001}, "0.333", 1),
        ({"value": "1/3", "tolerance": 0.0001}, "0.333", 0),
        ({"value": "1", "tolerance": 0.3}, "1.3", 1),
        ({"value": "1", "relative": 0.3}, "0.7", 1),
        ({"value": "1/3", "relative": 0.001}, "0.3332", 1),
        ({"value": "\\pi", "tolerance": 0.01}, "3.14", 1),
        ({"value": "\\pi", "relative": 0.01}, "3.2", 0),
        ({"value": "7", "anchor": "Final:"}, "Final: 7, or $8$", 0),
        ({"value": "8", "anchor": "Final:"}, "$7$. Final: $8$", 1),
        ({"value": "2e", "symbols": ["e"]}, "e + e", 1),
        ({"value": "1/3", "tolerance": 1.0}, "no number at all", 0),
    ],
)
def test_options(arguments, answer, unit):
    finding = decide(arguments, answer)

    assert finding.unit == unit, finding.reason


COMPARED = [
    ("(x+1)^2", "x^2 + 2x + 1", 1),
    ("(x+1)^2", "x^2 + 1", 0),
    ("\\sqrt{8}", "2\\sqrt2", 1),
    ("\\frac{1}{\\sqrt 2}", "\\frac{\\sqrt{2}}{2}", 1),
    ("\\sin^2 x + \\cos^2 x", "1", 1),
    ("e^{i\\pi}", "-1", 1),
    ("\\log_2 8", "3", 1),
    ("\\ln x^2", "2 \\ln |x|", 1),
    ("x", "\\sqrt{x^2}", 0),
    ("|x|", "\\sqrt{x^2}", 1),
    ("5!", "120", 1),
    ("\\binom{5}{2}", "10", 1),
    ("\\lfloor 2.7 \\rfloor", "2", 1),
    ("\\pi", "3.14159", 0),
    ("\\infty", "Infinity", 1),
    ("\\infty", "5", 0),
    ("2x + 4 = 0", "x = -2", 1),
    ("y = 2x + 3", "2x - y + 3 = 0", 1),
    ("y = 2x + 3", "y = 2x + 4", 0),
    ("a + 3z = 0", "0", 0),
    ("7 = 11a + c", "11a + c", 0),
    ("3.14", "\\pi \\approx 3.14", 1),
    ("3", "\\pi \\approx 3.14", 0),
    ("x = 2, y = 3", "y = 3, x = 2", 1),
    ("x = 2, y = 3", "x = 3, y = 2", 0),
    ("25", "5\\text{ cm}^2", 0),
    ("2x < 4", "x < 2", 1),
    ("2x < 4", "x > 2", 0),
    ("-x < 4", "x > -4", 1),
    ("1 \\pm \\sqrt 2", "1+\\sqrt{2}, 1-\\sqrt{2}", 1),
    ("\\frac{a}{b}+1", "\\frac{a+b}{b}", 1),
    ("4", "10^{10^{10^{10}}}", 0),
    ("10^{10^{10}}", "10^{10^{10}}", 1),
    ("x", "(10^9)!", 0),
    ("x", "x^{x^{x^{x^x}}}", 0),
    ("x", "\\binom{10^9}{10^8}", 0),
    ("x", "\\log(1, 2, 3)", 0),
    ("x", "1/0", 0),
    ("1", "0/0", 0),
]


@pytest.mark.parametrize(("right", "answer", "unit"), COMPARED)
def test_expressions_are_compared(right, answer, unit):
    finding = decide(right, f"$${answer}$$")

    assert finding.unit == unit, finding.reason


@pytest.mark.parametrize(
    ("arguments", "answer", "reason"),
    [
        ("1/2", "0.5", "'0.5' is '1/2'"),
        ("1/2", "1/3", "expected '1/2', got '1/3'"),
        ("1/2", "", "expected '1/2', got no formula (it is empty) in ''"),
    ],
)
def test_reason_says_expected_and_got(arguments, answer, reason):
    assert decide(arguments, answer).reason == reason


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("apples", "`math` must be a formula, but 'apples' has the word 'apples'"),
        ("(1", "`math` must be a formula, but '(1' has a bracket that is not closed"),
        ({"value": "1", "tolerance": -1}, None),
        (5, "`math` must be text, got 5"),
    ],
)
def test_wrong_arguments_are_told(arguments, text):
    (problem,) = CATALOGUE.find_problems({"math": arguments})

    assert text is None or problem.text == text


def test_what_sympy_cannot_find_out_is_undecided():
    class Puzzled(MathProcess):
        def compare(self, *_args, **_options):
            return "unclear"

    check = decide_with(Puzzled())

    with pytest.raises(TimeoutError, match=r"^SymPy could not find out whether it is 'x'$"):
        check("y", Math(value="x"))


def test_comparing_without_end_is_undecided():
    process = MathProcess(comparison_s=0.2)
    check = decide_with(process)

    with pytest.raises(TimeoutError, match=r"^SymPy needed more than 0.2 s or its memory$"):
        check("$\\sin(\\exp(\\exp(20)))$", Math(value="x"))

    process.close()

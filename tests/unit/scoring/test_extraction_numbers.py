"""The number that an answer comes to."""

import pytest

from pytest_modelbench.scoring.extraction import Found, NotFound
from pytest_modelbench.scoring.extraction.numbers import find_number

NUMBERS = [
    ("42", 42),
    ("It is 41. No, 42.", 42),
    ("The answer is 42, since 6 * 7 is that.", 42),
    ("Answer: 42 apples in 3 boxes", 42),
    ("Answer: 12 + 30 = 42", 42),
    ("A: 42\nB: 3", 42),
    ("**Answer:** 42\nThis took 3 steps.", 42),
    ("#### 42\n(7 steps)", 42),
    ("\\boxed{42} and then 7", 42),
    ("\\boxed{41} no, \\boxed{42}", 42),
    ("$$\\boxed{\\frac{3}{4}}$$", 0.75),
    ("Answer: 41. Final answer: 42", 42),
    ("The final answer is: **42**", 42),
    ("Answer:\n42", 42),
    ("result = 42 (7 left)", 42),
    ("-5", -5),
    ("It is \u22125.", -5),
    ("10-5", 5),
    ("(10)-5", 5),
    ("x = -5", -5),
    ("1,234,567.89", 1234567.89),
    ("1{,}234", 1234),
    ("1\u202f234", 1234),
    ("3,4", 4),
    ("$1,200.50", 1200.5),
    ("-$20", -20),
    ("45%", 45),
    ("45\\%", 45),
    ("3/4", 0.75),
    ("1.5e3", 1500),
    (".5", 0.5),
    ("5km", 5),
    ("42 cm^2", 42),
    ("$42 \\text{ cm}^{2}$", 42),
    ("The area is 42 m\u00b2.", 42),
    ("$x^2 = 42$", 42),
    ("2^10", 10),
    ("4.2 \u00d7 10^1", 42),
    ("$4.2 \\times 10^{1}$ m", 42),
    ("The answer is 4.2 * 10^3.", 4200),
    ("4.2 \u00d7 10\u00b3", 4200),
    ("4.2 \u00d7 10\u207b\u00b3 s", 0.0042),
    ("4.2 \\cdot 10^{\u22123}", 0.0042),
    ("3 x 10 = 30", 30),
    ("\\boxed{1\\frac{1}{2}}", 1.5),
    ("Answer: 1 1/2 cups", 1.5),
    ("1 3/2", 1.5),
    ("1 0/0 7", 7),
    ("The answer is not 42, it is 43.", 43),
    ("The answer is **42**", 42),
    ("x2 is no number, nor is v1.2.3", None),
    ("none at all", None),
    ("", None),
    ("1/0 is not defined: 7/0", 7),
    ("٤٢", 42),
    ("The answer is unclear. I counted 3.", 3),
    ("9" * 5000, float("inf")),
    ("2024-01-15", 15),
    ("3.", 3),
    ("Step 1: add.\nStep 2: so it is 9", 9),
]


@pytest.mark.parametrize(("answer", "number"), NUMBERS)
def test_number_is_found(answer, number):
    found = find_number(answer)

    wanted = NotFound(reason="no number")
    assert found == (wanted if number is None else Found(value=pytest.approx(number)))

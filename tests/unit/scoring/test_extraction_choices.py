"""The letter that an answer chooses."""

import pytest

from pytest_modelbench.scoring.extraction import Found, NotFound
from pytest_modelbench.scoring.extraction.choices import find_choice

CHOICES = [
    ("B", "B"),
    ("b", "B"),
    ("(B)", "B"),
    ("[B]", "B"),
    ("**B**", "B"),
    ("**B.**", "B"),
    ("`B`", "B"),
    ("B.", "B"),
    ("Option B", "B"),
    ("B) Paris", "B"),
    ("B. Paris is the capital", "B"),
    ("(B) Paris", "B"),
    ("**B) Paris**", "B"),
    ("B: Paris", "B"),
    ("Answer: B", "B"),
    ("**Answer:** B", "B"),
    ("The answer is B.", "B"),
    ("The answer is (b).", "B"),
    ("The correct option is **B**", "B"),
    ("The answer is A because it is", "A"),
    ("The answer is A", "A"),
    ("A dog is an animal, so the answer is (C).", "C"),
    ("The answer is a dog.", ""),
    ("A good choice would be a longer one", ""),
    ("Is it A? No. The answer is B.", "B"),
    ("Answer: A. Wait. Answer: B", "B"),
    ("\\boxed{B}", "B"),
    ("\\boxed{\\text{B}}", "B"),
    ("I considered (A) and (C), and take (C)", "C"),
    ("Both are wrong", ""),
    ("", ""),
    ("Answer: Z", ""),
    ("The answer: B\nBecause A is wrong.", "B"),
    ("I think so", ""),
    ("The answer is $B$.", "B"),
    ("$\\boxed{\\textbf{B}}$", "B"),
    ("\\boxed{B. Paris}", "B"),
    ("```\nB\n```", "B"),
    ('{"answer": "B"}', "B"),
    ("<answer>B</answer>", "B"),
    ("The answer should be B.", "B"),
    ("Ans: B", "B"),
    ("Answer - B", "B"),
    ("B - Paris", "B"),
    ("B, because the others are wrong.", "B"),
    ("B is correct.", "B"),
    ("I would go with B.", "B"),
    ("It's A.", "A"),
    ("The answer is A (a dog).", "A"),
    ("**Answer: B**\n\n- Option A: too small\n- Option C: too large", "B"),
    ("Answer: B\nOption C is wrong", "B"),
    ("Option C: wrong. Option B is right", "B"),
    ("The answer is B or C.", ""),
    ("The answer is B and C", ""),
    ("Answer: B, C", ""),
    ("Answer: (B) or (C)", ""),
    ("The answer is **B** and **C**.", ""),
    ("(A) and (B)", ""),
    ("It is either (B) or (C).", ""),
    ("Answer: B or C. Answer: D", "D"),
    ("The answer is B, I think.", "B"),
    ("The answer is B, not C.", "B"),
    ("The answer is B and C is wrong.", "B"),
    ("The answer is not (B).", ""),
    ("The answer is not (B) but (C).", "C"),
    ("I, too, wonder", ""),
]


@pytest.mark.parametrize(("answer", "letter"), CHOICES)
def test_choice_is_found(answer, letter):
    found = find_choice(answer, "ABCDEFGHIJ")

    assert found == (Found(value=letter) if letter else NotFound(reason="no choice"))

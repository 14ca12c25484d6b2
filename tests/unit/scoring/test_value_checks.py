"""Numbers, intervals, quantities and dates: what each check decides, and what it says."""

import pytest

from pytest_modelbench.scoring import CATALOGUE, Finding
from pytest_modelbench.scoring.extraction.numbers import find_numbers


def decide(check, answer):
    assert list(CATALOGUE.find_problems(check)) == []
    finding = CATALOGUE.decide(check, answer)
    assert isinstance(finding, Finding), finding
    return finding


NUMBER_OPTIONS = [
    ({"values": [3, 4]}, "4", 1),
    ({"values": [3, 4]}, "5", 0),
    ({"values": [3, 4], "tolerance": 0.5}, "4.5", 1),
    ({"min": 3, "max": 4}, "3", 1),
    ({"min": 3, "max": 4}, "4", 1),
    ({"min": 3, "max": 4}, "2.999", 0),
    ({"min": 3, "max": 4}, "4.001", 0),
    ({"min": 3, "max": 4, "tolerance": 0.01}, "4.001", 1),
    ({"min": 3}, "1e300", 1),
    ({"min": 3}, "9" * 5000, 0),
    ({"max": 3}, "-7", 1),
    ({"max": 3}, "no number", 0),
    ({"value": 0.45, "percent": "share"}, "45%", 1),
    ({"value": 0.45, "percent": "share"}, "45 \\%", 1),
    ({"value": 0.45, "percent": "share"}, "0.45", 1),
    ({"value": 0.45, "percent": "share"}, "45 percent", 1),
    ({"value": 0.45, "percent": "share"}, "45 per cent", 1),
    ({"value": 0.45, "percent": "share"}, "45 percentages", 0),
    ({"value": 12.0, "percent": "share"}, "1,200%", 1),
    ({"value": 0.45}, "45%", 0),
    ({"value": 45, "percent": "number"}, "45%", 1),
    ({"value": 1234.5, "decimal": "comma"}, "1.234,5", 1),
    ({"value": 1234.5, "decimal": "comma"}, "1\u202f234,5 \u20ac", 1),
    ({"value": 1.5, "decimal": "comma"}, "1,5", 1),
    ({"value": 1.5}, "1,5", 0),
    ({"value": 1234.5, "decimal": "point"}, "1'234.5", 1),
    ({"value": 1234567, "decimal": "point"}, "1 234 567", 1),
    ({"value": 3.14, "significant": 3}, "3.14159", 1),
    ({"value": 3.14, "significant": 3}, "3.15", 0),
    ({"value": 314159, "significant": 2}, "310000", 1),
    ({"value": 5, "ignore_sign": True}, "-5", 1),
    ({"value": -5, "ignore_sign": True}, "5", 1),
    ({"value": 5}, "-5", 0),
    ({"value": 42}, "\u200f42\u202c", 1),
    ({"value": 42}, "\u0664\u0662", 1),
    ({"value": 42}, "Infinity", 0),
    ({"value": 42}, "1e999999", 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), NUMBER_OPTIONS)
def test_number_with_options(arguments, answer, unit):
    finding = decide({"number": arguments}, answer)

    assert finding.unit == unit, finding.reason


NUMBERS = [
    ([2, 3, 5], "5, 3 and 2", 1),
    ([2, 3, 5], "2,3,5", 1),
    ([2, 3, 5], "2\r\n3\r\n5", 1),
    ([2, 3, 5], "- 2\n- 3\n- 5", 1),
    ([2, 3, 5], "They are:\n1. 2\n2. 3\n3) 5", 1),
    ([-2, -3], "-2\n-3", 1),
    ([-2, -3], "- -2\n- -3", 1),
    ([1, 3], "1. 3", 1),
    ([2, 3], "2. 4\n3. 5", 0.5),
    ([2, 3, 5], "2, 3", pytest.approx(2 / 3)),
    ([2, 3], "2, 3 and 4", pytest.approx(2 / 3)),
    ([2, 2], "2", 0.5),
    ([2, 2], "2 and 2", 1),
    ([2], "2 2", 0.5),
    ({"values": [2, 3], "extra": True}, "2, 3 and 4", 1),
    ({"values": [2, 3], "extra": True}, "4", 0),
    ({"values": [2, 3, 5], "in_order": True}, "2, 3, 5", 1),
    ({"values": [2, 3, 5], "in_order": True}, "5, 3, 2", pytest.approx(1 / 3)),
    ({"values": [2, 3, 5], "in_order": True, "extra": True}, "2, 9, 3, 5", 1),
    ({"values": [2, 3], "graded": False}, "2", 0),
    ({"values": [2, 3], "graded": False}, "3; 2", 1),
    ({"values": [0.333], "tolerance": 0.001}, "1/3", 1),
    ({"values": [7, 9], "anchor": "RESULT:"}, "of 1, 2, 3\nresult: 9 and 7", 1),
    ({"values": [7], "anchor": "RESULT:"}, "7", 1),
    ([-2], "\u22122", 1),
    ([2], "", 0),
    ([2], "none", 0),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), NUMBERS)
def test_numbers(arguments, answer, unit):
    finding = decide({"numbers": arguments}, answer)

    assert finding.unit == unit, finding.reason


def test_as_many_numbers_are_found_as_are_asked_for():
    assert find_numbers("1 2 3 4", 3) == [1, 2, 3]


INTERVALS = [
    ("[2, 5)", "[2, 5)", 1),
    ("[2, 5)", "$x \\in \\left[2, 5\\right)$", 1),
    ("[2, 5)", "2 <= x < 5", 1),
    ("[2, 5)", "$2 \\le x < 5$", 1),
    ("[2, 5)", "2 \u2264 n < 5", 1),
    ("[2, 5)", "(2, 5)", 0),
    ("[2, 5)", "2 < x < 5", 0),
    ("[2, 5)", "between 2 and 5", 1),
    ("[2, 5]", "from 2 to 5", 1),
    ("[2, 5]", "2\u20135", 1),
    ("[2, 5]", "2 to 5 minutes", 1),
    ("[2, 5]", "5 to 2", 0),
    ("[2, 5]", "2", 0),
    ("[2, 5]", "", 0),
    ("[1000, 2000]", "between 1,000 and 2,000", 1),
    ("(-inf, 3]", "x \u2264 3", 1),
    ("(-inf, 3]", "(-\u221e, 3]", 1),
    ("(-inf, 3]", "$(-\\infty, 3]$", 1),
    ("(-inf, 3]", "at most 3", 1),
    ("(-inf, 3]", "less than 3", 0),
    ("(3, inf)", "more than 3", 1),
    ("[3, inf)", "no less than 3", 1),
    ("(3, inf)", "x > 3", 1),
    ("[-2, -1]", "[-2, -1]", 1),
    ("[2, 5]", "First [1, 2], then [2, 5].", 1),
    ("[2, inf)", "[2, 5)", 0),
    ("(-inf, 3]", "[0, 3]", 0),
    ("[2, 5)", "[2, inf)", 0),
    ({"value": "[2, inf)", "relative": 0.1}, "[2, 5)", 0),
    ({"value": "[2, inf)", "relative": 0.1}, "[2.1, inf)", 1),
    ("[2, 5)", "x >= 2 and x < 5", 1),
    ("[2, 5)", "x < 5, x >= 2", 1),
    ("[2, 5)", "at least 2 but less than 5", 1),
    ("(-inf, 5)", "x >= 2 and x < 5", 0),
    ("[2, inf)", "5 > x >= 2", 0),
    ("[2, 5)", "5 > x >= 2", 1),
    ("[2, 5)", "2 > x < 5", 0),
    ("[2, 5)", "$2 \\le \\theta < 5$", 1),
    ("[2, 5)", "(7, 9) \u222a [2, 5)", 0),
    ("[2, 5)", "$(-\\infty, 0) \\cup [2, 5)$", 0),
    ("[2, 5)", "x > 7 or x < 5", 0),
    ("(5, inf)", "x < 2 or x > 5", 0),
    ({"value": "[2, 5)", "ignore_ends": True}, "(2, 5]", 1),
    ({"value": "[2, 5]", "tolerance": 0.1}, "[2.05, 4.95]", 1),
    ({"value": "[2, 5]", "tolerance": 0.1}, "[2.2, 5]", 0),
    ({"value": "[2, 5]", "anchor": "Range:"}, "Range: 2-5, not 3-4", 0),
    ({"value": "[3, 4]", "anchor": "Range:"}, "2-5. range: 3-4", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), INTERVALS)
def test_interval(arguments, answer, unit):
    finding = decide({"interval": arguments}, answer)

    assert finding.unit == unit, finding.reason


QUANTITIES = [
    ("3 km", "3 km", 1),
    ("3 km", "It is 3,000 metres away.", 1),
    ("3 km", "**3km**", 1),
    ("3 km", "3.1 km", 0),
    ("3 km", "3 kg", 0),
    ("3 km", "3", 0),
    ("3 km", "", 0),
    ("3 km", "It takes 5 hours for 3000 m", 1),
    ("3 km", "3000 m in 5 hours", 1),
    ("2.5 h", "2 h 30 min", 1),
    ("2.5 h", "2 hours and 30 minutes", 1),
    ("150 min", "2 hrs, 30 mins", 1),
    ("63 in", "5 ft 3 in", 1),
    ("9.81 m/s^2", "$9.81 \\text{ m/s}^2$", 1),
    ("9.81 m/s^2", "9.81 m/s\u00b2", 1),
    ("100 km/h", "100 kilometers per hour", 1),
    ("3e8 m/s", "$3 \\times 10^{8} \\text{ m/s}$", 1),
    ("1 N*m", "1 J", 1),
    ("20 \u00b0C", "68 \u00b0F", 1),
    ("20 \u00b0C", "68 degrees Fahrenheit", 1),
    ("50 %", "50%", 1),
    ("4.7 k\u03a9", "4700 ohms", 1),
    ("5 \u00b5s", "0.005 ms", 1),
    ("-5 degC", "\u22125 \u00b0C", 1),
    ("5 kg", "10**10**10 kg", 0),
    ("5 m", "\u0665 m", 1),
    ("5 m", "5 xyzzy", 0),
    ("5 m", f"{'9' * 29} m", 0),
    ("2 km", "1/2 km", 0),
    ("0.5 km", "1/2 km", 1),
    ("2 h", "2 1/2 hours", 0),
    ("2.5 h", "2 1/2 hours", 1),
    ("2.5 h", "$\\frac{5}{2}$ hours", 1),
    ("4 km", "3-4 km", 0),
    ("4 km", "3 \u2013 4 km", 0),
    ("4 km", "3 to 4 km", 0),
    ("4 km", "10 km - 6 km = 4 km", 1),
    ("2 h", "2h30m", 0),
    ("2.5 h", "2h30m", 1),
    ("2.5 h", "2h30", 1),
    ("2.5 h", "2h30min", 1),
    ("2.5 h", "2 h 30 m", 1),
    ("9.81 m", "9.81 m s^-2", 0),
    ("9.81 m/s^2", "9.81 m s^-2", 1),
    ("9.81 m/s^2", "9.81 m\u00b7s\u207b\u00b2", 1),
    ("9.81 m/s^2", "$9.81\\,\\frac{m}{s^2}$", 1),
    ("9.81 m/s^2", "9.81 meters per second squared", 1),
    ("5 m^2", "5 square meters", 1),
    ("5 m^3", "5 cubic metres", 1),
    ("20 \u00b0C", "$20^{\\circ}\\text{C}$", 1),
    ("20 \u00b0C", "20 \u2103", 1),
    ("3 km", "3 km (about 1.86 miles)", 1),
    ("3 km", "1.864 miles (3 km)", 1),
    ("3 km", "3 km (not 4 km)", 0),
    ("3 km", "3 km (1.86 miles) and then 5 km", 0),
    ({"value": "3 km", "tolerance": 0.1}, "3.1 km", 1),
    ({"value": "3 km", "relative": 0.01}, "3.1 km", 0),
    ({"value": "3 km", "same_unit": True}, "3000 m", 0),
    ({"value": "3 km", "same_unit": True}, "3 kilometers", 1),
    ({"value": "3 km", "anchor": "Answer:"}, "Answer: 3 km. It is not 4 km.", 0),
    ({"value": "4 km", "anchor": "Answer:"}, "3 km. Answer: 4 km.", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), QUANTITIES)
def test_quantity(arguments, answer, unit):
    finding = decide({"quantity": arguments}, answer)

    assert finding.unit == unit, finding.reason


DATES = [
    ("2024-01-31", "2024-01-31", 1),
    ("2024-01-31", "2024/1/31", 1),
    ("2024-01-31", "20240131", 1),
    ("2024-01-31", "2024-01-31T10:00:00Z", 1),
    ("2024-01-31", "31.01.2024", 1),
    ("2024-01-31", "31.1.24", 1),
    ("1970-01-31", "1/31/70", 1),
    ("2024-01-31", "01/31/2024", 1),
    ("2024-01-31", "January 31, 2024", 1),
    ("2024-01-31", "It was Jan. 31st 2024.", 1),
    ("2024-01-31", "31 January 2024", 1),
    ("2024-01-31", "the 31st of JANUARY, 2024", 1),
    ("2024-01-31", "31-Jan-2024", 1),
    ("2024-01-31", "2024, January 31", 1),
    ("2024-01-31", "2024\u5e741\u670831\u65e5", 1),
    ("2024-01-31", "31 May 2024", 0),
    ("2024-02-28", "30 February 2024", 0),
    ("2024-01-31", "January 2024", 0),
    ("2024-01-31", "1.2.3", 0),
    ("2024-01-31", "", 0),
    ("2024-01-31", "not 2024-01-30 but 2024-01-31", 1),
    ("2024-04-03", "3/4/2024", 1),
    ("2024-03-04", "3/4/2024", 1),
    ({"value": "2024-04-03", "order": "day_month"}, "3/4/2024", 1),
    ({"value": "2024-04-03", "order": "month_day"}, "3/4/2024", 0),
    ({"value": "2024-01-31", "days": 1}, "2024-02-01", 1),
    ({"value": "2024-01-31", "days": 1}, "2024-02-02", 0),
    ({"value": "2024-01-31", "format": "%d.%m.%Y"}, "It is 31.01.2024.", 1),
    ({"value": "2024-01-31", "format": "%d.%m.%Y"}, "31.1.2024", 0),
    ("2024-01-31", "2024\u201101\u201131", 1),
    ("2024-01-31", "31\u201301\u20132024", 1),
    ({"value": "2024-01-31", "format": "%A, %B %d, %Y"}, "On Wednesday, January 31, 2024.", 1),
    ({"value": "2024-01-31", "format": "%A, %B %d, %Y"}, "On Tuesday, January 31, 2024.", 0),
    ({"value": "2024-01-31", "format": "%A, %B %d, %Y"}, "January 31, 2024", 0),
    ({"value": "2024-01-31", "format": "%Y-%m-%dT00:00"}, "2024-01-31T00:00:00", 1),
    ({"value": "2024-01-31", "format": "%Y-%m-%d"}, "2024\u201101\u201131", 1),
    ({"value": "2024-03-04", "days": 40, "format": "%m/%d/%Y"}, "04/03/2024", 1),
    ({"value": "2024-03-04", "days": 40, "format": "%m/%d/%Y"}, "03/04/2024", 1),
    ({"value": "2024-01-31", "anchor": "Due:"}, "Due: 2024-01-31", 1),
    ({"value": "2024-01-31", "anchor": "Due:"}, "2024-01-30, due: 2024-01-31", 1),
]


@pytest.mark.parametrize(("arguments", "answer", "unit"), DATES)
def test_date(arguments, answer, unit):
    finding = decide({"date": arguments}, answer)

    assert finding.unit == unit, finding.reason


REASONS = [
    ({"number": {"values": [3, 4]}}, "4", "the number is 4"),
    ({"number": {"values": [3, 4]}}, "5", "expected 3 or 4, got 5"),
    ({"number": {"min": 3, "max": 4}}, "5", "expected 3 to 4, got 5"),
    ({"number": {"min": 3}}, "2", "expected at least 3, got 2"),
    ({"number": {"max": 3}}, "4", "expected at most 3, got 4"),
    (
        {"number": {"value": 3.14, "significant": 3}},
        "3.2",
        "expected 3.14 to 3 significant digits, got 3.2",
    ),
    ({"numbers": [2, 3]}, "3 2", "has all 2 numbers"),
    ({"numbers": [2, 3]}, "3 4", "expected 2, 3, got 3, 4"),
    (
        {"numbers": {"values": [2, 3], "in_order": True}},
        "3 2",
        "expected 2, 3 in this order, got 3, 2",
    ),
    ({"numbers": [2]}, "none", "expected 2, got no number in 'none'"),
    (
        {"numbers": [2]},
        " ".join(map(str, range(3, 15))),
        "expected 2, got 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 2 more",
    ),
    ({"interval": "[2, 5)"}, "[2, 5)", "the interval is [2, 5)"),
    ({"interval": "[2, 5)"}, "(2, 5]", "expected [2, 5), got (2, 5]"),
    ({"interval": "(-inf, 5)"}, "none", "expected (-inf, 5), got no interval in 'none'"),
    ({"quantity": "3 km"}, "3000 m", "'3000 meter' is '3 km'"),
    ({"quantity": "3 km"}, "3 m", "expected '3 km', got '3 meter'"),
    ({"quantity": "3 km"}, "3 s", "expected '3 km', got no such quantity in '3 s'"),
    (
        {"quantity": {"value": "3 km", "same_unit": True}},
        "3000 m",
        "expected '3 km' in that unit, got '3000 meter'",
    ),
    ({"date": "2024-01-31"}, "31 Jan 2024", "the date is 2024-01-31"),
    ({"date": "2024-01-31"}, "3/4/2024", "expected 2024-01-31, got 2024-04-03 or 2024-03-04"),
    ({"date": "2024-01-31"}, "soon", "expected 2024-01-31, got no date in 'soon'"),
    (
        {"date": {"value": "2024-01-31", "format": "%d.%m.%Y"}},
        "2024-01-31",
        "expected it written as '31.01.2024', got '2024-01-31'",
    ),
]


@pytest.mark.parametrize(("check", "answer", "reason"), REASONS)
def test_reason_says_expected_and_got(check, answer, reason):
    assert decide(check, answer).reason == reason


PROBLEMS = [
    ({"number": {}}, "`number` needs one of `value`, `values`, or `min` and `max`"),
    (
        {"number": {"value": 1, "min": 2}},
        "`number` needs one of `value`, `values`, or `min` and `max`",
    ),
    ({"number": {"min": 3, "max": 2}}, "`number` `min` must be at most `max`, got 3 and 2"),
    (
        {"number": {"min": 3, "relative": 0.1}},
        "`number` must have no `relative` or `significant` beside `min` and `max`",
    ),
    (
        {"number": {"value": 3, "significant": 2, "tolerance": 1}},
        "`number` must have either `significant` or `tolerance` and `relative`",
    ),
    (
        {"number": {"value": 3, "percent": "yes"}},
        "`number.percent` must be 'number' or 'share', got 'yes'",
    ),
    ({"number": float("inf")}, "`number` must be a finite number, got inf"),
    ({"numbers": 3}, "`numbers` must be a list, got 3"),
    (
        {"numbers": []},
        "`numbers` must have at least 1 item, got []",
    ),
    ({"interval": "2 to 5"}, "`interval` must be an interval such as `[2, 5)`, got '2 to 5'"),
    ({"interval": "[5, 2]"}, "`interval` must begin before it ends, got '[5, 2]'"),
    ({"quantity": "far"}, "`quantity` must be a number and a unit such as `3 km`, got 'far'"),
    (
        {"quantity": "3 xyzzy"},
        "`quantity` must be a number and a unit such as `3 km`, got '3 xyzzy'",
    ),
    (
        {"quantity": "3 km, 4 kg"},
        "`quantity` must be a number and a unit such as `3 km`, got '3 km, 4 kg'",
    ),
    ({"date": "31.1.2024"}, "`date` must be a date such as 2024-01-31, got '31.1.2024'"),
    (
        {"date": {"value": "2024-01-31", "format": "dd.mm.yyyy"}},
        "`date.format` must be a format such as %d.%m.%Y, got 'dd.mm.yyyy'",
    ),
]


@pytest.mark.parametrize(("check", "text"), PROBLEMS)
def test_wrong_arguments_are_told(check, text):
    assert [problem.text for problem in CATALOGUE.find_problems(check)] == [text]

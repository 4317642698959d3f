import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.figures.text import estimate, listed, measured, number, p_number, p_value, share, stars, title


def test_numbers_read_as_journals_print_them() -> None:
    assert estimate(0.8312, 0.6901, 0.9388) == "0.83 (0.69-0.94)"
    assert estimate(-0.1, -0.3, 0.1) == "-0.10 (-0.30 to 0.10)"
    assert estimate(0.5, None, None) == "0.50"
    assert number(-0.0004) == "0.00"
    assert number(12345.6, 1) == "12,345.6"
    assert number(math.nan) == number(None) == "n/a"
    assert share(41, 88) == "41/88 (46.6%)"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.04, "P = 0.04"), (0.0004, "P < 0.001"), (0.0042, "P = 0.004"), (0.0499, "P = 0.049"),
        (0.046, "P = 0.046"), (0.995, "P > 0.99"), (0.51, "P = 0.51"),
    ],
)  # fmt: skip
def test_p(p: float, text: str) -> None:
    assert p_value(p) == text


@given(st.floats(0, 1))
def test_a_p_value_never_changes_side_of_a_limit(p: float) -> None:
    text = p_number(p)
    assert (
        (text.startswith("<") and p < 0.001)
        or (text.startswith(">") and p > 0.99)
        or round(abs(float(text) - p), 12) <= 0.005  # half a unit of the last place, in binary
    )
    assert (p < 0.05) == (len(stars(p)) > 0)


def test_a_column_as_a_heading() -> None:
    assert [title(c) for c in ("er", "HER2", "age", "clinical_t", "BRCA status")] == [
        "ER", "HER2", "Age", "Clinical T", "BRCA status",
    ]  # fmt: skip


def test_names_in_a_sentence() -> None:
    assert [listed(list(names)) for names in ("a", "ab", "abc")] == ["a", "a and b", "a, b and c"]
    assert listed(["a", "b"], " and the ") == "a and the b"


@pytest.mark.parametrize(
    ("column", "axis"),
    [
        ("age", "Age (years)"), ("age_at_diagnosis", "Age at diagnosis (years)"), ("stage", "Stage"),
        ("size_mm", "Size (mm)"), ("Tumour size (mm)", "Tumour size (mm)"), ("volume cc", "Volume (cc)"),
        ("bmi", "BMI (kg/m\u00b2)"), ("age_days", "Age (days)"), ("grade", "Grade"), ("mm", "Mm"),
        ("ki67_percent", "Ki67 (%)"),
    ],
)  # fmt: skip
def test_an_axis_has_the_unit_that_the_column_tells(column: str, axis: str) -> None:
    assert measured(column) == axis

"""Inclusion rules: who passes, what is not known, and the flow that they make."""

import pandas as pd
import pytest

from core.figures.inclusion import inclusion_figure
from core.figures.palette import LIGHT
from core.study.inclusion import inclusion
from core.study.intake.rules import Rule, manufacturer, screen, tesla

FACTS = pd.DataFrame(
    [("A", "GE", 1.5, "MR", "20030607"), ("B", "Siemens", 3.0, "MR", "20110101"), ("C", "", None, "", "")],
    columns=["patient", "manufacturer", "field_strength", "modality", "acquired"],
)
CLINICAL = pd.DataFrame(
    {
        "patient": list("ABC"), "cohort": "one", "role": "training", "grade": ["1", "3", None],
        "er": ["+", "-", "+"], "scanned": ["2003-06-07", "2011-01-01", "7.6.2003"],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "verdicts", "title"),
    [
        (Rule("manufacturer", values=("GE",)), "pass fail unknown", "Manufacturer: GE"),
        (Rule("manufacturer", values=("ge medical systems", "SIEMENS")), "pass pass unknown", None),
        (Rule("field_strength", values=("1.5",)), "pass fail unknown", "Field strength (T): 1.5"),
        (Rule("field_strength", values=("15000",)), "pass fail unknown", None),
        (
            Rule("field_strength", low="1.4", high="1.6"),
            "pass fail unknown",
            "Field strength (T): 1.4 to 1.6",
        ),
        (Rule("modality", values=("mr",)), "pass pass unknown", None),
        (Rule("acquired", low="1999-01-01", high="2004-12-31"), "pass fail unknown", None),
        (Rule("acquired", low="2003-06-07"), "pass pass unknown", "Acquired: from 2003-06-07"),
        (Rule("column", "grade", low="2"), "fail pass unknown", "grade: from 2"),
        (Rule("column", "er", values=("+",)), "pass fail pass", "er: +"),
        (Rule("column", "scanned", high="2004-12-31"), "pass fail unknown", "scanned: to 2004-12-31"),
        (Rule("column", "absent", values=("+",)), "unknown unknown unknown", None),
    ],
)
def test_verdicts(rule, verdicts, title):
    found = screen([rule], FACTS, CLINICAL)
    assert " ".join(found.verdicts["verdict"]) == verdicts
    assert title is None or rule.title == title


def test_what_is_not_known_is_kept_or_left_out_as_the_user_says():
    assert screen([Rule("manufacturer", values=("GE",))], FACTS, CLINICAL).passed == ["A", "C"]
    strict = screen([Rule("manufacturer", values=("GE",), unknown="leave out")], FACTS, CLINICAL)
    assert strict.passed == ["A"] and list(strict.failures["code"]) == ["Siemens", "not known"]


def test_rules_make_a_flow_that_is_drawn():
    rules = [Rule("manufacturer", values=("GE",)), Rule("column", "grade", high="2", unknown="leave out")]
    found = screen(rules, FACTS, CLINICAL)
    flow = inclusion(CLINICAL, found.steps, found.failures)
    assert list(flow["n"]) == [3, 2, 1]
    assert list(flow["reasons"]) == ["", "1 Siemens (B)", "1 not known (C)"]
    assert len(inclusion_figure(flow, LIGHT).layout.shapes) == 3


def test_dates_are_told_by_their_year_only():
    found = screen([Rule("acquired", high="2004-01-01")], FACTS, CLINICAL)
    assert list(found.verdicts["value"]) == ["2003", "2011", "not known"]
    assert "0607" not in found.failures.to_csv() and "2011 " not in found.failures.to_csv()


def test_names_of_makers_and_gauss():
    written = ("GE MEDICAL SYSTEMS", "SIEMENS", "Philips Healthcare", "General X", "")
    assert [manufacturer(t) for t in written] == ["GE", "Siemens", "Philips", "General X", ""]
    assert [tesla(v) for v in (15000, 1.5, 30000, 3, 0, -1, 1e9)] == [1.5, 1.5, 3.0, 3, None, None, None]

"""The threshold of the selection among the grades of the ICC; a feature by scanner before and after."""

import numpy as np
import pandas as pd
import pytest

from core.figures.harmony import harmony_figure
from core.figures.marks import codes
from core.figures.palette import DARK, LIGHT
from core.figures.robustness import grades_figure

PANELS = {"measured": "As measured", "after": "After"}


@pytest.fixture
def graded() -> pd.DataFrame:
    icc = np.linspace(0, 1, 41)
    kinds = np.where(np.arange(41) % 4 == 0, "wavelet", "original")
    grade = pd.cut(
        icc, [-1, 0.5, 0.75, 0.9, 2], labels=["poor", "moderate", "good", "excellent"], right=False
    )
    return pd.DataFrame({"icc": icc, "grade": grade, "group": kinds})


@pytest.mark.parametrize("least", [0.75, 0.8, 0.0, 1.0])
def test_right_of_the_tick_lie_the_features_that_pass(graded: pd.DataFrame, least: float) -> None:
    figure = grades_figure(graded, LIGHT, by="group", least=least)
    [tick] = [trace for trace in figure.data if trace.type == "scatter"]
    for name, x, count in zip(tick.y, tick.x, tick.customdata, strict=True):
        rows = graded[graded["group"] == name.split("</b>")[0].removeprefix("<b>")]
        assert count == (rows["icc"] >= least).sum()
        assert (1 - x) * len(rows) == pytest.approx(count)


def test_without_a_threshold_there_is_no_tick(graded: pd.DataFrame) -> None:
    assert {trace.type for trace in grades_figure(graded, DARK, by="group").data} == {"bar"}


def test_every_patient_is_a_point_of_its_scanner_before_and_after() -> None:
    values = pd.DataFrame(
        {"patient": [f"P{i}" for i in range(9)], "batch": ["GE", "GE", "Siemens"] * 3, "lnm": [0, 1, 1] * 3,
         "measured": np.arange(9.0), "after": [np.nan, *np.arange(8.0)]}
    )  # fmt: skip
    figure = harmony_figure(values, LIGHT, title="a feature", panels=PANELS)
    named = [code for trace in codes(figure) for code in trace]
    assert sorted(named) == sorted([*values["patient"], *values["patient"][1:]])
    assert list(figure.layout.xaxis.categoryarray) == ["<b>GE</b><br>n = 6", "<b>Siemens</b><br>n = 3"]
    assert list(figure.layout.xaxis2.categoryarray) == ["<b>GE</b><br>n = 5", "<b>Siemens</b><br>n = 3"]
    assert figure.layout.yaxis2.matches == "y"

"""Figures of the robustness page: every patient a point at its value, every feature in one bar."""

import numpy as np
import pandas as pd
import pytest

from core.figures.palette import DARK, LIGHT, Theme
from core.figures.robustness import MEASURES, READINGS, grades_figure, overlap_figure, readers_figure


@pytest.fixture
def overlap() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rows = [(f"P{k}", reading) for k in range(6) for reading in READINGS]
    table = pd.DataFrame(rows, columns=["patient", "reading"])
    for measure in (*MEASURES, "hausdorff_mm"):
        table[measure] = rng.uniform(0.5, 1, len(table))
    return table


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_perturbed_contours_have_a_box_each(overlap: pd.DataFrame, theme: Theme) -> None:
    figure = overlap_figure(overlap, theme)
    for trace, (reading, name) in zip(figure.data, READINGS.items(), strict=True):
        rows = overlap[overlap["reading"] == reading]
        assert dict(zip(trace.ids, trace.y, strict=True)) == dict(rows[["patient", "dice"]].to_numpy())
        assert trace.name == f"{name}<br>n = 6"


def test_two_readers_have_a_panel_for_each_measure_with_its_unit(overlap: pd.DataFrame) -> None:
    rows = overlap[overlap["reading"] == "eroded"]
    figure = readers_figure(rows, LIGHT)
    for k, (trace, (measure, name)) in enumerate(zip(figure.data, MEASURES.items(), strict=True), start=1):
        assert list(trace.ids) == list(rows["patient"])
        np.testing.assert_array_equal(trace.y, rows[measure])
        assert trace.name == "n = 6"
        assert figure.layout[f"yaxis{'' if k == 1 else k}"].title.text == name


def test_every_feature_is_counted_in_its_grade() -> None:
    grades = ["poor", "moderate", "good", "excellent"]
    table = pd.DataFrame(
        {"icc": [0.1, 0.6, 0.8, 0.95] * 3, "grade": grades * 3, "group": list("aabbccabcabc")}
    )
    figure = grades_figure(table, LIGHT, by="group")
    counted = sum(np.array(trace.customdata) for trace in figure.data)
    assert [trace.name.split(",")[0] for trace in figure.data] == grades
    assert counted.sum() == len(table)
    assert {y.split("<b>")[1][0] for y in figure.data[0].y} == set("abc")

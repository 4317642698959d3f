"""Bands below the curves, linked legends, and figures of models and outcomes that are not the study's."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from core.figures.calibration import calibration_figure
from core.figures.confusion import confusion_figure
from core.figures.decision_curve import decision_figure
from core.figures.own import own
from core.figures.palette import DARK, LIGHT, MODELS, model_colour
from core.figures.roc import roc_figure


def band_of(table: pd.DataFrame, place: str) -> pd.DataFrame:
    rows = table[["cohort", "role", "model"]].drop_duplicates()
    rows = rows[~rows["model"].isin(["all", "none"])]
    at = pd.DataFrame({place: [0.1, 0.5, 0.9], "low": [0.1, 0.2, 0.3], "high": [0.4, 0.6, 0.9]})
    return rows.merge(at, how="cross")


def drawn(figure) -> list:
    return [trace for trace in figure.data if (trace.name or "").endswith("95% band")]


def test_each_curve_has_its_band_below_it(roc, decision, calibration, metrics) -> None:
    figures = [
        roc_figure(roc, metrics, LIGHT, bands=band_of(roc, "fpr")),
        decision_figure(decision, metrics, LIGHT, bands=band_of(decision, "threshold")),
        calibration_figure(calibration, metrics, MODELS, LIGHT, bands=band_of(calibration, "predicted")),
    ]
    for figure in figures:
        bands = drawn(figure)
        assert len(bands) == 2 * len(MODELS)
        for trace in bands:
            np.testing.assert_array_equal(trace.x, [0.1, 0.5, 0.9, 0.9, 0.5, 0.1])
            np.testing.assert_array_equal(trace.y, [0.4, 0.6, 0.9, 0.3, 0.2, 0.1])
            (curve,) = [t for t in figure.data if t.name == trace.legendgroup and t.xaxis == trace.xaxis]
            assert list(figure.data).index(trace) < list(figure.data).index(curve)


def test_without_bands_none_are_drawn(roc, decision, calibration, metrics) -> None:
    assert drawn(roc_figure(roc, metrics, LIGHT)) == []
    assert drawn(decision_figure(decision, metrics, LIGHT)) == []
    assert drawn(calibration_figure(calibration, metrics, MODELS, LIGHT)) == []


def test_a_model_is_one_group_in_every_panel(decision, calibration, metrics) -> None:
    """Plotly shows and hides a group as one: a click in one panel's legend acts on the other."""
    for figure in (
        decision_figure(decision, metrics, LIGHT),
        calibration_figure(calibration, metrics, MODELS, LIGHT),
    ):
        for model in MODELS:
            groups = [t.legendgroup for t in figure.data if t.name == model]
            assert groups == [model] * 2
        assert figure.layout.legend.traceorder != "grouped"


@pytest.fixture
def at() -> pd.DataFrame:
    return pd.DataFrame(
        {"cohort": ["A"], "role": ["cohort"], "n": [20], "positives": [8], "tp": [6], "fp": [3], "tn": [9],
         "fn": [2]}
    )  # fmt: skip


def test_another_outcome_is_named_everywhere(at, calibration, metrics) -> None:
    figure = own(partial(confusion_figure, at), ["m"], "pCR", LIGHT)
    assert figure.layout.yaxis.ticktext == ("pCR +<br>n = 8", "pCR -<br>n = 12")
    draw = partial(calibration_figure, calibration, metrics, ["DLRN"])
    figure = own(draw, ["DLRN"], "pCR", LIGHT)
    assert "LNM" not in figure.to_json().replace("LNM_NAMES", "")
    assert figure.layout.xaxis.title.text == "Predicted probability of pCR"
    assert figure.layout.annotations[0].text == "<b>Training</b> TCGA-BRCA, n = 88, 41 pCR positive"


def test_rows_of_a_table_are_no_patients_of_the_study(calibration, metrics) -> None:
    patients = pd.DataFrame({"patient": ["row 2", "row 3"], "cohort": "TCGA-BRCA", "role": "training"})
    patients = patients.assign(lnm=[0, 1], DLRN=[0.2, 0.7])
    draw = partial(calibration_figure, calibration, metrics, ["DLRN"], patients=patients)
    figure = own(draw, ["DLRN"], "LNM", LIGHT)
    assert all(trace.ids is None for trace in figure.data)
    ticks = [t for t in figure.data if (t.name or "").startswith("patients")]
    assert [list(t.text) for t in ticks] == [["row 3"], ["row 2"]]
    assert "%{text}" in ticks[0].hovertemplate


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_models_of_a_table_have_seven_different_colours(theme, roc, metrics) -> None:
    names = ["a", "b", "c", "d", "e", "f", "g"]
    seen = []
    own(lambda theme: seen.append(theme) or roc_figure(roc, metrics, theme), names, "LNM", theme)
    colours = [model_colour(name, seen[0]) for name in names]
    assert len(set(colours)) == 7
    assert colours[0] == theme.ink
    assert model_colour("Radiomics", theme) == "#009E73"

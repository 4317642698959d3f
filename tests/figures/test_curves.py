"""ROC, decision curve, calibration, headline AUCs: what is drawn equals the frames."""

import numpy as np
import pandas as pd
import pytest

from core.figures.calibration import calibration_figure
from core.figures.decision_curve import decision_figure
from core.figures.forest import auc_forest
from core.figures.palette import DARK, LIGHT, MODELS
from core.figures.roc import roc_figure

TITLES = [
    "<b>Training</b> TCGA-BRCA, n = 88, 41 LNM positive",
    "<b>Validation</b> NACT-Pilot, n = 57, 35 LNM positive",
]


def panel(figure, column: int) -> dict:
    axis = "x" if column == 1 else f"x{column}"
    return {t.name: t for t in figure.data if t.xaxis in (axis, None if column == 1 else axis) and t.name}


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_roc_draws_the_points_of_the_frame(roc: pd.DataFrame, metrics: pd.DataFrame, theme) -> None:
    figure = roc_figure(roc, metrics, theme)
    for column, role in ((1, "training"), (2, "validation")):
        curves = panel(figure, column)
        assert list(curves) == list(MODELS)
        for model, trace in curves.items():
            rows = roc[(roc["role"] == role) & (roc["model"] == model)]
            np.testing.assert_array_equal(trace.x, rows["fpr"])
            np.testing.assert_array_equal(trace.y, rows["tpr"])
            assert trace.line.dash == ("dash" if role == "training" else "solid")
    assert panel(figure, 1)["DLRN"].line.color == theme.ink
    texts = [a.text for a in figure.layout.annotations]
    assert texts[:2] == TITLES
    assert "DLRN  0.83 (0.73-0.91)" in texts
    assert figure.layout.xaxis.title.text == "1 - specificity"
    assert figure.layout.yaxis.title.text == "Sensitivity"


def test_decision_curves_stand_beside_treating_all_and_none(
    decision: pd.DataFrame, metrics: pd.DataFrame
) -> None:
    figure = decision_figure(decision, metrics, LIGHT)
    assert {"Treat all", "Treat none", *MODELS} == set(panel(figure, 1)) == set(panel(figure, 2))
    rows = decision[(decision["role"] == "validation") & (decision["model"] == "DLRN")]
    np.testing.assert_array_equal(panel(figure, 2)["DLRN"].y, rows["net_benefit"])
    assert [a.text for a in figure.layout.annotations] == TITLES
    assert figure.layout.xaxis2.title.text == "Threshold probability of LNM"
    assert figure.layout.yaxis.range[1] < 1


def test_calibration_shows_groups_for_one_model_only(
    calibration: pd.DataFrame, metrics: pd.DataFrame
) -> None:
    one = calibration_figure(calibration, metrics, ["DLRN"], LIGHT)
    groups = panel(one, 2)["groups, 95% CI"]
    rows = calibration[
        (calibration["role"] == "validation")
        & (calibration["model"] == "DLRN")
        & (calibration["kind"] == "group")
    ]
    np.testing.assert_array_equal(groups.y, rows["observed"])
    np.testing.assert_allclose(groups.y + groups.error_y.array, rows["high"])
    assert set(panel(calibration_figure(calibration, metrics, MODELS, LIGHT), 1)) == set(MODELS)


def test_forest_marks_training_open_and_validation_filled(metrics: pd.DataFrame) -> None:
    figure = auc_forest(metrics, LIGHT)
    training, validation = figure.data
    assert (training.marker.symbol, validation.marker.symbol) == ("circle-open", "circle")
    assert training.name == "training TCGA-BRCA (n = 88, 41 positive)"
    assert list(validation.text) == list(MODELS)[::-1]
    np.testing.assert_allclose(validation.x - validation.error_x.arrayminus, validation.customdata[:, 0])
    assert "0.83 (0.73-0.91)" in [a.text for a in figure.layout.annotations]


def test_a_study_with_one_cohort_has_one_panel(roc: pd.DataFrame, metrics: pd.DataFrame) -> None:
    figure = roc_figure(roc[roc["role"] == "training"], metrics[metrics["role"] == "training"], LIGHT)
    assert "xaxis2" not in figure.to_dict()["layout"]


def test_two_validation_cohorts_have_a_panel_each(roc: pd.DataFrame, metrics: pd.DataFrame) -> None:
    again = {"NACT-Pilot": "Own hospital"}
    curves = pd.concat([roc, roc[roc["role"] == "validation"].replace({"cohort": again})])
    numbers = pd.concat([metrics, metrics[metrics["role"] == "validation"].replace({"cohort": again})])
    figure = roc_figure(curves, numbers, LIGHT)
    assert len(panel(figure, 3)) == len(MODELS)
    assert len(auc_forest(numbers, LIGHT).data) == 3

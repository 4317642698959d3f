"""Reading the nomogram gives the probability of the regression."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from core.models.fusion import fit_fusion, predict_fusion
from core.models.readings import coefficient_table, point_table, readings
from core.settings import ResamplingSettings


@pytest.fixture(scope="module")
def fitted() -> tuple:
    rng = np.random.default_rng(4)
    y = pd.Series(np.repeat([0, 1], 30), index=[f"P{i}" for i in range(60)])
    signatures = pd.DataFrame(
        expit(0.8 * (y.to_numpy()[:, None] - 0.5) + rng.normal(size=(60, 2))),
        columns=["Radiomics", "GoogLeNet"],
    ).set_axis(y.index)
    fit = fit_fusion(signatures, y, ResamplingSettings(folds=3, repeats=1))
    predictions = signatures.assign(cohort="A", role="training", lnm=y, DLRN=fit.out_of_fold)
    return fit, predictions.rename_axis("patient").reset_index()


def test_points_add_up_to_the_probability(fitted) -> None:
    fit, predictions = fitted
    found = readings(predictions, fit.coefficients, fit.axes)
    np.testing.assert_allclose(found["total"], found["points Radiomics"] + found["points GoogLeNet"])
    expected = predict_fusion(fit.coefficients, predictions[["Radiomics", "GoogLeNet"]])
    np.testing.assert_allclose(found["probability"], expected, rtol=1e-12)
    np.testing.assert_array_equal(found["stacked"], predictions["DLRN"])
    assert found["points Radiomics"].min() >= 0


def test_the_point_table_gives_the_probability_of_a_total(fitted) -> None:
    fit, predictions = fitted
    found = readings(predictions, fit.coefficients, fit.axes).sort_values("total")
    table = point_table(fit.axes, fit.coefficients, step=0.5)
    inside = found[found["total"].between(table["total"].min(), table["total"].max())]
    read = np.interp(inside["total"], table["total"], table["probability"])
    np.testing.assert_allclose(read, inside["probability"], atol=1e-4)
    ticks = fit.axes[fit.axes["axis"] == "Probability"]
    np.testing.assert_allclose(
        np.interp(ticks["points"], table["total"], table["probability"]), ticks["value"], atol=1e-4
    )


def test_coefficients_have_the_intervals_of_the_odds_ratios(fitted) -> None:
    fit, _ = fitted
    table = coefficient_table(fit.coefficients).iloc[1:]
    known = fit.coefficients.iloc[1:]
    np.testing.assert_allclose(np.exp(table["coef_low"]), known["low"])
    np.testing.assert_allclose(table["ratio_high"], known["high"] ** 0.1)
    assert coefficient_table(fit.coefficients)["ratio"].isna().tolist() == [True, False, False]

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import logit

from core.errors import ModelError
from core.models.fusion import FusionFit, fit_fusion, predict_fusion
from core.models.nomogram import points
from core.settings import ResamplingSettings

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
RESAMPLING = ResamplingSettings(repeats=2)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "predictions_train.csv")


@pytest.fixture(scope="module")
def fit(frame: pd.DataFrame) -> FusionFit:
    return fit_fusion(frame[["old", "new"]], frame["y"], RESAMPLING)


def test_model_equals_rms_lrm(fit: FusionFit) -> None:
    expected = pd.read_csv(REFERENCE / "nomogram_model.csv").set_index("name")["value"]
    table = fit.coefficients.set_index("name")
    found = {"intercept": table.loc["Intercept", "coef"]}
    found |= {f"{key}_{name}": table.loc[name, key] for key in ("coef", "se") for name in ("old", "new")}
    assert found == pytest.approx({key: expected[key] for key in found}, rel=1e-6)


def test_axes_equal_rms_nomogram(fit: FusionFit) -> None:
    expected = pd.read_csv(REFERENCE / "nomogram_axes.csv")
    found = fit.axes[fit.axes["axis"].isin(["old", "new"])]
    assert list(found["axis"]) == list(expected["axis"])
    assert found["value"].to_numpy() == pytest.approx(expected["value"].to_numpy(), rel=1e-6)
    assert found["points"].to_numpy() == pytest.approx(expected["points"].to_numpy(), rel=1e-6)


def test_points_lead_to_the_probability(fit: FusionFit, frame: pd.DataFrame) -> None:
    cases = pd.concat([frame[["old", "new"]], pd.DataFrame({"old": [0.0, 1.0], "new": [1.0, 0.0]})])
    total = points(fit.axes, cases)["total"].to_numpy()
    axis = fit.axes[fit.axes["axis"] == "Probability"]
    slope, start = np.polyfit(axis["points"], logit(axis["value"]), 1)
    assert slope * total + start == pytest.approx(logit(predict_fusion(fit.coefficients, cases).to_numpy()))
    earned = points(fit.axes, pd.DataFrame({"old": [0.1], "new": [0.5]})).iloc[0]
    assert earned["old"] == pytest.approx(0.0129541540304339, rel=1e-6)
    assert earned["new"] == pytest.approx(50)


def test_a_protective_signature_earns_points_downwards(frame: pd.DataFrame) -> None:
    turned = frame.assign(old=1 - frame["new"] * 0.5 + 0.1 * frame["old"])[["old"]]
    fit = fit_fusion(turned, frame["y"], RESAMPLING)
    axis = fit.axes[fit.axes["axis"] == "old"]
    assert fit.coefficients["coef"].iloc[1] < 0
    assert (axis["points"].iloc[0], axis["points"].iloc[-1]) == (pytest.approx(100), 0)


def test_out_of_fold_is_not_the_fit_on_all(fit: FusionFit, frame: pd.DataFrame) -> None:
    apparent = predict_fusion(fit.coefficients, frame)
    assert fit.out_of_fold.between(0, 1).all()
    assert 0 < np.abs(fit.out_of_fold - apparent).max() < 0.2
    again = fit_fusion(frame[["old", "new"]], frame["y"], RESAMPLING)
    assert again.out_of_fold.equals(fit.out_of_fold)


def _penalised(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    Z = (X - X.mean(axis=0)) / X.std(axis=0)

    def loss(b: np.ndarray) -> float:
        score = b[0] + Z @ b[1:]
        return float(np.sum(np.logaddexp(0, score) - y * score) + 0.5 * b[1:] @ b[1:])

    best = minimize(loss, np.zeros(X.shape[1] + 1), method="BFGS", options={"gtol": 1e-9}).x
    slopes = best[1:] / X.std(axis=0)
    return np.append(best[0] - slopes @ X.mean(axis=0), slopes)


@pytest.mark.parametrize("touching", [False, True])
def test_separation_falls_back_to_a_ridge_and_says_so(touching: bool) -> None:
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], 20)
    X = pd.DataFrame({"a": y + 0.3 * rng.random(40), "b": rng.random(40)})
    if touching:
        X.loc[[19, 20], "a"] = 0.7
    fit = fit_fusion(X, pd.Series(y), RESAMPLING)
    assert fit.note.startswith("Ridge regression was used: the predictors separate the outcomes")
    assert "10 of 10 folds" in fit.note
    assert fit.coefficients["coef"].to_numpy() == pytest.approx(_penalised(X.to_numpy(), y), abs=1e-5)
    assert np.isfinite(fit.coefficients.drop(columns="name").to_numpy()).all()


def test_repeated_and_constant_signatures(frame: pd.DataFrame) -> None:
    twice = fit_fusion(frame[["new"]].assign(again=frame["new"], flat=0.5), frame["y"], RESAMPLING)
    coef = twice.coefficients.set_index("name")["coef"]
    assert "collinear" in twice.note
    assert coef["new"] == pytest.approx(coef["again"])
    assert coef["flat"] == 0
    with pytest.raises(ModelError, match="FUSION-CONSTANT"):
        fit_fusion(frame[["y"]] * 0, frame["y"], RESAMPLING)


def test_no_note_without_a_ridge() -> None:
    rng = np.random.default_rng(2)
    y = pd.Series(rng.permutation(np.arange(80) % 2))
    X = pd.DataFrame({"a": 0.3 * y + rng.random(80), "b": rng.random(80)})
    assert fit_fusion(X, y, RESAMPLING).note == ""


def test_bad_input_is_named(frame: pd.DataFrame, fit: FusionFit) -> None:
    with pytest.raises(ModelError, match="ONE-CLASS"):
        fit_fusion(frame[["old"]], frame["y"] * 0, RESAMPLING)
    with pytest.raises(ModelError, match="FEATURES-MISSING"):
        predict_fusion(fit.coefficients, frame[["old"]])
    with pytest.raises(ModelError, match="FEATURES-NAN"):
        points(fit.axes, frame[["old", "new"]] * np.nan)

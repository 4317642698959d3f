import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss

from core.errors import ModelError
from core.evaluation.calibration import (
    brier,
    brier_interval,
    calibration_curve,
    calibration_line,
    hosmer_lemeshow,
)
from tests.evaluation.strategies import cohorts

FEW = settings(max_examples=30, deadline=None)


@FEW
@given(cohorts())
def test_brier_is_sklearns(cohort) -> None:
    y, p = cohort
    assert brier(y, p) == pytest.approx(brier_score_loss(y, p))


def test_a_calibrated_model_has_intercept_0_and_slope_1() -> None:
    rng = np.random.default_rng(1)
    p = rng.beta(2, 3, 40_000)
    line = calibration_line(rng.random(40_000) < p, p)
    assert line.intercept == pytest.approx(0, abs=0.05)
    assert line.slope == pytest.approx(1, abs=0.05)


def test_line_equals_an_unpenalised_sklearn_fit() -> None:
    rng = np.random.default_rng(2)
    p = rng.beta(1, 1, 80)
    y = rng.random(80) < p**2
    log_odds = np.log(p / (1 - p))[:, None]
    fit = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-12).fit(log_odds, y)
    line = calibration_line(y, p)
    assert (line.intercept, line.slope) == pytest.approx((fit.intercept_[0], fit.coef_[0, 0]), rel=1e-6)


def test_limits_of_the_line_come_from_the_information_matrix() -> None:
    rng = np.random.default_rng(6)
    p = rng.beta(2, 2, 90)
    y = rng.random(90) < p
    line = calibration_line(y, p)
    log_odds = np.log(p / (1 - p))
    fitted = 1 / (1 + np.exp(-(line.intercept + line.slope * log_odds)))
    information = np.zeros((2, 2))
    for x, q in zip(log_odds, fitted, strict=True):
        information += q * (1 - q) * np.outer([1, x], [1, x])
    half = 1.959964 * np.sqrt(np.diag(np.linalg.inv(information)))
    assert (line.intercept_low, line.slope_high) == pytest.approx(
        (line.intercept - half[0], line.slope + half[1]), rel=1e-6
    )


def test_brier_interval_covers_the_truth_in_most_cohorts() -> None:
    rng = np.random.default_rng(7)
    covered = []
    for _ in range(300):
        p = rng.random(100)
        low, high = brier_interval(rng.random(100) < p, p)
        covered.append(low <= 1 / 6 <= high)  # mean of p (1 - p) for uniform p
    assert 0.9 < np.mean(covered) < 0.99


def test_probabilities_of_0_and_1_are_left_out_of_the_line_as_in_val_prob() -> None:
    rng = np.random.default_rng(3)
    p = rng.random(60)
    y = (rng.random(60) < p).astype(int)
    assert calibration_line(np.r_[y, 0, 1], np.r_[p, 0, 1]) == calibration_line(y, p)


def test_line_without_a_finite_fit() -> None:
    separated = calibration_line([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8])
    touching = calibration_line([0, 0, 1, 1], [0.1, 0.5, 0.5, 0.8])
    assert np.isnan([separated.slope, separated.intercept, touching.slope]).all()
    constant = calibration_line([0, 0, 0, 1], [0.3] * 4)
    assert (constant.intercept, constant.slope) == (pytest.approx(np.log(1 / 3)), 0)


@FEW
@given(cohorts(smallest=10))
def test_hosmer_lemeshow_by_its_definition(cohort) -> None:
    y, p = cohort
    edges = np.unique(np.quantile(np.sort(p), np.arange(1, 10) / 10, method="linear"))
    edges = np.unique(np.r_[p.min(), edges, p.max()])
    chisq, groups = 0.0, 0
    for i, (low, high) in enumerate(zip(edges[:-1], edges[1:], strict=True)):
        inside = (p > low - 1e-9 if i == 0 else p > low + 1e-12) & (p <= high + 1e-12)
        if not inside.any():
            continue
        groups += 1
        for outcome, chance in ((y, p), (1 - y, 1 - p)):
            seen, hoped = outcome[inside].sum(), chance[inside].sum()
            if seen != hoped:
                chisq += (seen - hoped) ** 2 / hoped if hoped > 0 else np.inf
    found = hosmer_lemeshow(y, p)
    assert found.df == max(groups - 2, 0)
    if found.df == 0:
        assert np.isnan([found.chisq, found.p]).all()
        return
    assert found.chisq == pytest.approx(chisq, rel=1e-6, abs=1e-9)


def test_hosmer_lemeshow_with_ties_and_without_room() -> None:
    y = np.tile([0, 1], 20)
    tied = hosmer_lemeshow(y, np.repeat([0.2, 0.4, 0.6, 0.8], 10))
    assert tied.df == 1
    assert 0 < tied.p < 1
    constant = hosmer_lemeshow(y, np.full(40, 0.5))
    assert constant.df == 0
    assert np.isnan(constant.p)


def test_curve_has_few_groups_and_covers_everybody() -> None:
    rng = np.random.default_rng(4)
    p = rng.random(57)
    curve = calibration_curve(rng.random(57) < p, p)
    groups = curve[curve["kind"] == "group"]
    assert len(groups) == 4
    assert groups["n"].sum() == 57
    assert ((groups["low"] <= groups["observed"]) & (groups["observed"] <= groups["high"])).all()
    smooth = curve[curve["kind"] == "smooth"]
    assert smooth["predicted"].is_monotonic_increasing
    assert smooth["observed"].between(0, 1).all()
    assert set(curve["kind"]) == {"group", "smooth", "logistic"}


@FEW
@given(cohorts())
def test_curve_of_any_cohort_is_finite(cohort) -> None:
    curve = calibration_curve(*cohort)
    assert np.isfinite(curve[["predicted", "observed"]].to_numpy()).all()


def test_percentages_are_refused() -> None:
    with pytest.raises(ModelError, match="EVAL-RANGE") as error:
        brier([0, 1], [20, 80])
    assert "from 20 to 80" in str(error.value)

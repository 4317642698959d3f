"""Telling cohorts apart: the classifier step by step, chance on noise, and a shift that is there."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from core.errors import ModelError
from core.models.cohort_shift import out_of_fold
from core.settings import ResamplingSettings, ShiftSettings
from core.stages.shift import cohort_shift

RESAMPLING = ResamplingSettings(folds=5, repeats=2, seed=7)
SHIFT = ShiftSettings(components=4)


def cohorts(shift: float, seed: int, n: int = 60) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 40))
    second = np.arange(n) >= n * 0.6
    values[second, :10] += shift
    codes = [f"P{k:02d}" for k in range(n)]
    return pd.DataFrame(values, codes).rename(columns=str), pd.Series(second, codes)


def test_every_fold_is_fitted_on_the_others_alone() -> None:
    X, second = cohorts(1.0, 3)
    values, target, wanted = X.to_numpy(), second.to_numpy().astype(int), np.zeros(len(X))
    for repeat in range(2):
        folding = StratifiedGroupKFold(5, shuffle=True, random_state=7 + repeat)
        for train, test in folding.split(values, target, np.arange(len(X))):
            mean, sd = values[train].mean(0), values[train].std(0)
            z, held = (values[train] - mean) / sd, (values[test] - mean) / sd
            _, singular, axes = np.linalg.svd(z, full_matrices=False)
            whiten = axes[:4].T / (singular[:4] / np.sqrt(len(z)))
            fit = LogisticRegression(max_iter=1000).fit(z @ whiten, target[train])
            wanted[test] += fit.predict_proba(held @ whiten)[:, 1] / 2
    np.testing.assert_allclose(out_of_fold(X, second, SHIFT, RESAMPLING), wanted, atol=1e-4)


def test_noise_is_told_apart_by_chance_alone() -> None:
    areas = []
    for seed in range(12):
        X, second = cohorts(0.0, seed)
        areas.append(roc_auc_score(second, out_of_fold(X, second, SHIFT, RESAMPLING)))
    assert 0.4 < np.mean(areas) < 0.53


def test_a_shift_is_found_and_its_patients_lie_outside() -> None:
    X, second = cohorts(3.0, 1)
    found = cohort_shift(X[~second], X[second], SHIFT, RESAMPLING)
    assert found.auc.low > 0.9
    assert (found.n_training, found.n_validation) == (36, 24)
    assert found.inside_training >= 34
    X, second = cohorts(12.0, 1)
    assert cohort_shift(X[~second], X[second], SHIFT, RESAMPLING).inside == 0


def test_the_same_seed_gives_the_same_numbers_in_any_unit() -> None:
    X, second = cohorts(0.5, 2)
    first = out_of_fold(X, second, SHIFT, RESAMPLING)
    np.testing.assert_array_equal(first, out_of_fold(X, second, SHIFT, RESAMPLING))
    np.testing.assert_allclose(first, out_of_fold(1000 * X, second, SHIFT, RESAMPLING), atol=1e-4)


def test_too_few_of_a_cohort_is_one_clear_error() -> None:
    X, second = cohorts(0.0, 1)
    with pytest.raises(ModelError, match="TOO-FEW"):
        out_of_fold(X.iloc[:38], second.iloc[:38], SHIFT, RESAMPLING)

"""Tuning gives, step by step, what the signature gives in one go; and it repeats no step needlessly."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler
from skrebate import ReliefF

from core.errors import ModelError
from core.models.quick_forest import mean_vote, tree_votes
from core.models.quick_relief import relief_weights
from core.models.selection import ReliefSelector, make_forest
from core.models.signature import fit_signature, make_splits
from core.models.tuning.choice import choose, fold_kept, fold_weights
from core.models.tuning.probabilities import probabilities
from core.models.tuning.projections import fold_projections
from core.models.tuning.tables import scree, weight_table
from core.settings import ForestSettings, LearnerSettings, ResamplingSettings, SelectionSettings
from tests.models.conftest import simulate

RESAMPLING = ResamplingSettings(folds=4, repeats=3)
FOREST = ForestSettings(trees=12)
CASES = {
    "all possible": (SelectionSettings(None, 5, 6), FOREST),
    "a number": (SelectionSettings(9, 3, 4), FOREST),
    "a share": (SelectionSettings(0.8, 5, 3), FOREST),
    "more kept than there are": (SelectionSettings(5, 5, 41), FOREST),
    "more neighbours than a class has": (SelectionSettings(None, 500, 6), FOREST),
    "multisurf": (SelectionSettings(12, 5, 6, method="multisurf"), FOREST),
    "fae": (SelectionSettings(12, 5, 6, method="fae"), FOREST),
    "one component": (SelectionSettings(1, 1, 1), FOREST),
    "two blocks of trees": (SelectionSettings(10, 5, 6), ForestSettings(trees=103)),
    "logistic": (SelectionSettings(10, 5, 6), LearnerSettings("logistic")),
    "svm": (SelectionSettings(10, 5, 6), LearnerSettings("svm", c=0.5)),
    "boosting": (SelectionSettings(10, 5, 6), LearnerSettings("boosting", rounds=12)),
    "another forest": (SelectionSettings(10, 5, 6), ForestSettings(trees=7, min_leaf=5, seed=3)),
}


@pytest.mark.parametrize("case", CASES)
def test_equal_to_the_signature_with_one_repeat(cohort, case: str) -> None:
    selection, forest = CASES[case]
    X, y = cohort
    once = replace(RESAMPLING, repeats=1)
    tuned = probabilities(choose(X, y, selection, RESAMPLING), selection, forest)
    pd.testing.assert_series_equal(
        tuned, fit_signature(X, y, selection, forest, once).out_of_fold, check_exact=True
    )


def test_rows_of_one_patient_stay_together() -> None:
    X, y = simulate(4)
    X.index = pd.Index([f"P{i // 2}" for i in range(48)])
    y = pd.Series((np.arange(48) // 2) % 2, index=X.index)
    selection = SelectionSettings(keep=5)
    tuned = probabilities(choose(X, y, selection, RESAMPLING), selection, FOREST)
    expected = fit_signature(X, y, selection, FOREST, replace(RESAMPLING, repeats=1)).out_of_fold
    np.testing.assert_array_equal(tuned, expected)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(13, 40), st.integers(1, 12), st.integers(1, 25), st.booleans())
def test_relief_has_the_bits_of_skrebate(seed: int, n: int, p: int, neighbours: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, p)) * np.exp(3 * rng.normal(size=p))
    values = np.round(values, 1) if ties else values
    codes = np.r_[0, 0, 1, 1, rng.integers(0, 2, n - 4)]
    nearest = min(neighbours, int(np.bincount(codes).min()) - 1)
    expected = ReliefF(1, nearest).fit(values.copy(), codes).feature_importances_
    np.testing.assert_array_equal(relief_weights(values, codes, neighbours), expected)


@pytest.mark.parametrize("seed", range(20))
def test_relief_equals_skrebate_with_ties_and_constant_columns(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    n, p = int(rng.integers(20, 60)), int(rng.integers(3, 30))
    values = rng.normal(size=(n, p)) * np.exp(rng.normal(size=p))
    values = np.round(values, 1) if seed % 2 else values  # ties within columns and between distances
    if seed % 4 > 1:
        values[:, 0] = 2.0
    values[-1] = values[0]  # the same patient twice
    codes = np.r_[0, 0, 1, 1, rng.integers(0, 2, n - 4)]
    nearest = min(7, int(np.bincount(codes).min()) - 1)
    expected = ReliefF(1, nearest).fit(values.copy(), codes).feature_importances_
    np.testing.assert_allclose(relief_weights(values, codes, 7), expected, rtol=1e-9, atol=1e-12)


def test_relief_needs_two_of_each_class() -> None:
    with pytest.raises(ValueError, match="2 classes of 2 samples"):
        relief_weights(np.random.default_rng(0).normal(size=(14, 3)), np.r_[1, np.zeros(13, int)], 5)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(8, 50), st.integers(1, 20), st.integers(1, 6))
def test_votes_have_the_bits_of_the_forest(seed: int, n: int, p: int, leaf: int) -> None:
    rng = np.random.default_rng(seed)
    known, unseen = rng.normal(size=(n, p)), rng.normal(size=(7, p))
    target = np.r_[0, 1, (rng.random(n - 2) < 0.3).astype(int)]
    forest = ForestSettings(trees=9, min_leaf=leaf, seed=seed)
    votes = tree_votes(known, target, unseen, forest)
    for trees in (1, 4, 9):
        fitted = make_forest(replace(forest, trees=trees)).fit(known, target)
        np.testing.assert_array_equal(mean_vote(votes, trees), fitted.predict_proba(unseen)[:, 1])
    np.testing.assert_array_equal(tree_votes(known, target, unseen, forest, 5), votes[:, 5:])


@pytest.mark.parametrize("keep", [1, 4, 40])
def test_kept_are_those_of_the_selector(cohort, keep: int) -> None:
    projections = fold_projections(*cohort, RESAMPLING, 12)
    kept = fold_kept(fold_weights(projections, 5), keep)
    for fold, columns in zip(projections.folds, kept, strict=True):
        expected = ReliefSelector(5, keep).fit(fold.known, fold.target)
        np.testing.assert_array_equal(columns, expected.kept_)


def test_a_moved_setting_repeats_no_step_before_it(cohort) -> None:
    done, stored = Counter(), {}

    def remember(make, *key):
        name = (make.func.__name__, *key)
        if name not in stored:
            done[make.func.__name__] += 1
            stored[name] = make()
        return stored[name]

    def run(trees: int = 20, **moved) -> Counter:
        done.clear()
        selection = SelectionSettings(**{"components": 10, "neighbours": 5, "keep": 4} | moved)
        probabilities(
            choose(*cohort, selection, RESAMPLING, remember), selection, ForestSettings(trees), remember
        )
        return Counter(done)

    assert run() == {"fold_projections": 1, "shorten": 1, "fold_weights": 1, "fold_votes": 1}
    assert run() == {}
    assert run(keep=5) == {"fold_votes": 1}
    assert run(trees=90) == {}
    assert run(trees=150) == {"fold_votes": 1}
    assert run(neighbours=3) == {"fold_weights": 1, "fold_votes": 1}
    assert run(components=8) == {"shorten": 1, "fold_weights": 1, "fold_votes": 1}
    svm = SelectionSettings(10, 5, 4)
    for expected in ({"learned": 1}, {}):
        done.clear()
        learner = LearnerSettings("svm")
        probabilities(choose(*cohort, svm, RESAMPLING, remember), svm, learner, remember)
        assert Counter(done) == expected
    assert run(components=0.8) == {"fold_projections": 1, "fold_weights": 1, "fold_votes": 1}


def test_scree_is_the_median_over_the_folds(cohort) -> None:
    X, y = cohort
    found = scree(fold_projections(X, y, RESAMPLING))
    shares = []
    for _, train, _ in make_splits(X.index, y.to_numpy(), replace(RESAMPLING, repeats=1)):
        scaled = StandardScaler().fit_transform(X.to_numpy()[train])
        shares.append(PCA(svd_solver="full").fit(scaled).explained_variance_ratio_[:29])
    assert list(found["component"]) == list(range(1, 30))
    assert found["share"].to_numpy() == pytest.approx(np.median(shares, axis=0))
    assert found["low"].to_numpy() == pytest.approx(np.min(shares, axis=0))
    assert found["cumulative"].to_numpy() == pytest.approx(np.median(np.cumsum(shares, axis=1), axis=0))
    assert found["cumulative"].iloc[-1] == pytest.approx(1)


def test_weight_table_counts_the_folds_that_keep_a_component(cohort) -> None:
    chosen = choose(*cohort, SelectionSettings(0.7, 5, 3), RESAMPLING)
    table = weight_table(chosen)
    fewest, most = chosen.projections.counts
    assert fewest < most == len(table)
    assert table["kept"].sum() == 3 * 4
    assert table["weight"].is_monotonic_decreasing
    for row in table.itertuples():
        weights = [w[row.component - 1] for w in chosen.weights if w.size >= row.component]
        assert (row.weight, row.low, row.high) == (np.median(weights), min(weights), max(weights))
        assert row.folds == len(weights)
        assert row.kept == sum(row.component - 1 in kept for kept in chosen.kept)


def test_what_cannot_be_folded_is_said(cohort) -> None:
    X, y = cohort
    with pytest.raises(ModelError, match="ONE-CLASS"):
        fold_projections(X, y * 0, RESAMPLING)
    few = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:3]]
    with pytest.raises(ModelError, match="TOO-FEW"):
        fold_projections(X.iloc[few], y.iloc[few], RESAMPLING)
    with pytest.raises(ModelError, match="COMPONENTS"):
        fold_projections(X, y, RESAMPLING, 2.5)


def test_absolute_weights_are_ranked_as_they_are_kept(cohort) -> None:
    chosen = choose(*cohort, SelectionSettings(8, 5, 3, method="fae"), RESAMPLING)
    table = weight_table(chosen, absolute=True)
    assert table["weight"].min() >= 0 and table["weight"].is_monotonic_decreasing
    for weights, kept in zip(chosen.weights, chosen.kept, strict=True):
        left = np.setdiff1d(np.arange(8), kept)
        assert np.abs(weights[kept]).min() >= np.abs(weights[left]).max()

"""Stability of chosen features against Kuncheva's pairwise index; shares against the forest itself."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.resampled import Resampled
from core.models.selection import make_pipeline
from core.models.signature import fit_signature, make_splits
from core.models.stability import chosen, feature_shares, stability
from core.models.trees import LEAF
from core.settings import LearnerSettings, ResamplingSettings
from tests.models.conftest import FOREST, RESAMPLING, SELECTION


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(3, 30))
def test_equal_to_kuncheva_where_all_choose_equally_many(seed: int, models: int, p: int) -> None:
    """Nogueira et al. 2018, section 3: their index is the mean of Kuncheva's over all pairs of models."""
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, p))
    sets = [set(rng.choice(p, k, replace=False)) for _ in range(models)]
    mask = np.array([[f in one for f in range(p)] for one in sets])
    kuncheva = [(len(a & b) - k * k / p) / (k - k * k / p) for a, b in combinations(sets, 2)]
    found = stability(mask)
    assert found.index == pytest.approx(np.mean(kuncheva))
    assert found.low <= found.index <= found.high + 1e-12
    assert (found.models, found.features, found.chosen) == (models, p, k)


def test_ends_of_the_index() -> None:
    same = np.zeros((5, 10), dtype=bool)
    same[:, :3] = True
    assert stability(same).index == 1
    assert np.isnan(stability(np.ones((5, 10), dtype=bool)).index)
    assert np.isnan(stability(same[:1]).index)
    random = np.random.default_rng(0).random((400, 50)) < 0.3
    found = stability(random)
    assert abs(found.index) < 0.01 and found.low < 0 < found.high


def test_shares_follow_splits_and_loadings(cohort) -> None:
    fit = fit_signature(*cohort, SELECTION, FOREST, RESAMPLING, keep_models=True)
    shares = feature_shares(fit.resampled)
    assert shares.shape == (6, 30)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (shares["f29"] == 0).all()  # constant
    loadings, nodes = fit.resampled.loadings, fit.resampled.learners.nodes
    own = loadings[loadings["model"] == 2].drop(columns=["model", "offset"]).to_numpy(dtype=float)
    expected = np.zeros(30)
    splits = nodes[(nodes["model"] == 2) & (nodes["left"] != LEAF)]["feature"]
    for component in splits:
        expected += own[component] ** 2 / (own[component] ** 2).sum() / len(splits)
    np.testing.assert_allclose(shares.iloc[2], expected, rtol=1e-6)


def test_the_planted_features_lead(cohort) -> None:
    fit = fit_signature(*cohort, SELECTION, FOREST, RESAMPLING, keep_models=True)
    mask = chosen(feature_shares(fit.resampled), 6)
    assert (mask.sum(axis=1) == 6).all()
    assert mask[:, :6].mean() > mask[:, 6:].mean()


def test_a_logistic_regression_counts_what_it_gives_the_features(cohort) -> None:
    X, y = cohort
    learner, once = LearnerSettings("logistic", c=0.1), ResamplingSettings(folds=3, repeats=1)
    fit = fit_signature(X, y, SELECTION, learner, once, keep_models=True)
    shares = feature_shares(Resampled.from_frames(fit.resampled.to_frames()))
    _, train, _ = make_splits(X.index, y.to_numpy(), once)[1]
    model = make_pipeline(SELECTION, learner).fit(X.to_numpy()[train], y.iloc[train])
    # A step of one standard deviation of all patients in one feature moves the log-odds by this.
    steps = np.vstack([X.mean().to_numpy(), X.mean().to_numpy() + np.diag(X.std(ddof=0))])
    slopes = model.decision_function(steps[1:]) - model.decision_function(steps[:1])
    np.testing.assert_allclose(shares.iloc[1], slopes**2 / (slopes**2).sum(), rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("name", ["svm", "boosting"])
def test_other_learners_have_shares(cohort, name: str) -> None:
    fit = fit_signature(*cohort, SELECTION, LearnerSettings(name, rounds=10), RESAMPLING, keep_models=True)
    shares = feature_shares(Resampled.from_frames(fit.resampled.to_frames()))
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert shares.loc[:, "f0":"f5"].sum(axis=1).mean() > 6 / 30

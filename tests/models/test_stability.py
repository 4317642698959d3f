"""Stability of chosen features against Kuncheva's pairwise index; shares against the forest itself."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.signature import fit_signature
from core.models.stability import chosen, feature_shares, stability
from core.models.trees import LEAF
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

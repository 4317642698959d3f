import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

from core.errors import TableError
from core.evaluation.group_tests import mann_whitney
from core.features.distribution import compare


def frame(n: int, features: int, seed: int, ties: bool) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(n, features))
    return pd.DataFrame(np.round(values) if ties else values, columns=[f"f{k}" for k in range(features)])


@settings(max_examples=30, deadline=None)
@given(n=st.tuples(st.integers(2, 60), st.integers(2, 60)), seed=st.integers(0, 10**6), ties=st.booleans())
def test_every_feature_as_scipy_and_statsmodels_test_it_alone(
    n: tuple[int, int], seed: int, ties: bool
) -> None:
    table = frame(sum(n), 7, seed, ties)
    second = np.arange(sum(n)) >= n[0]
    found = compare(table, second)
    for row in found.dropna().itertuples():
        values = table[row.feature].to_numpy()
        exact = max(n) < 50 and len(set(values)) == len(values)
        alone = stats.mannwhitneyu(values[second], values[~second], method="exact" if exact else "asymptotic")
        assert row.p == pytest.approx(alone.pvalue, rel=1e-12)
        assert row.auc == pytest.approx(alone.statistic / n[0] / n[1], rel=1e-12)
        assert row.p == pytest.approx(mann_whitney(second.astype(int), values).p, rel=1e-12)
    tested = found["p"].notna()
    if tested.any():
        q = multipletests(found.loc[tested, "p"], method="fdr_bh")[1]
        np.testing.assert_allclose(found.loc[tested, "q"], q, rtol=1e-12)


def test_auc_is_the_area_under_the_roc_curve() -> None:
    table, second = frame(40, 3, 1, ties=True), np.arange(40) % 2 == 0
    found = compare(table, second)
    for name, value in zip(found["feature"], found["auc"], strict=True):
        assert value == pytest.approx(roc_auc_score(second, table[name]), rel=1e-12)


def test_what_does_not_vary_or_is_missing_is_not_tested_and_not_counted() -> None:
    table = frame(30, 4, 2, ties=False)
    second = np.arange(30) < 12
    alone = compare(table, second)
    found = compare(table.assign(same=1.0, hole=table["f0"].where(table.index > 0)), second)
    assert found.set_index("feature").loc[["same", "hole"], ["auc", "p", "q"]].isna().all(axis=None)
    pd.testing.assert_frame_equal(found.iloc[:4], alone)


@pytest.mark.parametrize("size", [0, 1])
def test_a_group_of_fewer_than_two_is_an_error(size: int) -> None:
    table = frame(10, 2, 3, ties=False)
    for second in (np.arange(10) < size, np.arange(10) >= size):
        with pytest.raises(TableError, match=r"FEATURES-GROUPS"):
            compare(table, second)

"""Correlations with intervals, group tests and members, against scipy and against our own R-checked layer."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.evaluation.group_tests import mann_whitney
from core.genomics.gsva_groups import between_groups, member_genes, with_signatures


def table(seed: int, n: int, rounded: bool = False) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    codes = [f"P{i}" for i in range(n)]
    values = rng.normal(size=(3, n))
    scores = pd.DataFrame(values.round(1) if rounded else values, ["A", "B", "C"], codes)
    return scores, pd.DataFrame(rng.normal(size=(n, 2)), codes, ["Radiomics", "GoogLeNet"])


@pytest.mark.parametrize("n", [4, 12, 88])
def test_correlations_are_those_of_scipy(n: int) -> None:
    scores, signatures = table(1, n)
    found = with_signatures(scores, signatures.iloc[::-1])
    for row in found.to_dict("records"):
        x, y = signatures[row["signature"]], scores.loc[row["pathway"]]
        test, line = stats.pearsonr(x, y), stats.linregress(x, y)
        interval = test.confidence_interval()
        got = [row[c] for c in ("r", "low", "high", "p", "slope", "intercept")]
        wanted = [test.statistic, *interval, test.pvalue, line.slope, line.intercept]
        np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-12)
        assert row["n"] == n
    np.testing.assert_allclose(found["q"], stats.false_discovery_control(found["p"]))


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_below_four_patients_nothing_is_said(n: int) -> None:
    found = with_signatures(*table(1, n))
    assert len(found) == 6
    assert found[["r", "low", "high", "p", "q", "slope"]].isna().all(axis=None)
    assert (found["n"] == n).all()


def test_a_signature_that_does_not_vary_is_no_test() -> None:
    scores, signatures = table(2, 10)
    found = with_signatures(scores, signatures.assign(Radiomics=0.5)).set_index("signature")
    assert found.loc["Radiomics", ["r", "low", "p", "q"]].isna().all(axis=None)
    p = found.loc["GoogLeNet", "p"]
    np.testing.assert_allclose(found.loc["GoogLeNet", "q"], stats.false_discovery_control(p))


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 120), rounded=st.booleans())
def test_group_tests_are_mann_whitney(seed: int, n: int, rounded: bool) -> None:
    scores, signatures = table(seed, n, rounded)
    groups = (signatures > signatures.median()).astype(float)
    groups.iloc[0, 0] = np.nan
    found = between_groups(scores, groups)
    for row in found.to_dict("records"):
        known = groups[row["group"]].dropna()
        values = scores.loc[row["pathway"], known.index]
        wanted = mann_whitney(known, values)
        halves = wanted.median_negative, wanted.median_positive, wanted.n_negative, wanted.n_positive
        assert (row["median_low"], row["median_high"], row["n_low"], row["n_high"]) == pytest.approx(halves)
        assert (row["u"], row["p"]) == pytest.approx((wanted.u, wanted.p))
    np.testing.assert_allclose(found["q"], stats.false_discovery_control(found["p"]))


def test_group_tests_are_those_of_scipy() -> None:
    scores, signatures = table(5, 40)
    high = (signatures[["Radiomics"]] > 0).astype(float)
    row = between_groups(scores, high).iloc[0]
    values, side = scores.loc["A"], high["Radiomics"]
    test = stats.mannwhitneyu(values[side == 1], values[side == 0], method="exact")
    assert (row["u"], row["p"]) == pytest.approx((test.statistic, test.pvalue))


def test_an_empty_half_is_no_test() -> None:
    scores, signatures = table(3, 8)
    found = between_groups(scores, signatures.assign(Radiomics=1.0, GoogLeNet=[0.0, 1.0] * 4))
    one = found[found["group"] == "Radiomics"]
    assert one[["u", "p", "q", "median_low"]].isna().all(axis=None)
    assert (one["n_low"] == 0).all()
    assert found.loc[found["group"] == "GoogLeNet", "q"].notna().all()


def test_members_are_those_measured_with_their_own_module() -> None:
    values = pd.DataFrame([[1.0, 2, 3, 4], [4.0, 3, 2, 1], [1.0, 3, 2, 4]], ["A", "B", "C"], list("wxyz"))
    genes = pd.DataFrame({"gene": ["A", "B", "C"], "module": ["blue", "grey", "brown"]})
    kme = pd.DataFrame(
        {"blue": [0.9, 0.1, 0.2], "brown": [0.3, 0.4, -0.8], "grey": 0.5}, index=["A", "B", "C"]
    )
    score = pd.Series([1.0, 2.0, 3.5], index=list("wxy"))
    found = member_genes(("C", "A", "B", "MISSING"), values, genes, kme, score).set_index("gene")
    assert set(found.index) == {"A", "B", "C"}
    assert found["module"].to_dict() == {"A": "blue", "B": "grey", "C": "brown"}
    assert found.at["A", "kme"] == 0.9
    assert found.at["C", "kme"] == -0.8
    assert np.isnan(found.at["B", "kme"])
    assert found.at["C", "r"] == pytest.approx(stats.pearsonr([1, 3, 2], score).statistic)

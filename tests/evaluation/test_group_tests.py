"""Against numbers printed in the paper (PAPER.md) and in R's help pages."""

import numpy as np
import pytest
from hypothesis import given, settings

from core.errors import ModelError
from core.evaluation.group_tests import benjamini_hochberg, chi_square, mann_whitney, pearson
from core.evaluation.roc import auc
from tests.evaluation.strategies import cohorts

PAPER = [[41, 88 - 41], [35, 57 - 35]]


def test_chi_square_of_the_papers_cohorts() -> None:
    plain, corrected = chi_square(PAPER), chi_square(PAPER, corrected=True)
    assert (round(plain.statistic, 3), plain.df, round(plain.p, 3)) == (3.043, 1, 0.081)
    assert round(corrected.p, 3) == 0.115


def test_chi_square_of_a_larger_table() -> None:
    # R: example(chisq.test), party by gender: X-squared = 30.07, df = 2, p-value = 2.954e-07.
    found = chi_square([[762, 327, 468], [484, 239, 477]])
    assert (round(found.statistic, 2), found.df) == (30.07, 2)
    assert found.p == pytest.approx(2.954e-07, rel=1e-3)


@pytest.mark.parametrize(
    "table", [[[1, 2]], [[1, 0], [2, 0]], [[1, -1], [2, 3]], [1, 2, 3], [[np.nan, 1], [2, 3]]]
)
def test_bad_tables(table) -> None:
    with pytest.raises(ModelError, match="EVAL-TABLE"):
        chi_square(table)


@pytest.mark.parametrize(("r", "n", "p"), [(0.22, 88, 0.039), (0.23, 88, 0.031), (0.32, 57, 0.015)])
def test_pearson_of_the_papers_correlations(r: float, n: int, p: float) -> None:
    basis, _ = np.linalg.qr(np.column_stack([np.ones(n), np.random.default_rng(n).normal(size=(n, 2))]))
    x, noise = basis[:, 1], basis[:, 2]
    found = pearson(x, r * x + np.sqrt(1 - r**2) * noise)
    assert found.r == pytest.approx(r)
    assert round(found.p, 3) == p
    low, high = np.tanh(np.arctanh(r) + np.array([-1.959964, 1.959964]) / np.sqrt(n - 3))
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)


def test_pearson_leaves_out_missing_pairs_and_names_bad_input() -> None:
    x, y = np.array([1.0, 2, 3, 4, np.nan]), np.array([1.0, 3, 2, 5, 9])
    assert pearson(x, y) == pearson(x[:4], y[:4])
    assert np.isnan(pearson([1, 1, 1], [1, 2, 3]).r)
    for bad in (([1, 2], [1, 2]), ([1, 2, 3], [1, 2])):
        with pytest.raises(ModelError, match="EVAL-PAIRS"):
            pearson(*bad)


def test_mann_whitney_of_rs_help_page() -> None:
    # R: example(wilcox.test), Ozone-like two samples of Hollander and Wolfe 1973, p. 69: W = 35, p = 0.2544.
    first = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    second = [1.15, 0.88, 0.90, 0.74, 1.21]
    found = mann_whitney(np.repeat([1, 0], [10, 5]), first + second)
    assert found.u == 35
    assert found.p == pytest.approx(0.2544, abs=5e-5)
    assert (found.n_positive, found.n_negative) == (10, 5)


@settings(max_examples=25, deadline=None)
@given(cohorts())
def test_u_is_the_auc(cohort) -> None:
    y, p = cohort
    found = mann_whitney(y, p)
    assert found.u == pytest.approx(auc(y, p).auc * y.sum() * (1 - y).sum())
    assert 0 <= found.p <= 1


def test_benjamini_hochberg_of_the_original_article() -> None:
    # Benjamini and Hochberg, J R Stat Soc B 1995, section 4.2: at q = 0.05 the first four are rejected.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    p += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]
    q = benjamini_hochberg(p)
    assert (q <= 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    assert q[-1] == 1


def test_benjamini_hochberg_does_not_count_missing() -> None:
    q = benjamini_hochberg([0.01, np.nan, 0.04])
    assert np.isnan(q[1])
    assert q[[0, 2]] == pytest.approx([0.02, 0.04])
    assert np.isnan(benjamini_hochberg([np.nan])).all()
    with pytest.raises(ModelError, match="EVAL-RANGE"):
        benjamini_hochberg([1.2])

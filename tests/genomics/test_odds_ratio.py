from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from core.errors import ModelError
from core.genomics.odds_ratio import firth_slope, fit_logistic, odds_ratios

DATA = Path(__file__).parents[1] / "data/genomics"
COUNTS = st.tuples(*[st.integers(0, 40)] * 4)


def two_by_two(cells):
    """Exposure and outcome of a 2 x 2 table (a exposed cases, b exposed controls, c, d unexposed)."""
    return np.repeat([1.0, 1, 0, 0], cells), np.repeat([1.0, 0, 1, 0], cells)


@settings(max_examples=30, deadline=None)
@given(COUNTS)
def test_firth_of_a_two_by_two_table_adds_half_to_each_cell(cells):
    a, b, c, d = cells
    assume(min(a + b, c + d, a + c, b + d) > 0)
    table = odds_ratios(*two_by_two(cells)).set_index(["method", "per"])
    expected = (a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5))
    np.testing.assert_allclose(table.at[("Firth", "unit"), "odds_ratio"], expected, rtol=1e-6)
    separated = a * d == 0 or b * c == 0
    assert table["separation"].all() == separated
    if not separated:
        np.testing.assert_allclose(
            table.at[("maximum likelihood", "unit"), "odds_ratio"], a * d / (b * c), rtol=1e-6
        )
    row = table.loc[("Firth", "unit")]
    assert row["low"] < row["odds_ratio"] < row["high"]
    assert (row["p"] < 0.05) == (row["low"] > 1 or row["high"] < 1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100), st.floats(-50, 50))
def test_maximum_likelihood_is_statsmodels(seed, scale, shift):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=60)
    y = (x + 1.5 * rng.normal(size=60) > 0).astype(int)
    x = x * scale + shift
    table = odds_ratios(x, y).set_index(["method", "per"])
    assume(not table["separation"].any())
    spread = x.std(ddof=1)
    fit = sm.Logit(y, sm.add_constant((x - x.mean()) / spread)).fit(disp=0, tol=1e-12, maxiter=100)
    row = table.loc[("maximum likelihood", "SD")]
    found = row[["odds_ratio", "low", "high", "p"]].to_numpy(dtype=float)
    np.testing.assert_allclose(
        found, [*np.exp([fit.params[1], *fit.conf_int()[1]]), fit.pvalues[1]], rtol=1e-6
    )
    per_unit = table.at[("Firth", "unit"), "odds_ratio"] ** spread
    np.testing.assert_allclose(per_unit, table.at[("Firth", "SD"), "odds_ratio"], rtol=1e-9)


def test_firth_maximises_the_jeffreys_penalised_likelihood():
    rng = np.random.default_rng(4)
    design = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    y = (design[:, 1] + rng.normal(size=40) > 0).astype(float)

    def minus(beta):
        p = 1 / (1 + np.exp(-design @ beta))
        information = sum(w * np.outer(row, row) for w, row in zip(p * (1 - p), design, strict=True))
        return -np.sum(np.log(np.where(y == 1, p, 1 - p))) - 0.5 * np.log(np.linalg.det(information))

    best = minimize(minus, np.zeros(3), method="BFGS", options={"gtol": 1e-8}).x
    np.testing.assert_allclose(fit_logistic(design, y, firth=True), best, atol=1e-5)


@pytest.mark.parametrize("data", ["sex2", "endometrial"])
def test_firth_and_its_profile_interval_are_those_of_r_logistf(data):
    table = pd.read_csv(DATA / f"{data}.csv")
    y = table.pop({"sex2": "case", "endometrial": "HG"}[data]).to_numpy(dtype=float)
    expected = pd.read_csv(DATA / "logistf.csv").query("data == @data").set_index("term")
    assert list(expected.index) == list(table)
    for term, row in expected.iterrows():
        others = table.drop(columns=term)
        design = np.column_stack([np.ones(len(y)), table[term], others]).astype(float)
        found = firth_slope(design, y)
        np.testing.assert_allclose(found[:3], row[["coefficient", "low", "high"]].astype(float), rtol=2e-5)
        assert 0 < found[3] < 1 and (found[3] < 0.05) == (found[1] > 0 or found[2] < 0)


def test_separation_but_for_ties_in_real_patients():
    table = pd.read_csv(DATA / "endometrial.csv")
    odds = odds_ratios(table["NV"], table["HG"]).set_index(["method", "per"])
    cells = table.groupby(["NV", "HG"]).size().unstack(fill_value=0)
    assert odds["separation"].all() and cells.at[1, 0] == 0
    expected = (cells.at[1, 1] + 0.5) * (cells.at[0, 0] + 0.5) / (0.5 * (cells.at[0, 1] + 0.5))
    np.testing.assert_allclose(odds.at[("Firth", "unit"), "odds_ratio"], expected, rtol=1e-6)


@pytest.mark.parametrize(("direction", "expected"), [(1, np.inf), (-1, 0)])
def test_separation_is_told_and_firth_stays_finite(direction, expected):
    table = odds_ratios(direction * np.arange(20.0), np.repeat([0, 1], 10)).set_index(["method", "per"])
    assert table["separation"].all()
    assert table.at[("maximum likelihood", "unit"), "odds_ratio"] == expected
    assert np.isnan(table.at[("maximum likelihood", "unit"), "p"])
    assert np.isfinite(table.loc["Firth", ["odds_ratio", "low", "high", "p"]].to_numpy(dtype=float)).all()


def test_errors():
    for score, y in (
        ([1, 1, 1], [0, 1, 0]),
        ([1, 2, np.nan], [0, 1, 0]),
        ([1, 2, 3], [0, 0, 0]),
        ([1, 2, 3], [0, 1, 2]),
    ):
        with pytest.raises(ModelError):
            odds_ratios(score, y)


@pytest.mark.parametrize("seed", range(60))
def test_few_patients_that_separate_end_in_an_interval(seed: int) -> None:
    """Far out on the profile Newton's steps can swing from side to side for ever."""
    random, y = np.random.default_rng(seed), np.arange(15) % 2
    score = 0.15 * random.normal(size=15) + y * random.choice([0.2, 0.5, 1, 3])
    firth = odds_ratios(score, y).query("method == 'Firth'")
    assert (firth["low"] <= firth["odds_ratio"]).all() and (firth["odds_ratio"] <= firth["high"]).all()

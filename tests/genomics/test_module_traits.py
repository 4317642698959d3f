"""The tables of tests/data/genomics are R WGCNA's: `Rscript make_reference.R 20240416 OUTDIR`."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import pearsonr
from statsmodels.stats.multitest import multipletests

from core.errors import TableError
from core.genomics.correlation import benjamini_hochberg
from core.genomics.module_traits import correlate

DATA = Path(__file__).parents[1] / "data/genomics"


def read(name):
    return pd.read_csv(DATA / name, index_col=0)


def test_equals_r():
    table = correlate(read("eigengenes_unsigned.csv"), read("traits.csv"))
    expected = read("module_trait_unsigned.csv").rename(index=lambda name: name.removeprefix("ME"))
    shape = expected.shape[0], 2
    assert list(table["module"][::2]) == list(expected.index)
    np.testing.assert_allclose(table["r"].to_numpy().reshape(shape), expected.iloc[:, :2], rtol=1e-10)
    np.testing.assert_allclose(table["p"].to_numpy().reshape(shape), expected.iloc[:, 2:], rtol=1e-10)
    np.testing.assert_allclose(table["q"], multipletests(table["p"], method="fdr_bh")[1])
    assert (table["n"] == 60).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.6), st.floats(-1e6, 1e6))
def test_pairwise_complete(seed, missing, shift):
    rng = np.random.default_rng(seed)
    x, y = (pd.DataFrame(rng.normal(size=(30, 2)), columns=list("ab")) for _ in range(2))
    y = y + shift
    x[rng.random(x.shape) < missing] = np.nan
    y[rng.random(y.shape) < missing] = np.nan
    for row in correlate(x, y).itertuples():
        both = x[row.module].notna() & y[row.trait].notna()
        assert row.n == both.sum()
        if row.n > 2:
            r, p = pearsonr(x.loc[both, row.module], y.loc[both, row.trait])
            np.testing.assert_allclose([row.r, row.p], [r, p], rtol=1e-6, atol=1e-9)
        else:
            assert np.isnan(row.p)


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e6])
def test_a_column_that_does_not_vary_is_no_test(constant):
    rng = np.random.default_rng(0)
    x = pd.DataFrame({"MEblue": rng.normal(size=20), "MEred": rng.normal(size=20)})
    table = correlate(x, pd.DataFrame({"flat": constant, "age": rng.normal(size=20)}))
    assert table.loc[table["trait"] == "flat", ["r", "p", "q"]].isna().all(axis=None)
    tested = table[table["trait"] == "age"]
    np.testing.assert_allclose(tested["q"], multipletests(tested["p"], method="fdr_bh")[1])


def test_only_shared_samples_count_and_names_of_sets_stay():
    x = pd.DataFrame({"MELANOMA": [1.0, 2, 4, 3, 9], "MEred": [1.0, 3, 2, 5, 4]}, index=list("abcde"))
    table = correlate(x, pd.DataFrame({"t": [2.0, 1, 0, 5]}, index=list("edcz")))
    assert table["n"].tolist() == [3, 3]
    assert table["module"].tolist() == ["MELANOMA", "red"]


def test_errors():
    x = pd.DataFrame({"MEred": [1.0, 3, 2]}, index=list("abc"))
    with pytest.raises(TableError, match="found stage"):
        correlate(x, pd.DataFrame({"stage": ["I", "II", "I"]}, index=list("abc")))
    with pytest.raises(TableError, match="none in common"):
        correlate(x, pd.DataFrame({"t": [1.0]}, index=["z"]))


def test_benjamini_hochberg_skips_nan():
    p = np.array([0.01, np.nan, 0.02, 0.9])
    np.testing.assert_allclose(
        benjamini_hochberg(p)[[0, 2, 3]], multipletests(p[[0, 2, 3]], method="fdr_bh")[1]
    )
    assert np.isnan(benjamini_hochberg(p)[1])

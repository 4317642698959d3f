import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.genomics.module_links import correlations, hubs, module_table, pair, shared_modules, strongest
from core.genomics.traits import trait_table

SHARED = ("Radiomics high risk", "GoogLeNet high risk")


def long(rows):
    return pd.DataFrame(rows, columns=["module", "trait", "r", "p", "q", "n"])


def test_shared_modules_have_p_below_the_limit_for_both_traits():
    rows = [
        ("brown", SHARED[0], 0.22, 0.04, 0.5, 88), ("brown", SHARED[1], -0.25, 0.02, 0.5, 88),
        ("purple", SHARED[0], 0.23, 0.03, 0.5, 88), ("purple", SHARED[1], 0.1, 0.3, 0.9, 88),
        ("blue", SHARED[0], 0.3, 0.004, 0.1, 88), ("blue", SHARED[1], 0.3, 0.005, 0.1, 88),
        ("red", SHARED[0], 0.21, 0.05, 0.5, 88), ("red", SHARED[1], 0.4, 0.001, 0.1, 88),
        ("tan", SHARED[0], np.nan, np.nan, np.nan, 88), ("tan", SHARED[1], 0.4, 0.001, 0.1, 88),
        ("cyan", "LNM", 0.5, 0.0001, 0.01, 88),
    ]  # fmt: skip
    assert shared_modules(long(rows), SHARED) == ["blue", "brown"]
    assert shared_modules(long(rows[-1:]), SHARED) == []


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 30))
def test_a_pair_is_scipys_pearson_with_its_interval(seed, n):
    rng = np.random.default_rng(seed)
    names = [f"P{i}" for i in range(n)]
    eigengene = pd.Series(rng.normal(size=n), names)
    trait = pd.Series(rng.normal(size=n + 3), [*names[::-1], "Q1", "Q2", "Q3"])
    found = pair(eigengene, trait)
    expected = stats.pearsonr(eigengene, trait[names])
    low, high = np.tanh(
        np.arctanh(expected.statistic) + np.array([-1, 1]) * stats.norm.ppf(0.975) / np.sqrt(n - 3)
    )
    np.testing.assert_allclose(
        [found.r, found.p, found.low, found.high],
        [expected.statistic, expected.pvalue, low, high],
        atol=1e-12,
    )
    assert found.n == n
    points = found.points.set_index("patient")
    np.testing.assert_array_equal(points["eigengene"], eigengene[points.index])
    np.testing.assert_allclose(found.slope, np.polyfit(points["trait"], points["eigengene"], 1)[0], atol=1e-9)


@pytest.mark.parametrize("trait", [[1, 2, 3], [1, 1, 1, 1, 1], [1, 2, 3, np.nan, np.nan], []])
def test_no_number_where_there_is_no_correlation(trait):
    found = pair(pd.Series([0.1, 0.2, 0.5, 0.4, 0.3]), pd.Series(trait, dtype=float))
    assert np.isnan([found.r, found.low, found.high, found.p, found.slope]).all()
    assert found.n == pd.Series(trait, dtype=float).notna().sum()


def test_filtered_correlations_are_those_of_the_patients_that_pass():
    rng = np.random.default_rng(7)
    names = [f"P{i}" for i in range(40)]
    eigengenes = pd.DataFrame(rng.normal(size=(40, 3)), names, ["MEblue", "MEbrown", "MEgrey"])
    traits = pd.DataFrame(rng.normal(size=(38, 2)), names[2:], ["LNM", "DLRN"])
    passed = [*names[:15], "elsewhere"]
    table = correlations(eigengenes, traits, passed)
    assert list(table["module"].unique()) == ["blue", "brown"]
    for row in table.itertuples():
        expected = stats.pearsonr(
            eigengenes.loc[names[2:15], f"ME{row.module}"], traits.loc[names[2:15], row.trait]
        )
        np.testing.assert_allclose([row.r, row.p], [expected.statistic, expected.pvalue], rtol=1e-9)
        assert row.n == 13
    np.testing.assert_allclose(table["q"], stats.false_discovery_control(table["p"]))
    assert correlations(eigengenes, traits, names[:5]).empty  # three patients
    assert correlations(eigengenes[["MEgrey"]], traits, names).empty


def test_module_table_has_the_strongest_trait_and_the_hubs():
    genes = pd.DataFrame({"gene": list("abcdef"), "module": ["red", "red", "red", "blue", "blue", "grey"]})
    kme = pd.DataFrame(
        {"red": [0.7, -0.9, 0.8, 0, 0, 0], "blue": [0, 0, 0, 0.6, 0.65, 0], "grey": 0.0}, index=list("abcdef")
    )
    rows = [
        ("red", "LNM", 0.1, 0.4, 0.5, 9),
        ("red", "Age", -0.4, 0.02, 0.3, 9),
        ("blue", "LNM", 0.6, 0.01, 0.2, 9),
    ]
    table = module_table(genes, kme, long(rows), count=2)
    assert list(table["module"]) == ["red", "blue"]
    assert list(table["genes"]) == [3, 2]
    assert list(table["trait"]) == ["Age", "LNM"]
    assert list(table["q"]) == [0.3, 0.2]
    assert list(table["hubs"]) == ["b, c", "e, d"]
    assert list(hubs(genes, kme, "red")["kme"]) == [-0.9, 0.8, 0.7]
    assert strongest(long(rows)) == ("blue", "LNM")
    assert module_table(genes, kme, None)["p"].isna().all()


def test_traits_are_those_of_the_training_patients():
    predictions = pd.DataFrame(
        {"patient": list("abcd"), "role": ["training"] * 3 + ["validation"], "lnm": [0, 1, 1, 0]}
    )
    for k, name in enumerate(("Radiomics", "GoogLeNet", "ResNet50", "DLRN")):
        predictions[name] = [0.1 + k / 10, 0.5, 0.9, 0.99]
    clinical = pd.DataFrame({"patient": list("dcba"), "age": [40, 50, np.nan, 60]})
    traits = trait_table(predictions, clinical)
    assert list(traits.index) == list("abc")
    assert list(traits["Radiomics high risk"]) == [0, 0, 1]  # the median itself is low risk
    np.testing.assert_array_equal(traits["Age"], [60, np.nan, 50])
    assert "Age" not in trait_table(predictions, clinical[["patient"]])

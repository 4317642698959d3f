"""GSVA and ssGSEA against R GSVA 1.46 (shared/reference, `Rscript make_reference.R 20240416 OUTDIR`)."""

import numpy as np
import pandas as pd
import pytest

from core.errors import TableError
from core.genomics.enrichment import read_gmt
from core.genomics.gsva import correlate_scores, dropped_sets, score


@pytest.fixture(scope="module")
def values(shared):
    return pd.read_csv(shared / "reference/expression.csv", index_col=0)


@pytest.fixture(scope="module")
def sets(shared):
    return read_gmt([shared / "reference/sets.gmt"]).sets


@pytest.mark.parametrize(("method", "tolerance"), [("gsva", 1e-4), ("ssgsea", 2e-4)])
def test_equals_r(shared, values, sets, method, tolerance):
    expected = pd.read_csv(shared / f"reference/{method}.csv", index_col=0)
    found = score(values, sets, method)
    assert list(found.columns) == list(values.columns)
    np.testing.assert_allclose(found.loc[expected.index], expected, atol=tolerance)


def test_names_case_and_numbers_do_not_matter(values, sets):
    few = {name: sets[name] for name in ("SET_03", "SET_01")}
    expected = score(values, few)
    lower = {name.lower(): [gene.lower() for gene in genes] for name, genes in few.items()}
    numbered = values.set_axis(range(values.shape[1]), axis=1).rename(index=str.lower)
    found = score(numbered, lower)
    assert list(found.index) == ["set_03", "set_01"]
    np.testing.assert_array_equal(found, expected)


def test_dropped_sets_are_named(values):
    genes = list(values.index)
    sets = {"good": genes[:20], "small": [*genes[:4], "ZZZ"], "large": genes[:600], "absent": ["ZZZ"]}
    assert list(score(values, sets).index) == ["good"]
    dropped = dropped_sets(values, sets).set_index("gene_set")
    assert dropped["size"].to_dict() == {"small": 4, "large": 600, "absent": 0}
    assert dropped.at["large", "reason"] == "more than 500 genes"


@pytest.mark.parametrize("method", ["gsva", "zscore"])
def test_genes_that_do_not_vary_take_no_part(values, sets, method):
    flat = values.copy()
    inside = list(sets["SET_01"])[:2]
    flat.loc[inside] = 3.25
    found = score(flat, sets, method)
    np.testing.assert_array_equal(found, score(flat.drop(inside), sets, method))
    assert np.isfinite(found.to_numpy()).all()
    small = {"small": [*inside, *values.index.difference(inside)[:4]]}
    assert dropped_sets(flat, small)["size"].tolist() == [4]


def test_z_scores_by_their_definition(values, sets):
    genes = [g for g in sets["SET_02"] if g in values.index]
    total = sum((values.loc[g] - values.loc[g].mean()) / values.loc[g].std() for g in genes)
    found = score(values, sets, "zscore")
    np.testing.assert_allclose(found.loc["SET_02"], total / len(genes) ** 0.5)
    assert list(found.index) == list(score(values, sets).index)


def test_errors(values):
    with pytest.raises(TableError, match="GSVA-VALUES.*several rows"):
        score(pd.concat([values, values]), {"good": list(values.index[:20])})
    with pytest.raises(TableError, match="GENESETS-OVERLAP"):
        score(values, {"absent": ["ZZZ"] * 10})
    with pytest.raises(TableError, match="GSVA-VALUES"):
        score(values.mask(values < 1), {"good": list(values.index[:20])})


def test_correlation_with_traits():
    rng = np.random.default_rng(0)
    scores = pd.DataFrame(rng.normal(size=(3, 20)), ["A", "MELANOMA", "C"], [f"s{i}" for i in range(20)])
    table = correlate_scores(scores, pd.DataFrame({"risk": -scores.loc["MELANOMA"]}))
    assert table["gene_set"].tolist() == ["A", "MELANOMA", "C"]
    np.testing.assert_allclose(table.at[1, "r"], -1)

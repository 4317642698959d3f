import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from core.errors import ModelError
from core.genomics.core_genes import core_genes, related_modules
from core.genomics.eigengenes import eigengenes, kme
from core.genomics.gene_score import fit_gene_score
from core.settings import GeneScoreSettings

SETTINGS = GeneScoreSettings()
NAMES = ("turquoise", "blue", "brown")


def network(seed=0, n=88, link=0.8, size=30):
    """Three planted modules; a hidden state drives the first two, both risk groups and the outcome."""
    rng = np.random.default_rng(seed)
    hidden = rng.normal(size=n)
    drivers = [link * hidden + np.sqrt(1 - link**2) * rng.normal(size=n) for _ in range(2)] + [
        rng.normal(size=n)
    ]
    rows = [d + rng.normal(size=(size, n)) * rng.uniform(0.2, 1, (size, 1)) for d in drivers]
    patients, genes = [f"P{i:03d}" for i in range(n)], [f"G{i}" for i in range(3 * size + 40)]
    values = pd.DataFrame(np.vstack([*rows, rng.normal(size=(40, n))]), genes, patients)
    modules = pd.Series([*np.repeat(NAMES, size), *["grey"] * 40], genes)
    table = eigengenes(values, modules)
    frame = pd.DataFrame({"gene": genes, "module": modules.to_numpy()})
    y = pd.Series((hidden + rng.normal(size=n) * 0.7 > 0).astype(int), patients)
    signatures = pd.DataFrame({k: hidden + rng.normal(size=n) * 0.6 for k in ("radiomics", "deep")}, patients)
    return values, y, (signatures > signatures.median()).astype(int), frame, table, kme(values, table)


def five(y):
    return StratifiedKFold(5, shuffle=True, random_state=0).split(y, y)


def test_core_genes_meet_the_thresholds():
    values, _, risk, frame, _, membership = network()
    table = core_genes(values, membership, frame, risk["radiomics"], ["turquoise", "brown"], SETTINGS)
    assert set(table["module"]) == {"turquoise", "brown"}
    assert len(table) == 60
    for row in table.itertuples():
        r, p = pearsonr(values.loc[row.gene], risk["radiomics"])
        np.testing.assert_allclose([row.gs, row.gs_p], [r, p], rtol=1e-9)
        assert row.kme == membership.at[row.gene, row.module]
        assert row.core == (abs(r) > 0.2 and p < 0.05 and abs(row.kme) > 0.8)
    assert 0 < table["core"].sum() < 30


def test_related_modules_or_the_strongest():
    _, _, risk, _, table, _ = network()
    found, note = related_modules(table, risk["deep"], 0.05)
    assert set(found) == {"turquoise", "blue"}
    assert note == "p < 0.05"
    found, note = related_modules(table, risk["deep"], 1e-300)
    assert len(found) == 1
    assert "strongest" in note
    assert related_modules(table, risk["deep"] * 0, 0.05)[0] == []
    assert related_modules(table[["MEgrey"]], risk["deep"], 0.05) == ([], "no module")


def test_planted_genes_make_the_score():
    values, y, risk, frame, table, membership = network()
    found = fit_gene_score(values, y, risk, frame, table, membership, SETTINGS)
    planted = set(frame.loc[frame["module"].isin(["turquoise", "blue"]), "gene"])
    assert set(found.overlap["gene"]) <= planted
    common = found.overlap[found.overlap["common"]]
    assert (common["weight"] != 0).all()
    assert (found.overlap.loc[~found.overlap["common"], "weight"] == 0).all()
    assert list(found.coefficients["gene"]) == ["(intercept)", *common["gene"]]
    assert list(found.apparent.index) == list(found.out_of_fold.index) == list(values.columns)
    assert roc_auc_score(y, found.apparent) >= roc_auc_score(y, found.out_of_fold) > 0.65
    assert found.info["folds"] == 50
    assert found.info["rule"] == "common core genes"


def test_coefficients_give_the_apparent_score():
    values, y, risk, frame, table, membership = network(1)
    found = fit_gene_score(values, y, risk, frame, table, membership, SETTINGS, five(y))
    rows = found.coefficients.iloc[1:]
    scaled = (values.loc[rows["gene"]].T - rows["mean"].to_numpy()) / rows["sd"].to_numpy()
    linear = scaled @ rows["coefficient"].to_numpy() + found.coefficients.at[0, "coefficient"]
    np.testing.assert_allclose(1 / (1 + np.exp(-linear)), found.apparent, rtol=1e-9)


def test_a_test_patients_own_data_never_reach_its_model():
    values, y, risk, frame, table, membership = network(2)
    folds = [(np.arange(8, 88), np.arange(8)), (np.arange(8), np.arange(8, 88))]
    first = fit_gene_score(values, y, risk, frame, table, membership, SETTINGS, folds)
    flipped, turned = y.copy(), risk.copy()
    flipped.iloc[:8], turned.iloc[:8] = 1 - y.iloc[:8], 1 - risk.iloc[:8]
    second = fit_gene_score(values, flipped, turned, frame, table, membership, SETTINGS, folds)
    np.testing.assert_array_equal(first.out_of_fold[:8], second.out_of_fold[:8])
    assert not np.array_equal(first.apparent, second.apparent)


def test_shuffled_outcome_gives_no_skill():
    aucs = []
    for seed in range(12):
        values, y, _, frame, table, membership = network(seed)
        rng = np.random.default_rng(100 + seed)
        y = pd.Series(rng.permutation(y), y.index)
        # signatures that know the shuffled labels only by chance
        risk = pd.DataFrame({k: rng.permutation([0, 1] * 44) for k in ("radiomics", "deep")}, y.index)
        found = fit_gene_score(values, y, risk, frame, table, membership, SETTINGS, five(y))
        if not found.out_of_fold.empty:
            aucs.append(roc_auc_score(y, found.out_of_fold))
    assert 0.4 < np.mean(aucs) < 0.55


def test_without_common_genes_the_union_without_any_nothing():
    values, y, risk, frame, table, membership = network(link=0.9)
    brown = (table["MEbrown"] > table["MEbrown"].median()).astype(int)
    apart = risk.assign(deep=brown)
    found = fit_gene_score(values, y, apart, frame, table, membership, SETTINGS, five(y))
    assert "union" in found.info["rule"]
    assert not found.overlap["common"].any()
    assert (found.overlap["weight"] != 0).all()
    none = fit_gene_score(values, y, risk, frame, table, membership, GeneScoreSettings(min_gs=0.99))
    assert none.apparent.empty and none.out_of_fold.empty and none.overlap.empty and none.scores.empty
    assert none.info["reason"]


def test_patients_without_outcome_or_signature_are_left_out():
    values, y, risk, frame, table, membership = network()
    partly, signed = y.astype(float).where(y.index != "P003"), risk.iloc[5:].astype(float)
    found = fit_gene_score(values, partly, signed, frame, table, membership, SETTINGS, five(y[5:]))
    assert list(found.scores.index) == list(values.columns[5:])
    with pytest.raises(ModelError):
        fit_gene_score(values, y * 0, risk, frame, table, membership, SETTINGS)
    with pytest.raises(ModelError):
        fit_gene_score(values, y.iloc[:10], risk, frame, table, membership, SETTINGS)

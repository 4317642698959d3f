"""Modules against R WGCNA 1.72.

shared/reference is made by `Rscript make_reference.R 20240416 OUTDIR` (soft_threshold.csv also stands in
tests/data/genomics), shared/reference/wgcna_cases by `Rscript make_wgcna_cases.R 500 14 OUTDIR EXTRA...`.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score

from core import memory
from core.errors import CannotRun, StudyError
from core.genomics import coexpression, network
from core.genomics.after_cut import merge
from core.genomics.coexpression import find_modules
from core.genomics.eigengenes import eigengenes, kme
from core.genomics.linkage import average_linkage
from core.genomics.meter import STEPS, Meter
from core.genomics.network import adjacency, overlap, unit_rows
from core.genomics.tree_cut import cut_tree
from core.settings import CoexpressionSettings
from tests.genomics.networks import planted

DATA = Path(__file__).parents[1] / "data/genomics"
R_SETTINGS = CoexpressionSettings(power=6, min_size=30)
POWER = {"unsigned": 6, "signed": 12}
CASES = [*[f"case{i:02d}" for i in range(1, 15)], "reassign1", "reassign2"]


def reference(shared, name):
    return pd.read_csv(shared / "reference" / name, index_col=0)


@pytest.fixture(scope="module")
def values(shared):
    return reference(shared, "expression.csv")


@pytest.fixture(scope="module")
def found(values):
    return find_modules(values, R_SETTINGS)


def case_settings(shared, case):
    row = pd.read_csv(shared / "reference/wgcna_cases/cases.csv", index_col="case").loc[case]
    return CoexpressionSettings(
        power=int(row["power"]), network=row["type"], tom=row["tom_type"], min_size=int(row["min_size"]),
        deep_split=int(row["deep_split"]), merge_height=row["merge"], min_core_kme=row["min_core_kme"],
        pam_respects_dendro=bool(row["pam_dendro"]), reassign_threshold=row["reassign"],
    )  # fmt: skip


def test_soft_threshold_is_that_of_r(found):
    expected = pd.read_csv(DATA / "soft_threshold.csv").to_numpy()
    np.testing.assert_allclose(found.soft_threshold.to_numpy(), expected, rtol=1e-9)


@pytest.mark.parametrize("kind", POWER)
def test_partition_colours_and_values_are_those_of_r(shared, values, kind):
    found = find_modules(values, CoexpressionSettings(power=POWER[kind], network=kind, tom=kind, min_size=30))
    expected = reference(shared, f"modules_{kind}.csv")
    assert list(found.genes["gene"]) == list(expected.index)
    assert adjusted_rand_score(expected["module"], found.genes["module"]) == 1
    for column in ("module", "unmerged"):
        assert list(found.genes[column]) == list(expected[column])
    assert found.info["sizes"] == expected["module"].value_counts().to_dict()
    table = reference(shared, f"eigengenes_{kind}.csv")
    assert list(found.eigengenes) == list(table)
    np.testing.assert_allclose(found.eigengenes, table, atol=1e-12)
    strength = reference(shared, f"kme_{kind}.csv")
    assert [f"kME{name}" for name in found.kme] == list(strength)
    np.testing.assert_allclose(found.kme, strength, atol=1e-12)


@pytest.mark.parametrize("kind", POWER)
def test_the_bare_tree_cut_is_rs_cutree_dynamic(shared, values, kind):
    a, k = adjacency(unit_rows(values.to_numpy()), kind, POWER[kind], kind == "signed", Meter())
    similarity = overlap(a, k, Meter())
    tree = average_linkage(similarity.copy(), Meter())
    expected = reference(shared, f"modules_{kind}.csv")
    for column, respects in (("cut_pam_dendro", True), ("cut_pam_free", False)):
        labels = cut_tree(tree, similarity, 30, 3, respects, height=None)
        assert labels.tolist() == expected[column].tolist()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("exact_genes", [network.EXACT_GENES, 0], ids=["double", "single"])
def test_small_networks_of_every_kind_are_those_of_r(shared, case, exact_genes, monkeypatch):
    monkeypatch.setattr(network, "EXACT_GENES", exact_genes)
    folder = shared / "reference/wgcna_cases"
    values = pd.read_csv(folder / f"{case}_expression.csv.gz", index_col=0)
    expected = pd.read_csv(folder / f"{case}_modules.csv")
    found = find_modules(values, case_settings(shared, case))
    pd.testing.assert_frame_equal(found.genes, expected, check_dtype=False)
    table = pd.read_csv(folder / f"{case}_eigengenes.csv", index_col=0)
    assert list(found.eigengenes) == list(table)
    np.testing.assert_allclose(found.eigengenes, table, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_genes_changes_no_module(seed):
    values, settings = planted(seed), CoexpressionSettings(power=6, min_size=15)
    found = find_modules(values, settings)
    shuffled = values.sample(frac=1, random_state=seed)
    again = find_modules(shuffled, settings).genes.set_index("gene").loc[values.index]
    assert found.genes["module"].nunique() > 2
    for column in ("module", "unmerged"):
        assert list(again[column]) == list(found.genes[column])


def test_the_tree_that_was_cut_is_kept_in_the_order_of_the_genes(found, values):
    a = np.abs(np.corrcoef(values)) ** R_SETTINGS.power
    np.fill_diagonal(a, 0)
    k = a.sum(axis=0)
    distance = 1 - (a @ a + a) / (np.minimum.outer(k, k) + 1 - a)
    np.fill_diagonal(distance, 0)
    expected = linkage(squareform(distance, checks=False), "average")
    assert found.linkage.shape == (len(found.genes) - 1, 4)
    np.testing.assert_array_equal(leaves_list(found.linkage), leaves_list(expected))
    np.testing.assert_allclose(found.linkage[:, 2], expected[:, 2], atol=1e-10)


def test_tables_of_the_result_fit_each_other(found, values):
    modules = set(found.genes["module"])
    assert {f"ME{name}" for name in modules} == set(found.eigengenes)
    assert list(found.kme) == [name.removeprefix("ME") for name in found.eigengenes]
    assert list(found.eigengenes.index) == list(values.columns)
    np.testing.assert_allclose((found.eigengenes**2).sum(), 1)
    for row in found.genes.sample(20, random_state=0).itertuples():
        expected = np.corrcoef(values.loc[row.gene], found.eigengenes[f"ME{row.module}"])[0, 1]
        np.testing.assert_allclose(found.kme.at[row.gene, row.module], expected, atol=1e-12)


@pytest.mark.parametrize("network", ["unsigned", "signed"])
def test_eigengenes_and_kme_of_rs_partition(shared, values, network):
    table = eigengenes(values, reference(shared, f"modules_{network}.csv")["module"])
    expected = reference(shared, f"eigengenes_{network}.csv")
    assert list(table) == list(expected)
    np.testing.assert_allclose(table, expected, atol=1e-12)
    np.testing.assert_allclose(kme(values, table), reference(shared, f"kme_{network}.csv"), atol=1e-12)


@pytest.mark.parametrize("case", CASES)
def test_merging_and_eigengenes_on_rs_unmerged_modules(shared, case):
    folder = shared / "reference/wgcna_cases"
    values = pd.read_csv(folder / f"{case}_expression.csv.gz", index_col=0)
    expected = pd.read_csv(folder / f"{case}_modules.csv", index_col="gene")
    height = pd.read_csv(folder / "cases.csv", index_col="case").at[case, "merge"]
    merged = merge(values, expected["unmerged"], height)
    pd.testing.assert_series_equal(merged, expected["module"], check_names=False)
    r_table = pd.read_csv(folder / f"{case}_eigengenes.csv", index_col=0)
    np.testing.assert_allclose(eigengenes(values, merged)[list(r_table)], r_table, atol=1e-9)


def test_noise_has_no_modules_and_flat_genes_stay_outside():
    rng = np.random.default_rng(1)
    values = pd.DataFrame(
        rng.normal(5, 1, (200, 40)), [f"g{i}" for i in range(200)], [f"s{i}" for i in range(40)]
    )
    values.iloc[3] = 4.2
    found = find_modules(values, CoexpressionSettings())
    assert set(found.genes["module"]) == {"grey"}
    assert list(found.eigengenes) == ["MEgrey"]
    assert found.info["constant_genes"] == 1
    assert found.kme.isna().sum().sum() == 1


def test_fewer_than_15_samples_are_enough_for_a_network(values):
    found = find_modules(values.iloc[:, :8], R_SETTINGS)
    assert found.eigengenes.shape[0] == found.info["samples"] == 8
    with pytest.raises(StudyError, match="WGCNA-SIZE"):
        find_modules(values.iloc[:, :3], R_SETTINGS)


def test_progress_rises_to_the_end_and_what_it_raises_stops_the_work(values):
    steps = []
    find_modules(values, R_SETTINGS, progress=lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1] == (STEPS, STEPS)

    def cancel(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_modules(values, R_SETTINGS, progress=cancel)


def test_a_network_that_does_not_fit_into_memory_is_one_clear_sentence(values, monkeypatch):
    free = psutil.virtual_memory()._replace(available=10_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    with pytest.raises(CannotRun, match=r"\[WGCNA-MEMORY\] .* 0.0 GB"):
        find_modules(values, R_SETTINGS)
    monkeypatch.undo()

    monkeypatch.setattr(memory, "_left_in_groups", lambda: [20_000_000])
    with pytest.raises(CannotRun, match=r"\[WGCNA-MEMORY\] .* 0.0 GB"):
        find_modules(values, R_SETTINGS)
    monkeypatch.undo()

    def none_left(*_):
        raise MemoryError

    monkeypatch.setattr(coexpression, "adjacency", none_left)
    with pytest.raises(CannotRun, match="WGCNA-MEMORY"):
        find_modules(values, R_SETTINGS)


def test_bad_input_is_refused(values):
    for bad, settings in (
        (values.iloc[:5], R_SETTINGS),
        (values.where(values > 1), R_SETTINGS),
        (pd.concat([values, values]), R_SETTINGS),
        (values, CoexpressionSettings(min_size=1)),
        (values, CoexpressionSettings(deep_split=5)),
    ):
        with pytest.raises(StudyError):
            find_modules(bad, settings)

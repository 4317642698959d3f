"""Modules against R WGCNA 1.72.

shared/reference is made by `Rscript make_reference.R 20240416 OUTDIR` (soft_threshold.csv also stands in
tests/data/genomics), shared/reference/wgcna_cases by `Rscript make_wgcna_cases.R 500 14 OUTDIR EXTRA...`.
"""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform
from sklearn.metrics import adjusted_rand_score

from core.errors import CannotRun, StudyError
from core.genomics import coexpression, pywgcna_child
from core.genomics.after_cut import merge, trim
from core.genomics.coexpression import find_modules
from core.genomics.eigengenes import colour, eigengenes, kme
from core.settings import CoexpressionSettings

DATA = Path(__file__).parents[1] / "data/genomics"
R_SETTINGS = CoexpressionSettings(power=6, min_size=30)
CASES = [*[f"case{i:02d}" for i in range(1, 15)], "reassign1", "reassign2"]


def reference(shared, name):
    return pd.read_csv(shared / "reference" / name, index_col=0)


@pytest.fixture(scope="module")
def values(shared):
    return reference(shared, "expression.csv")


@pytest.fixture(scope="module")
def partition(shared):
    return reference(shared, "modules_unsigned.csv")


@pytest.fixture(scope="module")
def found(values):
    steps = []
    result = find_modules(values, R_SETTINGS, progress=lambda done, total: steps.append((done, total)))
    assert steps == sorted(steps)
    assert steps[-1] == (pywgcna_child.STEPS, pywgcna_child.STEPS)
    return result


def test_soft_threshold_is_that_of_r(found):
    expected = pd.read_csv(DATA / "soft_threshold.csv").to_numpy()
    np.testing.assert_allclose(found.soft_threshold.to_numpy(), expected, rtol=1e-9)


def test_partition_comes_near_that_of_r(found, partition):
    assert list(found.genes["gene"]) == list(partition.index)
    assert adjusted_rand_score(partition["module"], found.genes["module"]) >= 0.9
    assert found.info["sizes"] == found.genes["module"].value_counts().to_dict()
    # grey holds what R leaves unassigned, not one of the modules
    assert (partition.loc[(found.genes["module"] == "grey").to_numpy(), "module"] == "grey").mean() > 0.9
    assert (partition.loc[(found.genes["module"] == "turquoise").to_numpy(), "module"] != "grey").mean() > 0.9


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


def test_trim_drops_stray_genes_and_loose_modules():
    rng = np.random.default_rng(0)
    core = rng.normal(size=30)
    tight = core * rng.choice([-1, 1], (20, 1)) + 0.3 * rng.normal(size=(20, 30))
    stray, loose = rng.normal(size=(4, 30)), rng.normal(size=(20, 30))
    stray -= np.outer(stray @ core, core) / (core @ core)
    values = pd.DataFrame(np.vstack([tight, stray, loose]), [f"g{i}" for i in range(44)])
    labels = np.repeat([1, 1, 2], [20, 4, 20])
    kept = trim(values, labels, min_size=20, unsigned=True)
    assert (kept[:20] == "turquoise").all()
    assert (kept[20:] == "grey").all()
    assert (trim(values, labels, min_size=20, unsigned=False) == "grey").all()


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


def test_cancel_ends_the_child(values):
    def children():
        return [p for p in psutil.Process().children() if "pywgcna_child" in " ".join(p.cmdline())]

    def cancel(done, total):
        assert children()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_modules(values, R_SETTINGS, progress=cancel)
    assert not children()


def test_the_child_ends_with_its_parent(tmp_path):
    command = [sys.executable, "-m", pywgcna_child.__name__, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(coexpression.ROOT)}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, env=environment, capture_output=True, timeout=20, check=False
    )
    assert done.returncode == 1


def test_a_failing_child_is_one_clear_sentence(tmp_path):
    with pytest.raises(CannotRun) as error:
        coexpression._watch(tmp_path, None)
    assert "WGCNA-FAILED" in str(error.value)
    assert str(tmp_path) not in str(error.value)


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        (-9, "", "WGCNA-MEMORY"),
        (1, "Traceback\nnumpy.MemoryError: no\n", "WGCNA-MEMORY"),
        (1, "ModuleNotFoundError: No module named 'PyWGCNA'\n", "found No module named 'PyWGCNA'"),
        (1, "adjacency is not symmetric\n", "found adjacency is not symmetric"),
    ],
)
def test_failures_are_told_apart(code, text, expected):
    assert expected in str(coexpression._failure(code, text))


def test_bad_input_is_refused(values):
    for bad, settings in (
        (values.iloc[:5], R_SETTINGS),
        (values.where(values > 1), R_SETTINGS),
        (pd.concat([values, values]), R_SETTINGS),
        (values, CoexpressionSettings(tom="signed")),
        (values, CoexpressionSettings(deep_split=5)),
    ):
        with pytest.raises(StudyError):
            find_modules(bad, settings)


def test_power_is_the_smallest_that_fits_on_a_falling_slope():
    table = pd.DataFrame(
        {"power": [1, 2, 3, 4], "r_squared": [0.9, 0.5, 0.86, 0.99], "slope": [1.0, -1, -1, -1]}
    )
    assert pywgcna_child.choose_power(table, 0.85)[0] == 3
    assert pywgcna_child.choose_power(table, 0.995)[0] == 6


def test_labels_and_colours():
    assert pywgcna_child.by_size(pd.Series([2, 2, 0, 5, 5, 5, 1, 1])).tolist() == [3, 3, 0, 1, 1, 1, 2, 2]
    names = [colour(i) for i in range(201)]
    assert names[:4] == ["grey", "turquoise", "blue", "brown"]
    assert len(set(names)) == 201

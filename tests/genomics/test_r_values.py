"""What R WGCNA 1.72 gives for small things: tests/data/genomics/make_wgcna.R made the files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.genomics.coexpression import find_modules
from core.genomics.correlation import student_p
from core.genomics.eigengenes import eigengenes
from core.genomics.module_names import colour
from core.genomics.network import EXACT_GENES, unit_rows
from core.genomics.preservation import preservation
from core.settings import CoexpressionSettings
from tests.genomics.networks import planted

DATA = Path(__file__).parents[1] / "data/genomics"
IN_R = {
    "mean_cor": "meanSignAwareCorDat.pres", "mean_adjacency": "meanAdj.pres",
    "variance_explained": "propVarExplained.pres", "mean_kme": "meanSignAwareKME.pres",
    "cor_kim": "cor.kIM", "cor_kme": "cor.kME", "cor_cor": "cor.cor",
}  # fmt: skip


def read(name: str, **options: object) -> pd.DataFrame:
    return pd.read_csv(DATA / name, **options)


def test_colours_are_those_of_labels2colors_beyond_the_standard_ones():
    expected = read("colours.csv")
    assert [colour(label) for label in expected["label"]] == list(expected["colour"])


def test_p_of_a_correlation_is_that_of_cor_pvalue_student():
    expected = read("student_p.csv")
    found = student_p(expected["r"].to_numpy(), expected["n"].to_numpy(dtype=float))
    np.testing.assert_allclose(found, expected["p"], rtol=1e-9)


def test_eigengenes_of_given_modules_are_those_of_module_eigengenes():
    expected = read("eigengenes_test.csv", index_col="sample")
    modules = pd.Series(np.repeat(["grey", "turquoise", "blue", "brown"], [100, 60, 45, 30]))
    found = eigengenes(read("cohort_test.csv.gz", index_col=0), modules)
    assert list(found) == list(expected)
    np.testing.assert_allclose(found, expected, atol=1e-10)


def test_bicor_is_that_of_r_also_without_a_median_absolute_deviation():
    expected, values = read("bicor.csv", index_col="gene"), read("outliers.csv.gz", index_col=0)
    unit = unit_rows(values.to_numpy(), "bicor")
    np.testing.assert_allclose(unit @ unit[:12].T, expected, atol=1e-12)
    plain = unit_rows(values.to_numpy())
    assert np.abs(unit @ unit[:12].T - plain @ plain[:12].T).max() > 0.5  # it makes a difference


@pytest.mark.parametrize(("network", "power"), [("unsigned", 6), ("signed", 12)])
def test_modules_by_bicor_are_those_of_blockwise_modules(network, power):
    values, settings = (
        read("outliers.csv.gz", index_col=0),
        CoexpressionSettings(power=power, network=network, tom=network, min_size=15, correlation="bicor"),
    )
    found = find_modules(values, settings)
    expected = read(f"bicor_modules_{network}.csv")
    assert expected["module"].nunique() > 2
    pd.testing.assert_frame_equal(found.genes, expected, check_dtype=False)
    soft = read(f"bicor_soft_threshold_{network}.csv")
    np.testing.assert_allclose(found.soft_threshold, soft, rtol=1e-9)
    by_pearson = find_modules(values, CoexpressionSettings(power=power, network=network, min_size=15))
    assert list(by_pearson.genes["module"]) != list(expected["module"])
    assert found.info["method"] != by_pearson.info["method"]


def test_a_large_network_in_single_precision_is_that_of_r():
    values, expected = planted(0, (60,) * 50, 3000, 60).round(4), read("large_modules.csv.gz")
    assert len(values) > EXACT_GENES and expected["module"].nunique() > 40
    found = find_modules(values, CoexpressionSettings(power=6, min_size=30))
    pd.testing.assert_frame_equal(found.genes, expected, check_dtype=False)


@pytest.mark.parametrize(("network", "power"), [("unsigned", 6), ("signed", 12)])
def test_preservation_is_that_of_module_preservation(network, power):
    expected = read("preservation.csv").query("network == @network").set_index("module").sort_index()
    values = [read(f"cohort_{name}.csv.gz", index_col=0) for name in ("reference", "test")]
    names = np.repeat(["grey", "turquoise", "blue", "brown"], [100, 60, 45, 30])
    genes = pd.DataFrame({"gene": values[0].index, "module": names})
    found = preservation(*values, genes, power, 0, network, 100).set_index("module").sort_index()
    assert list(found.index) == list(expected.index)
    for ours, theirs in IN_R.items():
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=1e-9, err_msg=ours)
    # R's 50 permutations are others: a Z of them has some 10% of error by its standard deviation alone.
    for ours, theirs in {"z_summary": "Zsummary.pres", "z_density": "Zdensity.pres"}.items():
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=0.25, atol=0.5, err_msg=ours)
    order = [list(x.sort_values().index)[-1] for x in (found["median_rank"], expected["medianRank.pres"])]
    assert order == ["blue", "blue"]

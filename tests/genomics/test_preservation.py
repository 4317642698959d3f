"""Module preservation: planted modules kept or dissolved in a second cohort; statistics by definition."""

import numpy as np
import pandas as pd
import pytest

from core.errors import StudyError, TableError
from core.genomics.coexpression import find_modules
from core.genomics.preservation import STATISTICS, preservation
from core.settings import CoexpressionSettings

SIZES = {"turquoise": 60, "blue": 45, "brown": 30}


def cohort(seed, kept=SIZES, samples=40):
    """Modules in noise; loadings of a gene are the same in every cohort, its module's profile is not."""
    loadings = np.random.default_rng(99)
    rng = np.random.default_rng(seed)
    blocks = [rng.normal(size=(100, samples))]
    for name, size in SIZES.items():
        share = loadings.uniform(0.4, 0.95, (size, 1)) * loadings.choice([-1, 1], (size, 1), p=[0.2, 0.8])
        own = rng.normal(size=(size, samples))
        profile = rng.normal(size=samples)
        blocks.append(share * profile + np.sqrt(1 - share**2) * own if name in kept else own)
    values = np.vstack(blocks)
    return pd.DataFrame(6 + values, [f"g{i}" for i in range(len(values))], [f"s{i}" for i in range(samples)])


def planted():
    names = np.repeat(["grey", *SIZES], [100, *SIZES.values()])
    return pd.DataFrame({"gene": [f"g{i}" for i in range(len(names))], "module": names})


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("network", ["unsigned", "signed", "signed hybrid"])
def test_a_preserved_module_is_told_from_a_dissolved_one(seed, network):
    test = cohort(seed + 100, kept=("turquoise", "brown"))
    table = preservation(cohort(seed), test, planted(), 4, seed, network, 60).set_index("module")
    assert (table.loc[["turquoise", "brown"], "z_summary"] > 5).all()
    assert table.at["blue", "z_summary"] < 2 and table.at["blue", "verdict"].startswith("no evidence")
    assert table.at["blue", "median_rank"] == 3
    assert table.at["turquoise", "genes"] == 60 and "grey" not in table.index


def test_modules_as_found_and_a_test_cohort_of_other_genes():
    reference = cohort(1)
    genes = find_modules(reference, CoexpressionSettings(power=4, min_size=15, network="signed")).genes
    test = cohort(2).drop(index=[f"g{i}" for i in range(0, 235, 5)]).sample(frac=1, random_state=0)
    steps = []
    table = preservation(reference, test, genes, 4, 0, "signed", 40, lambda *step: steps.append(step))
    assert (table["z_summary"] > 2).all() and table["z_summary"].is_monotonic_decreasing
    assert steps[-1] == (len(table), len(table))


def test_noise_preserves_nothing():
    table = preservation(cohort(1), cohort(5, kept=()), planted(), 4, 7, permutations=100)
    assert (table["z_summary"].abs() < 2.5).all()


def test_the_same_seed_gives_the_same_table():
    one, same, other = (
        preservation(cohort(1), cohort(2), planted(), 4, seed, permutations=10) for seed in (3, 3, 4)
    )
    pd.testing.assert_frame_equal(one, same)
    assert (one["z_summary"] != other["z_summary"]).all()
    np.testing.assert_array_equal(one["mean_cor"], other["mean_cor"])


def test_observed_statistics_by_their_definition():
    reference, test, power = cohort(1), cohort(2), 4
    table = preservation(reference, test, planted(), power, 0, permutations=5).set_index("module")
    for name in SIZES:
        own = planted().query("module == @name")["gene"]
        both = [values.loc[own].to_numpy() for values in (reference, test)]
        r = [np.corrcoef(x) for x in both]
        n = len(own)
        pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
        left, right = (np.array([x[i, j] for i, j in pairs]) for x in r)
        kme, kim = [], []
        for x, correlations in zip(both, r, strict=True):
            scaled = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)
            eigengene = np.linalg.eigh(scaled.T @ scaled)[1][:, -1]
            kme.append(np.array([np.corrcoef(gene, eigengene)[0, 1] for gene in x]))
            kim.append((np.abs(correlations) ** power).sum(axis=0) - 1)
        flip = np.sign(np.sum(np.sign(kme[0]) * kme[1]))
        expected = [
            np.mean([np.sign(a) * b for a, b in zip(left, right, strict=True)]),
            np.mean(np.abs(right) ** power),
            np.mean(kme[1] ** 2),
            abs(np.mean(np.sign(kme[0]) * kme[1])),
            np.corrcoef(*kim)[0, 1],
            np.corrcoef(kme[0], flip * kme[1])[0, 1],
            np.corrcoef(left, right)[0, 1],
        ]
        np.testing.assert_allclose(table.loc[name, list(STATISTICS)].astype(float), expected, atol=1e-9)


def test_large_modules_are_drawn_from(monkeypatch):
    monkeypatch.setattr("core.genomics.preservation.LARGEST", 20)
    table = preservation(cohort(1), cohort(2), planted(), 4, 0, permutations=30).set_index("module")
    assert (table["z_summary"] > 2).all() and table.at["turquoise", "genes"] == 60


def test_errors():
    reference, genes = cohort(1), planted()
    with pytest.raises(TableError, match="PRESERVATION-OVERLAP"):
        preservation(reference, cohort(2).rename(index=lambda g: f"x{g}"), genes, 4, 0)
    with pytest.raises(StudyError, match="PRESERVATION-SAMPLES"):
        preservation(reference, cohort(2).iloc[:, :3], genes, 4, 0)
    with pytest.raises(TableError, match="PRESERVATION-VALUES"):
        preservation(reference, cohort(2).mask(cohort(2) > 8), genes, 4, 0)

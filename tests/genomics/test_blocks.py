"""Networks cut in blocks: correlated genes stay together, and planted modules are found as in one block."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, is_valid_linkage, linkage
from sklearn.metrics import adjusted_rand_score

from core.errors import CannotRun
from core.genomics import coexpression
from core.genomics.blocks import gene_blocks, joined
from core.genomics.coexpression import find_modules
from core.genomics.network import unit_rows
from core.settings import CoexpressionSettings
from tests.genomics.networks import planted

SIZES = (90, 80, 70, 60)
WHOLE = CoexpressionSettings(power=6, min_size=20)
BLOCKS = CoexpressionSettings(power=6, min_size=20, max_genes=200)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 120), st.integers(2, 60), st.integers(0, 2**32 - 1), st.booleans())
def test_every_gene_is_in_one_block_that_is_not_too_large(n, most, seed, unsigned):
    unit = unit_rows(np.random.default_rng(seed).normal(size=(n, 8)))
    blocks = gene_blocks(unit, most, unsigned)
    assert sorted(np.concatenate(blocks).tolist()) == list(range(n))
    assert max(map(len, blocks)) <= most
    again = gene_blocks(unit, most, unsigned)
    assert all(np.array_equal(a, b) for a, b in zip(blocks, again, strict=True))


def test_genes_that_are_all_equal_are_cut_too():
    unit = unit_rows(np.tile(np.arange(6.0), (50, 1)))
    assert sorted(map(len, gene_blocks(unit, 20, True)))[-1] <= 20


@pytest.mark.parametrize("seed", range(3))
def test_planted_modules_are_found_in_blocks(seed):
    values = planted(seed, SIZES, noise=200, samples=40)
    whole, parts = find_modules(values, WHOLE), find_modules(values, BLOCKS)
    assert whole.info["blocks"] == 1 and parts.info["blocks"] > 2
    both = (whole.genes["module"] != "grey") & (parts.genes["module"] != "grey")
    assert both.sum() > 0.8 * (whole.genes["module"] != "grey").sum()
    assert adjusted_rand_score(whole.genes["module"][both], parts.genes["module"][both]) > 0.95
    assert set(parts.genes["module"]) == set(whole.genes["module"])
    np.testing.assert_allclose(parts.soft_threshold, whole.soft_threshold)
    assert "other than R's" in parts.info["method"] and is_valid_linkage(parts.linkage)


def test_a_limit_that_is_not_reached_changes_nothing():
    values = planted(1)
    one = find_modules(values, WHOLE)
    two = find_modules(values, CoexpressionSettings(power=6, min_size=20, max_genes=len(values)))
    assert one.genes.equals(two.genes) and one.kme.equals(two.kme)


def test_blocks_ask_for_the_memory_of_one(monkeypatch):
    values, asked = planted(0, SIZES, noise=200, samples=40), []
    monkeypatch.setattr(coexpression, "_check_memory", asked.append)
    steps = []
    find_modules(values, BLOCKS, progress=lambda done, total: steps.append(done))
    assert asked == [200] and steps == sorted(steps)
    monkeypatch.setattr(coexpression, "average_linkage", lambda *_: (_ for _ in ()).throw(MemoryError))
    with pytest.raises(CannotRun, match="max_genes"):
        find_modules(values, BLOCKS)


def test_joined_trees_keep_their_merges():
    rng = np.random.default_rng(5)
    leaves = [np.array([0, 3, 4, 7]), np.array([1, 2, 6])]
    trees = [linkage(rng.uniform(size=(len(at), 2)), "average") / 4 for at in leaves]
    for tree, at in zip(trees, leaves, strict=True):
        tree[:, [0, 1, 3]] *= 4
        assert tree[-1, 3] == len(at)
    whole = joined(list(zip(leaves, trees, strict=True)), 9)
    assert is_valid_linkage(whole) and whole[-1, 3] == 9
    cut = fcluster(whole, 0.99, "distance")
    assert len(set(cut)) == 4 and len(set(cut[leaves[0]])) == len(set(cut[leaves[1]])) == 1
    assert sorted(whole[whole[:, 2] < 1, 2]) == sorted(np.concatenate([t[:, 2] for t in trees]))

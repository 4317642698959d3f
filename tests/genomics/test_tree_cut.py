"""The hybrid tree cut and what follows it, on cases small enough to know the answer.

R's own cuts stand in test_coexpression.py.
"""

import numpy as np
import pandas as pd
import pytest

from core.genomics.after_cut import reassign, refine, trim
from core.genomics.linkage import average_linkage
from core.genomics.meter import Meter
from core.genomics.module_names import COLOURS, colour
from core.genomics.network import unit_rows
from core.genomics.tree_cut import by_size, cut_tree
from core.settings import CoexpressionSettings
from tests.genomics.networks import planted


def cut(distance, min_size=4, deep_split=2, **more):
    similarity = 1 - distance
    return cut_tree(average_linkage(similarity.copy(), Meter()), similarity, min_size, deep_split, **more)


def clusters(sizes, within=0.3, between=0.99, seed=0):
    """Distances (n, n) of genes in tight groups far from each other; group 0 is scattered."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    same = (group[:, None] == group) & (group > 0)
    rng = np.random.default_rng(seed)
    noise = rng.random((len(group), len(group))) * 0.001
    distance = np.where(same, within, between) + (noise + noise.T) / 2
    np.fill_diagonal(distance, 0)
    return distance, group


def test_tight_groups_are_modules_by_falling_size():
    distance, group = clusters((0, 6, 12, 9))
    assert cut(distance).tolist() == np.array([0, 3, 1, 2])[group].tolist()


def test_branches_below_the_minimum_size_and_loose_genes_stay_unassigned():
    distance, group = clusters((5, 6, 12, 3), between=0.998)
    expected = np.array([0, 2, 1, 0])[group]
    assert cut(distance, min_size=5).tolist() == expected.tolist()


def test_no_merge_below_the_cut_means_no_module():
    distance, _ = clusters((30,))
    assert not cut(distance, height=0.9).any()


def test_a_gene_joins_the_nearest_module_freely_but_only_on_its_side_of_the_tree():
    distance, group = clusters((1, 8, 8), between=0.9)
    distance[0, 1:9] = distance[1:9, 0] = 0.85  # outside, nearer to the first group
    free = cut(distance, respects_tree=False)
    assert free[0] == free[1] and set(free[1:]) == {1, 2}


def test_labels_go_by_size():
    assert by_size(np.array([2, 2, 0, 5, 5, 5, 1, 1])).tolist() == [3, 3, 0, 1, 1, 1, 2, 2]
    assert by_size(np.zeros(3, dtype=int)).tolist() == [0, 0, 0]


def test_colours_are_rs_standard_colours():
    names = [colour(i) for i in range(1000)]
    assert names[:4] == ["grey", "turquoise", "blue", "brown"]
    assert (len(COLOURS), len(set(COLOURS)), "grey" in COLOURS) == (435, 435, False)
    assert names[436] == "turquoise.1"


def test_trim_drops_stray_genes_and_loose_modules():
    rng = np.random.default_rng(0)
    core = rng.normal(size=30)
    tight = core * rng.choice([-1, 1], (20, 1)) + 0.3 * rng.normal(size=(20, 30))
    stray, loose = rng.normal(size=(4, 30)), rng.normal(size=(20, 30))
    stray -= np.outer(stray @ core, core) / (core @ core)
    unit, labels = unit_rows(np.vstack([tight, stray, loose])), np.repeat([1, 1, 2], [20, 4, 20])
    kept = refine(unit, labels, CoexpressionSettings(min_size=20))
    assert (kept[:20] == 1).all() and (kept[20:] == 0).all()
    assert not refine(unit, labels, CoexpressionSettings(min_size=20, network="signed")).any()


def test_trim_counts_its_core_strictly():
    labels, present = np.array([1, 1, 1]), np.array([1])
    strength = np.array([[0.5], [0.4], [0.9]])
    settings = CoexpressionSettings(min_size=3)
    assert trim(labels, present, strength, settings).tolist() == [1, 1, 1]
    assert trim(labels, present, strength - 0.4, settings).tolist() == [0, 0, 0]


def test_a_gene_gets_the_place_of_its_best_module_not_its_label_as_in_r():
    labels, present = np.array([2, 2, 2, 5, 5, 5, 0]), np.array([2, 5])  # 1, 3 and 4 have gone
    strength = np.tile([0.9, 0.1], (7, 1))
    strength[3:5] = [0.1, 0.9]
    strength[2] = [0.2, 0.99]  # follows the second place: label 2, its own already
    strength[5] = [0.99, 0.2]  # follows the first place: label 1
    moved = reassign(labels, present, strength, 60, CoexpressionSettings(min_size=2))
    assert moved.tolist() == [2, 2, 2, 5, 5, 1, 0]


def test_a_module_that_loses_too_many_genes_dissolves():
    labels, present = np.array([1, 1, 1, 2, 2, 2]), np.array([1, 2])
    strength = np.array([[0.9, 0.1], [0.9, 0.1], [0.2, 0.99], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9]])
    stays = reassign(labels, present, strength, 60, CoexpressionSettings(min_size=2))
    assert stays.tolist() == [1, 1, 2, 2, 2, 2]
    assert reassign(labels, present, strength, 60, CoexpressionSettings(min_size=3)).tolist() == [
        0,
        0,
        2,
        2,
        2,
        2,
    ]
    still = CoexpressionSettings(min_size=2, reassign_threshold=0.0)
    assert reassign(labels, present, strength, 60, still).tolist() == labels.tolist()


def test_no_module_stays_no_module():
    unit = unit_rows(planted(0).to_numpy())
    labels = np.zeros(len(unit), dtype=np.int64)
    assert not refine(unit, labels, CoexpressionSettings()).any()


@pytest.mark.parametrize("deep_split", range(5))
def test_deeper_cuts_never_raise_and_cover_the_same_genes(deep_split):
    unit = unit_rows(planted(1).to_numpy())
    r = np.abs(unit @ unit.T) ** 4
    np.fill_diagonal(r, 1)
    labels = cut(1 - r, min_size=10, deep_split=deep_split)
    counts = pd.Series(labels[labels > 0]).value_counts()
    assert (counts >= 10).all() and list(counts.index) == sorted(counts.index)

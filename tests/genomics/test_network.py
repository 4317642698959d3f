"""Adjacency, topological overlap, soft threshold and average linkage, against numpy, SciPy and PyWGCNA."""

import threading
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from core.genomics import network
from core.genomics.linkage import average_linkage
from core.genomics.meter import STEPS, Meter
from core.genomics.network import adjacency, overlap, unit_rows
from core.genomics.panels import in_panels
from core.genomics.soft_threshold import choose_power, scale_free_fit, soft_threshold
from tests.genomics.networks import planted
from tests.genomics.pywgcna_peer import run_peer

KINDS = [("unsigned", False), ("unsigned", True), ("signed", True), ("signed hybrid", False)]


@pytest.fixture(scope="module")
def unit():
    return unit_rows(planted(3).to_numpy())


def plain_adjacency(unit, kind, power, signed):
    r = np.clip(unit @ unit.T, -1, 1)
    base = {"unsigned": np.abs(r), "signed": (1 + r) / 2, "signed hybrid": np.maximum(r, 0)}[kind]
    a = base**power * (np.sign(r) if signed and kind == "unsigned" else 1)
    np.fill_diagonal(a, 0)
    return a


@pytest.mark.parametrize(("kind", "signed"), KINDS)
@pytest.mark.parametrize("power", [1, 6])
def test_adjacency_and_overlap_are_those_of_their_formulas(unit, kind, signed, power):
    a, k = adjacency(unit, kind, power, signed, Meter())
    expected = plain_adjacency(unit, kind, power, signed)
    np.testing.assert_allclose(a, expected, atol=1e-14)
    np.testing.assert_allclose(k, np.abs(expected).sum(axis=0), rtol=1e-12)
    tom = np.abs(expected @ expected + expected) / (np.minimum.outer(k, k) + 1 - np.abs(expected))
    np.fill_diagonal(tom, 1)
    np.testing.assert_allclose(overlap(a, k, Meter()), tom, atol=1e-13)


def test_single_precision_is_used_beyond_5000_genes_and_differs_by_rounding(unit, monkeypatch):
    double = overlap(*adjacency(unit, "unsigned", 6, False, Meter()), Meter())
    assert network.precision(5000) is np.float64 and network.precision(5001) is np.float32
    monkeypatch.setattr(network, "EXACT_GENES", 10)
    a, k = adjacency(unit, "unsigned", 6, False, Meter())
    single = overlap(a, k, Meter())
    assert (a.dtype, single.dtype, k.dtype) == (np.float32, np.float32, np.float64)
    np.testing.assert_allclose(single, double, rtol=2e-6)


@pytest.mark.parametrize(("kind", "tom"), [("unsigned", "unsigned"), ("signed", "signed")])
def test_soft_threshold_and_overlap_agree_with_pywgcna(tmp_path, unit, kind, tom):
    run_peer(tmp_path, planted(3), network=kind, tom=tom, power=6)
    table = soft_threshold(unit, kind, Meter())
    theirs = pd.read_parquet(tmp_path / "soft.parquet")
    np.testing.assert_allclose(table.to_numpy(dtype=float), theirs.to_numpy(), rtol=1e-8)
    ours = overlap(*adjacency(unit, kind, 6, tom == "signed", Meter()), Meter())
    np.testing.assert_allclose(ours, np.load(tmp_path / "tom.npy"), atol=1e-12)


@pytest.mark.parametrize("kind", ["unsigned", "signed", "signed hybrid"])
def test_connectivity_of_the_table_is_that_of_the_network(unit, kind):
    table = soft_threshold(unit, kind, Meter(), (1, 5, 12)).set_index("power")
    for power in table.index:
        k = plain_adjacency(unit, kind, power, False).sum(axis=0)
        row = [k.mean(), np.median(k), k.max()]
        np.testing.assert_allclose(table.loc[power, ["mean_k", "median_k", "max_k"]], row, rtol=1e-12)


def test_genes_that_are_equally_connected_have_no_fit():
    assert np.isnan(scale_free_fit(np.full(20, 3.0))).all()


def test_power_is_the_smallest_that_fits_on_a_falling_slope():
    table = pd.DataFrame(
        {"power": [1, 2, 3, 4], "r_squared": [0.9, 0.5, 0.86, 0.99], "slope": [1.0, -1, -1, -1]}
    )
    assert choose_power(table, 0.85)[0] == 3
    assert choose_power(table, 0.995)[0] == 6
    assert choose_power(table.assign(r_squared=np.nan), 0.85)[0] == 6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 90))
def test_the_tree_is_scipys_average_linkage(seed, n):
    upper = np.random.default_rng(seed).random(n * (n - 1) // 2)  # no two alike
    expected = linkage(upper, "average")
    similarity = 1 - squareform(upper)
    found = average_linkage(similarity, Meter())
    np.testing.assert_array_equal(found[:, [0, 1, 3]], expected[:, [0, 1, 3]])
    np.testing.assert_allclose(found[:, 2], expected[:, 2], atol=1e-14)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.integers(1, 4))
def test_with_ties_every_merge_lies_at_the_mean_distance_of_its_two_branches(seed, n, levels):
    distance = squareform(np.random.default_rng(seed).integers(1, levels + 1, n * (n - 1) // 2) / 4)
    found = average_linkage(1 - distance, Meter())
    assert sorted(found[:, :2].ravel()) == list(range(2 * n - 2))
    assert (np.diff(found[:, 2]) >= 0).all()
    branches = [[i] for i in range(n)]
    for a, b, height, size in found:
        assert distance[np.ix_(branches[int(a)], branches[int(b)])].mean() == pytest.approx(height)
        branches.append(branches[int(a)] + branches[int(b)])
        assert len(branches[-1]) == size


def test_progress_rises_and_what_it_raises_stops_the_panels():
    begun, seen = [], []

    def work(first, stop):
        begun.append((first, stop))
        time.sleep(0.02)

    def cancel(done, total):
        seen.append(done)
        if done > 20:
            raise KeyboardInterrupt

    meter = Meter(cancel)
    meter.part(1.0)
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        in_panels(1000, 5, work, meter)
    assert seen == sorted(seen) and max(seen) <= STEPS
    assert len(begun) < 150 and threading.active_count() == before


def test_what_a_panel_raises_is_raised():
    def fail(first, stop):
        raise MemoryError

    with pytest.raises(MemoryError):
        in_panels(10, 2, fail, Meter())

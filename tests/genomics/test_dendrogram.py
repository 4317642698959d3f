import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import dendrogram, linkage

from core.genomics.blocks import joined
from core.genomics.dendrogram import HANG, colour_bar, leaf_order, simplify


def tree(seed, n):
    return linkage(np.random.default_rng(seed).normal(size=(n, 3)), "average")


def strokes(line):
    """Points of each stroke; NaN stands between strokes."""
    ends = np.flatnonzero(np.isnan(line.x))
    return np.split(np.column_stack([line.x, line.y]), ends + 1)[:-1]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 120))
def test_with_room_for_every_leaf_it_is_scipys_dendrogram(seed, n):
    tall = tree(seed, n)
    line, drawn = simplify(tall, columns=n), dendrogram(tall, no_plot=True)
    assert list(leaf_order(tall)) == drawn["leaves"]
    assert (line.whole, line.leaves, line.width) == (n - 1, n, 0)
    # SciPy puts leaves at 5, 15, ... and lets them end at 0.
    theirs = sorted((y[1], *sorted((x[0] / 10 - 0.5, x[2] / 10 - 0.5))) for x, y in coordinates(drawn))
    ours = sorted((s[1, 1], *sorted(s[[0, 3], 0])) for s in strokes(line))
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def coordinates(drawn):
    return zip(drawn["icoord"], drawn["dcoord"], strict=True)


def test_leaves_hang_and_branches_reach_down_to_their_merge():
    tall = tree(1, 60)
    hang = HANG * np.ptp(tall[:, 2])
    feet = {round(y, 9) for s in strokes(simplify(tall)) for y in (s[0, 1], s[3, 1])}
    hanging = {round(row[2] - hang, 9) for row in tall if min(row[:2]) < 60}
    inner = {round(float(tall[int(c) - 60, 2]), 9) for c in tall[:, :2].ravel() if c >= 60}
    assert feet == hanging | inner


@pytest.mark.parametrize("columns", [50, 200])
def test_cut_down_it_looks_the_same_at_the_resolution_of_the_screen(columns):
    n = 3000
    tall = tree(2, n)
    full, small = simplify(tall, n), simplify(tall, columns)
    assert len(small.x) < len(full.x) / 2
    # Merges that span a column stay as they are, at their own heights.
    wide = [s for s in strokes(full) if abs(s[3, 0] - s[0, 0]) > n / columns]
    whole = [s for s in strokes(small) if len(s) == 5]
    assert len(whole) == len(wide) == small.whole
    np.testing.assert_array_equal(np.stack(whole)[:, :4], np.stack(wide)[:, :4])
    # Column by column, what the legs cover reaches as high and as low as before, and leaves out no leg.
    before, after = legs(full, n / columns), legs(small, n / columns)
    reach = {"low": "min", "high": "max"}
    pd.testing.assert_frame_equal(
        after.groupby("column").agg(reach), before.groupby("column").agg(reach), atol=1e-12
    )
    both = before.merge(after, on="column", suffixes=("", "_drawn"))
    over = (both["low_drawn"] <= both["low"]) & (both["high_drawn"] >= both["high"])
    assert over.groupby([both["column"], both["low"], both["high"]]).any().all()


def legs(line, width):
    rows = []
    for stroke in strokes(line):
        for foot, top in ((0, 1), (3, 2)) if len(stroke) == 5 else ((0, 1),):
            rows.append((int(stroke[foot, 0] // width), stroke[foot, 1], stroke[top, 1]))
    return pd.DataFrame(rows, columns=["column", "low", "high"])


def test_colour_bar_follows_the_leaves():
    tall = tree(3, 90)
    modules = pd.Series(np.random.default_rng(3).choice(["brown", "blue", "grey"], 90))
    bar = colour_bar(modules, leaf_order(tall), columns=200)
    assert list(bar["module"]) == [modules[i] for i in dendrogram(tall, no_plot=True)["leaves"]]
    assert list(bar["start"]) == list(range(90))


def test_colour_bar_strips_show_their_most_frequent_module():
    modules = pd.Series(["a", "a", "b", "c", "c", "b"])
    bar = colour_bar(modules, np.array([0, 1, 2, 3, 4, 5]), columns=2)
    assert bar.to_numpy().tolist() == [[0, 3, "a"], [3, 6, "c"]]


def test_genes_that_do_not_vary_join_at_height_1_and_change_no_merge():
    inner = tree(4, 8)
    varies = np.array([True, False, True, True, True, True, True, False, True, True])
    whole = joined([(np.flatnonzero(varies), inner)], len(varies))
    assert whole.shape == (9, 4)
    drawn = dendrogram(whole, no_plot=True)
    assert sorted(drawn["leaves"]) == list(range(10))
    places = np.flatnonzero(varies)
    within = [i for i in drawn["leaves"] if varies[i]]
    assert within == [places[i] for i in dendrogram(inner, no_plot=True)["leaves"]]
    np.testing.assert_array_equal(whole[:7, 2:], inner[:, 2:])
    np.testing.assert_array_equal(whole[7:, 2:], [[1, 9], [1, 10]])

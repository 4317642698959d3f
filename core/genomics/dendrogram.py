"""A gene dendrogram cut down to what a screen can show, and the module colours under its leaves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list

Matrix = NDArray[np.float64]
COLUMNS = 1400  # pixels that a wide screen has for it
HANG = 0.03  # of the range of heights: so far leaves hang below their merge, as in R's plots
GAP = 0.002  # of the range of heights: strokes closer than half a pixel are one


@dataclass(frozen=True, slots=True)
class Tree:
    """A dendrogram as one line: ``x`` leaf positions (first 0), ``y`` heights, NaN between strokes.

    ``whole`` of ``leaves`` - 1 merges are drawn as they are; the others are narrower than ``width``
    leaves, and the heights that they cover are drawn as vertical strokes.
    """

    x: Matrix
    y: Matrix
    leaves: int
    whole: int
    width: float


def leaf_order(linkage: Matrix) -> NDArray[np.int64]:
    """Genes from left to right, as SciPy's `dendrogram` puts them."""
    order: NDArray[np.int64] = leaves_list(linkage).astype(np.int64)
    return order


def simplify(linkage: Matrix, columns: int = COLUMNS) -> Tree:
    """A SciPy linkage at a resolution of ``columns``; with as many columns as leaves all is drawn as it is.

    A branch stands midway between its two, as in SciPy's `dendrogram`; heights are unchanged.
    """
    n = len(linkage) + 1
    width = n / columns if n > columns else 0.0
    legs = _legs(linkage)
    wide = np.abs(legs[:, 1, 0] - legs[:, 0, 0]) > width
    strokes = _strokes(legs[~wide], width, GAP * float(np.ptp(linkage[:, 2])))
    line = np.concatenate([_bridges(legs[wide]), strokes])
    return Tree(line[:, 0], line[:, 1], n, int(wide.sum()), width)


def _legs(linkage: Matrix) -> Matrix:
    """Per merge its two legs: [x, foot, height]; the foot of a leaf hangs."""
    n, height = len(linkage) + 1, linkage[:, 2]
    child = linkage[:, :2].astype(np.int64)
    x = np.zeros(2 * n - 1)
    x[leaf_order(linkage)] = np.arange(n)
    for at, (a, b) in enumerate(child, start=n):
        x[at] = (x[a] + x[b]) / 2
    hang = (height - HANG * np.ptp(height))[:, None]
    foot = np.where(child < n, hang, height[np.maximum(child - n, 0)])
    return np.stack([x[child], foot, np.broadcast_to(height[:, None], child.shape)], axis=2)


def _bridges(legs: Matrix) -> Matrix:
    """Up one leg, across, down the other."""
    (xa, foot_a, height), (xb, foot_b, _) = legs[:, 0].T, legs[:, 1].T
    gap = np.full(len(legs), np.nan)
    x, y = np.stack([xa, xa, xb, xb, gap], axis=1), np.stack([foot_a, height, height, foot_b, gap], axis=1)
    return np.column_stack([x.ravel(), y.ravel()])


def _strokes(legs: Matrix, width: float, gap: float) -> Matrix:
    """Vertical strokes over the heights that the legs cover, column by column."""
    if not len(legs):
        return np.empty((0, 2))
    legs = legs.reshape(-1, 3)
    frame = pd.DataFrame({"column": legs[:, 0] // width, "low": legs[:, 1], "high": legs[:, 2]})
    frame = frame.sort_values(["column", "low"], ignore_index=True)
    top = frame.groupby("column")["high"].cummax().shift()
    apart = (frame["column"] != frame["column"].shift()) | (frame["low"] > top + gap)
    joined = frame.groupby(apart.cumsum()).agg({"column": "first", "low": "min", "high": "max"})
    middle = (joined["column"].to_numpy() + 0.5) * width
    empty = np.full(len(joined), np.nan)
    x = np.stack([middle, middle, empty], axis=1)
    y = np.stack([joined["low"].to_numpy(), joined["high"].to_numpy(), empty], axis=1)
    return np.column_stack([x.ravel(), y.ravel()])


def colour_bar(modules: pd.Series, order: NDArray[np.int64], columns: int = COLUMNS) -> pd.DataFrame:
    """Modules under the leaves: [start, end, module], at most ``columns`` strips of equal width.

    ``modules`` by gene, ``order`` the genes from left to right; start and end are leaf positions (end not
    included); the module of a strip is its most frequent, the first of equals in alphabetical order.
    """
    leaves = modules.to_numpy()[order]
    edges = np.linspace(0, len(leaves), min(columns, len(leaves)) + 1).round().astype(int)
    strips = pd.DataFrame({"start": edges[:-1], "end": edges[1:]})
    strip = np.repeat(np.arange(len(strips)), np.diff(edges))
    counts = pd.crosstab(strip, leaves)
    return strips.assign(module=counts.idxmax(axis=1).to_numpy())

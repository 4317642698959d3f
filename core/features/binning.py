"""Grey levels of fixed width, as PyRadiomics draws them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled


@dataclass(frozen=True, slots=True)
class Binned:
    """Grey levels of a lesion: ``levels`` that occur, ascending, from 1; of each voxel the ``ranks`` of its
    level among them; ``counts`` of voxels by level.
    """

    levels: NDArray[np.float64]
    ranks: NDArray[np.int32]
    counts: NDArray[np.int64]


def binned(values: NDArray[Any], width: float) -> Binned:
    """Levels of width ``width`` whose edges are multiples of it.

    The edges are computed in the values' own type: in float32 a value may lie on the other side of an edge
    than in float64.
    """
    low, high = values.min(), values.max()
    edges = np.arange(low - low % width, high + 2 * width, width)
    bins = _place(values.astype(np.float64), edges.astype(np.float64))
    counts = np.bincount(bins)
    levels = np.flatnonzero(counts)
    rank = np.zeros(len(counts), dtype=np.int32)
    rank[levels] = np.arange(len(levels), dtype=np.int32)
    return Binned(levels.astype(np.float64), rank[bins], counts[levels])


@compiled
def _place(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each value how many edges are no larger."""
    places = np.empty(len(values), np.int64)
    width, last = edges[1] - edges[0], len(edges) - 1
    for n, value in enumerate(values):
        k = min(max(int((value - edges[0]) / width), 0), last)
        while k < last and edges[k + 1] <= value:
            k += 1
        while k >= 0 and edges[k] > value:
            k -= 1
        places[n] = k + 1
    return places

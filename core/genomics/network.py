"""Weighted gene network: adjacency from Pearson correlation, and topological overlap (TOM).

Made in panels of rows, so that the work reports and can stop, and memory stays at two square matrices.
"""

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled
from core.genomics.meter import Meter
from core.genomics.panels import in_panels
from core.genomics.product import product
from core.settings import CorrelationType

Matrix = NDArray[np.float64]
Square = NDArray[np.floating]
ROWS = 128  # of a panel of correlations, in double precision
PRODUCT_ROWS = 512  # of a panel of the product: long enough for BLAS at its best
TILE = 64  # a tile and its mirror image fit into the nearest cache
EXACT_GENES = 5000  # up to here in double precision; beyond, in single, which halves time and memory
STRETCH = 512  # of a row: stays in the nearest cache from power to power
UNSIGNED, SIGNED, HYBRID = 0, 1, 2
NETWORKS = {"unsigned": UNSIGNED, "signed": SIGNED, "signed hybrid": HYBRID}


def precision(genes: int) -> type[np.floating]:
    """Precision of the square matrices of so many genes."""
    return np.float64 if genes <= EXACT_GENES else np.float32


def unit_rows(values: Matrix, correlation: CorrelationType = "pearson") -> Matrix:
    """Rows centred and of length 1, so that their products are Pearson correlations.

    ``correlation`` bicor: so that they are biweight midcorrelations (WGCNA `bicor` with its defaults:
    maxPOutliers 1; a row whose median absolute deviation is 0 is as for Pearson).
    """
    centred = values - values.mean(axis=1, keepdims=True)
    if correlation == "bicor":
        weighted, robust = _biweighted(values)
        centred = np.where(robust, weighted, centred)
    unit: Matrix = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    return unit


def _biweighted(values: Matrix) -> tuple[Matrix, NDArray[np.bool_]]:
    """Deviations from the median of each row, weighted; and which rows (n, 1) can be: their MAD is not 0.

    The weight (1 - u^2)^2 falls to 0 at u = 1, nine median absolute deviations from the median (Langfelder
    and Horvath 2012).
    """
    deviation = values - np.median(values, axis=1, keepdims=True)
    spread = np.median(np.abs(deviation), axis=1, keepdims=True)
    u = deviation / np.where(spread > 0, 9 * spread, 1.0)
    return deviation * np.maximum(1 - u**2, 0) ** 2, spread > 0


def adjacency(unit: Matrix, network: str, power: int, signed: bool, meter: Meter) -> tuple[Square, Matrix]:
    """Adjacency (n, n) with a zero diagonal, and connectivity (n,): the row sums of its absolute values.

    ``unit`` as from `unit_rows`; ``network`` a key of `NETWORKS`. unsigned |r|^p, signed ((1 + r) / 2)^p,
    signed hybrid max(r, 0)^p (WGCNA `adjacency`). ``signed`` keeps the sign of r in an unsigned network,
    as a signed TOM asks for.
    """
    n = len(unit)
    result, k = np.empty((n, n), precision(n)), np.empty(n)

    def panel(first: int, stop: int) -> None:
        r = unit[first:stop] @ unit.T
        _raise(r, NETWORKS[network], power, signed, first, result[first:stop], k)

    in_panels(n, ROWS, panel, meter)
    return result, k


def overlap(adjacency: Square, k: Matrix, meter: Meter) -> Square:
    """TOM similarity (n, n), diagonal 1, of an adjacency with a zero diagonal and its connectivity.

    |L + a| / (min(k_i, k_j) + 1 - |a|) with L the matrix product of the adjacency with itself (WGCNA
    `TOMsimilarity`). L is symmetric: each panel is multiplied from its diagonal on.
    """
    n, multiply = len(adjacency), product(adjacency.dtype)
    result = np.empty_like(adjacency)

    def panel(first: int, stop: int) -> None:
        multiply(adjacency[first:stop], adjacency[:, first:], result[first:stop, first:])
        _overlap(result, adjacency, k, first, stop)

    in_panels(n, PRODUCT_ROWS, panel, meter)
    return result


@compiled
def to_similarity(r: Matrix, network: int) -> None:
    """Correlations (rows, columns) to the similarity that the network takes to a power, in place."""
    for i in range(r.shape[0]):
        row = r[i]
        if network == SIGNED:
            for j in range(len(row)):
                row[j] = 0.5 * (1.0 + min(max(row[j], -1.0), 1.0))
        else:
            low = 0.0 if network == HYBRID else -1.0
            for j in range(len(row)):
                row[j] = abs(min(max(row[j], low), 1.0))


@compiled
def _raise(r: Matrix, network: int, power: int, signed: bool, first: int, out: Square, k: Matrix) -> None:
    """Panel of correlations to rows of the adjacency; ``first`` is the number of the panel's first gene."""
    for i in range(r.shape[0]):
        signs = np.sign(r[i]) if signed and network == UNSIGNED else np.empty(0)
        to_similarity(r[i : i + 1], network)
        row = r[i].copy()
        for left in range(0, len(row), STRETCH):
            for _ in range(power - 1):
                for j in range(left, min(left + STRETCH, len(row))):
                    row[j] *= r[i, j]
        row[first + i] = 0.0
        k[first + i] = row.sum()
        if len(signs):
            row *= signs
        out[i] = row


@compiled
def _overlap(products: Square, a: Square, k: Matrix, first: int, stop: int) -> None:
    """Rows ``first`` to ``stop`` from their diagonal on: products to overlap, mirrored below the diagonal."""
    n = len(a)
    for left in range(first, n, TILE):
        right = min(left + TILE, n)
        for i in range(first, min(stop, right)):
            for j in range(max(left, i + 1), right):
                shared = abs(float(products[i, j]) + a[i, j])
                products[i, j] = shared / (min(k[i], k[j]) + 1.0 - abs(a[i, j]))
        for top in range(first, stop, TILE):
            for j in range(left, right):
                for i in range(top, min(top + TILE, stop, j)):
                    products[j, i] = products[i, j]
    for i in range(first, stop):
        products[i, i] = 1.0

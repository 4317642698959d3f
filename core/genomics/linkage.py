"""Average linkage of a square similarity matrix by chains of nearest neighbours (Murtagh 1985)."""

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled
from core.genomics.meter import Meter
from core.genomics.network import Matrix, Square

Numbers = NDArray[np.int64]
WORK = 20_000_000  # pairs looked at between two reports


def average_linkage(similarity: Square, meter: Meter) -> Matrix:
    """Tree (n - 1, 4) of 1 - similarity as SciPy's linkage, which R's `hclust` equals; needs two genes.

    Each row names the lower node first; rows by rising height, equal heights in the order found.
    ``similarity`` (n, n), symmetric, is overwritten; its diagonal is not looked at.
    """
    n = len(similarity)
    merges, sizes = np.zeros((n - 1, 3)), np.ones(n, dtype=np.int64)
    chain, state = np.zeros(n, dtype=np.int64), np.zeros(2, dtype=np.int64)
    while state[0] < n - 1:
        _grow(similarity, sizes, chain, state, merges, max(WORK // n, 1))
        meter.tick(state[0] / (n - 1))
    merges[:, 2] = 1.0 - merges[:, 2]
    order = np.argsort(merges[:, 2], kind="stable")
    return _numbered(merges[order])


@compiled
def _grow(s: Square, sizes: Numbers, chain: Numbers, state: Numbers, merges: Matrix, scans: int) -> None:
    """Go on with the chain for so many scans of a row; ``state`` merges made, length of the chain.

    A chain runs from a cluster to its nearest neighbour until two are each other's nearest; they merge.
    A cluster lives in the row of its higher gene, the other's row is dead (size 0).
    """
    n = len(s)
    alive = np.flatnonzero(sizes)
    for _ in range(scans):
        if state[0] == n - 1:
            return
        if state[1] == 0:
            chain[0], state[1] = alive[0], 1
        x = chain[state[1] - 1]
        # Of equals the one that the chain came from, else a chain would not end.
        before = chain[state[1] - 2] if state[1] > 1 else -1
        nearest, best = before, -np.inf
        if before >= 0:
            best = s[x, before]
        for i in alive:
            if s[x, i] > best and i != x:
                nearest, best = i, s[x, i]
        if nearest != before:
            chain[state[1]] = nearest
            state[1] += 1
            continue
        low, high = min(x, nearest), max(x, nearest)
        merges[state[0], 0], merges[state[0], 1], merges[state[0], 2] = low, high, best
        state[0] += 1
        state[1] -= 2
        _join(s, sizes, low, high, alive)
        alive = alive[alive != low]


@compiled
def _join(s: Square, sizes: Numbers, low: int, high: int, alive: Numbers) -> None:
    """Cluster ``low`` goes into ``high``: similarities are averaged, weighted by the sizes."""
    total = sizes[low] + sizes[high]
    share_low, share_high = sizes[low] / total, sizes[high] / total
    for i in alive:
        if i not in (low, high):
            mean = share_low * s[low, i] + share_high * s[high, i]
            s[high, i] = mean
            s[i, high] = mean
    sizes[low], sizes[high] = 0, total


@compiled
def _numbered(merges: Matrix) -> Matrix:
    """Merges of genes [one, other, height] in order of height to nodes n, n + 1, ... with their sizes."""
    n = len(merges) + 1
    node, size = np.arange(2 * n - 1), np.ones(2 * n - 1)
    tree = np.empty((n - 1, 4))
    for at in range(n - 1):
        a, b = _top(node, int(merges[at, 0])), _top(node, int(merges[at, 1]))
        node[a] = node[b] = n + at
        size[n + at] = size[a] + size[b]
        tree[at, 0], tree[at, 1], tree[at, 2], tree[at, 3] = min(a, b), max(a, b), merges[at, 2], size[n + at]
    return tree


@compiled
def _top(node: Numbers, at: int) -> int:
    """The node that holds ``at`` so far; the path to it is shortened."""
    top = at
    while node[top] != top:
        top = node[top]
    while node[at] != top:
        node[at], at = top, node[at]
    return top

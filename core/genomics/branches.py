"""Branches of a dendrogram as the hybrid tree cut grows them: merge by merge, judged where two meet."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled
from core.genomics.network import Matrix, Square

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
STANDS, FAILS_SHAPE, FAILS_SIZE = 0, 1, 2  # what a branch is found to be


class Limits(NamedTuple):
    """Heights of the cut: nothing joins above ``cut``; a branch is one if its core is no wider than
    ``scatter`` and lies ``gap`` or more below the merge, itself not below ``lowest``.
    """

    cut: float
    scatter: float
    gap: float
    lowest: float
    min_size: int


class Branches(NamedTuple):
    """Branches, numbered as they begin, and the genes on them.

    A basic branch owns its genes in order of attachment: ``first``, then ``following`` up to ``last``. A
    composite one joins two branches, ``one`` and ``other``; genes that attach to it have it in ``above``
    (else -1). ``top``: not absorbed; ``attached``: height where it joined a composite (NaN: never);
    ``failed``: absorbed for its size alone.
    """

    basic: Flags
    top: Flags
    failed: Flags
    size: Numbers
    singles: Numbers
    first: Numbers
    last: Numbers
    one: Numbers
    other: Numbers
    attached: Matrix
    following: Numbers
    above: Numbers


def no_branches(n: int) -> Branches:
    """Room for the branches of n genes."""
    basic, top, failed = (np.zeros(n, dtype=np.bool_) for _ in range(3))
    size, singles, first, last, one, other = (np.zeros(n, dtype=np.int64) for _ in range(6))
    attached, following, above = np.full(n, np.nan), np.zeros(n, dtype=np.int64), np.full(n, -1)
    return Branches(
        basic, top, failed, size, singles, first, last, one, other, attached, following, above
    )  # fmt: skip


@compiled
def grow(tree: Matrix, s: Square, limits: Limits, b: Branches) -> int:
    """Walk up the tree (n - 1, 4) below the cut; ``s`` similarity (n, n). Returns how many branches began."""
    n, count = len(tree) + 1, 0
    branch = np.zeros(n - 1, np.int64)
    for merge in range(n - 1):
        height = tree[merge, 2]
        if height > limits.cut:
            break
        one, other = int(tree[merge, 0]), int(tree[merge, 1])  # the lower number first: genes before merges
        if other < n:
            _begin(b, count, one, other)
            branch[merge] = count
            count += 1
        elif one < n:
            branch[merge] = _attach(b, branch[other - n], one)
        else:
            branch[merge] = _meet(b, branch[one - n], branch[other - n], height, count, s, limits)
            count += branch[merge] == count
    return count


@compiled
def _begin(b: Branches, new: int, one: int, other: int) -> None:
    b.basic[new] = b.top[new] = True
    b.size[new] = b.singles[new] = 2
    b.first[new], b.following[one], b.last[new] = one, other, other


@compiled
def _attach(b: Branches, branch: int, gene: int) -> int:
    b.size[branch] += 1
    if b.basic[branch]:
        b.singles[branch] += 1
        b.following[b.last[branch]] = gene
        b.last[branch] = gene
    else:
        b.above[gene] = branch
    return branch


@compiled
def _meet(b: Branches, x: int, y: int, height: float, new: int, s: Square, limits: Limits) -> int:
    """Two branches meet: a basic one that fails is absorbed, the smaller judged first; else both stand."""
    small, large = (x, y) if b.size[x] <= b.size[y] else (y, x)
    found = judge(b, small, height, s, limits)
    if found != STANDS:
        return _absorb(b, small, large, found == FAILS_SIZE)
    found = judge(b, large, height, s, limits)
    if found != STANDS:
        return _absorb(b, large, small, found == FAILS_SIZE)
    b.attached[small] = b.attached[large] = height
    b.one[new], b.other[new], b.size[new] = small, large, b.size[small] + b.size[large]
    return new


@compiled
def judge(b: Branches, branch: int, height: float, s: Square, limits: Limits) -> int:
    """Whether a branch that meets another at ``height`` is one of its own; a composite always is."""
    if not b.basic[branch]:
        return STANDS
    spread = scatter(b, branch, s, limits.min_size)
    if spread > limits.scatter or height - spread < limits.gap:
        return FAILS_SHAPE
    return FAILS_SIZE if b.size[branch] < limits.min_size or height < limits.lowest else STANDS


@compiled
def scatter(b: Branches, branch: int, s: Square, min_size: int) -> float:
    """Mean distance within the core of a basic branch: of its genes those that attached first."""
    count, base = b.singles[branch], min_size / 2 + 1
    if base < count:
        count = int(base + np.sqrt(count - base))
    core = genes_of(b, branch)[:count]
    total = 0.0
    for i in range(count):
        for j in range(i):
            total += 1.0 - s[core[i], core[j]]
    return total * 2 / (count * (count - 1))


@compiled
def genes_of(b: Branches, branch: int) -> Numbers:
    """Genes of a basic branch in order of attachment."""
    genes = np.empty(b.singles[branch], np.int64)
    gene = b.first[branch]
    for i in range(len(genes)):
        genes[i] = gene
        gene = b.following[gene]
    return genes


@compiled
def _absorb(b: Branches, small: int, large: int, failed: bool) -> int:
    """A branch that is none goes into the other, its genes last in their order of attachment."""
    b.failed[small], b.top[small] = failed, False
    b.size[large] += b.size[small]
    if b.basic[large]:
        b.following[b.last[large]] = b.first[small]
        b.last[large] = b.last[small]
        b.singles[large] += b.singles[small]
    else:
        b.above[genes_of(b, small)] = large
    return large

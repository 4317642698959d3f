"""Blocks of correlated genes, for networks too large for memory as one (R has projectiveKMeans)."""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from core.genomics.network import Matrix

Indices = NDArray[np.int64]
ROUNDS = 15
PER_BLOCK = 10  # centres for each block that will be filled
SEED = 20240416


def gene_blocks(unit: Matrix, most: int, unsigned: bool) -> list[Indices]:
    """Positions of the genes of each block, at most ``most`` in one; correlated genes go together.

    ``unit`` genes x samples as from `unit_rows`. Genes gather around centres (k-means on correlation, its
    absolute value if ``unsigned``); the centres' average-linkage tree gives an order in which blocks are
    filled, and a centre with more than ``most`` genes is cut along its second component.
    """
    n = len(unit)
    if n <= most:
        return [np.arange(n)]
    count = min(max(2, PER_BLOCK * -(-n // most)), n // 2)
    centres = unit[np.random.default_rng(SEED).choice(n, count, replace=False)]
    nearest = _nearest(unit, centres, unsigned)
    for _ in range(ROUNDS):
        centres = np.vstack([_centre(unit[nearest == i], centre) for i, centre in enumerate(centres)])
        before, nearest = nearest, _nearest(unit, centres, unsigned)
        if np.array_equal(before, nearest):
            break
    clusters = [np.flatnonzero(nearest == i) for i in _in_order(centres, unsigned)]
    return _filled([piece for genes in clusters for piece in _pieces(unit, genes, most)], most)


def joined(trees: list[tuple[Indices, Matrix]], n: int) -> Matrix:
    """One linkage (n - 1) x 4 of trees over disjoint genes; they and the genes of none join at height 1.

    Of each tree the positions of its leaves among the n genes, and its linkage.
    """
    alone = np.setdiff1d(np.arange(n), np.concatenate([leaves for leaves, _ in trees]))
    whole, done, root = np.zeros((n - 1, 4)), 0, -1
    for leaves, tree in [*trees, *((np.array([gene]), np.empty((0, 4))) for gene in alone)]:
        numbers = np.concatenate([leaves, n + done + np.arange(len(tree))])
        whole[done : done + len(tree)] = tree
        whole[done : done + len(tree), :2] = numbers[tree[:, :2].astype(int)]
        done, own = done + len(tree), numbers[-1]
        if root >= 0:
            size = sum(1 if node < n else whole[node - n, 3] for node in (root, own))
            whole[done] = min(root, own), max(root, own), 1.0, size
            done, own = done + 1, n + done
        root = own
    return whole


def _nearest(unit: Matrix, centres: Matrix, unsigned: bool) -> Indices:
    r = unit @ centres.T
    nearest: Indices = (np.abs(r) if unsigned else r).argmax(axis=1)
    return nearest


def _centre(members: Matrix, before: Matrix) -> Matrix:
    """The mean of the members, each turned towards the centre before; that one if there is no member."""
    if not len(members):
        return before
    total = np.sign(members @ before) @ members
    length = float(np.linalg.norm(total))
    centre: Matrix = total / length if length > 0 else before
    return centre


def _in_order(centres: Matrix, unsigned: bool) -> Indices:
    r = centres @ centres.T
    distance = 1 - (np.abs(r) if unsigned else r)
    np.fill_diagonal(distance, 0.0)
    order: Indices = leaves_list(linkage(squareform(np.maximum(distance, 0), checks=False), "average"))
    return order


def _pieces(unit: Matrix, genes: Indices, most: int) -> list[Indices]:
    if len(genes) <= most:
        return [genes] if len(genes) else []
    left = np.linalg.svd(unit[genes], full_matrices=False)[0]
    along = genes[np.argsort(left[:, min(1, left.shape[1] - 1)], kind="stable")]
    return list(np.array_split(along, -(-len(genes) // most)))


def _filled(pieces: list[Indices], most: int) -> list[Indices]:
    blocks: list[list[Indices]] = [[]]
    for piece in pieces:
        if sum(map(len, blocks[-1])) + len(piece) > most:
            blocks.append([])
        blocks[-1].append(piece)
    return [np.sort(np.concatenate(block)) for block in blocks]

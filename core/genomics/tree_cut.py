"""Hybrid cut of a gene dendrogram into modules (dynamicTreeCut `cutreeHybrid`, as WGCNA calls it)."""

import numpy as np

from core.compiled import compiled
from core.genomics.branches import (
    STANDS,
    Branches,
    Flags,
    Limits,
    Numbers,
    genes_of,
    grow,
    judge,
    no_branches,
)
from core.genomics.network import Matrix, Square

MAX_SCATTER = (0.64, 0.73, 0.82, 0.91, 0.95)  # of a core, by deepSplit; as shares of the tree's range
REFERENCE = 0.05  # the merge at this share of all stands for the foot of the tree
DETECT_HEIGHT = 0.995  # R's detectCutHeight
REFUSED = -1


def cut_tree(
    tree: Matrix,
    similarity: Square,
    min_size: int,
    deep_split: int,
    respects_tree: bool = True,
    height: float | None = DETECT_HEIGHT,
) -> Numbers:
    """Label of every gene: 0 unassigned, then 1, 2, ... by falling size, ties by the order of the branches.

    Args:
        tree: average linkage (n - 1, 4), rows by rising height, the lower node first.
        similarity: (n, n), 1 - distance.
        min_size: fewest genes of a module.
        deep_split: 0 to 4, how far branches are split.
        respects_tree: whether a gene outside the branches may only join a module on its own side of the
            tree (R's pamRespectsDendro).
        height: of the cut; it also bounds how far a gene may be from the module that it joins. None takes
            99% of the tree's range, as a bare `cutreeDynamic` does.
    """
    heights, n = tree[:, 2], len(tree) + 1
    foot, top = heights[max(round(REFERENCE * (n - 1)), 1) - 1], heights[-1]
    bound = foot + 0.99 * (top - foot) if height is None else height
    cut = min(bound, top)
    if np.sum(heights <= cut) < min_size:
        return np.zeros(n, dtype=np.int64)
    widest = MAX_SCATTER[deep_split]
    gap = (1 - widest) * 3 / 4 * (cut - foot)
    limits = Limits(float(cut), float(foot + widest * (cut - foot)), float(gap), float(foot), min_size)
    branches = no_branches(n)
    count = grow(tree, similarity, limits, branches)
    label, units, owner = _label(branches, count, similarity, limits)
    joined = _join(branches, label, units, owner, similarity, bound, respects_tree) if label.any() else label
    return by_size(joined)


def by_size(labels: Numbers) -> Numbers:
    """Labels renumbered 1, 2, ... by falling size, ties by the lower old label; 0 stays 0."""
    names, sizes = np.unique(labels[labels > 0], return_counts=True)
    new = np.zeros(int(labels.max(initial=0)) + 1, dtype=np.int64)
    new[names[np.argsort(-sizes, kind="stable")]] = np.arange(1, len(names) + 1)
    return new[labels]


@compiled
def _label(b: Branches, count: int, s: Square, limits: Limits) -> tuple[Numbers, Numbers, Numbers]:
    """Modules of the genes that branches hold; the units that failed on size; the module of each branch.

    Units are numbered from 1 by their branch; both are 0 for the others.
    """
    label, units = np.zeros(len(s), np.int64), np.zeros(len(s), np.int64)
    owner = np.zeros(count, np.int64)
    for branch in range(count):
        if b.failed[branch]:
            units[genes_of(b, branch)] = branch + 1
    for branch in range(count):
        height = limits.cut if np.isnan(b.attached[branch]) else b.attached[branch]
        if b.top[branch] and judge(b, branch, height, s, limits) == STANDS:
            owner[branch] = owner.max() + 1
            label[genes_of(b, branch)] = owner[branch]
    units[label > 0] = 0
    return label, units, owner


@compiled
def _join(
    b: Branches, label: Numbers, units: Numbers, owner: Numbers, s: Square, bound: float, respects_tree: bool
) -> Numbers:
    """Modules with the genes outside the branches joined to the nearest one: units first, then genes.

    Distances are those to the genes that branches hold, before anything joins.
    """
    joined, modules = label.copy(), label.max()
    held = np.flatnonzero(label)
    reach = np.maximum(_diameters(label, modules, s), bound)
    allowed = np.ones(modules + 1, np.bool_)
    for unit in np.unique(units):
        genes = np.flatnonzero(units == unit)
        if unit > 0 and _allow(b, b.above[genes[0]], owner, respects_tree, allowed):
            joined[genes] = _nearest(genes, held, label, reach, allowed, s)
    for gene in np.flatnonzero(joined == 0):
        if _allow(b, b.above[gene], owner, respects_tree, allowed):
            joined[gene] = _nearest(np.array([gene]), held, label, reach, allowed, s)
    return np.maximum(joined, 0)


@compiled
def _diameters(label: Numbers, modules: int, s: Square) -> Matrix:
    """Of each module the largest mean distance of a gene to the others; place 0 is none."""
    result = np.zeros(modules + 1)
    for module in range(1, modules + 1):
        genes = np.flatnonzero(label == module)
        for i in genes:
            total = 0.0
            for j in genes:
                if i != j:
                    total += 1.0 - s[i, j]
            result[module] = max(result[module], total / (len(genes) - 1))
    return result


@compiled
def _allow(b: Branches, branch: int, owner: Numbers, respects_tree: bool, allowed: Flags) -> bool:
    """Mark the modules that a gene on ``branch`` (-1: on none) may join; whether there may be any."""
    if not respects_tree:
        return True
    allowed[:] = False
    if branch < 0:
        return False
    waiting = [branch]
    while len(waiting) > 0:
        at = waiting.pop()
        if b.basic[at]:
            allowed[owner[at]] = True
        else:
            waiting.append(b.one[at])
            waiting.append(b.other[at])
    return True


@compiled
def _nearest(genes: Numbers, held: Numbers, label: Numbers, reach: Matrix, allowed: Flags, s: Square) -> int:
    """The allowed module with the smallest mean distance, the lowest label of equals, if within its reach."""
    total, count = np.zeros(len(reach)), np.zeros(len(reach))
    for gene in genes:
        row = s[gene]
        for other in held:
            total[label[other]] += 1.0 - row[other]
            count[label[other]] += 1
    best = 0
    for module in range(1, len(reach)):
        total[module] /= count[module]
        if allowed[module] and (best == 0 or total[module] < total[best]):
            best = module
    return best if best > 0 and total[best] < reach[best] else REFUSED

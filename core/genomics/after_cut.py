"""What WGCNA's `blockwiseModules` does once the tree is cut: trim by kME, reassign, merge, name by size."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster
from scipy.stats import norm

from core.genomics.eigengenes import colours_by_size, eigengene_tree, eigengenes, first_component
from core.genomics.module_names import GREY, colour
from core.genomics.network import Matrix, unit_rows
from core.settings import CoexpressionSettings, CorrelationType

Labels = NDArray[np.int64]


def refine(values: Matrix, labels: Labels, settings: CoexpressionSettings) -> Labels:
    """Labels of the tree cut (0 unassigned) after R's kME filter and its reassignment of genes.

    ``values`` genes x samples. The eigengenes are those of the cut throughout; kME is by the correlation of
    the network.
    """
    present = np.unique(labels[labels > 0])
    if not present.size:
        return labels
    scaled = unit_rows(values)
    table = np.stack([first_component(scaled[labels == label]) for label in present])
    strength = unit_rows(values, settings.correlation) @ unit_rows(table, settings.correlation).T
    strength = np.abs(strength) if settings.network == "unsigned" else strength
    kept = trim(labels, present, strength, settings)
    stays = np.isin(present, kept)
    return reassign(kept, present[stays], strength[:, stays], values.shape[1], settings)


def trim(labels: Labels, present: Labels, strength: Matrix, settings: CoexpressionSettings) -> Labels:
    """Labels after R's kME filter; ``strength`` (genes, modules) kME, absolute in an unsigned network.

    A module goes if fewer than a third of ``min_size`` genes exceed ``min_core_kme``, or if fewer than
    ``min_size`` remain once genes below ``min_kme_stay`` have left.
    """
    result = labels.copy()
    for label, own in zip(present, strength.T, strict=True):
        members = labels == label
        leaving = members & (own < settings.min_kme_stay)
        few_core = np.sum(own[members] > settings.min_core_kme) < settings.min_size / 3
        few_left = leaving.any() and np.sum(members & ~leaving) < settings.min_size
        result[members if few_core or few_left else leaving] = 0
    return result


def reassign(
    labels: Labels, present: Labels, strength: Matrix, samples: int, settings: CoexpressionSettings
) -> Labels:
    """Labels after genes moved to the module whose eigengene they follow far better.

    ``present`` the modules, ``strength`` (genes, modules) kME to them. A gene moves where the p-value of its
    best kME is below ``reassign_threshold`` times that of its own. As in R: a gene takes the place of its
    best module among ``present``, counted from 1, for its label (another one if modules before it have
    gone); a module that would keep fewer than ``min_size`` genes dissolves, with those that moved to it.
    """
    result, best = labels.copy(), strength.argmax(axis=1) if present.size else labels
    dissolved = []
    for at, label in enumerate(present):
        members = np.flatnonzero(labels == label)
        own, most = strength[members, at], strength[members, best[members]]
        moves = members[(own < most) & _far_better(own, most, samples, settings.reassign_threshold)]
        result[moves] = best[moves] + 1
        if len(members) - len(moves) < settings.min_size:
            dissolved.append(label)
    result[np.isin(result, dissolved)] = 0
    return result


def _far_better(own: Matrix, most: Matrix, samples: int, threshold: float) -> NDArray[np.bool_]:
    """Whether p of ``most`` is below ``threshold`` times p of ``own`` (Fisher's z, two-sided)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        p_own, p_most = (
            2 * norm.sf(np.abs(np.arctanh(np.clip(r, -1, 1))) * np.sqrt(samples - 3)) for r in (own, most)
        )
        ratio = p_most / p_own
    return np.isfinite(ratio) & (ratio < threshold)


def named(labels: Labels, genes: pd.Index) -> pd.Series:
    """The colour of every gene's label."""
    return pd.Series([colour(int(label)) for label in labels], index=genes, dtype=object)


def merge(
    values: pd.DataFrame, modules: pd.Series, height: float, correlation: CorrelationType = "pearson"
) -> pd.Series:
    """Modules whose eigengenes lie within ``height`` (1 - correlation, average linkage) become one.

    WGCNA `mergeCloseModules`: repeated until nothing merges, eigengenes computed anew each time; then
    colours by falling size.
    """
    while True:
        proper = modules[modules != GREY]
        if proper.nunique() < 2:
            break
        table = eigengenes(values.loc[proper.index], proper)
        branch = fcluster(eigengene_tree(table, correlation), height, criterion="distance")
        names = [str(name).removeprefix("ME") for name in table]
        first = {b: names[list(branch).index(b)] for b in set(branch)}
        if len(first) == len(names):
            break
        modules = modules.replace({name: first[b] for name, b in zip(names, branch, strict=True)})
    return colours_by_size(modules)

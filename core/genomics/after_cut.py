"""What WGCNA's `blockwiseModules` does once the tree is cut: trim by kME, merge, name by size.

Reassignment of genes between modules (R's third step) is left out: with R's default threshold it
moves few genes, and the cut it would refine is not R's own yet.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster

from core.genomics.eigengenes import GREY, colour, colours_by_size, eigengene_tree, eigengenes, kme

MIN_CORE_KME, MIN_KME_TO_STAY = 0.5, 0.3  # R's defaults


def trim(values: pd.DataFrame, labels: NDArray[np.int64], min_size: int, unsigned: bool) -> pd.Series:
    """Colour of every gene after R's kME filter.

    ``labels`` of the tree cut by falling size, 0 unassigned. A module goes if fewer than a third of
    ``min_size`` genes reach a kME of 0.5, or if fewer than ``min_size`` remain once genes below 0.3
    have left; kME to the module's own eigengene, absolute in an unsigned network. Eigengenes are not
    computed again in between.
    """
    modules = pd.Series([colour(int(label)) for label in labels], index=values.index, dtype=object)
    proper = modules[modules != GREY]
    if proper.empty:
        return modules
    strength = kme(values.loc[proper.index], eigengenes(values.loc[proper.index], proper))
    strength = strength.abs() if unsigned else strength
    for name in proper.unique():
        genes = proper.index[proper == name]
        modules[genes[_leaving(strength.loc[genes, name].to_numpy(), min_size)]] = GREY
    return modules


def _leaving(own: NDArray[np.float64], min_size: int) -> NDArray[np.bool_]:
    leaving = own < MIN_KME_TO_STAY
    lost = np.sum(own > MIN_CORE_KME) < min_size / 3 or np.sum(~leaving) < min_size
    return np.full(own.shape, True) if lost else leaving


def merge(values: pd.DataFrame, modules: pd.Series, height: float) -> pd.Series:
    """Modules whose eigengenes lie within ``height`` (1 - correlation, average linkage) become one.

    WGCNA `mergeCloseModules`: repeated until nothing merges, eigengenes computed anew each time; then
    colours by falling size.
    """
    while True:
        proper = modules[modules != GREY]
        if proper.nunique() < 2:
            break
        table = eigengenes(values.loc[proper.index], proper)
        branch = fcluster(eigengene_tree(table), height, criterion="distance")
        names = [str(name).removeprefix("ME") for name in table]
        first = {b: names[list(branch).index(b)] for b in set(branch)}
        if len(first) == len(names):
            break
        modules = modules.replace({name: first[b] for name, b in zip(names, branch, strict=True)})
    return colours_by_size(modules)

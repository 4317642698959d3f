"""Module eigengenes and eigengene-based connectivity, as R WGCNA defines them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from core.genomics.correlation import pairwise_pearson
from core.genomics.module_names import GREY, colour
from core.genomics.network import unit_rows
from core.settings import CorrelationType

Matrix = NDArray[np.float64]


def colours_by_size(names: pd.Series) -> pd.Series:
    """Modules renamed to the standard colours by falling size, ties by their old name; grey stays grey."""
    sizes = names[names != GREY].value_counts()
    order = sorted(sizes.index, key=lambda name: (-sizes[name], name))
    return names.map({GREY: GREY} | {name: colour(i) for i, name in enumerate(order, start=1)})


def eigengenes(values: pd.DataFrame, modules: pd.Series) -> pd.DataFrame:
    """Eigengenes of all modules, samples x ME<colour> (WGCNA `moduleEigengenes`, then `orderMEs`).

    ``values`` genes x samples, complete; ``modules`` the colour of each of its genes, in its order.
    An eigengene is the first right singular vector of the module's scaled genes, of unit norm, its
    sign that of the average scaled expression. Columns follow the average-linkage tree of
    1 - correlation, MEgrey last.
    """
    names = sorted(set(map(str, modules)))
    columns = {f"ME{name}": _eigengene(values[(modules == name).to_numpy()]) for name in names}
    table = pd.DataFrame(columns, index=values.columns)
    return table[_by_similarity(table)]


def kme(values: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Signed kME, genes x colours: correlation of each gene with each eigengene (WGCNA `signedKME`).

    A gene that does not vary has NaN.
    """
    r, _ = pairwise_pearson(values.to_numpy(dtype=np.float64).T, table.to_numpy())
    return pd.DataFrame(r, index=values.index, columns=[str(name).removeprefix("ME") for name in table])


def eigengene_tree(table: pd.DataFrame, correlation: CorrelationType = "pearson") -> Matrix:
    """Average linkage of 1 - correlation of the eigengenes (columns), as SciPy's linkage matrix."""
    unit = unit_rows(table.to_numpy().T, correlation)
    distance = 1 - unit @ unit.T
    tree: Matrix = linkage(squareform(distance, checks=False), method="average")
    return tree


def _by_similarity(table: pd.DataFrame) -> list[str]:
    proper = [str(name) for name in table if name != f"ME{GREY}"]
    grey = [str(name) for name in table if name == f"ME{GREY}"]
    if len(proper) > 2:
        proper = [proper[i] for i in leaves_list(eigengene_tree(table[proper]))]
    return proper + grey


def _eigengene(module: pd.DataFrame) -> Matrix:
    return first_component(standardise(module.to_numpy(dtype=np.float64)))


def first_component(scaled: Matrix) -> Matrix:
    """First right singular vector (samples,) of a module's scaled genes x samples, signed as their mean."""
    _, _, right = np.linalg.svd(scaled, full_matrices=False)
    first: Matrix = right[0]
    return -first if first @ scaled.mean(axis=0) < 0 else first


def standardise(values: Matrix) -> Matrix:
    """Rows (genes) with mean 0 and standard deviation 1 (n - 1); a row that does not vary becomes 0."""
    centred = values - values.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, ddof=1, keepdims=True)
    scaled: Matrix = np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 0)
    return scaled

"""Orders of the rows and columns of a heat map: by group, by value, by hierarchical clustering."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import pdist

from core.genomics.enrichment import CATEGORIES

PATIENT_ORDERS = ("LNM", "Risk group", "Signature", "Clustering")
PATHWAY_ORDERS = ("KEGG category", "Clustering")


def leaf_order(rows: NDArray[np.float64]) -> list[int]:
    """Positions of the rows of a matrix (n, k) in the order of a Ward tree with optimal leaf ordering.

    Distance: Euclidean. Neighbouring leaves are as alike as the tree allows (Bar-Joseph 2001). Fewer than
    three rows stay as they are.
    """
    if len(rows) < 3 or rows.shape[1] == 0:
        return list(range(len(rows)))
    return [int(at) for at in leaves_list(linkage(pdist(rows), "ward", optimal_ordering=True))]


def patient_order(scores: pd.DataFrame, groups: pd.DataFrame, by: str) -> list[str]:
    """Patients of ``scores`` (pathways x patients), each once, in the order of `PATIENT_ORDERS`.

    ``groups`` by patient [lnm, high, value]: LNM and risk group put 0 before 1 and sort within by the
    signature's value; a missing value comes last. Raises KeyError for another order.
    """
    keys = {"LNM": ["lnm", "value"], "Risk group": ["high", "value"], "Signature": ["value"]}
    if by == "Clustering":
        order = leaf_order(scores.to_numpy(dtype=np.float64).T)
        return [str(scores.columns[at]) for at in order]
    table = groups.reindex(scores.columns)
    return [str(code) for code in table.sort_values(keys[by], kind="stable", na_position="last").index]


def pathway_order(scores: pd.DataFrame, categories: pd.Series, by: str) -> list[tuple[str, list[str]]]:
    """Blocks of pathways (rows of ``scores``): (category, pathways), clustered within.

    "KEGG category" gives a block per category, those of the paper first, then others; sets without one come
    last under "". "Clustering" gives one block without a name.
    """
    if by == "Clustering":
        return [("", _clustered(scores, list(scores.index)))]
    own = categories.reindex(scores.index).fillna("")
    others = sorted(set(own) - {*CATEGORIES, ""})
    found = [name for name in (*CATEGORIES, *others, "") if (own == name).any()]
    return [(name, _clustered(scores, list(own.index[own == name]))) for name in found]


def _clustered(scores: pd.DataFrame, names: Sequence[str]) -> list[str]:
    return [names[at] for at in leaf_order(scores.loc[list(names)].to_numpy(dtype=np.float64))]

"""Weights of columns by what tells near patients of one class from those of the other: ReliefF's family."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform
from skrebate import SURF, MultiSURF, ReliefF

from core.models.inputs import Floats
from core.models.quick_relief import relief_weights

RELATIVES: dict[str, Any] = {"surf": SURF, "multisurf": MultiSURF}
ABSOLUTE = "fae"  # ranked by the size of its weights, whatever their sign


def weigh(values: Floats, codes: NDArray[np.int64], method: str, nearest: int) -> Floats:
    """Weight (p,) of each column of values (n, p) for classes codes (n,) of 2 rows or more.

    ``method``: relieff, of ``nearest`` hits and misses; surf or multisurf, of all within a distance that
    the rows themselves set (skrebate; Urbanowicz et al., J Biomed Inform 2018); or fae. Raises ValueError
    for another.
    """
    if method == "fae":
        return fae_weights(values, codes)
    kind = "binary" if np.unique(codes).size == 2 else "multiclass"
    if method == "relieff" and kind == "binary":
        return relief_weights(values, codes, nearest)
    if method == "relieff":
        relief = ReliefF(n_features_to_select=1, n_neighbors=nearest, label_type=kind)
    elif method in RELATIVES:
        relief = RELATIVES[method](n_features_to_select=1, label_type=kind)
    else:
        raise ValueError(f"method must be relieff, surf, multisurf or fae, got {method!r}.")
    fitted: Floats = np.asarray(relief.fit(values, codes).feature_importances_, dtype=np.float64)
    return fitted


def fae_weights(values: Floats, codes: NDArray[np.int64]) -> Floats:
    """Relief weights (p,) as the FAE program takes them (Song et al., PLoS ONE 2020).

    Columns of values (n, p) divided by their L2 norm; of every row the squared difference to the nearest
    row of another class less that to the nearest of its own, mean over the rows. Nearest by Euclidean
    distance, the earlier of equally near ones. A column of zeros weighs 0.
    """
    norms = np.linalg.norm(values, axis=0)
    scaled = values / np.where(norms > 0, norms, 1.0)
    distance = squareform(pdist(scaled))
    np.fill_diagonal(distance, np.inf)
    same = codes[:, None] == codes
    hit, miss = (np.where(which, distance, np.inf).argmin(axis=1) for which in (same, ~same))
    weights: Floats = ((scaled - scaled[miss]) ** 2 - (scaled - scaled[hit]) ** 2).mean(axis=0)
    return weights


def best(weights: Floats, keep: int, method: str) -> NDArray[np.intp]:
    """Columns of the ``keep`` highest weights in their order, at least one; the earlier of equal ones."""
    order = np.argsort(-(np.abs(weights) if method == ABSOLUTE else weights), kind="stable")
    return np.sort(order[: max(1, min(int(keep), order.size))])

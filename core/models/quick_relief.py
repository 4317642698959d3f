"""ReliefF weights with the bits of skrebate, without its loops over pairs, features and neighbours."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist, squareform
from skrebate import ReliefF

from core.models.inputs import Floats

# skrebate takes a column of so few different values for categorical.
CATEGORICAL = 10


def relief_weights(values: Floats, codes: NDArray[np.int64], neighbours: int) -> Floats:
    """ReliefF weight (p,) of each column of values (n, p) for the classes codes (n,) of 0 and 1.

    ``neighbours`` is cut to the size of the smaller class - 1; tables with a column of few values, which
    skrebate takes for categorical, are left to it. Raises ValueError where a class holds fewer than 2 rows.
    Source: Urbanowicz et al., J Biomed Inform 2018; scores summed in the order of skrebate 0.8.
    """
    smallest = int(np.bincount(codes, minlength=2).min())
    if smallest < 2:
        raise ValueError(f"ReliefF needs 2 classes of 2 samples or more, got {smallest} in the smaller.")
    nearest = max(1, min(int(neighbours), smallest - 1))
    if min(np.unique(column).size for column in values.T) <= CATEGORICAL:
        relief = ReliefF(n_features_to_select=1, n_neighbors=nearest, label_type="binary")
        fitted: Floats = np.asarray(relief.fit(values, codes).feature_importances_, dtype=np.float64)
        return fitted
    lowest = values.min(axis=0)
    span = values.max(axis=0) - lowest
    order = _by_distance((values - lowest) / span)
    scores = [_score(values, codes, span, row, order[row], nearest) for row in range(len(values))]
    weights: Floats = np.sum(scores, axis=0)
    return weights


def _by_distance(scaled: Floats) -> NDArray[np.intp]:
    """Rows by Manhattan distance from each row, itself last."""
    distance = squareform(pdist(scaled, metric="cityblock"))
    np.fill_diagonal(distance, np.iinfo(np.int64).max)
    # Row by row as skrebate sorts: equally far neighbours then come in its order.
    return np.array([np.argsort(row) for row in distance])


def _score(
    values: Floats, codes: NDArray[np.int64], span: Floats, row: int, order: NDArray[np.intp], nearest: int
) -> Floats:
    """What one row adds to the weights (p,): its distance to near misses less that to near hits."""
    others = order[:-1]
    same = codes[others] == codes[row]
    hits, misses = others[same][:nearest], others[~same][:nearest]
    hit, miss = (_apart(values[near], values[row], span) for near in (hits, misses))
    share: Floats = (-hit / nearest + miss / nearest) / float(len(values))
    return share


def _apart(near: Floats, centre: Floats, span: Floats) -> Floats:
    # Neighbours along the last, contiguous axis: NumPy then adds them pairwise, as for one column alone.
    gaps = np.ascontiguousarray((np.abs(centre - near) / span).T)
    total: Floats = gaps.sum(axis=1)
    return total

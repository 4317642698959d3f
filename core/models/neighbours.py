"""The training patients that a case is most like, without their codes."""

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from core.models import inputs
from core.models.domain import NEIGHBOURS, Domain, scaled


def nearest(domain: Domain, training: pd.DataFrame, row: pd.Series, n: int = NEIGHBOURS) -> pd.DataFrame:
    """The n nearest training patients: frame [rank, distance, the columns of ``training``], nearest first.

    ``training``: one row per patient of the domain, in its order. ``distance`` as ``domain.measure`` takes
    it: root mean square over the scaled features; the mean of the five nearest is the case's distance.
    """
    features = domain.features
    case = scaled(features, inputs.features(row.to_frame().T, list(features.index)))
    distance = cdist(case, domain.training)[0] / np.sqrt(domain.training.shape[1])
    order = np.argsort(distance, kind="stable")[:n]
    table = training.iloc[order].reset_index(drop=True)
    table.insert(0, "rank", np.arange(1, len(order) + 1))
    table.insert(1, "distance", distance[order])
    return table

"""Patients and features in the order of a hierarchical clustering."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.cluster.hierarchy import dendrogram, leaves_list, linkage
from scipy.spatial.distance import pdist

Line = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A dendrogram, each join as four points: ``x`` (joins, 4) counts places of the order from 0."""

    x: Line
    height: Line


@dataclass(frozen=True, slots=True, eq=False)
class Clustered:
    """``z``: patients x features, z-scored, both in order; trees are None where nothing was clustered."""

    z: pd.DataFrame
    patients: Tree | None
    features: Tree | None


def clustered(features: pd.DataFrame, groups: "pd.Series[int] | None" = None) -> Clustered:
    """Average linkage on 1 - Pearson's r of z-scored features, leaves in optimal order.

    Args:
        features: patients x features; features that do not vary or hold NaN are left out.
        groups: by patient; where given, patients are sorted by it and clustered order holds within a group.
    """
    z = z_scored(features)
    rows, patients_tree = _order(z.to_numpy())
    columns, features_tree = _order(z.to_numpy().T)
    z = z.iloc[rows, columns]
    if groups is None:
        return Clustered(z, patients_tree, features_tree)
    by = np.argsort(groups.loc[z.index].to_numpy(), kind="stable")
    return Clustered(z.iloc[by], None, features_tree)


def z_scored(features: pd.DataFrame) -> pd.DataFrame:
    """Features that vary and hold no NaN, in standard deviations (n - 1) from their mean."""
    spread = features.std()
    used = features.loc[:, (spread > 0) & features.notna().all()]
    return (used - used.mean()) / spread[used.columns]


def _order(values: NDArray[np.float64]) -> tuple[NDArray[np.intp], Tree | None]:
    """Order of the rows, and their tree; below three rows, or with one value each, as they stand."""
    if min(values.shape) < 1 or len(values) < 3 or values.shape[1] < 2:
        return np.arange(len(values)), None
    # A row without variance has no correlation: as far as an uncorrelated one.
    distances = np.clip(np.nan_to_num(pdist(values, "correlation"), nan=1.0), 0, None)
    joins = linkage(distances, "average", optimal_ordering=True)
    drawn = dendrogram(joins, no_plot=True)
    # scipy draws leaf k at 5 + 10 k.
    return leaves_list(joins), Tree((np.array(drawn["icoord"]) - 5) / 10, np.array(drawn["dcoord"]))

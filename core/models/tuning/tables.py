"""Tables of the panels: variance of the components, and their weights."""

import numpy as np
import pandas as pd

from core.models.tuning.choice import Chosen
from core.models.tuning.projections import Projections


def scree(projections: Projections) -> pd.DataFrame:
    """Frame [component, share, low, high, cumulative] of the components that every fold has.

    Share of variance: median, least and greatest over the folds; cumulative: median over the folds.
    """
    shares = np.array([fold.explained[: projections.most] for fold in projections.folds])
    columns = {"share": np.median(shares, axis=0), "low": shares.min(axis=0), "high": shares.max(axis=0)}
    columns["cumulative"] = np.median(np.cumsum(shares, axis=1), axis=0)
    return pd.DataFrame({"component": np.arange(1, projections.most + 1), **columns})


def weight_table(chosen: Chosen, absolute: bool = False) -> pd.DataFrame:
    """Frame [component, weight, low, high, kept, folds], highest median weight first.

    Weight: median, least and greatest over the ``folds`` that have the component, of their sizes where
    ``absolute``; ``kept``: in how many of them it is kept. Component i of one fold is only roughly
    component i of another.
    """
    size = chosen.projections.counts[1]
    table = np.full((len(chosen.weights), size), np.nan)
    kept = np.zeros(size, dtype=int)
    for row, weights, columns in zip(table, chosen.weights, chosen.kept, strict=True):
        row[: weights.size] = np.abs(weights) if absolute else weights
        kept[columns] += 1
    frame = pd.DataFrame({"component": np.arange(1, size + 1), "weight": np.nanmedian(table, axis=0)})
    frame["low"], frame["high"] = np.nanmin(table, axis=0), np.nanmax(table, axis=0)
    frame["kept"], frame["folds"] = kept, np.isfinite(table).sum(axis=0)
    return frame.sort_values("weight", ascending=False, kind="stable", ignore_index=True)

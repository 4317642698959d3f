"""Which features differ between batches, such as scanners: Kruskal-Wallis for all of them at once."""

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from core.errors import TableError

LEAST = 2


def by_batch(features: pd.DataFrame, batch: "pd.Series[Any]") -> pd.DataFrame:
    """Kruskal-Wallis test of every feature between batches, with Benjamini-Hochberg q.

    Patients without a batch, or of a batch of one, are left out; a feature that does not vary or holds NaN
    is not tested: P and q NaN. As R ``kruskal.test``.

    Args:
        features: patients x features.
        batch: of the same patients, None where not known.

    Returns:
        [feature, p, q, n] in the order of the columns; n: patients compared.

    Raises:
        TableError (FEATURES-BATCHES): fewer than two batches of two patients.
    """
    groups = [rows.to_numpy() for _, rows in features.groupby(batch) if len(rows) >= LEAST]
    if len(groups) < 2:
        expected, fix = "Two batches or more of two patients or more", "Let more patients pass the filter."
        raise TableError("FEATURES-BATCHES", expected, f"{len(groups)}", fix)
    every = np.vstack(groups)
    usable = np.isfinite(every).all(axis=0) & (every.min(axis=0) < every.max(axis=0))
    p, q = np.full(len(usable), np.nan), np.full(len(usable), np.nan)
    if usable.any():
        p[usable] = stats.kruskal(*(group[:, usable] for group in groups), axis=0).pvalue
        q[usable] = stats.false_discovery_control(p[usable])
    return pd.DataFrame({"feature": features.columns, "p": p, "q": q, "n": len(every)})

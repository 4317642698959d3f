"""Which features differ between two groups of patients: Mann-Whitney for all of them at once."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from core.errors import TableError

EXACT_BELOW = 50  # patients in each group, as in R's wilcox.test
LEAST = 2


def compare(features: pd.DataFrame, second: NDArray[np.bool_]) -> pd.DataFrame:
    """Two-sided Mann-Whitney test of every feature between two groups, with Benjamini-Hochberg q.

    As R ``wilcox.test``: exact for a feature without ties where each group has fewer than 50 patients, else
    normal with continuity correction. A feature that does not vary or holds NaN is not tested: P and q NaN.

    Args:
        features: patients x features.
        second: (patients,) True for the second group.

    Returns:
        [feature, auc, p, q, median_first, median_second, n_first, n_second] in the order of the columns; auc:
        probability that the feature is higher in a patient of the second group, ties counted half.

    Raises:
        TableError (FEATURES-GROUPS): a group has fewer than 2 patients.
    """
    values, chosen = features.to_numpy(dtype=np.float64), np.asarray(second, dtype=bool)
    high, low = values[chosen], values[~chosen]
    if min(len(high), len(low)) < LEAST:
        fix = "Let more patients pass the filter."
        raise TableError(
            "FEATURES-GROUPS", "Two patients or more in each group", f"{len(low)}, {len(high)}", fix
        )
    u, p = _tests(low, high)
    q = np.full(len(p), np.nan)
    tested = np.isfinite(p)
    if tested.any():
        q[tested] = stats.false_discovery_control(p[tested])
    return pd.DataFrame(
        {
            "feature": features.columns, "auc": u / (len(high) * len(low)), "p": p, "q": q,
            "median_first": np.median(low, axis=0), "median_second": np.median(high, axis=0),
            "n_first": len(low), "n_second": len(high),
        }
    )  # fmt: skip


def _tests(low: NDArray[np.float64], high: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """U of the second group and P by column; NaN where a column does not vary or is not complete."""
    both = np.sort(np.vstack([low, high]), axis=0)
    tied = (both[1:] == both[:-1]).any(axis=0)
    usable = np.isfinite(both).all(axis=0) & (both[0] < both[-1])
    small = max(len(low), len(high)) < EXACT_BELOW
    u, p = np.full(both.shape[1], np.nan), np.full(both.shape[1], np.nan)
    for method, columns in (("exact", usable & small & ~tied), ("asymptotic", usable & ~(small & ~tied))):
        if columns.any():
            found = stats.mannwhitneyu(high[:, columns], low[:, columns], axis=0, method=method)
            u[columns], p[columns] = found.statistic, found.pvalue
    return u, p

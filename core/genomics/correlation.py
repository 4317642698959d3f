"""Pairwise-complete Pearson correlation of two tables, with WGCNA's p-value and Benjamini-Hochberg q."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from core.errors import TableError

Matrix = NDArray[np.float64]


def correlate_columns(left: pd.DataFrame, right: pd.DataFrame, names: tuple[str, str]) -> pd.DataFrame:
    """Every column of ``left`` with every column of ``right`` over the rows (samples) both have.

    Returns long [names[0], names[1], r, p, q, n]: n pairs without a missing value, p two-sided from
    Student's t with n - 2 degrees of freedom (WGCNA `corPvalueStudent`), q Benjamini-Hochberg over
    all rows of the result. A column that does not vary gives NaN, which is no test. Raises TableError
    if a column is not numeric or no row is shared.
    """
    shared = left.index.intersection(right.index, sort=False)
    if shared.empty:
        raise TableError(
            "SAMPLES", "Both tables carry the same samples", "none in common", "Check the sample ids."
        )
    x, y = _numeric(left.loc[shared]), _numeric(right.loc[shared])
    r, n = pairwise_pearson(x, y)
    p = student_p(r, n)
    pairs = pd.MultiIndex.from_product([left.columns, right.columns], names=names)
    table = pairs.to_frame(index=False)
    table["r"], table["p"], table["q"] = r.ravel(), p.ravel(), benjamini_hochberg(p.ravel())
    return table.assign(n=n.ravel().astype(int))


def pairwise_pearson(x: Matrix, y: Matrix) -> tuple[Matrix, Matrix]:
    """r and n of each column of ``x`` (n, a) with each of ``y`` (n, b) over pairs without NaN."""
    (x, in_x, floor_x), (y, in_y, floor_y) = _centred(x), _centred(y)
    n = in_x.T @ in_y
    with np.errstate(divide="ignore", invalid="ignore"):
        sum_x, sum_y = x.T @ in_y, in_x.T @ y
        square_x, square_y = (x * x).T @ in_y, in_x.T @ (y * y)
        var_x, var_y = square_x - sum_x**2 / n, square_y - sum_y**2 / n
        r = (x.T @ y - sum_x * sum_y / n) / np.sqrt(var_x * var_y)
    flat = _flat(var_x, square_x, n * floor_x[:, None]) | _flat(var_y, square_y, n * floor_y[None, :])
    return np.clip(np.where(flat, np.nan, r), -1, 1), n


def student_p(r: Matrix, n: Matrix) -> Matrix:
    """Two-sided p of correlations over n samples, Student's t with n - 2 degrees of freedom."""
    degrees = np.where(n > 2, n - 2, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt(degrees / (1 - r**2))
    p: Matrix = 2 * stats.t.sf(t, degrees)
    return p


def benjamini_hochberg(p: Matrix) -> Matrix:
    """Benjamini-Hochberg q-values; NaN stays NaN and does not count as a test."""
    q = np.full(p.shape, np.nan)
    tested = np.isfinite(p)
    if tested.any():
        q[tested] = stats.false_discovery_control(p[tested])
    return q


def _centred(x: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Columns less their mean with 0 for NaN, 1 where there is a value, and the variance that is rounding."""
    known = np.isfinite(x)
    filled = np.where(known, x, 0.0)
    mean = filled.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    floor = (1e-10 * np.abs(filled).max(axis=0, initial=0.0)) ** 2  # WGCNA's own bound
    return np.where(known, x - mean, 0.0), known.astype(np.float64), floor


def _flat(variation: Matrix, squares: Matrix, floor: Matrix) -> NDArray[np.bool_]:
    """Whether what is left of the sum of squares is rounding: the column does not vary over these pairs."""
    return (variation <= floor) | (variation <= 1e-12 * squares)


def _numeric(table: pd.DataFrame) -> Matrix:
    try:
        return table.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        bad = [str(c) for c in table if not pd.api.types.is_numeric_dtype(table[c])]
        found = ", ".join(bad)
        raise TableError(
            "TRAITS", "Columns to correlate are numbers", found, "Code them as numbers."
        ) from None

"""Tests between groups and their correction for many: thin, checked layers over scipy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from core.errors import ModelError
from core.evaluation.inputs import Floats, scores


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """U of the positive group, its two-sided p, the group medians and sizes."""

    u: float
    p: float
    median_positive: float
    median_negative: float
    n_positive: int
    n_negative: int


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """Pearson's chi-square of a contingency table."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class Correlation:
    """Pearson's r with its Fisher interval."""

    r: float
    low: float
    high: float
    p: float
    n: int


def mann_whitney(y: ArrayLike, values: ArrayLike) -> MannWhitney:
    """Two-sided Mann-Whitney test of values (n,) by outcome (n,); R ``wilcox.test``.

    As in R: exact without ties and with fewer than 50 in each group, else normal with correction.
    """
    outcome, (score,) = scores(y, values)
    positive, negative = score[outcome], score[~outcome]
    small = max(positive.size, negative.size) < 50 and np.unique(score).size == score.size
    test = stats.mannwhitneyu(positive, negative, method="exact" if small else "asymptotic")
    # All values equal: no variance, and no evidence of a difference.
    p = 1.0 if np.ptp(score) == 0 else float(test.pvalue)
    medians = float(np.median(positive)), float(np.median(negative))
    return MannWhitney(float(test.statistic), p, *medians, int(positive.size), int(negative.size))


def chi_square(table: ArrayLike, corrected: bool = False) -> ChiSquare:
    """Chi-square of an R x C table of counts; ``corrected`` adds Yates' correction to a 2 x 2 table.

    Raises ModelError EVAL-TABLE where the table is no table of counts or has an empty margin.
    """
    counts = np.asarray(table, dtype=np.float64)
    proper = counts.ndim == 2 and min(counts.shape) > 1 and bool((counts >= 0).all())
    if not proper or not (counts.sum(axis=0).all() and counts.sum(axis=1).all()):
        fix = "Drop the empty row or column; a test needs at least two of each."
        raise ModelError("EVAL-TABLE", "A table of counts, no row or column empty", str(counts.tolist()), fix)
    test = stats.chi2_contingency(counts, correction=corrected)
    return ChiSquare(float(test.statistic), int(test.dof), float(test.pvalue))


def pearson(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Correlation:
    """Pearson correlation of two columns (n,); R ``cor.test``. Pairs with a missing value are left out.

    A constant column gives NaN. Raises ModelError EVAL-PAIRS below 3 pairs or at unequal lengths.
    """
    first, second = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise _pairs(f"shapes {first.shape} and {second.shape}")
    whole = np.isfinite(first) & np.isfinite(second)
    first, second, n = first[whole], second[whole], int(whole.sum())
    if n < 3:
        raise _pairs(f"{n} complete pairs")
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return Correlation(np.nan, np.nan, np.nan, np.nan, n)
    test = stats.pearsonr(first, second)
    interval = test.confidence_interval(level)
    return Correlation(
        float(test.statistic), float(interval.low), float(interval.high), float(test.pvalue), n
    )


def benjamini_hochberg(p: ArrayLike) -> Floats:
    """Adjusted p (q) of each p, same shape (n,); R ``p.adjust("BH")``: NaN stays NaN, uncounted."""
    values = np.asarray(p, dtype=np.float64)
    adjusted, known = values.copy(), ~np.isnan(values)
    if ((values[known] < 0) | (values[known] > 1)).any():
        raise ModelError("EVAL-RANGE", "p-values lie between 0 and 1", "others", "Give p-values.")
    if known.any():
        adjusted[known] = stats.false_discovery_control(values[known])
    return adjusted


def _pairs(found: str) -> ModelError:
    fix = "Give two columns of the same patients."
    return ModelError("EVAL-PAIRS", "A correlation needs three or more pairs", found, fix)

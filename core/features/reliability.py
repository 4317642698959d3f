"""Which features a second reader would reproduce: the intraclass correlation of every feature."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import f as f_distribution

from core.errors import StudyError
from core.features.naming import parts

Floats = NDArray[np.float64]
RELIABLE = 0.75  # Koo and Li 2016: good from here
GRADES = {"poor": 0.5, "moderate": 0.75, "good": 0.9, "excellent": np.inf}  # Koo and Li 2016: upper limits


def icc(readings: Floats, names: list[str], level: float = 0.95) -> pd.DataFrame:
    """ICC(2,1) of each feature: two-way random effects, absolute agreement, a single reading.

    Args:
        readings: (readers, patients, features), complete.
        names: the features.
        level: of the confidence interval.

    Returns:
        [feature, icc, low, high], in the order of ``names``; a feature that never varies has ICC 1 and one
        that varies between readings alone 0 (Shrout and Fleiss, Psychol Bull 1979; McGraw and Wong 1996).

    Raises StudyError (ICC-READINGS) for fewer than two readers or patients, or missing values.
    """
    k, n = readings.shape[:2]
    if k < 2 or n < 2 or not np.isfinite(readings).all():
        found = f"{k} readings of {n} patients, {int((~np.isfinite(readings)).sum())} missing values"
        raise StudyError("ICC-READINGS", "Two readings or more of two patients or more, complete", found)
    rows, columns, rest = _mean_squares(readings)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        value = (rows - rest) / (rows + (k - 1) * rest + k * (columns - rest) / n)
        low, high = _interval(value, rows, columns, rest, n, k, level)
    still = np.ptp(readings, axis=(0, 1)) == 0
    frame = pd.DataFrame({"feature": names, "icc": value, "low": low, "high": high})
    frame.loc[still, ["icc", "low", "high"]] = 1.0
    return frame.fillna({"icc": 0.0})


def graded(found: pd.DataFrame) -> pd.DataFrame:
    """ICC of ``icc`` with its grade and the parts of each feature's name (``naming.parts``)."""
    return found.assign(grade=grade(found["icc"])).merge(parts(list(found["feature"])), on="feature")


def grade(value: pd.Series) -> pd.Series:
    """Koo and Li's words for an ICC: poor below 0.5, moderate below 0.75, good below 0.9, else excellent."""
    edges = [-np.inf, *GRADES.values()]
    return pd.cut(value, edges, labels=list(GRADES), right=False)


def _mean_squares(readings: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean squares (features,) between patients, between readers, and of what is left."""
    k, n = readings.shape[:2]
    centred = readings - readings.mean(axis=(0, 1))
    patients, readers = centred.mean(axis=0), centred.mean(axis=1)
    left = centred - patients[None] - readers[:, None]
    rows = k * (patients**2).sum(axis=0) / (n - 1)
    columns = n * (readers**2).sum(axis=0) / (k - 1)
    return rows, columns, (left**2).sum(axis=(0, 1)) / ((n - 1) * (k - 1))


def _interval(
    value: Floats, rows: Floats, columns: Floats, rest: Floats, n: int, k: int, level: float
) -> tuple[Floats, Floats]:
    """Confidence limits with Satterthwaite's degrees of freedom."""
    ratio = columns / rest
    spread = k * value * ratio + n * (1 + (k - 1) * value) - k * value
    lower = (n - 1) * k**2 * value**2 * ratio**2 + (n * (1 + (k - 1) * value) - k * value) ** 2
    freedom = (k - 1) * (n - 1) * spread**2 / lower
    upper_tail = 1 - (1 - level) / 2
    above = f_distribution.ppf(upper_tail, n - 1, freedom)
    below = f_distribution.ppf(upper_tail, freedom, n - 1)
    common = k * columns + (k * n - k - n) * rest
    low = n * (rows - above * rest) / (above * common + n * rows)
    high = n * (below * rows - rest) / (common + n * below * rows)
    return low, high

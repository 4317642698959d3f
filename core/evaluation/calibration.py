"""Calibration: Brier score, intercept and slope, Hosmer-Lemeshow, and the curve to be drawn."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from scipy.stats import chi2, norm
from statsmodels.discrete.discrete_model import Logit
from statsmodels.nonparametric.smoothers_lowess import lowess

from core.evaluation.inputs import Bools, Floats, probabilities
from core.evaluation.roc import proportion


@dataclass(frozen=True, slots=True)
class CalibrationLine:
    """Logistic recalibration: logit(observed) = intercept + slope * logit(predicted), Wald limits."""

    intercept: float
    slope: float
    intercept_low: float = float("nan")
    intercept_high: float = float("nan")
    slope_low: float = float("nan")
    slope_high: float = float("nan")


@dataclass(frozen=True, slots=True)
class HosmerLemeshow:
    """Chi-square over quantile groups; chi-square and p are NaN where fewer than three groups remain."""

    chisq: float
    df: int
    p: float


def brier(y: ArrayLike, p: ArrayLike) -> float:
    """Mean squared difference of outcome and probability; 0 is perfect, 0.25 a coin."""
    outcome, (predicted,) = probabilities(y, p)
    return float(np.mean((predicted - outcome) ** 2))


def brier_interval(y: ArrayLike, p: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Normal limits of the Brier score, a mean of independent squared errors, clipped to [0, 1]."""
    outcome, (predicted,) = probabilities(y, p)
    squared = (predicted - outcome) ** 2
    half = norm.ppf(0.5 + level / 2) * squared.std(ddof=1) / np.sqrt(squared.size)
    low, high = np.clip([squared.mean() - half, squared.mean() + half], 0, 1)
    return float(low), float(high)


def calibration_line(y: ArrayLike, p: ArrayLike) -> CalibrationLine:
    """Calibration intercept and slope with 95% Wald limits; rms ``val.prob``.

    As there, probabilities of exactly 0 or 1 are left out of the fit, and one constant prediction
    gives slope 0. NaN where no finite fit exists: one class left, or classes separated.
    """
    outcome, (predicted,) = probabilities(y, p)
    if np.ptp(predicted) == 0:
        return CalibrationLine(float(logit(outcome.mean())), 0.0)
    inner = (predicted > 0) & (predicted < 1)
    outcome, log_odds = outcome[inner], logit(predicted[inner])
    if _separated(outcome, log_odds):
        return CalibrationLine(float("nan"), float("nan"))
    design = np.column_stack([np.ones_like(log_odds), log_odds])
    fit = Logit(outcome.astype(np.float64), design).fit(method="newton", maxiter=100, tol=1e-12, disp=0)
    limits = fit.conf_int(alpha=0.05).ravel()
    return CalibrationLine(*(float(value) for value in (*fit.params, *limits)))


def hosmer_lemeshow(y: ArrayLike, p: ArrayLike, groups: int = 10) -> HosmerLemeshow:
    """Hosmer-Lemeshow test; R ``ResourceSelection::hoslem.test``.

    Groups are (q_i, q_i+1] between the distinct quantiles (R type 7) of the predictions, the
    lowest closed; df = groups - 2. Ties can leave fewer groups; an empty one is not counted.
    """
    outcome, (predicted,) = probabilities(y, p)
    place = _quantile_group(predicted, groups)
    size = np.bincount(place)
    used = size > 0
    observed, expected = np.bincount(place, outcome)[used], np.bincount(place, predicted)[used]
    squared, size = (observed - expected) ** 2, size[used]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(squared > 0, squared / expected + squared / (size - expected), 0.0)
    df, chisq = int(size.size) - 2, float(terms.sum())
    if df < 1:
        return HosmerLemeshow(float("nan"), 0, float("nan"))
    return HosmerLemeshow(chisq, df, float(chi2.sf(chisq, df)))


def calibration_curve(y: ArrayLike, p: ArrayLike, groups: int | None = None) -> pd.DataFrame:
    """What a calibration plot shows: frame [kind, predicted, observed, low, high, n].

    ``kind`` is "group" (quantile groups with 95% Wilson intervals; by default one per 12 patients,
    3 to 10), "smooth" (lowess without robustness steps, as ``val.prob`` draws) or "logistic" (the
    recalibration line). Lines carry no interval; a line that cannot be fitted is left out.
    """
    outcome, (predicted,) = probabilities(y, p)
    count = groups or int(np.clip(outcome.size // 12, 3, 10))
    parts = [_grouped(outcome, predicted, count), _smooth(outcome, predicted), _logistic(outcome, predicted)]
    return pd.concat([part for part in parts if len(part)], ignore_index=True)


def smoothed(outcome: Bools, predicted: Floats) -> tuple[Floats, Floats]:
    """Lowess of outcome on prediction without robustness steps: distinct predictions, share in [0, 1].

    Empty below five distinct predictions.
    """
    if np.unique(predicted).size < 5:
        return np.empty(0), np.empty(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # many ties: what cannot be fitted is NaN, and dropped here
        line = lowess(outcome.astype(np.float64), predicted, frac=2 / 3, it=0, delta=0.01 * np.ptp(predicted))
    values, place = np.unique(line[:, 0], return_inverse=True)
    mean = np.bincount(place, line[:, 1]) / np.bincount(place)
    known = np.isfinite(mean)
    return values[known], np.clip(mean[known], 0, 1)


def _grouped(outcome: Bools, predicted: Floats, groups: int) -> pd.DataFrame:
    place, rows = _quantile_group(predicted, groups), []
    for group in np.unique(place):
        inside = place == group
        share = proportion(int(outcome[inside].sum()), int(inside.sum()))
        rows.append(("group", float(predicted[inside].mean()), *share, int(inside.sum())))
    return pd.DataFrame(rows, columns=["kind", "predicted", "observed", "low", "high", "n"])


def _smooth(outcome: Bools, predicted: Floats) -> pd.DataFrame:
    predicted, observed = smoothed(outcome, predicted)
    return _line("smooth", predicted, observed)


def _logistic(outcome: Bools, predicted: Floats) -> pd.DataFrame:
    fit = calibration_line(outcome, predicted)
    if not np.isfinite(fit.slope):
        return _line("logistic", np.empty(0), np.empty(0))
    low, high = np.clip([predicted.min(), predicted.max()], 0.001, 0.999)
    grid = np.unique(np.linspace(low, high, 101))
    return _line("logistic", grid, expit(fit.intercept + fit.slope * logit(grid)))


def _line(kind: str, predicted: Floats, observed: Floats) -> pd.DataFrame:
    return pd.DataFrame(
        {"kind": kind, "predicted": predicted, "observed": observed, "low": np.nan, "high": np.nan, "n": 0}
    )


def _separated(outcome: Bools, score: Floats) -> bool:
    """Whether a cut splits the classes (or one is absent), so that no finite slope exists."""
    cases, controls = score[outcome], score[~outcome]
    if cases.size == 0 or controls.size == 0:
        return True
    return bool(cases.min() >= controls.max() or controls.min() >= cases.max())


def _quantile_group(values: Floats, groups: int) -> NDArray[np.intp]:
    """Index of the quantile group of each value; intervals (low, high], the first one closed."""
    edges = np.unique(_quantiles(values, groups))
    return np.clip(np.searchsorted(edges, values, side="left") - 1, 0, max(edges.size - 2, 0))


def _quantiles(values: Floats, groups: int) -> Floats:
    """R's type 7 quantiles at 0, 1 / groups, ..., 1; exact on a value, where numpy's may be a bit off."""
    ordered = np.sort(values)
    index: Floats = np.arange(groups + 1, dtype=np.float64) * (1 / groups) * (values.size - 1)
    low = np.minimum(np.floor(index + 4 * np.finfo(float).eps), values.size - 1).astype(np.intp)
    high = np.minimum(low + 1, values.size - 1)
    rest = np.where(index - low > 1e-12, index - low, 0.0)
    mixed = (1 - rest) * ordered[low] + rest * ordered[high]
    return np.where((rest == 0) | (ordered[low] == ordered[high]), ordered[low], mixed)

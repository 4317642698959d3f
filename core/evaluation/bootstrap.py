"""Bootstrap over patients: the AUC's interval, and the bands of ROC, decision and calibration curves.

A resample is how often it holds each patient, so that a statistic of all resamples is a few sums. Bands
are pointwise percentiles: they hold at each place of a curve, not for the curve as a whole.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from core.evaluation.calibration import smoothed
from core.evaluation.decision_curve import GRID
from core.evaluation.inputs import Bools, Floats, probabilities, scores

RESAMPLES, SEED = 2000, 20240416
FPR = np.linspace(0, 1, 101)
PLACES = 60  # where the band of a calibration curve is taken


def resampled(outcome: Bools, resamples: int, seed: int, *, stratified: bool) -> NDArray[np.int64]:
    """How often each resample holds each patient (resamples, n); ``stratified`` keeps the class sizes."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((resamples, outcome.size), dtype=np.int64)
    for part in (outcome, ~outcome) if stratified else (np.ones_like(outcome),):
        size = int(part.sum())
        counts[:, part] = rng.multinomial(size, np.full(size, 1 / size), size=resamples)
    return counts


def auc_interval(
    y: ArrayLike, p: ArrayLike, resamples: int = RESAMPLES, seed: int = SEED, level: float = 0.95
) -> tuple[float, float]:
    """Percentile limits of the AUC, stratified; pROC ``ci.auc(method = "bootstrap")``.

    Raises ModelError as ``core.evaluation.inputs.scores`` does.
    """
    outcome, (score,) = scores(y, p)
    fpr, tpr = _curves(outcome, score, resamples, seed)
    areas = ((fpr[:, 1:] - fpr[:, :-1]) * (tpr[:, 1:] + tpr[:, :-1]) / 2).sum(axis=1)
    low, high = _limits(areas[:, None], level)
    return float(low[0]), float(high[0])


def roc_band(
    y: ArrayLike, p: ArrayLike, resamples: int = RESAMPLES, seed: int = SEED, level: float = 0.95
) -> pd.DataFrame:
    """Band of sensitivity over 101 values of 1 - specificity, stratified: frame [fpr, low, high].

    pROC ``ci.se``: each resample's curve, joined by straight lines, is read at fixed specificities.
    """
    outcome, (score,) = scores(y, p)
    curves = zip(*_curves(outcome, score, resamples, seed), strict=True)
    # A curve that rises straight up is read at its upper end, whatever the last bit of the share is.
    read = np.array([np.interp(FPR + 1e-9, fpr, tpr) for fpr, tpr in curves])
    low, high = _limits(read, level)
    return pd.DataFrame({"fpr": FPR, "low": low, "high": high})


def decision_band(
    y: ArrayLike, p: ArrayLike, resamples: int = RESAMPLES, seed: int = SEED, level: float = 0.95
) -> pd.DataFrame:
    """Band of a decision curve: frame [threshold, low, high]; Vickers et al., BMC Med Inform 2008.

    Patients are drawn whatever their class: net benefit depends on the share of events.
    """
    outcome, (predicted,) = probabilities(y, p)
    counts = resampled(outcome, resamples, seed, stratified=False)
    weight = np.where(outcome[:, None], 1.0, -GRID / (1 - GRID))
    benefit = counts @ (weight * (predicted[:, None] >= GRID)) / outcome.size
    low, high = _limits(benefit, level)
    return pd.DataFrame({"threshold": GRID, "low": low, "high": high})


def calibration_band(
    y: ArrayLike, p: ArrayLike, resamples: int = RESAMPLES, seed: int = SEED, level: float = 0.95
) -> pd.DataFrame:
    """Band of the lowess calibration curve: frame [predicted, low, high]; Austin and Steyerberg 2014.

    A resample speaks only within its own predictions; places that fewer than half of them reach have no
    band. Empty where the curve is.
    """
    outcome, (predicted,) = probabilities(y, p)
    whole, _ = smoothed(outcome, predicted)
    if not whole.size:
        return pd.DataFrame({"predicted": [], "low": [], "high": []}, dtype=np.float64)
    at = np.linspace(whole[0], whole[-1], PLACES)
    read = np.full((resamples, PLACES), np.nan)
    for row, counts in zip(read, resampled(outcome, resamples, seed, stratified=False), strict=True):
        x, observed = smoothed(np.repeat(outcome, counts), np.repeat(predicted, counts))
        if x.size:
            row[:] = np.interp(at, x, observed, left=np.nan, right=np.nan)
    often = np.isfinite(read).mean(axis=0) >= 0.5
    low, high = _limits(read[:, often], level)
    return pd.DataFrame({"predicted": at[often], "low": low, "high": high})


def _curves(outcome: Bools, score: Floats, resamples: int, seed: int) -> tuple[Floats, Floats]:
    """1 - specificity and sensitivity of each resample (resamples, values + 1), both rising from 0 to 1."""
    order = np.argsort(-score, kind="stable")
    counts = resampled(outcome, resamples, seed, stratified=True)[:, order]
    first = np.flatnonzero(np.diff(score[order], prepend=np.inf))
    shares = []
    for part in (~outcome[order], outcome[order]):
        risen = np.add.reduceat(counts * part, first, axis=1).cumsum(axis=1) / part.sum()
        shares.append(np.pad(risen, ((0, 0), (1, 0))))
    return shares[0], shares[1]


def _limits(values: Floats, level: float) -> tuple[Floats, Floats]:
    tails = [0.5 - level / 2, 0.5 + level / 2]
    low, high = np.nanquantile(values, tails, axis=0)
    return low, high

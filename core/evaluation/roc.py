"""ROC analysis as R's pROC does it: AUC, DeLong, curve, Youden cut-off, metrics at a cut-off.

A higher score means "positive" (pROC ``direction = "<"``); scores may be any finite numbers.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import norm, rankdata
from statsmodels.stats.proportion import proportion_confint

from core.evaluation.inputs import Bools, Floats, ratio, scores, two_sided


@dataclass(frozen=True, slots=True)
class Auc:
    """AUC with DeLong variance and normal confidence limits clipped to [0, 1]."""

    auc: float
    low: float
    high: float
    variance: float


@dataclass(frozen=True, slots=True)
class Delong:
    """Paired DeLong comparison; ``z = (auc_a - auc_b) / SE``, so negative means b is better."""

    auc_a: float
    auc_b: float
    difference: float
    low: float
    high: float
    covariance: float
    z: float
    p: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Counts at a cut-off; positive means score >= cut-off."""

    tp: int
    fp: int
    tn: int
    fn: int


class Proportion(NamedTuple):
    """A proportion with its 95% Wilson interval; all NaN where the denominator is 0."""

    value: float
    low: float
    high: float


def auc(y: ArrayLike, p: ArrayLike, level: float = 0.95) -> Auc:
    """AUC of scores ``p`` (n,) for outcome ``y`` (n,) of 0 and 1; pROC ``ci.auc(method = "delong")``.

    With a single patient in a class the variance is undefined: NaN, as NA in pROC.
    Raises ModelError as ``core.evaluation.inputs.scores`` does.
    """
    outcome, (score,) = scores(y, p)
    cases, controls = _placements(outcome, score)
    area, variance = float(cases.mean()), _variance(cases, controls)
    half = norm.ppf(0.5 + level / 2) * np.sqrt(variance)
    low, high = np.clip([area - half, area + half], 0, 1)
    return Auc(area, float(low), float(high), variance)


def delong(y: ArrayLike, a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Delong:
    """Paired DeLong test of two scores on the same patients; pROC ``roc.test(a, b, paired = TRUE)``.

    ``low`` and ``high`` bound the difference auc_a - auc_b. Equal curves give z = 0, p = 1.
    Source: DeLong, DeLong and Clarke-Pearson, Biometrics 1988.
    """
    outcome, (first, second) = scores(y, a, b)
    cases_a, controls_a = _placements(outcome, first)
    cases_b, controls_b = _placements(outcome, second)
    joint = _variance(cases_a - cases_b, controls_a - controls_b)
    separate = _variance(cases_a, controls_a) + _variance(cases_b, controls_b)
    area_a, area_b, error = float(cases_a.mean()), float(cases_b.mean()), float(np.sqrt(joint))
    half, z = norm.ppf(0.5 + level / 2) * error, ratio(area_a - area_b, error)
    low, high = area_a - area_b - half, area_a - area_b + half
    return Delong(area_a, area_b, area_a - area_b, low, high, (separate - joint) / 2, z, two_sided(z))


def roc_points(y: ArrayLike, p: ArrayLike) -> pd.DataFrame:
    """ROC curve as a frame [threshold, fpr, tpr], thresholds rising from -inf to inf.

    Thresholds lie half-way between neighbouring scores, as in pROC.
    """
    outcome, (score,) = scores(y, p)
    values, place = np.unique(score, return_inverse=True)
    cases = np.bincount(place, weights=outcome, minlength=values.size)
    everyone = np.bincount(place, minlength=values.size)
    tp = np.append(np.cumsum(cases[::-1])[::-1], 0)
    fp = np.append(np.cumsum((everyone - cases)[::-1])[::-1], 0)
    thresholds = np.concatenate([[-np.inf], _between(values), [np.inf]])
    return pd.DataFrame({"threshold": thresholds, "fpr": fp / fp[0], "tpr": tp / tp[0]})


def youden(y: ArrayLike, p: ArrayLike) -> float:
    """Cut-off with the highest sensitivity + specificity; pROC ``coords("best")``, first row.

    Among equals the lowest. -inf (all positive) where no cut-off beats chance.
    """
    outcome, (score,) = scores(y, p)
    points = roc_points(outcome, score)
    negatives = int((~outcome).sum())
    # Specificity by pROC's own order of operations: ties of the sum then break as in R.
    specificity = (negatives - np.rint(points["fpr"] * negatives)) / negatives
    best = int(np.argmax(points["tpr"].to_numpy() + specificity.to_numpy()))
    return float(points["threshold"].iloc[best])


def confusion(y: ArrayLike, p: ArrayLike, threshold: float) -> Confusion:
    """Counts of true and false positives and negatives at ``p >= threshold``."""
    outcome, (score,) = scores(y, p)
    called = score >= threshold
    counts = [outcome & called, ~outcome & called, ~outcome & ~called, outcome & ~called]
    return Confusion(*(int(count.sum()) for count in counts))


def operating(y: ArrayLike, p: ArrayLike, threshold: float) -> dict[str, Proportion]:
    """Accuracy, sensitivity, specificity, PPV and NPV at a cut-off, with 95% Wilson intervals."""
    c = confusion(y, p, threshold)
    return {
        "accuracy": proportion(c.tp + c.tn, c.tp + c.fp + c.tn + c.fn),
        "sensitivity": proportion(c.tp, c.tp + c.fn),
        "specificity": proportion(c.tn, c.tn + c.fp),
        "ppv": proportion(c.tp, c.tp + c.fp),
        "npv": proportion(c.tn, c.tn + c.fn),
    }


def proportion(count: int, total: int) -> Proportion:
    """``count / total`` with its 95% Wilson score interval; NaN for a total of 0."""
    if total == 0:
        return Proportion(np.nan, np.nan, np.nan)
    low, high = proportion_confint(count, total, method="wilson")
    share = count / total
    # At 0 and 1 rounding may leave a limit one bit on the wrong side.
    return Proportion(share, min(float(low), share), max(float(high), share))


def _placements(outcome: Bools, score: Floats) -> tuple[Floats, Floats]:
    """Share of controls below each case, and of cases above each control; ties count one half."""
    together = rankdata(score)
    cases, controls = score[outcome], score[~outcome]
    below = (together[outcome] - rankdata(cases)) / controls.size
    above = 1 - (together[~outcome] - rankdata(controls)) / cases.size
    return below, above


def _variance(cases: Floats, controls: Floats) -> float:
    """DeLong variance of a mean of placements; NaN with a single patient in a class."""
    if min(cases.size, controls.size) < 2:
        return float("nan")
    return float(cases.var(ddof=1) / cases.size + controls.var(ddof=1) / controls.size)


def _between(values: Floats) -> Floats:
    """Middles of neighbouring sorted values; the upper one where no number lies between them."""
    middle = (values[:-1] + values[1:]) / 2
    return np.where(middle <= values[:-1], values[1:], middle)

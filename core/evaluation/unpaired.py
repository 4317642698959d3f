"""One model in two cohorts: DeLong's test for curves of different patients."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import t as student

from core.evaluation.inputs import ratio, scores
from core.evaluation.roc import auc


@dataclass(frozen=True, slots=True)
class Unpaired:
    """``t = (auc_a - auc_b) / SE`` with Welch's degrees of freedom; the limits go by the same t."""

    auc_a: float
    auc_b: float
    difference: float
    low: float
    high: float
    t: float
    df: float
    p: float


def delong_unpaired(
    y_a: ArrayLike, a: ArrayLike, y_b: ArrayLike, b: ArrayLike, level: float = 0.95
) -> Unpaired:
    """Unpaired DeLong test of scores (n_a,) and (n_b,); pROC ``roc.test(a, b, paired = FALSE)``.

    NaN where a class has a single patient. Raises ModelError as ``core.evaluation.inputs.scores`` does.
    """
    first, second = auc(y_a, a), auc(y_b, b)
    sizes = [scores(y, p)[0].size for y, p in ((y_a, a), (y_b, b))]
    variances = np.array([first.variance, second.variance])
    error, difference = float(np.sqrt(variances.sum())), first.auc - second.auc
    spread = float((variances**2 / (np.array(sizes) - 1)).sum())
    # Both curves perfect: nothing varies, and the t distribution is the normal one.
    df = float(variances.sum() ** 2 / spread) if spread else float("inf")
    t = ratio(difference, error)
    half = float(student.ppf(0.5 + level / 2, df)) * error
    p = float(2 * student.sf(abs(t), df))
    return Unpaired(first.auc, second.auc, difference, difference - half, difference + half, t, df, p)


def between_cohorts(predictions: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Each model's AUC in two cohorts, for every pair of cohorts of [cohort, role, lnm, models].

    [model, a, b, auc_a, auc_b, difference (b - a, the later cohort's minus the earlier's), difference_low,
    difference_high, t (of a - b, as R prints it), df, p]; empty with one cohort.
    """
    rows = []
    for (a, first), (b, second) in combinations(predictions.groupby("cohort", sort=False), 2):
        for model in models:
            test = delong_unpaired(first["lnm"], first[model], second["lnm"], second[model])
            row = {"model": model, "a": a, "b": b, "auc_a": test.auc_a, "auc_b": test.auc_b}
            row |= {"difference": -test.difference, "difference_low": -test.high}
            row |= {"difference_high": -test.low, "t": test.t, "df": test.df, "p": test.p}
            rows.append(row)
    names = ["model", "a", "b", "auc_a", "auc_b", "difference", "difference_low", "difference_high"]
    return pd.DataFrame(rows, columns=[*names, "t", "df", "p"])

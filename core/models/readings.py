"""What a reader of the nomogram reads off: points and probability of each patient, and the printed tables."""

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from core.models.fusion import INTERCEPT, TOTAL, points, predict_fusion

Z = float(norm.ppf(0.975))
TENTH = 0.1  # a whole unit is more than the range of a probability


def readings(predictions: pd.DataFrame, coefficients: pd.DataFrame, axes: pd.DataFrame) -> pd.DataFrame:
    """One row per patient: what the nomogram says of the patient's signatures.

    Args:
        predictions: [patient, cohort, role, lnm, one column per signature, DLRN].
        coefficients: of ``fusion.fit_fusion``.
        axes: of ``fusion.nomogram_axes``.

    Returns:
        [patient, cohort, role, lnm, each signature, "points SIGNATURE", total, probability (the fit on
        all training patients), stacked (DLRN as evaluated: for a training patient out-of-fold)].
    """
    names = _signatures(coefficients)
    table = predictions.set_index("patient")
    earned = points(axes, table[names])
    parts = earned[names].add_prefix("points ")
    found = pd.concat([table[["cohort", "role", "lnm", *names]], parts], axis=1)
    found["total"], found["stacked"] = earned["total"], table["DLRN"]
    found["probability"] = predict_fusion(coefficients, table[names])
    return found.reset_index()


def coefficient_table(coefficients: pd.DataFrame) -> pd.DataFrame:
    """Coefficients with 95% Wald CI, and the odds ratio of a rise by 0.1 with its CI.

    [name, coef, coef_low, coef_high, p, ratio, ratio_low, ratio_high]; the intercept has no odds ratio.
    """
    coef, half = coefficients["coef"], Z * coefficients["se"]
    table = coefficients[["name"]].assign(coef=coef, coef_low=coef - half, coef_high=coef + half)
    table["p"] = coefficients["p"]
    for ratio, bound in (("ratio", "coef"), ("ratio_low", "coef_low"), ("ratio_high", "coef_high")):
        values = np.exp(TENTH * table[bound])
        table[ratio] = values.where(table["name"] != INTERCEPT, np.nan)
    return table


def point_table(axes: pd.DataFrame, coefficients: pd.DataFrame, step: float = 5.0) -> pd.DataFrame:
    """Probability at every ``step`` points of the total: [total, probability]."""
    slope, origin = _line(axes, coefficients)
    total = np.arange(0, float(axes.loc[axes["axis"] == TOTAL, "points"].max()) + step / 2, step)
    return pd.DataFrame({"total": total, "probability": expit(origin + slope * total)})


def _line(axes: pd.DataFrame, coefficients: pd.DataFrame) -> tuple[float, float]:
    """Log-odds per point, and log-odds at 0 points."""
    coef = coefficients.set_index("name")["coef"]
    ends = axes.groupby("axis", sort=False)
    slopes, origin = [], float(coef[INTERCEPT])
    for name in _signatures(coefficients):
        axis = ends.get_group(name)
        change = np.ptp(axis["points"])
        slopes.append(abs(coef[name]) * np.ptp(axis["value"]) / change if change else np.nan)
        origin += min(coef[name] * axis["value"])
    return float(np.nanmean(slopes)), float(origin)


def _signatures(coefficients: pd.DataFrame) -> list[str]:
    return [str(name) for name in coefficients["name"] if name != INTERCEPT]

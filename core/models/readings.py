"""What a reader of the nomogram reads off: points and probability of each patient, and the printed tables."""

from collections.abc import Collection

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from core.models.fusion import predict_fusion
from core.models.levels import INTERCEPT, column_of
from core.models.nomogram import TOTAL, axis_names, effects, points

Z = float(norm.ppf(0.975))
TENTH = 0.1  # a whole unit is more than the range of a probability


def readings(
    predictions: pd.DataFrame,
    coefficients: pd.DataFrame,
    axes: pd.DataFrame,
    covariates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per patient: what the nomogram says of the patient's signatures and covariates.

    Args:
        predictions: [patient, cohort, role, lnm, one column per signature, DLRN].
        coefficients: of ``fusion.fit_fusion``.
        axes: of ``nomogram.nomogram_axes``.
        covariates: [patient, one column per covariate], where the nomogram has any.

    Returns:
        [patient, cohort, role, lnm, each signature and covariate, "points NAME" of each, total, probability
        (the fit on all training patients), stacked (DLRN as evaluated: for a training patient out-of-fold)].
    """
    names = axis_names(axes)
    table = predictions.set_index("patient")
    if covariates is not None:
        table = table.join(covariates.set_index("patient"))
    earned = points(axes, table[names])
    parts = earned[names].add_prefix("points ")
    found = pd.concat([table[["cohort", "role", "lnm", *names]], parts], axis=1)
    found["total"], found["stacked"] = earned["total"], table["DLRN"]
    found["probability"] = predict_fusion(coefficients, table[names])
    return found.reset_index()


def coefficient_table(coefficients: pd.DataFrame, covariates: Collection[str] = ()) -> pd.DataFrame:
    """Coefficients with 95% Wald CI, and odds ratios with theirs.

    [name, coef, coef_low, coef_high, p, rise, ratio, ratio_low, ratio_high]: the odds ratio of a ``rise``, by
    0.1 of a signature, by 1 of ``covariates``, and from the reference level to another, whose own row
    has NaN limits. The intercept has none.
    """
    coef, half = coefficients["coef"], Z * coefficients["se"]
    table = coefficients[["name"]].assign(coef=coef, coef_low=coef - half, coef_high=coef + half)
    table["p"] = coefficients["p"]
    table["rise"] = np.where(table["name"].map(column_of).isin(covariates), 1.0, TENTH)
    for ratio, bound in (("ratio", "coef"), ("ratio_low", "coef_low"), ("ratio_high", "coef_high")):
        values = np.exp(table["rise"] * table[bound])
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
    slopes, origin = [], float(coef[INTERCEPT])
    for name in axis_names(axes):
        axis = axes[axes["axis"] == name]
        part, change = effects(axis, coef), np.ptp(axis["points"])
        slopes.append(np.ptp(part) / change if change else np.nan)
        origin += part.min()
    return float(np.nanmean(slopes)), float(origin)

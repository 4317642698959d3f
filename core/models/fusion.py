"""DLRN: logistic regression of signatures, and its nomogram as R's rms draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import norm

from core.errors import ModelError
from core.models import inputs
from core.models.inputs import Floats
from core.models.logistic import LogisticFit, fit_logistic
from core.models.pretty import pretty
from core.models.signature import make_splits
from core.settings import ResamplingSettings

INTERCEPT, TOTAL, PROBABILITY = "Intercept", "Total points", "Probability"
POINTS = 100.0
TICKS = np.array([0.01, 0.05, *np.arange(1, 10) / 10, 0.95, 0.99])


@dataclass(frozen=True, slots=True)
class FusionFit:
    """A fitted nomogram.

    ``out_of_fold`` (n,): stacked probabilities of the training patients. ``coefficients``: frame
    [name, coef, se, z, p, odds_ratio, low, high] of the fit on all, intercept first; odds ratios per
    unit with 95% Wald limits. ``axes``: frame [axis, value, points], see ``nomogram_axes``.
    ``note``: what a reader must know of the fit, '' if nothing.
    """

    out_of_fold: pd.Series
    coefficients: pd.DataFrame
    axes: pd.DataFrame
    note: str


def fit_fusion(signatures: pd.DataFrame, y: pd.Series, resampling: ResamplingSettings) -> FusionFit:
    """Fit the nomogram on out-of-fold signatures (patients x signatures) and y (0 or 1).

    Raises ModelError ONE-CLASS, TOO-FEW, those of ``inputs``, or FUSION-CONSTANT.
    """
    table, target = inputs.features(signatures), inputs.outcome(signatures, y)
    names, values = [str(name) for name in table.columns], table.to_numpy()
    fit = fit_logistic(values, target)
    stacked, ridged = _stack(table, target, resampling)
    coefficients = _coefficients(names, fit)
    return FusionFit(
        out_of_fold=pd.Series(stacked, index=signatures.index, name="out_of_fold"),
        coefficients=coefficients,
        axes=nomogram_axes(coefficients, table),
        note=_note(fit.reason, ridged, resampling),
    )


def predict_fusion(coefficients: pd.DataFrame, signatures: pd.DataFrame) -> pd.Series:
    """Probability of each row of signatures (n x named columns). Raises ModelError FEATURES-MISSING."""
    coef = coefficients.set_index("name")["coef"]
    slopes = coef.drop(INTERCEPT)
    table = inputs.features(signatures, list(slopes.index))
    score = coef[INTERCEPT] + table.to_numpy() @ slopes.to_numpy()
    return pd.Series(expit(score), index=signatures.index, name="probability")


def nomogram_axes(coefficients: pd.DataFrame, signatures: pd.DataFrame) -> pd.DataFrame:
    """Axes [axis, value, points] as rms ``nomogram(maxscale = 100)`` sets them.

    One axis per signature over the pretty range of the patients, the longest worth 100 points; then
    "Total points", and "Probability" whose points lie on the scale of the total.
    Raises ModelError FUSION-CONSTANT where no signature moves the probability.
    """
    coef = coefficients.set_index("name")["coef"]
    ticks = {n: pretty(signatures[n].min(), signatures[n].max()) for n in coef.index.drop(INTERCEPT)}
    parts = {name: coef[name] * at for name, at in ticks.items()}
    longest = max(float(np.ptp(part)) for part in parts.values())
    if longest < 1e-9:
        fix = "Fuse signatures that vary among the training patients."
        raise ModelError("FUSION-CONSTANT", "A signature that moves the probability", "none", fix)
    scale, origin = POINTS / longest, coef[INTERCEPT] + sum(float(p.min()) for p in parts.values())
    axes = [_axis(name, ticks[name], (part - part.min()) * scale) for name, part in parts.items()]
    score = coef[INTERCEPT] + signatures[list(ticks)].to_numpy() @ coef[list(ticks)].to_numpy()
    return pd.concat([*axes, *_total_axes(score, scale, origin)], ignore_index=True)


def points(axes: pd.DataFrame, signatures: pd.DataFrame) -> pd.DataFrame:
    """Points of each signature on its axis, and their "total": frame (n x signatures + 1).

    Beyond the ends of an axis the points go on linearly, so the total still gives the probability.
    """
    ends = axes.groupby("axis", sort=False).agg(["first", "last"])
    names = [name for name in ends.index if name not in (TOTAL, PROBABILITY)]
    table = inputs.features(signatures, names)
    values, marks = ends["value"].loc[names], ends["points"].loc[names]
    slope = ((marks["last"] - marks["first"]) / (values["last"] - values["first"])).to_numpy()
    earned = pd.DataFrame(
        marks["first"].to_numpy() + (table.to_numpy() - values["first"].to_numpy()) * slope,
        index=signatures.index,
        columns=names,
    )
    return earned.assign(total=earned.sum(axis=1))


def _stack(
    table: pd.DataFrame, target: NDArray[np.int64], resampling: ResamplingSettings
) -> tuple[Floats, int]:
    """Mean held-out probability (n,) over the repeats, and the number of folds that needed a ridge."""
    values, total, ridged = table.to_numpy(), np.zeros(len(table)), 0
    for _, train, test in make_splits(table.index, target, resampling):
        fit = fit_logistic(values[train], target[train])
        total[test] += expit(fit.params[0] + values[test] @ fit.params[1:])
        ridged += bool(fit.reason)
    return np.clip(total / resampling.repeats, 0, 1), ridged


def _coefficients(names: Sequence[str], fit: LogisticFit) -> pd.DataFrame:
    error = np.sqrt(np.diag(fit.covariance))
    z, half = fit.params / error, norm.ppf(0.975) * error
    with np.errstate(over="ignore"):
        ratios = [np.exp(fit.params + shift) for shift in (0, -half, half)]
    columns = {"coef": fit.params, "se": error, "z": z, "p": 2 * norm.sf(np.abs(z))}
    columns |= dict(zip(("odds_ratio", "low", "high"), ratios, strict=True))
    return pd.DataFrame({"name": [INTERCEPT, *names], **columns})


def _total_axes(score: Floats, scale: float, origin: float) -> list[pd.DataFrame]:
    """Total points up to the pretty end of the patients' scores, and the probabilities within it."""
    lowest, *_, highest = pretty(float(score.min()), float(score.max()))
    total = pretty(0.0, max(POINTS, scale * (highest - origin)))
    within = TICKS[np.logical_and(expit(lowest) <= TICKS, expit(highest) >= TICKS)]
    return [_axis(TOTAL, total, total), _axis(PROBABILITY, within, (logit(within) - origin) * scale)]


def _axis(name: str, value: Floats, at: Floats) -> pd.DataFrame:
    return pd.DataFrame({"axis": name, "value": value, "points": at})


def _note(reason: str, ridged: int, resampling: ResamplingSettings) -> str:
    parts = []
    if reason:
        parts.append(f"Ridge regression was used: {reason}. Its standard errors and p are approximate.")
    if ridged:
        parts.append(f"In {ridged} of {resampling.folds * resampling.repeats} folds the fit needed a ridge.")
    return " ".join(parts)

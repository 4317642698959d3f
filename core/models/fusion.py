"""DLRN: logistic regression of signatures and covariates, and its nomogram as R's rms draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

from core.errors import ModelError
from core.models import inputs
from core.models.inputs import Floats
from core.models.levels import INTERCEPT, expand, learn_levels, log_odds, references
from core.models.logistic import LogisticFit, fit_logistic
from core.models.nomogram import nomogram_axes
from core.models.signature import make_splits
from core.settings import ResamplingSettings


@dataclass(frozen=True, slots=True)
class FusionFit:
    """A fitted nomogram.

    ``out_of_fold`` (n,): stacked probabilities of the training patients. ``coefficients``: frame
    [name, coef, se, z, p, odds_ratio, low, high] of the fit on all, intercept first; odds ratios per
    unit with 95% Wald limits; a level of a covariate is a term "stage=II", the reference level's is 0
    without a standard error. ``axes``: frame [axis, value, points], see ``nomogram_axes``.
    ``note``: what a reader must know of the fit, '' if nothing.
    """

    out_of_fold: pd.Series
    coefficients: pd.DataFrame
    axes: pd.DataFrame
    note: str


def fit_fusion(signatures: pd.DataFrame, y: pd.Series, resampling: ResamplingSettings) -> FusionFit:
    """Fit the nomogram on out-of-fold signatures (patients x signatures) and y (0 or 1).

    Further columns are covariates: of numbers as they are, of text by its levels against the most
    frequent one, which each fold learns from its own training patients.
    Raises ModelError ONE-CLASS, TOO-FEW, COVARIATE-RARE, those of ``inputs``, or FUSION-CONSTANT.
    """
    levels = learn_levels(signatures)
    table, target = inputs.features(expand(signatures, levels)), inputs.outcome(signatures, y)
    fitted = table.drop(columns=references(levels))
    fit = fit_logistic(fitted.to_numpy(), target)
    stacked, ridged, rare = _stack(signatures, target, resampling)
    coefficients = _coefficients([str(name) for name in fitted.columns], fit)
    if levels:
        coefficients = _with_references(coefficients, list(table.columns), references(levels))
    return FusionFit(
        out_of_fold=pd.Series(stacked, index=signatures.index, name="out_of_fold"),
        coefficients=coefficients,
        axes=nomogram_axes(coefficients, signatures),
        note=_note(fit.reason, ridged, rare, resampling),
    )


def predict_fusion(coefficients: pd.DataFrame, signatures: pd.DataFrame) -> pd.Series:
    """Probability of each row of signatures and covariates (n x named columns).

    Raises ModelError FEATURES-MISSING, or COVARIATE-LEVEL for a level that the fit has not seen.
    """
    coef = coefficients.set_index("name")["coef"]
    return pd.Series(expit(log_odds(coef, signatures)), index=signatures.index, name="probability")


def _stack(
    signatures: pd.DataFrame, target: NDArray[np.int64], resampling: ResamplingSettings
) -> tuple[Floats, int, int]:
    """Mean held-out probability (n,) over the repeats.

    And the number of folds that needed a ridge, and of patients whose level some fold did not know: theirs
    is the mean over the other repeats.
    """
    total, judged, ridged = np.zeros(len(signatures)), np.zeros(len(signatures)), 0
    for _, train, test in make_splits(signatures.index, target, resampling):
        levels = learn_levels(signatures.iloc[train])
        values = expand(signatures, levels).drop(columns=references(levels)).to_numpy(dtype=np.float64)
        fit = fit_logistic(values[train], target[train])
        p = expit(fit.params[0] + values[test] @ fit.params[1:])
        total[test] += np.nan_to_num(p)
        judged[test] += np.isfinite(p)
        ridged += bool(fit.reason)
    if not judged.all():
        found = f"{int((judged == 0).sum())} patients whose level is known to none"
        fix = "Join rare levels in the clinical table, or set more repeats of [settings.resampling]."
        expected = "Every level of a covariate among the training patients of a fold"
        raise ModelError("COVARIATE-RARE", expected, found, fix)
    return np.clip(total / judged, 0, 1), ridged, int((judged < resampling.repeats).sum())


def _with_references(coefficients: pd.DataFrame, terms: list[str], reference: list[str]) -> pd.DataFrame:
    found = coefficients.set_index("name").reindex([INTERCEPT, *terms])
    found.loc[reference, ["coef", "odds_ratio"]] = 0.0, 1.0
    return found.rename_axis("name").reset_index()


def _coefficients(names: Sequence[str], fit: LogisticFit) -> pd.DataFrame:
    error = np.sqrt(np.diag(fit.covariance))
    z, half = fit.params / error, norm.ppf(0.975) * error
    with np.errstate(over="ignore"):
        ratios = [np.exp(fit.params + shift) for shift in (0, -half, half)]
    columns = {"coef": fit.params, "se": error, "z": z, "p": 2 * norm.sf(np.abs(z))}
    columns |= dict(zip(("odds_ratio", "low", "high"), ratios, strict=True))
    return pd.DataFrame({"name": [INTERCEPT, *names], **columns})


def _note(reason: str, ridged: int, rare: int, resampling: ResamplingSettings) -> str:
    parts = []
    if reason:
        parts.append(f"Ridge regression was used: {reason}. Its standard errors and p are approximate.")
    if ridged:
        parts.append(f"In {ridged} of {resampling.folds * resampling.repeats} folds the fit needed a ridge.")
    if rare:
        parts.append(
            f"{rare} patients are of a level that some folds' training patients lack: not judged there."
        )
    return " ".join(parts)

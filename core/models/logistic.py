"""Logistic regression by maximum likelihood, with a ridge where no finite estimate exists."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from statsmodels.discrete.discrete_model import Logit

from core.models.inputs import Floats

SEPARATED = "the predictors separate the outcomes, so no finite maximum-likelihood estimate exists"
COLLINEAR = "the predictors are constant or collinear, so no unique maximum-likelihood estimate exists"
UNSETTLED = "the search for the maximum-likelihood estimate did not settle"
EXTREME = 1e3  # far from 0 and 1 the search loses digits: such a predictor is standardised for it


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """``params`` (k + 1,) intercept first, their ``covariance``, and why a ridge was needed ('' if not)."""

    params: Floats
    covariance: Floats
    reason: str = ""


def fit_logistic(X: Floats, y: NDArray[np.int64]) -> LogisticFit:
    """Fit y (n,) of 0 and 1 on X (n, k).

    Unpenalised where possible (statsmodels Newton; equal to rms ``lrm``). Under complete or quasi
    separation, collinearity, or where the search does not settle: ridge with penalty 1 / 2 per squared
    coefficient of a standardised predictor, intercept free; the covariance is then the inverse penalised
    information.
    """
    reason = _obstacle(X, y)
    if reason:
        return _ridge(X, y, reason)
    centre, scale = _standard(X)
    usual = (scale < EXTREME) & (scale > 1 / EXTREME) & (np.abs(centre) < EXTREME * scale)
    centre, scale = np.where(usual, 0.0, centre), np.where(usual, 1.0, scale)
    design = np.column_stack([np.ones(len(X)), (X - centre) / scale])
    fit = Logit(y, design).fit(method="newton", maxiter=100, tol=1e-12, disp=0, warn_convergence=False)
    if not fit.mle_retvals["converged"]:
        return _ridge(X, y, UNSETTLED)
    back = _back(centre, scale)
    return LogisticFit(back @ np.asarray(fit.params), back @ np.asarray(fit.cov_params()) @ back.T)


def _obstacle(X: Floats, y: NDArray[np.int64]) -> str:
    """Why the likelihood has no unique finite maximum; '' if it has one (Albert and Anderson 1984)."""
    centre, scale = _standard(X)
    design = np.column_stack([np.ones(len(X)), (X - centre) / scale])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return COLLINEAR
    signed = design * np.where(y == 1, 1.0, -1.0)[:, None]
    # Some direction with every signed score >= 0 and one above 0: the classes are separated.
    best = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(X)), bounds=(-1, 1))
    return SEPARATED if -best.fun > 1e-5 else ""


def _ridge(X: Floats, y: NDArray[np.int64], reason: str) -> LogisticFit:
    centre, scale = _standard(X)
    Z = (X - centre) / scale
    model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-10, max_iter=200).fit(Z, y)
    inner = np.append(model.intercept_, model.coef_)
    design = np.column_stack([np.ones(len(Z)), Z])
    chance = expit(design @ inner)
    information = (design * (chance * (1 - chance))[:, None]).T @ design
    information += np.diag(np.append(0.0, np.ones(Z.shape[1])))
    back = _back(centre, scale)
    return LogisticFit(back @ inner, back @ np.linalg.inv(information) @ back.T, reason)


def _back(centre: Floats, scale: Floats) -> Floats:
    """What turns coefficients of standardised predictors, intercept first, into those of the predictors."""
    back: Floats = np.diag(np.append(1.0, 1 / scale))
    back[0, 1:] = -centre / scale
    return back


def _standard(X: Floats) -> tuple[Floats, Floats]:
    scale = X.std(axis=0)
    return X.mean(axis=0), np.where(scale > 1e-12, scale, 1.0)

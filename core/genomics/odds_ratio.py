"""Odds ratio of a score by maximum likelihood and by Firth's penalised likelihood."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit

from core.errors import ModelError

Vector = NDArray[np.float64]
COLUMNS = ["method", "per", "odds_ratio", "low", "high", "p", "interval", "separation"]
SLOPE = 1  # column of the design: 0 is the intercept
HALF_DROP = stats.chi2.ppf(0.95, 1) / 2  # fall of the log-likelihood at the ends of a 95% interval


def odds_ratios(score: ArrayLike, y: ArrayLike) -> pd.DataFrame:
    """Odds ratio of ``y`` (0/1) per unit and per standard deviation (n - 1) of ``score``.

    Four rows [method, per, odds_ratio, low, high, p, interval, separation]: "maximum likelihood" with
    Wald interval and test, "Firth" with profile penalised likelihood interval and likelihood-ratio test
    (Heinze and Schemper 2002; the interval is that of R logistf). 95% intervals. Where the score
    separates the classes, completely or but for ties, no maximum-likelihood estimate exists: its odds
    ratio is 0 or infinite, its interval and p NaN, and ``separation`` is True in every row. Raises
    ModelError if the score does not vary, a value is missing, or a class is empty.
    """
    x, labels = np.asarray(score, dtype=np.float64), np.asarray(y, dtype=np.float64)
    _check(x, labels)
    spread = float(x.std(ddof=1))
    design = np.column_stack([np.ones_like(x), (x - x.mean()) / spread])
    side = _separated(x, labels)
    by_method = {
        "maximum likelihood": (
            "Wald",
            _wald(design, labels) if side == 0 else (side * np.inf, *[np.nan] * 3),
        ),
        "Firth": ("profile", firth_slope(design, labels)),
    }
    rows = [
        (method, per, *_exp(numbers[:3], unit), numbers[3], interval, side != 0)
        for method, (interval, numbers) in by_method.items()
        for per, unit in (("unit", spread), ("SD", 1.0))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def firth_slope(design: Vector, y: Vector) -> tuple[float, float, float, float]:
    """Firth's coefficient of column 1 of the design (column 0 the intercept), its interval and p.

    The ends of the 95% interval are where the profile penalised likelihood, the other coefficients fitted
    anew, has fallen by half the chi-squared quantile; p of the penalised likelihood-ratio test (logistf).
    """
    beta = fit_logistic(design, y, firth=True)
    best, at = log_likelihood(design, y, beta, True), float(beta[SLOPE])
    error = float(np.sqrt(np.linalg.inv(_information(design, beta))[SLOPE, SLOPE]))

    def drop(value: float) -> float:
        held = fit_logistic(design, y, firth=True, fixed=(SLOPE, value))
        return best - log_likelihood(design, y, held, True)

    p = float(stats.chi2.sf(2 * max(drop(0.0), 0.0), 1))
    return at, _end(drop, at, -error), _end(drop, at, error), p


def fit_logistic(design: Vector, y: Vector, firth: bool, fixed: tuple[int, float] | None = None) -> Vector:
    """Coefficients of a logistic regression; ``design`` (n, k) with its intercept column.

    Newton steps, halved until the (penalised) log-likelihood does not fall, and where one turns back on
    the last: Firth's score adds h (1/2 - p), h the leverages (Firth 1993), of which the information knows
    nothing. ``fixed`` = (column, value) holds one coefficient.
    Raises ModelError if it does not converge.
    """
    beta = np.zeros(design.shape[1])
    free = np.ones(len(beta), dtype=bool)
    if fixed is not None:
        beta[fixed[0]], free[fixed[0]] = fixed[1], False
    last = np.zeros_like(beta)
    for _ in range(200):
        step = np.zeros_like(beta)
        step[free] = _newton_step(design, y, beta, firth, free)
        size = np.abs(step).max()
        if size < 1e-10:
            return beta
        step *= min(1.0, 5 / size) / (2 if step @ last < 0 else 1)
        now = log_likelihood(design, y, beta, firth)
        for _ in range(30):
            if log_likelihood(design, y, beta + step, firth) >= now - 1e-12:
                break
            step /= 2
        beta, last = beta + step, step
    raise ModelError(
        "ODDS-RATIO", "A logistic regression that converges", "none in 200 steps", "Check the score."
    )


def log_likelihood(design: Vector, y: Vector, beta: Vector, firth: bool) -> float:
    """Log-likelihood; Firth's adds half the log-determinant of the Fisher information."""
    linear = design @ beta
    value = float(y @ linear - np.logaddexp(0, linear).sum())
    return value + 0.5 * float(np.linalg.slogdet(_information(design, beta))[1]) if firth else value


def _information(design: Vector, beta: Vector) -> Vector:
    p = expit(design @ beta)
    information: Vector = design.T @ (design * (p * (1 - p))[:, None])
    return information


def _newton_step(design: Vector, y: Vector, beta: Vector, firth: bool, free: NDArray[np.bool_]) -> Vector:
    p = expit(design @ beta)
    information, residual = _information(design, beta), y - p
    if firth:
        leverage = p * (1 - p) * np.sum(design * np.linalg.solve(information, design.T).T, axis=1)
        residual = residual + leverage * (0.5 - p)
    step: Vector = np.linalg.solve(information[np.ix_(free, free)], (design.T @ residual)[free])
    return step


def _wald(design: Vector, y: Vector) -> tuple[float, float, float, float]:
    beta = fit_logistic(design, y, firth=False)
    error = float(np.sqrt(np.linalg.inv(_information(design, beta))[SLOPE, SLOPE]))
    at, reach = float(beta[SLOPE]), float(stats.norm.ppf(0.975)) * error
    return at, at - reach, at + reach, float(2 * stats.norm.sf(abs(at) / error))


def _end(drop: Callable[[float], float], at: float, reach: float) -> float:
    """Where the log-likelihood has fallen by ``HALF_DROP`` on one side of the estimate."""
    for _ in range(60):
        if drop(at + reach) > HALF_DROP:
            return float(brentq(lambda v: drop(v) - HALF_DROP, at, at + reach, xtol=1e-10))
        reach *= 1.5
    return float(np.copysign(np.inf, reach))


def _exp(logs: Sequence[float], unit: float) -> list[float]:
    with np.errstate(over="ignore"):
        return [float(np.exp(np.float64(value) / unit)) for value in logs]


def _separated(x: Vector, y: Vector) -> int:
    """1 or -1 if the classes do not overlap in x (ties at the border allowed), by direction; else 0."""
    low, high = x[y == 0], x[y == 1]
    if low.max() <= high.min():
        return 1
    return -1 if high.max() <= low.min() else 0


def _check(x: Vector, y: Vector) -> None:
    problems = {
        "missing values": not np.isfinite(x).all(),
        "outcomes other than 0 and 1, or only one of them": set(y.tolist()) != {0.0, 1.0},
        "a score that does not vary": np.ptp(x) == 0,
    }
    found = ", ".join(text for text, present in problems.items() if present)
    if found:
        raise ModelError("ODDS-RATIO", "A score that varies and an outcome with both classes", found)

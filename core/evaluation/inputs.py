"""Checks that every statistic makes on its (y, p) arrays before it counts anything."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import ModelError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def scores(y: ArrayLike, *predictions: ArrayLike) -> tuple[Bools, list[Floats]]:
    """Outcome as booleans (n,), each prediction as floats (n,); any finite score is allowed.

    Raises ModelError EVAL-SHAPE, EVAL-NAN, EVAL-OUTCOME (not 0 or 1) or EVAL-ONE-CLASS.
    """
    outcome = _vector(y, "the outcome")
    columns = [_vector(p, "a prediction") for p in predictions]
    if any(column.size != outcome.size for column in columns):
        sizes = ", ".join(str(column.size) for column in columns)
        raise ModelError(
            "EVAL-SHAPE",
            "Outcome and predictions have one value per patient",
            f"{outcome.size} outcomes and {sizes} predictions",
            "Give equally long columns.",
        )
    return _binary(outcome), columns


def probabilities(y: ArrayLike, *predictions: ArrayLike) -> tuple[Bools, list[Floats]]:
    """As ``scores``, and every prediction lies in [0, 1]; else ModelError EVAL-RANGE."""
    outcome, columns = scores(y, *predictions)
    for column in columns:
        outside = (column < 0) | (column > 1)
        if outside.any():
            raise ModelError(
                "EVAL-RANGE",
                "Predictions are probabilities between 0 and 1",
                f"{int(outside.sum())} of {column.size} outside, from {column.min():g} to {column.max():g}",
                "Give probabilities, not scores or percentages.",
            )
    return outcome, columns


def two_sided(z: float) -> float:
    """Two-sided p of a standard normal z; NaN stays NaN."""
    from scipy.stats import norm

    return float(2 * norm.sf(abs(z)))


def ratio(difference: float, error: float) -> float:
    """``difference / error`` as R divides, but 0 where both are 0 (no difference at all)."""
    if error == 0:
        return 0.0 if difference == 0 else float(np.copysign(np.inf, difference))
    return float(difference / error)


def _vector(values: ArrayLike, what: str) -> Floats:
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        found, fix = "other values in " + what, "Remove or recode them."
        raise ModelError("EVAL-NAN", "Outcome and predictions are numbers", found, fix) from None
    if vector.ndim != 1 or vector.size == 0:
        found = f"shape {vector.shape} for {what}"
        raise ModelError("EVAL-SHAPE", "One value per patient", found, "Give one non-empty column.")
    bad = int((~np.isfinite(vector)).sum())
    if bad:
        found = f"{bad} of {vector.size} missing or infinite in {what}"
        fix = "Leave these patients out, or complete the table."
        raise ModelError("EVAL-NAN", "Outcome and predictions are finite numbers", found, fix)
    return vector


def _binary(outcome: Floats) -> Bools:
    values = np.unique(outcome)
    if not np.isin(values, (0.0, 1.0)).all():
        found = ", ".join(f"{value:g}" for value in values[:5])
        raise ModelError("EVAL-OUTCOME", "The outcome is 0 or 1", found, "Recode the outcome column.")
    if values.size < 2:
        found = f"{outcome.size} patients, all {values[0]:g}"
        fix = "Evaluate a cohort with positive and negative patients."
        raise ModelError("EVAL-ONE-CLASS", "The cohort holds both outcomes, 0 and 1", found, fix)
    return outcome == 1

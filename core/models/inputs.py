"""Checks that every model makes on its tables before it fits or predicts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import ModelError

Floats = NDArray[np.float64]
# Forests compute in float32; far beyond this a feature is damaged, not large.
LARGEST = 1e30


def features(X: pd.DataFrame, names: Sequence[str] | None = None) -> pd.DataFrame:
    """Features as floats, patients x features, in the order of ``names`` where given.

    Raises ModelError FEATURES-MISSING (named columns absent), FEATURES-DUPLICATE,
    FEATURES-EMPTY, FEATURES-TEXT or FEATURES-NAN (missing, infinite or absurdly large, counted).
    """
    if X.columns.has_duplicates:
        found = ", ".join(map(str, X.columns[X.columns.duplicated()][:5]))
        raise ModelError("FEATURES-DUPLICATE", "Every feature once", found, "Drop the repeated columns.")
    if names is not None:
        X = _named(X, names)
    if X.shape[0] == 0 or X.shape[1] == 0:
        raise ModelError("FEATURES-EMPTY", "At least one patient and one feature", f"shape {X.shape}")
    values = _numbers(X)
    bad = ~(np.abs(values.to_numpy()) < LARGEST)
    if bad.any():
        _refuse(values.columns[bad.any(axis=0)], int(bad.any(axis=1).sum()))
    return values


def outcome(X: pd.DataFrame, y: pd.Series) -> NDArray[np.int64]:
    """Outcome of the rows of X as integers 0 and 1.

    Raises ModelError OUTCOME-INDEX (other patients than X), OUTCOME-VALUES or ONE-CLASS.
    """
    if not X.index.equals(y.index):
        found = f"{len(X)} and {len(y)} patients, not the same ones in the same order"
        raise ModelError(
            "OUTCOME-INDEX", "Features and outcome of the same patients", found, "Align the tables."
        )
    values = pd.to_numeric(y, errors="coerce").to_numpy(dtype=np.float64)
    if not np.isin(values, (0.0, 1.0)).all():
        found = f"{int((~np.isin(values, (0.0, 1.0))).sum())} other values"
        raise ModelError(
            "OUTCOME-VALUES", "The outcome of every patient is 0 or 1", found, "Recode the outcome."
        )
    if np.unique(values).size < 2:
        found = f"{int((values == 0).sum())} negative and {int((values == 1).sum())} positive patients"
        fix = "A model needs both: check the outcome column and its rule for positive."
        raise ModelError("ONE-CLASS", "Training patients of both outcomes", found, fix)
    return values.astype(np.int64)


def _named(X: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    absent = [str(name) for name in names if name not in X.columns]
    if absent:
        found = f"{len(absent)} absent, first {', '.join(absent[:3])}"
        fix = "Compute the features with the settings that the model was fitted with."
        raise ModelError("FEATURES-MISSING", f"The model's {len(names)} features", found, fix)
    return X[list(names)]


def _numbers(X: pd.DataFrame) -> pd.DataFrame:
    try:
        return X.astype(np.float64)
    except (TypeError, ValueError):
        fix = "Leave columns of text out of the feature table."
        raise ModelError("FEATURES-TEXT", "Every feature a number", "text", fix) from None


def _refuse(columns: "pd.Index[str]", rows: int) -> None:
    shown = ", ".join(map(str, columns[:3]))
    found = f"missing or infinite values in {len(columns)} features of {rows} patients, first {shown}"
    fix = "Leave those patients out or recompute their features."
    raise ModelError("FEATURES-NAN", "Every feature a finite number", found, fix)

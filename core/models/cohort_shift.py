"""Whether a classifier can tell two cohorts apart by their features."""

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from core.models import inputs
from core.models.inputs import Floats
from core.models.selection import FoldPCA
from core.models.signature import make_splits
from core.settings import ResamplingSettings, ShiftSettings


def out_of_fold(
    X: pd.DataFrame, second: "pd.Series[bool]", shift: ShiftSettings, resampling: ResamplingSettings
) -> Floats:
    """Out-of-fold probability (n,) that each row of X (patients x features) is of the second cohort.

    z-score, PCA, z-score of the components and a ridge logistic regression (penalty 1), all fitted on the
    other folds of repeated stratified k-fold; mean over the repeats. A classifier two-sample test (Lopez-Paz
    and Oquab, ICLR 2017). Raises ModelError TOO-FEW, ONE-CLASS and those of ``inputs``.
    """
    table = inputs.features(X)
    values, target = table.to_numpy(), inputs.outcome(table, second.astype(int))
    step = make_pipeline(
        StandardScaler(),
        FoldPCA(shift.components),
        StandardScaler(),
        LogisticRegression(C=1.0, max_iter=1000),
    )
    total = np.zeros(len(table))
    with threadpool_limits(1):
        for _, train, test in make_splits(table.index, target, resampling):
            fitted = clone(step).fit(values[train], target[train])
            total[test] += fitted.predict_proba(values[test])[:, 1]
    return total / resampling.repeats

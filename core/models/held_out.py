"""Features as the folds prepare those patients that they do not learn from."""

from dataclasses import replace

import numpy as np
import pandas as pd

from core.models import inputs
from core.models.preparation import Metadata, Preparation
from core.models.signature import make_splits
from core.settings import ResamplingSettings


def held_out(
    X: pd.DataFrame, y: pd.Series, resampling: ResamplingSettings, metadata: Metadata
) -> pd.DataFrame:
    """Each patient's features after the fold of the first repeat that left the patient out.

    X (patients x features), y and metadata as ``fit_signature`` takes them, and with its errors. NaN where
    that fold drops the feature.
    """
    table, target = inputs.features(X), inputs.outcome(X, y)
    prepare, values = Preparation.of(table, metadata), table.to_numpy()
    found = np.full(values.shape, np.nan)
    for _, train, test in make_splits(X.index, target, replace(resampling, repeats=1)):
        _, unseen, learned = prepare.split(values, train, test)
        columns = np.arange(values.shape[1]) if learned.columns is None else learned.columns
        found[np.ix_(test, columns)] = unseen
    return pd.DataFrame(found, index=table.index, columns=table.columns)

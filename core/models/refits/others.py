"""Patients that were not learned from: predicted by the pipeline refitted on the whole training cohort."""

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from core.models import inputs
from core.models.preparation import NOTHING, Metadata, Preparation
from core.models.search import Known, Recipe
from core.models.signature import predict
from core.models.whole import fit_whole
from core.settings import Classifier, SelectionSettings


def predict_others(
    X: pd.DataFrame,
    y: pd.Series,
    others: pd.DataFrame,
    selection: SelectionSettings,
    classifier: Classifier,
    metadata: Metadata = NOTHING,
) -> pd.Series:
    """Probability of each row of ``others`` from the pipeline fitted on X (n, p) and y (n,) of 0 or 1.

    The model is that of ``fit_signature``, with its errors, without the resampling and without a search.
    """
    table, target = inputs.features(X), inputs.outcome(X, y)
    metadata.check(selection)
    known = Known(np.ascontiguousarray(table.to_numpy()), target, Preparation.of(table, metadata))
    with threadpool_limits(1):
        whole = fit_whole(Recipe(selection, classifier), known, table, ())
        batch = None if metadata.batch is None else metadata.batch.reindex(others.index).to_numpy(object)
        return predict(whole.model, others, whole.learned.harmony, batch)

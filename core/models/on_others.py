"""A configuration on patients that it was not tuned on: refitted on the whole training cohort."""

import pandas as pd
from threadpoolctl import threadpool_limits

from core.models import inputs
from core.models.preparation import NOTHING, Metadata, Preparation
from core.models.selection import make_pipeline
from core.models.signature import predict
from core.settings import ForestSettings, SelectionSettings


def refitted(
    X: pd.DataFrame,
    y: pd.Series,
    others: pd.DataFrame,
    selection: SelectionSettings,
    forest: ForestSettings,
    metadata: Metadata = NOTHING,
) -> pd.Series:
    """Probability of each row of ``others`` from the pipeline fitted on X (n, p) and y (n,) of 0 or 1.

    The model is that of ``fit_signature``, with its errors, without the resampling.
    """
    table, target = inputs.features(X), inputs.outcome(X, y)
    metadata.check(selection)
    with threadpool_limits(1):
        ready, learned = Preparation.of(table, metadata).whole(table)
        model = make_pipeline(selection, forest).fit(ready, target)
        batch = None if metadata.batch is None else metadata.batch.reindex(others.index).to_numpy(object)
        return predict(model, others, learned.harmony, batch)

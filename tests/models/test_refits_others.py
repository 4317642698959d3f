"""The refit is the model that ``fit_signature`` refits, ComBat and ICC filter included."""

import numpy as np
import pandas as pd

from core.models.preparation import Metadata
from core.models.refits.others import predict_others
from core.models.signature import fit_signature, predict
from core.settings import ForestSettings, ResamplingSettings, SelectionSettings
from tests.models.conftest import simulate

SELECTION, FOREST = SelectionSettings(0.9, 5, 4), ForestSettings(trees=15)
ONCE = ResamplingSettings(folds=3, repeats=1)


def test_equal_to_the_model_of_the_signature(cohort) -> None:
    X, y = cohort
    others = simulate(9)[0]
    expected = predict(fit_signature(X, y, SELECTION, FOREST, ONCE).model, others)
    pd.testing.assert_series_equal(
        predict_others(X, y, others, SELECTION, FOREST), expected, check_exact=True
    )


def test_equal_after_combat(cohort) -> None:
    X, y = cohort
    others = simulate(9)[0].set_axis([f"V{i}" for i in range(len(X))])
    batch = pd.Series(np.arange(2 * len(X)) % 3, index=[*X.index, *others.index]).map(
        {0: "a", 1: "b", 2: "c"}
    )
    batch.loc["V1"] = "another"
    known = Metadata(batch=batch)
    fit = fit_signature(X, y, SELECTION, FOREST, ONCE, metadata=known)
    expected = predict(fit.model, others, fit.harmony, batch.loc[others.index].to_numpy(object))
    pd.testing.assert_series_equal(
        predict_others(X, y, others, SELECTION, FOREST, known), expected, check_exact=True
    )
    assert not np.array_equal(expected, predict_others(X, y, others, SELECTION, FOREST))

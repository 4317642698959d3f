"""Which original features pushed a signature up or down, through its components."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from core.models import inputs
from core.models.inputs import Floats


def contributions(model: Pipeline, medians: pd.Series, row: pd.Series) -> pd.DataFrame:
    """Frame [feature, value, z, contribution] of one case, largest magnitude first.

    A kept component's contribution is the change of the model's probability when that component alone
    is set to its median over the training patients. It is shared out among the features that moved the
    component to this side of its median, in proportion to loading x z-score, so that a component's
    shares add up to it. What components do together is not shared out: the sum over all is not the
    whole difference. ``medians``: of the kept components. Raises ModelError FEATURES-MISSING or
    FEATURES-NAN.
    """
    table = inputs.features(row.to_frame().T, [str(name) for name in model.feature_names_in_])
    z = model["scale"].transform(table)[0]
    components = model[:-1].transform(table)[0]
    middle = medians.to_numpy(dtype=np.float64)
    change = component_changes(model[-1], components, middle)
    moved = _axes(model) * z * np.sign(components - middle)[:, None]
    shares = _shares(moved)
    found = pd.DataFrame(
        {"feature": table.columns, "value": table.to_numpy()[0], "z": z, "contribution": change @ shares}
    )
    order = found["contribution"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def component_changes(learner: Any, components: Floats, medians: Floats) -> Floats:
    """Probability (k,) lost when each component (k,) alone is set to its median."""
    variants = np.tile(components, (len(components) + 1, 1))
    np.fill_diagonal(variants[1:], medians)
    probability = learner.predict_proba(variants)[:, 1]
    lost: Floats = probability[0] - probability[1:]
    return lost


def _axes(model: Pipeline) -> Floats:
    axes: Floats = model["pca"].components_[model["relief"].get_support()]
    return axes


def _shares(moved: Floats) -> Floats:
    """Parts (k, p) that sum to 1 per component: of the features that moved it this way, else of all."""
    towards = np.maximum(moved, 0)
    towards[towards.sum(axis=1) == 0] = 1.0
    shares: Floats = towards / towards.sum(axis=1, keepdims=True)
    return shares

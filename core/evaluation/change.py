"""Two versions of one model on the same patients: ROC, metrics at each one's cut-off, change in AUC."""

from dataclasses import dataclass

import pandas as pd
from numpy.typing import ArrayLike

from core.evaluation.roc import Delong, delong, roc_points
from core.evaluation.summary import cutoffs, metrics_table

NOW, BEFORE = "now", "before"


@dataclass(frozen=True, slots=True)
class Change:
    """``roc`` [model, threshold, fpr, tpr], ``metrics`` as ``metrics_table``; model is "now" or "before".

    ``difference``: paired DeLong test, AUC now - AUC before.
    """

    roc: pd.DataFrame
    metrics: pd.DataFrame
    difference: Delong


def change(y: ArrayLike, now: ArrayLike, before: ArrayLike) -> Change:
    """Compare the probabilities now (n,) with those before (n,) for outcomes y (n,) of 0 and 1.

    Each version has its own Youden cut-off, chosen on these patients. Raises ModelError as
    ``core.evaluation.inputs.probabilities`` does.
    """
    frame = pd.DataFrame({"y": y, NOW: now, BEFORE: before})
    metrics = metrics_table({"": frame}, "y", (NOW, BEFORE), cutoffs(frame, "y", (NOW, BEFORE)))
    curves = [roc_points(frame["y"], frame[name]).assign(model=name) for name in (NOW, BEFORE)]
    return Change(
        pd.concat(curves, ignore_index=True), metrics, delong(frame["y"], frame[NOW], frame[BEFORE])
    )

"""Bootstrap bands of every curve of ``judge``, in the same shape."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from core.evaluation.bootstrap import SEED, auc_interval, calibration_band, decision_band, roc_band

RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class Bands:
    """Frames [cohort, role, model, fpr | threshold | predicted, low, high]; ``auc`` without the place."""

    roc: pd.DataFrame
    decision: pd.DataFrame
    calibration: pd.DataFrame
    auc: pd.DataFrame
    resamples: int


def bands(
    predictions: pd.DataFrame, models: Sequence[str], resamples: int = RESAMPLES, seed: int = SEED
) -> Bands:
    """Pointwise 95% bands of the models in each cohort of ``predictions`` [cohort, role, lnm, models].

    The same resamples serve every model of a cohort. Raises ModelError as ``judge`` does.
    """
    makers = {"roc": roc_band, "decision": decision_band, "calibration": calibration_band, "auc": _auc}
    found = {name: _each(predictions, models, make, resamples, seed) for name, make in makers.items()}
    return Bands(**found, resamples=resamples)


def _auc(y: pd.Series, p: pd.Series, resamples: int, seed: int) -> pd.DataFrame:
    low, high = auc_interval(y, p, resamples, seed)
    return pd.DataFrame({"low": [low], "high": [high]})


def _each(
    predictions: pd.DataFrame,
    models: Sequence[str],
    make: Callable[..., pd.DataFrame],
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    parts = []
    for (cohort, role), frame in predictions.groupby(["cohort", "role"], sort=False):
        for model in models:
            part = make(frame["lnm"], frame[model], resamples, seed)
            part.insert(0, "cohort", cohort)
            part.insert(1, "role", role)
            part.insert(2, "model", model)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)

"""All statistics of a predictions table: the JSON of ``evaluate`` and the tables of the pages."""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from core.errors import ModelError
from core.evaluation import calibration, reclassification, roc
from core.evaluation.inputs import Floats, probabilities

MODEL_KEYS = ["auc", "auc_low", "auc_high", "auc_variance", "threshold"]
MODEL_KEYS += ["accuracy", "sensitivity", "specificity", "ppv", "npv", "brier"]
MODEL_KEYS += ["calibration_intercept", "calibration_slope", "hl_chisq", "hl_df", "hl_p"]
PAIR_KEYS = ["a", "b", "delong_z", "delong_p", "nri", "nri_z", "nri_p", "nri_events", "nri_nonevents"]
PAIR_KEYS += ["idi", "idi_z", "idi_p"]


def summarise(
    frame: pd.DataFrame,
    outcome: str,
    models: Sequence[str],
    train: pd.DataFrame | None = None,
    risk_cutoffs: Sequence[float] = (),
) -> dict[str, Any]:
    """Statistics of each model and each pair as JSON values; what is undefined or infinite is None.

    ``frame`` has one row per patient: the outcome (0 or 1) and one probability column per model.
    Cut-offs come from ``train`` by Youden, else from ``frame`` itself ("apparent"). In a comparison
    b is the model named later. Raises ModelError EVAL-COLUMN and those of ``evaluation.inputs``.
    """
    _check_columns(frame, outcome, models, "predictions")
    _check_columns(frame if train is None else train, outcome, models, "training")
    chosen = cutoffs(frame if train is None else train, outcome, models)
    metrics = metrics_table({"": frame}, outcome, models, chosen).set_index("model")
    pairs = comparisons_table({"": frame}, outcome, models, risk_cutoffs).drop(columns="cohort")
    return {
        "models": {name: _json(metrics.loc[name, MODEL_KEYS].to_dict()) for name in models},
        "comparisons": [_json(pair) for pair in pairs.to_dict("records")],
        "threshold_source": "apparent" if train is None else "train",
    }


def cutoffs(frame: pd.DataFrame, outcome: str, models: Sequence[str]) -> dict[str, float]:
    """Youden cut-off of each model on this cohort.

    Where none beats chance pROC says -inf; 0 calls the same patients, all of them, positive.
    """
    y, columns = _columns(frame, outcome, models)
    return {name: max(roc.youden(y, p), 0.0) for name, p in columns.items()}


def metrics_table(
    cohorts: Mapping[str, pd.DataFrame], outcome: str, models: Sequence[str], cutoff: Mapping[str, float]
) -> pd.DataFrame:
    """One row per cohort and model: cohort, model, n, positives, the metrics, each interval as _low, _high.

    ``cutoff`` is carried unchanged to every cohort. Intervals: DeLong for the AUC, Wilson otherwise.
    """
    rows = []
    for cohort, frame in cohorts.items():
        y, columns = _columns(frame, outcome, models)
        size = {"n": y.size, "positives": int(y.sum())}
        for name, p in columns.items():
            rows.append({"cohort": cohort, "model": name, **size, **_metrics(y, p, float(cutoff[name]))})
    return pd.DataFrame(rows)


def comparisons_table(
    cohorts: Mapping[str, pd.DataFrame],
    outcome: str,
    models: Sequence[str],
    risk_cutoffs: Sequence[float] = (),
) -> pd.DataFrame:
    """One row per cohort and pair of models (b named later): DeLong, NRI, IDI; categorical NRI if asked."""
    rows = []
    for cohort, frame in cohorts.items():
        y, columns = _columns(frame, outcome, models)
        for a, b in combinations(models, 2):
            rows.append(
                {"cohort": cohort, "a": a, "b": b, **_compare(y, columns[a], columns[b], risk_cutoffs)}
            )
    extra = ["nri_categorical"] if len(risk_cutoffs) else []
    return pd.DataFrame(rows, columns=["cohort", *PAIR_KEYS, *extra])


def _metrics(y: Floats, p: Floats, threshold: float) -> dict[str, Any]:
    area, line, fit = roc.auc(y, p), calibration.calibration_line(y, p), calibration.hosmer_lemeshow(y, p)
    row: dict[str, Any] = {"auc": area.auc, "auc_low": area.low, "auc_high": area.high}
    row |= {"auc_variance": area.variance, "threshold": threshold}
    for name, share in roc.operating(y, p, threshold).items():
        row |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    row |= {"brier": calibration.brier(y, p)}
    row |= {"calibration_intercept": line.intercept, "calibration_slope": line.slope}
    return row | {"hl_chisq": fit.chisq, "hl_df": fit.df, "hl_p": fit.p}


def _compare(y: Floats, a: Floats, b: Floats, risk_cutoffs: Sequence[float]) -> dict[str, float]:
    test, nri, idi = (
        roc.delong(y, a, b),
        reclassification.continuous_nri(y, a, b),
        reclassification.idi(y, a, b),
    )
    row = {"delong_z": test.z, "delong_p": test.p, "nri": nri.nri, "nri_z": nri.z, "nri_p": nri.p}
    row |= {"nri_events": nri.events, "nri_nonevents": nri.nonevents}
    row |= {"idi": idi.idi, "idi_z": idi.z, "idi_p": idi.p}
    if len(risk_cutoffs):
        row["nri_categorical"] = reclassification.categorical_nri(y, a, b, risk_cutoffs).nri
    return row


def _columns(frame: pd.DataFrame, outcome: str, models: Sequence[str]) -> tuple[Floats, dict[str, Floats]]:
    _check_columns(frame, outcome, models, "predictions")
    y, columns = probabilities(frame[outcome], *(frame[name] for name in models))
    return y.astype(np.float64), dict(zip(models, columns, strict=True))


def _check_columns(frame: pd.DataFrame, outcome: str, models: Sequence[str], table: str) -> None:
    missing = [name for name in (outcome, *models) if name not in frame.columns]
    named = [outcome, *models]
    if missing or not models or len(set(named)) < len(named):
        found = f"outcome {outcome} and models {', '.join(models) or 'none'}"
        found = f"no column {', '.join(missing)}" if missing else found
        fix = f"Its columns are {', '.join(map(str, frame.columns))}."
        expected = f"The {table} table must hold the outcome and each model in a column of its own"
        raise ModelError("EVAL-COLUMN", expected, found, fix)


def _json(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, (str, int, np.integer)):
        return value if isinstance(value, (str, int)) else int(value)
    return float(value) if math.isfinite(value) else None

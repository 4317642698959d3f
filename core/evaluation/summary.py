"""All statistics of a predictions table: the JSON of ``evaluate`` and the tables of the pages."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from core.errors import ModelError
from core.evaluation import calibration, roc
from core.evaluation.bootstrap import auc_interval
from core.evaluation.cells import check_cells
from core.evaluation.group_tests import chi_square
from core.evaluation.inputs import Floats, probabilities
from core.evaluation.pairs import pair

MODEL_KEYS = ["auc", "auc_low", "auc_high", "auc_variance", "threshold"]
MODEL_KEYS += ["accuracy", "sensitivity", "specificity", "ppv", "npv", "brier"]
MODEL_KEYS += ["calibration_intercept", "calibration_slope", "hl_chisq", "hl_df", "hl_p"]
PAIR_KEYS = ["a", "b", "delong_z", "delong_p", "nri", "nri_z", "nri_p", "nri_events", "nri_nonevents"]
PAIR_KEYS += ["idi", "idi_z", "idi_p"]
WITH_LIMITS = ["accuracy", "sensitivity", "specificity", "ppv", "npv", "brier"]
WITH_LIMITS += ["calibration_intercept", "calibration_slope"]
PAIR_LIMITS = [
    "difference",
    "difference_low",
    "difference_high",
    "nri_low",
    "nri_high",
    "idi_low",
    "idi_high",
]


def summarise(
    frame: pd.DataFrame,
    outcome: str,
    models: Sequence[str],
    train: pd.DataFrame | None = None,
    risk_cutoffs: Sequence[float] = (),
    intervals: bool = False,
    corrected: bool = False,
) -> dict[str, Any]:
    """Statistics of each model and each pair as JSON values; what is undefined or infinite is None.

    ``frame`` has one row per patient: the outcome (0 or 1) and one probability column per model.
    Cut-offs come from ``train`` by Youden, else from ``frame`` itself ("apparent"). In a comparison
    b is the model named later. ``intervals`` adds 95% limits (``_low``, ``_high``): Wilson, Wald for
    calibration, normal for Brier score, NRI and IDI, DeLong for the difference of AUCs (b - a), and of
    the AUC the bootstrap's beside DeLong's. With ``train``, "outcome_by_table" tests whether the outcome is
    as frequent in both tables, see ``_outcome_by_table``. Raises ModelError EVAL-COLUMN, EVAL-TRAIN
    (``corrected`` without ``train``) and those of ``check_cells``.
    """
    if corrected and train is None:
        fix = "Name it (--train), or leave the correction out."
        raise ModelError("EVAL-TRAIN", "The chi-square test needs a second table", "no training table", fix)
    for table, name in ((frame, "predictions"), (train, "training")):
        if table is not None:
            _check_columns(table, outcome, models, name)
            check_cells(table, outcome, models, name)
    chosen = cutoffs(frame if train is None else train, outcome, models)
    metrics = metrics_table({"": frame}, outcome, models, chosen).set_index("model")
    pairs = comparisons_table({"": frame}, outcome, models, risk_cutoffs, intervals).drop(columns="cohort")
    keys = MODEL_KEYS
    if intervals:
        keys = [*keys, *(f"{name}_{end}" for name in WITH_LIMITS for end in ("low", "high"))]
        limits = [auc_interval(frame[outcome], frame[name]) for name in models]
        metrics[["auc_bootstrap_low", "auc_bootstrap_high"]] = limits
        keys += ["auc_bootstrap_low", "auc_bootstrap_high"]
    return {
        "models": {name: _json(metrics.loc[name, keys].to_dict()) for name in models},
        "comparisons": [_json(pair) for pair in pairs.to_dict("records")],
        "threshold_source": "apparent" if train is None else "train",
        **_outcome_by_table(train, frame, outcome, corrected),
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

    ``cutoff`` is carried unchanged to every cohort. Intervals: DeLong for the AUC, Wald for calibration
    intercept and slope, normal for the Brier score, Wilson otherwise.
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
    intervals: bool = False,
) -> pd.DataFrame:
    """One row per cohort and pair of models (b named later): DeLong, NRI, IDI; more if asked.

    ``risk_cutoffs`` add the categorical NRI, ``intervals`` the limits of ``pairs.pair``.
    """
    rows = []
    for cohort, frame in cohorts.items():
        y, columns = _columns(frame, outcome, models)
        for a, b in combinations(models, 2):
            rows.append({"cohort": cohort, "a": a, "b": b, **pair(y, columns[a], columns[b], risk_cutoffs)})
    extra = ["nri_categorical"] if len(risk_cutoffs) else []
    extra += PAIR_LIMITS if intervals else []
    return pd.DataFrame(rows, columns=["cohort", *PAIR_KEYS, *extra])


def _outcome_by_table(
    train: pd.DataFrame | None, frame: pd.DataFrame, outcome: str, corrected: bool
) -> dict[str, Any]:
    """Positives and n of both tables, and the chi-square test of their difference; R ``chisq.test``.

    {"outcome_by_table": {"train": {"n", "positives"}, "predictions": the same, "chi_square", "df", "p",
    "corrected"}}, the last whether with Yates' correction (R's default); {} without ``train``.
    """
    if train is None:
        return {}
    sizes = {
        name: {"n": len(table), "positives": int(table[outcome].sum())}
        for name, table in (("train", train), ("predictions", frame))
    }
    counts = [[size["positives"], size["n"] - size["positives"]] for size in sizes.values()]
    test = chi_square(counts, corrected)
    tested = {"chi_square": test.statistic, "df": test.df, "p": test.p, "corrected": corrected}
    return {"outcome_by_table": sizes | tested}


def _metrics(y: Floats, p: Floats, threshold: float) -> dict[str, Any]:
    area, line, fit = roc.auc(y, p), calibration.calibration_line(y, p), calibration.hosmer_lemeshow(y, p)
    row: dict[str, Any] = {"auc": area.auc, "auc_low": area.low, "auc_high": area.high}
    row |= {"auc_variance": area.variance, "threshold": threshold}
    for name, share in roc.operating(y, p, threshold).items():
        row |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    low, high = calibration.brier_interval(y, p)
    row |= {"brier": calibration.brier(y, p), "brier_low": low, "brier_high": high}
    row |= {f"calibration_{key}": value for key, value in asdict(line).items()}
    return row | {"hl_chisq": fit.chisq, "hl_df": fit.df, "hl_p": fit.p}


def _columns(frame: pd.DataFrame, outcome: str, models: Sequence[str]) -> tuple[Floats, dict[str, Floats]]:
    _check_columns(frame, outcome, models, "predictions")
    y, columns = probabilities(frame[outcome], *(frame[name] for name in models))
    return y.astype(np.float64), dict(zip(models, columns, strict=True))


def _check_columns(frame: pd.DataFrame, outcome: str, models: Sequence[str], table: str) -> None:
    named, columns = [outcome, *models], list(frame.columns)
    missing = [name for name in named if name not in columns]
    twice = [name for name in named if columns.count(name) > 1]
    if missing or twice or not models or len(set(named)) < len(named):
        found = f"outcome {outcome} and models {', '.join(models) or 'none'}"
        found = f"more than one {', '.join(twice)}" if twice else found
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

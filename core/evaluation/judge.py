"""Everything said of the models in each cohort, for all patients of a study or for some of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from numpy.typing import ArrayLike

from core.evaluation.calibration import calibration_curve
from core.evaluation.decision_curve import decision_curve
from core.evaluation.roc import roc_points
from core.evaluation.summary import comparisons_table, cutoffs, metrics_table

OUTCOME = "lnm"
LEAST = 2  # of each class: DeLong's variance needs them


@dataclass(frozen=True, slots=True)
class Judgement:
    """Tidy frames [cohort, role, ...]: of ``metrics_table``, ``comparisons_table`` and the three curves."""

    metrics: pd.DataFrame
    comparisons: pd.DataFrame
    roc: pd.DataFrame
    decision: pd.DataFrame
    calibration: pd.DataFrame


def training_cutoffs(predictions: pd.DataFrame, models: Sequence[str]) -> dict[str, float]:
    """Youden cut-off of each model on all training patients."""
    return cutoffs(predictions[predictions["role"] == "training"], OUTCOME, models)


def judge(predictions: pd.DataFrame, models: Sequence[str], cutoff: Mapping[str, float]) -> Judgement:
    """Judge models in each cohort of ``predictions`` [cohort, role, lnm, one probability per model].

    ``cutoff`` is carried unchanged to every cohort. Raises ModelError as ``summary.metrics_table`` does,
    EVAL-ONE-CLASS among them; ``judge_some`` leaves such cohorts out.
    """
    cohorts = {str(name): frame for name, frame in predictions.groupby("cohort", sort=False)}
    roles = predictions.drop_duplicates("cohort").set_index("cohort")["role"]
    tables = {
        "metrics": metrics_table(cohorts, OUTCOME, models, cutoff),
        "comparisons": comparisons_table(cohorts, OUTCOME, models),
        "roc": _each(cohorts, models, roc_points),
        "decision": _decision(_each(cohorts, models, decision_curve)),
        "calibration": _each(cohorts, models, calibration_curve),
    }
    for table in tables.values():
        table.insert(1, "role", table["cohort"].map(roles))
    return Judgement(**tables)


def judge_some(
    predictions: pd.DataFrame,
    models: Sequence[str],
    patients: Collection[str],
    cutoff: Mapping[str, float] | None = None,
) -> tuple[Judgement | None, dict[str, str]]:
    """Judge on the named patients alone, by ``cutoff``, else those of all training patients.

    Beside it, why a cohort is left out: fewer than two patients of a class among its named ones. None
    instead of a judgement where no cohort is left.
    """
    kept = predictions[predictions["patient"].isin(set(patients))]
    reasons = {
        str(c): _too_few(kept.loc[kept["cohort"] == c, OUTCOME]) for c in predictions["cohort"].unique()
    }
    left_out = {cohort: why for cohort, why in reasons.items() if why}
    kept = kept[~kept["cohort"].isin(left_out)]
    if kept.empty:
        return None, left_out
    return judge(kept, models, cutoff or training_cutoffs(predictions, models)), left_out


def _too_few(outcome: pd.Series) -> str:
    """Why the patients of a cohort cannot be judged, '' where they can."""
    counts = {"LNM positive": int((outcome == 1).sum()), "LNM negative": int((outcome == 0).sum())}
    if outcome.empty:
        return "no patient"
    few = [f"{n or 'no'} {name}" for name, n in counts.items() if n < LEAST]
    return f"{' and '.join(few)} of {outcome.size} patient{'s' * (outcome.size > 1)}" if few else ""


def _each(
    cohorts: Mapping[str, pd.DataFrame],
    models: Sequence[str],
    curve: Callable[[ArrayLike, ArrayLike], pd.DataFrame],
) -> pd.DataFrame:
    """The curve of every model in every cohort: cohort, model and the curve's own columns."""
    parts = []
    for cohort, frame in cohorts.items():
        for model in models:
            part = curve(frame[OUTCOME].to_numpy(), frame[model].to_numpy())
            part.insert(0, "cohort", cohort)
            part.insert(1, "model", model)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _decision(table: pd.DataFrame) -> pd.DataFrame:
    """Net benefit of each model; treating all and none, the same for every model, stand once as models."""
    table["model"] = table["model"].where(table["strategy"] == "model", table["strategy"])
    return table.drop(columns="strategy").drop_duplicates(["cohort", "model", "threshold"], ignore_index=True)

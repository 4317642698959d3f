"""Stages that judge: every statistic of the four models in each cohort, and how the cohorts differ."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from core.stages.stage import Context, Stage, clinical_inputs
from core.store import Payload

MODELS = ("Radiomics", "GoogLeNet", "ResNet50", "DLRN")
NUMBERS = ("numpy", "scipy", "pandas", "statsmodels")


def _evaluation(ctx: Context) -> Payload:
    from core.evaluation.calibration import calibration_curve
    from core.evaluation.decision_curve import decision_curve
    from core.evaluation.roc import roc_points
    from core.evaluation.summary import comparisons_table, cutoffs, metrics_table

    predictions = ctx.upstream("fusion")["predictions"]
    cohorts = dict(list(predictions.groupby("cohort", sort=False)))
    roles = predictions.drop_duplicates("cohort").set_index("cohort")["role"]
    chosen = cutoffs(predictions[predictions["role"] == "training"], "lnm", MODELS)
    tables = {
        "metrics": metrics_table(cohorts, "lnm", MODELS, chosen),
        "comparisons": comparisons_table(cohorts, "lnm", MODELS),
        "roc": _each(cohorts, roc_points),
        "decision": _decision(_each(cohorts, decision_curve)),
        "calibration": _each(cohorts, calibration_curve),
    }
    for table in tables.values():
        table.insert(1, "role", table["cohort"].map(roles))
    return tables


def _each(cohorts: dict[str, pd.DataFrame], curve: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """The curve of every model in every cohort: cohort, model and the curve's own columns."""
    parts = []
    for cohort, frame in cohorts.items():
        for model in MODELS:
            part = curve(frame["lnm"].to_numpy(), frame[model].to_numpy())
            part.insert(0, "cohort", cohort)
            part.insert(1, "model", model)
            parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _decision(table: pd.DataFrame) -> pd.DataFrame:
    """Net benefit of each model; treating all and none, the same for every model, stand once as models."""
    table["model"] = table["model"].where(table["strategy"] == "model", table["strategy"])
    return table.drop(columns="strategy").drop_duplicates(["cohort", "model", "threshold"], ignore_index=True)


def _cohort_tests(ctx: Context) -> Payload:
    table = ctx.study.clinical
    counts = table.groupby(["cohort", "role"], sort=False)["lnm"].agg(["size", "sum"]).reset_index()
    counts = counts.rename(columns={"size": "n", "sum": "positives"})
    counts["share"] = counts["positives"] / counts["n"]
    return {"lnm": counts, "tests": _differences(table)}


def _differences(table: pd.DataFrame) -> dict[str, Any]:
    """Uncorrected chi-square of LNM by cohort as in the paper, the corrected p beside it, and age."""
    from core.evaluation.group_tests import chi_square, mann_whitney

    tests: dict[str, Any] = {}
    if table["cohort"].nunique() > 1:
        crossed = pd.crosstab(table["cohort"], table["lnm"]).to_numpy()
        plain, corrected = chi_square(crossed), chi_square(crossed, corrected=True)
        tests |= {"chi_square": plain.statistic, "df": plain.df, "p": plain.p, "p_corrected": corrected.p}
    if "age" in table and table["cohort"].nunique() == 2:
        known = table.dropna(subset="age")
        first = (known["cohort"] == known["cohort"].iloc[0]).to_numpy(dtype=float)
        tests["age_p"] = mann_whitney(first, known["age"].to_numpy(dtype=float)).p
    return tests


COHORT_TESTS = Stage(
    "cohort_tests", "Cohorts compared", _cohort_tests, inputs=clinical_inputs,
    modules=("core.evaluation.group_tests",), libraries=NUMBERS,
)  # fmt: skip
EVALUATION = Stage(
    "evaluation", "Evaluation", _evaluation, ("fusion",),
    modules=("core.evaluation.summary", "core.evaluation.decision_curve", "core.evaluation.calibration"),
    libraries=NUMBERS,
)  # fmt: skip

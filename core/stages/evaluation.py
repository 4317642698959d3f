"""Stages that judge: every statistic of each model in each cohort, and how the cohorts differ."""

from dataclasses import fields
from typing import Any

import pandas as pd

from core.families import MODELS
from core.stages.stage import Context, Stage, clinical_inputs
from core.store import Payload

NUMBERS = ("numpy", "scipy", "pandas", "statsmodels")


def _evaluation(ctx: Context) -> Payload:
    from core.evaluation.judge import judge, training_cutoffs

    predictions = ctx.upstream("fusion")["predictions"]
    models = [model for model in MODELS if model in predictions]
    found = judge(predictions, models, training_cutoffs(predictions, models))
    return {field.name: getattr(found, field.name) for field in fields(found)}


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
    modules=("core.evaluation.judge",), libraries=NUMBERS,
)  # fmt: skip

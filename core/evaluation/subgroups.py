"""Discrimination within subgroups of the patients, by the columns of a clinical table."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from scipy.stats import chi2

from core.evaluation.roc import auc

LEAST = 5  # patients of each class: with fewer an AUC says nothing
LEVELS = 6  # a column of more numbers is split at its training median, one of more texts is left out
WHOLE = "all"


def subgroups(
    predictions: pd.DataFrame, clinical: pd.DataFrame, models: Sequence[str], least: int = LEAST
) -> pd.DataFrame:
    """AUC with DeLong's 95% CI of each model in each subgroup of each cohort.

    Args:
        predictions: [patient, cohort, role, lnm, one probability per model].
        clinical: a row per patient, with the column ``patient``; other columns make the subgroups: their
            values, or halves at the training patients' median where they hold more than 6 numbers.
        models: columns of predictions.
        least: patients of each class that a subgroup needs for an AUC.

    Returns:
        Frame [column, level, cohort, role, model, n, positives, auc, low, high, p]: NaN where a class has
        too few patients. ``p``: of no difference between the levels of a column in a cohort (chi-square of
        the AUCs weighted by the inverse of their variances, Cochran's Q), NaN for fewer than two of them. The
        first rows, column and level "all", are the whole cohorts.
    """
    table = clinical.set_index("patient").loc[list(predictions["patient"])].reset_index()
    training = (predictions["role"] == "training").to_numpy()
    taken = {"patient", "cohort", "role", "lnm", *models}
    columns = {WHOLE: pd.Series(WHOLE, index=table.index)}
    for name in table.columns.difference(list(taken), sort=False):
        if (levels := _levels(table[name], training)) is not None:
            columns[str(name)] = levels
    rows = [_column(name, found, predictions, models, least) for name, found in columns.items()]
    return pd.concat(rows, ignore_index=True)


def _levels(values: pd.Series, training: Collection[bool]) -> "pd.Series | None":
    """Level of each patient as text, None where not known; None for a column that makes no subgroups."""
    known = values.dropna()
    if known.nunique() < 2:
        return None
    if known.nunique() <= LEVELS:
        return values.map(_text).where(values.notna(), None)
    if not pd.api.types.is_numeric_dtype(known):
        return None
    middle = float(values[np.asarray(training)].median())
    halves = np.where(values <= middle, f"{middle:g} or below", f"above {middle:g}")
    return pd.Series(halves, index=values.index, dtype=object).where(values.notna(), None)


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _column(
    name: str, levels: pd.Series, predictions: pd.DataFrame, models: Sequence[str], least: int
) -> pd.DataFrame:
    rows = []
    for (cohort, role), part in predictions.groupby(["cohort", "role"], sort=False):
        own = levels.to_numpy()[predictions.index.get_indexer(part.index)]
        for model in models:
            found = [
                {"column": name, "level": level, "cohort": cohort, "role": role, "model": model}
                | _judged(part[own == level], model, least)
                for level in sorted(levels.dropna().unique())
            ]
            p = _heterogeneity(found)
            rows += [row | {"p": p} for row in found]
    return pd.DataFrame(rows).drop(columns="variance")


def _judged(part: pd.DataFrame, model: str, least: int) -> dict[str, float]:
    size = {"n": len(part), "positives": int(part["lnm"].sum())}
    if min(size["positives"], size["n"] - size["positives"]) < max(least, 2):
        return {**size, "auc": np.nan, "low": np.nan, "high": np.nan, "variance": np.nan}
    area = auc(part["lnm"].to_numpy(), part[model].to_numpy())
    return {**size, "auc": area.auc, "low": area.low, "high": area.high, "variance": area.variance}


def _heterogeneity(rows: Sequence[dict[str, float]]) -> float:
    """P of equal AUCs in groups of different patients."""
    known = [(row["auc"], row["variance"]) for row in rows if row["variance"] > 0]
    if len(known) < 2:
        return float("nan")
    areas, variances = np.array(known).T
    middle = np.average(areas, weights=1 / variances)
    return float(chi2.sf(np.sum((areas - middle) ** 2 / variances), len(known) - 1))

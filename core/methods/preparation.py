"""Words for what may stand before the z-score of a signature: the ICC filter and ComBat."""

from dataclasses import replace
from typing import Any

import pandas as pd

from core.settings import Settings, as_dict


def before(settings: Settings | dict[str, Any], family: str = "radiomics") -> str:
    """How features were chosen and harmonised before the z-score, with a space before; '' where neither.

    ``settings``: of a study, or as plain values of a frozen model, which may know of neither.
    """
    values = as_dict(settings) if isinstance(settings, Settings) else settings
    least = values.get(f"selection_{family}", {}).get("min_icc")
    batch = values.get("harmonise", {}).get("batch")
    published = values.get("preset") == "published"
    place = "once on all training patients" if published else "in the training part of each fold"
    steps = []
    if least is not None:
        steps.append(
            f"radiomics features with ICC(2,1) below {least:g} over perturbed contours of the same patients "
            "were dropped"
        )
    if batch:
        steps.append(
            f"features were harmonised by {batch} with ComBat (parametric empirical Bayes, no covariates; "
            "Johnson et al., Biostatistics 2007; each feature family by itself), while patients of a batch "
            "with fewer than 2 training patients stay as measured"
        )
    return f" Before the z-score, {place}, {'; then '.join(steps)}." if steps else ""


def harmony(settings: Settings, family: str) -> str:
    """Methods of the section on ComBat of the features page, with a space before; '' without ComBat."""
    if settings.harmonise.batch is None:
        return ""
    return (
        f" Signatures:{before(replace(settings, preset='leak_free'), family)} ComBat is shown on the "
        "training patients, each after the fold of the first repeat that left it out. Difference between "
        "batches: Kruskal-Wallis test of every feature, q by Benjamini-Hochberg."
    )


def differ(column: str, measured: pd.DataFrame, after: pd.DataFrame) -> str:
    """How many features differ between batches as measured and after ComBat: frames of ``by_batch``."""
    tested = after["p"].notna() & measured["p"].notna()
    first, second = (int((table["q"][tested] < 0.05).sum()) for table in (measured, after))
    return (
        f"**{first:,} of {tested.sum():,}** features differ by {column} at q < 0.05 as measured, "
        f"**{second:,}** after ComBat, in {after['n'].iloc[0]} training patients, each held out of the fold "
        "that harmonised it."
    )


def dropped(short: str, settings: Settings) -> str:
    """Why a feature has no values after ComBat."""
    least = settings.selection_radiomics.min_icc
    return (
        f"{short} has an ICC below {least:g} in every fold: no signature sees it, and ComBat leaves it out."
    )


def threshold(settings: Settings, icc: pd.Series, features: dict[str, int] | None) -> str:
    """What the study's selection makes of the ICC.

    ``icc``: over all patients read; ``features``: of the fold with the fewest, with the most, of the refit.
    """
    least = settings.selection_radiomics.min_icc
    if least is None:
        return "The study's selection does not go by the ICC: `min_icc` of `[settings.selection_radiomics]`."
    said = (
        f"The study's selection keeps features with an ICC of at least **{least:g}**: "
        f"{int((icc >= least).sum()):,} of {len(icc):,} over all patients read"
    )
    if features is None or settings.preset == "published":
        return f"{said}."
    return (
        f"{said}; each fold judges by its own training patients and keeps {features['fewest']:,} to "
        f"{features['most']:,}."
    )

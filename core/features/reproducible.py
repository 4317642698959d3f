"""Which features some patients' contours leave as they are: the filter that selection applies inside a fold."""

from typing import Any

import pandas as pd

from core.errors import StudyError
from core.features.reliability import icc

LEAST = (
    10  # patients: with five readings each the 95% CI of an ICC of 0.75 then begins at 0.52, just above poor
)


def of_patients(readings: pd.DataFrame, patients: "pd.Index[Any]") -> pd.DataFrame:
    """ICC of ``reliability.icc`` over the readings of these patients alone.

    ``readings``: frame indexed by [patient, reading], a column per feature, the same readings of each.
    Raises StudyError (ICC-FEW) where fewer than 10 of the patients were read.
    """
    part = readings[readings.index.get_level_values("patient").isin(patients)]
    several = readings.index.get_level_values("reading").nunique()
    n = len(part) // max(several, 1)
    if n < LEAST:
        raise StudyError(
            "ICC-FEW",
            f"min_icc needs readings of at least {LEAST} training patients of each fold",
            f"{n} of {patients.nunique()}",
            "Raise settings.robustness.patients, use fewer folds, or leave min_icc out.",
        )
    return icc(part.to_numpy().reshape(n, several, -1).swapaxes(0, 1), list(readings.columns))


def reproducible(readings: pd.DataFrame, patients: "pd.Index[Any]", least: float) -> list[str]:
    """Features whose ICC over the readings of these patients is at least ``least``."""
    found = of_patients(readings, patients)
    return list(found.loc[found["icc"] >= least, "feature"])

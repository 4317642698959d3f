"""Which features other contours leave as they are: the filter that selection applies inside a fold.

Readings: frame indexed by [patient, reading], a column per feature; a reading is one contour of a patient.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.errors import StudyError
from core.features.reliability import icc

LEVELS = ["patient", "reading"]
LEAST = (
    10  # patients: with five readings each the 95% CI of an ICC of 0.75 then begins at 0.52, just above poor
)


def icc_of(readings: pd.DataFrame) -> pd.DataFrame:
    """ICC of ``reliability.icc`` over the readings that every patient has, with its errors."""
    patients, names = (readings.index.get_level_values(level) for level in LEVELS)
    counts = names.value_counts()
    shared = counts.index[counts == patients.nunique()]
    values = readings[names.isin(shared)].to_numpy()
    shape = (patients.nunique(), len(shared), readings.shape[1])
    return icc(np.ascontiguousarray(values.reshape(shape).swapaxes(0, 1)), list(readings.columns))


def side_by_side(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Readings of frames (patients x features), by the name of the reading."""
    return pd.concat(tables, names=LEVELS[::-1]).swaplevel().sort_index()


def icc_or_note(readings: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """ICC of every feature, and ''; where it cannot be had no rows, and why."""
    try:
        return icc_of(readings), ""
    except StudyError as error:
        nothing = pd.DataFrame({"feature": [], "icc": [], "low": [], "high": []})
        return nothing, f"No ICC of these contours. {error}"


def reproducible(readings: pd.DataFrame, patients: "pd.Index[Any]", least: float) -> list[str]:
    """Features whose ICC over the readings of these patients alone is at least ``least``.

    Raises StudyError: ICC-FEW where fewer than 10 of the patients were read, ICC-NONE where no feature
    reaches it, ICC-READINGS for values that are missing.
    """
    part = readings[readings.index.get_level_values("patient").isin(patients)]
    n = part.index.get_level_values("patient").nunique()
    if n < LEAST:
        raise StudyError(
            "ICC-FEW",
            f"min_icc needs readings of at least {LEAST} training patients of each fold",
            f"{n} of {patients.nunique()}",
            "Raise patients in [settings.robustness], use fewer folds, or leave min_icc out.",
        )
    found = icc_of(part)
    kept = list(found.loc[found["icc"] >= least, "feature"])
    if not kept:
        expected = f"At least one feature must have an ICC of {least:g} or more"
        highest = f"at most {found['icc'].max():.2f} over {n} training patients of a fold"
        raise StudyError("ICC-NONE", expected, highest, "Lower min_icc.")
    return kept

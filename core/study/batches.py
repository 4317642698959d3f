"""Which batch (scanner, site) each patient belongs to, as a column of the clinical table tells it."""

import numbers
from typing import Any

import pandas as pd

from core.errors import StudyError
from core.faults import RAISE, Faults
from core.study.csv_file import listed

LEAST = 2  # training patients of a batch that ComBat can learn
PLACE = {"file": "study.toml", "key": "settings.harmonise.batch"}
RESERVED = ("patient", "role", "lnm")


def batches(clinical: pd.DataFrame, column: str) -> "pd.Series[Any]":
    """Batch of each patient as text, None where the table does not tell it; indexed by patient."""
    values = [as_text(value) for value in clinical[column]]
    return pd.Series(values, index=pd.Index(clinical["patient"], name="patient"), name=column, dtype=object)


def check_batches(clinical: pd.DataFrame, column: str, outcome: str, faults: Faults = RAISE) -> None:
    """Add StudyError (STUDY-BATCH) unless the column can tell batches of training patients apart."""
    if column not in clinical or column in (*RESERVED, outcome):
        found = "the outcome" if column in ("lnm", outcome) else repr(column)
        offered = [c for c in clinical if c not in (*RESERVED, outcome)]
        expected = f"settings.harmonise.batch must name a column of the clinical table: {listed(offered)}"
        fix = "Correct it, or leave [settings.harmonise] out."
        faults.add(StudyError("STUDY-BATCH", expected, found, fix).at(**PLACE))
        return
    counts = batches(clinical[clinical["role"] == "training"], column).value_counts()
    if (counts >= LEAST).sum() < 2:
        found = listed([f"{name}: {n}" for name, n in counts.items()]) if len(counts) else "none"
        expected = f"Two values or more of {column} must have {LEAST} training patients or more each"
        fix = "Name another column, or leave [settings.harmonise] out."
        faults.add(StudyError("STUDY-BATCH", expected, found, fix).at(**PLACE))


def as_text(value: Any) -> str | None:
    """A value of a cell as text, numbers however they are written; None where there is none."""
    if pd.isna(value):
        return None
    text = f"{float(value):g}" if isinstance(value, numbers.Real) else str(value).strip()
    return text or None

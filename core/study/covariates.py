"""Clinical columns that the nomogram takes beside the signatures: what they may be, and their values."""

import math
from typing import Any

import pandas as pd

from core.errors import StudyError
from core.faults import RAISE, Faults
from core.study.batches import as_text
from core.study.csv_file import listed

RESERVED = ("patient", "cohort", "role", "lnm")
# What the tables of the nomogram call their own columns and axes.
TAKEN = {"radiomics", "peritumoral", "googlenet", "resnet50", "dlrn", "intercept", "points", "total points"}
TAKEN |= {"total", "probability", "stacked"}
MOST = 1e100  # the square of a number far beyond it is none that a computer holds
LEAST = 2  # training patients of a level, of whom one at least is left when another is held out


def covariates(clinical: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Covariates by patient: floats, or text where a column holds text; NaN or None where not known."""
    table = {name: _values(clinical[name]).to_numpy() for name in columns}
    return pd.DataFrame(table, index=pd.Index(clinical["patient"], name="patient"))


def check_covariates(
    clinical: pd.DataFrame, columns: tuple[str, ...], outcome: str, to: Faults = RAISE
) -> None:
    """Add StudyError (STUDY-COVARIATE), all faults at once, unless every column can be a covariate."""
    training = clinical[clinical["role"] == "training"]
    faults = {name: _fault(clinical, training, name, outcome) for name in columns}
    found = [f"{name!r}: {fault}" for name, fault in faults.items() if fault]
    if found:
        fitting = [c for c in clinical if not _fault(clinical, training, str(c), outcome)]
        error = StudyError(
            "STUDY-COVARIATE",
            "settings.fusion.covariates must name columns of the clinical table that tell training patients "
            f"apart: {listed(fitting) or 'there is none'}",
            "; ".join(found),
            "Correct study.toml or the table.",
        )
        to.add(error.at(file="study.toml", key="settings.fusion.covariates"))


def _fault(clinical: pd.DataFrame, training: pd.DataFrame, name: str, outcome: str) -> str:
    """Why a column cannot be a covariate, '' if it can."""
    if name not in clinical:
        return "no such column"
    if name in ("lnm", outcome):
        return "the outcome"
    if name in RESERVED:
        return "what tells patients and cohorts apart"
    if name.lower() in TAKEN or name.lower().startswith("points ") or "=" in name:
        return "a name that the nomogram uses itself, or with a =; rename the column"
    return _content_fault(_values(clinical[name]), _values(clinical[name])[training.index])


def _content_fault(whole: "pd.Series[Any]", training: "pd.Series[Any]") -> str:
    if pd.api.types.is_numeric_dtype(whole):
        if whole.abs().max() == math.inf:
            return "infinite values"
        if whole.abs().max() > MOST:
            return f"values beyond {MOST:g}"
        return "" if training.nunique() > 1 else "one value or none in all training patients"
    if _numbers(whole).notna().any():
        return "numbers among text; leave the cell empty where a number is not known"
    counts = training.value_counts()
    return "" if (counts >= LEAST).sum() > 1 else f"fewer than two levels with {LEAST} training patients each"


def _values(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Floats, of true and false too; text where the column holds any."""
    numbers = _numbers(column)
    return numbers if numbers.notna().equals(column.notna()) else column.map(as_text).astype(object)


def _numbers(column: "pd.Series[Any]") -> "pd.Series[float]":
    return pd.to_numeric(column, errors="coerce").astype(float)

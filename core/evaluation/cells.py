"""Every fault of a predictions table at once, by row and column."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import ModelError, listed


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that no statistic can use; ``code`` is what ``evaluation.inputs`` calls such a value."""

    row: object
    column: str
    code: str
    said: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.said}"


def check_cells(frame: pd.DataFrame, outcome: str, models: Sequence[str], table: str) -> None:
    """Outcome 0 or 1 and probabilities in [0, 1] in every row; ``table`` is what the message calls it.

    Raises ModelError with the code of the first fault (EVAL-NAN, EVAL-OUTCOME, EVAL-RANGE) and all of
    them, EVAL-ROWS without a row, EVAL-ONE-CLASS where the outcome holds one class only.
    """
    if frame.empty:
        raise ModelError("EVAL-ROWS", f"The {table} table must hold patients", "none", "Fill the table.")
    faults = outcome_faults(frame, outcome) + probability_faults(frame, models)
    if faults:
        expected = f"The {table} table must hold an outcome of 0 or 1 and probabilities from 0 to 1"
        raise ModelError(
            faults[0].code, expected, listed([str(f) for f in faults]), "Correct or leave out these rows."
        )
    present = frame[outcome].astype(float).unique()
    if present.size < 2:
        raise ModelError(
            "EVAL-ONE-CLASS",
            f"The {table} table must hold both outcomes, 0 and 1",
            f"{len(frame)} patients, all {present[0]:g}",
            "Evaluate a cohort with positive and negative patients.",
        )


def outcome_faults(frame: pd.DataFrame, outcome: str) -> list[Fault]:
    """Outcomes that are missing, no number, or neither 0 nor 1."""
    numbers, faults = _numbers(frame[outcome]), _not_numbers(frame, outcome)
    other = numbers.notna() & np.isfinite(numbers) & ~numbers.isin([0, 1])
    return faults + [Fault(row, outcome, "EVAL-OUTCOME", f"{v:g}") for row, v in numbers[other].items()]


def probability_faults(frame: pd.DataFrame, models: Sequence[str]) -> list[Fault]:
    """Predictions that are missing, no number, or outside 0 to 1."""
    faults = []
    for name in models:
        numbers = _numbers(frame[name])
        outside = numbers[np.isfinite(numbers) & ~numbers.between(0, 1)]
        faults += _not_numbers(frame, name)
        faults += [Fault(row, name, "EVAL-RANGE", f"{v:g}") for row, v in outside.items()]
    return faults


def _not_numbers(frame: pd.DataFrame, column: str) -> list[Fault]:
    bad = frame.loc[~np.isfinite(_numbers(frame[column])), column]
    return [Fault(row, column, "EVAL-NAN", _said(value)) for row, value in bad.items()]


def _numbers(values: pd.Series) -> pd.Series:
    return pd.to_numeric(values, errors="coerce").astype(float)


def _said(value: object) -> str:
    return "missing" if pd.isna(value) else f"{value!s:.20} is no finite number"

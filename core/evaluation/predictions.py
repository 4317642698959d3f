"""Predictions tables that people bring: which column is what, its faults, and its judgement."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import TableError, listed
from core.evaluation.cells import Fault, probability_faults
from core.evaluation.judge import OUTCOME, Judgement, judge_some
from core.evaluation.summary import cutoffs
from core.evaluation.threshold import REFERENCES

PATIENTS = ("patient", "patient_id", "id", "case", "subject")
OUTCOMES = (OUTCOME, "outcome", "y", "label", "event", "truth", "target", "status")
COHORTS = ("cohort", "set", "split", "dataset", "centre", "center", "site", "group")
POSITIVE = ("1", "yes", "true", "positive", "pos", "+", "event", "case")
INFO = ["patient", "cohort", "role", OUTCOME]
MOST_COHORTS, MOST_MODELS = 4, 7
EVERYONE = "uploaded"


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a predictions table are; '' where the table has none.

    ``positive``: the outcome's value that counts as 1, as text. ``training``: the cohort that the cut-offs
    come from.
    """

    outcome: str
    positive: str
    models: tuple[str, ...]
    patient: str = ""
    cohort: str = ""
    training: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Predictions [patient, cohort, role, lnm, models] of the cohorts in ``tables``, and what they gave.

    ``tables`` is None where no cohort can be judged; ``left_out`` says why, by cohort.
    """

    predictions: pd.DataFrame
    tables: Judgement | None
    cutoffs: dict[str, float]
    left_out: dict[str, str]


def template() -> pd.DataFrame:
    """A table as it should be, two cohorts of four patients and two models."""
    frame = pd.DataFrame({"patient": [f"P{i}" for i in range(1, 9)]})
    frame["cohort"] = ["training"] * 4 + ["validation"] * 4
    frame[OUTCOME] = [1, 0] * 4
    return frame.assign(
        model_a=[0.81, 0.22, 0.64, 0.48, 0.70, 0.31, 0.55, 0.12],
        model_b=[0.77, 0.35, 0.41, 0.19, 0.66, 0.52, 0.83, 0.27],
    )


def values_of(column: pd.Series) -> pd.Series:
    """A column as text: whole numbers without decimals, '' where a value is missing."""
    numbers = pd.to_numeric(column, errors="coerce")
    text = column.astype(str).mask(numbers.notna(), numbers.map("{:.15g}".format))
    return text.mask(column.isna(), "")


def levels(column: pd.Series) -> list[str]:
    """The values that occur, as text, sorted."""
    return sorted(set(values_of(column)) - {""})


def guess(table: pd.DataFrame) -> Columns:
    """The likeliest role of each column, by name and values; the user has the last word.

    Raises TableError PREDICTIONS-COLUMNS where no column can be an outcome, or none holds probabilities.
    """
    outcome = _named(list(table), OUTCOMES) or _by_values(table)
    models = [name for name in candidates(table) if name != outcome]
    if not outcome or not models:
        raise TableError(
            "PREDICTIONS-COLUMNS",
            "The table must hold an outcome of two values and a column of probabilities from 0 to 1",
            f"columns {listed(list(table))}",
            "Compare it with the template.",
        )
    cohort = _named([c for c in table if len(levels(table[c])) <= MOST_COHORTS and c != outcome], COHORTS)
    cohorts = levels(table[cohort]) if cohort else []
    training = next((c for c in cohorts if c.lower().startswith(("train", "dev", "deriv"))), "")
    patient = _named(list(table), PATIENTS)
    return Columns(outcome, likely(table[outcome]), tuple(models[:MOST_MODELS]), patient, cohort, training)


def likely(outcome: pd.Series) -> str:
    """The value of an outcome that probably is the positive one."""
    found = levels(outcome)
    return next((value for value in found if value.lower() in POSITIVE), found[-1] if found else "")


def candidates(table: pd.DataFrame) -> list[str]:
    """Columns that may be probabilities: numbers, most of them from 0 to 1, of more than two values."""
    found = []
    for name in table:
        numbers = pd.to_numeric(table[name], errors="coerce")
        if numbers.between(0, 1).mean() > 0.5 and numbers.nunique() > 2:
            found.append(str(name))
    return found


def arranged(table: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """The table as every view takes it: [patient, cohort, role, lnm, one probability per model].

    A patient is called by its row in the file, never by what the file calls it. Role: "training" for the
    cohort of the cut-offs, then "validation" for the others; "cohort" where none is named. Raises
    TableError PREDICTIONS-TABLE with every fault by row and column, PREDICTIONS-COHORTS for too many,
    PREDICTIONS-NAME for a model called like a column of every view.
    """
    taken = sorted(set(columns.models) & {*INFO, *REFERENCES})
    if taken:
        expected = f"A model must not be called {', '.join([*INFO, *REFERENCES])}"
        raise TableError("PREDICTIONS-NAME", expected, ", ".join(taken), "Rename its column.")
    faults = _faults(table, columns)
    if faults:
        expected = "Every row of the predictions table must have an outcome and probabilities from 0 to 1"
        found = listed([str(fault) for fault in faults])
        raise TableError("PREDICTIONS-TABLE", expected, found, "Correct the table or choose other columns.")
    cohort = values_of(table[columns.cohort]) if columns.cohort else pd.Series(EVERYONE, table.index)
    if cohort.nunique() > MOST_COHORTS:
        expected = f"The cohort column must name at most {MOST_COHORTS} cohorts"
        raise TableError("PREDICTIONS-COHORTS", expected, str(cohort.nunique()), "Choose another column.")
    others = "validation" if columns.training else "cohort"
    frame = pd.DataFrame({"patient": [f"row {row}" for row in table.index], "cohort": cohort.to_numpy()})
    frame["role"] = np.where(frame["cohort"] == columns.training, "training", others)
    frame[OUTCOME] = (values_of(table[columns.outcome]) == columns.positive).to_numpy().astype(int)
    for model in columns.models:
        frame[model] = pd.to_numeric(table[model]).to_numpy(dtype=float)
    return frame


def judge_uploaded(predictions: pd.DataFrame, models: Sequence[str]) -> Uploaded:
    """Judge a table of ``arranged``: Youden cut-offs of its training cohort, else of all its patients.

    Raises ModelError EVAL-ONE-CLASS where the cut-offs' patients hold one class only.
    """
    training = predictions[predictions["role"] == "training"]
    chosen = cutoffs(predictions if training.empty else training, OUTCOME, models)
    found, left_out = judge_some(predictions, models, set(predictions["patient"]), chosen)
    kept = predictions[~predictions["cohort"].isin(left_out)].reset_index(drop=True)
    return Uploaded(kept, found, chosen, left_out)


def _by_values(table: pd.DataFrame) -> str:
    """A column of two values, else one that fails to be an outcome by a few: its faults are then listed."""
    counts = {str(c): len(levels(table[c])) for c in table if str(c).lower() not in COHORTS}
    for wanted in (2, 3, 4, 1):
        if found := [c for c, n in counts.items() if n == wanted]:
            return found[0]
    return ""


def _faults(table: pd.DataFrame, columns: Columns) -> list[Fault]:
    outcome = values_of(table[columns.outcome])
    others = outcome[~outcome.isin(["", columns.positive])].value_counts()
    negative = str(others.index[0]) if len(others) else ""  # the commonest: the rest are faults
    faults = [
        Fault(row, columns.outcome, "EVAL-OUTCOME", f"{v:.20} is neither {columns.positive} nor {negative}")
        for row, v in outcome[~outcome.isin(["", columns.positive, negative])].items()
    ]
    needed = [columns.outcome] + [columns.cohort] * bool(columns.cohort)
    for name in needed:
        missing = table.index[values_of(table[name]) == ""]
        faults += [Fault(row, name, "EVAL-NAN", "missing") for row in missing]
    if columns.patient:
        code = values_of(table[columns.patient])
        again = code.index[code.duplicated() & (code != "")]
        faults += [Fault(row, columns.patient, "EVAL-PATIENT", "named a second time") for row in again]
    faults += probability_faults(table, columns.models)
    return sorted(faults, key=lambda fault: int(str(fault.row)))


def _named(columns: Sequence[str], names: Sequence[str]) -> str:
    """The first of ``names`` that a column has, whatever its case."""
    lower = {str(column).lower(): str(column) for column in columns}
    return next((lower[name] for name in names if name in lower), "")

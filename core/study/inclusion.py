"""How many patients are left after each step, and why the others are not."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pandas as pd

from core.study.manifest import Study

FIRST = "Clinical table"
COVARIATES = "With every covariate"  # of the nomogram, where the settings name any
EXPRESSION = "With gene expression"  # asked of the training cohort only
COLUMNS = ["cohort", "role", "step", "n", "left_out", "reasons"]


def inclusion(
    clinical: pd.DataFrame, steps: Mapping[str, Collection[str] | None], failures: pd.DataFrame
) -> pd.DataFrame:
    """Patients of each cohort that pass each step: [cohort, role, step, n, left_out, reasons].

    Args:
        clinical: [patient, cohort, role]; its patients are the first step.
        steps: title -> patients that pass; None while it is not computed: n is missing from there on.
        failures: [patient, code, message], why a patient was left out.

    ``reasons`` reads "2 MASK-EMPTY (P1, P2); 1 reason not recorded (P3)", "" where nobody was left out.
    """
    code = dict(zip(failures["patient"], failures["code"], strict=True))
    rows: list[tuple[str, str, str, int | None, int, str]] = []
    for (cohort, role), part in clinical.groupby(["cohort", "role"], sort=False):
        left: list[str] | None = list(part["patient"])
        rows.append((cohort, role, FIRST, len(part), 0, ""))
        for step, passed in steps.items():
            before, left = left, _passing(left, passed)
            out = [] if before is None or left is None else [p for p in before if p not in set(left)]
            rows.append((cohort, role, step, None if left is None else len(left), len(out), _why(out, code)))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"n": "Int64", "left_out": "int64"})


def steps(study: Study, frame: Callable[[str, str], Any]) -> dict[str, Collection[str] | None]:
    """Who passes each step from the clinical table to the analysis; None while it is not computed.

    ``frame``: gives one value of a stage's output by their names, None while it is not computed.
    """
    masks, features = frame("masks", "cases"), frame("radiomics", "features")
    slices, predictions = frame("key_slices", "index"), frame("fusion", "predictions")
    found: dict[str, Collection[str] | None] = {
        "Image and mask sound": None if masks is None else set(masks.loc[masks["ok"], "patient"]),
        "Key slice and radiomics": None
        if features is None or slices is None
        else set(features.index) & set(slices["patient"]),
    }
    if study.settings.fusion.covariates:
        lack = frame("fusion", "failures")
        found[COVARIATES] = None if lack is None else set(study.clinical["patient"]) - set(lack["patient"])
    found["In the analysis"] = None if predictions is None else set(predictions["patient"])
    if study.expression is not None:
        values = frame("expression", "values")
        found[EXPRESSION] = None if values is None else set(values.columns)
    return found


def left_out(passed: pd.DataFrame) -> str:
    """How many patients fell out on the way to the analysis, and how many of it have expression."""
    before = passed[passed["step"] != EXPRESSION]
    n, out = int(before.loc[before["step"] == FIRST, "n"].sum()), int(before["left_out"].sum())
    were = "was" if out == 1 else "were"
    said = f"{out} of {n} patients {were} left out" if out else f"None of {n} patients was left out"
    if before["n"].isna().any():
        return f"{said} so far; not every step is computed."
    said += "."
    without = int(passed.loc[passed["step"] == EXPRESSION, "left_out"].sum())
    return said + (f" {without} training patients have no gene expression." if without else "")


def _passing(left: list[str] | None, passed: Collection[str] | None) -> list[str] | None:
    if left is None or passed is None:
        return None
    wanted = set(passed)
    return [patient for patient in left if patient in wanted]


def _why(patients: list[str], code: Mapping[str, str]) -> str:
    by_reason: dict[str, list[str]] = {}
    for patient in patients:
        by_reason.setdefault(code.get(patient, "reason not recorded"), []).append(patient)
    return "; ".join(f"{len(out)} {reason} ({', '.join(out)})" for reason, out in by_reason.items())

"""The patients of a clinical table under a plan: one row each, and what happened to every other row."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.study.intake.barcodes import BARCODE
from core.study.intake.plan import Codes, CohortPlan, ImportPlan


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """``who``: [patient, cohort, role], None for whoever is of no cohort of the plan; ``values``: the kept
    columns, and those that rules ask for, under their own names; the index is the patient.

    ``notes``: rows that were left out or joined; ``problems``: what has to be solved before a study can be.
    """

    who: pd.DataFrame
    values: pd.DataFrame
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def people(frame: pd.DataFrame, plan: ImportPlan) -> People:
    """The patients of a table; rows of one patient are joined where they do not contradict each other."""
    asked = [rule.column for rule in plan.rules if rule.column in frame.columns]
    kept = [n for n in dict.fromkeys((*plan.columns.kept, *asked)) if n != plan.columns.patient]
    codes = [patient_code(text, plan.codes) for text in frame[plan.columns.patient]]
    own: dict[str, list[int]] = {}
    for at, code in enumerate(codes):
        own.setdefault(code, []).append(at)
    notes = [f"row {frame.index[at]}: no patient code, left out" for at in own.pop("", [])]
    records = frame[kept].astype(object).where(frame[kept].notna(), None).to_dict("records")
    rows: dict[str, dict[str, object]] = {}
    problems: list[str] = []
    for code, places in own.items():
        rows[code], differ = _joined([records[at] for at in places])
        place = f"patient {code} (row {' and '.join(str(frame.index[at]) for at in places)})"
        if differ and code not in plan.left_out:
            problems.append(f"{place}: {', '.join(differ)} not the same")
        elif len(places) > 1:
            notes.append(f"{place}: joined into one")
        problems += [f"{place}: the code holds / \\ .. or a control character"] if _unfit(code) else []
    table = pd.DataFrame.from_dict(rows, orient="index", columns=kept, dtype=object)
    found = [_cohort(values, plan) for values in table.to_dict("records")]
    lost = [code for code, cohort in zip(rows, found, strict=True) if cohort is None]
    notes += [f"{len(lost)} patients are of no cohort: {', '.join(lost[:5])}"] if lost else []
    who = [(p, c and c.name, c and c.role) for p, c in zip(rows, found, strict=True)]
    return People(
        pd.DataFrame(who, columns=["patient", "cohort", "role"]), table, tuple(notes), tuple(problems)
    )


def _joined(rows: list[dict[str, object]]) -> tuple[dict[str, object], list[str]]:
    """The first value of each column, and the columns in which rows have different ones."""
    if len(rows) == 1:
        return rows[0], []
    found = {n: list(dict.fromkeys(r[n] for r in rows if r[n] is not None)) for n in rows[0]}
    return {n: v[0] if v else None for n, v in found.items()}, [n for n, v in found.items() if len(v) > 1]


def codes_of(values: "pd.Series[Any]") -> Codes:
    """How the patients of a column are told: by 12 characters where all are barcodes of samples."""
    codes = values.dropna().astype(str)
    whole = [bool(BARCODE.match(code.lower())) for code in codes]
    return "tcga" if whole and all(whole) and bool((codes.str.len() > 12).any()) else "as written"


def patient_code(text: object, how: Codes) -> str:
    """The code of a patient as the study has it: as written, or 12 characters of a TCGA barcode."""
    code = "" if pd.isna(text) else str(text).strip()
    barcode = BARCODE.match(code.lower()) if how == "tcga" else None
    return code[: barcode.end()].upper() if barcode else code


def _cohort(values: dict[str, object], plan: ImportPlan) -> CohortPlan | None:
    """The cohort that claims the value; else the first that claims whatever is left."""
    value = str(values.get(plan.columns.cohort) or "")
    named = next((c for c in plan.cohorts if value and value in c.values), None)
    return named or next((c for c in plan.cohorts if not c.values), None)


def _unfit(code: str) -> bool:
    return not code.isprintable() or ".." in code or "/" in code or "\\" in code or "{" in code

"""The patients of a clinical table under a plan: one row each, and what happened to every other row."""

from dataclasses import dataclass

import pandas as pd

from core.study.intake.barcodes import BARCODE
from core.study.intake.plan import CohortPlan, ImportPlan


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """``who``: [patient, cohort, role], None for whoever is of no cohort of the plan; ``values``: the kept
    columns under their own names, the index the patient.

    ``notes``: rows that were left out or joined; ``problems``: what has to be solved before a study can be.
    """

    who: pd.DataFrame
    values: pd.DataFrame
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def people(frame: pd.DataFrame, plan: ImportPlan) -> People:
    """The patients of a table; rows of one patient are joined where they do not contradict each other."""
    kept = [name for name in plan.columns.kept if name != plan.columns.patient]
    codes = frame[plan.columns.patient].map(lambda text: patient_code(text, plan))
    notes = [f"row {row}: no patient code, left out" for row in frame.index[codes == ""]]
    problems: list[str] = []
    rows: dict[str, dict[str, object]] = {}
    for code, part in frame[codes != ""].groupby(codes[codes != ""], sort=False):
        values = {name: part[name].dropna().unique() for name in kept}
        place = f"patient {code} (row {' and '.join(map(str, part.index))})"
        differ = [name for name, found in values.items() if len(found) > 1]
        if code in plan.left_out:
            differ = []
        problems += [f"{place}: {', '.join(differ)} not the same"] if differ else []
        problems += [f"{place}: the code holds / \\ .. or a control character"] if _unfit(str(code)) else []
        notes += [f"{place}: joined into one"] if len(part) > 1 and not differ else []
        rows[str(code)] = {name: found[0] if len(found) else None for name, found in values.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=kept, dtype=object)
    found = [_cohort(values, plan) for values in table.to_dict("records")]
    lost = [code for code, cohort in zip(rows, found, strict=True) if cohort is None]
    notes += [f"{len(lost)} patients are of no cohort: {', '.join(lost[:5])}"] if lost else []
    who = [(p, c and c.name, c and c.role) for p, c in zip(rows, found, strict=True)]
    return People(
        pd.DataFrame(who, columns=["patient", "cohort", "role"]), table, tuple(notes), tuple(problems)
    )


def patient_code(text: object, plan: ImportPlan) -> str:
    """The code of a patient as the study has it: as written, or 12 characters of a TCGA barcode."""
    code = "" if pd.isna(text) else str(text).strip()
    barcode = BARCODE.match(code.lower()) if plan.codes == "tcga" else None
    return code[: barcode.end()].upper() if barcode else code


def _cohort(values: dict[str, object], plan: ImportPlan) -> CohortPlan | None:
    """The cohort that claims the value; else the first that claims whatever is left."""
    value = str(values.get(plan.columns.cohort) or "")
    named = next((c for c in plan.cohorts if value and value in c.values), None)
    return named or next((c for c in plan.cohorts if not c.values), None)


def _unfit(code: str) -> bool:
    return not code.isprintable() or ".." in code or "/" in code or "\\" in code or "{" in code

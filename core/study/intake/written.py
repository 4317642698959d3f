"""What a plan becomes in a study folder besides images: study.toml, clinical.csv and the plan itself."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import tomlkit
from tomlkit.exceptions import TOMLKitError

from core.errors import StudyError
from core.study.intake.people import patient_code
from core.study.intake.plan import ImportPlan, to_json
from core.study.intake.preview import PlanPreview

PLAN, TABLE, FINDINGS = "import/plan.json", "import/table.csv", "import/findings.csv"
OUTCOME = "lnm"
_TAKEN = ("patient", "cohort", "age", "role", OUTCOME)


def clinical_table(plan: ImportPlan, found: PlanPreview, patients: list[str]) -> pd.DataFrame:
    """[patient, cohort, age where there is one, lnm, then the kept columns] of the patients of the study.

    Columns whose names Nodescope needs get "(table)" behind them.
    """
    chosen, columns = found.patients[found.patients["patient"].isin(patients)], plan.columns
    values = found.people.values.loc[chosen["patient"]].reset_index(drop=True)
    table = chosen[["patient", "cohort"]].reset_index(drop=True)
    if columns.age:
        table["age"] = values[columns.age]
    table[OUTCOME] = chosen["label"].to_numpy()
    for name in [n for n in columns.kept if n not in (columns.patient, columns.cohort, columns.age)]:
        table[f"{name} (table)" if name.lower() in _TAKEN else name] = values[name]
    return table


def manifest(
    plan: ImportPlan,
    cohorts: Mapping[str, Mapping[str, Any]],
    expression: str,
    genesets: list[str],
    before: str,
) -> str:
    """study.toml of a plan; of the text ``before`` everything that a plan does not say stays as it was.

    Raises StudyError (STUDY-TOML) where ``before`` is no TOML.
    """
    try:
        document = tomlkit.parse(before)
    except TOMLKitError as error:
        raise StudyError(
            "STUDY-TOML", "study.toml must be valid TOML", "another text", "Correct it."
        ) from error
    _section(document, "study").update({"name": plan.name, "description": plan.description})
    document["cohorts"] = {name: dict(values) for name, values in cohorts.items()}
    document["outcome"] = {"column": OUTCOME, "positive": [1], "negative": [0]}
    _put(document, "expression", {"file": expression, "scale": plan.scale} if expression else {})
    _put(document, "genesets", {"files": genesets} if genesets else {})
    return tomlkit.dumps(document)


def write_plan(plan: ImportPlan, frame: pd.DataFrame, findings: pd.DataFrame, root: Path) -> None:
    """The plan, the kept columns of everyone's rows, and how images were read: the study can be edited later.

    No folder, file or hand-chosen name of the user's goes with them, and no column that was not kept.
    """
    (root / PLAN).parent.mkdir(exist_ok=True)
    (root / PLAN).write_text(to_json(portable(plan)), encoding="utf-8")
    table = frame[list(plan.columns.kept)].copy()
    table[plan.columns.patient] = [patient_code(text, plan.codes) for text in table[plan.columns.patient]]
    table.to_csv(root / TABLE, index=False, lineterminator="\n")
    findings.to_csv(root / FINDINGS, index=False, lineterminator="\n")


def portable(plan: ImportPlan) -> ImportPlan:
    """The decisions of a plan without the places on this machine."""
    cohorts = tuple(replace(c, folder="", masks_folder="", chosen={}) for c in plan.cohorts)
    return replace(plan, table="", cohorts=cohorts, expression="", genesets=())


def _section(document: Any, name: str) -> Any:
    if name not in document:
        document[name] = tomlkit.table()
    return document[name]


def _put(document: Any, name: str, values: Mapping[str, Any]) -> None:
    """Values into a section; without any the section goes."""
    if values:
        _section(document, name).update(values)
    else:
        document.pop(name, None)

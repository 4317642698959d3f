"""An existing study as a plan again, so that it can be changed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.study.intake.columns import ColumnMapping
from core.study.intake.node_status import LabelRule
from core.study.intake.plan import CohortPlan, ImportPlan, from_json
from core.study.intake.tables import read_table
from core.study.intake.written import PLAN, TABLE
from core.study.manifest import Cohort, Study, load_study
from core.study.toml_file import read_toml


def reopen(root: Path) -> tuple[ImportPlan, pd.DataFrame]:
    """The plan of a study and the table that it is made of; images are those of the study itself.

    Of a study that was imported: its decisions and the rows of everyone, also of patients who were left out
    (whose images are not in the study). Of any other: what study.toml and the clinical table say. Raises
    StudyError or TableError as ``load_study``, StudyError (IMPORT-PLAN) for a damaged plan.
    """
    study = load_study(root)
    if (root / PLAN).is_file() and (root / TABLE).is_file():
        plan = from_json((root / PLAN).read_text("utf-8"))
        frame = read_table(root / TABLE).frame
    else:
        plan, frame = _of_files(study)
    own = {cohort.name: cohort for cohort in study.cohorts}
    cohorts = tuple(_with_files(c, own.get(c.name), root) for c in plan.cohorts)
    expression = str(study.expression) if study.expression else ""
    said: Any = read_toml(root).values.get("expression", {}).get("scale", "auto")
    return replace(
        plan, name=study.name, description=study.description, cohorts=cohorts, table=str(root / TABLE),
        expression=expression, scale=said, genesets=tuple(map(str, study.genesets)),
    ), frame  # fmt: skip


def _with_files(plan: CohortPlan, cohort: Cohort | None, root: Path) -> CohortPlan:
    """A cohort of which nobody is in the study has no images there."""
    if cohort is None:
        return plan
    return replace(
        plan, role=cohort.role, folder=str(root), images=cohort.images, masks=cohort.masks, masks_folder="",
        second_masks=cohort.second_masks, phase=cohort.phase, series={},
    )  # fmt: skip


def _of_files(study: Study) -> tuple[ImportPlan, pd.DataFrame]:
    """Of a study that was made by hand."""
    clinical = study.clinical.drop(columns=["role"])
    outcome: dict[str, Any] = read_toml(study.root).values["outcome"]
    column = outcome["column"]
    frame = clinical.drop(columns=[] if column == "lnm" else ["lnm"]).astype(object)
    frame = frame.where(frame.notna(), None).map(lambda v: None if v is None else _text(v))
    if column == "lnm":
        positive: tuple[str, ...] = ("1",)
        negative: tuple[str, ...] = ("0",)
    else:
        positive = tuple(_text(v) for v in outcome["positive"])
        negative = tuple(v for v in frame[column].dropna().unique() if _text(v) not in positive)
    rest = [n for n in frame.columns if n not in ("patient", "cohort", "age", column)]
    columns = ColumnMapping(
        patient="patient", cohort="cohort", age="age" if "age" in frame.columns else "", outcome=column,
        covariates=tuple(rest), confirmed=tuple(frame.columns),
    )  # fmt: skip
    cohorts = tuple(CohortPlan(c.name, c.role, (c.name,)) for c in study.cohorts)
    plan = ImportPlan(
        columns=columns, label=LabelRule("values", positive=positive, negative=negative), cohorts=cohorts
    )
    return plan, frame


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

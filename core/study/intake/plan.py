"""All choices of an import as one frozen value, which goes to JSON and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.errors import StudyError
from core.study.intake.columns import ColumnMapping
from core.study.intake.node_status import LabelRule
from core.study.intake.rules import Rule
from core.study.intake.serial import as_plain, from_plain
from core.study.intake.tables import ReadAs
from core.study.manifest import Role

Codes = Literal["as written", "tcga"]


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """One cohort: which rows are its patients, and where their images lie.

    ``values``: of the cohort column; none: everyone that no other cohort claims. ``images``, ``masks``,
    ``second_masks``: patterns below ``folder`` and ``masks_folder`` ("": the same); masks "": in each
    patient's exam folder. ``phase``: number of the phase for the features. ``chosen``: patient -> name joined
    by hand. ``series``: patient -> number of the dynamic series chosen among several.
    """

    name: str
    role: Role = "training"
    values: tuple[str, ...] = ()
    folder: str = ""
    images: str = ""
    masks: str = ""
    masks_folder: str = ""
    second_masks: str = ""
    phase: int = 1
    chosen: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything that makes a study of a table and folders.

    ``table``: file that was read, a note only: what is written comes from the frame that the caller holds.
    ``codes``: patient codes as written, or the first 12 characters of TCGA barcodes. ``label_2``: how the
    second outcome column is read. ``left_out``: patients left out by hand. ``volumes``: image files are
    written anew without what their headers say of the patient, or linked (study and images stay together).
    ``confirmed``: patients whose mask was seen to lie on the tumour.
    """

    name: str = ""
    description: str = ""
    table: str = ""
    read_as: ReadAs = field(default_factory=ReadAs)
    columns: ColumnMapping = field(default_factory=ColumnMapping)
    codes: Codes = "as written"
    label: LabelRule = field(default_factory=LabelRule)
    label_2: LabelRule = field(default_factory=lambda: LabelRule("count"))
    cohorts: tuple[CohortPlan, ...] = ()
    rules: tuple[Rule, ...] = ()
    left_out: tuple[str, ...] = ()
    expression: str = ""
    scale: Literal["auto", "log2", "linear"] = "auto"
    genesets: tuple[str, ...] = ()
    volumes: Literal["write", "link"] = "write"
    confirmed: tuple[str, ...] = ()
    version: int = 1


def to_json(plan: ImportPlan) -> str:
    """The plan as JSON text."""
    return json.dumps(as_plain(plan), indent=1, ensure_ascii=False)


def from_json(text: str) -> ImportPlan:
    """A plan that ``to_json`` wrote. Raises StudyError (IMPORT-PLAN) for another or a damaged one."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StudyError(
            "IMPORT-PLAN", "A saved import must be JSON", "another text", "Begin it again."
        ) from error
    return from_plain(ImportPlan, found)


def masks_folder(cohort: CohortPlan) -> Path:
    """Where a cohort's masks lie."""
    return Path(cohort.masks_folder or cohort.folder)

"""A study that is there as an import again: every choice as it was made, the files those of the study."""

import shutil
from pathlib import Path
from typing import Any

from core.importing.drafts import Draft
from core.importing.reopening import reopen
from core.paths import studies_folder
from core.study.intake.plan import CohortPlan, ImportPlan
from core.study.intake.serial import as_plain
from core.study.manifest import load_study
from pages._ui.study.data import cohort_table, drafting, place, table
from pages._ui.study.data.patterns import OWN

SEEN = ["study", "clinical", "images", "expression", "rules"]  # steps whose answers the study tells
TABLES = (table.KEPT, cohort_table.KEPT)
Choices = dict[str, Any]


def begin(folder: Path) -> Draft:
    """A draft of a study that was made elsewhere, or by hand. Raises NodescopeError."""
    plan, frame = reopen(folder)
    draft = drafting.drafts().new(
        made=folder.name, step="clinical", opened=SEEN, negatives=_negatives(folder),
        **_decisions(plan), **_files(plan, folder),
    )  # fmt: skip
    draft.files.mkdir(mode=0o700)
    frame.to_csv(draft.files / table.KEPT, index=False)
    return draft


def _negatives(folder: Path) -> str:
    return load_study(folder).settings.expression.negatives


def let_go(draft: Draft) -> None:
    """What was uploaded of images and genes is in the study now, and is kept nowhere else."""
    folder = studies_folder() / draft.get("made", "")
    plan, _ = reopen(folder)
    uploaded = [
        name.removesuffix("_file") for name, file in draft.choices.items()
        if name.endswith("_file") and file and file not in TABLES
    ]  # fmt: skip
    if uploaded:
        draft.put(**_files(plan, folder))
        for part in draft.files.iterdir():
            if part.is_dir():
                shutil.rmtree(part, ignore_errors=True)
            elif part.name not in TABLES:
                part.unlink()


def _decisions(plan: ImportPlan) -> Choices:
    columns, label = plan.columns, plan.label
    return {
        "name": plan.name, "description": plan.description, "clinical_way": place.UPLOAD,
        "clinical_file": table.KEPT, "map_patient": columns.patient, "map_outcome": columns.outcome,
        "map_outcome_2": columns.outcome_2, "map_age": columns.age, "map_cohort": columns.cohort,
        "map_covariates": list(columns.covariates), "map_confirmed": list(columns.confirmed),
        "label_kind": label.kind, "label_positive": list(label.positive),
        "label_negative": list(label.negative), "cohort_way": "column" if columns.cohort else "one",
        "cohort_name": plan.cohorts[0].name, "rules": as_plain(plan.rules), "scale": plan.scale,
        **{f"decide_{category}": decision for category, decision in label.decisions.items()},
        **{f"role_{value}": cohort.role for cohort in plan.cohorts for value in cohort.values},
    }  # fmt: skip


def _files(plan: ImportPlan, folder: Path) -> Choices:
    found: Choices = {"has_expression": bool(plan.expression)}
    for cohort in plan.cohorts:
        found |= _images(cohort)
    parts = {"expression": plan.expression, "genesets": plan.genesets[0] if plan.genesets else ""}
    for what, path in parts.items():
        if path:
            inside = str(Path(path).relative_to(folder))
            found |= {f"{what}_way": place.STUDY, f"{what}_inside": inside, f"{what}_file": ""}
    return found


def _images(cohort: CohortPlan) -> Choices:
    name = cohort.name
    if not cohort.folder:
        return {}
    return {
        f"images_{name}_way": place.STUDY, f"images_{name}_inside": "", f"images_{name}_file": "",
        f"masks_{name}_file": "", f"masks_apart_{name}": False, f"layout_{name}": OWN,
        f"own_images_{name}": cohort.images, f"own_masks_{name}": cohort.masks, f"phase_{name}": cohort.phase,
    }  # fmt: skip

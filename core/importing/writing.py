"""A study folder from a plan: written beside its place, and put there whole or not at all."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import CannotRun, NodescopeError, StudyError, listed
from core.importing.cohort_images import Task, put_images
from core.importing.images import IMAGES, MASKS, SECOND, Put
from core.importing.parts import put_expression, put_genesets
from core.importing.placing import put_in_place, require_place, work_folder
from core.progress import Steps
from core.study.inclusion import inclusion
from core.study.intake.patterns import named_files
from core.study.intake.plan import CohortPlan, ImportPlan, masks_folder
from core.study.intake.preview import PlanPreview, preview
from core.study.intake.scan import scan
from core.study.intake.written import clinical_table, manifest, write_plan
from core.study.manifest import load_study

READABLE = "Image and mask sound"


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A study that was written.

    ``failures``: [patient, code, message] of those whose image or mask cannot be used; ``findings``:
    [patient, code, text], how images were read, what is to confirm; ``flow``: the plan's, with this step.
    """

    root: Path
    included: tuple[str, ...]
    failures: pd.DataFrame
    findings: pd.DataFrame
    flow: pd.DataFrame


def write_study(
    plan: ImportPlan,
    frame: pd.DataFrame,
    folder: Path,
    facts: pd.DataFrame | None = None,
    progress: Steps | None = None,
    cancelled: Callable[[], bool] | None = None,
    replaces: bool = False,
) -> Imported:
    """Write the study of a plan into ``folder``, which must not hold anything yet.

    Args:
        plan, frame, facts: as ``preview``; rules on headers need the facts.
        folder: of the study. ``replaces``: it is a study that this one takes the place of; its settings, and
            files that the import does not write, stay.
        progress: hears (patients done, patients in all).
        cancelled: asked after every patient.

    Raises:
        StudyError: IMPORT-PLAN for a plan with problems (all at once), IMPORT-TARGET, IMPORT-IMAGES where too
            few patients have usable images; as ``load_study``.
        TableError: the table, or the expression file.
        CannotRun: IMPORT-CANCELLED, WRITE. Nothing has changed then.
    """
    found = preview(plan, frame, facts)
    _require(plan, found, folder, replaces)
    place = folder.resolve()  # a link to a study stays a link
    work = work_folder(place)
    try:
        done = _write(plan, frame, found, _Job(work, place if replaces else None, progress, cancelled))
        put_in_place(work, place, replaces)
    except OSError as error:
        expected = "The studies need a place that can be written to, with room"
        raise CannotRun("WRITE", expected, "none", "Make room, or choose another folder.") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return replace(done, root=folder)


@dataclass(frozen=True, slots=True)
class _Job:
    work: Path
    before: Path | None
    progress: Steps | None
    cancelled: Callable[[], bool] | None


def _require(plan: ImportPlan, found: PlanPreview, folder: Path, replaces: bool) -> None:
    problems = [*found.problems]
    problems += [] if plan.name.strip() and plan.name.isprintable() else ["the study has no name"]
    if problems:
        raise StudyError(
            "IMPORT-PLAN", "An import must have no open problems", listed(problems), "Solve these."
        )
    require_place(folder, replaces)


def _write(plan: ImportPlan, frame: pd.DataFrame, found: PlanPreview, job: _Job) -> Imported:
    wanted = list(found.included)
    training = [p for p in wanted if _cohort_of(plan, found, p).role == "training"]
    files = put_expression(plan, job.work, training), put_genesets(plan, job.work)
    _write_texts(plan, found, wanted, job, *files)
    load_study(job.work)  # what is wrong with the table shows before hours of images
    put = Put(job.work, job.before, plan.volumes == "link")
    failures, findings = put_images(_tasks(plan, found, wanted), put, job.progress, job.cancelled)
    left = [p for p in wanted if p not in set(failures["patient"])]
    _write_texts(plan, found, left, job, *files)
    write_plan(plan, frame, findings, job.work)
    _load_again(job.work, failures, wanted)
    return Imported(job.work, tuple(left), failures, findings, _flow(found, failures, left))


def _load_again(study: Path, failures: pd.DataFrame, wanted: list[str]) -> None:
    """Where too few patients are left, say why the others are not there."""
    try:
        load_study(study)
    except NodescopeError as error:
        if failures.empty:
            raise
        first = f"{failures['patient'][0]} for one: {failures['message'][0]}"
        found = f"{len(failures)} of {len(wanted)} that are not, {first}"
        fix = f"Check the folders, the patterns and the masks. Without these patients: {error}"
        raise StudyError("IMPORT-IMAGES", "Enough images and masks must be sound", found, fix) from error


def _write_texts(
    plan: ImportPlan, found: PlanPreview, patients: list[str], job: _Job, expression: str, genesets: list[str]
) -> None:
    table = clinical_table(plan, found, patients)
    table.to_csv(job.work / "clinical.csv", index=False, lineterminator="\n")
    before = (job.before / "study.toml").read_text("utf-8-sig") if job.before else ""
    roles = {c.name: _manifest_of(c) for c in plan.cohorts if (table["cohort"] == c.name).any()}
    (job.work / "study.toml").write_text(
        manifest(plan, roles, expression, genesets, before), encoding="utf-8"
    )


def _manifest_of(cohort: CohortPlan) -> dict[str, Any]:
    second = {"second_masks": SECOND} if cohort.second_masks else {}
    return {"role": cohort.role, "images": IMAGES, "masks": MASKS, **second, "phase": cohort.phase}


def _seconds(plan: ImportPlan, found: PlanPreview) -> dict[str, str]:
    """File of each patient's second mask, in the cohort's folder of masks."""
    files: dict[str, str] = {}
    for cohort in plan.cohorts:
        if cohort.second_masks:
            own = list(found.people.who.loc[found.people.who["cohort"] == cohort.name, "patient"])
            files |= named_files(scan(masks_folder(cohort)), cohort.second_masks, own)
    return files


def _tasks(plan: ImportPlan, found: PlanPreview, patients: list[str]) -> list[Task]:
    seconds = _seconds(plan, found)
    cohorts = {p: _cohort_of(plan, found, p) for p in patients}
    return [Task(p, c, found.images[c.name].files[p], seconds.get(p, "")) for p, c in cohorts.items()]


def _cohort_of(plan: ImportPlan, found: PlanPreview, patient: str) -> CohortPlan:
    name = found.patients.set_index("patient")["cohort"][patient]
    return next(c for c in plan.cohorts if c.name == name)


def _flow(found: PlanPreview, failures: pd.DataFrame, left: list[str]) -> pd.DataFrame:
    placed = found.people.who.dropna(subset=["cohort"])
    reasons = pd.concat([found.reasons, failures], ignore_index=True)
    return inclusion(placed, {**found.steps, READABLE: left}, reasons)

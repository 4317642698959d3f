"""What a plan makes of a table and folders, before anything is written: who is in, who is not and why."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.errors import NodescopeError
from core.study.inclusion import inclusion
from core.study.intake.columns import require_mapping
from core.study.intake.node_status import NodeStatus, completed, node_status
from core.study.intake.patterns import UNSOUGHT, Preview, resolve
from core.study.intake.people import People, people
from core.study.intake.plan import CohortPlan, ImportPlan, masks_folder
from core.study.intake.rules import Screening, screen
from core.study.intake.scan import Listing, scan

NODES, FILES, HAND = "Node status", "Image and mask", "Not left out by hand"
EXAMS = f"Image; mask {UNSOUGHT}"  # in place of FILES
FACTS = ("patient", "manufacturer", "field_strength", "modality", "acquired")
COLUMNS = ["patient", "cohort", "role", "label", "raw", "image", "mask", "included", "reason"]
MIN_PER_CLASS = {"training": 5, "validation": 1}
Scan = Callable[[Path], Listing]


@dataclass(frozen=True, slots=True, eq=False)
class PlanPreview:
    """Who would be in the study.

    ``patients``: [patient, cohort, role, label, raw, image, mask, included, reason], everyone in the table;
    ``images``: what the patterns of each cohort match; ``flow``: [cohort, role, step, n, left_out, reasons],
    as ``figures.inclusion_figure`` draws it, n missing where a step cannot be known yet; made of ``steps``
    and ``reasons`` [patient, code, message]. ``notes``: rows that were joined or left out; ``problems``: what
    must be solved before a study can be written.
    """

    patients: pd.DataFrame
    people: People
    status: NodeStatus
    images: Mapping[str, Preview]
    screening: Screening
    steps: Mapping[str, list[str] | None]
    reasons: pd.DataFrame
    flow: pd.DataFrame
    notes: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def included(self) -> tuple[str, ...]:
        """Patients that would be in the study."""
        return tuple(self.patients.loc[self.patients["included"], "patient"])


def preview(
    plan: ImportPlan, frame: pd.DataFrame, facts: pd.DataFrame | None = None, listed: Scan = scan
) -> PlanPreview:
    """Everything a plan says of a table.

    Args:
        plan: its cohorts may still lack folders: the steps after that are then not known.
        frame: of ``read_table``.
        facts: [patient, manufacturer, field_strength, modality, acquired] of headers; None: not read yet.
        listed: lists a folder; pass one that remembers, so that each folder is listed once.

    Raises TableError (TABLE-COLUMN, TABLE-PRIVACY) for columns that cannot be used.
    """
    require_mapping(plan.columns, frame)
    found = people(frame, plan)
    status = _status(plan, found)
    images, faults = _images(plan, found, listed)
    known = pd.DataFrame(columns=list(FACTS)) if facts is None else facts
    screening = screen(plan.rules, known, found.values.assign(patient=found.values.index))
    steps = _steps(plan, found, status, images, screening, facts is not None)
    reasons = _reasons(plan, status, images, screening)
    table = _table(found, status, images, steps, reasons)
    placed = found.who.dropna(subset=["cohort"])
    failures = pd.DataFrame([(p, *why) for p, why in reasons.items()], columns=["patient", "code", "message"])
    return PlanPreview(
        table, found, status, images, screening, steps, failures, inclusion(placed, steps, failures),
        found.notes, (*found.problems, *faults, *_open_problems(table, steps)),
    )  # fmt: skip


def _status(plan: ImportPlan, found: People) -> NodeStatus:
    patients, columns = list(found.values.index), plan.columns
    first = node_status(patients, found.values[columns.outcome], plan.label)
    if not columns.outcome_2:
        return first
    return completed(first, node_status(patients, found.values[columns.outcome_2], plan.label_2))


def _images(plan: ImportPlan, found: People, listed: Scan) -> tuple[dict[str, Preview], list[str]]:
    """What the patterns of each cohort match, for cohorts that have a folder; and cohorts at fault."""
    images: dict[str, Preview] = {}
    faults: list[str] = [] if plan.cohorts else ["no cohort: name at least one, with the role training"]
    for cohort in plan.cohorts:
        own = list(found.who.loc[found.who["cohort"] == cohort.name, "patient"])
        if not cohort.folder or not cohort.images:
            faults.append(f"cohort {cohort.name}: no folder of images, or no pattern")
            continue
        try:
            images[cohort.name] = cohort_images(cohort, own, listed)
        except NodescopeError as error:
            faults.append(f"cohort {cohort.name}: {error}")
    return images, faults


def cohort_images(cohort: CohortPlan, patients: list[str], listed: Scan = scan) -> Preview:
    """What the patterns of a cohort match. Raises StudyError (IMPORT-FOLDER, IMPORT-PATTERN)."""
    folder, drawn = listed(Path(cohort.folder)), masks_folder(cohort)
    other = listed(drawn) if drawn != Path(cohort.folder) else None
    return resolve(folder, cohort.images, cohort.masks, patients, cohort.chosen, other, phase=cohort.phase)


def _steps(
    plan: ImportPlan, found: People, status: NodeStatus, images: Mapping[str, Preview], screening: Screening,
    read: bool,
) -> dict[str, list[str] | None]:  # fmt: skip
    """Title -> who passes; None from where it is not known yet."""
    whole = len(images) == len(plan.cohorts) and bool(images)
    complete = [p for preview_ in images.values() for p in preview_.complete]
    asks = any(rule.source != "column" for rule in plan.rules)
    steps: dict[str, list[str] | None] = {
        NODES: list(status.labels),
        _files(images): complete if whole else None,
    }
    for title, passed in screening.steps.items():
        steps[title] = passed if read or not asks else None
    if plan.left_out:
        steps[HAND] = [p for p in found.who["patient"] if p not in plan.left_out]
    return steps


def _files(images: Mapping[str, Preview]) -> str:
    """Title of the step of files."""
    return FILES if all(found.sought for found in images.values()) else EXAMS


def _reasons(
    plan: ImportPlan, status: NodeStatus, images: Mapping[str, Preview], screening: Screening
) -> dict[str, tuple[str, str]]:
    """Patient -> code and sentence of the first step that it does not pass."""
    reasons: dict[str, tuple[str, str]] = {}
    for row in status.excluded.to_dict("records"):
        reasons[row["patient"]] = (row["category"], f"{NODES}: {row['reason'].removeprefix('left out: ')}")
    for found in images.values():
        for patient, files in found.files.items():
            if files.problem:
                reasons.setdefault(patient, (files.problem, f"{FILES}: {files.problem}"))
    for row in screening.failures.to_dict("records"):
        reasons.setdefault(row["patient"], (row["code"], row["message"]))
    for patient in plan.left_out:
        reasons.setdefault(patient, ("by hand", "left out by hand"))
    return reasons


def _table(
    found: People, status: NodeStatus, images: Mapping[str, Preview], steps: Mapping[str, list[str] | None],
    reasons: Mapping[str, tuple[str, str]],
) -> pd.DataFrame:  # fmt: skip
    files = {p: one for part in images.values() for p, one in part.files.items()}
    passed = [set(patients or ()) for patients in steps.values()]
    rows = []
    nodes = zip(found.who.to_dict("records"), status.patients.to_dict("records"), strict=True)
    for who, node in nodes:
        patient, one = who["patient"], files.get(who["patient"])
        included = who["cohort"] is not None and all(patient in step for step in passed)
        image = "" if one is None else one.exam or one.phases and f"{len(one.phases)} phases" or ""
        why = (
            ""
            if included
            else "of no cohort"
            if who["cohort"] is None
            else reasons.get(patient, ("", "not known yet"))[1]
        )
        rows.append(
            (*who.values(), node["label"], node["raw"], image, one.mask if one else "", included, why)
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"label": "Int64"})


def _open_problems(table: pd.DataFrame, steps: Mapping[str, list[str] | None]) -> list[str]:
    """Too few patients of a class, once it is known who is in."""
    if unread := [title for title, passed in steps.items() if passed is None and title not in (FILES, EXAMS)]:
        return [f"{unread[0]}: the image headers are not read yet"]
    known = steps.get(FILES, steps.get(EXAMS)) is not None
    problems = []
    for role, least in MIN_PER_CLASS.items():
        labels = table.loc[table["included"] & (table["role"] == role), "label"]
        counts = int((labels == 1).sum()), int((labels == 0).sum())
        if known and min(counts) < least and (len(labels) or role == "training"):
            problems.append(
                f"the {role} patients must hold at least {least} LNM-positive and {least} negative; "
                f"found {counts[0]} and {counts[1]}"
            )
    return problems

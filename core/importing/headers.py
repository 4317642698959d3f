"""What image headers say of the patients of a plan, for its inclusion rules."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from core.imaging.facts import Facts, read_facts
from core.progress import Steps
from core.study.intake.patterns import PatientFiles
from core.study.intake.plan import ImportPlan
from core.study.intake.preview import FACTS, PlanPreview
from core.study.intake.rules import manufacturer, tesla


def header_facts(plan: ImportPlan, found: PlanPreview, progress: Steps | None = None) -> pd.DataFrame:
    """[patient, manufacturer, field_strength, modality, acquired] of everyone with an image.

    ``field_strength`` in tesla; None or "" where the headers say nothing, as those of NIfTI. Dates are the
    patients': keep this frame in memory only.
    """
    places = [
        (patient, Path(cohort.folder) / _image(files, cohort.phase))
        for cohort in plan.cohorts
        if cohort.name in found.images
        for patient, files in found.images[cohort.name].files.items()
        if files.exam or files.phases
    ]
    rows = []
    with ThreadPoolExecutor(4) as pool:
        for done, (place, facts) in enumerate(
            zip(places, pool.map(read_facts, [p for _, p in places]), strict=True)
        ):
            rows.append(_row(place[0], facts))
            if progress is not None:
                progress(done + 1, len(places))
    return pd.DataFrame(rows, columns=list(FACTS))


def _image(files: PatientFiles, phase: int) -> str:
    return files.exam or files.phases.get(phase) or next(iter(files.phases.values()))


def _row(patient: str, facts: Facts) -> tuple[object, ...]:
    strength = None if facts.field_strength is None else tesla(facts.field_strength)
    return patient, manufacturer(facts.manufacturer), strength, facts.modality, facts.acquired

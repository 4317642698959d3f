"""The images and the mask of one patient, put into a study folder as NIfTI."""

from dataclasses import dataclass
from pathlib import Path

import SimpleITK as sitk

from core.checks import check_pair
from core.errors import ImageError, MaskError
from core.imaging.anonymous import lesion_alone, read_lesion_of, write_bare
from core.imaging.case_folder import CaseImages
from core.imaging.opening import case_mask, open_exam
from core.imaging.reading import read_image
from core.importing.placing import share
from core.study.intake.patterns import PatientFiles
from core.study.intake.plan import CohortPlan, masks_folder

IMAGES, MASKS = "images/{patient}_{phase}.nii.gz", "masks/{patient}.nii.gz"
SECOND = "masks_reader2/{patient}.nii.gz"
WHOLE = ".nii.gz"


@dataclass(frozen=True, slots=True)
class Put:
    """What is put where: ``study``: folder being written; ``before``: the study it replaces, None for none.

    ``link``: image files that are NIfTI already are shared with the study instead of being written anew.
    """

    study: Path
    before: Path | None
    link: bool


def put_patient(cohort: CohortPlan, files: PatientFiles, put: Put, second: str = "") -> tuple[str, ...]:
    """Write all phases and the mask of a patient, and the mask ``second`` of another reader.

    Returns notes, some of them to confirm. Raises ImageError (IMAGE-*, DICOM-*, CASE-*, DECODE-*,
    IMPORT-PHASE) or MaskError, also for a pair that does not pass ``core.checks``.
    """
    if files.exam:
        case = exam_of(cohort, files)
        mask, taken = lesion_alone(case_mask(case))
        for number, phase in enumerate(case.phases):
            write_bare(phase, _target(put, IMAGES, files.patient, number))
        reference = case.phases[cohort.phase]
        notes = (*case.notes, *taken)
    else:
        reference, notes = _put_phases(cohort, files, put)
        mask, taken = read_lesion_of(masks_folder(cohort) / files.mask, reference)
        notes = (*notes, *taken)
    check_pair(reference, mask)
    write_bare(mask, _target(put, MASKS, files.patient))
    return (
        (*notes, *_put_second(masks_folder(cohort) / second, reference, files.patient, put))
        if second
        else notes
    )


def exam_of(cohort: CohortPlan, files: PatientFiles) -> CaseImages:
    """The exam of a patient, read by its headers. Raises as ``put_patient``."""
    mask = masks_folder(cohort) / files.mask if files.mask else None
    case = open_exam(Path(cohort.folder) / files.exam, mask, cohort.series.get(files.patient))
    if cohort.phase >= len(case.phases):
        raise _no_phase(cohort.phase, len(case.phases))
    return case


def case_of(cohort: CohortPlan, files: PatientFiles) -> CaseImages:
    """Image of the cohort's phase and mask, for the user to see whether the mask lies on the tumour.

    Raises as ``put_patient``.
    """
    if files.exam:
        case = exam_of(cohort, files)
        mask, taken = lesion_alone(case_mask(case))
        phase, notes = case.phases[cohort.phase], (*case.notes, *taken)
    else:
        phase, read = read_image(Path(cohort.folder) / files.phases[cohort.phase])
        mask, taken = read_lesion_of(masks_folder(cohort) / files.mask, phase)
        notes = (*read, *taken)
    return CaseImages((phase,), (f"phase {cohort.phase}",), "", mask=mask, notes=notes)


def _put_second(path: Path, reference: sitk.Image, patient: str, put: Put) -> tuple[str, ...]:
    """A second mask that cannot be used costs the patient nothing else."""
    try:
        write_bare(read_lesion_of(path, reference)[0], _target(put, SECOND, patient))
    except (ImageError, MaskError) as error:
        return (f"[SECOND-MASK] The second mask was left out: {error}",)
    return ()


def _put_phases(cohort: CohortPlan, files: PatientFiles, put: Put) -> tuple[sitk.Image, tuple[str, ...]]:
    notes: tuple[str, ...] = ()
    used = None
    for number, name in sorted(files.phases.items()):
        source, target = Path(cohort.folder) / name, _target(put, IMAGES, files.patient, number)
        image, read = read_image(source)
        if _shared(source, put):
            share(source, target)
        else:
            write_bare(image, target)
        if number == cohort.phase:
            notes, used = read, image
    if used is None:
        raise _no_phase(cohort.phase, len(files.phases))
    return used, notes


def _shared(source: Path, put: Put) -> bool:
    own = put.before is not None and source.resolve().is_relative_to(put.before.resolve())
    return source.name.lower().endswith(WHOLE) and (put.link or own)


def _target(put: Put, pattern: str, patient: str, phase: int | None = None) -> Path:
    path = put.study / pattern.format(patient=patient, phase=phase)
    path.parent.mkdir(exist_ok=True)
    return path


def _no_phase(wanted: int, there: int) -> ImageError:
    fix = "Choose another phase for the cohort."
    return ImageError("IMPORT-PHASE", f"Phase {wanted} must be there", f"{there} phases, from 0", fix)

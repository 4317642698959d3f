"""Image and mask of every patient, opened as a run opens them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from core.checks import check_pair
from core.checks.grid import require_volume_mask
from core.digests import file_digest
from core.errors import ImageError, MaskError, Problem, coded
from core.faults import Faults
from core.imaging.masks import read_mask
from core.imaging.reading import read_image
from core.imaging.volumes import is_volume_file, read_volume
from core.progress import Steps
from core.regular import exists
from core.study.folder import Study
from core.study_check.apart import check_apart, kept
from core.study_check.files import Present, relative

ABSENT = "no such file"
FAILED = (ImageError, MaskError)


def check_pairs(study: Study, there: Present, workers: int, tell: Steps, faults: Faults) -> int:
    """Check every patient's image and mask, and the second mask, with the checks of a run.

    Errors of a second mask are warnings: they cost the patient nothing else. Returns how many patients had a
    file to open.
    """
    patients = [p for p in study.clinical["patient"] if any(p in found for found in there.values())]
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda patient: list(_patient(study, patient, there)), patients)
        for done, problems in enumerate(found, start=1):
            faults.problems += problems
            tell(done, len(patients))
    return len(patients)


def _patient(study: Study, patient: str, there: Present) -> Iterator[Problem]:
    label = study.settings.radiomics.label
    image = study.image_path(patient) if patient in there["images"] else None
    first = study.mask_path(patient) if patient in there["masks"] else None
    second = study.second_mask_path(patient) if patient in there["second_masks"] else None
    for mask in filter(None, (first, second)) if second else (first,):
        own = Faults()
        _pair(image, mask, label, own)
        for problem in own.problems:
            yield from _placed(study, patient, problem, image, mask, second)
    if first and second and exists(first) and file_digest(first) == file_digest(second):
        expected = "The second mask must be drawn by another reader"
        fix = "Put the second reader's mask there, or take the file out."
        yield Problem(
            "MASK-SAME", expected, "the same file as the first", fix, "warning", relative(study, second)
        )


def _pair(image: Path | None, mask: Path | None, label: int, faults: Faults) -> None:
    """Problems of the pair: ``file`` is "image" or "mask"."""
    volume = drawn = None
    if image is not None:
        with faults.noting(file="image"):
            volume, notes = read_image(image)
            _warn(notes, faults)
    if mask is not None:
        with faults.noting(file="mask"):
            if volume is not None:
                drawn, notes = read_mask(mask, volume)
                _warn(notes, faults)
            elif is_volume_file(mask) or not exists(mask):
                drawn = read_volume(mask, require_volume_mask)
    if volume is not None and drawn is not None:
        try:
            _warn(check_pair(volume, drawn, label).notes, faults)
            return
        except FAILED as error:
            faults.add(error.at(file="mask" if isinstance(error, MaskError) else "image"))
    check_apart(volume, drawn, label, faults)


def _warn(notes: tuple[str, ...], faults: Faults) -> None:
    for code, text in map(coded, notes):
        file = "image" if code.startswith(("IMAGE", "DICOM")) else "mask"
        faults.warn(kept(code, text, file))


def _placed(
    study: Study, patient: str, problem: Problem, image: Path | None, mask: Path | None, second: Path | None
) -> Iterator[Problem]:
    """The problem under its file's name; those of a second mask as warnings, those of the image told once."""
    path = image if problem.file == "image" else mask
    again = mask is not None and mask == second
    if path is None or (again and path == image):
        return
    fix = problem.fix
    if problem.found == ABSENT:
        kind = "images" if path == image else "masks"
        fix = f"Put it there, or correct {kind} of [cohorts.{study.cohort(patient).name}] in study.toml."
    severity = "warning" if again else problem.severity
    yield replace(problem, file=relative(study, path), patient=patient, fix=fix, severity=severity)

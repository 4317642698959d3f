"""Opening a case: from files to one DCE phase and a tumour mask on its grid, decoded in a child process."""

from collections.abc import Callable
from pathlib import Path

import SimpleITK as sitk

from core.checks import check_pair
from core.errors import ImageError, MaskError
from core.imaging.case_folder import CaseImages, default_phase
from core.imaging.child import decoded
from core.imaging.tumour_volume import tumour_volume


def open_case(source: Path, work: Path, choice: int | None = None, resample: bool = False) -> CaseImages:
    """The images of an uploaded zip, or of a folder; unpacked into ``work``.

    ``choice``: which of the series that could be the dynamic one (``CaseImages.choices``); ``resample``: the
    user agreed that a mask on another grid is resampled. Raises ImageError
    (ARCHIVE-*, CASE-*, IMAGE-*, DICOM-*, DECODE-*) or MaskError when nothing usable is there.
    """
    return decoded("case", {"source": source, "work": work}, {"choice": choice, "resample": resample})


def open_exam(folder: Path, mask: Path | None = None, choice: int | None = None) -> CaseImages:
    """An exam of a study: a folder as ``open_case`` reads it, its mask in a file of its own or not.

    Of several exams the first by date is read, and a note says so. Raises as ``open_case``.
    """
    paths = {"source": folder} if mask is None else {"source": folder, "mask": mask}
    return decoded("exam", paths, {"choice": choice})


def open_pair(image: Path, mask: Path, resample: bool = False) -> CaseImages:
    """An image and its mask of any format, as a case of one phase; the pair is not checked yet.

    ``image``: a volume file, or a folder with the DICOM slices of one phase; ``resample``: the user agreed
    that a mask on another grid is resampled. Raises MaskError or ImageError (IMAGE-*, DICOM-*, DECODE-*).
    """
    return decoded("pair", {"image": image, "mask": mask}, {"resample": resample})


def read_pair(image: Path, mask: Path, label: int = 1) -> tuple[sitk.Image, sitk.Image, tuple[str, ...]]:
    """An image and its mask of any format, checked, and warnings. Raises ImageError or MaskError."""
    found = open_pair(image, mask)
    volume, drawn = found.phases[0], case_mask(found)
    return volume, drawn, (*check_pair(volume, drawn, label).notes, *found.notes)


def case_mask(case: CaseImages) -> sitk.Image:
    """The case's own mask, else the I-SPY tumour volume from its PE, SER and SEG.

    Raises MaskError (CASE-NO-MASK) when it has neither.
    """
    if case.mask is not None:
        return case.mask
    if case.pe is not None and case.ser is not None and case.seg is not None:
        return tumour_volume(case.pe, case.ser, case.seg)
    raise MaskError(
        "CASE-NO-MASK",
        "A case must hold a tumour mask, or PE and SER maps with a DICOM SEG",
        "none of them",
        "Add a mask drawn on the DCE image as NIfTI or NRRD.",
    )


def choose_phase(case: CaseImages, phase: int | None = None) -> sitk.Image:
    """The DCE phase with this number (0 is the first), by default the first post-contrast one.

    Raises ImageError (CASE-PHASE) for a number that is not there.
    """
    number = default_phase(len(case.phases)) if phase is None else phase
    if not 0 <= number < len(case.phases):
        last = len(case.phases) - 1
        raise ImageError("CASE-PHASE", f"The phase must be 0 to {last}", str(number), "Choose another phase.")
    return case.phases[number]


def measured_volume(
    dce: Path, pe: Path | None, ser: Path | None, seg: Path, say: Callable[[str], None] | None = None
) -> sitk.Image:
    """The I-SPY tumour volume from DICOM folders named one by one, ``seg`` a DICOM SEG file.

    A map that is not given (None) is computed from the phases; ``say`` is told which, or how far given and
    computed ones agree. Raises ImageError (CASE-EMPTY, DICOM-*, MAP-SERIES, MAP-RANGE, MAP-PHASES, SEG-*,
    DECODE-*) or MaskError.
    """
    given = {name: path for name, path in (("pe", pe), ("ser", ser)) if path is not None}
    found = decoded("volume", {"dce": dce, "seg": seg, **given}, {})
    if say is not None:
        for note in found.notes:
            say(note)
    return case_mask(found)

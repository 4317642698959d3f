"""Opening a case: from files to one DCE phase and a tumour mask on its grid."""

from collections.abc import Callable
from pathlib import Path

import SimpleITK as sitk

from core.checks import check_pair
from core.errors import ImageError, MaskError
from core.imaging.archive import unpack
from core.imaging.case_folder import CaseImages, default_phase, recognise
from core.imaging.child import decoded
from core.imaging.dicom import read_tree
from core.imaging.enhancement import agreement, computed_maps
from core.imaging.masks import read_mask
from core.imaging.phases import split_phases
from core.imaging.regrid import on_grid
from core.imaging.segmentation import read_segmentation
from core.imaging.stack import to_image
from core.imaging.tumour_volume import require_map_ranges, tumour_volume
from core.imaging.volumes import read_volume


def open_case(source: Path, work: Path, choice: int | None = None, resample: bool = False) -> CaseImages:
    """The images of an uploaded zip, or of a folder, decoded in a child process; unpacked into ``work``.

    ``choice``: which of the series that could be the dynamic one (``CaseImages.choices``); ``resample``: the
    user agreed that a mask on another grid is resampled. Raises ImageError
    (ARCHIVE-*, CASE-*, IMAGE-*, DICOM-*, DECODE-*) or MaskError when nothing usable is there.
    """
    return decoded("case", {"source": source, "work": work}, {"choice": choice, "resample": resample})


def open_pair(image: Path, mask: Path, resample: bool = False) -> CaseImages:
    """An image and its mask of any format, decoded in a child process, as a case of one phase.

    ``resample``: the user agreed that a mask on another grid is resampled.

    Raises ImageError (IMAGE-*, DECODE-*, ...) or MaskError; the pair is not checked yet.
    """
    return decoded("pair", {"image": image, "mask": mask}, {"resample": resample})


def _case(source: Path, work: Path, choice: int | None = None, resample: bool = False) -> CaseImages:
    if source.is_dir():
        return recognise(source, choice, resample)
    unpack(source, work)
    return recognise(work, choice, resample)


def _pair(image: Path, mask: Path, resample: bool = False) -> CaseImages:
    volume = read_volume(image)
    drawn, notes = read_mask(mask, volume)
    if resample:
        drawn, moved = on_grid(drawn, volume, agreed=True)
        notes = (*notes, *moved)
    return CaseImages((volume,), ("image",), "one file", mask=drawn, notes=notes)


TASKS: dict[str, Callable[..., CaseImages]] = {"case": _case, "pair": _pair}


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


def read_pair(image: Path, mask: Path, label: int = 1) -> tuple[sitk.Image, sitk.Image]:
    """An image and its mask of any format, checked. Raises ImageError or MaskError."""
    volume = read_volume(image)
    drawn, _ = read_mask(mask, volume)
    check_pair(volume, drawn, label)
    return volume, drawn


def measured_volume(
    dce: Path, pe: Path | None, ser: Path | None, seg: Path, say: Callable[[str], None] | None = None
) -> sitk.Image:
    """The I-SPY tumour volume from DICOM folders named one by one, ``seg`` a DICOM SEG file.

    A map that is not given (None) is computed from the phases; ``say`` is told which, or how far given and
    computed ones agree. Raises ImageError (CASE-EMPTY, DICOM-*, MAP-SERIES, MAP-RANGE, MAP-PHASES, SEG-*) or
    MaskError.
    """
    phases = recognise(dce).phases
    given = [None if folder is None else _map(folder, n, dce) for folder, n in ((pe, "PE"), (ser, "SER"))]
    require_map_ranges(*given)
    region = read_segmentation(seg, phases[0])
    if given[0] and given[1] and len(phases) < 3:
        return tumour_volume(given[0], given[1], region)
    computed = computed_maps(phases, region)
    used = (given[0] or computed[0], given[1] or computed[1])
    tumour = tumour_volume(*used, region)
    missing = " and ".join(n for n, one in zip(("PE1", "SER"), given, strict=True) if one is None)
    if say is not None:
        say(f"{missing} computed from the phases." if missing else str(agreement(used, computed, tumour)))
    return tumour


def _map(folder: Path, name: str, dce: Path) -> sitk.Image:
    series, _ = read_tree(folder)
    if folder.resolve() == dce.resolve():
        raise _wrong_folder(name, "the folder of the DCE series")
    if len(series) != 1:
        raise _wrong_folder(name, f"{len(series)} series")
    if not series[0].slices:
        raise _wrong_folder(name, "a segmentation")
    if (phases := len(split_phases(series[0].slices).phases)) > 1:
        raise _wrong_folder(name, f"a dynamic series of {phases} phases")
    return to_image(series[0].slices)


def _wrong_folder(name: str, found: str) -> ImageError:
    fix = f"This is the wrong folder: name the one of the {name} map."
    return ImageError(
        "MAP-SERIES", f"The {name} folder must hold the {name} map as its one DICOM series", found, fix
    )

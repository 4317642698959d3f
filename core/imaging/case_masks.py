"""The masks of a case folder, whatever their format: the tumour itself, or the volume of interest."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import SimpleITK as sitk

from core.errors import ImageError
from core.imaging.contours import read_contours
from core.imaging.dicom import Series
from core.imaging.lesion_file import SUFFIX, read_lesion
from core.imaging.segmentation import names_tumour, read_segmentation
from core.imaging.volume_files import NamedVolumes, visible

_HALF = 0.5
Found = tuple[sitk.Image, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """``seg``: volume of interest; ``mask``: the tumour; ``files``: how many of them were ``.les`` files."""

    seg: sitk.Image | None
    mask: sitk.Image | None
    notes: tuple[str, ...]
    files: int


def find_masks(
    folder: Path, series: Sequence[Series], named: NamedVolumes, reference: sitk.Image, of_interest: bool
) -> Masks:
    """Masks of a folder on the grid of ``reference``.

    A DICOM SEG is the tumour where it says so, or where no PE and SER can be had (not ``of_interest``).
    Raises ImageError (CASE-MASKS for two masks of the tumour, SEG-*, RTSTRUCT-*, LES-*) or MaskError.
    """
    lesions = sorted(p for p in folder.rglob(f"*{SUFFIX}") if p.is_file() and visible(p, folder))
    contours = [s.segmentation for s in series if s.modality == "RTSTRUCT" and s.segmentation]
    tumours: list[Found] = [] if named.mask is None else [(named.mask, ())]
    tumours += [read_lesion(path, reference) for path in lesions]
    tumours += [read_contours(path, reference) for path in contours]
    seg = named.seg
    paths = [s.segmentation for s in series if s.modality == "SEG" and s.segmentation]
    whole = [path for path in paths if names_tumour(path)]
    whole = whole or ([] if of_interest or tumours else paths[:1])
    if whole and not tumours:
        tumours.append(_tumour_of(whole[0], reference))
    elif paths:
        seg = read_segmentation(paths[0], reference)
    notes = (f"{len(paths)} SEG series; the first is used.",) if len(paths) > 1 else ()
    if len(tumours) > 1:
        fix = "Pack one case with one mask."
        raise ImageError("CASE-MASKS", "A case must hold one mask of the tumour", f"{len(tumours)}", fix)
    mask, own = tumours[0] if tumours else (None, ())
    return Masks(seg, mask, (*notes, *own), len(lesions))


def _tumour_of(path: Path, reference: sitk.Image) -> Found:
    note = "[SEG-TUMOUR] The DICOM SEG is taken as the tumour itself, not as a volume of interest."
    return read_segmentation(path, reference, at_least=_HALF), (note,)

"""A mask of any format on the grid of its image."""

from pathlib import Path

import SimpleITK as sitk
from pydicom.errors import InvalidDicomError

from core.checks.grid import require_volume_mask
from core.errors import ImageError
from core.imaging.contours import read_contours
from core.imaging.dicom import BROKEN, read_file
from core.imaging.lesion_file import SUFFIX, read_lesion
from core.imaging.segmentation import read_segmentation
from core.imaging.volumes import SUFFIXES, is_volume_file, read_volume
from core.regular import exists

_HALF = 0.5
Found = tuple[sitk.Image, tuple[str, ...]]


def read_mask(path: Path, reference: sitk.Image) -> Found:
    """A label map (NIfTI, NRRD, MHA), DICOM SEG, RTSTRUCT or ``.les`` file, and notes on what to confirm.

    A label map comes on its own grid, for ``core.checks`` to compare. Raises ImageError (IMAGE-*, SEG-*,
    RTSTRUCT-*, LES-*, MASK-READ for another kind of file) or MaskError (MASK-DIMENSION, MASK-GRID,
    MASK-EMPTY).
    """
    if is_volume_file(path):
        return read_volume(path, require_volume_mask), ()
    if path.name.lower().endswith(SUFFIX) and exists(path) and path.is_file():
        return read_lesion(path, reference)
    kind = _modality(path)
    if kind == "RTSTRUCT":
        return read_contours(path, reference)
    if kind == "SEG":
        return read_segmentation(path, reference, at_least=_HALF), ()
    kinds = f"{', '.join(SUFFIXES)}, {SUFFIX}, a DICOM SEG or RTSTRUCT"
    found = "no such file" if not (exists(path) and path.is_file()) else "a file of another kind"
    raise ImageError("MASK-READ", f"The mask must be one of {kinds}", found, "Export the mask again.")


def _modality(path: Path) -> str:
    try:
        head = read_file(path, stop_before_pixels=True, specific_tags=["Modality"])
    except (InvalidDicomError, *BROKEN):
        return ""
    return str(head.get("Modality", ""))

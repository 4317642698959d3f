"""The functional tumour volume of I-SPY from the maps of enhancement."""

import numpy as np
import SimpleITK as sitk

from core.checks import require_same_grid
from core.errors import ImageError, MaskError

MIN_PE = 70.0
MAX_SER = 3.0
_RANGES = {"PE1": (5.0, 2000.0), "SER": (0.05, 10.0)}


def tumour_volume(pe: sitk.Image, ser: sitk.Image, seg: sitk.Image) -> sitk.Image:
    """Mask (uint8, 0 or 1) of SEG > 0 and PE1 >= 70 and 0 < SER <= 3, on the grid of ``seg``.

    ``pe``: percent enhancement of the early phase, in %; ``ser``: signal enhancement ratio, no unit;
    ``seg``: volume of interest. Hylton et al., Radiology 2016 (ACRIN 6657 / I-SPY 1). Raises
    MaskError: MASK-GRID where a map lies on another grid, MASK-EMPTY where no voxel fulfils all three.
    """
    require_same_grid(seg, pe, "PE1 map")
    require_same_grid(seg, ser, "SER map")
    percent, ratio, inside = (sitk.GetArrayViewFromImage(image) for image in (pe, ser, seg))
    tumour = (inside > 0) & (percent >= MIN_PE) & (ratio > 0) & (ratio <= MAX_SER)
    if not tumour.any():
        found = f"none of {np.count_nonzero(inside > 0):,} voxels of interest"
        raise MaskError(
            "MASK-EMPTY",
            "Some voxels must have PE1 >= 70% and 0 < SER <= 3",
            found,
            "Check PE1, SER and SEG.",
        )
    mask = sitk.GetImageFromArray(tumour.astype(np.uint8))
    mask.CopyInformation(seg)
    return mask


def require_map_ranges(pe: sitk.Image | None, ser: sitk.Image | None) -> None:
    """Raises ImageError (MAP-RANGE) for maps that lost their scale or were taken for each other.

    Either would silently move the tumour's border.
    """
    for name, image in (("PE1", pe), ("SER", ser)):
        if image is None:
            continue
        values = sitk.GetArrayViewFromImage(image)
        low, high = _RANGES[name]
        middle = float(np.median(values[values > 0])) if (values > 0).any() else 0.0
        if not low <= middle <= high:
            expected = f"{name} values must have a median from {low:g} to {high:g}"
            fix = "Check that the map kept its scale (RescaleSlope) and that PE and SER are not swapped."
            raise ImageError("MAP-RANGE", expected, f"{middle:.4g}", fix)


def cubic_cm(mask: sitk.Image) -> float:
    """Volume in cubic centimetres of the voxels that are not 0."""
    voxels = np.count_nonzero(sitk.GetArrayViewFromImage(mask))
    return float(voxels * np.prod(mask.GetSpacing()) / 1000)

"""Intensities that can be computed with: numbers, not all the same, within reason."""

from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from core.errors import ImageError

_FEW_LABELS, _MANY_GREYS = 5, 50
LARGEST = 1e15  # beyond it, squares and their sums lose every digit that varies


def require_sound(array: NDArray[Any], lesion: NDArray[np.bool_]) -> None:
    """Raises ImageError: IMAGE-NAN (anywhere), IMAGE-RANGE or IMAGE-CONSTANT (in the lesion).

    ``array``, ``lesion``: intensities in the scanner's unit and where the lesion is, both (z, y, x).
    """
    if array.dtype.kind == "f" and not (finite := np.isfinite(array)).all():
        inside = np.count_nonzero(~finite[lesion])
        found = f"{np.count_nonzero(~finite):,} NaN or infinite, {inside:,} of them in the tumour"
        fix = "Export the image again; intensities are normalised over all voxels."
        raise ImageError("IMAGE-NAN", "Every voxel must hold a number", found, fix)
    values = array[lesion]
    if (peak := float(np.abs(values.astype(np.float64)).max())) > LARGEST:
        fix = "Check the scale of the image (RescaleSlope, scl_slope) and export it again."
        expected = f"Intensities in the tumour must lie within {LARGEST:.0e}"
        raise ImageError("IMAGE-RANGE", expected, f"a magnitude of {peak:.3g}", fix)
    if values.min() == values.max():
        fix = "Check that image and mask belong together."
        raise ImageError(
            "IMAGE-CONSTANT", "Intensities must vary in the tumour", f"{values[0]:.6g} in every voxel", fix
        )


def seem_swapped(image: sitk.Image, mask: sitk.Image) -> bool:
    """The image holds a few whole numbers, as a mask does, and the mask many values or none that fits."""
    if image.GetSize() != mask.GetSize():
        return False
    grey, labels = (np.unique(sitk.GetArrayViewFromImage(each)) for each in (image, mask))
    label_map = 2 <= len(grey) <= _FEW_LABELS and bool((grey == np.round(grey)).all())
    return label_map or (len(labels) > _MANY_GREYS and len(grey) <= _MANY_GREYS)

"""A mask on another grid than its image: refused, unless the user agreed that it is resampled."""

import numpy as np
import SimpleITK as sitk

from core.checks import require_same_grid
from core.checks.grid import same_grid
from core.errors import MaskError


def on_grid(mask: sitk.Image, image: sitk.Image, agreed: bool = False) -> tuple[sitk.Image, tuple[str, ...]]:
    """The mask on the image's grid, and a warning that says what was done to get it there.

    Where the grids differ: with ``agreed`` each voxel of the image takes the label of the mask voxel that is
    nearest in the patient's space, 0 outside the mask; the mask's own type stays. Without it raises MaskError
    (MASK-FLIP, MASK-GRID). Raises MaskError (MASK-OUTSIDE) where a label of the mask loses all its voxels.
    """
    if same_grid(image, mask):
        return mask, ()
    if not agreed:
        require_same_grid(image, mask)
    moved = sitk.Resample(mask, image, sitk.Transform(), sitk.sitkNearestNeighbor, 0)
    if lost := _labels(mask) - _labels(moved):
        found = f"label {', '.join(f'{value:g}' for value in sorted(lost))} outside it"
        fix = "Choose the image that the mask was drawn on."
        raise MaskError("MASK-OUTSIDE", "The lesion must lie inside the image", found, fix)
    before, after = (_volume(each) for each in (mask, moved))
    return moved, (
        f"[MASK-RESAMPLED] The mask was resampled to the image's grid by nearest neighbour: {before:.3g} cc "
        f"became {after:.3g} cc.",
    )


def _labels(mask: sitk.Image) -> set[float]:
    values = sitk.GetArrayViewFromImage(mask)
    return {float(value) for value in np.unique(values[values != 0])}


def _volume(mask: sitk.Image) -> float:
    """Cubic centimetres of all voxels that are not 0."""
    voxels = np.count_nonzero(sitk.GetArrayViewFromImage(mask))
    return float(voxels * np.prod(mask.GetSpacing()) / 1000)

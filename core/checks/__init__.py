"""Is this mask a lesion of this image, and can its voxels be trusted? Stops before a number shifts.

What would shift a number is an error; what a reader should know is a warning, a line "[CODE] text" of
``MaskReport.notes``.
"""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from core.checks.grid import require_lesion_inside, require_same_grid, require_volume, require_volume_mask
from core.checks.lesion import SMALLEST, bounding_box, lesion_of, max_diameter, part_sizes, require_some
from core.checks.sampling import require_reasonable_size
from core.checks.values import require_sound, seem_swapped
from core.checks.warnings import RELIABLE, image_warnings, lesion_warnings
from core.errors import ImageError, MaskError

__all__ = [
    "RELIABLE",
    "SMALLEST",
    "MaskReport",
    "bounding_box",
    "check_pair",
    "max_diameter",
    "require_same_grid",
    "require_volume",
]

_SWAP_SIGNS = ("MASK-FLOAT", "MASK-LABEL", "MASK-SMALL", "MASK-VOXEL", "MASK-INTENSITY", "IMAGE-CONSTANT")


@dataclass(frozen=True, slots=True)
class MaskReport:
    """A lesion in numbers: ``diameter_mm`` is its maximum 3D diameter between voxel centres.

    ``components``: parts that do not touch, not even by a corner. ``notes``: warnings, "[CODE] text".
    """

    voxels: int
    volume_mm3: float
    diameter_mm: float
    components: int
    notes: tuple[str, ...]


def check_pair(image: sitk.Image, mask: sitk.Image, label: int = 1) -> MaskReport:
    """Check image and mask (3D, one value per voxel, one grid) and measure the lesion ``mask == label``.

    Raises:
        MaskError: MASK-DIMENSION, MASK-FLIP, MASK-OUTSIDE, MASK-GRID, MASK-INTENSITY, MASK-FLOAT, MASK-EMPTY,
            MASK-LABEL, MASK-VOXEL, MASK-SMALL.
        ImageError: IMAGE-DIMENSION, IMAGE-NAN, IMAGE-RANGE, IMAGE-CONSTANT, IMAGE-RESAMPLE.
    """
    require_volume(image)
    require_volume_mask(mask)
    try:
        require_lesion_inside(image, mask, label)
        require_same_grid(image, mask)
        return _report(image, mask, label)
    except (MaskError, ImageError) as error:
        if error.code in _SWAP_SIGNS and seem_swapped(image, mask):
            fix = "Image and mask seem to be swapped: choose each in the other's place."
            raise type(error)(error.code, error.expected, error.found, fix) from error
        raise


def _report(image: sitk.Image, mask: sitk.Image, label: int) -> MaskReport:
    lesion = lesion_of(mask, label)
    box = bounding_box(lesion)
    inner = lesion[box]
    voxels = int(np.count_nonzero(inner))
    require_some(voxels)
    array, spacing = sitk.GetArrayViewFromImage(image), mask.GetSpacing()[::-1]
    require_sound(array, lesion)
    require_reasonable_size(lesion.shape, box, spacing)
    sizes, voxel = part_sizes(inner), float(np.prod(spacing))
    notes = (*lesion_warnings(sizes, voxel, box, lesion.shape), *image_warnings(array, lesion, spacing))
    return MaskReport(voxels, voxels * voxel, max_diameter(inner, spacing), len(sizes), notes)

"""How far two masks of one lesion agree: Dice coefficient and surface distances."""

from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, distance_transform_edt

from core.checks import bounding_box, require_same_grid
from core.errors import MaskError

Inside = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Overlap:
    """``dice`` 0 to 1; ``mean_mm``, ``hausdorff_mm``: symmetric surface distances; volumes in mm3.

    ``hausdorff95_mm``: the larger of the two directions' 95th percentiles.
    """

    dice: float
    mean_mm: float
    hausdorff_mm: float
    hausdorff95_mm: float
    first_mm3: float
    second_mm3: float


def overlap(first: sitk.Image, second: sitk.Image, label: int = 1) -> Overlap:
    """Agreement of the regions ``label`` of two masks on one grid.

    Surface distances go from every surface voxel of one mask to the nearest of the other; mean and largest
    pool both ways (Taha and Hanbury, BMC Med Imaging 2015). Raises MaskError (MASK-GRID, MASK-EMPTY).
    """
    require_same_grid(first, second)
    one, two = (sitk.GetArrayFromImage(mask) == label for mask in (first, second))
    if not (one.any() and two.any()):
        raise MaskError("MASK-EMPTY", "Both masks must hold the lesion", "an empty mask", "Draw the lesion.")
    box = bounding_box(one | two)
    one, two = one[box], two[box]
    sizes = int(one.sum()), int(two.sum())
    voxel = float(np.prod(first.GetSpacing()))
    spacing = first.GetSpacing()[::-1]
    directed = [_to_surface(one, two, spacing), _to_surface(two, one, spacing)]
    apart = np.concatenate(directed)
    return Overlap(
        dice=2 * int((one & two).sum()) / sum(sizes),
        mean_mm=float(apart.mean()),
        hausdorff_mm=float(apart.max()),
        hausdorff95_mm=max(float(np.percentile(away, 95)) for away in directed),
        first_mm3=sizes[0] * voxel,
        second_mm3=sizes[1] * voxel,
    )


def _to_surface(mask: Inside, other: Inside, spacing: tuple[float, ...]) -> NDArray[np.float64]:
    """Distance in mm of each surface voxel of ``mask`` to the surface of ``other``."""
    away: NDArray[np.float64] = distance_transform_edt(~_surface(other), sampling=spacing)
    return away[_surface(mask)]


def _surface(mask: Inside) -> Inside:
    """Voxels of the mask with a face on the outside; the border of the image is outside."""
    found: Inside = mask & ~binary_erosion(mask)
    return found

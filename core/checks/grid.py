"""Image and mask on one voxel grid: 3D, same place, same spacing, axes that run the same way."""

from itertools import product
from typing import Any

import numpy as np
import SimpleITK as sitk

from core.errors import ImageError, MaskError

GRID_TOLERANCE = 0.01  # voxels at the corners: float32 headers pass, and no voxel can change its place
_AXES = ("columns", "rows", "slices")


def require_volume(image: sitk.Image) -> None:
    """Raises ImageError (IMAGE-DIMENSION) unless the image is 3D with one real value per voxel."""
    if not _is_volume(image):
        fix = "Export one phase as a 3D volume."
        raise ImageError(
            "IMAGE-DIMENSION", "The image must be 3D with one value per voxel", _shape(image), fix
        )


def require_volume_mask(mask: sitk.Image) -> None:
    """Raises MaskError (MASK-DIMENSION) unless the mask is 3D with one label per voxel."""
    if not _is_volume(mask):
        expected, fix = "The mask must be 3D with one label per voxel", "Export it as a label map."
        raise MaskError("MASK-DIMENSION", expected, _shape(mask), fix)


def same_grid(image: sitk.Image, mask: sitk.Image) -> bool:
    """Whether every voxel of one is the voxel of the same index of the other, within 0.01 voxels."""
    return image.GetSize() == mask.GetSize() and _corner_shift(image, mask) <= GRID_TOLERANCE


def require_same_grid(image: sitk.Image, mask: sitk.Image, name: str = "mask") -> None:
    """Raises MaskError unless both share one voxel grid.

    MASK-FLIP where axes run the other way and nothing else differs, else MASK-GRID; both name what differs.
    """
    if same_grid(image, mask):
        return
    if reversed_axes := _reversed(image, mask):
        raise MaskError(
            "MASK-FLIP",
            f"The {name}'s axes must run as the image's",
            f"its {' and '.join(reversed_axes)} reversed",
            f"Resample the {name} to the image, and check left and right in the overlay.",
        )
    raise MaskError(
        "MASK-GRID",
        f"The {name} must lie on the image's voxel grid",
        _difference(image, mask),
        f"Resample the {name} to the image, or choose the image it was drawn on.",
    )


def require_lesion_inside(image: sitk.Image, mask: sitk.Image, label: int) -> None:
    """Raises MaskError (MASK-OUTSIDE) where a lesion on a grid of its own has no voxel inside the image.

    Axes that run the other way are left to ``require_same_grid``: they are the cause.
    """
    if same_grid(image, mask) or _reversed(image, mask):
        return
    places = np.argwhere(sitk.GetArrayViewFromImage(mask) == label)[:, ::-1]
    if not len(places):
        return
    axes = np.array(mask.GetDirection()).reshape(3, 3) * np.array(mask.GetSpacing())
    points = places @ axes.T + np.array(mask.GetOrigin())
    own = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    index = np.linalg.solve(own, (points - np.array(image.GetOrigin())).T).T
    if not ((index >= -0.5) & (index <= np.array(image.GetSize()) - 0.5)).all(axis=1).any():
        raise MaskError(
            "MASK-OUTSIDE",
            "The lesion must lie inside the image",
            f"all {len(places):,} voxels outside it",
            "Choose the image that the mask was drawn on.",
        )


def _is_volume(image: sitk.Image) -> bool:
    real = "complex" not in image.GetPixelIDTypeAsString()
    return bool(image.GetDimension() == 3 and image.GetNumberOfComponentsPerPixel() == 1 and real)


def _shape(image: sitk.Image) -> str:
    values = image.GetNumberOfComponentsPerPixel()
    return (
        f"{image.GetDimension()}D {_by(image.GetSize())}, {values} value{'s' if values > 1 else ''} per voxel"
    )


def _corner_shift(image: sitk.Image, mask: sitk.Image) -> float:
    """Largest distance, in voxels of the mask, between the same corner of both grids."""
    corners = product(*((0, n - 1) for n in image.GetSize()))
    points = ((c, image.TransformIndexToPhysicalPoint(c)) for c in corners)
    return max(
        float(np.abs(np.subtract(mask.TransformPhysicalPointToContinuousIndex(p), c)).max())
        for c, p in points
    )


def _reversed(image: sitk.Image, mask: sitk.Image) -> list[str]:
    """Axes of the mask that run against the image's, if size and spacing agree and all lie in parallel."""
    alike = image.GetSize() == mask.GetSize() and np.allclose(
        image.GetSpacing(), mask.GetSpacing(), rtol=1e-4
    )
    ours, theirs = (np.array(i.GetDirection()).reshape(3, 3) for i in (image, mask))
    cosines = (ours * theirs).sum(axis=0)
    if not alike or (np.abs(np.abs(cosines) - 1) > 1e-3).any():
        return []
    return [name for name, cosine in zip(_AXES, cosines, strict=True) if cosine < 0]


def _difference(image: sitk.Image, mask: sitk.Image) -> str:
    """Size, spacing, origin and direction as far as they differ, the mask's first."""
    read: list[tuple[str, Any]] = [("size", sitk.Image.GetSize), ("spacing", sitk.Image.GetSpacing)]
    read += [("origin", sitk.Image.GetOrigin), ("direction", sitk.Image.GetDirection)]
    pairs = [(name, get(mask), get(image)) for name, get in read]
    differ = [p for p in pairs if not np.allclose(p[1], p[2], rtol=1e-5, atol=1e-4)] or pairs[1:]
    return "; ".join(f"{name} {_by(ours)} instead of {_by(theirs)}" for name, ours, theirs in differ)


def _by(values: tuple[float, ...]) -> str:
    return f"({', '.join(f'{v:.6g}' for v in values)})"

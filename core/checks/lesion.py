"""The voxels of one label: found or not, how many, in how many parts, how far apart."""

from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from core.errors import MaskError

SMALLEST = 8
_ENDS_LIMIT = 6000
MOST_LABELS = 50  # an atlas of the breast has fewer, a grey image more


def lesion_of(mask: sitk.Image, label: int) -> NDArray[np.bool_]:
    """Where the mask (z, y, x) holds the label.

    Raises MaskError: MASK-INTENSITY, MASK-FLOAT, MASK-EMPTY, MASK-LABEL.
    """
    array = sitk.GetArrayViewFromImage(mask)
    _require_labels(array)
    lesion: NDArray[np.bool_] = array == label
    if not lesion.any():
        raise _no_label(array, label)
    return lesion


def require_some(voxels: int) -> None:
    """Raises MaskError: MASK-VOXEL for one voxel, MASK-SMALL for fewer than 8."""
    if voxels == 1:
        fix = "Draw the lesion; a single voxel marks a place and has no shape or texture."
        raise MaskError("MASK-VOXEL", "The lesion must have more than one voxel", "one voxel", fix)
    if voxels < SMALLEST:
        expected = f"The lesion must have at least {SMALLEST} voxels"
        raise MaskError("MASK-SMALL", expected, f"{voxels} voxels", "Check the mask.")


def part_sizes(lesion: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Voxels of each part; parts do not touch, not even by a corner."""
    parts = sitk.ConnectedComponentImageFilter()
    parts.FullyConnectedOn()
    numbered = sitk.GetArrayFromImage(parts.Execute(sitk.GetImageFromArray(lesion.astype(np.uint8))))
    return np.bincount(numbered.ravel())[1:]


def bounding_box(lesion: NDArray[np.bool_]) -> tuple[slice, ...]:
    """Smallest box around the True voxels, one slice per axis; the array must hold one at least."""
    axes = range(lesion.ndim)
    filled = (np.flatnonzero(lesion.any(axis=tuple(a for a in axes if a != axis))) for axis in axes)
    return tuple(slice(int(f[0]), int(f[-1]) + 1) for f in filled)


def max_diameter(lesion: NDArray[np.bool_], spacing: tuple[float, ...]) -> float:
    """Largest distance in mm between centres of True voxels; ``spacing`` in the array's axis order.

    The two farthest voxels are ends of their line along every axis, so only such voxels are compared.
    """
    from scipy.spatial import ConvexHull  # here: a process that only decodes starts without SciPy
    from scipy.spatial.distance import pdist

    ends = lesion
    for axis in range(lesion.ndim):
        ends = ends & _line_ends(lesion, axis)
    points = np.argwhere(ends) * np.asarray(spacing, dtype=float)
    if len(points) > _ENDS_LIMIT:
        points = points[ConvexHull(points, qhull_options="QJ").vertices]
    return float(pdist(points).max()) if len(points) > 1 else 0.0


def _line_ends(lesion: NDArray[np.bool_], axis: int) -> NDArray[np.bool_]:
    count = np.cumsum(lesion, axis=axis, dtype=np.int32)
    total = np.take(count, [-1], axis=axis)
    ends: NDArray[np.bool_] = lesion & ((count == 1) | (count == total))
    return ends


def _require_labels(array: NDArray[Any]) -> None:
    if array.dtype.kind == "f" and (bad := np.count_nonzero(~np.isfinite(array))):
        raise _float(f"{bad:,} NaN or infinite values")
    low, high = float(array.min()), float(array.max())
    share = array.dtype.kind == "f" and low >= 0 and high <= 1
    if not share and (kinds := len(np.unique(array))) > MOST_LABELS:
        found = f"{kinds:,} different values from {low:.4g} to {high:.4g}"
        fix = "This looks like an intensity image: choose the mask in its place."
        expected = f"The mask must hold at most {MOST_LABELS} labels"
        raise MaskError("MASK-INTENSITY", expected, found, fix)
    if array.dtype.kind == "f" and not (array == np.round(array)).all():
        raise _float(f"values from {low:.3g} to {high:.3g} that are no whole numbers")


def _float(found: str) -> MaskError:
    return MaskError(
        "MASK-FLOAT", "The mask must hold whole numbers as labels", found, "Threshold or round it first."
    )


def _no_label(array: NDArray[Any], label: int) -> MaskError:
    labels, counts = np.unique(array[array != 0], return_counts=True)
    if not len(labels):
        return MaskError(
            "MASK-EMPTY",
            "The mask must hold at least one voxel",
            "an empty mask",
            "Draw or choose the lesion.",
        )
    found = ", ".join(
        f"{v:.0f} ({n:,} voxel{'s' if n > 1 else ''})" for v, n in zip(labels[:5], counts[:5], strict=True)
    )
    choose = " or ".join(f"{v:.0f}" for v in labels[:5])
    return MaskError("MASK-LABEL", f"Label {label} is not in the mask", found, f"Choose label {choose}.")

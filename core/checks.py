"""Is this mask a lesion of this image, and can its voxels be trusted? Stops before a number shifts."""

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy.spatial import ConvexHull
from scipy.spatial.distance import pdist

from core.errors import ImageError, MaskError

GRID_TOLERANCE = 0.01  # voxels at the corners: float32 headers pass, and no voxel can change its place
SMALLEST = 8
RELIABLE = 64
_ENDS_LIMIT = 6000
_MOST_LABELS, _MANY_GREYS = 5, 255
_SWAP_SIGNS = ("MASK-FLOAT", "MASK-LABEL", "MASK-SMALL", "IMAGE-CONSTANT")
_LARGEST = 1e15  # beyond it, squares and their sums lose every digit that varies


@dataclass(frozen=True, slots=True)
class MaskReport:
    """A lesion in numbers: ``diameter_mm`` is its maximum 3D diameter between voxel centres.

    ``components``: parts that do not touch, not even by a corner. ``notes``: what a reader should know.
    """

    voxels: int
    volume_mm3: float
    diameter_mm: float
    components: int
    notes: tuple[str, ...]


def check_pair(image: sitk.Image, mask: sitk.Image, label: int = 1) -> MaskReport:
    """Check image and mask (3D, one value per voxel, one grid) and measure the lesion ``mask == label``.

    Raises MaskError (MASK-DIMENSION, MASK-GRID, MASK-FLOAT, MASK-EMPTY, MASK-LABEL, MASK-SMALL) or
    ImageError (IMAGE-DIMENSION, IMAGE-NAN, IMAGE-RANGE, IMAGE-CONSTANT).
    """
    require_volume(image)
    if not _is_volume(mask):
        raise MaskError(
            "MASK-DIMENSION",
            "The mask must be 3D with one label per voxel",
            _shape(mask),
            "Export it as a label map.",
        )
    require_same_grid(image, mask)
    try:
        lesion = _lesion(mask, label)
        report = _measure(lesion, bounding_box(lesion), mask.GetSpacing()[::-1])
        _check_values(sitk.GetArrayViewFromImage(image), lesion)
    except (MaskError, ImageError) as error:
        if error.code in _SWAP_SIGNS and _seem_swapped(image, mask):
            fix = "Image and mask seem to be swapped: choose each in the other's place."
            raise type(error)(error.code, error.expected, error.found, fix) from error
        raise
    return report


def require_volume(image: sitk.Image) -> None:
    """Raises ImageError (IMAGE-DIMENSION) unless the image is 3D with one real value per voxel."""
    if not _is_volume(image):
        fix = "Export one phase as a 3D volume."
        raise ImageError(
            "IMAGE-DIMENSION", "The image must be 3D with one value per voxel", _shape(image), fix
        )


def require_same_grid(image: sitk.Image, mask: sitk.Image, name: str = "mask") -> None:
    """Raises MaskError (MASK-GRID) that names what differs, unless both share one voxel grid."""
    if image.GetSize() == mask.GetSize() and _corner_shift(image, mask) <= GRID_TOLERANCE:
        return
    expected = f"The {name} must lie on the image's voxel grid"
    raise MaskError(
        "MASK-GRID",
        expected,
        _difference(image, mask),
        f"Resample the {name} to the image, or choose the image it was drawn on.",
    )


def bounding_box(lesion: NDArray[np.bool_]) -> tuple[slice, ...]:
    """Smallest box around the True voxels, one slice per axis; the array must hold one at least."""
    axes = range(lesion.ndim)
    filled = (np.flatnonzero(lesion.any(axis=tuple(a for a in axes if a != axis))) for axis in axes)
    return tuple(slice(int(f[0]), int(f[-1]) + 1) for f in filled)


def max_diameter(lesion: NDArray[np.bool_], spacing: tuple[float, ...]) -> float:
    """Largest distance in mm between centres of True voxels; ``spacing`` in the array's axis order.

    The two farthest voxels are ends of their line along every axis, so only such voxels are compared.
    """
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


def _difference(image: sitk.Image, mask: sitk.Image) -> str:
    """Size, spacing, origin and direction as far as they differ, the mask's first."""
    read: list[tuple[str, Any]] = [("size", sitk.Image.GetSize), ("spacing", sitk.Image.GetSpacing)]
    read += [("origin", sitk.Image.GetOrigin), ("direction", sitk.Image.GetDirection)]
    pairs = [(name, get(mask), get(image)) for name, get in read]
    differ = [p for p in pairs if not np.allclose(p[1], p[2], rtol=1e-5, atol=1e-4)] or pairs[1:]
    return "; ".join(f"{name} {_by(ours)} instead of {_by(theirs)}" for name, ours, theirs in differ)


def _by(values: tuple[float, ...]) -> str:
    return f"({', '.join(f'{v:.6g}' for v in values)})"


def _lesion(mask: sitk.Image, label: int) -> NDArray[np.bool_]:
    array = sitk.GetArrayViewFromImage(mask)
    if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.round(array)).all()):
        bad = np.count_nonzero(~np.isfinite(array))
        fractions = f"values from {np.nanmin(array):.3g} to {np.nanmax(array):.3g} that are no whole numbers"
        found = f"{bad:,} NaN or infinite values" if bad else fractions
        raise MaskError(
            "MASK-FLOAT", "The mask must hold whole numbers as labels", found, "Threshold or round it first."
        )
    lesion: NDArray[np.bool_] = array == label
    if not lesion.any():
        raise _no_label(array, label)
    return lesion


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


def _seem_swapped(image: sitk.Image, mask: sitk.Image) -> bool:
    """The image holds a few whole numbers, as a mask does, or the mask many grey values."""
    if image.GetSize() != mask.GetSize():
        return False
    grey, labels = (np.unique(sitk.GetArrayViewFromImage(each)) for each in (image, mask))
    label_map = 2 <= len(grey) <= _MOST_LABELS and bool((grey == np.round(grey)).all())
    return label_map or len(labels) > _MANY_GREYS


def _measure(lesion: NDArray[np.bool_], box: tuple[slice, ...], spacing: tuple[float, ...]) -> MaskReport:
    inner = lesion[box]
    voxels = int(np.count_nonzero(inner))
    if voxels < SMALLEST:
        found = f"{voxels} voxel{'s' if voxels > 1 else ''}"
        raise MaskError(
            "MASK-SMALL", f"The lesion must have at least {SMALLEST} voxels", found, "Check the mask."
        )
    parts = sitk.ConnectedComponentImageFilter()
    parts.FullyConnectedOn()
    numbered = sitk.GetArrayFromImage(parts.Execute(sitk.GetImageFromArray(inner.astype(np.uint8))))
    sizes = np.bincount(numbered.ravel())[1:]
    voxel = float(np.prod(spacing))
    notes = (*_parts_note(sizes, voxel), *_notes(voxels, box, lesion.shape))
    return MaskReport(voxels, voxels * voxel, max_diameter(inner, spacing), len(sizes), notes)


def _parts_note(sizes: NDArray[np.intp], voxel: float) -> tuple[str, ...]:
    """What is measured where the lesion is in parts; ``sizes`` in voxels of ``voxel`` cubic mm."""
    if len(sizes) == 1:
        return ()
    largest, total = (f"{n * voxel / 1000:.3g}" for n in (sizes.max(), sizes.sum()))
    return (
        f"{len(sizes)} separate parts, measured as one lesion; the largest has {largest} cc of {total} cc. "
        "The diameter is the extent over all parts.",
    )


def _notes(voxels: int, box: tuple[slice, ...], shape: tuple[int, ...]) -> tuple[str, ...]:
    edge = any(part.start == 0 or part.stop == size for part, size in zip(box, shape, strict=True))
    flat = any(part.stop - part.start == 1 for part in box)
    found = {
        f"The lesion has only {voxels} voxels; texture features of so few are unreliable.": voxels < RELIABLE,
        "The mask touches the edge of the image; the lesion may be cut off.": edge,
        "The mask is one voxel thick; 3D shape and texture lose their meaning.": flat,
    }
    return tuple(text for text, applies in found.items() if applies)


def _check_values(array: NDArray[Any], lesion: NDArray[np.bool_]) -> None:
    if array.dtype.kind == "f" and not (finite := np.isfinite(array)).all():
        inside = np.count_nonzero(~finite[lesion])
        found = f"{np.count_nonzero(~finite):,} NaN or infinite, {inside:,} of them in the tumour"
        fix = "Export the image again; intensities are normalised over all voxels."
        raise ImageError("IMAGE-NAN", "Every voxel must hold a number", found, fix)
    values = array[lesion]
    if (peak := float(np.abs(values.astype(np.float64)).max())) > _LARGEST:
        fix = "Check the scale of the image (RescaleSlope, scl_slope) and export it again."
        expected = f"Intensities in the tumour must lie within {_LARGEST:.0e}"
        raise ImageError("IMAGE-RANGE", expected, f"a magnitude of {peak:.3g}", fix)
    if values.min() == values.max():
        fix = "Check that image and mask belong together."
        raise ImageError(
            "IMAGE-CONSTANT", "Intensities must vary in the tumour", f"{values[0]:.6g} in every voxel", fix
        )

"""A volume made ready to be looked at slice by slice: greys, letters of orientation, size of a voxel."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from core.checks import require_same_grid
from core.imaging.key_slice import crop

LETTERS = (("R", "L"), ("A", "P"), ("I", "S"))  # towards lower and higher x, y, z of the patient
PLANES = ("sagittal", "coronal", "axial")  # by the axis that their slices stack along
TOWARDS = {"axial": "LPS", "coronal": "LIP", "sagittal": "PIL"}  # where columns, rows and slices go
SECOND = 0.38  # sine of 22.5 degrees: beyond it a direction lies between two axes
TRUNCATED = (1, 99.9)  # percentiles: an enhancing lesion keeps its texture


@dataclass(frozen=True, slots=True, eq=False)
class Viewed:
    """A volume to look at.

    ``voxels``: (slices, rows, columns); ``spacing``: mm between slices, rows, columns; ``edges``: letters
    at the left, right, top and bottom of a slice; ``plane``: sagittal, coronal, axial, or oblique with the
    nearest.
    """

    voxels: NDArray[Any]
    spacing: tuple[float, float, float]
    edges: tuple[str, str, str, str]
    plane: str


def viewed(image: sitk.Image) -> Viewed:
    """A 3D image as it is looked at."""
    voxels = sitk.GetArrayFromImage(image)
    column, row, between = (float(v) for v in image.GetSpacing())
    direction = image.GetDirection()
    return Viewed(voxels, (between, row, column), edges(direction), plane(direction))


def reformatted(image: sitk.Image, name: str) -> sitk.Image:
    """The volume in slices of another plane (axial, coronal, sagittal), as radiologists look at them.

    Axes are permuted and reversed; no voxel is interpolated, so an oblique acquisition stays oblique. A
    volume that was acquired in the plane stays as it is.
    """
    return image if nearest(image.GetDirection()) == name else sitk.DICOMOrient(image, TOWARDS[name])


def lesion(image: sitk.Image, mask: sitk.Image, label: int = 1) -> NDArray[np.bool_]:
    """Where the mask holds the label: (slices, rows, columns). Raises MaskError (MASK-GRID)."""
    require_same_grid(image, mask)
    inside: NDArray[np.bool_] = sitk.GetArrayViewFromImage(mask) == label
    return inside


def window(plane: NDArray[Any]) -> tuple[float, float]:
    """Intensities to show as black and as white: the 1st and the 99.9th percentile of a plane."""
    low, high = np.percentile(plane, TRUNCATED)
    return float(low), float(high)


def greys(plane: NDArray[Any], window: tuple[float, float]) -> NDArray[np.uint8]:
    """A plane in 256 greys between the intensities of a window."""
    low, high = window
    return np.clip(255 * (plane - low) / max(high - low, 1e-9), 0, 255).astype(np.uint8)


def on_patch(mask: NDArray[Any], box: tuple[float, float, float, float], size: int) -> NDArray[np.bool_]:
    """A mask of the key slice as its patch (size, size) shows it; ``box``: the patch's edges, in pixels."""
    inside: NDArray[np.bool_] = crop((mask > 0).astype(np.float32), box, size) >= 0.5
    return inside


def edges(direction: tuple[float, ...]) -> tuple[str, str, str, str]:
    """Letters at the left, right, top and bottom of a slice, from the direction cosines.

    Args:
        direction: nine cosines, row by row; column k is the direction of index axis k (columns, rows,
            slices) in the patient's L, P, S coordinates (ITK, DICOM).
    """
    right, down, _ = _axes(direction)
    return letters(-right), letters(right), letters(-down), letters(down)


def letters(vector: NDArray[np.float64]) -> str:
    """Where a unit vector in L, P, S points: one letter, two where it lies between two axes."""
    order = np.argsort(-np.abs(vector), kind="stable")
    far = [a for k, a in enumerate(order) if k == 0 or (k < 2 and abs(vector[a]) > SECOND)]
    return "".join(LETTERS[a][int(vector[a] > 0)] for a in far)


def plane(direction: tuple[float, ...]) -> str:
    """Name of the acquisition plane."""
    name = nearest(direction)
    return name if np.sort(np.abs(_axes(direction)[2]))[1] <= SECOND else f"oblique, nearest {name}"


def nearest(direction: tuple[float, ...]) -> str:
    """The one of ``PLANES`` that is nearest to the acquisition plane."""
    return PLANES[int(np.abs(_axes(direction)[2]).argmax())]


def _axes(direction: tuple[float, ...]) -> NDArray[np.float64]:
    return np.asarray(direction, dtype=np.float64).reshape(3, 3).T

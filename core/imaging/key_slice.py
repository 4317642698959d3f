"""The slice, the intensity window and the patch that the deep features see."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from PIL import Image

from core.checks import bounding_box, max_diameter, require_same_grid
from core.errors import MaskError
from core.settings import PatchSettings


@dataclass(frozen=True, slots=True, eq=False)
class KeySlice:
    """Key slice of a lesion, H x W in the acquisition plane.

    ``image``: windowed, 0 to 255; ``mask``: the lesion; ``patch``: 224 x 224, 0 to 1; ``spacing``: mm
    between rows and between columns; ``box``: the patch's top, left, bottom, right edge in pixels of
    the slice (pixel i spans i to i + 1; edges beyond the slice were padded with black).
    """

    index: int
    image: NDArray[np.uint8]
    mask: NDArray[np.bool_]
    patch: NDArray[np.float32]
    spacing: tuple[float, float]
    box: tuple[float, float, float, float]


def key_slice(mask: sitk.Image, label: int = 1) -> int:
    """Index of the slice, along the third axis, with the largest in-plane lesion diameter in mm.

    Ties go to the larger area, then to the lower index. Raises MaskError (MASK-EMPTY).
    """
    lesion = _lesion(mask, label)
    spacing = _row_column(mask)
    filled = np.flatnonzero(lesion.any(axis=(1, 2)))
    rank = {i: (round(max_diameter(lesion[i], spacing), 6), int(lesion[i].sum()), -i) for i in filled}
    return int(max(rank, key=lambda i: rank[i]))


def window(plane: NDArray[np.generic], settings: PatchSettings) -> NDArray[np.float32]:
    """Intensities of one slice mapped to 0..1: its 1st to 99th percentile, or the paper's level and width."""
    values = plane.astype(np.float64)
    if settings.window == "published":
        low, high = settings.level - settings.width / 2, settings.level + settings.width / 2
    else:
        low, high = (float(v) for v in np.percentile(values, (1, 99)))
    if high <= low:  # over 98% of the slice is background of one value
        low, high = float(values.min()), float(values.max())
    if high <= low:
        return np.zeros(values.shape, dtype=np.float32)
    return np.clip((values - low) / (high - low), 0, 1).astype(np.float32)


def patch(image: sitk.Image, mask: sitk.Image, settings: PatchSettings, label: int = 1) -> KeySlice:
    """Key slice and patch: lesion box x margin, square in mm, resized by antialiased linear interpolation.

    Raises MaskError (MASK-GRID, MASK-EMPTY).
    """
    require_same_grid(image, mask)
    index, spacing = key_slice(mask, label), _row_column(mask)
    lesion = _lesion(mask, label)[index]
    shown = window(sitk.GetArrayViewFromImage(image)[index], settings)
    box = square_box(lesion, spacing, settings.margin)
    picture = np.rint(shown * 255).astype(np.uint8)
    return KeySlice(index, picture, lesion, crop(shown, box, settings.size), spacing, box)


def for_reading(plane: NDArray[Any]) -> NDArray[np.uint8]:
    """A plane in 256 greys, 1st to 99.9th percentile: wider at the bright end than the patch's window, so
    that an enhancing lesion keeps its texture for the eye."""
    low, high = np.percentile(plane, (1, 99.9))
    return np.clip(255 * (plane - low) / max(high - low, 1e-9), 0, 255).astype(np.uint8)


def square_box(
    lesion: NDArray[np.bool_], spacing: tuple[float, float], margin: float
) -> tuple[float, float, float, float]:
    """Square in mm around the lesion's bounding box, its longer side times ``margin``; edges in pixels."""
    rows, columns = bounding_box(lesion)
    side = margin * max(
        (part.stop - part.start) * mm for part, mm in zip((rows, columns), spacing, strict=True)
    )
    half = [side / mm / 2 for mm in spacing]
    middle = [(part.start + part.stop) / 2 for part in (rows, columns)]
    return middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]


def crop(
    plane: NDArray[np.float32], box: tuple[float, float, float, float], size: int
) -> NDArray[np.float32]:
    """``box`` of ``plane`` (H, W) as (size, size), black beyond its border."""
    top, left, bottom, right = box
    pads = [max(0, int(np.ceil(v))) for v in (-top, bottom - plane.shape[0], -left, right - plane.shape[1])]
    padded = np.pad(plane, ((pads[0], pads[1]), (pads[2], pads[3])))
    edges = (left + pads[2], top + pads[0], right + pads[2], bottom + pads[0])
    resized = Image.fromarray(padded).resize((size, size), Image.Resampling.BILINEAR, box=edges)
    return np.clip(np.asarray(resized, dtype=np.float32), 0, 1)


def _lesion(mask: sitk.Image, label: int) -> NDArray[np.bool_]:
    lesion: NDArray[np.bool_] = sitk.GetArrayViewFromImage(mask) == label
    if not lesion.any():
        raise MaskError(
            "MASK-EMPTY", f"The mask must hold voxels of label {label}", "none", "Draw or choose the lesion."
        )
    return lesion


def _row_column(mask: sitk.Image) -> tuple[float, float]:
    column, row, _ = mask.GetSpacing()
    return float(row), float(column)

"""DICOM RTSTRUCT onto the grid of an image: planar contours filled slice by slice."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError

from core.errors import ImageError, MaskError
from core.imaging.dicom import BROKEN, read_file

_OFF_SLICE = 0.25  # slices
_MOST_POINTS = 2_000_000
_FLAT = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Contour:
    """``at``: slice; ``points``: (n, 2), row and column in voxels."""

    at: int
    points: Points


def read_contours(
    path: Path, reference: sitk.Image, roi: int | None = None
) -> tuple[sitk.Image, tuple[str, ...]]:
    """Mask (uint8, 0 or 1) of the voxels whose centre a structure encloses, on the reference's grid; notes.

    A contour inside another cuts a hole (DICOM PS3.3 C.8.8.6.3). ``roi``: ROINumber where there are several.
    Raises ImageError (RTSTRUCT-READ for a damaged file or one without closed contours, RTSTRUCT-ROIS for
    several structures) or MaskError (MASK-GRID where contours lie outside the image, between its slices or
    across them; MASK-EMPTY where they enclose no voxel).
    """
    from skimage.draw import polygon2mask  # here: slow to import, and few cases have contours

    lines = _lines(path, roi)
    contours = [_placed(line, reference) for line in lines]
    array = np.zeros(reference.GetSize()[::-1], dtype=np.uint8)
    for one in contours:
        array[one.at] ^= polygon2mask(array.shape[1:], one.points).astype(np.uint8)
    if not array.any():
        raise MaskError(
            "MASK-EMPTY", "The contours must enclose at least one voxel", "none", "Draw the lesion again."
        )
    mask = sitk.GetImageFromArray(array)
    mask.CopyInformation(reference)
    return mask, _skipped({one.at for one in contours})


def _lines(path: Path, roi: int | None) -> list[Points]:
    """Closed contours (n, 3) in patient mm of the one structure; exact repetitions once."""
    try:
        dataset = read_file(path)
        structures = {int(s.ReferencedROINumber): _closed(s) for s in dataset.ROIContourSequence}
    except (InvalidDicomError, IndexError, *BROKEN) as error:
        raise _unreadable("a damaged file, or none") from error
    structures = {number: lines for number, lines in structures.items() if lines}
    if roi is not None:
        structures = {k: v for k, v in structures.items() if k == roi}
    if not structures:
        raise _unreadable("no closed contour")
    if len(structures) > 1:
        fix = "Export the lesion alone."
        raise ImageError("RTSTRUCT-ROIS", "The RTSTRUCT must hold one structure", f"{len(structures)}", fix)
    return list({line.tobytes(): line for line in next(iter(structures.values()))}.values())


def _closed(structure: Any) -> list[Points]:
    items = structure.get("ContourSequence") or []
    lines = [
        np.array([float(v) for v in item.ContourData]).reshape(-1, 3)
        for item in items
        if item.ContourGeometricType in _FLAT
    ]
    if sum(len(line) for line in lines) > _MOST_POINTS or not all(np.isfinite(line).all() for line in lines):
        raise ValueError(len(lines))
    return [line for line in lines if len(line) > 2]


def _placed(line: Points, reference: sitk.Image) -> _Contour:
    axes = np.array(reference.GetDirection()).reshape(3, 3) * np.array(reference.GetSpacing())
    voxels = np.linalg.solve(axes, (line - np.array(reference.GetOrigin())).T).T
    at = float(np.median(voxels[:, 2]))
    columns, rows, slices = reference.GetSize()
    if np.abs(voxels[:, 2] - round(at)).max() > _OFF_SLICE:
        raise _elsewhere("contours between its slices or across them")
    low, high = voxels[:, :2].min(axis=0), voxels[:, :2].max(axis=0)
    if not 0 <= round(at) < slices or (low < -1).any() or (high > np.array([columns, rows])).any():
        raise _elsewhere("contours outside it")
    return _Contour(round(at), voxels[:, 1::-1])


def _skipped(slices: set[int]) -> tuple[str, ...]:
    missing = max(slices) - min(slices) + 1 - len(slices)
    text = f"[RTSTRUCT-GAPS] {missing} slices between the contours hold none; nothing is filled in there."
    return (text,) if missing else ()


def _unreadable(found: str) -> ImageError:
    fix = "Export the contours again, or upload the mask as NIfTI."
    return ImageError("RTSTRUCT-READ", "The RTSTRUCT must hold closed planar contours", found, fix)


def _elsewhere(found: str) -> MaskError:
    fix = "Choose the series on which the contours were drawn."
    return MaskError("MASK-GRID", "The contours must lie on the image's slices", found, fix)

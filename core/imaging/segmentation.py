"""DICOM SEG onto the grid of an image."""

import re
from pathlib import Path

import numpy as np
import pydicom
import SimpleITK as sitk
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError

from core.errors import ImageError, MaskError
from core.imaging.dicom import BROKEN, read_file
from core.imaging.pixels import decode

_OFF_GRID = 0.05  # voxels


# In a segment's label, category or type (DICOM PS3.16, CID 7150 and 7151).
_TUMOUR = re.compile(r"\b(tumou?r|neoplas|lesion|mass\b|carcinoma|cancer|morphologically)", re.IGNORECASE)


def read_segmentation(
    path: Path, reference: sitk.Image, at_least: float = 0, segment: int | None = None
) -> sitk.Image:
    """Mask (uint8, 0 or 1) on the grid of ``reference``: 1 where the stored value is above 0.

    BINARY or FRACTIONAL, any subset of slices; each frame is placed by its own ImagePositionPatient and
    orientation. ``at_least``: share of a FRACTIONAL segmentation's maximum that a voxel must reach;
    ``segment``: the segment's number, where there are several. Raises ImageError (SEG-READ, SEG-SEGMENTS
    unless it is one segment, IMAGE-TRUNCATED) or MaskError (MASK-GRID) where its pixels do not fall on the
    reference's voxels.
    """
    try:
        dataset = read_file(path)
        frames = list(dataset.PerFrameFunctionalGroupsSequence)
        places = [_placement(frame, dataset) for frame in frames]
        numbers = [_segment(frame, dataset) for frame in frames]
        filled = _filled(dataset, len(frames), at_least)
    except (InvalidDicomError, *BROKEN) as error:
        fix = "Export the segmentation again, or upload it as NIfTI."
        raise ImageError(
            "SEG-READ", "The DICOM SEG must give a position for every frame", "none", fix
        ) from error
    wanted = set(numbers) & {segment} if segment is not None else set(numbers)
    if len(wanted) != 1:
        fix = "Export the lesion alone."
        raise ImageError("SEG-SEGMENTS", "The DICOM SEG must hold one segment", f"{len(wanted)}", fix)
    kept = [k for k, number in enumerate(numbers) if number in wanted]
    return _drawn(filled[kept], [places[k] for k in kept], reference)


def names_tumour(path: Path) -> bool:
    """Whether the segments of a DICOM SEG say that they are a tumour, and not a volume of interest."""
    try:
        segments = list(read_file(path, stop_before_pixels=True).SegmentSequence)
    except (InvalidDicomError, *BROKEN):
        return False
    return bool(segments) and all(_TUMOUR.search(_said(one)) for one in segments)


def _said(segment: pydicom.Dataset) -> str:
    codes = [segment.get(f"SegmentedProperty{kind}CodeSequence") or [] for kind in ("Category", "Type")]
    meanings = [str(item.get("CodeMeaning", "")) for sequence in codes for item in sequence]
    return " ".join([str(segment.get("SegmentLabel", "")), *meanings])


def _filled(dataset: pydicom.Dataset, frames: int, at_least: float) -> NDArray[np.bool_]:
    """(frames, rows, columns). A SEG cut off raises ImageError (IMAGE-TRUNCATED)."""
    fractional = str(dataset.get("SegmentationType", "")) == "FRACTIONAL"
    least = at_least * float(dataset.get("MaximumFractionalValue") or 255) if fractional else 0
    pixels = decode(dataset).reshape(frames, int(dataset.Rows), int(dataset.Columns))
    filled: NDArray[np.bool_] = (pixels > 0) & (pixels >= least)
    return filled


def _drawn(filled: NDArray[np.bool_], places: list[NDArray[np.float64]], reference: sitk.Image) -> sitk.Image:
    array = np.zeros(reference.GetSize()[::-1], dtype=np.uint8)
    for frame, place in zip(filled, places, strict=True):
        index = _indices(np.argwhere(frame), place, reference)
        array[index[:, 2], index[:, 1], index[:, 0]] = 1
    mask = sitk.GetImageFromArray(array)
    mask.CopyInformation(reference)
    return mask


def _placement(frame: pydicom.Dataset, dataset: pydicom.Dataset) -> NDArray[np.float64]:
    """(3, 3): patient mm of pixel (0, 0), and the steps to the next row and to the next column."""
    cosines = np.array(
        _group(frame, dataset, "PlaneOrientationSequence").ImageOrientationPatient, dtype=float
    )
    row, column = (float(v) for v in _group(frame, dataset, "PixelMeasuresSequence").PixelSpacing)
    origin = np.array(_group(frame, dataset, "PlanePositionSequence").ImagePositionPatient, dtype=float)
    return np.array([origin, cosines[3:] * row, cosines[:3] * column])


def _group(frame: pydicom.Dataset, dataset: pydicom.Dataset, name: str) -> pydicom.Dataset:
    """A functional group of the frame, or else the one that all frames share."""
    holder = frame if name in frame else dataset.SharedFunctionalGroupsSequence[0]
    return holder[name].value[0]


def _segment(frame: pydicom.Dataset, dataset: pydicom.Dataset) -> int:
    return int(_group(frame, dataset, "SegmentIdentificationSequence").ReferencedSegmentNumber)


def _indices(filled: NDArray[np.intp], place: NDArray[np.float64], reference: sitk.Image) -> NDArray[np.intp]:
    """Voxel indices (n, 3), x y z, in ``reference`` of pixels (n, 2), row column, of a frame."""
    axes = np.array(reference.GetDirection()).reshape(3, 3) * np.array(reference.GetSpacing())
    points = place[0] + filled @ place[1:] - np.array(reference.GetOrigin())
    exact = np.linalg.solve(axes, points.T).T
    index = np.rint(exact).astype(np.intp)
    inside = ((index >= 0) & (index < np.array(reference.GetSize()))).all()
    if not inside or (np.abs(exact - index) > _OFF_GRID).any():
        found = "pixels between its voxels" if inside else "pixels outside it"
        fix = "Choose the series on which the segmentation was drawn."
        raise MaskError("MASK-GRID", "The segmentation must lie on the image's voxel grid", found, fix)
    return index

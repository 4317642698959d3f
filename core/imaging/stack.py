"""The slices of one DICOM phase stacked into a volume."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from pydicom.errors import InvalidDicomError

from core.errors import ImageError
from core.imaging.dicom import BROKEN, Slice, read_file, uneven
from core.imaging.faults import require_file
from core.imaging.pixels import decode, is_compressed, require_faithful, truncated

_PIXEL_TAGS = [
    *("Rows", "Columns", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "SamplesPerPixel"),
    *("PhotometricInterpretation", "NumberOfFrames", "PixelData"),
]


def to_image(slices: Sequence[Slice]) -> sitk.Image:
    """Stack the slices of one phase by position; rescaled to float32 where a slope or intercept says so.

    Raises ImageError: DICOM-MIXED (size, orientation or pixel spacing differ), DICOM-MISSING,
    DICOM-DUPLICATE or DICOM-SLICES (a slice is missing, doubled, shifted sideways), DICOM-LOSSY,
    DICOM-SYNTAX or DICOM-SCALE (values changed or hidden), IMAGE-TRUNCATED, DICOM-PIXELS.
    """
    require_faithful(slices)
    _require_uniform(slices)
    ordered = sorted(slices, key=lambda s: s.depth)
    step = _step(ordered)
    first = ordered[0]
    image = sitk.GetImageFromArray(np.stack(_native([read_pixels(s) for s in ordered])))
    image.SetOrigin(first.position)
    image.SetSpacing((first.spacing[1], first.spacing[0], step))
    axes = np.array([first.cosines[:3], first.cosines[3:], first.normal])
    image.SetDirection([float(v) for v in axes.T.ravel()])
    return image


def _require_uniform(slices: Sequence[Slice]) -> None:
    for name, values in (
        ("rows x columns", Counter(s.size for s in slices)),
        ("orientation", Counter(tuple(round(c, 3) for c in s.cosines) for s in slices)),
        ("pixel spacing", Counter(tuple(round(v, 4) for v in s.spacing) for s in slices)),
    ):
        if len(values) > 1:
            found = " and ".join(f"{value} ({n} slices)" for value, n in values.most_common(3))
            raise ImageError(
                "DICOM-MIXED", f"A series must have one {name}", found, "Choose one series of the exam."
            )


def _step(ordered: Sequence[Slice]) -> float:
    """Distance between slices in mm, after checking that it is the same all through."""
    depths = np.array([s.depth for s in ordered])
    gaps = np.diff(depths)
    step = float(np.median(gaps)) if len(gaps) else ordered[0].thickness
    if step <= 0.001 and not len(gaps):
        raise uneven("DICOM-SLICES", "A slice must have a thickness", "none")
    if step <= 0.001 or (gaps < step / 2).any():
        found = f"two at the same position after slice {int(np.argmin(gaps)) + 1}"
        raise uneven("DICOM-DUPLICATE", "Every slice position must have one image", found)
    if (wide := np.flatnonzero(gaps > 1.1 * step)).size:
        found = f"{gaps[wide[0]]:.2f} mm after slice {wide[0] + 1} where others lie {step:.2f} mm apart"
        raise uneven("DICOM-MISSING", "The slices must lie without a gap", found)
    places = np.array([s.position for s in ordered])
    aside = places - places[0] - np.outer(depths - depths[0], ordered[0].normal)
    if np.abs(aside).max() > 0.1 * min(ordered[0].spacing):
        found = f"a sideways shift of {np.abs(aside).max():.2f} mm"
        raise uneven("DICOM-SLICES", "The slices must be stacked straight", found)
    return float(gaps.mean()) if len(gaps) else step


def read_pixels(place: Slice) -> NDArray[Any]:
    """The pixels of one slice, rescaled. Raises ImageError (IMAGE-TRUNCATED, DICOM-PIXELS)."""
    try:
        dataset = read_file(place.path, specific_tags=_PIXEL_TAGS)
    except (InvalidDicomError, *BROKEN) as error:
        raise truncated() from error
    if is_compressed(dataset):
        return _by_itk(place)
    values = decode(dataset)
    slope, intercept = place.scale
    return values if (slope, intercept) == (1, 0) else (values * slope + intercept).astype(np.float32)


def _by_itk(place: Slice) -> NDArray[Any]:
    """ITK brings the decoders of JPEG, JPEG-LS and JPEG 2000, and rescales by itself."""
    require_file(place.path)
    try:
        values: NDArray[Any] = sitk.GetArrayFromImage(sitk.ReadImage(str(place.path)))
    except RuntimeError as error:
        fix = "Export the series uncompressed (Explicit VR Little Endian)."
        raise ImageError("DICOM-PIXELS", "The DICOM pixels must be decodable", "damaged ones", fix) from error
    return values.reshape(place.size)


def _native(planes: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """One type for all slices, even where only some are rescaled."""
    kinds = {plane.dtype for plane in planes}
    return planes if len(kinds) == 1 else [plane.astype(np.float32) for plane in planes]

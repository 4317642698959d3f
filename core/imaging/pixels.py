"""Stored pixels of DICOM files: decoded, if they still hold what the scanner measured, on a known scale."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pydicom
from numpy.typing import NDArray

from core.errors import ImageError
from core.imaging.dicom import BROKEN, Slice

_DICOM = "1.2.840.10008.1.2"
# DICOM PS3.5 section 10 and PS3.6 annex A: what pydicom and GDCM decode here without loss ...
_KEPT = {_DICOM, *(f"{_DICOM}.{k}" for k in ("1", "1.99", "2", "5", "4.57", "4.70", "4.80", "4.90", "4.91"))}
# ... and baseline, extended JPEG and near-lossless JPEG-LS, which always lose.
_LOST = {f"{_DICOM}.{k}" for k in ("4.50", "4.51", "4.81")}


def decode(dataset: pydicom.Dataset) -> NDArray[Any]:
    """Stored values of a dataset. Raises ImageError (IMAGE-TRUNCATED, DICOM-PIXELS)."""
    try:
        values: NDArray[Any] = dataset.pixel_array
    except BROKEN as error:
        if not is_compressed(dataset):
            raise truncated() from error
        fix = "Export the series uncompressed (Explicit VR Little Endian)."
        raise ImageError(
            "DICOM-PIXELS", "The DICOM pixels must be decodable", "another compression", fix
        ) from error
    return values


def is_compressed(dataset: pydicom.Dataset) -> bool:
    """Whether the pixels are compressed; a transfer syntax that is none counts as such."""
    try:
        return bool(dataset.file_meta.TransferSyntaxUID.is_compressed)
    except BROKEN:
        return True


def require_faithful(slices: Sequence[Slice]) -> None:
    """Raises ImageError unless the pixels can be read as they were measured.

    DICOM-LOSSY for lossy compression, now or before (LossyImageCompression 01), DICOM-SYNTAX for a transfer
    syntax without a decoder, DICOM-SCALE for a slope of 0 or one that is no number.
    """
    fix = "Export the original series uncompressed (Explicit VR Little Endian)."
    if lossy := sum(s.lossy or s.syntax in _LOST for s in slices):
        found = f"lossy compression of {lossy} slices"
        raise ImageError("DICOM-LOSSY", "The pixels must be those that were measured", found, fix)
    if unknown := sum(s.syntax not in _KEPT for s in slices):
        expected = "The DICOM transfer syntax must be a supported one"
        raise ImageError("DICOM-SYNTAX", expected, f"{unknown} slices in another", fix)
    if bad := [s.scale for s in slices if not all(map(math.isfinite, s.scale)) or s.scale[0] == 0]:
        found = f"slope {bad[0][0]:g} and intercept {bad[0][1]:g}"
        raise ImageError("DICOM-SCALE", "Slope and intercept must be numbers, the slope not 0", found, fix)


def scale_note(slices: Sequence[Slice]) -> tuple[str, ...]:
    """A warning, DICOM-RESCALE, where slices have scales of their own; each was applied to its slice."""
    scales = Counter(s.scale for s in slices)
    if len(scales) < 2:
        return ()
    slopes = [slope for slope, _ in scales]
    return (
        f"[DICOM-RESCALE] {len(scales)} different scales within the series (slope {min(slopes):g} to "
        f"{max(slopes):g}), each applied to its own slices.",
    )


def truncated() -> ImageError:
    """The error of a DICOM file that was cut off."""
    fix = "Copy or download the series again."
    return ImageError("IMAGE-TRUNCATED", "The DICOM files must be complete", "one that ends early", fix)

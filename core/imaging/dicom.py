"""DICOM folders: files sorted into series by what their headers say."""

import math
import struct
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.errors import BytesLengthException, InvalidDicomError

from core.errors import ImageError
from core.regular import exists, regular

_TIMES = ("TemporalPositionIdentifier", "TriggerTime", "AcquisitionTime")
MASKS = ("SEG", "RTSTRUCT")
_NEEDED = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns")
_MR_IMAGE, _ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1"
# Only these are read: names, dates and record numbers of the patient never leave the file.
_TAGS = [
    *("StudyInstanceUID", "Modality", "SeriesInstanceUID", "SeriesNumber", "SeriesDescription", "ImageType"),
    *("InstanceNumber", "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "Rows", "Columns"),
    *("SliceThickness", "SpacingBetweenSlices", "SamplesPerPixel", "NumberOfFrames", "BitsAllocated"),
    *("RescaleSlope", "RescaleIntercept", "LossyImageCompression"),
    *_TIMES,
]
# What pydicom raises on damaged files.
BROKEN = (
    ValueError,
    AttributeError,
    KeyError,
    TypeError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    IndexError,
    OverflowError,
    struct.error,
    BytesLengthException,
)

# Its warnings would quote values; numbers that are none raise all the same.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE


@dataclass(frozen=True, slots=True)
class Slice:
    """Header of one image: position and cosines in patient mm, spacing between rows and columns.

    ``scale``: RescaleSlope and RescaleIntercept; ``lossy``: compressed so, or once was; ``syntax``: UID.
    """

    path: Path
    instance: int | None
    size: tuple[int, int]
    position: tuple[float, ...]
    cosines: tuple[float, ...]
    spacing: tuple[float, float]
    thickness: float
    times: tuple[str, ...]
    scale: tuple[float, float]
    lossy: bool
    syntax: str

    @property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector across the slice."""
        return np.cross(self.cosines[:3], self.cosines[3:])

    @property
    def depth(self) -> float:
        """Position along the normal, mm."""
        return float(np.dot(self.position, self.normal))


@dataclass(frozen=True, slots=True)
class Series:
    """One SeriesInstanceUID. ``words``: description and image type; ``folder``: where it lay, a last hint.

    ``segmentation``: the file of a SEG or RTSTRUCT, which has no ``slices``.
    """

    study: str
    modality: str
    number: int
    words: str
    folder: str
    slices: tuple[Slice, ...]
    segmentation: Path | None


def read_tree(folder: Path) -> tuple[tuple[Series, ...], int]:
    """All DICOM series below a folder, by series number, and how many files were no DICOM images.

    Raises ImageError: DICOM-READ for a damaged file, DICOM-MULTIFRAME for enhanced MR.
    """
    heads = [(path, _head(path)) for path in sorted(folder.rglob("*")) if _candidate(path, folder)]
    groups: dict[str, list[tuple[Path, pydicom.Dataset]]] = {}
    try:
        for path, head in heads:
            if head is not None and (_is_slice(head) or head.get("Modality") in MASKS):
                groups.setdefault(str(head.get("SeriesInstanceUID")), []).append((path, head))
        used = sum(len(members) for members in groups.values())
        series = sorted((_series(members) for members in groups.values()), key=lambda s: (s.number, s.words))
    except BROKEN as error:  # a header whose numbers are none
        raise _damaged() from error
    return tuple(series), len(heads) - used


def read_file(path: Path, **options: Any) -> pydicom.Dataset:
    """``pydicom.dcmread`` from memory, so that its warnings cannot name the file."""
    return pydicom.dcmread(BytesIO(regular(path).read_bytes()), **options)


def _candidate(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)
    return exists(path) and path.is_file() and not hidden and path.name != "DICOMDIR"


def _head(path: Path) -> pydicom.Dataset | None:
    """The header, or None for a file that is no DICOM and does not claim to be."""
    try:
        head = read_file(path, stop_before_pixels=True, specific_tags=_TAGS)
        kind = str(head.file_meta.get("MediaStorageSOPClassUID"))
    except (InvalidDicomError, *BROKEN) as error:
        if path.suffix.lower() not in (".dcm", ".ima"):
            return None
        raise _damaged() from error
    if kind == _MR_IMAGE and "BitsAllocated" not in head:  # the last of these tags in a file's order
        raise _damaged()
    if kind == _ENHANCED_MR:
        fix = "Convert the series to NIfTI, or export it as classic DICOM."
        raise ImageError(
            "DICOM-MULTIFRAME", "Each DICOM file must hold one image", "enhanced multi-frame MR", fix
        )
    return head


def _is_slice(head: pydicom.Dataset) -> bool:
    grey = int(head.get("SamplesPerPixel") or 1) == 1 and int(head.get("NumberOfFrames") or 1) == 1
    return grey and all(head.get(tag) for tag in _NEEDED)


def _series(members: list[tuple[Path, pydicom.Dataset]]) -> Series:
    path, head = members[0]
    words = " ".join([str(head.get("SeriesDescription", "")), *map(str, head.get("ImageType") or ())])
    seg = path if head.get("Modality") in MASKS else None
    slices = () if seg else tuple(_slice(p, h) for p, h in members)
    number = int(head.get("SeriesNumber") or 0)
    study, modality = str(head.get("StudyInstanceUID", "")), str(head.get("Modality", ""))
    return Series(study, modality, number, words, path.parent.name, slices, seg)


def _slice(path: Path, head: pydicom.Dataset) -> Slice:
    number = head.get("InstanceNumber")
    row, column = (float(v) for v in head.PixelSpacing)
    place = [float(v) for v in (*head.ImagePositionPatient, *head.ImageOrientationPatient)]
    if len(place) != 9 or not all(map(math.isfinite, (*place, row, column))) or min(row, column) <= 0:
        raise ValueError(len(place))
    return Slice(
        path=path,
        instance=None if number is None else int(number),
        size=(int(head.Rows), int(head.Columns)),
        position=tuple(place[:3]),
        cosines=tuple(place[3:]),
        spacing=(row, column),
        thickness=float(head.get("SpacingBetweenSlices") or head.get("SliceThickness") or 0),
        times=tuple(str(head.get(tag, "")) for tag in _TIMES),
        scale=(_or(head.get("RescaleSlope"), 1), _or(head.get("RescaleIntercept"), 0)),
        lossy=str(head.get("LossyImageCompression", "")) == "01",
        syntax=str(head.file_meta.get("TransferSyntaxUID", "")),
    )


def _or(value: Any, default: float) -> float:
    """The value; the default where it is absent or empty, not where it is 0."""
    return default if value is None or value == "" else float(value)


def _damaged() -> ImageError:
    fix = "Copy or download the series again."
    return ImageError("DICOM-READ", "The DICOM files must be whole", "one that is damaged or cut off", fix)


def uneven(code: str, expected: str, found: str) -> ImageError:
    """The error of slices that do not make a volume."""
    return ImageError(code, expected, found, "Copy or download the whole series again.")

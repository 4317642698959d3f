"""What the headers of an exam say of scanner and day, for inclusion rules; nothing of it is kept on disk."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom.errors import InvalidDicomError

from core.imaging.dicom import BROKEN, read_file
from core.imaging.volumes import is_volume_file

_TAGS = ["Modality", "Manufacturer", "MagneticFieldStrength", "AcquisitionDate", "SeriesDate", "StudyDate"]
_MOST = 300  # files that are tried until one is an MR image


@dataclass(frozen=True, slots=True)
class Facts:
    """As written in the header; "" and None where it says nothing, as volume files (NIfTI) never do.

    ``field_strength`` in tesla or, of some scanners, in gauss; ``acquired``: YYYYMMDD.
    """

    modality: str = ""
    manufacturer: str = ""
    field_strength: float | None = None
    acquired: str = ""


def read_facts(path: Path) -> Facts:
    """Of the first MR image of a folder (else its first DICOM file), or of one file; empty without any."""
    first = None
    for head in _heads(path):
        if str(head.get("Modality", "")) == "MR":
            return _facts(head)
        first = first or head
    return Facts() if first is None else _facts(first)


def _heads(path: Path) -> Iterator[pydicom.Dataset]:
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    images = [file for file in files if not is_volume_file(file) and not file.name.startswith(".")]
    for file in images[:_MOST]:
        try:
            yield read_file(file, stop_before_pixels=True, specific_tags=_TAGS)
        except (InvalidDicomError, *BROKEN):
            continue


def _facts(head: pydicom.Dataset) -> Facts:
    dates = (str(head.get(tag) or "") for tag in _TAGS[-3:])
    try:
        strength = float(head.get("MagneticFieldStrength") or 0) or None
    except (TypeError, ValueError):
        strength = None
    return Facts(
        str(head.get("Modality") or ""),
        str(head.get("Manufacturer") or "").strip(),
        strength,
        next((date for date in dates if date), ""),
    )
